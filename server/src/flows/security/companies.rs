//! The companies of one person: accounts that they proved from within a session, so that the menu can lead from one
//! company to the other and the start page to the one they chose.
//!
//! **A connection opens nothing.** It shows a person the names of their companies and leads to the sign-in page of
//! one, where that company asks for its own password, its own second proof and whatever else its policy wants. Were
//! a session of one company the first credential of another, then whoever can get a session of the first, an
//! administrator who runs its identity provider for example, could stand half-way inside the second.
//!
//! **What it shows is the person's only.** A connection carries the security version of its account. Changes that the
//! person makes within a session take it along ([`crate::storage::Tx::move_session`]); any other, like a mailed
//! reset, an administrator's, or a change of role, leaves it behind: from that account nothing is seen or changed
//! any more until one of the others is proven again. So nobody who takes an account over by its company's means
//! learns where else its person works. Mails and audit events name no other company either.

use app::wire::{Companies, ConnectCompany, ConnectedCompany, Step};
use url::form_urlencoded;

use crate::{
    keys::token_hash,
    mail::Letter,
    storage::{
        Account, AccountId, AuditKind, Companion, Company, LiveSession, PersonId, SessionId, Tx,
    },
};

use super::super::{
    Cookies, Held, Progress, Refusal, Result, Services, Visitor, password, session, written,
};
use super::{Change, company_of, ways::tell};

/// The companies of whoever is signed in, those last signed in to first.
///
/// # Errors
/// [`Refusal::SignedOut`] without a session.
pub async fn companies(s: &Services, visitor: &Visitor) -> Result<Companies> {
    let session = session::live_in_full(s, visitor).await?;
    let zone = session.zone();
    let mut companions = match session.person() {
        Some(person) => s.db.companions(person).await?,
        None => Vec::new(),
    };
    if companions.len() < 2 {
        // The other one was deleted: there is nothing to choose from.
        companions.clear();
    }
    let shown = companions.into_iter().map(|companion| ConnectedCompany {
        address: address(&companion),
        current: companion.id == session.account_id,
        default: companion.is_default(),
        open: companion.is_open(),
        last_sign_in_at: companion.last_sign_in_at.map(|at| written(at, &zone)),
        id: companion.id.0,
        alias: companion.company_alias,
        name: companion.company_name,
        username: companion.username,
    });
    Ok(Companies {
        companies: shown.collect(),
        resting: session.person_id.is_some() && session.person().is_none(),
    })
}

/// The sign-in page of a company with the account filled in, whoever is signed in now.
fn address(companion: &Companion) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("account", &companion.username)
        .append_pair("other", "1")
        .finish();
    format!("/{}?{query}", companion.company_alias)
}

/// Begins to prove an account of another company. The session goes on; what is answered is the next step of the
/// other company's own sign-in.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::AccountLocked`] for the session's own account,
/// [`Refusal::NothingToDo`] for an account of the same company, else as a sign-in there.
pub async fn connect(s: &Services, visitor: &Visitor, typed: &ConnectCompany) -> Result<Progress> {
    let session = session::live_in_full(s, visitor).await?;
    session::check_fresh(s, &session)?;
    let own = s.db.account(&session.account_id).await?;
    if own.is_none_or(|own| own.locked_at.is_some()) {
        return Err(Refusal::AccountLocked {
            attempts_left: None,
        }
        .into());
    }
    let found = super::super::company::find(s, &typed.company).await?;
    let company = super::super::company::by_alias(s, &found.alias).await?;
    if company.id == session.company_id {
        return Err(Refusal::NothingToDo.into());
    }
    password::connect(s, visitor, &session, &company, typed).await
}

/// Connects an account that was proven in full with the one whose session asked for it, and commits. The session
/// must be this browser's still, and live.
///
/// # Errors
/// [`Refusal::AttemptOver`] when the session ended or its account was locked meanwhile; nothing has happened then.
pub(in super::super) async fn connected(
    s: &Services,
    visitor: &Visitor,
    mut tx: Tx,
    asking: &SessionId,
    account: &Account,
    company: &Company,
) -> Result<Progress> {
    let session = asking_session(s, visitor, asking).await?;
    let own = tx
        .account(&session.account_id)
        .await?
        .filter(|own| own.locked_at.is_none() && own.security_version == session.security_version)
        .ok_or(Refusal::AttemptOver)?;
    tx.clear_code_failures(&account.id).await?;
    join(s, &mut tx, &own, account).await?;
    let own_company = company_of(s, &session).await?;
    for (account, company) in [(&own, &own_company), (account, company)] {
        tx.audit(s.event(visitor, AuditKind::AccountsLinked, account));
        let letter = Letter::CompanyConnected {
            username: account.username.clone(),
            at: s.now(),
        };
        s.post_back(visitor, &mut tx, account, company, &letter)
            .await?;
    }
    tx.commit().await?;
    Ok(Progress {
        step: Step::SignedIn {
            landing: format!(
                "/{}/profile/security?connected=1#companies",
                session.company_alias
            ),
        },
        cookies: Cookies {
            attempt: Held::Gone,
            ..Cookies::default()
        },
    })
}

/// The session that asked, if this browser holds it still.
async fn asking_session(
    s: &Services,
    visitor: &Visitor,
    asking: &SessionId,
) -> Result<LiveSession> {
    let cookie = visitor
        .session_cookie
        .as_deref()
        .ok_or(Refusal::AttemptOver)?;
    let session = s.db.live_session(&token_hash(cookie), s.now()).await?;
    Ok(session
        .filter(|session| session.id == *asking)
        .ok_or(Refusal::AttemptOver)?)
}

/// Lets two accounts belong to one person. A connection that rests is none: its account leaves it, and does not
/// bring along what it could not see.
async fn join(s: &Services, tx: &mut Tx, own: &Account, other: &Account) -> Result<()> {
    let mut held: Vec<&PersonId> = [&own.person_id, &other.person_id]
        .into_iter()
        .flatten()
        .collect();
    // In one order, so that two who connect crosswise do not wait for each other.
    held.sort_by_key(|person| &person.0);
    for person in &held {
        tx.lock_person(person).await?;
    }
    let person = match (own.person(), other.person()) {
        (Some(own), Some(other)) if own != other => {
            tx.merge_persons(own, other).await?;
            own.clone()
        }
        (Some(person), _) | (None, Some(person)) => person.clone(),
        (None, None) => {
            let now = s.now();
            let person = PersonId(s.entropy.id(now));
            tx.add_person(&person, now).await?;
            person
        }
    };
    for account in [own, other] {
        tx.join_person(&account.id, account.security_version, &person)
            .await?;
    }
    for left in held {
        if *left != person {
            tx.tidy_person(left).await?;
        }
    }
    Ok(())
}

/// Chooses the company to which signing in at the start page leads, or none.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's.
pub async fn choose_default(s: &Services, visitor: &Visitor, id: Option<&str>) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    let person = change.account.person().cloned().ok_or(Refusal::NotFound)?;
    let id = id.map(|id| AccountId(id.to_owned()));
    change.tx.lock_person(&person).await?;
    if !change.tx.set_default_account(&person, id.as_ref()).await? {
        return Err(Refusal::NotFound.into());
    }
    let mut event = s.event(visitor, AuditKind::AccountChanged, &change.account);
    event.reason = Some("default company".to_owned());
    change.tx.audit(event);
    change.tx.commit().await?;
    Ok(())
}

/// Disconnects one of the person's accounts from the others; their own from all. Both people are told by mail.
///
/// # Errors
/// [`Refusal::NotFound`] for what is not this person's.
pub async fn disconnect(s: &Services, visitor: &Visitor, id: &str) -> Result<()> {
    let mut change = Change::begin(s, visitor).await?;
    let is_own = change.account.id.0 == id;
    // What rests can be given up, and shows and changes nothing else.
    let person = if is_own {
        change.account.person_id.clone()
    } else {
        change.account.person().cloned()
    };
    let person = person.ok_or(Refusal::NotFound)?;
    change.tx.lock_person(&person).await?;
    let id = AccountId(id.to_owned());
    let other = change
        .tx
        .account(&id)
        .await?
        .filter(|other| other.person_id.as_ref() == Some(&person) && other.deleted_at.is_none())
        .ok_or(Refusal::NotFound)?;
    change.tx.leave_person(&id, &person).await?;
    let event = s.event(visitor, AuditKind::AccountsUnlinked, &change.account);
    change.tx.audit(event);
    let letter = |account: &Account| Letter::CompanyDisconnected {
        username: account.username.clone(),
        at: s.now(),
    };
    let to_own = letter(&change.account);
    tell(s, visitor, &mut change, &to_own).await?;
    if !is_own && let Some(company) = change.tx.company(&other.company_id).await? {
        let event = s.event(visitor, AuditKind::AccountsUnlinked, &other);
        change.tx.audit(event);
        s.post_back(visitor, &mut change.tx, &other, &company, &letter(&other))
            .await?;
    }
    change.tx.commit().await?;
    Ok(())
}
