//! What stands between an agent and their phone, and how it is cured; one short banner, the most telling one.

use leptos::prelude::*;

use super::at_phone::AtPhone;
use super::one_tab::OneTab;
use super::wording::error_said;
use crate::i18n::{td_string, use_locale};
use crate::phone::{SignInWindow, Stage, Storage, WayIn, WhereBlocked};
use crate::ui::{Banner, BannerKind};

/// How far the phone is, where it is not ready.
#[component]
pub(super) fn PhoneNotice(at: AtPhone, way_in: WayIn, let_cookies: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    let stage = Memo::new(move |_| at.facts.get().stage);
    let said = Memo::new(move |_| (stage.get(), at.phone.storage.get()));
    let again = move || {
        view! {
            <button type="button" class="button quiet" on:click=move |_| way_in.open()>
                {td_string!(locale, common.try_again)}
            </button>
        }
    };
    let warning = move |words: &'static str, cure: AnyView| {
        view! { <Banner kind=BannerKind::Warning><p>{words}</p> {cure}</Banner> }.into_any()
    };
    let there = move |words: &'static str| view! { <SignInThere words way_in/> }.into_any();
    let either = move || {
        let words = td_string!(locale, desk.phone.either);
        view! { <SignInThere words way_in let_cookies/> }.into_any()
    };
    move || match said.get() {
        (Stage::Absent | Stage::Ready, _) => ().into_any(),
        (Stage::Loading, _) => loading(),
        (Stage::Unloaded, _) => {
            warning(td_string!(locale, desk.phone.unloaded), again().into_any())
        }
        (Stage::Silent, _) => warning(td_string!(locale, desk.phone.silent), ().into_any()),
        (Stage::AccessDenied, _) => there(td_string!(locale, desk.phone.denied)),
        (_, Some(Storage::Asking)) => {
            view! { <Banner><p>{td_string!(locale, desk.phone.press)}</p></Banner> }.into_any()
        }
        (_, Some(Storage::Denied)) => warning(
            td_string!(locale, ready_calls.cure.cookies_phone),
            view! { <LetCookies let_cookies/> }.into_any(),
        ),
        (Stage::Starting, _) => loading(),
        (Stage::SignedOut | Stage::Ended, _) => there(td_string!(locale, desk.phone.signed_out)),
        (Stage::Refused, Some(Storage::Granted)) => there(td_string!(locale, desk.phone.refused)),
        (Stage::Refused, None) => either(),
    }
}

fn loading() -> AnyView {
    let locale = use_locale();
    view! { <p class="waiting" role="status">{td_string!(locale, desk.phone.starting)}</p> }
        .into_any()
}

/// Why somebody has to sign in at Amazon Connect, the button whose press opens its window, and what becomes of that.
#[component]
fn SignInThere(
    words: &'static str,
    way_in: WayIn,
    /// Where cookies may be the reason, too.
    #[prop(optional, into)]
    let_cookies: Option<Callback<()>>,
) -> impl IntoView {
    let locale = use_locale();
    let blocked = Memo::new(move |_| way_in.window.get() == SignInWindow::Blocked);
    let said = move || match way_in.window.get() {
        SignInWindow::None => words,
        SignInWindow::Open => td_string!(locale, phone.window_open),
        SignInWindow::Blocked => td_string!(locale, desk.phone.blocked),
    };
    view! {
        <Banner kind=BannerKind::Warning>
            <p>{said}</p>
            <button type="button" class="button quiet" on:click=move |_| way_in.open()>
                {td_string!(locale, desk.phone.sign_in)}
            </button>
            {let_cookies.map(|let_cookies| view! { <LetCookies let_cookies/> })}
            {move || blocked.get().then(|| view! {
                <a
                    class="button text"
                    href=way_in.url()
                    target="_blank"
                    rel="noopener external"
                    on:click=move |_| way_in.left_by_tab()
                >
                    {td_string!(locale, phone.new_tab)}
                </a>
            })}
        </Banner>
        {move || blocked.get().then(|| view! { <WhereBlocked/> })}
    }
    .into_any()
}

#[component]
fn LetCookies(let_cookies: Callback<()>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button type="button" class="button quiet" on:click=move |_| let_cookies.run(())>
            {td_string!(locale, phone.cookies.ask)}
        </button>
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
