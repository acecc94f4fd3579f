//! Sessions: who is signed in, kept alive by keys and pointer, ended here or everywhere.

use std::time::Duration;

use app::wire::{Role, Session, SessionAccount, SessionCompany, Workplace};

use crate::{
    domain::landing,
    keys::token_hash,
    storage::{AuditKind, LiveSession, Tx},
};

use super::{Cookies, Held, Refusal, Result, Services, Visitor, language, presence, sso};

/// How old a proof of identity may be for changes that matter.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// The session that this browser holds.
///
/// # Errors
/// [`Refusal::SignedOut`] without a live one.
pub async fn live(s: &Services, visitor: &Visitor) -> Result<LiveSession> {
    let cookie = visitor
        .session_cookie
        .as_deref()
        .ok_or(Refusal::SignedOut)?;
    Ok(s.db
        .live_session(&token_hash(cookie), s.now())
        .await?
        .ok_or(Refusal::SignedOut)?)
}

/// A session in which the person sees and changes what is their own, which one of *Secure Login* is not: that opens the
/// desk and nothing else (SECURITY 16).
///
/// # Errors
/// [`Refusal::SignedOut`] without a session, [`Refusal::Forbidden`] for one of *Secure Login*.
pub(super) async fn live_in_full(s: &Services, visitor: &Visitor) -> Result<LiveSession> {
    let session = live(s, visitor).await?;
    if session.is_for_desk() {
        Err(Refusal::Forbidden.into())
    } else {
        Ok(session)
    }
}

/// The session of an administrator.
///
/// # Errors
/// [`Refusal::SignedOut`] without a session, [`Refusal::Forbidden`] without the role.
pub async fn live_admin(s: &Services, visitor: &Visitor) -> Result<LiveSession> {
    let session = live(s, visitor).await?;
    if session.admin {
        Ok(session)
    } else {
        Err(Refusal::Forbidden.into())
    }
}

/// Refuses what needs a proof of identity that is not older than ten minutes.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`]
pub(super) fn check_fresh(s: &Services, session: &LiveSession) -> Result<(), Refusal> {
    let age = s.now().since(session.proved_at);
    if age <= FRESH {
        Ok(())
    } else {
        Err(Refusal::FreshProofNeeded)
    }
}

/// Uses up the proof that [`check_fresh`] asked for: the next change asks again. Answers whether there was one to use.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn spend_proof(s: &Services, tx: &mut Tx, session: &LiveSession) -> Result<bool> {
    Ok(tx.spend_proof(&session.id, s.now().minus(FRESH)).await?)
}

/// The session as its browser is shown it.
///
/// # Errors
/// When the database does not answer.
pub async fn show(s: &Services, session: &LiveSession) -> Result<Session> {
    let now = s.now();
    Ok(Session {
        account: SessionAccount {
            id: session.account_id.0.clone(),
            username: session.username.clone(),
            name: session.name.clone(),
            email: session.email.clone(),
        },
        company: SessionCompany {
            alias: session.company_alias.clone(),
            name: session.company_name.clone(),
        },
        roles: [(session.agent, Role::Agent), (session.admin, Role::Admin)]
            .into_iter()
            .filter_map(|(has, role)| has.then_some(role))
            .collect(),
        language: language(
            session.account_language.as_deref(),
            &session.company_language,
        )
        .to_owned(),
        landing: landing_of(session),
        connected: session.person().is_some() && !session.is_for_desk(),
        signed_in_at: session.signed_in_at().map(str::to_owned),
        proves_at: if session.is_for_desk() {
            Vec::new()
        } else {
            sso::proves_at(s, session).await?
        },
        phone_username: session.phone_username.clone(),
        idle_ends_in: now.seconds_until(session.idle_end()),
        ends_in: now.seconds_until(session.expires_at),
    })
}

/// Where the person of a session works.
#[must_use]
pub fn landing_of(session: &LiveSession) -> String {
    let last = match session.workplace.as_deref() {
        Some("desk") => Some(Workplace::Desk),
        Some("console") => Some(Workplace::Console),
        _ => None,
    };
    let workplace = landing::workplace(session.agent, session.admin, last);
    landing::path(&session.company_alias, workplace)
}

/// Notes that the person used keys or pointer: the idle time starts again, the total does not.
///
/// # Errors
/// [`Refusal::SignedOut`] without a live session.
pub async fn note_activity(s: &Services, visitor: &Visitor) -> Result<LiveSession> {
    let session = live(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    tx.touch_session(&session.id, s.now()).await?;
    tx.commit().await?;
    live(s, visitor).await
}

/// Signs out on this browser. Without a session there is nothing to do, and that is fine.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(s: &Services, visitor: &Visitor) -> Result<Cookies> {
    let mut tx = s.db.begin().await?;
    let cookies = sign_out_in(s, visitor, &mut tx).await?;
    tx.commit().await?;
    Ok(cookies)
}

/// The same together with something else. The caller commits.
pub(super) async fn sign_out_in(s: &Services, visitor: &Visitor, tx: &mut Tx) -> Result<Cookies> {
    if let Some(cookie) = &visitor.session_cookie {
        let cookie = token_hash(cookie);
        // An account goes before its sessions, as everywhere.
        if let Some(id) = tx.session_holder(&cookie).await? {
            tx.lock_account(&id).await?;
        }
        if let Some(id) = tx.end_session(&cookie, s.now()).await?
            && let Some(account) = tx.account(&id).await?
        {
            presence::sign_off(s, tx, &account.id).await?;
            tx.audit(s.event(visitor, AuditKind::SignedOut, &account));
        }
    }
    Ok(Cookies {
        session: Held::Gone,
        ..Cookies::default()
    })
}

/// Signs the person out on every browser, this one included.
///
/// # Errors
/// [`Refusal::SignedOut`] without a live session.
pub async fn sign_out_everywhere(s: &Services, visitor: &Visitor) -> Result<Cookies> {
    let session = live(s, visitor).await?;
    let mut tx = s.db.begin().await?;
    tx.lock_account(&session.account_id).await?;
    tx.end_sessions(&session.account_id, s.now()).await?;
    presence::sign_off(s, &mut tx, &session.account_id).await?;
    if let Some(account) = tx.account(&session.account_id).await? {
        tx.audit(s.event(visitor, AuditKind::SignedOutEverywhere, &account));
    }
    tx.commit().await?;
    Ok(Cookies {
        session: Held::Gone,
        ..Cookies::default()
    })
}

/// Remembers where a person with both roles works now.
///
/// # Errors
/// [`Refusal::Forbidden`] for a place that the person's roles do not open, and in a session of *Secure Login*.
pub async fn choose_workplace(
    s: &Services,
    visitor: &Visitor,
    workplace: Workplace,
) -> Result<LiveSession> {
    let session = live_in_full(s, visitor).await?;
    let may = match workplace {
        Workplace::Desk => session.agent,
        Workplace::Console => session.admin,
    };
    if !may {
        return Err(Refusal::Forbidden.into());
    }
    let mut tx = s.db.begin().await?;
    tx.set_workplace(&session.account_id, workplace).await?;
    tx.commit().await?;
    live(s, visitor).await
}

/// Remembers a person's language when they are signed in; others keep it in a cookie.
///
/// # Errors
/// When the database does not answer.
pub async fn choose_language(s: &Services, visitor: &Visitor, language: &str) -> Result<()> {
    match live(s, visitor).await {
        Ok(session) => {
            let mut tx = s.db.begin().await?;
            tx.set_language(&session.account_id, language).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(super::Error::Refused(_)) => Ok(()),
        Err(fault) => Err(fault),
    }
}
