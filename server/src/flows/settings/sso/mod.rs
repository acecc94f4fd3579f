//! "Single Sign-On": at which outside providers a company's people sign in, which e-mail domains are its own, and
//! whether passwords count beside that. What happens at a sign-in is decided elsewhere.

mod domains;
mod passwords;
mod providers;
mod tests;

pub use domains::{check as check_domain, claim as claim_domain, recheck, remove as remove_domain};
pub use passwords::choose as choose_passwords;
pub use providers::{go_live, remove as remove_provider, save as save_provider};
pub use tests::{begin as begin_test, look as look_at_test};

use app::wire::{self, ProviderKind, SingleSignOn, Stranded};

use super::{Held, Result, seen};
use crate::{
    flows::{
        Refusal, Services, Visitor, audit, session,
        sso::{CALLBACK, SIGNED_OUT},
        written,
    },
    storage::{AuditKind, Company, LiveSession, Provider, StoredProviderKind},
};

/// People who are named where somebody loses their last way in.
const NAMED: u32 = 5;

/// Everything about a company's single sign-on.
///
/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<SingleSignOn> {
    let (admin, company) = seen(s, visitor).await?;
    page(s, &admin, &company).await
}

/// A held company that an administrator changes, who has just proven who they are.
async fn held(s: &Services, visitor: &Visitor) -> Result<Held> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    Held::by(s, visitor).await
}

/// Writes down what an administrator did, commits, and answers how it stands now.
async fn finish(
    s: &Services,
    visitor: &Visitor,
    mut held: Held,
    kind: AuditKind,
    what: String,
) -> Result<SingleSignOn> {
    let mut event = audit::event(s, visitor, kind, &held.admin);
    event.reason = Some(what);
    held.tx.audit(event);
    held.tx.commit().await?;
    page(s, &held.admin, &held.company).await
}

async fn page(s: &Services, admin: &LiveSession, company: &Company) -> Result<SingleSignOn> {
    let mut providers = Vec::new();
    for provider in s.db.providers(&company.id).await? {
        providers.push(shown(s, company, &provider).await?);
    }
    let kinds = [ProviderKind::Google, ProviderKind::Office365];
    Ok(SingleSignOn {
        providers,
        offered: kinds.into_iter().filter(|it| s.sso.offers(*it)).collect(),
        redirect_uri: s.mailer.address(CALLBACK),
        signed_out_uri: s.mailer.address(SIGNED_OUT),
        domains: domains::shown(s, company).await?,
        passwords: company.passwords,
        fresh: session::check_fresh(s, admin).is_ok(),
    })
}

async fn shown(s: &Services, company: &Company, provider: &Provider) -> Result<wire::Provider> {
    let (count, names) =
        s.db.people_with_no_other_way(&company.id, &provider.id, company.passwords, NAMED)
            .await?;
    let people = s.db.provider_people(&provider.id).await?;
    Ok(wire::Provider {
        kind: provider.kind,
        name: provider.shown_name().to_owned(),
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        has_secret: provider.secret.is_some(),
        members: providers::members_shown(provider),
        second_factor: provider.second_factor,
        creates: provider.creates,
        live: provider.live,
        tested_at: provider.tested_at.map(|at| written(at, &company.zone())),
        people: u32::try_from(people).unwrap_or(u32::MAX),
        only_way: Stranded {
            count: u32::try_from(count).unwrap_or(u32::MAX),
            names,
        },
        version: provider.version,
    })
}

/// Refuses what would leave the company without a way in: where passwords are off, people need one provider besides
/// this one; and some administrator must get in without it.
async fn check_ways_left(held: &mut Held, leaving: &Provider) -> Result<()> {
    if !leaving.live {
        return Ok(());
    }
    let company = &held.company;
    let others = held.tx.providers(&company.id).await?;
    let another = others.iter().any(|it| it.live && it.id != leaving.id);
    if !company.passwords && !another {
        return Err(Refusal::InUse.into());
    }
    let administrators = held
        .tx
        .administrators_who_get_in(&company.id, Some(&leaving.id), false)
        .await?;
    if administrators == 0 {
        return Err(Refusal::LastAdmin.into());
    }
    Ok(())
}

/// As the log writes a kind.
fn kind_word(kind: ProviderKind) -> &'static str {
    StoredProviderKind::from(kind).name()
}
