//! Security Settings: a person's own ways in; a chunk of its own. Nothing outside may name anything in
//! here but [`ProfilePage`].

mod add_app;
mod adding;
mod agent;
mod codes;
mod companies;
mod confirm;
mod email;
mod logins;
mod page;
mod password;
mod places;
mod room;
mod two_factor;

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::i18n::bring_texts;
use crate::session::Guarded;

/// `/{alias}/profile/security`
#[derive(Debug)]
pub struct ProfilePage;

#[lazy_route]
impl LazyRoute for ProfilePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        bring_texts();
        let page = |session| view! { <page::Settings session/> };
        view! { <Guarded page/> }.into_any()
    }
}
