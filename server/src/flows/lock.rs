//! Who unlocks whom: administrators each other, and the last of them the operator. Told only to somebody who has proven
//! the account's password.

use crate::storage::{Account, Tx};

use super::{Refusal, Result};

/// A refusal as this account's person should read it: the last administrator who is locked learns what the operator
/// runs, for nobody in the company could unlock them.
pub(super) async fn told(
    tx: &mut Tx,
    alias: &str,
    account: &Account,
    refusal: Refusal,
) -> Result<Refusal> {
    let Refusal::AccountLocked { attempts_left } = refusal else {
        return Ok(refusal);
    };
    Ok(match command(tx, alias, account).await? {
        Some(command) => Refusal::LastAdminLocked {
            attempts_left,
            command,
        },
        None => refusal,
    })
}

/// What the operator runs to unlock the last administrator; none for anybody whom an administrator can unlock.
pub(super) async fn command(tx: &mut Tx, alias: &str, account: &Account) -> Result<Option<String>> {
    let others = if account.admin {
        tx.other_administrators(&account.company_id, &account.id)
            .await?
    } else {
        1
    };
    if others > 0 {
        return Ok(None);
    }
    // Usernames may hold what a shell reads as its own.
    let is_plain = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b))
    };
    let name = [&account.username, &account.email]
        .into_iter()
        .find(|name| is_plain(name))
        .map_or_else(
            || format!("'{}'", account.username.replace('\'', "'\\''")),
            String::clone,
        );
    Ok(Some(format!(
        "callgate account unlock --company {alias} --account {name} --reason …"
    )))
}
