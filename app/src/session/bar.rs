//! The bar on top of a signed-in person's pages.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

use super::SignOut;
use super::leave::settle;
use super::sign_out::{ForgetBrowser, SignOutThere};
use super::switcher::Switcher;
use crate::client::Api;
use crate::context::load;
use crate::entry::LanguageChoice;
use crate::i18n::{td_string, use_locale};
use crate::ui::PersonMenu;
use crate::wire::{Role, Session, Workplace};

/// Company, the way to the other workplace for people with both roles, and the person's menu.
/// `children` stand at the start: a way to open the navigation, where there is one.
#[component]
pub(crate) fn Bar(
    session: Session,
    /// Which workplace this is, where it is one.
    #[prop(optional)]
    here: Option<Workplace>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let alias = session.company.alias.clone();
    let both = [Role::Agent, Role::Admin]
        .iter()
        .all(|role| session.roles.contains(role));
    view! {
        <header class="bar">
            {children.map(|children| children())}
            <span class="company">{session.company.name.clone()}</span>
            {here.filter(|_| both).map(|here| view! { <Switch alias here/> })}
            <Menu session/>
        </header>
    }
    .into_any()
}

/// To the other workplace, which is remembered for the next sign-in.
#[component]
fn Switch(alias: String, here: Workplace) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let busy = RwSignal::new(false);
    let (to, name, words) = match here {
        Workplace::Console => (
            Workplace::Desk,
            "desk",
            td_string!(locale, signed_in.to_desk),
        ),
        Workplace::Desk => (
            Workplace::Console,
            "console",
            td_string!(locale, signed_in.to_console),
        ),
    };
    let action = format!("/{alias}/workplace");
    let address = format!("/{alias}/{name}");
    let go = move |event: ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let api = api.clone();
        let address = address.clone();
        spawn_local(async move {
            // Not remembering the choice is no reason to keep anybody here.
            let _ = settle(api.choose_workplace(to).await);
            load(&address);
        });
    };
    view! {
        <form method="post" action=action on:submit=go>
            <button
                type="submit"
                class="button text"
                name="workplace"
                value=name
                aria-busy=move || busy.get().to_string()
            >
                {words}
            </button>
        </form>
    }
}

/// Who is signed in, their other companies, their language, and the ways out.
#[component]
fn Menu(session: Session) -> impl IntoView {
    let locale = use_locale();
    let here = use_location().pathname.get_untracked();
    let name = session.account.name;
    let alias = session.company.alias;
    view! {
        <PersonMenu name=name.clone() label=td_string!(locale, signed_in.menu.label)>
            <p class="who">
                <strong>{name}</strong>
                <span>{session.account.username}</span>
                <span>{session.company.name}</span>
            </p>
            {session.connected.then(|| view! { <Switcher/> })}
            <a class="settings" href=format!("/{alias}/profile/security") rel="external">
                {td_string!(locale, signed_in.menu.security)}
            </a>
            <LanguageChoice here/>
            <SignOut alias=alias.clone()/>
            {session.signed_in_at.map(|name| view! { <SignOutThere alias=alias.clone() name/> })}
            {session.phone_username.map(|_| view! { <ForgetBrowser alias=alias.clone()/> })}
            <SignOut alias everywhere=true/>
        </PersonMenu>
    }
    .into_any()
}
