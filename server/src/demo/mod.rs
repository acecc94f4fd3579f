//! The companies that `callgate demo` shows: the same people with the same past at every start, told
//! relative to that start. Runs on an empty database only.

pub(crate) mod bulk;
mod companies;
mod floor;
mod history;
mod logo;
mod outside;
mod people;
mod phone;
mod ways;

pub(crate) use outside::{LOGINS, Login, Outside};
pub(crate) use people::{Person, Standing, crowd, leads, northwind, on_the_phone};
pub(crate) use phone::{PHONE_PASSWORD, Simulator, THE_DARK_SIDE};

use std::time::Duration;

use self::phone::DEXTR_DOCS;
use crate::{
    clock::Moment,
    domain::{
        hash_queue::{Lane, Network},
        logo::digest,
    },
    entropy::Entropy,
    flows::{
        Fault, Services,
        operator::{self, OperatorError},
    },
    keys::token_hash,
    storage::{
        AccountId, AccountState, Company, LinkKind, NewAccount, NewLink, Past, PersonId,
        PresenceListId, StoredPassword, Tx,
    },
};

/// Everybody's.
pub(crate) const PASSWORD: &str = "shift-starts-at-eight";
pub(crate) const ACME: &str = "acme";
pub(crate) const NORTHWIND: &str = "northwind";
/// Its instance alias is another name.
pub(crate) const DOCS_EXAMPLE: &str = "docs-example";
/// In the second region, on a server of its own.
pub(crate) const NORTHWIND_EU: &str = "northwind-eu";

/// Whether something can be tried without providers.
enum Door {
    Ours,
    Outside,
}

/// What can be tried with the doors that are there; HTML.
pub(crate) fn tour(outside: bool) -> Vec<&'static str> {
    let open = TOUR
        .iter()
        .filter(|(door, _)| outside || matches!(door, Door::Ours));
    open.map(|(_, step)| *step).collect()
}

const TOUR: &[(Door, &str)] = &[
    (
        Door::Ours,
        "On the <a href=\"/\" target=\"_blank\">front page</a> type <code>dextr-docs</code>, continue, <em>Secure Login</em>. In the phone's window sign in as <code>agent</code>; say once that this is account <code>agent</code>, with the code from <a href=\"/dev/mail\">the mail</a>; read the Login summary.",
    ),
    (
        Door::Ours,
        "Allow the microphone, <em>Go to Dashboard</em>, choose Available. Let the phone simulator <em>Ring</em>; accept, hang up.",
    ),
    (
        Door::Ours,
        "Block the microphone in the browser and choose Available: reminder, reason, cure. Unblock it: the reminder goes by itself.",
    ),
    (
        Door::Ours,
        "At <code>acme</code> as <code>agent</code>: password, then the six digits from <a href=\"/dev/mail\">the mail</a>. Watch <em>Resend</em> count down; tick <em>Don't ask again for 14 days</em>; sign out and in.",
    ),
    (
        Door::Ours,
        "As <code>almost-locked</code>, type one wrong code: \u{201c}You have 1 login attempt before your account is locked\u{201d}. One more locks it, and says whom to call.",
    ),
    (
        Door::Ours,
        "As <code>admin</code> of <code>acme</code>, look at <em>Cannot sign in today</em> in User Management, <em>Unlock</em> with a reason, and find it in the <em>Audit Log</em>.",
    ),
    (
        Door::Ours,
        "As <code>agent-first-day</code>, change the temporary password, set up an authenticator app (its code stands beside the account here), save ten codes, type one back, and land on the desk.",
    ),
    (
        Door::Outside,
        "<em>Sign in with Google</em> at <code>acme</code>, choose <code>agent-sso@acme.example</code> there, and <em>Bind</em> it once with account <code>agent-sso</code>. Sign out, and go straight in.",
    ),
    (
        Door::Outside,
        "On the front page, <em>Single Sign-On</em> with <code>two-companies@northwind.example</code>: the window closes, User Management of Northwind opens. Try <code>agent-no-list@northwind.example</code>, assign <em>Front desk</em>, try again.",
    ),
    (
        Door::Ours,
        "As <code>admin</code> of <code>northwind</code>, invite <code>you@northwind.example</code>, open <a href=\"/dev/mail\">the mail</a> and set a password. Switch <em>Language</em> to Deutsch, narrow the window to 360 pixels, and type <code>northwind-eu</code> on the front page: one click to Europe.",
    ),
];

const SEED: u64 = 8;
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Fills an empty database.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn seed(
    s: &Services,
    outside: Option<&Outside>,
    phones: &Simulator,
) -> Result<(), OperatorError> {
    let stage = Stage::set(s, outside).await?;
    let mut tx = s.db.begin().await?;
    stage.phone_companies(&mut tx, phones).await?;
    let twin = stage.acme(&mut tx).await?;
    let two = stage.northwind(&mut tx).await?;
    stage.connect(&mut tx, &two, &twin).await?;
    tx.commit().await?;
    // One invitation of each company is live: its mail is there to be opened.
    for people in [crowd(), northwind(NORTHWIND)] {
        let invited = people
            .iter()
            .find(|person| person.standing == Standing::Invited);
        if let Some(person) = invited {
            operator::invite_account(s, person.company, &person.username).await?;
        }
    }
    Ok(())
}

/// Fills the empty database of the second region.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn seed_europe(s: &Services) -> Result<(), OperatorError> {
    let stage = Stage::set(s, None).await?;
    let name = "Northwind Europe";
    let zone = "Europe/Berlin";
    let company = companies::northwind(&stage.entropy, NORTHWIND_EU, name, zone, stage.now);
    let mut tx = s.db.begin().await?;
    tx.seed_company(&company).await?;
    let lists = companies::two_lists(&stage.entropy, &mut tx, &company).await?;
    for person in &northwind(NORTHWIND_EU) {
        let account = stage.person(&mut tx, &company, person, None).await?;
        assign(&mut tx, &account, person, &lists).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What everybody on it has in common.
struct Stage<'a> {
    s: &'a Services,
    entropy: Entropy,
    now: Moment,
    /// Of [`PASSWORD`].
    hash: String,
    /// The providers, if there are any.
    outside: Option<&'a Outside>,
}

impl<'a> Stage<'a> {
    async fn set(s: &'a Services, outside: Option<&'a Outside>) -> Result<Self, OperatorError> {
        let entropy = Entropy::seeded(SEED);
        let place = s
            .hashing
            .reserve(Lane::Known, Network::Registered)
            .map_err(|full| Fault::Broken(full.to_string()))?;
        let hash = place.hash(PASSWORD.to_owned(), entropy.bytes()).await;
        Ok(Self {
            s,
            entropy,
            now: s.now(),
            hash,
            outside,
        })
    }

    async fn phone_companies(&self, tx: &mut Tx, phones: &Simulator) -> Result<(), OperatorError> {
        let docs = phones.panel(DEXTR_DOCS);
        let dark = phones.panel(THE_DARK_SIDE);
        for company in [
            companies::docs_example(&self.entropy, docs, self.now),
            companies::the_dark_side(&self.entropy, dark, self.now),
        ] {
            tx.seed_company(&company).await?;
            companies::default_list(self.s, tx, &company).await?;
            for person in on_the_phone()
                .iter()
                .filter(|person| person.company == company.alias)
            {
                let account = self.person(tx, &company, person, None).await?;
                let known = person.connect.filter(|(_, known)| *known);
                let username = known.map(|(username, _)| username);
                tx.seed_phone(&account, person.phone, username).await?;
            }
        }
        Ok(())
    }

    /// Answers the account that somebody of `northwind` has here too.
    async fn acme(&self, tx: &mut Tx) -> Result<AccountId, OperatorError> {
        let company = companies::acme(&self.entropy, self.now);
        tx.seed_company(&company).await?;
        self.providers(tx, &company).await?;
        companies::default_list(self.s, tx, &company).await?;
        let reasons = match tx.presence_lists(&company.id).await?.first() {
            Some(list) => tx.reasons_of(&list.id).await?,
            None => Vec::new(),
        };
        let logo = logo::draw();
        tx.set_logo(&company.id, &logo, &digest(&logo)).await?;
        for person in &leads() {
            self.person(tx, &company, person, None).await?;
        }
        let crowd = crowd();
        let mut twin = AccountId(String::new());
        for (index, (person, since)) in crowd.iter().zip(floor::since(&crowd, self.now)).enumerate()
        {
            let account = self.person(tx, &company, person, since).await?;
            if let Some(since) = since {
                floor::seat(
                    &self.entropy,
                    tx,
                    &company,
                    &account,
                    &reasons,
                    since,
                    self.now,
                )
                .await?;
            }
            if index == people::TWIN {
                twin = account;
            }
        }
        Ok(twin)
    }

    /// Answers the account of somebody with two companies.
    async fn northwind(&self, tx: &mut Tx) -> Result<AccountId, OperatorError> {
        let zone = "America/Chicago";
        let company = companies::northwind(&self.entropy, NORTHWIND, "Northwind", zone, self.now);
        tx.seed_company(&company).await?;
        tx.add_domain("northwind.example", &company.id, self.now)
            .await?;
        self.providers(tx, &company).await?;
        let lists = companies::two_lists(&self.entropy, tx, &company).await?;
        let mut two = AccountId(String::new());
        for person in &northwind(NORTHWIND) {
            let account = self.person(tx, &company, person, None).await?;
            assign(tx, &account, person, &lists).await?;
            if let Some(outside) = self.outside {
                let name = &person.username;
                outside::bind(
                    &self.entropy,
                    outside,
                    tx,
                    &company,
                    &account,
                    name,
                    self.now,
                )
                .await?;
            }
            if person.standing == Standing::Bounced {
                tx.seed_bounce(&account, "the mail server answered 550")
                    .await?;
            }
            if person.username == people::TWO_COMPANIES {
                two = account;
            }
        }
        Ok(two)
    }

    async fn providers(&self, tx: &mut Tx, company: &Company) -> Result<(), OperatorError> {
        if let Some(outside) = self.outside {
            outside::set_up(self.s, &self.entropy, outside, tx, company, self.now).await?;
        }
        Ok(())
    }

    /// Makes one person of two accounts; the first one is where they sign in without a company.
    async fn connect(
        &self,
        tx: &mut Tx,
        first: &AccountId,
        second: &AccountId,
    ) -> Result<(), OperatorError> {
        let person = PersonId(self.entropy.id(self.now));
        tx.add_person(&person, self.now).await?;
        tx.join_person(first, 1, &person).await?;
        tx.join_person(second, 1, &person).await?;
        tx.set_default_account(&person, Some(first)).await?;
        Ok(())
    }

    async fn person(
        &self,
        tx: &mut Tx,
        company: &Company,
        person: &Person,
        since: Option<Moment>,
    ) -> Result<AccountId, OperatorError> {
        let account = account(&self.entropy, company, person, self.now);
        let past = history::of(&self.entropy, person, &account, since, self.now);
        let password = person.standing.has_password().then(|| StoredPassword {
            hash: self.hash.clone(),
            length: i64::try_from(PASSWORD.len()).unwrap_or(i64::MAX),
            temporary_until: (person.standing == Standing::FirstDay).then(|| self.now.plus(DAY)),
        });
        tx.seed_account(
            &account,
            &Past {
                password,
                code_failures: person.standing.code_failures(),
                locked_at: person.standing.locked_ago().map(|ago| self.now.minus(ago)),
                last_sign_in_at: past.last_sign_in_at,
            },
        )
        .await?;
        let has_way = person.standing.has_password() && person.standing != Standing::FirstDay;
        // Nobody at the other company has set up a second way: there it is everybody's own choice.
        if has_way && person.company == ACME {
            ways::set_up(self.s, tx, person, &account.id, account.created_at).await?;
        }
        if let Some(expires_at) = person.standing.link_end(self.now) {
            let drawn = self.entropy.token();
            // Whoever looks at the demo can open a link that has ended.
            let token = match person.standing {
                Standing::Expired => format!("ended-{}", person.username),
                _ => drawn,
            };
            add_link(tx, &self.entropy, &account.id, &token, expires_at).await?;
        }
        for event in past.events {
            tx.audit(event);
        }
        Ok(account.id)
    }
}

async fn assign(
    tx: &mut Tx,
    account: &AccountId,
    person: &Person,
    lists: &[(&str, PresenceListId)],
) -> Result<(), OperatorError> {
    let list = lists.iter().find(|(name, _)| Some(*name) == person.list);
    if let Some((_, list)) = list {
        tx.seed_list(account, list).await?;
    }
    Ok(())
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
            Standing::SsoOnly => AccountState::SsoOnly,
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
            let outside = Outside::parse("http://localhost:4590");
            let listening = "127.0.0.1:4711".parse().expect("an address");
            let phones = Simulator::new(
                Vec::new(),
                false,
                listening,
                s.clock.clone(),
                Entropy::seeded(1),
            );
            seed(&s, outside.as_ref(), &phones).await.expect("seeds");
            let company =
                s.db.company_by_alias(ACME)
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
            let company = companies::acme(&entropy, now);
            let crowd = crowd();
            let leads = leads();
            let signed_in = leads.iter().map(|_| None).chain(floor::since(&crowd, now));
            let events: Vec<_> = leads
                .iter()
                .chain(&crowd)
                .zip(signed_in)
                .flat_map(|(person, since)| {
                    let account = account(&entropy, &company, person, now);
                    history::of(&entropy, person, &account, since, now).events
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
