//! A new password in place of the present one, which is asked for and is the proof.

use app::wire::{PasswordFlaw, ReplacePassword};

use crate::{
    domain::{hash_queue::Lane, password::normalised},
    mail::Letter,
    storage::AuditKind,
};

use super::super::{Refusal, Result, Services, Visitor, password};
use super::company_of;

/// Replaces the password. Every other session, browser and sign-in under way ends; this session lives on.
///
/// # Errors
/// [`Refusal::WrongCredentials`] when the present one is wrong, throttled like a sign-in;
/// [`Refusal::PasswordRefused`] for a new one that breaks the rules or is the present one.
pub async fn replace_password(
    s: &Services,
    visitor: &Visitor,
    typed: &ReplacePassword,
) -> Result<()> {
    let (session, account) = password::own_account(s, visitor).await?;
    let company = company_of(s, &session).await?;
    // Before the present one is compared: a new one that is refused is no wrong password.
    password::check_new(&typed.password, &account, &company, s.now())?;
    let own = password::compare_own(s, visitor, session, account, &typed.current).await?;
    if normalised(&typed.password) == normalised(&typed.current) {
        return Err(Refusal::PasswordRefused(PasswordFlaw::Unchanged).into());
    }
    let stored = password::hash_new(s, visitor, Lane::Known, &typed.password).await?;
    let session = own.session.id.clone();
    let (mut tx, account) = own.accept(s, visitor).await?;
    let version = tx.set_password(&account.id, &stored, s.now()).await?;
    tx.move_session(&session, version).await?;
    tx.audit(s.event(visitor, AuditKind::PasswordChanged, &account));
    let letter = Letter::PasswordChanged {
        username: account.username.clone(),
        at: s.now(),
    };
    s.post_back(visitor, &mut tx, &account, &company, &letter)
        .await?;
    tx.commit().await?;
    Ok(())
}
