//! Who somebody is in Amazon Connect, by an administrator's word.

use app::wire::{NamePhoneUser, UserDetail};

use crate::{
    domain::typed,
    storage::{self, Account, AuditKind, Tx, fold},
};

use super::{Change, Error, Refusal, Result, Services, Visitor, session};

/// Says who somebody is in Amazon Connect, or that nobody knows. What was proven of another user ends: bound browsers,
/// and sessions that began at *Secure Login*.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::NotFound`] for people of other companies, [`Refusal::PhoneTaken`] when
/// somebody else is that user, [`Refusal::InvalidRequest`] for what cannot be one.
pub async fn name_phone_user(
    s: &Services,
    visitor: &Visitor,
    id: &str,
    typed: &NamePhoneUser,
) -> Result<UserDetail> {
    let admin = session::live_admin(s, visitor).await?;
    let given = typed.phone_username.as_deref().map(str::trim);
    let wanted = match given.filter(|given| !given.is_empty()) {
        None => None,
        Some(given) => Some(typed::phone_username(given).ok_or(Refusal::InvalidRequest)?),
    };
    let mut change = Change::begin(s, &admin, id, false).await?;
    session::check_fresh(s, &admin)?;
    let account = &change.account;
    let before = s.db.phone_of(&account.id).await?;
    let before = before.and_then(|phone| phone.username);
    if before == wanted {
        return change.finish(s).await;
    }
    let is_other = before.as_deref().map(fold) != wanted.as_deref().map(fold);
    become_user(&mut change.tx, account, wanted.as_deref()).await?;
    if is_other {
        change.tx.leave_phone_user(&account.id, s.now()).await?;
    }
    let told = Some("phone_username".to_owned());
    change.audit(s, visitor, AuditKind::AccountChanged, told);
    change.finish(s).await
}

/// # Errors
/// [`Refusal::PhoneTaken`]
pub(super) async fn become_user(
    tx: &mut Tx,
    account: &Account,
    phone_username: Option<&str>,
) -> Result<()> {
    let told = |error: storage::Error| match error.as_database_error() {
        Some(why) if why.is_unique_violation() => Error::from(Refusal::PhoneTaken),
        _ => error.into(),
    };
    tx.set_phone_user(account, phone_username)
        .await
        .map_err(told)
}
