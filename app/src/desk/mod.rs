//! Where an agent works.

use leptos::prelude::*;

use crate::ui::Heading;

#[component]
pub fn DeskPage() -> impl IntoView {
    view! { <Heading title="Home Dashboard"/> }
}
