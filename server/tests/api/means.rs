//! What people prove themselves with: apps that tell codes, saved codes, an administrator's help, and
//! the policies of their companies.

use std::time::Duration;

use serde_json::{Value, json};
use server::{
    clock::Moment,
    domain::{backup_code, second_factor::Policy},
    keys::Purpose,
    storage::{AccountId, BackupSetKind, Db, NewBackupSet, NewFactor, Tx},
};
use totp_rs::{Builder, Secret};

use crate::harness::{Answer, Person, TestBrowser, TestServer};

/// An authenticator app on a phone whose clock may be wrong.
pub(crate) struct TestApp {
    secret: Secret,
}

impl TestApp {
    /// As somebody types the secret into the app.
    pub(crate) fn of(base32: &str) -> Self {
        Self {
            secret: Secret::try_from_base32(base32).expect("base32"),
        }
    }

    /// The code that is shown at a moment.
    pub(crate) fn code(&self, at: Moment) -> String {
        let seconds = u64::try_from(at.0 / 1000).expect("after 1970");
        let app = Builder::new().with_secret(self.secret.clone());
        app.build_noncompliant().generate(seconds).to_string()
    }
}

impl Person {
    fn account(&self) -> AccountId {
        AccountId(self.id.clone())
    }
}

impl TestServer {
    pub(crate) async fn begin_tx(&self) -> Tx {
        self.services.db.begin().await.expect("a transaction")
    }

    /// Changes a company's policy as its administrators would.
    pub(crate) async fn set_policy(&self, alias: &str, change: impl FnOnce(&mut Policy)) {
        let db: &Db = &self.services.db;
        let company = db.company_by_alias(alias).await.expect("answers");
        let company = company.expect("the company exists");
        let mut rules = company.policy.rules();
        change(&mut rules);
        let mut tx = self.begin_tx().await;
        tx.set_policy(&company.id, &(&rules).into())
            .await
            .expect("stored");
        tx.commit().await.expect("committed");
    }

    /// Takes away what a person has set up, as if they had never done so.
    pub(crate) async fn forget_ways(&self, person: &Person) {
        let account = &person.id;
        self.change(format!(
            "DELETE FROM factors WHERE account_id = '{account}'"
        ))
        .await;
    }

    /// Adds an app that counts.
    pub(crate) async fn give_app(&self, person: &Person) -> TestApp {
        let s = &self.services;
        let secret: [u8; 20] = s.entropy.bytes();
        let account = person.account();
        let context = account.0.as_bytes();
        let sealed = s
            .keys
            .seal(Purpose::AppSecret, context, &secret, &s.entropy);
        let mut tx = self.begin_tx().await;
        tx.add_factor(&NewFactor {
            id: &s.entropy.id(s.now()),
            account: &account,
            kind: "app",
            name: None,
            secret: Some(&sealed),
            last_step: None,
            now: s.now(),
        })
        .await
        .expect("added");
        tx.commit().await.expect("committed");
        TestApp {
            secret: Secret::new_stack(secret),
        }
    }

    /// An app as the person's only way.
    pub(crate) async fn give_only_app(&self, person: &Person) -> TestApp {
        self.forget_ways(person).await;
        self.give_app(person).await
    }

    /// Saves ten backup codes that count.
    pub(crate) async fn give_codes(&self, person: &Person) -> Vec<String> {
        self.add_codes(person, BackupSetKind::Own, 10, None).await
    }

    /// One code, as an administrator makes it.
    pub(crate) async fn give_admin_code(&self, person: &Person, life: Duration) -> String {
        let end = self.services.now().plus(life);
        let mut codes = self
            .add_codes(person, BackupSetKind::Admin, 1, Some(end))
            .await;
        codes.remove(0)
    }

    async fn add_codes(
        &self,
        person: &Person,
        kind: BackupSetKind,
        count: usize,
        end: Option<Moment>,
    ) -> Vec<String> {
        let s = &self.services;
        let account = person.account();
        let codes: Vec<String> = std::iter::repeat_with(|| s.entropy.bytes())
            .filter_map(|bits| backup_code::of_bits(u64::from_be_bytes(bits)))
            .take(count)
            .collect();
        let rows: Vec<(String, Vec<u8>)> = codes
            .iter()
            .map(|code| {
                let parts = [account.0.as_bytes(), code.as_bytes()];
                let hash = s.keys.hash(Purpose::BackupCode, &parts);
                (s.entropy.id(s.now()), hash.to_vec())
            })
            .collect();
        let mut tx = self.begin_tx().await;
        tx.add_backup_set(&NewBackupSet {
            id: &s.entropy.id(s.now()),
            account: &account,
            kind,
            created_at: s.now(),
            confirmed_at: Some(s.now()),
            expires_at: end,
            codes: &rows,
        })
        .await
        .expect("added");
        tx.commit().await.expect("committed");
        codes.iter().map(|code| backup_code::shown(code)).collect()
    }

    /// Unused codes of the person's own set.
    pub(crate) async fn codes_left(&self, person: &Person) -> Option<u8> {
        let left = self.services.db.backup_codes_left(&person.account()).await;
        left.expect("answers")
    }

    /// The kinds of ways that a person has.
    pub(crate) async fn ways_of(&self, person: &Person) -> Vec<String> {
        let factors = self.services.db.factors(&person.account()).await;
        let kinds = factors.expect("answers").into_iter();
        kinds.map(|factor| factor.kind).collect()
    }
}

impl TestBrowser<'_> {
    pub(crate) async fn choose(&self, attempt: &str, method: &str) -> Answer {
        let choice = json!({"attempt": attempt, "method": method});
        self.post("sign-in/code/method", choice).await
    }

    pub(crate) async fn enter_and_trust(&self, attempt: &str, code: &str, days: u16) -> Answer {
        let typed = json!({"attempt": attempt, "code": code, "trust_days": days});
        self.post("sign-in/code", typed).await
    }

    pub(crate) async fn set_up(&self, attempt: &str, method: &str) -> Answer {
        let choice = json!({"attempt": attempt, "method": method});
        self.post("sign-in/setup", choice).await
    }

    pub(crate) async fn verify(&self, attempt: &str, code: &str) -> Answer {
        self.verify_named(attempt, code, Value::Null).await
    }

    pub(crate) async fn verify_named(&self, attempt: &str, code: &str, name: Value) -> Answer {
        let typed = json!({"attempt": attempt, "code": code, "name": name});
        self.post("sign-in/setup/verify", typed).await
    }

    pub(crate) async fn renew_codes(&self, attempt: &str) -> Answer {
        self.post("sign-in/setup/codes", json!({"attempt": attempt}))
            .await
    }

    pub(crate) async fn confirm(&self, attempt: &str, code: &str) -> Answer {
        let typed = json!({"attempt": attempt, "code": code});
        self.post("sign-in/setup/confirm", typed).await
    }
}
