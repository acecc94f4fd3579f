//! "Login summary": who came in by Amazon Connect, before they go to work.

use leptos::prelude::*;

#[component]
pub(crate) fn SummaryPage() -> impl IntoView {}
