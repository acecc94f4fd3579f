//! New people: one by a form, many by pasted rows whose fate is shown before anything is saved.

use app::wire::{AddPeople, Fate, NewUser, PeopleFates, Role, RowFate, UserDetail};

use crate::{
    domain::{
        alias,
        pasted::{self, Row},
        people, typed,
    },
    storage::{
        Account, AccountEdit, AccountId, AccountState, AuditKind, Company, LiveSession, NewAccount,
        PresenceListId, Tx, fold,
    },
};

use super::{
    super::invitation::{self, Prepared, Sender},
    Error, Fault, Refusal, Result, Services, Visitor, check_roles, held_company, own_list, session,
    taken, users,
};

/// Somebody who is about to be added; every field has its stored form.
pub(super) struct Draft<'a> {
    name: &'a str,
    email: &'a str,
    username: &'a str,
    roles: &'a [Role],
    phone: app::wire::Phone,
    presence_list: Option<&'a PresenceListId>,
    sso_only: bool,
}

/// Adds one person, and sends the invitation where that is wanted.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is no name, address or username, [`Refusal::Forbidden`] for a role that the
/// administrator does not hold, [`Refusal::NotFound`] for a list of another company, [`Refusal::UsernameTaken`] and
/// [`Refusal::EmailTaken`].
pub async fn create(s: &Services, visitor: &Visitor, new: &NewUser) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let newcomer = Newcomer::read(&new.name, &new.email, new.username.as_deref())?;
    check_roles(&admin, &new.roles)?;
    let invite = new.invite && !new.sso_only;
    let prepared = prepare(s, &admin, invite).await?;
    let (mut tx, company) = held_company(s, &admin).await?;
    let list = own_list(&mut tx, &admin, new.presence_list.as_deref()).await?;
    let draft = Draft {
        presence_list: list.as_ref(),
        sso_only: new.sso_only,
        ..newcomer.draft(&new.roles, new.phone)
    };
    let by = (visitor, &admin);
    let id = put_in_new(s, &mut tx, by, &company, &draft, prepared).await?;
    tx.commit().await?;
    s.mailer.wake();
    users::detail(s, &admin, &id).await
}

/// What somebody new is called, in its stored form.
pub(super) struct Newcomer {
    name: String,
    email: String,
    username: String,
}

impl Newcomer {
    /// # Errors
    /// [`Refusal::InvalidRequest`] for what is no name, address or username.
    pub(super) fn read(name: &str, email: &str, username: Option<&str>) -> Result<Self, Refusal> {
        let name = name.trim();
        let email = typed::email(email).ok_or(Refusal::InvalidRequest)?;
        let username = username.unwrap_or_default().trim();
        let username = if username.is_empty() {
            pasted::username_of(&email)
        } else {
            username
        };
        let username = typed::username(username).ok_or(Refusal::InvalidRequest)?;
        if !alias::is_showable(name) {
            return Err(Refusal::InvalidRequest);
        }
        Ok(Self {
            name: name.to_owned(),
            email,
            username,
        })
    }

    /// Somebody with the company's default list and a password to come.
    pub(super) fn draft<'a>(&'a self, roles: &'a [Role], phone: app::wire::Phone) -> Draft<'a> {
        Draft {
            name: &self.name,
            email: &self.email,
            username: &self.username,
            roles,
            phone,
            presence_list: None,
            sso_only: false,
        }
    }
}

/// Adds somebody whose names nobody else has.
///
/// # Errors
/// [`Refusal::UsernameTaken`], [`Refusal::EmailTaken`].
pub(super) async fn put_in_new(
    s: &Services,
    tx: &mut Tx,
    by: (&Visitor, &LiveSession),
    company: &Company,
    draft: &Draft<'_>,
    prepared: Option<Prepared>,
) -> Result<AccountId> {
    // Told the same way whichever of the two the database would look at first.
    match found(tx, by.1, draft.email, draft.username).await? {
        Some(Fate::EmailTaken) => Err(Refusal::EmailTaken.into()),
        Some(_) => Err(Refusal::UsernameTaken.into()),
        None => put_in(s, tx, by, company, draft, prepared).await,
    }
}

/// What is to be sent, made before anything is held: hashing takes its time.
pub(super) async fn prepare(
    s: &Services,
    admin: &LiveSession,
    invite: bool,
) -> Result<Option<Prepared>> {
    if !invite {
        return Ok(None);
    }
    let company =
        s.db.company(&admin.company_id)
            .await?
            .ok_or_else(|| Fault::Broken(format!("company {} vanished", admin.company_id)))?;
    let welcome = invitation::welcome(&company);
    invitation::prepare(s, welcome).await.map(Some)
}

async fn put_in(
    s: &Services,
    tx: &mut Tx,
    (visitor, admin): (&Visitor, &LiveSession),
    company: &Company,
    draft: &Draft<'_>,
    prepared: Option<Prepared>,
) -> Result<AccountId> {
    let now = s.now();
    let id = AccountId(s.entropy.id(now));
    let (agent, admin_role) = (
        draft.roles.contains(&Role::Agent),
        draft.roles.contains(&Role::Admin),
    );
    tx.add_account(&NewAccount {
        id: id.clone(),
        company_id: company.id.clone(),
        username: draft.username.to_owned(),
        email: draft.email.to_owned(),
        name: draft.name.to_owned(),
        state: if draft.sso_only {
            AccountState::SsoOnly
        } else {
            AccountState::Pending
        },
        agent,
        admin: admin_role,
        created_at: now,
    })
    .await
    .map_err(taken)?;
    let edit = AccountEdit {
        name: draft.name,
        username: draft.username,
        email: draft.email,
        agent,
        admin: admin_role,
        phone: draft.phone.into(),
        presence_list: draft.presence_list,
        language: None,
    };
    tx.edit_account(&id, &edit).await?;
    let account = read(tx, &id).await?;
    let by = Sender::Administrator(visitor, admin);
    tx.audit(by.event(s, AuditKind::AccountCreated, &account));
    if let Some(prepared) = prepared {
        invitation::send(s, tx, by, company, &account, prepared).await?;
    }
    Ok(id)
}

pub(super) async fn read(tx: &mut Tx, id: &AccountId) -> Result<Account> {
    let account = tx.account(id).await?;
    Ok(account.ok_or_else(|| Fault::Broken(format!("account {id} vanished")))?)
}

/// What would become of pasted rows. Saves nothing.
///
/// # Errors
/// As [`create`] but for what a row's fate tells; [`Refusal::InvalidRequest`] for more rows than are taken at once.
pub async fn preview(s: &Services, visitor: &Visitor, people: &AddPeople) -> Result<PeopleFates> {
    let admin = session::live_admin(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    check_roles(&admin, &people.roles)?;
    own_list(&mut tx, &admin, people.presence_list.as_deref()).await?;
    let mut fates = Vec::new();
    for row in rows(people)? {
        let fate = match row.flaw {
            Some(flaw) => flaw,
            None => found(&mut tx, &admin, &row.email, &row.username)
                .await?
                .unwrap_or(Fate::Added),
        };
        fates.push(told(row, fate));
    }
    tx.rollback().await?;
    Ok(counted(fates))
}

/// Adds everybody whose row is in order. Each row is a transaction of its own, so one that is taken meanwhile stops
/// none of the others.
///
/// # Errors
/// As [`preview`].
pub async fn add(s: &Services, visitor: &Visitor, people: &AddPeople) -> Result<PeopleFates> {
    let admin = session::live_admin(s, visitor).await?;
    check_roles(&admin, &people.roles)?;
    let mut fates = Vec::new();
    for row in rows(people)? {
        let fate = match row.flaw {
            Some(flaw) => flaw,
            None => add_row(s, visitor, &admin, people, &row).await?,
        };
        fates.push(told(row, fate));
    }
    s.mailer.wake();
    Ok(counted(fates))
}

async fn add_row(
    s: &Services,
    visitor: &Visitor,
    admin: &LiveSession,
    people: &AddPeople,
    row: &Row,
) -> Result<Fate> {
    let prepared = prepare(s, admin, people.invite).await?;
    let (mut tx, company) = held_company(s, admin).await?;
    let list = own_list(&mut tx, admin, people.presence_list.as_deref()).await?;
    if let Some(taken) = found(&mut tx, admin, &row.email, &row.username).await? {
        return Ok(taken);
    }
    let draft = Draft {
        name: &row.name,
        email: &row.email,
        username: &row.username,
        roles: &people.roles,
        phone: people.phone,
        presence_list: list.as_ref(),
        sso_only: false,
    };
    match put_in(s, &mut tx, (visitor, admin), &company, &draft, prepared).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Fate::Added)
        }
        Err(Error::Refused(Refusal::UsernameTaken)) => Ok(Fate::UsernameTaken),
        Err(Error::Refused(Refusal::EmailTaken)) => Ok(Fate::EmailTaken),
        Err(error) => Err(error),
    }
}

/// Which of these names somebody has already.
async fn found(
    tx: &mut Tx,
    admin: &LiveSession,
    email: &str,
    username: &str,
) -> Result<Option<Fate>> {
    for (name, fate) in [(email, Fate::EmailTaken), (username, Fate::UsernameTaken)] {
        let company = &admin.company_id;
        if tx
            .account_by_identifier(company, &fold(name))
            .await?
            .is_some()
        {
            return Ok(Some(fate));
        }
    }
    Ok(None)
}

fn rows(people: &AddPeople) -> Result<Vec<Row>, Refusal> {
    let rows = pasted::read(&people.rows, fold);
    let given = rows.iter().filter(|row| row.flaw != Some(Fate::Heading));
    if given.count() > people::AT_ONCE {
        return Err(Refusal::InvalidRequest);
    }
    Ok(rows)
}

fn told(row: Row, fate: Fate) -> RowFate {
    RowFate {
        line: row.line,
        name: row.name,
        email: row.email,
        username: row.username,
        fate,
    }
}

fn counted(rows: Vec<RowFate>) -> PeopleFates {
    let added = rows.iter().filter(|row| row.fate == Fate::Added).count();
    PeopleFates {
        rows,
        added: u32::try_from(added).unwrap_or(u32::MAX),
    }
}
