//! The second ways of the demo's people: the same secrets at every start, for they are no secrets.

use sha2::{Digest, Sha256};

use super::{Person, Standing};
use crate::{
    clock::Moment,
    domain::{
        backup_code,
        second_factor::BACKUP_CODES,
        totp::{self, SECRET_BYTES},
    },
    flows::{Services, enrolment::backup_code_hashes},
    keys::Purpose,
    storage::{AccountId, BackupSetKind, NewBackupSet, NewFactor, Result, Tx},
};

impl Person {
    /// The secret of the person's authenticator app, if they have one.
    pub(crate) fn app(&self) -> Option<[u8; SECRET_BYTES]> {
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(&self.number("app", 0)[..SECRET_BYTES]);
        (self.standing == Standing::App).then_some(secret)
    }

    /// The same as people type it into an app: base32.
    pub(crate) fn app_key(&self) -> Option<String> {
        let told = totp::tell(self.app()?, self.company, &self.username).ok()?;
        Some(told.secret)
    }

    /// The person's unused backup codes.
    pub(crate) fn backup_codes(&self) -> Vec<String> {
        let used = match self.standing {
            Standing::App => 0,
            Standing::TwoCodesLeft => BACKUP_CODES - 2,
            _ => BACKUP_CODES,
        };
        self.all_codes().skip(used).collect()
    }

    fn all_codes(&self) -> impl Iterator<Item = String> {
        (0..u64::MAX)
            .filter_map(|index| {
                let bits = self.number("code", index)[..8].try_into().ok()?;
                backup_code::of_bits(u64::from_be_bytes(bits))
            })
            .map(|code| backup_code::shown(&code))
            .take(BACKUP_CODES)
    }

    fn number(&self, what: &str, index: u64) -> [u8; 32] {
        Sha256::new()
            .chain_update(format!("callgate demo {what} {index} {}", self.username))
            .finalize()
            .into()
    }
}

/// Sets up what a person has by the start of the demo.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn set_up(
    s: &Services,
    tx: &mut Tx,
    person: &Person,
    account: &AccountId,
    at: Moment,
) -> Result<()> {
    let id = s.entropy.id(at);
    match person.app() {
        Some(secret) => {
            let context = account.0.as_bytes();
            let sealed = s
                .keys
                .seal(Purpose::AppSecret, context, &secret, &s.entropy);
            tx.add_factor(&NewFactor {
                kind: "app",
                name: Some("Work phone"),
                secret: Some(&sealed),
                ..NewFactor::email(&id, account, at)
            })
            .await?;
        }
        None => tx.add_factor(&NewFactor::email(&id, account, at)).await?,
    }
    let left = person.backup_codes();
    if left.is_empty() {
        return Ok(());
    }
    let hashed: Vec<(String, Vec<u8>)> = person
        .all_codes()
        .flat_map(|code| backup_code_hashes(s, account, &code))
        .map(|hash| (s.entropy.id(at), hash.to_vec()))
        .collect();
    tx.add_backup_set(&NewBackupSet {
        id: &s.entropy.id(at),
        account,
        kind: BackupSetKind::Own,
        created_at: at,
        confirmed_at: Some(at),
        expires_at: None,
        codes: &hashed,
    })
    .await?;
    for (_, used) in &hashed[..BACKUP_CODES - left.len()] {
        tx.use_backup_code(account, used, at).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::leads;

    #[test]
    fn what_is_printed_is_the_same_at_every_start() {
        let codes = |name: &str| {
            let people = leads();
            let person = people.iter().find(|person| person.username == name);
            person.map(|person| (person.app_key(), person.backup_codes()))
        };
        let (key, ten) = codes("agent-totp").expect("is there");
        assert_eq!(ten.len(), 10);
        assert_eq!(codes("agent-totp"), Some((key.clone(), ten)));
        assert_eq!(key.map(|key| key.len()), Some(32));
        assert_eq!(
            codes("agent-two-codes-left").map(|(_, two)| two.len()),
            Some(2)
        );
        assert_eq!(codes("agent"), Some((None, Vec::new())));
    }
}
