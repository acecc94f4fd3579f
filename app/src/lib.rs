//! Callgate's web application, rendered on the server and hydrated in the browser.
//!
//! This file is the map: which address shows which page. Texts are in `i18n`, the JSON API's types
//! in `wire`, the way to it in `client`; one folder for each place a person can be.

#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the component macro writes a public function inside private modules"
)]

mod agents;
pub mod client;
pub mod colour;
pub mod console;
pub mod context;
mod desk;
pub mod entry;
pub mod i18n;
mod later;
mod microphone;
mod onboarding;
mod outside;
mod phone;
pub mod profile;
mod ready_for_calls;
mod session;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod sign_in;
mod two_factor;
pub mod ui;
pub mod wire;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    agents::Agents,
    console::ConsolePage,
    context::{Facts, KnownStep},
    entry::{CompanyPage, CompanyScope, FinderPage, NotFoundPage},
    i18n::{locale_for, td_string},
    later::Later,
    profile::ProfilePage,
    ui::Visits,
};

/// The application: everything inside `<body>`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let locale = locale_for(&Facts::provide().language());
    provide_context(locale);
    provide_context(KnownStep::default());
    provide_context(Visits(StoredValue::new(false)));
    mark_as_live();

    view! {
        <a class="skip" href="#main" rel="external">{td_string!(locale, common.skip)}</a>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=FinderPage ssr=SsrMode::Async/>
                <Route path=path!("/invitation") view=Later::Invitation ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=Later::ResetPassword ssr=SsrMode::Async/>
                <Route path=path!("/confirm-email") view=Later::ConfirmEmail ssr=SsrMode::Async/>
                <Route path=path!("/sso") view=Later::SsoAnywhere ssr=SsrMode::Async/>
                <Route path=path!("/onboarding") view=Later::Onboarding ssr=SsrMode::Async/>
                <ParentRoute path=path!("/:alias") view=CompanyScope ssr=SsrMode::Async>
                    <Route path=path!("") view=CompanyPage/>
                    <Route path=path!("sso") view=Later::Sso/>
                    <Route path=path!("bind") view=Later::Bind/>
                    <Route path=path!("code") view=Later::Code/>
                    <Route path=path!("setup") view=Later::Setup/>
                    <Route path=path!("change-password") view=Later::ChangePassword/>
                    <Route path=path!("browser-link") view=Later::BrowserLink/>
                    <Route path=path!("forgot-password") view=Later::ForgotPassword/>
                    <Route path=path!("stopped") view=Later::Stopped/>
                    <Route path=path!("terms") view=Later::Terms/>
                    <Route path=path!("privacy") view=Later::Privacy/>
                    <Route path=path!("floor-card") view=Later::FloorCard/>
                    <Route path=path!("desk") view=Agents::Desk/>
                    <Route path=path!("summary") view=Agents::Summary/>
                    <Route path=path!("profile/security") view={Lazy::<ProfilePage>::new()}/>
                    <Route path=path!("console/*page") view={Lazy::<ConsolePage>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Tells the style sheet that the program runs: what needs it appears, what replaced it goes.
fn mark_as_live() {
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            let _ = root.class_list().add_1("live");
        }
    });
}
