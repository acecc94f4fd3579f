//! Providers: set up, changed, shown to people, removed. What is typed is tried at the provider before it is kept.

use app::wire::{GoLive, ProviderKind, SaveProvider, SingleSignOn, SsoFailure};

use super::{Held, Result, check_ways_left, finish, held, kind_word, look};
use crate::{
    domain::{alias::is_showable, region::domain_name},
    flows::{
        Refusal, Services, Visitor, session,
        settings::line,
        sso::provider::{opened, sealed},
    },
    sso::Failed,
    storage::{AuditKind, Provider, ProviderId},
};

/// Hosted domains or tenants at most.
const MEMBERS: usize = 50;
/// What stands for every tenant: it must be said, for it lets any Microsoft account in.
const ANY: &str = "any";
const LONGEST_CLIENT: usize = 255;
const LONGEST_SECRET: usize = 1000;
const LONGEST_ISSUER: usize = 500;

/// Sets a provider up or changes it. Another issuer, client or other members take it from people until a test goes
/// through; another secret does not, for it is changed before the old one ends. After another issuer or client people
/// bind their logins once more.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::ChangedMeanwhile`], [`Refusal::InvalidRequest`] for what cannot be,
/// [`Refusal::ProviderRefused`] for an address that may not be used and for Office 365 without a tenant,
/// [`Refusal::SsoFailed`] when the provider cannot be asked, and what [`check_ways_left`] refuses.
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    kind: ProviderKind,
    wanted: &SaveProvider,
) -> Result<SingleSignOn> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let old = s.db.provider(&admin.company_id, kind).await?;
    check_version(old.as_ref(), wanted.version)?;
    let typed = Typed::read(s, kind, wanted)?;
    let id = old
        .as_ref()
        .map_or_else(|| ProviderId(s.entropy.id(s.now())), |old| old.id.clone());
    let mut new = Provider {
        id,
        company_id: admin.company_id.clone(),
        kind,
        name: typed.name,
        issuer: typed.issuer,
        client_id: typed.client_id,
        secret: None,
        members: typed.members,
        second_factor: wanted.second_factor,
        creates: wanted.creates,
        live: false,
        tested_at: None,
        version: 1,
        created_at: s.now(),
    };
    new.secret = match (&typed.secret, &old) {
        (Some(secret), _) => Some(sealed(s, &new.id, secret)),
        (None, Some(old)) if is_same_client(old, &new) => old.secret.clone(),
        (None, _) => None,
    };
    // Google and Microsoft know no clients of this sort without one.
    if kind != ProviderKind::Company && new.client_id.is_some() && new.secret.is_none() {
        return Err(Refusal::InvalidRequest.into());
    }
    let is_same = old
        .as_ref()
        .is_some_and(|old| is_same_client(old, &new) && old.members == new.members);
    if let Some(old) = &old {
        new.version = old.version;
        new.created_at = old.created_at;
        new.live = old.live && is_same;
        new.tested_at = old.tested_at.filter(|_| is_same && typed.secret.is_none());
    }
    if new.tested_at.is_none() {
        // Outside of the transaction: nobody waits for somebody else's server.
        let tried = s.sso.check(&opened(s, &new)?, s.now()).await;
        tried.map_err(|failed| refused(&failed))?;
    }
    store(s, visitor, &new, wanted, typed.secret.is_some()).await
}

async fn store(
    s: &Services,
    visitor: &Visitor,
    new: &Provider,
    wanted: &SaveProvider,
    has_new_secret: bool,
) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    let old = held.tx.provider(&held.company.id, new.kind).await?;
    check_version(old.as_ref(), wanted.version)?;
    let word = kind_word(new.kind);
    let what = match &old {
        None => {
            held.tx.add_provider(new).await?;
            format!("{word} added")
        }
        Some(old) => {
            let changes = changes(old, new, has_new_secret);
            if changes.is_empty() {
                return look(s, visitor).await;
            }
            if !new.live {
                check_ways_left(&mut held, old).await?;
            }
            if !held.tx.change_provider(new).await? {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            if !knows_the_same_subjects(old, new) {
                held.tx.unbind_everybody(&old.id).await?;
            }
            format!("{word} changed {}", changes.join(" "))
        }
    };
    finish(s, visitor, held, AuditKind::ProviderChanged, what).await
}

/// Shows a provider's button to people, or takes it away.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], [`Refusal::NotFound`], [`Refusal::ChangedMeanwhile`], [`Refusal::NothingToDo`] before a
/// test went through with what is set, and what [`check_ways_left`] refuses.
pub async fn go_live(
    s: &Services,
    visitor: &Visitor,
    kind: ProviderKind,
    wanted: &GoLive,
) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    let mut provider = existing(&mut held, kind, wanted.version).await?;
    if provider.live == wanted.live {
        return look(s, visitor).await;
    }
    if wanted.live && provider.tested_at.is_none() {
        return Err(Refusal::NothingToDo.into());
    }
    if !wanted.live {
        check_ways_left(&mut held, &provider).await?;
    }
    provider.live = wanted.live;
    held.tx.change_provider(&provider).await?;
    let state = if wanted.live { "live" } else { "hidden" };
    let what = format!("{} {state}", kind_word(kind));
    finish(s, visitor, held, AuditKind::ProviderChanged, what).await
}

/// Removes a provider with everybody's bindings to it.
///
/// # Errors
/// As [`go_live`].
pub async fn remove(
    s: &Services,
    visitor: &Visitor,
    kind: ProviderKind,
    version: i64,
) -> Result<SingleSignOn> {
    let mut held = held(s, visitor).await?;
    let provider = existing(&mut held, kind, version).await?;
    check_ways_left(&mut held, &provider).await?;
    let people = held.tx.provider_people(&provider.id).await?;
    held.tx.remove_provider(&provider.id).await?;
    let what = format!("{} removed {people}", kind_word(kind));
    finish(s, visitor, held, AuditKind::ProviderChanged, what).await
}

async fn existing(held: &mut Held, kind: ProviderKind, version: i64) -> Result<Provider> {
    let provider = held.tx.provider(&held.company.id, kind).await?;
    let provider = provider.ok_or(Refusal::NotFound)?;
    check_version(Some(&provider), version)?;
    Ok(provider)
}

fn check_version(provider: Option<&Provider>, sent: i64) -> Result<(), Refusal> {
    if provider.map_or(0, |it| it.version) == sent {
        Ok(())
    } else {
        Err(Refusal::ChangedMeanwhile)
    }
}

/// What is set up wrongly is the administrator's to mend; everything else is the provider's word.
fn refused(failed: &Failed) -> Refusal {
    tracing::info!(%failed, "a provider was not set up");
    match failed.why {
        SsoFailure::SetUpWrong => Refusal::ProviderRefused,
        why => Refusal::SsoFailed(why),
    }
}

fn is_same_client(old: &Provider, new: &Provider) -> bool {
    old.issuer == new.issuer && old.client_id == new.client_id
}

/// Whether people are called the same as before: not at another issuer, and by Microsoft and others not for another
/// client either (OpenID Connect Core 1.0, section 8.1). Google calls them the same for every client.
fn knows_the_same_subjects(old: &Provider, new: &Provider) -> bool {
    is_same_client(old, new) || old.kind == ProviderKind::Google
}

/// The names of what differs, for the log.
fn changes(old: &Provider, new: &Provider, has_new_secret: bool) -> Vec<&'static str> {
    [
        ("name", old.name != new.name),
        ("issuer", old.issuer != new.issuer),
        ("client", old.client_id != new.client_id),
        ("secret", has_new_secret),
        ("members", old.members != new.members),
        ("second_factor", old.second_factor != new.second_factor),
        ("creates", old.creates != new.creates),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

/// A provider's members as an administrator types them.
pub(super) fn members_shown(provider: &Provider) -> Vec<String> {
    let members: Vec<String> = provider.members().map(str::to_owned).collect();
    if members.is_empty() && provider.kind == ProviderKind::Office365 {
        vec![ANY.to_owned()]
    } else {
        members
    }
}

/// What an administrator typed, as it is kept.
struct Typed {
    name: String,
    issuer: Option<String>,
    client_id: Option<String>,
    secret: Option<String>,
    members: String,
}

impl Typed {
    fn read(s: &Services, kind: ProviderKind, wanted: &SaveProvider) -> Result<Self, Refusal> {
        let is_own = kind == ProviderKind::Company;
        let typed = Self {
            name: match line(Some(&wanted.name))? {
                Some(name) if is_own => name,
                None if is_own => return Err(Refusal::InvalidRequest),
                _ => String::new(),
            },
            issuer: plain(wanted.issuer.as_deref(), LONGEST_ISSUER)?,
            client_id: plain(wanted.client_id.as_deref(), LONGEST_CLIENT)?,
            secret: plain(wanted.secret.as_deref(), LONGEST_SECRET)?,
            members: members(kind, &wanted.members)?,
        };
        let has_client = match &typed.client_id {
            Some(_) => true,
            None => !is_own && s.sso.offers(kind) && typed.secret.is_none(),
        };
        // Whoever lets anybody in must not give everybody an account.
        let creates_for_some = is_own || !wanted.creates || !typed.members.is_empty();
        if has_client && typed.issuer.is_some() == is_own && creates_for_some {
            Ok(typed)
        } else {
            Err(Refusal::InvalidRequest)
        }
    }
}

/// What can be seen, spaces within included, which secrets may have (RFC 6749, appendix A); none for nothing.
fn plain(typed: Option<&str>, longest: usize) -> Result<Option<String>, Refusal> {
    match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        None => Ok(None),
        Some(typed) if typed.len() <= longest && !typed.contains(char::is_control) => {
            Ok(Some(typed.to_owned()))
        }
        Some(_) => Err(Refusal::InvalidRequest),
    }
}

/// Members as they are kept: each once, in order, separated by spaces.
fn members(kind: ProviderKind, typed: &[String]) -> Result<String, Refusal> {
    let typed = typed.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    let typed: Vec<&str> = typed.collect();
    if typed.len() > MEMBERS {
        return Err(Refusal::InvalidRequest);
    }
    let read = |member: &&str| match kind {
        ProviderKind::Google => domain_name(member).filter(|domain| is_showable(domain)),
        ProviderKind::Office365 => tenant(member),
        ProviderKind::Company => None,
    };
    let mut members = match (kind, typed.as_slice()) {
        (ProviderKind::Office365, []) => return Err(Refusal::ProviderRefused),
        (ProviderKind::Office365, [ANY]) => Vec::new(),
        (_, typed) => typed
            .iter()
            .map(read)
            .collect::<Option<Vec<String>>>()
            .ok_or(Refusal::InvalidRequest)?,
    };
    members.sort();
    members.dedup();
    Ok(members.join(" "))
}

/// A tenant's id: 32 hexadecimal digits in the usual groups. Names of tenants can change hands.
fn tenant(typed: &str) -> Option<String> {
    let groups: Vec<&str> = typed.split('-').collect();
    let is_good = groups.iter().map(|it| it.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()));
    is_good.then(|| typed.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_kept_in_one_spelling() {
        use ProviderKind::{Company, Google, Office365};
        let guid = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
        let small = guid.to_lowercase();
        let table: [(ProviderKind, &[&str], Result<&str, Refusal>); 12] = [
            (Google, &[], Ok("")),
            (
                Google,
                &[" Acme.Example ", "acme.example", "a.example", ""],
                Ok("a.example acme.example"),
            ),
            (Google, &["any"], Err(Refusal::InvalidRequest)),
            (Google, &["acme"], Err(Refusal::InvalidRequest)),
            (Google, &["a\0.example"], Err(Refusal::InvalidRequest)),
            (Office365, &[guid, &small], Ok(small.as_str())),
            (Office365, &["any"], Ok("")),
            (Office365, &[], Err(Refusal::ProviderRefused)),
            (Office365, &["any", guid], Err(Refusal::InvalidRequest)),
            (
                Office365,
                &["acme.onmicrosoft.com"],
                Err(Refusal::InvalidRequest),
            ),
            (Company, &[], Ok("")),
            (Company, &["acme.example"], Err(Refusal::InvalidRequest)),
        ];
        for (kind, typed, expected) in table {
            let typed: Vec<String> = typed.iter().map(|it| (*it).to_owned()).collect();
            let expected = expected.map(str::to_owned);
            assert_eq!(members(kind, &typed), expected, "{kind:?} {typed:?}");
        }
        let many: Vec<String> = (0..51).map(|it| format!("a{it}.example")).collect();
        assert_eq!(members(Google, &many), Err(Refusal::InvalidRequest));
    }
}
