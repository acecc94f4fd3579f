//! The ways in.
use leptos::prelude::*;
use leptos_router::components::Outlet;
#[component]
pub fn FinderPage() -> impl IntoView {}
#[component]
pub fn NotFoundPage() -> impl IntoView {}
#[component]
pub fn CompanyScope() -> impl IntoView {
    view! {<Outlet/>}
}
#[component]
pub fn CompanyPage() -> impl IntoView {}
#[component]
pub fn StoppedPage() -> impl IntoView {}
#[component]
pub fn LegalPage(privacy: bool) -> impl IntoView {
    let _ = privacy;
}
