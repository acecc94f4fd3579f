//! User Management: an administrator's list of people, and one person. What is done for them is in `help`.

use app::wire::{TimelineEntry, User, UserDetail, UserPage, UserQuery, UserView, ViewCount};
use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    storage::{AccountFilter, AccountId, ListedAccount, LiveSession, fold},
};

use super::{Refusal, Result, Services, Visitor, session, sign_in, written};

const PAGE_SIZE: u32 = 50;
/// Events on one person's page.
const TIMELINE: u32 = 50;

const VIEWS: [UserView; 5] = [
    UserView::All,
    UserView::Enabled,
    UserView::Locked,
    UserView::Invited,
    UserView::Disabled,
];

/// One page of the company's people.
///
/// # Errors
/// Without an administrator's session.
pub async fn list(s: &Services, visitor: &Visitor, query: &UserQuery) -> Result<UserPage> {
    let admin = session::live_admin(s, visitor).await?;
    let company = &admin.company_id;
    let search = query
        .search
        .as_deref()
        .map(fold)
        .filter(|search| !search.is_empty());
    let filter = AccountFilter {
        search,
        view: query.view.unwrap_or(UserView::All),
        role: query.role,
    };
    let page = query.page.unwrap_or(1).max(1);
    let offset = u64::from(page - 1) * u64::from(PAGE_SIZE);
    let rows =
        s.db.list_accounts(company, &filter, PAGE_SIZE, offset)
            .await?;
    let total = s.db.count_accounts(company, &filter).await?;
    let mut counts = Vec::with_capacity(VIEWS.len());
    for view in VIEWS {
        let everybody = AccountFilter {
            search: None,
            view,
            role: None,
        };
        counts.push(ViewCount {
            view,
            count: s.db.count_accounts(company, &everybody).await?,
        });
    }
    let zone = admin.zone();
    let users = rows
        .into_iter()
        .map(|row| show(row, s.now(), &zone))
        .collect();
    Ok(UserPage {
        users,
        total,
        more: false,
        page,
        page_size: PAGE_SIZE,
        counts,
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
    let zone = admin.zone();
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
    let factors = s.db.factors(id).await?;
    Ok(UserDetail {
        methods: sign_in::ways(&factors),
        backup_codes_left: s.db.backup_codes_left(id).await?,
        user: show(row, s.now(), &zone),
        version: 1,
        language: None,
        sso_only: false,
        new_email: None,
        invited_until: None,
        can_be_invited: false,
        sessions: 0,
        mails: Vec::new(),
        timeline,
    })
}

fn show(row: ListedAccount, now: Moment, zone: &TimeZone) -> User {
    User {
        roles: row.roles(),
        status: row.status(now),
        locked: row.locked_at.is_some(),
        locked_at: row.locked_at.map(|at| written(at, zone)),
        last_sign_in_at: row.last_sign_in_at.map(|at| written(at, zone)),
        id: row.id.0,
        name: row.name,
        username: row.username,
        email: row.email,
        phone: app::wire::Phone::None,
        presence_list: None,
        presence: None,
        hindrances: Vec::new(),
        deleted_at: None,
    }
}
