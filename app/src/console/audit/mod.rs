//! "Audit Log": what happened in the company, found by person, kind and day, and taken along as a file.

mod events;
mod filters;
mod reason;

pub(super) use self::reason::{Reason, reason};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{events::Events, filters::Filters};
use super::{address, words};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Heading, Loading};
use crate::wire::{AuditPage, AuditQuery};

type Answer = Result<AuditPage, ApiError>;

/// What the address asks for; everything shown follows from it.
#[derive(Clone, Copy)]
struct Asked {
    alias: StoredValue<String>,
    query: Memo<AuditQuery>,
}

impl Asked {
    /// The page's address after a change of what is asked.
    fn address(self, change: impl FnOnce(&mut AuditQuery)) -> String {
        let mut query = self.query.get();
        change(&mut query);
        self.alias.with_value(|alias| address::audit(alias, &query))
    }

    /// Whether anything but the newest events of everybody is asked for.
    fn is_filtered(self) -> bool {
        self.query.with(|query| {
            let AuditQuery {
                person,
                kind,
                from,
                to,
                after: _,
            } = query;
            [person, kind, from, to].into_iter().any(Option::is_some)
        })
    }
}

#[component]
pub(super) fn AuditLog(alias: String) -> impl IntoView {
    let locale = use_locale();
    let params = use_query_map();
    let asked = Asked {
        alias: StoredValue::new(alias),
        query: Memo::new(move |_| params.with(address::audited)),
    };
    let api = Api::use_api();
    let page = Resource::new(
        move || asked.query.get(),
        move |query| {
            let api = api.clone();
            async move { (query.clone(), settle(api.audit(&query).await)) }
        },
    );
    // Old rows are pale while new ones are on their way.
    let busy = Signal::derive(move || {
        page.get()
            .is_some_and(|(answered, _)| asked.query.with(|query| *query != answered))
    });
    let answer = Signal::derive(move || page.get().map(|(_, answer)| answer));
    let again = Callback::new(move |()| page.refetch());
    view! {
        <div class="audit">
            <Heading title=td_string!(locale, console.audit.title)/>
            <Transition fallback=|| ()>
                <Filters asked answer/>
            </Transition>
            <Transition fallback=Loading>
                <Events asked answer busy again/>
            </Transition>
        </div>
    }
}
