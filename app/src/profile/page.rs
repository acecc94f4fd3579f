//! What surrounds the parts of the page, and the place of single sign-on.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    companies::CompaniesPart,
    logins::Logins,
    password::Password,
    places::{Browsers, Sessions},
    room::{BROWSERS, COMPANIES, PASSWORD, Room, RoomDialog, SESSIONS, SINGLE_SIGN_ON, TWO_FACTOR},
    two_factor::TwoFactorPart,
};
use crate::client::Api;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::{Bar, FreshProofDialog, Remaining, SessionWatch, settle};
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{Companies, SecuritySettings, Session};

#[component]
pub(super) fn Settings(session: Session) -> impl IntoView {
    let locale = use_locale();
    let remaining = Remaining::of(&session);
    let alias = session.company.alias.clone();
    let landing = session.landing.clone();
    let room = Room::of(&session);
    // Back from proving an account of another company on its own pages.
    let query = use_query_map().read_untracked().clone();
    if query.get("connected").is_some() {
        room.saved
            .set(Some(td_string!(locale, companies.connected)));
    } else if query.get("login").is_some() {
        room.saved
            .set(Some(td_string!(locale, outside.logins.connected)));
    }
    let api = Api::use_api();
    let settings = Resource::new(
        move || room.changes.get(),
        move |_| {
            let api = api.clone();
            async move {
                let settings = settle(api.security().await)?;
                Ok((settings, settle(api.companies().await)?))
            }
        },
    );
    let again = Callback::new(move |()| settings.refetch());
    let shown = move || {
        settings.get().map(|answer| match answer {
            Ok((settings, companies)) => view! { <Parts settings companies room/> }.into_any(),
            Err(error) => view! { <Failed error again/> }.into_any(),
        })
    };
    let back = if landing.contains("/console") {
        td_string!(locale, profile.to_console)
    } else {
        td_string!(locale, profile.to_desk)
    };
    view! {
        <div class="console profile">
            <Bar session/>
            <Contents/>
            <main id="main">
                <SessionWatch alias remaining/>
                <p class="back"><a href=landing rel="external">{back}</a></p>
                <Heading title=td_string!(locale, profile.title)/>
                <noscript>
                    <p>{td_string!(locale, profile.needs_scripts)}</p>
                </noscript>
                <p class="saved" role="status">{move || room.saved.get()}</p>
                <Transition fallback=Loading>{shown}</Transition>
            </main>
            <RoomDialog room/>
            <FreshProofDialog proof=room.proof/>
        </div>
    }
}

/// The way to each part.
#[component]
fn Contents() -> impl IntoView {
    let locale = use_locale();
    let parts = [
        TWO_FACTOR,
        SINGLE_SIGN_ON,
        PASSWORD,
        BROWSERS,
        SESSIONS,
        COMPANIES,
    ];
    let links = parts.map(|part| {
        // The browser's own way: the page stays as it is.
        view! {
            <li>
                <a href=format!("#{part}") rel="external">{name(locale, part)}</a>
            </li>
        }
    });
    view! {
        <nav class="places" aria-label=td_string!(locale, profile.contents)>
            <ul>{links.into_iter().collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// What a part is called.
fn name(locale: Locale, part: &str) -> &'static str {
    match part {
        TWO_FACTOR => td_string!(locale, profile.part_ways),
        SINGLE_SIGN_ON => td_string!(locale, profile.part_sso),
        PASSWORD => td_string!(locale, profile.part_password),
        BROWSERS => td_string!(locale, profile.part_browsers),
        COMPANIES => td_string!(locale, companies.part),
        _ => td_string!(locale, profile.part_sessions),
    }
}

#[component]
fn Parts(settings: SecuritySettings, companies: Companies, room: Room) -> impl IntoView {
    room.restore_focus();
    let SecuritySettings {
        email,
        two_factor,
        password,
        browsers,
        sessions,
        history,
        single_sign_on,
        fresh,
        bound,
    } = settings;
    view! {
        <Part id=TWO_FACTOR>
            <TwoFactorPart two_factor email room/>
        </Part>
        <Part id=SINGLE_SIGN_ON>
            <Logins logins=single_sign_on fresh room/>
        </Part>
        <Part id=PASSWORD>
            <Password password room/>
        </Part>
        <Part id=BROWSERS>
            <Browsers browsers bound room/>
        </Part>
        <Part id=SESSIONS>
            <Sessions sessions history room/>
        </Part>
        <Part id=COMPANIES>
            <CompaniesPart companies room/>
        </Part>
    }
    .into_any()
}

/// A part with its heading, which an address can point at.
#[component]
fn Part(id: &'static str, children: Children) -> impl IntoView {
    let locale = use_locale();
    let heading = format!("{id}-title");
    view! {
        <section id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone() tabindex="-1">{name(locale, id)}</h2>
            {children()}
        </section>
    }
    .into_any()
}
