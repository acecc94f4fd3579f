//! Lists of people, made so that a page costs the same among a thousand as among a hundred thousand: nothing is counted
//! beyond [`COUNTED`], and whatever a list is narrowed to is read from an index of its own.
//!
//! The statements are put together from pieces that stand here; whatever was typed is bound.

use std::fmt::Write as _;

use app::wire::{Hindrance, PresenceKind, Role, UserSort, UserStatus, UserView};
use sqlx::AssertSqlSafe;

use crate::{clock::Moment, domain::people::Entry};

use super::{
    super::{AccountId, CompanyId, Db, PresenceListId, Result, on_db},
    AccountState, Phone, entry, roles,
};

/// Nobody is counted beyond; whoever is further down is found by searching.
pub const COUNTED: u64 = 1000;

/// A person in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedAccount {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    pub email: String,
    pub agent: bool,
    pub admin: bool,
    pub state: AccountState,
    /// What enabling brings back.
    pub state_disabled: Option<String>,
    pub language: Option<String>,
    pub phone: Phone,
    /// In Amazon Connect.
    pub phone_username: Option<String>,
    pub version: i64,
    pub locked_at: Option<Moment>,
    pub last_sign_in_at: Option<Moment>,
    pub password_temporary_until: Option<Moment>,
    /// When the newest unused invitation ends.
    pub invited_until: Option<Moment>,
    pub link_asked_at: Option<Moment>,
    pub new_email: Option<String>,
    pub email_changed_at: Option<Moment>,
    /// Second ways that are set up.
    pub ways: i64,
    pub presence_list_id: Option<PresenceListId>,
    pub list_name: Option<String>,
    pub presence_name: Option<String>,
    pub presence_kind: Option<String>,
    pub presence_since: Option<Moment>,
    pub deleted_at: Option<Moment>,
    pub pseudonymised_at: Option<Moment>,
}

/// What a company asks of its people, as far as it can keep them from signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A second way is asked of everybody now.
    pub second_way: bool,
    /// Agents need a presence reason list of their own: the company has no default one.
    pub presence_list: bool,
}

impl ListedAccount {
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        roles(self.agent, self.admin)
    }

    #[must_use]
    pub fn status(&self, now: Moment) -> UserStatus {
        match self.state {
            AccountState::Pending => UserStatus::Pending,
            AccountState::Invited if self.invited_until.is_none_or(|end| end <= now) => {
                UserStatus::Expired
            }
            AccountState::Invited => UserStatus::Invited,
            AccountState::Bounced => UserStatus::Bounced,
            AccountState::Enabled => UserStatus::Enabled,
            AccountState::Disabled => UserStatus::Disabled,
            AccountState::SsoOnly => UserStatus::SsoOnly,
        }
    }

    /// Why they could not sign in now, though somebody means them to. [`hindered`] says the same in SQL.
    #[must_use]
    pub fn hindrances(&self, now: Moment, needs: Needs) -> Vec<Hindrance> {
        use AccountState as State;
        if self.deleted_at.is_some() || self.state == State::Disabled {
            return Vec::new();
        }
        let signs_in = matches!(self.state, State::Enabled | State::SsoOnly);
        let enabled = self.state == State::Enabled;
        let ended = |end: Option<Moment>| end.is_some_and(|end| end <= now);
        let expired = self.status(now) == UserStatus::Expired;
        let asked = self.link_asked_at.is_some();
        [
            (self.locked_at.is_some(), Hindrance::Locked),
            (expired && !asked, Hindrance::InvitationExpired),
            (expired && asked, Hindrance::LinkAsked),
            (self.state == State::Bounced, Hindrance::Bounced),
            (
                enabled && ended(self.password_temporary_until),
                Hindrance::TemporaryPasswordEnded,
            ),
            (
                needs.second_way
                    && enabled
                    && self.ways == 0
                    && self.password_temporary_until.is_none(),
                Hindrance::NoSecondWay,
            ),
            (
                needs.presence_list && signs_in && self.agent && self.presence_list_id.is_none(),
                Hindrance::NoPresenceList,
            ),
        ]
        .into_iter()
        .filter_map(|(is_so, hindrance)| is_so.then_some(hindrance))
        .collect()
    }

    /// Whether they sign in by single sign-on alone, or will once they are enabled again.
    #[must_use]
    pub fn entry(&self) -> Entry {
        entry(
            self.state,
            self.deleted_at,
            self.password_temporary_until,
            self.last_sign_in_at,
        )
    }

    #[must_use]
    pub fn is_sso_only(&self) -> bool {
        match self.state {
            AccountState::Disabled => self.state_disabled.as_deref() == Some("sso_only"),
            state => state == AccountState::SsoOnly,
        }
    }

    #[must_use]
    pub fn presence_kind(&self) -> Option<PresenceKind> {
        match self.presence_kind.as_deref()? {
            "available" => Some(PresenceKind::Available),
            "not_ready" => Some(PresenceKind::NotReady),
            _ => Some(PresenceKind::Offline),
        }
    }
}

/// Which people of a company to list, and how.
#[derive(Clone, Debug)]
pub struct AccountFilter {
    /// Folded; part of a name, username or e-mail address.
    pub search: Option<String>,
    pub view: UserView,
    pub role: Option<Role>,
    pub presence_list: Option<PresenceListId>,
    pub sort: UserSort,
}

impl AccountFilter {
    /// Everybody by name.
    #[must_use]
    pub fn all() -> Self {
        Self {
            search: None,
            view: UserView::All,
            role: None,
            presence_list: None,
            sort: UserSort::Name,
        }
    }

    /// The parts that may leave few people, each alone.
    fn narrow_parts(&self) -> Vec<Self> {
        let list = self.presence_list.clone().map(|list| Self {
            presence_list: Some(list),
            ..Self::all()
        });
        let view = !matches!(self.view, UserView::All | UserView::Enabled);
        let view = view.then(|| Self {
            view: self.view,
            ..Self::all()
        });
        let role = self.role.filter(|role| *role == Role::Admin);
        let role = role.map(|role| Self {
            role: Some(role),
            ..Self::all()
        });
        [list, view, role].into_iter().flatten().collect()
    }
}

/// A page of people.
#[derive(Clone, Debug)]
pub struct AccountPage {
    pub rows: Vec<ListedAccount>,
    /// Up to [`COUNTED`].
    pub total: u64,
    /// Whether there are more.
    pub more: bool,
}

/// People of a view, up to [`COUNTED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedPeople {
    pub count: u64,
    pub more: bool,
}

impl CountedPeople {
    fn of(count: i64) -> Self {
        let count = count.unsigned_abs();
        Self {
            count: count.min(COUNTED),
            more: count > COUNTED,
        }
    }
}

/// A value in a statement.
enum With {
    Text(String),
    Number(i64),
}

/// A statement under way: what is bound has a number in it.
struct Ask {
    with: Vec<With>,
    now: Moment,
    needs: Needs,
    /// PostgreSQL finds parts of texts by itself.
    postgres: bool,
}

/// How a condition is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// So that the index is taken that holds those whom it lets through.
    Indexed,
    /// So that no index is taken for it: the order of the list decides.
    Plain,
}

const SIGNS_IN: &str = "a.state IN ('enabled', 'sso_only')";

impl Ask {
    fn text(&mut self, value: impl Into<String>) -> String {
        self.with.push(With::Text(value.into()));
        format!("${}", self.with.len())
    }

    fn number(&mut self, value: i64) -> String {
        self.with.push(With::Number(value));
        format!("${}", self.with.len())
    }

    /// Why people cannot sign in, as [`ListedAccount::hindrances`] has it.
    fn hindered(&mut self, form: Form) -> Vec<String> {
        let now = self.number(self.now.0);
        let mut reasons = vec![
            "a.locked_at IS NOT NULL AND a.state <> 'disabled'".to_owned(),
            "a.state = 'bounced'".to_owned(),
            format!("a.state = 'invited' AND a.invited_until <= {now}"),
            "a.state = 'invited' AND a.invited_until IS NULL".to_owned(),
            format!("a.state = 'enabled' AND a.password_temporary_until <= {now}"),
        ];
        if self.needs.second_way {
            reasons.push(
                "a.ways = 0 AND a.state = 'enabled' AND a.password_temporary_until IS NULL"
                    .to_owned(),
            );
        }
        if self.needs.presence_list {
            reasons.push(format!(
                "a.presence_list_id IS NULL AND a.agent AND {SIGNS_IN}"
            ));
        }
        match form {
            Form::Indexed => reasons,
            Form::Plain => reasons.into_iter().map(|reason| plain(&reason)).collect(),
        }
    }

    fn view(&mut self, view: UserView, form: Form) -> String {
        let of_form = |condition: &str| match form {
            Form::Indexed => condition.to_owned(),
            Form::Plain => plain(condition),
        };
        match view {
            UserView::All => "a.deleted_at IS NULL".to_owned(),
            UserView::Enabled => format!("a.deleted_at IS NULL AND {}", of_form(SIGNS_IN)),
            UserView::Locked => "a.deleted_at IS NULL AND a.locked_at IS NOT NULL".to_owned(),
            UserView::CannotSignIn => {
                let reasons = self.hindered(Form::Plain).join(") OR (");
                format!("a.deleted_at IS NULL AND (({reasons}))")
            }
            UserView::Invited => format!(
                "a.deleted_at IS NULL AND {}",
                of_form("a.state IN ('pending', 'invited', 'bounced')")
            ),
            UserView::Disabled => {
                format!(
                    "a.deleted_at IS NULL AND {}",
                    of_form("a.state = 'disabled'")
                )
            }
            UserView::Deleted => {
                "a.deleted_at IS NOT NULL AND a.pseudonymised_at IS NULL".to_owned()
            }
        }
    }

    /// Everything that a filter asks for.
    fn matching(&mut self, filter: &AccountFilter, form: Form) -> String {
        let mut sql = self.view(filter.view, form);
        match filter.role {
            Some(Role::Agent) => sql.push_str(" AND a.agent"),
            Some(Role::Admin) => sql.push_str(" AND a.admin"),
            None => {}
        }
        if let Some(list) = &filter.presence_list {
            let list = self.text(&list.0);
            let _ = write!(sql, " AND a.presence_list_id || '' = {list}");
        }
        if let Some(search) = &filter.search {
            let part = self.text(super::like(search));
            let _ = write!(sql, " AND a.search LIKE {part} ESCAPE '\\'");
        }
        sql
    }

    /// A view's people, one row for each, no more than are counted and one.
    fn people_of(&mut self, view: UserView, read: Read) -> String {
        if view == UserView::CannotSignIn {
            let runs: Vec<String> = self
                .hindered(Form::Indexed)
                .into_iter()
                .enumerate()
                .map(|(n, reason)| {
                    format!(
                        "SELECT id FROM ({}) r{n}",
                        some(
                            Read::Ids,
                            &format!("a.deleted_at IS NULL AND {reason}"),
                            order_for(&reason)
                        )
                    )
                })
                .collect();
            return runs.join(" UNION ");
        }
        let condition = self.view(view, Form::Indexed);
        let order = match view {
            // CountedPeople by their state alone.
            UserView::All | UserView::Enabled => "",
            _ => BY_NAME,
        };
        some(read, &condition, order)
    }

    /// The identifiers that one part of a filter leaves, no more than are counted and one.
    fn ids_left_by(&mut self, part: &AccountFilter) -> String {
        if let Some(list) = &part.presence_list {
            let list = self.text(&list.0);
            return some(Read::Ids, &format!("a.presence_list_id = {list}"), BY_NAME);
        }
        match part.role {
            Some(_) => some(Read::Ids, "a.admin AND a.deleted_at IS NULL", BY_NAME),
            None => self.people_of(part.view, Read::Ids),
        }
    }

    /// The words for SQLite's index of three letters; none where the search is shorter.
    fn trigrams(search: &str) -> Option<String> {
        let letters: Vec<char> = search.chars().collect();
        let last = letters.len().checked_sub(3)?;
        // Each letter once is enough: LIKE looks at the rest.
        let begins = (0..last).step_by(3).chain([last]);
        let words: Vec<String> = begins
            .map(|begin| {
                let three: String = letters[begin..begin + 3].iter().collect();
                format!("\"{}\"", three.replace('"', "\"\""))
            })
            .collect();
        Some(words.join(" AND "))
    }
}

const BY_NAME: &str = "ORDER BY a.name, a.id";

/// What is read of people.
#[derive(Clone, Copy)]
enum Read {
    Ids,
    /// That they are there, which an index says without their rows.
    Presence,
}

/// Up to so many people of the company, one more than are counted.
fn some(read: Read, condition: &str, order: &str) -> String {
    let column = match read {
        Read::Ids => "a.id",
        Read::Presence => "1",
    };
    format!(
        "SELECT {column} FROM accounts a WHERE a.company_id = $1 AND {condition} {order} LIMIT {}",
        COUNTED + 1
    )
}

/// Indexes that hold only whom a reason is true of are found by the order that they keep.
fn order_for(reason: &str) -> &'static str {
    if reason.contains("locked_at") || reason.contains("ways") {
        BY_NAME
    } else {
        ""
    }
}

/// The same condition on what no index holds.
fn plain(condition: &str) -> String {
    condition.replace("a.state ", "a.state || '' ")
}

fn order(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => BY_NAME,
        UserSort::Username => "ORDER BY a.username_folded, a.id",
        UserSort::LastSignIn => "ORDER BY a.last_sign_in_at DESC NULLS LAST, a.name, a.id",
        UserSort::Created => "ORDER BY a.created_at DESC, a.name, a.id",
    }
}

macro_rules! listed {
    () => {
        "SELECT a.id, a.name, a.username, a.email, a.agent, a.admin, a.state, a.state_disabled, a.language, a.phone, a.phone_username,
             a.version, a.locked_at, a.last_sign_in_at, a.password_temporary_until, a.invited_until, a.link_asked_at,
             a.new_email, a.email_changed_at, a.ways, a.presence_list_id, l.name AS list_name,
             p.name AS presence_name, p.kind AS presence_kind, p.since AS presence_since, a.deleted_at,
             a.pseudonymised_at
         FROM accounts a LEFT JOIN presence_lists l ON l.id = a.presence_list_id
         LEFT JOIN presences p ON p.account_id = a.id "
    };
}

/// Asks a statement with what is bound in it.
macro_rules! asked {
    ($db:expr, $query:ident, $sql:expr, $ask:expr, $fetch:ident) => {
        on_db!($db, c => {
            let mut query = sqlx::$query(AssertSqlSafe($sql));
            for with in $ask.with {
                query = match with {
                    With::Text(text) => query.bind(text),
                    With::Number(number) => query.bind(number),
                };
            }
            query.$fetch(c).await
        })
    };
}

impl Db {
    /// Statements about a company: it is `$1`.
    fn ask(&self, company: &CompanyId, needs: Needs, now: Moment) -> Ask {
        Ask {
            with: vec![With::Text(company.0.clone())],
            now,
            needs,
            postgres: matches!(self, Self::Postgres(_)),
        }
    }

    /// One page of a company's people, `offset` people in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_accounts(
        &self,
        company: &CompanyId,
        filter: &AccountFilter,
        needs: Needs,
        now: Moment,
        limit: u32,
        offset: u64,
    ) -> Result<AccountPage> {
        let few = match self.few(company, filter, needs, now).await? {
            Some(few) => Some(few),
            None => self.found(company, filter, needs, now).await?,
        };
        let (ids, counted) = match few {
            Some(ids) => {
                let counted = CountedPeople::of(i64::try_from(ids.len()).unwrap_or(i64::MAX));
                let from = usize::try_from(offset).unwrap_or(usize::MAX);
                let last = usize::try_from(COUNTED).unwrap_or(usize::MAX);
                let page = ids.into_iter().take(last).skip(from);
                (
                    page.take(usize::try_from(limit).unwrap_or(usize::MAX))
                        .collect(),
                    counted,
                )
            }
            None => {
                self.walk(company, filter, needs, now, limit, offset)
                    .await?
            }
        };
        Ok(AccountPage {
            rows: self.listed_accounts(&ids).await?,
            total: counted.count,
            more: counted.more,
        })
    }

    /// Everybody whom a filter lets through, in order, where one part of it leaves few.
    async fn few(
        &self,
        company: &CompanyId,
        filter: &AccountFilter,
        needs: Needs,
        now: Moment,
    ) -> Result<Option<Vec<AccountId>>> {
        for part in filter.narrow_parts() {
            let mut ask = self.ask(company, needs, now);
            let source = ask.ids_left_by(&part);
            let count: i64 = asked!(
                self,
                query_scalar,
                format!("SELECT COUNT(*) FROM ({source}) m"),
                ask,
                fetch_one
            )?;
            if CountedPeople::of(count).more {
                continue;
            }
            let mut ask = self.ask(company, needs, now);
            let source = ask.ids_left_by(&part);
            let sql = format!(
                "SELECT a.id FROM ({source}) m CROSS JOIN accounts a WHERE a.id = m.id AND {} {}",
                ask.matching(filter, Form::Plain),
                order(filter.sort)
            );
            return asked!(self, query_scalar, sql, ask, fetch_all).map(Some);
        }
        Ok(None)
    }

    /// The first people that a search finds, in order; not all of them where they are more than are counted.
    async fn found(
        &self,
        company: &CompanyId,
        filter: &AccountFilter,
        needs: Needs,
        now: Moment,
    ) -> Result<Option<Vec<AccountId>>> {
        let Some(words) = filter.search.as_deref().and_then(Ask::trigrams) else {
            return Ok(None);
        };
        let mut ask = self.ask(company, needs, now);
        let from = if ask.postgres {
            "accounts a WHERE a.company_id = $1".to_owned()
        } else {
            let words = ask.text(words);
            format!(
                "(SELECT rowid AS place FROM account_search WHERE account_search MATCH {words}
                      AND rowid BETWEEN (SELECT 4294967296 * number FROM companies WHERE id = $1)
                          AND (SELECT 4294967296 * number + 4294967295 FROM companies WHERE id = $1)) m
                 CROSS JOIN accounts a WHERE a.place = m.place"
            )
        };
        let sql = format!(
            // Materialized, or SQLite sorts everybody before it counts.
            "WITH a AS MATERIALIZED (
                 SELECT a.id, a.name, a.username_folded, a.last_sign_in_at, a.created_at FROM {from} AND {} LIMIT {})
             SELECT a.id FROM a {}",
            ask.matching(filter, Form::Plain),
            COUNTED + 1,
            order(filter.sort)
        );
        asked!(self, query_scalar, sql, ask, fetch_all).map(Some)
    }

    /// A page out of very many, in the order of an index.
    async fn walk(
        &self,
        company: &CompanyId,
        filter: &AccountFilter,
        needs: Needs,
        now: Moment,
        limit: u32,
        offset: u64,
    ) -> Result<(Vec<AccountId>, CountedPeople)> {
        let mut ask = self.ask(company, needs, now);
        // Views of few have indexes by name of their own.
        let form = match (filter.view, filter.sort) {
            (UserView::Enabled, _)
            | (_, UserSort::Username | UserSort::LastSignIn | UserSort::Created) => Form::Plain,
            (_, UserSort::Name) => Form::Indexed,
        };
        let matching = ask.matching(filter, form);
        let (limit, offset) = (
            ask.number(limit.into()),
            ask.number(i64::try_from(offset).unwrap_or(i64::MAX)),
        );
        let sql = format!(
            "SELECT a.id FROM accounts a WHERE a.company_id = $1 AND {matching} {} LIMIT {limit} OFFSET {offset}",
            order(filter.sort)
        );
        let ids = asked!(self, query_scalar, sql, ask, fetch_all)?;
        let mut ask = self.ask(company, needs, now);
        let matching = ask.matching(filter, Form::Indexed);
        let sql = format!(
            "SELECT COUNT(*) FROM ({}) m",
            some(Read::Presence, &matching, "")
        );
        let count: i64 = asked!(self, query_scalar, sql, ask, fetch_one)?;
        Ok((ids, CountedPeople::of(count)))
    }

    /// These people, in this order.
    async fn listed_accounts(&self, ids: &[AccountId]) -> Result<Vec<ListedAccount>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let sql = format!("{}WHERE a.id IN ({})", listed!(), numbers.join(", "));
        let mut rows: Vec<ListedAccount> = on_db!(self, c => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql));
            for id in ids {
                query = query.bind(id);
            }
            query.fetch_all(c).await?
        });
        rows.sort_by_cached_key(|row| ids.iter().position(|id| *id == row.id));
        Ok(rows)
    }

    /// How many people each view has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_views<const N: usize>(
        &self,
        company: &CompanyId,
        views: [UserView; N],
        needs: Needs,
        now: Moment,
    ) -> Result<[CountedPeople; N]> {
        let mut ask = self.ask(company, needs, now);
        let counts: Vec<String> = views
            .into_iter()
            .map(|view| {
                format!(
                    "SELECT COUNT(*) AS n FROM ({}) m",
                    ask.people_of(view, Read::Presence)
                )
            })
            .collect();
        // One row for each, in the order of the views.
        let rows: Vec<String> = counts
            .iter()
            .enumerate()
            .map(|(n, count)| format!("SELECT {n} AS place, n FROM ({count}) c{n}"))
            .collect();
        let sql = format!(
            "SELECT n FROM ({}) v ORDER BY place",
            rows.join(" UNION ALL ")
        );
        let counted: Vec<i64> = asked!(self, query_scalar, sql, ask, fetch_all)?;
        Ok(std::array::from_fn(|n| {
            CountedPeople::of(counted.get(n).copied().unwrap_or(0))
        }))
    }

    /// One person of this company as lists show them, deleted ones too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn listed_account(
        &self,
        company: &CompanyId,
        id: &AccountId,
    ) -> Result<Option<ListedAccount>> {
        on_db!(self, c => {
            sqlx::query_as(concat!(listed!(), "WHERE a.company_id = $1 AND a.id = $2 AND a.pseudonymised_at IS NULL"))
                .bind(company)
                .bind(id)
                .fetch_optional(c)
                .await
        })
    }

    /// Whether a company has a list for agents without one of their own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_default_presence_list(&self, company: &CompanyId) -> Result<bool> {
        let found: Option<i64> = on_db!(self, c => {
            sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM presence_lists WHERE company_id = $1 AND is_default")
                .bind(company)
                .fetch_optional(c)
                .await?
        });
        Ok(found.is_some())
    }
}
