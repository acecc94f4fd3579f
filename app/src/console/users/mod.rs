//! User Management: the people of a company, one of them in a panel beside the list.

mod filters;
mod help;
mod list;
mod person;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{filters::Filters, list::People, person::Panel};
use super::{address, ready::Ready, words};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Heading, Loading, Tab, Tabs};
use crate::wire::{UserPage, UserQuery, UserView};

/// What the address asks for; everything shown follows from it.
#[derive(Clone, Copy)]
struct Asked {
    alias: StoredValue<String>,
    query: Memo<UserQuery>,
    /// Whose panel is open.
    person: Memo<Option<String>>,
}

impl Asked {
    /// The list's address after a change of what is asked.
    fn list(self, change: impl FnOnce(&mut UserQuery)) -> String {
        self.address(None, change)
    }

    /// The address of a person's panel beside the same list.
    fn beside(self, person: &str) -> String {
        self.address(Some(person), |_| {})
    }

    fn address(self, person: Option<&str>, change: impl FnOnce(&mut UserQuery)) -> String {
        let mut query = self.query.get();
        change(&mut query);
        self.alias
            .with_value(|alias| address::users(alias, person, &query))
    }

    fn view(self) -> UserView {
        self.query.with(|query| query.view.unwrap_or(UserView::All))
    }
}

type Answer = Result<UserPage, ApiError>;

#[component]
pub(super) fn Users(alias: String, person: Memo<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(address::query));
    let alias = StoredValue::new(alias);
    let asked = Asked {
        alias,
        query,
        person,
    };
    // Rises with every change that was made here.
    let changes = RwSignal::new(0_u32);
    let saved = RwSignal::new(None::<String>);
    let api = Api::use_api();
    let questions = RwSignal::new(0_u32);
    let page = Resource::new(
        move || (query.get(), changes.get()),
        move |(query, _)| {
            let api = api.clone();
            async move {
                let _waiting = Waiting::on(questions);
                settle(api.users(&query).await)
            }
        },
    );
    let busy = Signal::derive(move || questions.get() > 0);
    let again = Callback::new(move |()| page.refetch());
    let on_helped = Callback::new(move |said: String| {
        saved.set(Some(said));
        changes.update(|changes| *changes += 1);
    });
    view! {
        <div class="users" class:with-panel=move || person.with(Option::is_some)>
            <section class="list">
                <Ready alias changes/>
                <Heading title=td_string!(locale, console.users.title)/>
                <p class="saved" role="status">{move || saved.get()}</p>
                <Transition fallback=|| ()>
                    <Views asked page/>
                </Transition>
                <Filters asked/>
                <Transition fallback=Loading>
                    <People asked page busy again/>
                </Transition>
            </section>
            <Panel asked changes on_helped/>
        </div>
    }
}

/// Counts a question for as long as its answer is waited for, also when nobody wants it any more.
struct Waiting(RwSignal<u32>);

impl Waiting {
    fn on(questions: RwSignal<u32>) -> Self {
        questions.update(|count| *count += 1);
        Self(questions)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // The list may be gone by now.
        self.0.try_update(|count| *count = count.saturating_sub(1));
    }
}

/// The views with the number of people in each, whatever is searched.
#[component]
fn Views(asked: Asked, page: Resource<Answer>) -> impl IntoView {
    let locale = use_locale();
    let counts = Memo::new(move |_| {
        let answer = page.get();
        answer
            .and_then(Result::ok)
            .map(|page| page.counts)
            .unwrap_or_default()
    });
    let tab = |view: UserView| Tab {
        label: words::view(locale, view),
        href: Signal::derive(move || {
            asked.list(|query| {
                query.view = Some(view);
                query.page = None;
            })
        }),
        current: Signal::derive(move || asked.view() == view),
        count: Signal::derive(move || {
            counts.with(|counts| {
                counts
                    .iter()
                    .find(|count| count.view == view)
                    .map(|it| it.count)
            })
        }),
    };
    let tabs = address::VIEWS.map(tab).to_vec();
    view! { <Tabs label=td_string!(locale, console.users.views) tabs/> }.into_any()
}
