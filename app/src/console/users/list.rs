//! The list itself: rows, or why there are none.

use leptos::prelude::*;

use super::picking::{PickPage, forget_with_list};
use super::room::Room;
use super::row::Row;
use super::{Answer, Asked, focus_on};
use crate::client::ApiError;
use crate::console::words;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Empty, Failed, Pager, Part, Table};
use crate::wire::{User, UserView};

/// What the answer amounts to.
#[derive(Clone, PartialEq)]
enum Shown {
    /// Nothing to say yet.
    Waiting,
    Failed(ApiError),
    /// Nobody, and the list does not go on elsewhere.
    Nobody,
    /// Nobody on this page, but on earlier ones.
    PastEnd,
    Rows,
}

impl Shown {
    fn of(answer: Option<&Answer>) -> Self {
        match answer {
            None => Self::Waiting,
            Some(Err(error)) => Self::Failed(error.clone()),
            Some(Ok(page)) if !page.users.is_empty() => Self::Rows,
            Some(Ok(page)) if page.total > 0 => Self::PastEnd,
            Some(Ok(_)) => Self::Nobody,
        }
    }
}

#[component]
pub(super) fn People(
    room: Room,
    page: Resource<Answer>,
    busy: Signal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let asked = room.asked;
    let shown = Memo::new(move |_| Shown::of(page.get().as_ref()));
    let first_page = move || asked.list(|query| query.page = None);
    forget_with_list(room);
    focus_where_something_was_done(room, page);
    move || match shown.get() {
        Shown::Waiting => ().into_any(),
        Shown::Failed(error) => view! { <Failed error again/> }.into_any(),
        Shown::Nobody => view! { <Nobody asked/> }.into_any(),
        Shown::PastEnd => view! {
            <Empty
                title=td_string!(locale, console.empty.past_end)
                text=td_string!(locale, console.empty.past_end_text)
            >
                <a class="button quiet" href=first_page>
                    {td_string!(locale, console.empty.first_page)}
                </a>
            </Empty>
        }
        .into_any(),
        Shown::Rows => view! { <Rows room page busy/> }.into_any(),
    }
}

#[component]
fn Rows(room: Room, page: Resource<Answer>, busy: Signal<bool>) -> impl IntoView {
    let asked = room.asked;
    let answer = move || page.get().and_then(Result::ok);
    let users = Memo::new(move |_| answer().map(|page| page.users).unwrap_or_default());
    let part = Memo::new(move |_| {
        let answer = answer();
        answer.map_or_else(Part::default, |page| Part {
            page: page.page,
            size: page.page_size,
            total: page.total,
            more: page.more,
        })
    });
    // Other columns are another table.
    let kind = Memo::new(move |_| Columns::of(asked.view()));
    let address = move |page| asked.list(|query| query.page = Some(page));
    view! {
        {move || view! { <PeopleTable room users columns=kind.get() busy/> }}
        <Pager part address/>
        {move || is_at_the_end(part.get()).then(|| view! { <SearchForMore/> })}
    }
    .into_any()
}

/// What is shown of people depends on what they are looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    Usual,
    /// Why they cannot sign in, and what helps.
    Hindrances,
    /// When they were deleted, and the way back.
    Deleted,
}

impl Columns {
    fn of(view: UserView) -> Self {
        match view {
            UserView::CannotSignIn => Self::Hindrances,
            UserView::Deleted => Self::Deleted,
            UserView::All
            | UserView::Enabled
            | UserView::Locked
            | UserView::Invited
            | UserView::Disabled => Self::Usual,
        }
    }

    fn headings(self, locale: Locale) -> Vec<&'static str> {
        let name = td_string!(locale, console.users.name);
        let email = td_string!(locale, console.users.email);
        let last = td_string!(locale, console.users.last_sign_in);
        match self {
            Self::Usual => vec![
                name,
                email,
                td_string!(locale, console.person.roles),
                td_string!(locale, console.users.status),
                td_string!(locale, people.presence),
                td_string!(locale, people.list),
                last,
            ],
            Self::Hindrances => vec![name, td_string!(locale, people.why.heading), email, last],
            Self::Deleted => vec![
                name,
                email,
                td_string!(locale, people.delete.at),
                td_string!(locale, people.restore.heading),
            ],
        }
    }
}

#[component]
fn PeopleTable(
    room: Room,
    users: Memo<Vec<User>>,
    columns: Columns,
    busy: Signal<bool>,
) -> impl IntoView {
    let locale = use_locale();
    let with_picks = columns != Columns::Deleted;
    let first = with_picks.then(|| view! { <PickPage room users/> }.into_any());
    view! {
        {with_picks.then(|| view! {
            <div class="pick-page"><PickPage room users in_words=true/></div>
        })}
        <Table
            caption=td_string!(locale, console.users.caption)
            columns=columns.headings(locale)
            first
            busy
        >
            <For each=move || users.get() key=fingerprint let:user>
                <Row room user columns/>
            </For>
        </Table>
    }
    .into_any()
}

/// What makes a row another row: who it is, and everything that may change about them.
fn fingerprint(user: &User) -> String {
    serde_json::to_string(user).unwrap_or_default()
}

/// Whether nobody further down can be turned to.
fn is_at_the_end(part: Part) -> bool {
    part.more && u64::from(part.page) * u64::from(part.size) >= part.total
}

#[component]
fn SearchForMore() -> impl IntoView {
    let locale = use_locale();
    view! { <p class="hint">{td_string!(locale, people.search_for_more)}</p> }
}

/// When what had the focus went away with what was done, the focus goes to the list's heading; with a person's card
/// open it is the card's.
fn focus_where_something_was_done(room: Room, page: Resource<Answer>) {
    Effect::new(move || {
        page.track();
        let beside = room.asked.beside.get();
        if beside.person().is_some() || !room.renewed.get_value() || room.open.get() {
            return;
        }
        // The rows are renewed in this turn too.
        request_animation_frame(move || {
            let lost = document()
                .active_element()
                .is_none_or(|it| it.tag_name() == "BODY");
            if lost {
                room.renewed.try_set_value(false);
                focus_on("h1");
            }
        });
    });
}

/// Why the list is empty, and the way out.
#[component]
fn Nobody(asked: Asked) -> impl IntoView {
    let locale = use_locale();
    move || {
        let view = asked.view();
        let (search, filtered) = asked.query.with(|query| {
            let filtered = query.role.is_some() || query.presence_list.is_some();
            (query.search.is_some(), filtered)
        });
        let (title, text) = match (search, filtered) {
            (false, false) => words::emptiness(locale, view),
            (true, _) => (
                td_string!(locale, console.empty.no_match),
                td_string!(locale, console.empty.no_match_text),
            ),
            (false, true) => (
                td_string!(locale, console.empty.no_match),
                td_string!(locale, people.nobody_filtered),
            ),
        };
        let (href, go) = if search || filtered {
            let clear = asked.list(|query| {
                query.search = None;
                query.role = None;
                query.presence_list = None;
                query.page = None;
            });
            (clear, td_string!(locale, people.clear_filters))
        } else {
            let all = asked.list(|query| query.view = None);
            (all, td_string!(locale, console.empty.show_all))
        };
        let pointless = view == UserView::All && !search && !filtered;
        view! {
            <Empty title text>
                {(!pointless).then(|| view! { <a class="button quiet" href=href>{go}</a> })}
            </Empty>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::UserPage;

    #[test]
    fn an_empty_page_is_not_an_empty_list() {
        let page = |total| {
            Ok(UserPage {
                users: Vec::new(),
                total,
                more: false,
                page: 9,
                page_size: 50,
                counts: Vec::new(),
            })
        };
        assert!(Shown::of(Some(&page(0))) == Shown::Nobody);
        assert!(Shown::of(Some(&page(312))) == Shown::PastEnd);
        assert!(Shown::of(None) == Shown::Waiting);
    }

    #[test]
    fn beyond_the_last_page_people_are_searched() {
        let part = |page, more| Part {
            page,
            size: 50,
            total: 1_000,
            more,
        };
        assert!(is_at_the_end(part(20, true)));
        assert!(!is_at_the_end(part(19, true)));
        assert!(!is_at_the_end(part(20, false)));
    }
}
