//! Security Settings: what a signed-in person sees and changes of their own ways in. What changes
//! needs a fresh proof, is told to them by mail where it matters, and is written down.

mod backup_codes;
mod companies;
mod password;
mod places;
mod ways;

pub use backup_codes::{backup_codes_left, confirm_backup_codes, make_backup_codes};
pub(super) use companies::connected;
pub use companies::{choose_default, companies, connect, disconnect};
pub use password::replace_password;
pub use places::{end_binding, end_browser, end_other_sessions, end_session};
pub use ways::{add_way, remove_way, resend_code, verify_way};

use app::wire::{HistoryEntry, PasswordState, SecuritySettings};

use crate::{
    domain::code,
    storage::{Account, Company, LiveSession, Tx},
};

use super::{Fault, Refusal, Result, Services, Visitor, lock, session, sign_in, sso, written};

/// Sign-ins and refusals that are shown.
const HISTORY: u32 = 20;

/// Everything that the page shows.
///
/// # Errors
/// [`Refusal::SignedOut`] without a session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<SecuritySettings> {
    let session = session::live_in_full(s, visitor).await?;
    let account =
        s.db.account(&session.account_id)
            .await?
            .ok_or(Refusal::SignedOut)?;
    let company = company_of(s, &session).await?;
    let zone = company.zone();
    let history = s.db.sign_in_events(&account.id, HISTORY).await?;
    Ok(SecuritySettings {
        email: code::masked(&account.email),
        fresh: session::check_fresh(s, &session).is_ok(),
        two_factor: ways::show(s, &account, &company).await?,
        password: PasswordState {
            is_set: account.password_hash.is_some(),
            changed_at: account.password_changed_at.map(|at| written(at, &zone)),
            minimum: sign_in::policy(&company, s.now()).minimum,
        },
        single_sign_on: sso::show(s, &account, &company).await?,
        browsers: places::browsers(s, visitor, &account, &company).await?,
        bound: places::bound(s, visitor, &account, &company).await?,
        sessions: places::sessions(s, &session).await?,
        history: history
            .into_iter()
            .map(|event| HistoryEntry {
                at: written(event.at, &zone),
                kind: event.kind,
                address: event.address,
                reference: event.reference,
            })
            .collect(),
    })
}

async fn company_of(s: &Services, session: &LiveSession) -> Result<Company> {
    let company = s.db.company(&session.company_id).await?;
    Ok(company
        .ok_or_else(|| Fault::Broken(format!("account {} has no company", session.account_id)))?)
}

/// A change under way. The account's row is held, so what is decided from here on stays true.
pub(super) struct Change {
    pub(super) tx: Tx,
    /// The session that asks.
    pub(super) session: LiveSession,
    pub(super) account: Account,
    pub(super) company: Company,
}

impl Change {
    /// # Errors
    /// [`Refusal::SignedOut`], [`Refusal::FreshProofNeeded`], and [`Refusal::AccountLocked`]: while an
    /// account is locked nobody knows whose hands its session is in.
    pub(super) async fn begin(s: &Services, visitor: &Visitor) -> Result<Self> {
        let session = session::live_in_full(s, visitor).await?;
        session::check_fresh(s, &session)?;
        let company = company_of(s, &session).await?;
        let mut tx = s.db.begin().await?;
        tx.lock_account(&session.account_id).await?;
        // While the row was waited for, another request may have ended this session.
        if !tx
            .is_live_session(&session.account_id, &session.id, s.now())
            .await?
        {
            return Err(Refusal::SignedOut.into());
        }
        let account = tx
            .account(&session.account_id)
            .await?
            .ok_or(Refusal::SignedOut)?;
        if account.locked_at.is_some() {
            let refusal = Refusal::AccountLocked {
                attempts_left: None,
            };
            let alias = &session.company_alias;
            return Err(lock::told(&mut tx, alias, &account, refusal).await?.into());
        }
        Ok(Self {
            tx,
            session,
            account,
            company,
        })
    }

    /// Ends everything that carries the former security version, but for the session that asks.
    async fn outdate_the_rest(&mut self) -> Result<()> {
        let version = self.tx.raise_security_version(&self.account.id).await?;
        self.tx.move_session(&self.session.id, version).await?;
        Ok(())
    }
}
