//! The console's addresses: what is shown lives in them, so that Back, reload and a shared link
//! show the same. Pure functions both ways.

use leptos_router::params::ParamsMap;

use crate::client::{audit_query, segment};
use crate::wire::{AuditQuery, Role, UserQuery, UserSort, UserView};

/// The views of User Management, in their order.
pub(super) const VIEWS: [UserView; 7] = [
    UserView::All,
    UserView::Enabled,
    UserView::CannotSignIn,
    UserView::Locked,
    UserView::Invited,
    UserView::Disabled,
    UserView::Deleted,
];

/// The orders of the list of people, in theirs.
pub(super) const SORTS: [UserSort; 4] = [
    UserSort::Name,
    UserSort::Username,
    UserSort::LastSignIn,
    UserSort::Created,
];

/// What is open beside the list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    /// The form for one more person.
    New,
    /// Rows of people to be pasted.
    Add,
    /// Who asks to join.
    Joining,
    /// A person, by their id.
    Person(String),
    /// The form with everything that can change about a person.
    Edit(String),
}

impl Beside {
    /// Whose row is the current one.
    pub(super) fn person(&self) -> Option<&str> {
        match self {
            Self::Person(id) | Self::Edit(id) => Some(id),
            Self::Nothing | Self::New | Self::Add | Self::Joining => None,
        }
    }
}

/// A page of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// No page is named: the first one is meant.
    Front,
    Users,
    PresenceLists,
    Policy,
    Audit,
    Invitations,
    Look,
    Legal,
    HelpContact,
    Notice,
    Sessions,
    SingleSignOn,
    AmazonConnect,
    Unknown,
}

/// Pages about the company itself, by their names in the address.
const SETTINGS: [(&str, Place); 7] = [
    ("company", Place::Look),
    ("legal", Place::Legal),
    ("help-contact", Place::HelpContact),
    ("notice", Place::Notice),
    ("sessions", Place::Sessions),
    ("single-sign-on", Place::SingleSignOn),
    ("amazon-connect", Place::AmazonConnect),
];

/// The page at `rest`, what follows `/console` in the address.
pub(super) fn place(rest: &str) -> Place {
    let mut parts = parts(rest);
    match (parts.next(), parts.nth(1)) {
        (None, _) => Place::Front,
        (Some("users"), None) => Place::Users,
        (Some("users"), Some("edit")) if matches!(beside(rest), Beside::Edit(_)) => Place::Users,
        (Some("presence-lists"), None) => Place::PresenceLists,
        (Some("2fa-policy"), None) if is_alone(rest) => Place::Policy,
        (Some("audit"), None) if is_alone(rest) => Place::Audit,
        (Some("invitations"), None) if is_alone(rest) => Place::Invitations,
        (Some(name), None) if is_alone(rest) => {
            let known = SETTINGS.iter().find(|(known, _)| *known == name);
            known.map_or(Place::Unknown, |(_, place)| *place)
        }
        _ => Place::Unknown,
    }
}

/// The address of a page about the company itself.
pub(super) fn settings(alias: &str, to: Place) -> String {
    let known = SETTINGS.iter().find(|(_, place)| *place == to);
    let name = known.map_or("", |(name, _)| name);
    format!("/{alias}/console/{name}")
}

/// Whether nothing follows the page's name.
fn is_alone(rest: &str) -> bool {
    parts(rest).nth(1).is_none()
}

/// What is open beside the list at `rest`.
pub(super) fn beside(rest: &str) -> Beside {
    let named: Vec<&str> = parts(rest).collect();
    match named.as_slice() {
        ["users", "new"] => Beside::New,
        ["users", "add"] => Beside::Add,
        ["users", "joining"] => Beside::Joining,
        ["users", "new" | "add" | "joining", ..] => Beside::Nothing,
        ["users", id] => Beside::Person((*id).to_owned()),
        ["users", id, "edit"] => Beside::Edit((*id).to_owned()),
        _ => Beside::Nothing,
    }
}

fn parts(rest: &str) -> impl Iterator<Item = &str> {
    rest.split('/').filter(|part| !part.is_empty())
}

/// What an address asks of the list. Anything that makes no sense is left out, so a mistyped
/// address still shows people.
pub(super) fn query(params: &ParamsMap) -> UserQuery {
    let given = |name| params.get_str(name).filter(|value| !value.is_empty());
    UserQuery {
        search: given("search").map(str::to_owned),
        view: given("view").and_then(view_named),
        role: given("role").and_then(role_named),
        presence_list: given("list").map(str::to_owned),
        sort: given("sort").and_then(sort_named),
        page: given("page")
            .and_then(|page| page.parse().ok())
            .filter(|page| *page > 1),
    }
}

/// The address of the list, or of a person beside it.
pub(super) fn users(alias: &str, person: Option<&str>, query: &UserQuery) -> String {
    let beside = match person {
        Some(id) => Beside::Person(id.to_owned()),
        None => Beside::Nothing,
    };
    users_beside(alias, &beside, query)
}

/// The address of the list with something beside it.
pub(super) fn users_beside(alias: &str, beside: &Beside, query: &UserQuery) -> String {
    let mut address = format!("/{alias}/console/users");
    match beside {
        Beside::Nothing => {}
        Beside::New => address.push_str("/new"),
        Beside::Add => address.push_str("/add"),
        Beside::Joining => address.push_str("/joining"),
        Beside::Person(id) => address.extend(["/", &segment(id)]),
        Beside::Edit(id) => address.extend(["/", &segment(id), "/edit"]),
    }
    let search = query.search.clone().filter(|search| !search.is_empty());
    let view = query.view.filter(|view| *view != UserView::All);
    let list = query.presence_list.clone().filter(|list| !list.is_empty());
    let sort = query.sort.filter(|sort| *sort != UserSort::Name);
    let page = query.page.filter(|page| *page > 1);
    let fields = [
        ("search", search),
        ("view", view.map(|view| view_name(view).to_owned())),
        ("role", query.role.map(|role| role_name(role).to_owned())),
        ("list", list),
        ("sort", sort.map(|sort| sort_name(sort).to_owned())),
        ("page", page.map(|page| page.to_string())),
    ];
    let mut sign = '?';
    for (name, value) in fields {
        if let Some(value) = value {
            address.push(sign);
            address.push_str(name);
            address.push('=');
            address.push_str(&segment(&value));
            sign = '&';
        }
    }
    address
}

/// The presence reason list that is open at `rest`; [`NEW_LIST`] for one that is made.
pub(super) fn presence_list(rest: &str) -> Option<String> {
    let mut parts = parts(rest).skip_while(|part| *part != "presence-lists");
    parts.nth(1).map(str::to_owned)
}

/// Stands in the address where a list's id does.
pub(super) const NEW_LIST: &str = "new";

/// The address of all presence reason lists, or of one.
pub(super) fn presence_lists(alias: &str, list: Option<&str>) -> String {
    match list {
        None => format!("/{alias}/console/presence-lists"),
        Some(id) => format!("/{alias}/console/presence-lists/{}", segment(id)),
    }
}

pub(super) fn policy(alias: &str) -> String {
    format!("/{alias}/console/2fa-policy")
}

pub(super) fn invitations(alias: &str) -> String {
    format!("/{alias}/console/invitations")
}

/// What an address asks of the audit log. Nothing is left out but what is empty: who looks for one
/// thing there must not be shown another, so the server says what makes no sense.
pub(super) fn audited(params: &ParamsMap) -> AuditQuery {
    let given = |name| {
        let value = params.get_str(name).map(str::trim);
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    AuditQuery {
        person: given("person"),
        kind: given("kind"),
        from: given("from"),
        to: given("to"),
        after: given("after"),
    }
}

/// The address of a page of the audit log.
pub(super) fn audit(alias: &str, query: &AuditQuery) -> String {
    format!("/{alias}/console/audit{}", audit_query(query))
}

/// Everything that the audit log's page shows, as a file.
pub(super) fn export(ending: &str, query: &AuditQuery) -> String {
    let whole = AuditQuery {
        after: None,
        ..query.clone()
    };
    format!("/api/v1/audit/export.{ending}{}", audit_query(&whole))
}

pub(super) fn view_name(view: UserView) -> &'static str {
    match view {
        UserView::All => "all",
        UserView::Enabled => "enabled",
        UserView::Locked => "locked",
        UserView::CannotSignIn => "cannot_sign_in",
        UserView::Invited => "invited",
        UserView::Disabled => "disabled",
        UserView::Deleted => "deleted",
    }
}

fn view_named(name: &str) -> Option<UserView> {
    VIEWS.into_iter().find(|view| view_name(*view) == name)
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Admin => "admin",
    }
}

pub(super) fn role_named(name: &str) -> Option<Role> {
    [Role::Agent, Role::Admin]
        .into_iter()
        .find(|role| role_name(*role) == name)
}

pub(super) fn sort_name(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => "name",
        UserSort::Username => "username",
        UserSort::LastSignIn => "last_sign_in",
        UserSort::Created => "created",
    }
}

pub(super) fn sort_named(name: &str) -> Option<UserSort> {
    SORTS.into_iter().find(|sort| sort_name(*sort) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &str)]) -> ParamsMap {
        pairs
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_first_page_of_everybody_has_the_plain_address() {
        let all = UserQuery {
            view: Some(UserView::All),
            page: Some(1),
            ..UserQuery::default()
        };
        assert_eq!(users("acme", None, &all), "/acme/console/users");
    }

    #[test]
    fn an_address_keeps_all_that_is_shown() {
        let asked = UserQuery {
            search: Some("Åse & co".into()),
            view: Some(UserView::Locked),
            role: Some(Role::Agent),
            presence_list: Some("l 1".into()),
            sort: Some(UserSort::LastSignIn),
            page: Some(3),
        };
        assert_eq!(
            users("acme", Some("01"), &asked),
            "/acme/console/users/01?search=%C3%85se%20%26%20co&view=locked&role=agent&list=l%201&sort=last_sign_in&page=3"
        );
    }

    #[test]
    fn reads_what_it_wrote() {
        let read = query(&map(&[
            ("search", "ada"),
            ("view", "invited"),
            ("role", "admin"),
            ("list", "l1"),
            ("sort", "created"),
            ("page", "2"),
        ]));
        let asked = UserQuery {
            search: Some("ada".into()),
            view: Some(UserView::Invited),
            role: Some(Role::Admin),
            presence_list: Some("l1".into()),
            sort: Some(UserSort::Created),
            page: Some(2),
        };
        assert_eq!(read, asked);
    }

    #[test]
    fn leaves_out_what_makes_no_sense() {
        let read = query(&map(&[
            ("search", ""),
            ("view", "everyone"),
            ("role", ""),
            ("sort", "shoe_size"),
            ("page", "-1"),
            ("other", "x"),
        ]));
        assert_eq!(read, UserQuery::default());
    }

    #[test]
    fn knows_its_pages() {
        assert_eq!(place(""), Place::Front);
        assert_eq!(place("/"), Place::Front);
        assert_eq!(place("users"), Place::Users);
        assert_eq!(place("users/01"), Place::Users);
        assert_eq!(place("users/01/edit"), Place::Users);
        assert_eq!(place("users/01/02"), Place::Unknown);
        assert_eq!(place("users/new/edit"), Place::Unknown);
        assert_eq!(place("users/01/edit/02"), Place::Unknown);
        assert_eq!(place("2fa-policy"), Place::Policy);
        assert_eq!(place("audit"), Place::Audit);
        for (name, known) in SETTINGS {
            assert_eq!(place(name), known);
            assert_eq!(settings("acme", known), format!("/acme/console/{name}"));
            assert_eq!(place(&format!("{name}/01")), Place::Unknown);
        }
        assert_eq!(place("audit/01"), Place::Unknown);
        assert_eq!(place("invitations"), Place::Invitations);
        assert_eq!(place("invitations/01"), Place::Unknown);
        assert_eq!(place("presence-lists"), Place::PresenceLists);
        assert_eq!(place("presence-lists/new"), Place::PresenceLists);
        assert_eq!(place("presence-lists/01/02"), Place::Unknown);
        assert_eq!(place("weather"), Place::Unknown);
    }

    #[test]
    fn the_log_is_asked_for_what_the_address_says() {
        let read = audited(&map(&[
            ("person", " Åse "),
            ("kind", "moon"),
            ("from", "2026-03-01"),
            ("to", ""),
            ("after", "1.a"),
        ]));
        let asked = AuditQuery {
            person: Some("Åse".into()),
            kind: Some("moon".into()),
            from: Some("2026-03-01".into()),
            to: None,
            after: Some("1.a".into()),
        };
        assert_eq!(read, asked);
        assert_eq!(
            audit("acme", &asked),
            "/acme/console/audit?person=%C3%85se&kind=moon&from=2026-03-01&after=1.a"
        );
        assert_eq!(
            export("csv", &asked),
            "/api/v1/audit/export.csv?person=%C3%85se&kind=moon&from=2026-03-01"
        );
    }

    #[test]
    fn knows_what_is_open_beside_the_list() {
        let asked = UserQuery::default();
        for (rest, open) in [
            ("users", Beside::Nothing),
            ("users/new", Beside::New),
            ("users/add", Beside::Add),
            ("users/01", Beside::Person("01".into())),
            ("users/01/edit", Beside::Edit("01".into())),
        ] {
            assert_eq!(beside(rest), open);
            let address = users_beside("acme", &open, &asked);
            assert_eq!(address, format!("/acme/console/{rest}"));
        }
        assert_eq!(beside("users/"), Beside::Nothing);
        assert_eq!(presence_list("presence-lists"), None);
        assert_eq!(presence_list("presence-lists/01"), Some("01".into()));
    }
}
