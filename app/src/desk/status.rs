//! *Agent Status*: what the agent does now and since when, and what they can choose.

use leptos::prelude::*;

use super::{follow::AtDesk, kind_class};
use crate::i18n::{Locale, error_text, td_string, use_locale};
use crate::ui::{Banner, BannerKind, Help};
use crate::wire::{HelpContact, PresenceKind, PresenceReason, ProblemCode, Role, Session};

#[component]
pub(super) fn StatusPanel(
    session: Session,
    desk: AtDesk,
    #[prop(optional_no_strip)] contact: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let has_list = Memo::new(move |_| desk.own.with(|own| own.list.is_some()));
    let lists = session
        .roles
        .contains(&Role::Admin)
        .then(|| format!("/{}/console/presence-lists", session.company.alias));
    let nothing = StoredValue::new((lists, contact));
    view! {
        <section class="status" aria-labelledby="agent-status">
            <h2 id="agent-status">{td_string!(locale, presence.desk.status)}</h2>
            {move || if has_list.get() {
                view! { <Now desk/> <Choices desk/> }.into_any()
            } else {
                let (lists, contact) = nothing.get_value();
                view! { <WithoutList desk lists contact/> }.into_any()
            }}
            <Said desk/>
        </section>
    }
    .into_any()
}

/// The status, large, and its time.
#[component]
fn Now(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    let status = Memo::new(move |_| {
        desk.own.with(|own| {
            let status = own.status.as_ref()?;
            Some((status.name.clone(), status.kind))
        })
    });
    let lasted = lasted(desk);
    view! {
        <div class="now">
            // Read out when it changes; the seconds pass in silence.
            <p class="what" role="status">
                {move || status.get().map(|(name, kind)| view! {
                    <span class=kind_class(kind)>{name}</span>
                    " "
                    <span class="unseen">{kind_word(locale, kind)}</span>
                })}
            </p>
            <p class="timer" role="timer" aria-live="off">{move || lasting(lasted.get())}</p>
        </div>
    }
    .into_any()
}

/// Every entry of the list, and nothing else.
#[component]
fn Choices(desk: AtDesk) -> impl IntoView {
    let locale = use_locale();
    let reasons = Memo::new(move |_| desk.own.with(|own| own.reasons.clone()));
    let button = move |reason: PresenceReason| {
        let id = StoredValue::new(reason.id.clone());
        let pressed = move || {
            let has_it = desk
                .own
                .with(|own| own.reason.as_deref() == Some(&id.read_value()));
            has_it.to_string()
        };
        let busy = move || {
            let choosing = desk
                .choosing
                .with(|it| it.as_deref() == Some(&id.read_value()));
            choosing.then_some("true")
        };
        view! {
            <button
                type="button"
                class=format!("reason {}", kind_class(reason.kind))
                aria-pressed=pressed
                aria-busy=busy
                on:click=move |_| desk.choose(id.get_value())
            >
                {reason.name}
            </button>
        }
    };
    view! {
        <div class="reasons needs-program" role="group" aria-labelledby="agent-status">
            <For
                each=move || reasons.get()
                key=|reason| (reason.id.clone(), reason.name.clone(), reason.kind)
                children=button
            />
        </div>
        <p class="hint plain-only">{td_string!(locale, presence.desk.needs_scripts)}</p>
    }
    .into_any()
}

/// Why there is nothing to choose, and who can change that.
#[component]
fn WithoutList(
    desk: AtDesk,
    /// Where an administrator finds the lists.
    #[prop(optional_no_strip)]
    lists: Option<String>,
    #[prop(optional_no_strip)] contact: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    if !desk.own.with_untracked(|own| own.needs_list) {
        return view! { <p>{td_string!(locale, presence.desk.by_phone)}</p> }.into_any();
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
        {contact.map(|help| view! { <Help help/> })}
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
    let lost = move || {
        desk.lost.get().then(|| {
            view! {
                <Banner kind=BannerKind::Warning>
                    <p>{td_string!(locale, presence.desk.lost)}</p>
                </Banner>
            }
        })
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
        {lost}
    }
    .into_any()
}

/// What a status means, in a word.
pub(super) fn kind_word(locale: Locale, kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => td_string!(locale, presence.kind.available),
        PresenceKind::NotReady => td_string!(locale, presence.kind.not_ready),
        PresenceKind::Offline => td_string!(locale, presence.kind.offline),
    }
}

/// Seconds that the status has lasted: what the server said, counted on by the browser's steady clock.
fn lasted(desk: AtDesk) -> Signal<u32> {
    let said = Memo::new(move |_| {
        desk.own
            .with(|own| (own.seconds, own.status.as_ref().map(|it| it.since.clone())))
    });
    let shown = RwSignal::new(said.with_untracked(|(seconds, _)| *seconds));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let seconds = said.with(|(seconds, _)| *seconds);
        let clock = || window().performance().map_or(0.0, |clock| clock.now());
        let start = clock();
        shown.set(seconds);
        let tick = move || {
            let now = seconds + ((clock() - start) / 1_000.0) as u32;
            if shown.try_get_untracked().is_some_and(|shown| shown != now) {
                shown.set(now);
            }
        };
        let ticking = StoredValue::new_local(Some(gloo_timers::callback::Interval::new(250, tick)));
        on_cleanup(move || drop(ticking.try_update_value(Option::take)));
    });
    shown.into()
}

/// `4:09`, `1:04:09`.
fn lasting(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn a_status_lasts_minutes_and_hours() {
        for (seconds, text) in [
            (0, "0:00"),
            (59, "0:59"),
            (249, "4:09"),
            (3_600, "1:00:00"),
            (3_849, "1:04:09"),
            (90_061, "25:01:01"),
        ] {
            assert_eq!(lasting(seconds), text);
        }
    }
}
