//! The desk of whoever has no phone in this browser's frame: the status large in the middle, chosen from the company's
//! list.

use leptos::prelude::*;

use super::around::Help;
use super::follow::{AtDesk, Word};
use super::notices::OtherTab;
use super::one_tab::{Holder, OneTab};
use super::rules::{SetBack, first_not_ready, set_back};
use super::set_back::mind;
use super::status::{Choices, NowShown};
use super::today::{Links, Today};
use super::unheard::{Reminder, Unheard};
use crate::i18n::{error_text, td_string, use_locale};
use crate::microphone::{Microphone, is_needed};
use crate::ready_for_calls::ReadyForCalls;
use crate::ui::{Banner, BannerKind};
use crate::wire::{
    Company, DeskPhone, HelpContact, Phone, PresenceKind, ProblemCode, Role, Session,
};

#[component]
pub(super) fn ListDesk(
    session: Session,
    desk: AtDesk,
    tab: OneTab,
    told: DeskPhone,
    company: Option<Company>,
) -> impl IntoView {
    let contact = company.as_ref().and_then(|it| it.help_contact.clone());
    let alias = session.company.alias.clone();
    tab.take_part(Callback::new(|()| ()));
    // Every tab says that the desk is open: whichever has it, the person is there.
    Effect::new(move |_| desk.say(Word::Here));
    view! {
        <StatusPanel session desk tab told=told.clone() contact=contact.clone()/>
        <div class="below">
            <Today desk/>
            <Links desk/>
            <Help contact=contact.clone() region=company.and_then(|it| it.region)/>
        </div>
        <ReadyForCalls alias phone=told own=desk.own help=contact/>
    }
    .into_any()
}

#[component]
fn StatusPanel(
    session: Session,
    desk: AtDesk,
    tab: OneTab,
    told: DeskPhone,
    #[prop(optional_no_strip)] contact: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let has_list = Memo::new(move |_| desk.own.with(|own| own.list.is_some()));
    let lists = session
        .roles
        .contains(&Role::Admin)
        .then(|| format!("/{}/console/presence-lists", session.company.alias));
    let nothing = StoredValue::new((lists, contact));
    let kind = told.kind;
    let unheard = unheard(kind);
    let status = desk.status(Some(Callback::new(move |reason: String| {
        choose(desk, unheard, reason);
    })));
    let elsewhere = Memo::new(move |_| tab.holder.get() == Holder::OtherTab);
    mind_the_microphone(desk, unheard, elsewhere);
    view! {
        <section class="status" aria-labelledby="agent-status">
            <h2 id="agent-status">{td_string!(locale, presence.desk.status)}</h2>
            {move || if has_list.get() {
                view! {
                    <NowShown status/>
                    {move || (!elsewhere.get()).then(|| view! { <Choices status/> })}
                }
                .into_any()
            } else {
                let (lists, contact) = nothing.get_value();
                view! { <WithoutList desk kind lists contact/> }.into_any()
            }}
            <OtherTab tab/>
            <Reminder unheard/>
            <Said desk/>
        </section>
    }
    .into_any()
}

/// Whoever takes calls in this browser needs a microphone, whichever phone brings them.
fn unheard(kind: Phone) -> Unheard {
    let microphone = Microphone::of_document();
    let softphone = is_needed(kind, None);
    if softphone {
        Effect::new(move |_| microphone.watch());
    }
    Unheard::new(Memo::new(move |_| {
        softphone && !microphone.hearing.get().is_good()
    }))
}

fn choose(desk: AtDesk, unheard: Unheard, reason: String) {
    let is_available = desk.own.with_untracked(|own| {
        own.reasons
            .iter()
            .any(|known| known.id == reason && known.kind == PresenceKind::Available)
    });
    if is_available && unheard.now.get_untracked() {
        unheard.refuse();
    } else {
        unheard.forget_set_back();
        unheard.remind();
        desk.choose(reason);
    }
}

/// Nobody stays available whom callers would not hear. The tab that has the desk sees to it.
fn mind_the_microphone(desk: AtDesk, unheard: Unheard, elsewhere: Memo<bool>) {
    let now = Memo::new(move |_| desk.own.with(|own| own.status.as_ref().map(|it| it.kind)));
    let judge = move |now, was_heard| match elsewhere.get() {
        true => SetBack::No,
        // Who brings the calls does not tell this desk of them.
        false => set_back(now, unheard.now.get(), false, was_heard),
    };
    mind(now, unheard, judge, move || fall_back(desk, unheard));
}

/// Begins to take the person off the phone, while that is needed.
fn fall_back(desk: AtDesk, unheard: Unheard) -> Option<impl Future<Output = Option<String>>> {
    let needed = unheard.now.try_get_untracked()?;
    let own = desk.own.try_get_untracked().filter(|_| needed)?;
    let is_available = own
        .status
        .is_some_and(|it| it.kind == PresenceKind::Available);
    let first = first_not_ready(&own.reasons, |reason| reason.kind).filter(|_| is_available)?;
    let (id, name) = (first.id.clone(), first.name.clone());
    Some(async move {
        let taken = desk.take(id).await;
        taken.then_some(name)
    })
}

/// Why there is nothing to choose, and who can change that.
#[component]
fn WithoutList(
    desk: AtDesk,
    kind: Phone,
    /// Where an administrator finds the lists.
    #[prop(optional_no_strip)]
    lists: Option<String>,
    #[prop(optional_no_strip)] contact: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    if !desk.own.with_untracked(|own| own.needs_list) {
        let text = match kind {
            Phone::None => td_string!(locale, desk.no_status),
            Phone::Softphone | Phone::DeskPhone => td_string!(locale, presence.desk.by_phone),
        };
        return view! { <p>{text}</p> }.into_any();
    }
    let text = match lists {
        Some(_) => td_string!(locale, presence.desk.no_list_admin),
        None => td_string!(locale, presence.desk.no_list_text),
    };
    let contact = contact.filter(|_| lists.is_none());
    view! {
        <p class="what">{td_string!(locale, presence.desk.no_list)}</p>
        <p>{text}</p>
        {lists.map(|lists| view! {
            <p>
                <a class="button primary" href=lists rel="external">
                    {td_string!(locale, presence.desk.to_lists)}
                </a>
            </p>
        })}
        {contact.map(|help| view! { <crate::ui::Help help/> })}
    }
    .into_any()
}

/// What happened to the status, or to the last choice.
#[component]
fn Said(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    let displaced = Memo::new(move |_| {
        desk.own.with(|own| {
            let status = own.status.as_ref()?.name.clone();
            Some((own.displaced.clone()?, status))
        })
    });
    let understood = move |_| {
        if let Some(reason) = desk.own.with_untracked(|own| own.reason.clone()) {
            desk.choose(reason);
        }
    };
    let refused = move || {
        let error = desk.refused.get()?;
        let gone = error.code() == Some(ProblemCode::ChangedMeanwhile);
        let text = if gone {
            td_string!(locale, presence.desk.gone).to_owned()
        } else {
            error_text(locale, &error)
        };
        Some(view! { <Banner kind=BannerKind::Warning><p>{text}</p></Banner> })
    };
    view! {
        {move || displaced.get().map(|(old, status)| view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, presence.desk.displaced, old = old, status = status)}</p>
                <button type="button" class="button quiet needs-program" on:click=understood>
                    {td_string!(locale, presence.desk.understood)}
                </button>
            </Banner>
        })}
        {refused}
        <Lost desk/>
    }
    .into_any()
}

/// That the server does not answer.
#[component]
pub(super) fn Lost(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    move || {
        desk.lost.get().then(|| {
            view! {
                <Banner kind=BannerKind::Warning>
                    <p>{td_string!(locale, presence.desk.lost)}</p>
                </Banner>
            }
        })
    }
}
