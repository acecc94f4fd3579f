//! Where an administrator works; a chunk of its own, which agents never download. Nothing outside
//! may name anything in here but [`ConsolePage`].

mod address;
mod frame;
mod users;
mod words;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::session::Guarded;
use crate::wire::Role;

/// All of the console's pages, behind `/{alias}/console/*page`.
#[derive(Debug)]
pub struct ConsolePage;

#[lazy_route]
impl LazyRoute for ConsolePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let page = |session| view! { <frame::Frame session/> };
        view! { <Guarded needs=Role::Admin page/> }.into_any()
    }
}

/// What the audit log's page calls a kind of event or a group of them; none for kinds without words.
/// Only for the server, whose tests know every kind there is.
#[cfg(feature = "ssr")]
pub fn audit_words(locale: crate::i18n::Locale, kind: &str) -> Option<&'static str> {
    words::known_kind(locale, kind).or_else(|| words::kinds(locale, kind))
}
