//! User Management: the people of a company, one of them in a panel beside the list.

mod add;
mod bulk;
mod connect;
mod cures;
mod edit;
mod fields;
mod filters;
mod help;
mod joining;
mod list;
mod marks;
mod new;
mod person;
mod picking;
mod room;
mod row;
mod said;
mod sure;
mod wording;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

use self::{
    bulk::BulkBar, filters::Filters, joining::JoiningNotice, list::People, person::Panel,
    room::Room, said::SaidNotice, sure::RoomDialog,
};
use super::address::Beside;
use super::{address, ready::Ready, words};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::session::{FreshProofDialog, settle};
use crate::ui::{Heading, Loading, Tab, Tabs, counted};
use crate::wire::{UserPage, UserQuery, UserView};

/// What the address asks for; everything shown follows from it.
#[derive(Clone, Copy)]
struct Asked {
    alias: StoredValue<String>,
    query: Memo<UserQuery>,
    beside: Memo<Beside>,
}

impl Asked {
    /// The list's address after a change of what is asked.
    fn list(self, change: impl FnOnce(&mut UserQuery)) -> String {
        self.address(&Beside::Nothing, change)
    }

    /// The address of something beside the same list.
    fn beside(self, beside: &Beside) -> String {
        self.address(beside, |_| {})
    }

    fn address(self, beside: &Beside, change: impl FnOnce(&mut UserQuery)) -> String {
        let mut query = self.query.get();
        change(&mut query);
        self.alias
            .with_value(|alias| address::users_beside(alias, beside, &query))
    }

    fn view(self) -> UserView {
        self.query.with(|query| query.view.unwrap_or(UserView::All))
    }
}

type Answer = Result<UserPage, ApiError>;

#[component]
pub(super) fn Users(alias: String, beside: Memo<Beside>) -> impl IntoView {
    let locale = use_locale();
    let params = use_query_map();
    let asked = Asked {
        alias: StoredValue::new(alias),
        query: Memo::new(move |_| params.with(address::query)),
        beside,
    };
    let room = Room::new(asked);
    let api = Api::use_api();
    let questions = RwSignal::new(0_u32);
    let page = Resource::new(
        move || (asked.query.get(), room.changes.get()),
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
    let with_panel = move || beside.with(|beside| *beside != Beside::Nothing);
    let is_wide = move || beside.with(|beside| *beside == Beside::Add);
    view! {
        <div class="users" class:with-panel=with_panel class:with-wide=is_wide>
            <section class="list">
                <Ready alias=asked.alias changes=room.changes/>
                <div class="head">
                    <Heading title=td_string!(locale, console.users.title)/>
                    <a
                        class="button quiet"
                        href=move || asked.beside(&Beside::Add)
                        data-noscroll=true
                    >
                        {td_string!(locale, people.add.open)}
                    </a>
                    <a
                        class="button primary"
                        href=move || asked.beside(&Beside::New)
                        data-noscroll=true
                    >
                        {td_string!(locale, people.new.open)}
                    </a>
                </div>
                <JoiningNotice room/>
                <Transition fallback=|| ()>
                    <Views asked page/>
                </Transition>
                <Filters room/>
                <Transition fallback=Loading>
                    <People room page busy again/>
                </Transition>
                <BulkBar room/>
            </section>
            <Panel room/>
        </div>
        <SaidNotice room/>
        <RoomDialog room/>
        <FreshProofDialog proof=room.proof/>
    }
}

/// Gives the focus to the first thing that fits a selector, in the browser.
fn focus_on(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(it) = found.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = it.focus();
    }
}

/// Gives the focus to what is about to be shown.
fn focus_soon(selector: &'static str) {
    request_animation_frame(move || focus_on(selector));
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
    let counts = Memo::new(move |before: Option<&Vec<_>>| {
        // A page that failed says nothing of the others.
        let answer = page.get().and_then(Result::ok);
        answer.map_or_else(|| before.cloned().unwrap_or_default(), |page| page.counts)
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
                    .map(|it| counted(locale, it.count, it.more))
            })
        }),
    };
    let tabs = address::VIEWS.map(tab).to_vec();
    view! { <Tabs label=td_string!(locale, console.users.views) tabs/> }.into_any()
}
