//! The button that works, what is said under it, and the ways without a window.

use leptos::{mount::mount_to, prelude::*, reactive::owner::Owner};
use leptos_router::hooks::use_query_map;
use web_sys::HtmlElement;

use super::{
    entry::Entry,
    help::{Advice, EitherReason, Stuck},
    stand::Said,
};
use crate::{
    context::use_company,
    i18n::{td_string, use_locale},
    phone::WhereBlocked,
    ui::{Banner, BannerKind, Button, ButtonKind, Failure, Help},
    wire::HelpContact,
};

/// Makes the server's button one that works. `owner` is the page's, and ends this with it.
pub(crate) async fn take_over(owner: Owner, at: HtmlElement) {
    let Some(url) = at.get_attribute("data-url") else {
        return;
    };
    let company = owner.with(use_company);
    // Without the company nobody would have seen the button.
    let Ok(company) = company.await else {
        return;
    };
    at.set_inner_html("");
    owner.with(|| {
        let alias = company.alias.clone();
        let mounted = mount_to(at, move || {
            view! { <SecureLogin url alias help=company.help_contact/> }
        });
        let mounted = StoredValue::new_local(Some(mounted));
        on_cleanup(move || drop(mounted.try_update_value(Option::take)));
    });
}

#[component]
fn SecureLogin(url: String, alias: String, help: Option<HelpContact>) -> impl IntoView {
    let locale = use_locale();
    let query = use_query_map().read_untracked().clone();
    let entry = Entry::begin(
        url,
        alias,
        query.get("next"),
        query.get("storage").is_some(),
    );
    let said = entry.said;
    let busy = Signal::derive(move || said.get().is_busy() || entry.is_sending());
    view! {
        <div class="secure-login">
            <Button kind_of="button" busy on:click=move |_| entry.press()>
                {td_string!(locale, phone.secure_login)}
            </Button>
            {move || (said.get() == Said::Rest).then(|| view! {
                <p class="hint">{td_string!(locale, phone.hint)}</p>
            })}
            <Failure error=entry.failure help=help.clone()/>
            <div role="status">{move || stage_words(said.get()).map(|words| view! { <p>{words}</p> })}</div>
            {move || trouble(entry, said.get(), help.clone())}
            <Ways entry/>
            <Stuck entry/>
        </div>
    }
    .into_any()
}

/// Where it stands, while all goes well.
fn stage_words(said: Said) -> Option<&'static str> {
    let locale = use_locale();
    Some(match said {
        Said::Looking => td_string!(locale, phone.looking),
        Said::WindowOpen => td_string!(locale, phone.window_open),
        Said::Waiting => td_string!(locale, phone.waiting),
        Said::Elsewhere => td_string!(locale, phone.elsewhere),
        Said::Loading => td_string!(locale, phone.signed_in_loading),
        Said::Entering => td_string!(locale, phone.entering),
        Said::Cookies => td_string!(locale, phone.cookies.press),
        _ => return None,
    })
}

/// What went wrong, and who helps.
fn trouble(entry: Entry, said: Said, help: Option<HelpContact>) -> Option<AnyView> {
    let locale = use_locale();
    let (kind, words, helps) = match said {
        Said::Blocked => (
            BannerKind::Warning,
            td_string!(locale, phone.blocked),
            false,
        ),
        Said::Closed => (BannerKind::Info, td_string!(locale, phone.closed), false),
        Said::Repeats => (BannerKind::Stop, td_string!(locale, phone.repeats), true),
        Said::AccessDenied => (
            BannerKind::Stop,
            td_string!(locale, phone.access_denied),
            true,
        ),
        Said::Ended => (BannerKind::Info, td_string!(locale, phone.ended), false),
        Said::Unloaded => (
            BannerKind::Warning,
            td_string!(locale, phone.unloaded),
            false,
        ),
        Said::CookiesDenied => (
            BannerKind::Stop,
            td_string!(locale, phone.cookies.denied),
            true,
        ),
        Said::Silent => (BannerKind::Stop, td_string!(locale, phone.stuck), true),
        Said::Refused => (BannerKind::Stop, td_string!(locale, phone.silent), true),
        _ => return None,
    };
    let help = help.filter(|_| helps).map(|help| view! { <Help help/> });
    let more = match said {
        Said::Blocked => Some(view! { <WhereBlocked/> }.into_any()),
        Said::CookiesDenied => Some(view! { <Advice entry cookies=true/> }.into_any()),
        Said::Silent => Some(view! { <EitherReason entry/> }.into_any()),
        Said::Refused => Some(view! { <Advice entry cookies=false/> }.into_any()),
        _ => None,
    };
    Some(
        view! {
            <Banner kind><p>{words}</p>{help}</Banner>
            {more}
        }
        .into_any(),
    )
}

/// The window once more, and the ways without one.
#[component]
fn Ways(entry: Entry) -> impl IntoView {
    let locale = use_locale();
    let away = Memo::new(move |_| entry.said.get().is_away() && !entry.is_sending());
    let again = move || match entry.said.get() {
        Said::Elsewhere => td_string!(locale, phone.open_here),
        _ => td_string!(locale, outside.again),
    };
    move || {
        away.get().then(|| {
            view! {
                <div class="choices">
                    <Button
                        kind=ButtonKind::Quiet
                        kind_of="button"
                        on:click=move |_| entry.open_again()
                    >
                        {again}
                    </Button>
                    <a
                        class="button text"
                        href=entry.url()
                        target="_blank"
                        rel="noopener external"
                        on:click=move |_| entry.left_by_tab()
                    >
                        {td_string!(locale, phone.new_tab)}
                    </a>
                    <a
                        class="button text"
                        href=entry.url()
                        rel="external"
                        on:click=move |_| entry.leaves()
                    >
                        {td_string!(locale, outside.continue_here)}
                    </a>
                </div>
                <p class="hint">{td_string!(locale, phone.come_back)}</p>
            }
        })
    }
}
