//! What administrators make of their people: added, changed, disabled, deleted and brought back. Rules are in
//! `domain/people`; what is done for somebody who cannot sign in is in `help`.

mod add;
mod bulk;
mod edit;
mod email;
mod gone;
mod joining;
mod phone_user;
mod state;

pub use add::{add, create, preview};
pub use bulk::{Bulk, Skipped, bulk};
pub use edit::edit;
pub use email::confirm_email;
pub use gone::pseudonymise;
pub use joining::{approve_join, join_requests, refuse_join};
pub use phone_user::name_phone_user;
pub use state::{delete, disable, enable, end_sessions, restore};

use app::wire::{Role, UserDetail};

use crate::{
    domain::people::{self, Seat},
    storage::{
        self, Account, AccountId, AccountState, AuditKind, Company, LiveSession, PresenceListId,
        TakenName, Tx,
    },
};

use super::{Error, Fault, Refusal, Result, Services, Visitor, session, users};

/// A change of one person under way. The company's row is held and then the person's, so that what is decided about
/// administrators and versions stays true.
struct Change {
    tx: Tx,
    admin: LiveSession,
    company: Company,
    account: Account,
}

impl Change {
    /// # Errors
    /// [`Refusal::NotFound`] for people of other companies, and for deleted ones unless `gone`.
    async fn begin(s: &Services, admin: &LiveSession, id: &str, gone: bool) -> Result<Self> {
        let id = AccountId(id.to_owned());
        let listed = s.db.listed_account(&admin.company_id, &id).await?;
        if listed.is_none_or(|it| it.deleted_at.is_some() != gone) {
            return Err(Refusal::NotFound.into());
        }
        let (mut tx, company) = held_company(s, admin).await?;
        tx.lock_account(&id).await?;
        let account = tx.account(&id).await?.ok_or(Refusal::NotFound)?;
        if account.deleted_at.is_some() != gone {
            return Err(Refusal::NotFound.into());
        }
        Ok(Self {
            tx,
            admin: admin.clone(),
            company,
            account,
        })
    }

    fn audit(&mut self, s: &Services, visitor: &Visitor, kind: AuditKind, reason: Option<String>) {
        let mut event = s.event(visitor, kind, &self.account);
        event.actor = Some(self.admin.account_id.clone());
        event.reason = reason;
        self.tx.audit(event);
    }

    /// Refuses what would leave the company without an administrator who can sign in.
    async fn check_last_admin(&mut self, after: Seat) -> Result<()> {
        let before = Seat {
            admin: self.account.admin,
            signs_in: signs_in(self.account.state),
        };
        let Account { id, company_id, .. } = &self.account;
        let others = self.tx.other_administrators(company_id, id).await?;
        if people::keeps_an_admin(before, after, others) {
            Ok(())
        } else {
            Err(Refusal::LastAdmin.into())
        }
    }

    /// Ends what the account is signed in with; everything else carries the former security version.
    async fn end_sessions(&mut self, s: &Services) -> Result<()> {
        self.tx.end_sessions(&self.account.id, s.now()).await?;
        self.tx.end_trusts(&self.account.id).await?;
        Ok(())
    }

    async fn commit(self, s: &Services) -> Result<()> {
        self.tx.commit().await?;
        s.mailer.wake();
        Ok(())
    }

    /// Commits, and answers the person as they are now.
    async fn finish(self, s: &Services) -> Result<UserDetail> {
        let (admin, id) = (self.admin.clone(), self.account.id.clone());
        self.commit(s).await?;
        users::detail(s, &admin, &id).await
    }
}

/// Holds the company's row (SECURITY 22) and reads it as it is now.
async fn held_company(s: &Services, admin: &LiveSession) -> Result<(Tx, Company)> {
    let mut tx = s.db.begin().await?;
    tx.lock_policy(&admin.company_id).await?;
    let company = tx
        .company(&admin.company_id)
        .await?
        .ok_or_else(|| Fault::Broken(format!("company {} vanished", admin.company_id)))?;
    Ok((tx, company))
}

fn signs_in(state: AccountState) -> bool {
    matches!(state, AccountState::Enabled | AccountState::SsoOnly)
}

/// What the session's person holds themselves.
fn own_roles(admin: &LiveSession) -> Vec<Role> {
    [(admin.agent, Role::Agent), (admin.admin, Role::Admin)]
        .into_iter()
        .filter_map(|(has, role)| has.then_some(role))
        .collect()
}

/// # Errors
/// [`Refusal::InvalidRequest`] without any role, [`Refusal::Forbidden`] for one that the administrator does not hold.
fn check_roles(admin: &LiveSession, wanted: &[Role]) -> Result<(), Refusal> {
    if wanted.is_empty() {
        return Err(Refusal::InvalidRequest);
    }
    if people::may_grant(&own_roles(admin), wanted) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// A presence reason list that was named.
///
/// # Errors
/// [`Refusal::NotFound`] for those of other companies.
async fn own_list(
    tx: &mut Tx,
    admin: &LiveSession,
    id: Option<&str>,
) -> Result<Option<PresenceListId>> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let list = PresenceListId(id.to_owned());
    if tx.is_presence_list_of(&admin.company_id, &list).await? {
        Ok(Some(list))
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// What the database refused because somebody else has it, as it is told; two requests of the same moment find
/// different ones of them out.
fn taken(error: storage::Error) -> Error {
    match TakenName::by(&error) {
        Some(TakenName::Username) => Refusal::UsernameTaken.into(),
        Some(TakenName::Email) => Refusal::EmailTaken.into(),
        None => error.into(),
    }
}
