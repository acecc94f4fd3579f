//! User Management as it is read: an administrator's list of people, and one person. What is done for them is in `help`,
//! what is made of them in `people`.

use app::wire::{
    NamedList, Presence, TimelineEntry, User, UserDetail, UserMail, UserPage, UserQuery, UserSort,
    UserView, ViewCount,
};
use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    domain::people,
    storage::{
        AccountFilter, AccountId, CompanyId, ListedAccount, ListedMail, LiveSession, Needs,
        PresenceListId, fold,
    },
};

use super::{Fault, Refusal, Result, Services, Visitor, session, sign_in, written};

const PAGE_SIZE: u32 = 50;
/// The last page that can be asked for.
const LAST_PAGE: u32 = 20;
/// Letters of a search at most.
const LONGEST_SEARCH: usize = 200;
/// Events on one person's page.
const TIMELINE: u32 = 50;
/// Mails on one person's page.
const MAILS: u32 = 20;

const VIEWS: [UserView; 7] = [
    UserView::All,
    UserView::Enabled,
    UserView::Locked,
    UserView::CannotSignIn,
    UserView::Invited,
    UserView::Disabled,
    UserView::Deleted,
];

/// One page of the company's people.
///
/// # Errors
/// Without an administrator's session; [`Refusal::InvalidRequest`] for a search that nobody types.
pub async fn list(s: &Services, visitor: &Visitor, query: &UserQuery) -> Result<UserPage> {
    let admin = session::live_admin(s, visitor).await?;
    let company = &admin.company_id;
    let filter = filter(query)?;
    let needs = needs(s, company).await?;
    let now = s.now();
    let page = query.page.unwrap_or(1).max(1);
    // Past the end nobody is shown, but how many there are.
    let (limit, offset) = if page <= LAST_PAGE {
        (PAGE_SIZE, u64::from(page - 1) * u64::from(PAGE_SIZE))
    } else {
        (0, 0)
    };
    let found =
        s.db.list_accounts(company, &filter, needs, now, limit, offset)
            .await?;
    let counts = s.db.count_views(company, VIEWS, needs, now).await?;
    let zone = admin.zone();
    Ok(UserPage {
        users: found
            .rows
            .into_iter()
            .map(|row| show(row, now, &zone, needs))
            .collect(),
        total: found.total,
        more: found.more,
        page,
        page_size: PAGE_SIZE,
        counts: VIEWS
            .into_iter()
            .zip(counts)
            .map(|(view, counted)| ViewCount {
                view,
                count: counted.count,
                more: counted.more,
            })
            .collect(),
    })
}

fn filter(query: &UserQuery) -> Result<AccountFilter, Refusal> {
    let search = query
        .search
        .as_deref()
        .map(fold)
        .filter(|search| !search.is_empty());
    let is_odd = |text: &String| text.contains('\0') || text.chars().count() > LONGEST_SEARCH;
    let list = query.presence_list.clone().filter(|id| !id.is_empty());
    if search.as_ref().is_some_and(is_odd) || list.as_ref().is_some_and(is_odd) {
        return Err(Refusal::InvalidRequest);
    }
    Ok(AccountFilter {
        search,
        view: query.view.unwrap_or(UserView::All),
        role: query.role,
        presence_list: list.map(PresenceListId),
        sort: query.sort.unwrap_or(UserSort::Name),
    })
}

/// What can keep this company's people from signing in.
async fn needs(s: &Services, company: &CompanyId) -> Result<Needs> {
    let company =
        s.db.company(company)
            .await?
            .ok_or_else(|| Fault::Broken(format!("company {company} vanished")))?;
    // Where a phone system keeps the statuses, nobody needs a list.
    let presence_list =
        company.settings.ccp_url.is_none() && !s.db.has_default_presence_list(&company.id).await?;
    Ok(Needs {
        second_way: company.policy.rules().is_required(s.now()),
        presence_list,
    })
}

/// One person of the administrator's own company, with what happened.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody else.
pub async fn look(s: &Services, visitor: &Visitor, id: &str) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    detail(s, &admin, &AccountId(id.to_owned())).await
}

pub(super) async fn detail(
    s: &Services,
    admin: &LiveSession,
    id: &AccountId,
) -> Result<UserDetail> {
    let row =
        s.db.listed_account(&admin.company_id, id)
            .await?
            .ok_or(Refusal::NotFound)?;
    let needs = needs(s, &admin.company_id).await?;
    let (zone, now) = (admin.zone(), s.now());
    let timeline =
        s.db.account_events(id, TIMELINE)
            .await?
            .into_iter()
            .map(|event| TimelineEntry {
                at: written(event.at, &zone),
                kind: event.kind,
                actor: event.actor,
                reason: event.reason,
                reference: Some(event.reference).filter(|reference| !reference.is_empty()),
            })
            .collect();
    let mails = s.db.mails_of(id, MAILS).await?;
    let factors = s.db.factors(id).await?;
    let sessions = s.db.live_sessions(id, now).await?;
    let bound = s.db.bindings(id, now).await?;
    let tell = |at: Option<Moment>| at.map(|at| written(at, &zone));
    Ok(UserDetail {
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        language: row.language.clone(),
        sso_only: row.is_sso_only(),
        new_email: row.new_email.clone(),
        email_barred_until: tell(people::email_bar(row.email_changed_at, now)),
        invited_until: tell(row.invited_until),
        can_be_invited: people::can_be_invited(row.entry()),
        sessions: u32::try_from(sessions.len()).unwrap_or(u32::MAX),
        bound: u32::try_from(bound.len()).unwrap_or(u32::MAX),
        mails: mails.into_iter().map(|it| mail(it, &zone)).collect(),
        methods: sign_in::ways(&factors),
        backup_codes_left: s.db.backup_codes_left(id).await?,
        timeline,
        user: show(row, now, &zone, needs),
    })
}

fn mail(mail: ListedMail, zone: &TimeZone) -> UserMail {
    UserMail {
        at: written(mail.created_at, zone),
        fate: mail.fate(),
        error: mail.error.as_deref().map(without_addresses),
        kind: mail.kind,
    }
}

/// Mail servers like to repeat whom a mail was for.
fn without_addresses(said: &str) -> String {
    let words: Vec<&str> = said
        .split_whitespace()
        .map(|word| if word.contains('@') { "…" } else { word })
        .collect();
    words.join(" ")
}

fn show(row: ListedAccount, now: Moment, zone: &TimeZone, needs: Needs) -> User {
    let presence = match (&row.presence_name, row.presence_kind(), row.presence_since) {
        (Some(name), Some(kind), Some(since)) => Some(Presence {
            name: name.clone(),
            kind,
            since: written(since, zone),
        }),
        _ => None,
    };
    let presence_list = match (&row.presence_list_id, &row.list_name) {
        (Some(id), Some(name)) => Some(NamedList {
            id: id.0.clone(),
            name: name.clone(),
        }),
        _ => None,
    };
    User {
        roles: row.roles(),
        status: row.status(now),
        locked: row.locked_at.is_some(),
        locked_at: row.locked_at.map(|at| written(at, zone)),
        last_sign_in_at: row.last_sign_in_at.map(|at| written(at, zone)),
        hindrances: row.hindrances(now, needs),
        deleted_at: row.deleted_at.map(|at| written(at, zone)),
        phone: row.phone.into(),
        phone_username: row.phone_username,
        presence_list,
        presence,
        id: row.id.0,
        name: row.name,
        username: row.username,
        email: row.email,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_out_of_what_mail_servers_said() {
        assert_eq!(
            without_addresses("550 5.1.1 <anna@acme.example>: no such user"),
            "550 5.1.1 … no such user"
        );
    }
}
