//! Fills a database for measuring (`callgate bench-seed`).

use std::{error::Error, path::Path, time::Duration};

use app::wire::{ProviderKind, SsoSecondFactor};

use crate::{
    clock::Clock,
    domain::{
        backup_code,
        hash_queue::{Lane, Network},
        second_factor::BACKUP_CODES,
        totp,
    },
    entropy::Entropy,
    hashing::{HashPool, Parameters},
    keys::{Keys, Purpose},
    storage::{
        AccountId, BackupSetKind, BoundIdentity, Bulk, CompanyId, Db, IdentityId, NewBackupSet,
        NewFactor, Policy, Provider, ProviderId, SecondFactor, Tx,
    },
};

/// The password of every account.
const PASSWORD: &str = "shift-starts-at-eight";
const SESSION_TOTAL: Duration = Duration::from_secs(12 * 60 * 60);
const SESSION_IDLE: Duration = Duration::from_secs(60 * 60);

/// Who is there.
pub(crate) struct Population<'a> {
    pub(crate) companies: u32,
    pub(crate) accounts: u32,
    /// Further people of the first company, who are not all alike.
    pub(crate) crowd: u32,
    /// Whether everybody is asked for an app's or a saved code too.
    pub(crate) second_ways: bool,
    /// Where everybody can sign in as well, with their username as the subject.
    pub(crate) issuer: Option<&'a str>,
}

/// Makes the database in a folder, with companies `bench-N` and accounts `agent-N` (see
/// [`crate::storage::Tx::add_bulk`]). All accounts share one salt: hashing a million passwords
/// would take hours and change nothing that is measured.
///
/// With second ways, everybody is asked for an app's or a saved code. The file `ways` in the folder tells
/// them, one account a line: the app's secret in base32, then the codes.
///
/// # Errors
/// When the folder or the database in it cannot be written, or holds such companies already.
pub(crate) async fn seed(
    folder: &Path,
    population: &Population<'_>,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Population {
        companies,
        accounts,
        crowd,
        second_ways,
        issuer,
    } = *population;
    std::fs::create_dir_all(folder)?;
    let place =
        HashPool::start(1, 1, Parameters::default()).reserve(Lane::Known, Network::Registered)?;
    let password_hash = place.hash(PASSWORD.to_owned(), entropy.bytes()).await;
    let db = Db::open_in(folder).await?;
    let mut tx = db.begin().await?;
    tx.add_bulk(&Bulk {
        companies,
        accounts,
        crowd,
        password_hash: &password_hash,
        password_length: u32::try_from(PASSWORD.len())?,
        session_total_ms: i64::try_from(SESSION_TOTAL.as_millis())?,
        session_idle_ms: i64::try_from(SESSION_IDLE.as_millis())?,
        created_at: clock.now(),
    })
    .await?;
    if second_ways {
        let keys = Keys::load_or_create(&folder.join("keys"), entropy)?;
        let policy = Policy::new(SecondFactor::Optional);
        for number in 0..companies {
            let company = CompanyId(format!("bench-company-{number}"));
            tx.set_policy(&company, &policy).await?;
        }
        let mut ways = String::new();
        for number in 0..accounts {
            let account = AccountId(format!("bench-account-{number}"));
            ways += &give_ways(&mut tx, &account, &keys, clock, entropy).await?;
            ways.push('\n');
        }
        std::fs::write(folder.join("ways"), ways)?;
    }
    if let Some(issuer) = issuer {
        for number in 0..companies {
            tx.add_provider(&provider(number, issuer, clock)).await?;
        }
        for number in 0..accounts {
            let identity = identity(number, number % companies, issuer, clock);
            tx.bind_identity(&identity).await?;
        }
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// A company's own provider, at which it is a public client.
fn provider(number: u32, issuer: &str, clock: &Clock) -> Provider {
    Provider {
        id: ProviderId(format!("bench-provider-{number}")),
        company_id: CompanyId(format!("bench-company-{number}")),
        kind: ProviderKind::Company,
        name: "Bench".to_owned(),
        issuer: Some(issuer.to_owned()),
        client_id: Some("bench".to_owned()),
        secret: None,
        members: String::new(),
        second_factor: SsoSecondFactor::UnlessProven,
        creates: false,
        live: true,
        tested_at: Some(clock.now()),
        version: 1,
        created_at: clock.now(),
    }
}

fn identity(account: u32, company: u32, issuer: &str, clock: &Clock) -> BoundIdentity {
    BoundIdentity {
        id: IdentityId(format!("bench-identity-{account}")),
        company_id: CompanyId(format!("bench-company-{company}")),
        account_id: AccountId(format!("bench-account-{account}")),
        provider_id: ProviderId(format!("bench-provider-{company}")),
        issuer: issuer.to_owned(),
        subject: format!("agent-{account}"),
        shown: format!("agent-{account}@bench.example"),
        bound_at: clock.now(),
        last_used_at: None,
    }
}

/// Gives an account an app and saved codes; answers its line of the file.
async fn give_ways(
    tx: &mut Tx,
    account: &AccountId,
    keys: &Keys,
    clock: &Clock,
    entropy: &Entropy,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    let now = clock.now();
    let context = account.0.as_bytes();
    let secret: [u8; totp::SECRET_BYTES] = entropy.bytes();
    tx.add_factor(&NewFactor {
        id: &entropy.id(now),
        account,
        kind: "app",
        name: None,
        secret: Some(&keys.seal(Purpose::AppSecret, context, &secret, entropy)),
        last_step: None,
        now,
    })
    .await?;
    let codes: Vec<String> = std::iter::repeat_with(|| entropy.bytes())
        .filter_map(|bits| backup_code::of_bits(u64::from_be_bytes(bits)))
        .take(BACKUP_CODES)
        .collect();
    let hashed: Vec<(String, Vec<u8>)> = codes
        .iter()
        .map(|code| {
            let hash = keys.hash(Purpose::BackupCode, &[context, code.as_bytes()]);
            (entropy.id(now), hash.to_vec())
        })
        .collect();
    tx.add_backup_set(&NewBackupSet {
        id: &entropy.id(now),
        account,
        kind: BackupSetKind::Own,
        created_at: now,
        confirmed_at: Some(now),
        expires_at: None,
        codes: &hashed,
    })
    .await?;
    let told = totp::tell(secret, "Bench", &account.0)?;
    Ok(format!("{} {}", told.secret, codes.join(" ")))
}
