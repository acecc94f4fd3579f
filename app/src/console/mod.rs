//! Where an administrator works; a chunk of its own, which agents never download.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::ui::Heading;

#[derive(Debug)]
pub struct ConsolePage;

#[lazy_route]
impl LazyRoute for ConsolePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Heading title="User Management"/> }.into_any()
    }
}
