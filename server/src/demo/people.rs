//! Who works at the demo's companies.

use std::time::Duration;

use super::{ACME, DAY, DOCS_EXAMPLE, NORTHWIND, THE_DARK_SIDE};
use crate::{clock::Moment, storage::Phone};

/// What a person has come to by the start of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Enabled,
    /// Has an authenticator app and ten backup codes.
    App,
    /// Has used eight backup codes.
    TwoCodesLeft,
    /// Has a temporary password.
    FirstDay,
    /// Three wrong codes.
    AlmostLocked,
    Locked {
        minutes_ago: u32,
    },
    Disabled,
    Pending,
    Invited,
    Expired,
    Bounced,
    /// Enters by the company's own sign-in, never by a password.
    SsoOnly,
}

impl Standing {
    pub(crate) fn has_password(self) -> bool {
        !matches!(
            self,
            Self::Pending | Self::Invited | Self::Expired | Self::Bounced | Self::SsoOnly
        )
    }

    pub(crate) fn code_failures(self) -> i64 {
        match self {
            Self::AlmostLocked => 3,
            Self::Locked { .. } => 5,
            _ => 0,
        }
    }

    pub(crate) fn locked_ago(self) -> Option<Duration> {
        match self {
            Self::Locked { minutes_ago } => Some(Duration::from_secs(60 * u64::from(minutes_ago))),
            _ => None,
        }
    }

    /// When the invitation ends or ended.
    pub(crate) fn link_end(self, now: Moment) -> Option<Moment> {
        match self {
            Self::Invited => Some(now.plus(DAY / 2)),
            Self::Expired => Some(now.minus(2 * DAY)),
            Self::Bounced => Some(now.minus(DAY)),
            _ => None,
        }
    }

    /// How long ago the account was made.
    pub(crate) fn age(self) -> Duration {
        match self {
            Self::FirstDay => DAY / 24,
            Self::Pending => DAY / 2,
            Self::Invited => DAY / 2,
            Self::Expired => 3 * DAY,
            Self::Bounced => 2 * DAY,
            _ => 60 * DAY,
        }
    }

    /// In the words of the cockpit.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Enabled => "ready".to_owned(),
            Self::App => "authenticator app, ten backup codes".to_owned(),
            Self::TwoCodesLeft => "e-mail codes, two backup codes left".to_owned(),
            Self::FirstDay => "temporary password, must change it and set up two-factor".to_owned(),
            Self::AlmostLocked => "three wrong codes already".to_owned(),
            Self::Locked { minutes_ago } => format!("locked {minutes_ago} minutes ago"),
            Self::Disabled => "disabled yesterday".to_owned(),
            Self::Pending => "not invited yet".to_owned(),
            Self::Invited => "invited".to_owned(),
            Self::Expired => "invitation ended two days ago".to_owned(),
            Self::Bounced => "invitation bounced".to_owned(),
            Self::SsoOnly => "never invited, enters by single sign-on".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The company's alias.
    pub(crate) company: &'static str,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) agent: bool,
    pub(crate) admin: bool,
    pub(crate) standing: Standing,
    /// What else is worth knowing at the start.
    pub(crate) note: &'static str,
    /// The name of a presence reason list of their own.
    pub(crate) list: Option<&'static str>,
    pub(crate) phone: Phone,
    /// Who they are in Amazon Connect, and whether Callgate knows it at the start.
    pub(crate) connect: Option<(&'static str, bool)>,
}

impl Person {
    pub(crate) fn email(&self) -> String {
        format!("{}@{}.example", self.username, self.company)
    }

    /// What is special about them at the start, in the words of the cockpit.
    pub(crate) fn state(&self) -> String {
        match (self.note, self.standing, self.company) {
            ("", Standing::Enabled, ACME) => "e-mail codes".to_owned(),
            ("", standing, _) => standing.words(),
            (note, ..) => note.to_owned(),
        }
    }

    pub(crate) fn roles(&self) -> Vec<&'static str> {
        [(self.agent, "agent"), (self.admin, "admin")]
            .into_iter()
            .filter_map(|(has, role)| has.then_some(role))
            .collect()
    }
}

/// The people of the tour at `acme`.
pub(crate) fn leads() -> Vec<Person> {
    let person = |username: &str, name: &str, roles: &str, standing| Person {
        company: ACME,
        username: username.to_owned(),
        name: name.to_owned(),
        agent: roles != "admin",
        admin: roles != "agent",
        standing,
        note: "",
        list: None,
        phone: Phone::None,
        connect: None,
    };
    vec![
        person("admin", "Ada Admin", "admin", Standing::Enabled),
        person("lead", "Lea Lindqvist", "both", Standing::App),
        person("agent", "Ana Agent", "agent", Standing::Enabled),
        person("agent-totp", "Tove Okafor", "agent", Standing::App),
        person(
            "agent-two-codes-left",
            "Theo Kovac",
            "agent",
            Standing::TwoCodesLeft,
        ),
        person(
            "agent-first-day",
            "Finn Ferrari",
            "agent",
            Standing::FirstDay,
        ),
        person("agent-sso", "Sora Nakagawa", "agent", Standing::Enabled),
        person(
            "almost-locked",
            "Alma Lockwood",
            "agent",
            Standing::AlmostLocked,
        ),
        person(
            "locked",
            "Luca Locke",
            "agent",
            Standing::Locked { minutes_ago: 20 },
        ),
        person("disabled", "Dina Sable", "agent", Standing::Disabled),
    ]
}

/// Everybody at the companies with Amazon Connect; their users there have the same names.
pub(crate) fn on_the_phone() -> Vec<Person> {
    let person =
        |company, username: &'static str, name: &str, roles: &str, phone, known, note| Person {
            company,
            username: username.to_owned(),
            name: name.to_owned(),
            agent: roles != "admin",
            admin: roles != "agent",
            standing: Standing::Enabled,
            note,
            list: None,
            phone,
            connect: Some((username, known)),
        };
    let docs = |username, name, roles, phone, known, note| {
        person(DOCS_EXAMPLE, username, name, roles, phone, known, note)
    };
    let dark = |username, name, roles, phone, known, note| {
        person(THE_DARK_SIDE, username, name, roles, phone, known, note)
    };
    let (soft, desk) = (Phone::Softphone, Phone::DeskPhone);
    vec![
        docs(
            "admin",
            "Doris Docs",
            "both",
            soft,
            true,
            "softphone; Administrator sign-in works",
        ),
        docs(
            "agent",
            "Dean Dextr",
            "agent",
            soft,
            false,
            "softphone; no browser bound yet",
        ),
        docs(
            "agent-deskphone",
            "Della Desk",
            "agent",
            desk,
            true,
            "desk phone: never asked for a microphone",
        ),
        dark(
            "admin",
            "Wilhuff Tarkin",
            "admin",
            Phone::None,
            true,
            "password",
        ),
        dark(
            "agent",
            "Firmus Piett",
            "agent",
            soft,
            true,
            "softphone, no second factor",
        ),
        dark(
            "agent-no-phone",
            "Maximilian Veers",
            "agent",
            Phone::None,
            true,
            "text only: status and desk links",
        ),
    ]
}

/// Everybody at `northwind`, or at its European twin.
pub(crate) fn northwind(company: &'static str) -> Vec<Person> {
    let person = |username: &str, name: &str, standing, list, note| Person {
        company,
        username: username.to_owned(),
        name: name.to_owned(),
        agent: true,
        admin: false,
        standing,
        note,
        list,
        phone: Phone::None,
        connect: None,
    };
    let agent = person(
        "agent",
        "Nora Agent",
        Standing::Enabled,
        Some(FRONT_DESK),
        "list Front desk, no phone",
    );
    if company != NORTHWIND {
        return vec![agent];
    }
    let admin = |username: &str, name: &str, note| Person {
        agent: false,
        admin: true,
        ..person(username, name, Standing::Enabled, None, note)
    };
    vec![
        admin("admin", "Niels Admin", "single sign-on or password"),
        agent,
        person(
            "agent-no-list",
            "Nils Ohneliste",
            Standing::Enabled,
            None,
            "refused: needs a Presence Reason list",
        ),
        person(
            "pending",
            "Pia Ending",
            Standing::Pending,
            Some(FRONT_DESK),
            "",
        ),
        person(
            "invited",
            "Ivo Invited",
            Standing::Invited,
            Some(FRONT_DESK),
            "",
        ),
        person(
            "expired",
            "Ella Expired",
            Standing::Expired,
            Some(BACK_OFFICE),
            "",
        ),
        person(
            "bounced",
            "Bo Bounced",
            Standing::Bounced,
            Some(BACK_OFFICE),
            "",
        ),
        person(
            "sso-only",
            "Sam Solo",
            Standing::SsoOnly,
            Some(BACK_OFFICE),
            "",
        ),
        admin(
            TWO_COMPANIES,
            &name(TWIN),
            "also agent-300 of acme; Northwind is the default",
        ),
    ]
}

/// The lists of `northwind`; on purpose none of them is the default one.
pub(crate) const FRONT_DESK: &str = "Front desk";
pub(crate) const BACK_OFFICE: &str = "Back office";
/// Somebody with two companies, and where they stand among the crowd.
pub(crate) const TWO_COMPANIES: &str = "two-companies";
pub(crate) const TWIN: usize = CROWD - 1;

const CROWD: usize = 300;

/// `agent-001` to `agent-300`.
pub(crate) fn crowd() -> Vec<Person> {
    let standings = [
        (259, Standing::Enabled),
        (1, Standing::Locked { minutes_ago: 35 }),
        (1, Standing::Locked { minutes_ago: 50 }),
        (1, Standing::Locked { minutes_ago: 95 }),
        (17, Standing::Invited),
        (9, Standing::Expired),
        (6, Standing::Pending),
        (5, Standing::Disabled),
        (1, Standing::Bounced),
    ];
    let standings: Vec<Standing> = standings
        .into_iter()
        .flat_map(|(count, standing)| std::iter::repeat_n(standing, count))
        .collect();
    (0..CROWD)
        .map(|index| Person {
            company: ACME,
            username: format!("agent-{:03}", index + 1),
            name: name(index),
            agent: true,
            admin: false,
            // A prime step that spreads the few among the many and leaves `agent-001` enabled.
            standing: standings[index * 79 % CROWD],
            note: "",
            list: None,
            phone: Phone::None,
            connect: None,
        })
        .collect()
}

/// Thirty first names and thirty-one last ones: three hundred different people.
fn name(index: usize) -> String {
    const FIRST: [&str; 30] = [
        "Amira", "Ben", "Chloé", "Daniel", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas",
        "Katya", "Liam", "Mei", "Noah", "Olga", "Paul", "Quinn", "Rosa", "Samir", "Tessa", "Umar",
        "Vera", "Wei", "Ximena", "Yusuf", "Zoë", "Björn", "Nia", "Oskar", "Priya",
    ];
    const LAST: [&str; 31] = [
        "Abel",
        "Bauer",
        "Costa",
        "Dietrich",
        "Eriksen",
        "Fischer",
        "García",
        "Hoffmann",
        "Ivanova",
        "Jansen",
        "Kowalski",
        "Lang",
        "Müller",
        "Novak",
        "O'Brien",
        "Petrov",
        "Qureshi",
        "Rossi",
        "Schmidt",
        "Tanaka",
        "Usman",
        "Vogel",
        "Weber",
        "Xu",
        "Yilmaz",
        "Zimmermann",
        "Okafor",
        "Park",
        "Singh",
        "Moreau",
        "Silva",
    ];
    format!(
        "{} {}",
        FIRST[index % FIRST.len()],
        LAST[index % LAST.len()]
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn three_hundred_different_people() {
        let crowd = crowd();
        assert_eq!(crowd.len(), CROWD);
        assert_eq!(
            crowd
                .iter()
                .map(|person| &person.name)
                .collect::<HashSet<_>>()
                .len(),
            CROWD
        );
        assert_eq!(crowd[0].standing, Standing::Enabled);
        assert_eq!(crowd[TWIN].standing, Standing::Enabled);
        assert_eq!(
            crowd
                .iter()
                .filter(|person| person.standing == Standing::Invited)
                .count(),
            17
        );
    }
}
