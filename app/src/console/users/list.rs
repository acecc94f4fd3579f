//! The list itself: rows, or why there are none.

use leptos::prelude::*;

use super::{Answer, Asked};
use crate::client::ApiError;
use crate::console::words;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Empty, Failed, Pager, Part, Table};
use crate::wire::{Role, User, UserView};

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
    asked: Asked,
    page: Resource<Answer>,
    busy: Signal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let shown = Memo::new(move |_| Shown::of(page.get().as_ref()));
    let first_page = move || asked.list(|query| query.page = None);
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
        Shown::Rows => view! { <Rows asked page busy/> }.into_any(),
    }
}

#[component]
fn Rows(asked: Asked, page: Resource<Answer>, busy: Signal<bool>) -> impl IntoView {
    let locale = use_locale();
    let answer = move || page.get().and_then(Result::ok);
    let users = Memo::new(move |_| answer().map(|page| page.users).unwrap_or_default());
    let part = Memo::new(move |_| {
        let (page, size, total) =
            answer().map_or((1, 50, 0), |page| (page.page, page.page_size, page.total));
        Part { page, size, total }
    });
    let columns = vec![
        td_string!(locale, console.users.name),
        td_string!(locale, console.users.username),
        td_string!(locale, console.users.email),
        td_string!(locale, console.users.status),
        td_string!(locale, console.users.role),
        td_string!(locale, console.users.last_sign_in),
    ];
    view! {
        <Table caption=td_string!(locale, console.users.caption) columns busy>
            <For each=move || users.get() key=fingerprint let:user>
                <Row asked user/>
            </For>
        </Table>
        <Pager part address=move |page| asked.list(|query| query.page = Some(page))/>
    }
    .into_any()
}

/// What makes a row another row: who it is, and everything that may change about them.
fn fingerprint(user: &User) -> impl Eq + std::hash::Hash + use<> {
    let User {
        id,
        name,
        username,
        email,
        roles,
        status,
        locked,
        last_sign_in_at,
        ..
    } = user.clone();
    (
        id,
        name,
        username,
        email,
        roles,
        status,
        locked,
        last_sign_in_at,
    )
}

#[component]
fn Row(asked: Asked, user: User) -> impl IntoView {
    let locale = use_locale();
    let id = StoredValue::new(user.id.clone());
    let open = Memo::new(move |_| {
        asked
            .person
            .with(|person| id.with_value(|id| person.as_ref() == Some(id)))
    });
    let href = move || id.with_value(|id| asked.beside(id));
    let last = user.last_sign_in_at.as_deref().map_or_else(
        || td_string!(locale, console.users.never).to_owned(),
        |stamp| words::moment(locale, stamp),
    );
    view! {
        <tr class:current=open>
            <th scope="row">
                <a
                    id=row_id(&user.id)
                    href=href
                    aria-current=move || open.get().then_some("true")
                    data-noscroll=true
                >
                    {user.name.clone()}
                </a>
            </th>
            <td class="username">{user.username.clone()}</td>
            <td class="email">{user.email.clone()}</td>
            <td class="status"><Marks user=user.clone()/></td>
            <td class="role">{roles(locale, &user.roles)}</td>
            <td class="last">{last}</td>
        </tr>
    }
    .into_any()
}

/// The id of the link to a person, where focus returns when their panel closes.
pub(super) fn row_id(user: &str) -> String {
    format!("user-{user}")
}

/// The status and the flag beside it, each a shape and a word.
#[component]
pub(super) fn Marks(user: User) -> impl IntoView {
    let locale = use_locale();
    let shape = match user.status {
        crate::wire::UserStatus::Enabled | crate::wire::UserStatus::SsoOnly => "state on",
        crate::wire::UserStatus::Invited | crate::wire::UserStatus::Pending => "state waiting",
        crate::wire::UserStatus::Expired | crate::wire::UserStatus::Bounced => "state warning",
        crate::wire::UserStatus::Disabled => "state off",
    };
    view! {
        <span class=shape>{words::status(locale, user.status)}</span>
        {user.locked.then(|| view! {
            " "
            <span class="state locked">{td_string!(locale, console.users.is_locked)}</span>
        })}
    }
}

pub(super) fn roles(locale: Locale, roles: &[Role]) -> String {
    let names = roles.iter().map(|role| match role {
        Role::Agent => td_string!(locale, signed_in.role.agent),
        Role::Admin => td_string!(locale, signed_in.role.admin),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Why the list is empty, and the way out.
#[component]
fn Nobody(asked: Asked) -> impl IntoView {
    let locale = use_locale();
    move || {
        let view = asked.view();
        let (search, role) = asked
            .query
            .with(|query| (query.search.is_some(), query.role.is_some()));
        let (title, text) = match (search, role) {
            (false, false) => words::emptiness(locale, view),
            (true, _) => (
                td_string!(locale, console.empty.no_match),
                td_string!(locale, console.empty.no_match_text),
            ),
            (false, true) => (
                td_string!(locale, console.empty.no_match),
                td_string!(locale, console.empty.no_role_text),
            ),
        };
        let (href, go) = if search || role {
            let clear = asked.list(|query| {
                query.search = None;
                query.role = None;
                query.page = None;
            });
            (clear, td_string!(locale, console.empty.clear))
        } else {
            let all = asked.list(|query| query.view = None);
            (all, td_string!(locale, console.empty.show_all))
        };
        let pointless = view == UserView::All && !search && !role;
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
                page: 9,
                page_size: 50,
                counts: Vec::new(),
            })
        };
        assert!(Shown::of(Some(&page(0))) == Shown::Nobody);
        assert!(Shown::of(Some(&page(312))) == Shown::PastEnd);
        assert!(Shown::of(None) == Shown::Waiting);
    }
}
