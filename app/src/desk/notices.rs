//! What stands between an agent and their phone, and how it is cured; one short banner, the most telling one.

use leptos::prelude::*;

use super::at_phone::AtPhone;
use super::one_tab::OneTab;
use super::wording::error_said;
use crate::i18n::{td_string, use_locale};
use crate::phone::{Cookies, Stage};
use crate::ui::{Banner, BannerKind};

/// How far the phone is, where it is not ready.
#[component]
pub(super) fn PhoneNotice(at: AtPhone, alias: String, url: String) -> impl IntoView {
    let locale = use_locale();
    let stage = Memo::new(move |_| at.facts.get().stage);
    let sign_in = StoredValue::new(format!("/{alias}"));
    let url = StoredValue::new(url);
    let banner = move |words: &'static str, cure: AnyView| {
        view! { <Banner kind=BannerKind::Warning><p>{words}</p> {cure}</Banner> }.into_any()
    };
    let link = move || {
        view! {
            <a class="button quiet" href=sign_in.get_value() rel="external">
                {td_string!(locale, desk.phone.sign_in)}
            </a>
        }
        .into_any()
    };
    let again = move || {
        let start = move |_| at.phone.start(&url.read_value(), Cookies::default());
        view! {
            <button type="button" class="button quiet" on:click=start>
                {td_string!(locale, common.try_again)}
            </button>
        }
        .into_any()
    };
    move || match stage.get() {
        Stage::Absent | Stage::Ready => ().into_any(),
        Stage::Starting | Stage::Loading => view! {
            <p class="waiting" role="status">{td_string!(locale, desk.phone.starting)}</p>
        }
        .into_any(),
        Stage::Unloaded => banner(td_string!(locale, desk.phone.unloaded), again()),
        Stage::SignedOut | Stage::Ended => {
            banner(td_string!(locale, desk.phone.signed_out), link())
        }
        Stage::Silent => banner(td_string!(locale, desk.phone.silent), ().into_any()),
        Stage::Refused => banner(td_string!(locale, desk.phone.refused), link()),
        Stage::AccessDenied => banner(td_string!(locale, desk.phone.denied), link()),
    }
}

/// Somebody else is signed in at Amazon Connect: nothing of theirs is offered here.
#[component]
pub(super) fn SomebodyElse(at: AtPhone) -> impl IntoView {
    let locale = use_locale();
    let names = Memo::new(move |_| {
        if at.facts.get().same_person {
            return None;
        }
        let there = at.phone.agent.get()?.username;
        Some((there, at.owner.get_value()))
    });
    let busy = RwSignal::new(false);
    let sign_out = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = at.phone.sign_out().await;
            let _ = busy.try_set(false);
            let _ = at.not_chosen.try_set(answer.err());
        });
    };
    move || {
        let (there, owner) = names.get()?;
        let said = match owner {
            Some(owner) => td_string!(
                locale,
                desk.phone.other_person,
                there = there,
                owner = owner
            ),
            None => td_string!(locale, desk.phone.nobodys, there = there),
        };
        Some(view! {
            <Banner kind=BannerKind::Stop>
                <p>{said}</p>
                <button
                    type="button"
                    class="button quiet"
                    aria-busy=move || busy.get().then_some("true")
                    on:click=sign_out
                >
                    {td_string!(locale, desk.phone.sign_out_there)}
                </button>
            </Banner>
        })
    }
}

/// What became of the status, beside what the person chose.
#[component]
pub(super) fn StatusSaid(at: AtPhone) -> impl IntoView {
    let locale = use_locale();
    move || {
        let error = at.not_chosen.get()?;
        let said = error_said(locale, &error);
        Some(view! { <Banner kind=BannerKind::Warning><p>{said}</p></Banner> })
    }
}

/// Another tab has the desk.
#[component]
pub(super) fn OtherTab(tab: OneTab) -> impl IntoView {
    let locale = use_locale();
    let elsewhere = tab.is_elsewhere();
    move || {
        elsewhere.get().then(|| {
            view! {
                <Banner>
                    <p>
                        {move || if tab.on_call_there.get() {
                            td_string!(locale, desk.tab.on_call)
                        } else {
                            td_string!(locale, desk.tab.elsewhere)
                        }}
                    </p>
                    <button
                        type="button"
                        class="button quiet"
                        aria-busy=move || tab.asking.get().then_some("true")
                        on:click=move |_| tab.use_it_here()
                    >
                        {td_string!(locale, desk.tab.use_it_here)}
                    </button>
                </Banner>
            }
        })
    }
}
