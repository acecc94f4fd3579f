//! Where an administrator works; a chunk of its own, which agents never download. Nothing outside
//! may name anything in here but [`ConsolePage`].

mod address;
mod audit;
mod frame;
mod invitations;
mod policy;
mod presence_lists;
mod ready;
mod scroll;
mod settings;
mod users;
mod words;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::i18n::bring_texts;
use crate::session::Guarded;
use crate::wire::Role;

/// The id of the administrator's own account, for every page.
#[derive(Clone, Debug)]
struct Me(String);

/// All of the console's pages, behind `/{alias}/console/*page`.
#[derive(Debug)]
pub struct ConsolePage;

#[lazy_route]
impl LazyRoute for ConsolePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        bring_texts();
        let page = |session| view! { <frame::Frame session/> };
        view! { <Guarded needs=Role::Admin page/> }.into_any()
    }
}
