//! The steps.
use leptos::prelude::*;
#[component]
pub fn CodePage() -> impl IntoView {}
#[component]
pub fn ChangePasswordPage() -> impl IntoView {}
#[component]
pub fn BrowserLinkPage() -> impl IntoView {}
#[component]
pub fn InvitationPage() -> impl IntoView {}
