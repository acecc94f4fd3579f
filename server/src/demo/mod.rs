//! The company that `callgate demo` shows: the same people with the same past at every start, told
//! relative to that start. Runs on an empty database only.

pub(crate) mod bulk;
mod history;
mod logo;
mod people;
mod ways;

pub(crate) use people::{Person, Standing, crowd, leads};

use std::time::Duration;

use crate::{
    clock::Moment,
    domain::{
        finder::name_skeleton,
        hash_queue::{Lane, Network},
        logo::digest,
    },
    entropy::Entropy,
    flows::{
        Fault, Services,
        operator::{self, OperatorError},
        presence,
    },
    keys::token_hash,
    storage::{
        AccountId, AccountState, Company, CompanyId, CompanySettings, LinkKind, NewAccount,
        NewLink, Past, Policy, SecondFactor, StoredPassword, Tx,
    },
};

/// Everybody's.
pub(crate) const PASSWORD: &str = "shift-starts-at-eight";
pub(crate) const ALIAS: &str = "acme";

/// What can be tried with the doors that are built; HTML.
pub(crate) const TOUR: &[&str] = &[
    "Type <code>acme</code> on the <a href=\"/\" target=\"_blank\">front page</a> and continue.",
    "Sign in as <code>agent</code>: password, then the six digits from <a href=\"/dev/mail\">the mail</a>. Watch <em>Resend</em> count down.",
    "As <code>almost-locked</code>, type one wrong code: \u{201c}You have 1 login attempt before your account is locked\u{201d}. One more locks it, and says whom to call.",
    "As <code>admin</code>, see User Management, find who is locked, and <em>Unlock</em> with a reason. The mail tells them.",
    "Tick <em>Don't ask again for 14 days</em>, sign out and in: only the password is asked.",
    "As <code>agent-first-day</code>, change the temporary password, set up an authenticator app, save ten codes and type one back.",
    "As <code>agent-totp</code>, type the six digits that stand beside the account here, or <em>Try another way</em> with a backup code.",
    "As <code>agent</code>, choose <em>Forgot Password</em>: the link is in the mail, the code is still asked.",
    "As <code>admin</code>, give somebody a <em>Backup code</em>, then find it in the <em>Audit Log</em>.",
    "As <code>locked</code> and <code>disabled</code>, read what people read who cannot sign in.",
    "As <code>lead</code>, switch between console and desk; the next sign-in remembers.",
    "Open the newest invitation in <a href=\"/dev/mail\">the mail</a> and set a password.",
    "Switch <em>Language</em> to Deutsch and narrow the window to 360 pixels.",
];

const SEED: u64 = 8;
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Fills an empty database.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn seed(s: &Services) -> Result<(), OperatorError> {
    let now = s.now();
    let entropy = Entropy::seeded(SEED);
    let place = s
        .hashing
        .reserve(Lane::Known, Network::Registered)
        .map_err(|full| Fault::Broken(full.to_string()))?;
    let hash = place.hash(PASSWORD.to_owned(), entropy.bytes()).await;
    let company = company(&entropy, now);
    let mut tx = s.db.begin().await?;
    tx.add_company(&company).await?;
    presence::born(s, &mut tx, &company).await?;
    let logo = logo::draw();
    tx.set_logo(&company.id, &logo, &digest(&logo)).await?;
    let everybody: Vec<Person> = leads().into_iter().chain(crowd()).collect();
    for person in &everybody {
        let account = account(&entropy, &company, person, now);
        let past = history::of(&entropy, person, &account, now);
        let password = person.standing.has_password().then(|| StoredPassword {
            hash: hash.clone(),
            length: i64::try_from(PASSWORD.len()).unwrap_or(i64::MAX),
            temporary_until: (person.standing == Standing::FirstDay).then(|| now.plus(DAY)),
        });
        tx.seed_account(
            &account,
            &Past {
                password,
                code_failures: person.standing.code_failures(),
                locked_at: person.standing.locked_ago().map(|ago| now.minus(ago)),
                last_sign_in_at: past.last_sign_in_at,
            },
        )
        .await?;
        if person.standing.has_password() && person.standing != Standing::FirstDay {
            ways::set_up(s, &mut tx, person, &account.id, account.created_at).await?;
        }
        if let Some(expires_at) = person.standing.link_end(now) {
            let drawn = entropy.token();
            // Whoever looks at the demo can open a link that has ended.
            let token = match person.standing {
                Standing::Expired => format!("ended-{}", person.username),
                _ => drawn,
            };
            add_link(&mut tx, &entropy, &account.id, &token, expires_at).await?;
        }
        for event in &past.events {
            tx.audit(event).await?;
        }
    }
    tx.commit().await?;
    // One invitation is live: its mail is there to be opened.
    if let Some(person) = crowd()
        .iter()
        .find(|person| person.standing == Standing::Invited)
    {
        operator::invite_account(s, ALIAS, &person.username).await?;
    }
    Ok(())
}

fn company(entropy: &Entropy, now: Moment) -> Company {
    let created_at = now.minus(90 * DAY);
    let name = "Acme Support";
    let some = |text: &str| Some(text.to_owned());
    Company {
        id: CompanyId(entropy.id(created_at)),
        alias: ALIAS.to_owned(),
        instance_alias: None,
        name: name.to_owned(),
        name_skeleton: name_skeleton(name),
        language: "en".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        brand: some("#1f4fa8"),
        accent: some("#9cc4ff"),
        notice: some("New headsets at desk 4"),
        help_name: some("Help desk"),
        help_phone: some("4000"),
        help_email: None,
        terms: some(include_str!("terms.md")),
        privacy: some(include_str!("privacy.md")),
        passwords: true,
        policy: Policy {
            trust_days: "14 30".to_owned(),
            ..Policy::new(SecondFactor::Required)
        },
        session_total_ms: 12 * 60 * 60 * 1000,
        session_idle_ms: 60 * 60 * 1000,
        settings: CompanySettings::default(),
        created_at,
        logo_digest: None,
    }
}

fn account(entropy: &Entropy, company: &Company, person: &Person, now: Moment) -> NewAccount {
    let created_at = now.minus(person.standing.age());
    NewAccount {
        id: AccountId(entropy.id(created_at)),
        company_id: company.id.clone(),
        username: person.username.clone(),
        email: person.email(),
        name: person.name.clone(),
        state: match person.standing {
            Standing::Pending => AccountState::Pending,
            Standing::Invited | Standing::Expired => AccountState::Invited,
            Standing::Bounced => AccountState::Bounced,
            Standing::Disabled => AccountState::Disabled,
            _ => AccountState::Enabled,
        },
        agent: person.agent,
        admin: person.admin,
        created_at,
    }
}

async fn add_link(
    tx: &mut Tx,
    entropy: &Entropy,
    account: &AccountId,
    token: &str,
    expires_at: Moment,
) -> Result<(), OperatorError> {
    let created_at = expires_at.minus(DAY);
    tx.replace_links(&NewLink {
        id: entropy.id(created_at),
        kind: LinkKind::Invitation,
        token_hash: token_hash(token),
        account_id: account.clone(),
        security_version: 1,
        created_at,
        expires_at,
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use app::wire::UserStatus;

    use crate::{
        flows::testing::services,
        storage::{AccountFilter, Needs, testing::each_engine},
    };

    use super::*;

    #[tokio::test]
    async fn the_crowd_has_the_states_that_the_design_counts() {
        each_engine(async |db| {
            let s = services(db);
            seed(&s).await.expect("seeds");
            let company =
                s.db.company_by_alias(ALIAS)
                    .await
                    .expect("answers")
                    .expect("is there");
            let all = AccountFilter {
                search: Some("agent-".into()),
                ..AccountFilter::all()
            };
            let listed =
                s.db.list_accounts(&company.id, &all, Needs::default(), s.now(), 1000, 0)
                    .await
                    .expect("answers")
                    .rows;
            let crowd: Vec<_> = listed
                .iter()
                .filter(|row| {
                    row.username
                        .strip_prefix("agent-")
                        .is_some_and(|n| n.parse::<u32>().is_ok())
                })
                .collect();
            let mut counts: HashMap<UserStatus, usize> = HashMap::new();
            for row in &crowd {
                *counts.entry(row.status(s.now())).or_default() += 1;
            }
            let expected = [
                (UserStatus::Enabled, 262),
                (UserStatus::Invited, 17),
                (UserStatus::Expired, 9),
                (UserStatus::Pending, 6),
                (UserStatus::Disabled, 5),
                (UserStatus::Bounced, 1),
            ];
            assert_eq!(counts, expected.into());
            assert_eq!(
                crowd.iter().filter(|row| row.locked_at.is_some()).count(),
                3
            );
            assert!(
                crowd
                    .iter()
                    .filter_map(|row| row.last_sign_in_at)
                    .all(|at| at < s.now())
            );
        })
        .await;
    }

    #[test]
    fn the_same_past_at_every_start() {
        let now = Moment(1_800_000_000_000);
        let tell = || {
            let entropy = Entropy::seeded(SEED);
            let company = company(&entropy, now);
            let events: Vec<_> = leads()
                .iter()
                .chain(&crowd())
                .flat_map(|person| {
                    let account = account(&entropy, &company, person, now);
                    history::of(&entropy, person, &account, now).events
                })
                .collect();
            events
        };
        let events = tell();
        assert!(
            (3600..4400).contains(&events.len()),
            "{} events",
            events.len()
        );
        assert!(events.iter().all(|event| event.at <= now));
        assert_eq!(format!("{events:?}"), format!("{:?}", tell()));
    }
}
