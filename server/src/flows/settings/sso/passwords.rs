//! Whether people sign in with account and password beside single sign-on.

use app::wire::{ChoosePasswords, SingleSignOn};

use super::{Result, finish, held, look};
use crate::{
    flows::{Refusal, Services, Visitor},
    storage::AuditKind,
};

/// Lets passwords in, or people by single sign-on alone. Administrators keep a password as the way in for when a
/// provider is gone.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`]; without passwords, [`Refusal::NothingToDo`] before a provider is tested and shown to
/// people, and [`Refusal::LastAdmin`] when no administrator would get in.
pub async fn choose(
    s: &Services,
    visitor: &Visitor,
    wanted: &ChoosePasswords,
) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    if wanted.passwords == held.company.passwords {
        return look(s, visitor).await;
    }
    if !wanted.passwords {
        let providers = held.tx.providers(&held.company.id).await?;
        let usable = providers.iter().any(|it| it.live && it.tested_at.is_some());
        if !usable {
            return Err(Refusal::NothingToDo.into());
        }
        // A password gets them in behind single sign-on only with a second proof.
        let administrators = held
            .tx
            .administrators_who_get_in(&held.company.id, None, true)
            .await?;
        if administrators == 0 {
            return Err(Refusal::LastAdmin.into());
        }
    }
    held.tx
        .set_passwords(&held.company.id, wanted.passwords)
        .await?;
    held.company.passwords = wanted.passwords;
    let what = if wanted.passwords {
        "passwords off → on"
    } else {
        "passwords on → off"
    };
    finish(
        s,
        visitor,
        held,
        AuditKind::CompanySettings,
        what.to_owned(),
    )
    .await
}
