//! What surrounds every page of the console: the bar, the navigation, and which page it is.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::Me;
use super::address::{self, Place};
use super::audit::AuditLog;
use super::invitations::InvitationsPage;
use super::policy::PolicyPage;
use super::presence_lists::PresenceListsPage;
use super::scroll::restore_scroll;
use super::settings;
use super::users::Users;
use crate::context::Page;
use crate::i18n::{td_string, use_locale};
use crate::session::{Bar, FewCodes, Remaining, SessionWatch};
use crate::ui::Heading;
use crate::wire::{AuditQuery, Session, UserQuery, Workplace};

#[component]
pub(super) fn Frame(session: Session) -> impl IntoView {
    let locale = use_locale();
    provide_context(Me(session.account.id.clone()));
    let remaining = Remaining::of(&session);
    let alias = session.company.alias.clone();
    let params = use_params_map();
    let rest = Memo::new(move |_| params.read().get("page").unwrap_or_default());
    let place = Memo::new(move |_| rest.with(|rest| address::place(rest)));
    let beside = Memo::new(move |_| rest.with(|rest| address::beside(rest)));
    restore_scroll();
    let list = Memo::new(move |_| rest.with(|rest| address::presence_list(rest)));
    let document = Page::use_page();
    let page = {
        let alias = alias.clone();
        move || {
            let alias = alias.clone();
            match place.get() {
                Place::Front => {
                    let to = address::users(&alias, None, &UserQuery::default());
                    document.leave(&to);
                    ().into_any()
                }
                Place::Users => view! { <Users alias beside/> }.into_any(),
                Place::PresenceLists => view! { <PresenceListsPage alias list/> }.into_any(),
                Place::Policy => view! { <PolicyPage alias/> }.into_any(),
                Place::Audit => view! { <AuditLog alias/> }.into_any(),
                Place::Invitations => view! { <InvitationsPage/> }.into_any(),
                Place::Look => view! { <settings::LookPage/> }.into_any(),
                Place::Legal => view! { <settings::LegalPage/> }.into_any(),
                Place::HelpContact => view! { <settings::HelpPage/> }.into_any(),
                Place::Notice => view! { <settings::NoticePage/> }.into_any(),
                Place::Sessions => view! { <settings::SessionsPage/> }.into_any(),
                Place::SingleSignOn => view! { <settings::SingleSignOnPage/> }.into_any(),
                Place::AmazonConnect => view! { <settings::AmazonConnectPage alias/> }.into_any(),
                Place::Unknown => view! { <UnknownPage alias/> }.into_any(),
            }
        }
    };
    let navigation = {
        let alias = alias.clone();
        move || view! { <Navigation alias=alias.clone() place/> }
    };
    let in_sheet = navigation.clone();
    view! {
        <div class="console">
            <Bar session here=Workplace::Console>
                <details class="sheet">
                    <summary>{td_string!(locale, console.nav.menu)}</summary>
                    {in_sheet()}
                </details>
            </Bar>
            {navigation()}
            <main id="main">
                <SessionWatch alias=alias.clone() remaining/>
                <FewCodes alias/>
                {page}
            </main>
        </div>
    }
}

/// The console's pages in their groups. A page appears here once it exists.
#[component]
fn Navigation(alias: String, place: Memo<Place>) -> impl IntoView {
    let locale = use_locale();
    let link = |to: Place, href: String, name: &'static str| {
        let current = move || (place.get() == to).then_some("page");
        view! {
            <li>
                <a href=href aria-current=current>{name}</a>
            </li>
        }
    };
    let users = address::users(&alias, None, &UserQuery::default());
    let lists = address::presence_lists(&alias, None);
    let policy = address::policy(&alias);
    let audit = address::audit(&alias, &AuditQuery::default());
    let invitations = address::invitations(&alias);
    let to = |place: Place| address::settings(&alias, place);
    let (look, legal, help) = (to(Place::Look), to(Place::Legal), to(Place::HelpContact));
    let (notice, sessions) = (to(Place::Notice), to(Place::Sessions));
    let (single_sign_on, amazon) = (to(Place::SingleSignOn), to(Place::AmazonConnect));
    view! {
        <nav class="places" aria-label=td_string!(locale, console.nav.label)>
            <h2>{td_string!(locale, console.nav.people)}</h2>
            <ul>
                {link(Place::Users, users, td_string!(locale, console.users.title))}
                {link(Place::PresenceLists, lists, td_string!(locale, presence.lists.title))}
            </ul>
            <h2>{td_string!(locale, console.nav.security)}</h2>
            <ul>
                {link(Place::Policy, policy, td_string!(locale, console.policy.title))}
                {link(Place::Sessions, sessions, td_string!(locale, settings.sessions.title))}
                {link(Place::SingleSignOn, single_sign_on, td_string!(locale, sso_console.title))}
                {link(Place::Audit, audit, td_string!(locale, console.audit.title))}
            </ul>
            <h2>{td_string!(locale, console.nav.phone)}</h2>
            <ul>{link(Place::AmazonConnect, amazon, td_string!(locale, amazon.title))}</ul>
            <h2>{td_string!(locale, console.nav.company)}</h2>
            <ul>
                {link(Place::Look, look, td_string!(locale, settings.look.title))}
                {link(Place::Invitations, invitations, td_string!(locale, invitation.title))}
                {link(Place::Legal, legal, td_string!(locale, settings.legal.title))}
                {link(Place::HelpContact, help, td_string!(locale, settings.help.title))}
                {link(Place::Notice, notice, td_string!(locale, settings.notice.title))}
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn UnknownPage(alias: String) -> impl IntoView {
    Page::use_page().status(404);
    let locale = use_locale();
    let users = address::users(&alias, None, &UserQuery::default());
    view! {
        <Heading title=td_string!(locale, console.unknown_page.title)/>
        <p>{td_string!(locale, console.unknown_page.text)}</p>
        <a class="button quiet" href=users>{td_string!(locale, console.unknown_page.go)}</a>
    }
}
