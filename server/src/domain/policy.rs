//! Changes of a company's policy: what they are, whether they ask less of people than before, and whom
//! they lead to set something up. What the policy asks at a sign-in is in `second_factor`.

use std::time::Duration;

use app::wire::{Method, Strict, TwoFactorMode};
use jiff::tz::TimeZone;

use super::second_factor::{self, Demand, Person};
use crate::clock::Moment;

/// Everything that an administrator decides on the page "2FA Policy".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub rules: second_factor::Policy,
    /// How long an administrator's backup code can be used.
    pub admin_code: Duration,
}

/// One thing that was decided otherwise: before, after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Mode(TwoFactorMode, TwoFactorMode),
    From(Option<Moment>, Option<Moment>),
    Methods(Vec<Method>, Vec<Method>),
    TrustDays(Vec<u16>, Vec<u16>),
    Strict(Strict, Strict),
    AdminCode(Duration, Duration),
}

impl Change {
    /// Everything in which `new` differs from `old`.
    #[must_use]
    pub fn between(old: &Terms, new: &Terms) -> Vec<Self> {
        let (before, after) = (&old.rules, &new.rules);
        let differs = |is: bool, change: Self| is.then_some(change);
        [
            differs(
                before.mode != after.mode,
                Self::Mode(before.mode, after.mode),
            ),
            differs(
                before.from != after.from,
                Self::From(before.from, after.from),
            ),
            differs(
                before.methods != after.methods,
                Self::Methods(before.methods.clone(), after.methods.clone()),
            ),
            differs(
                before.trust_days != after.trust_days,
                Self::TrustDays(before.trust_days.clone(), after.trust_days.clone()),
            ),
            differs(
                before.strict != after.strict,
                Self::Strict(before.strict, after.strict),
            ),
            differs(
                old.admin_code != new.admin_code,
                Self::AdminCode(old.admin_code, new.admin_code),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The change as the audit log keeps it, like `trust off → 14 30`: words of the API, which readers
    /// of every language have translated.
    #[must_use]
    pub fn code(&self, zone: &TimeZone) -> String {
        let day = |at: &Option<Moment>| at.map_or("none".to_owned(), |at| at.day(zone).to_string());
        let ways = |methods: &[Method]| {
            let names: Vec<&str> = methods
                .iter()
                .map(|way| second_factor::name(*way))
                .collect();
            names.join(" ")
        };
        let days = |days: &[u16]| match days {
            [] => "off".to_owned(),
            days => days
                .iter()
                .map(u16::to_string)
                .collect::<Vec<_>>()
                .join(" "),
        };
        let minutes = |life: &Duration| (life.as_secs() / 60).to_string();
        let (what, before, after) = match self {
            Self::Mode(a, b) => ("mode", mode(*a).to_owned(), mode(*b).to_owned()),
            Self::From(a, b) => ("from", day(a), day(b)),
            Self::Methods(a, b) => ("ways", ways(a), ways(b)),
            Self::TrustDays(a, b) => ("trust", days(a), days(b)),
            Self::Strict(a, b) => ("strict", strict(*a).to_owned(), strict(*b).to_owned()),
            Self::AdminCode(a, b) => ("admin_code", minutes(a), minutes(b)),
        };
        format!("{what} {before} → {after}")
    }
}

fn mode(mode: TwoFactorMode) -> &'static str {
    match mode {
        TwoFactorMode::Off => "off",
        TwoFactorMode::Optional => "optional",
        TwoFactorMode::Required => "required",
    }
}

fn strict(strict: Strict) -> &'static str {
    match strict {
        Strict::Nobody => "nobody",
        Strict::Admins => "admins",
        Strict::Everyone => "everyone",
    }
}

/// Whether anything in `new` asks less of anybody than `old` does (SECURITY 13: that is announced).
#[must_use]
pub fn is_weaker(old: &Terms, new: &Terms, now: Moment) -> bool {
    let (before, after) = (&old.rules, &new.rules);
    let asks = |mode| match mode {
        TwoFactorMode::Off => 0,
        TwoFactorMode::Optional => 1,
        TwoFactorMode::Required => 2,
    };
    let binds = |strict| match strict {
        Strict::Nobody => 0,
        Strict::Admins => 1,
        Strict::Everyone => 2,
    };
    let begins = |from: Option<Moment>| from.map_or(now, |from| from.max(now));
    let put_off = before.mode == TwoFactorMode::Required
        && after.mode == TwoFactorMode::Required
        && begins(after.from) > begins(before.from);
    // A mailbox is easier to come by than somebody's phone.
    let mails = |rules: &second_factor::Policy| rules.methods.contains(&Method::Email);
    // Whoever showed a phone then needs no more than the mailbox.
    let only_mails =
        |rules: &second_factor::Policy| mails(rules) && !rules.methods.contains(&Method::App);
    let longest = |rules: &second_factor::Policy| rules.trust_days.iter().copied().max();
    asks(after.mode) < asks(before.mode)
        || put_off
        || (mails(after) && !mails(before))
        || (only_mails(after) && !only_mails(before))
        || longest(after) > longest(before)
        || binds(after.strict) < binds(before.strict)
        || new.admin_code > old.admin_code
}

/// Enabled people who are alike in everything that the rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    pub admin: bool,
    /// What they have set up.
    pub ways: Vec<Method>,
    pub count: u64,
}

/// How many people have set up none of the ways that they may use.
#[must_use]
pub fn not_set_up(rules: &second_factor::Policy, people: &[Alike]) -> u64 {
    people
        .iter()
        .filter(|alike| {
            let allowed = rules.allowed(alike.admin);
            !alike.ways.iter().any(|way| allowed.contains(way))
        })
        .map(|alike| alike.count)
        .sum()
}

/// Whom new rules lead to set something up, beyond those whom the old ones do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Led {
    pub at_next_sign_in: u64,
    /// From the day on from which a second way is required.
    pub from_the_day: u64,
}

/// Counts the people who will have to set something up, or will have to earlier than under `old`.
#[must_use]
pub fn newly_led(
    old: &second_factor::Policy,
    new: &second_factor::Policy,
    people: &[Alike],
    now: Moment,
) -> Led {
    let mut led = Led::default();
    for alike in people {
        let Some(after) = led_from(new, alike, now) else {
            continue;
        };
        if led_from(old, alike, now).is_some_and(|before| before <= after) {
            continue;
        }
        if after == now {
            led.at_next_sign_in += alike.count;
        } else {
            led.from_the_day += alike.count;
        }
    }
    led
}

/// From when on a sign-in of these people leads to setting something up, if ever.
fn led_from(rules: &second_factor::Policy, alike: &Alike, now: Moment) -> Option<Moment> {
    let person = Person {
        admin: alike.admin,
        ways: &alike.ways,
        backup_codes: false,
        reset_by_mail: false,
    };
    let days = [Some(now), rules.from.filter(|from| *from > now)];
    days.into_iter()
        .flatten()
        .find(|at| matches!(rules.demand(person, *at), Demand::ProveAndSetUp(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::Method::{App, Email};
    use app::wire::TwoFactorMode::{Off, Optional, Required};

    const NOW: Moment = Moment(1_772_438_400_000);
    const DAY: Duration = Duration::from_hours(24);

    fn terms() -> Terms {
        Terms {
            rules: second_factor::Policy {
                mode: Required,
                from: None,
                methods: vec![Email, App],
                trust_days: vec![14, 30],
                strict: Strict::Admins,
            },
            admin_code: Duration::from_mins(15),
        }
    }

    fn changed(change: impl FnOnce(&mut Terms)) -> Terms {
        let mut terms = terms();
        change(&mut terms);
        terms
    }

    #[test]
    fn a_change_names_what_was_and_what_is() {
        let zone = TimeZone::get("Europe/Berlin").expect("bundled");
        let new = changed(|terms| {
            terms.rules = second_factor::Policy {
                mode: Optional,
                from: Some(Moment(1_772_319_600_000)),
                methods: vec![App],
                trust_days: Vec::new(),
                strict: Strict::Everyone,
            };
            terms.admin_code = Duration::from_mins(5);
        });
        let codes: Vec<String> = Change::between(&terms(), &new)
            .iter()
            .map(|change| change.code(&zone))
            .collect();
        assert_eq!(
            codes,
            [
                "mode required → optional",
                "from none → 2026-03-01",
                "ways email app → app",
                "trust 14 30 → off",
                "strict admins → everyone",
                "admin_code 15 → 5"
            ]
        );
        assert_eq!(Change::between(&terms(), &terms()), []);
    }

    #[test]
    fn whatever_asks_less_is_weaker() {
        let tomorrow = NOW.plus(DAY);
        type Edit = fn(&mut Terms);
        let weaker: [Edit; 8] = [
            |t| t.rules.mode = Optional,
            |t| t.rules.mode = Off,
            |t| t.rules.from = Some(NOW.plus(DAY)),
            |t| t.rules.methods = vec![Email],
            |t| t.rules.trust_days = vec![90],
            |t| t.rules.strict = Strict::Nobody,
            |t| t.admin_code = Duration::from_mins(16),
            |t| {
                // One step back is not made good by others forward.
                t.rules.strict = Strict::Everyone;
                t.rules.trust_days = vec![60];
            },
        ];
        for (number, edit) in weaker.into_iter().enumerate() {
            assert!(is_weaker(&terms(), &changed(edit), NOW), "{number}");
            assert!(!is_weaker(&terms(), &terms(), NOW));
        }
        let stronger: [Edit; 6] = [
            |t| t.rules.methods = vec![App],
            |t| t.rules.from = Some(NOW.minus(DAY)),
            |t| t.rules.trust_days = vec![14],
            |t| t.rules.trust_days = Vec::new(),
            |t| t.rules.strict = Strict::Everyone,
            |t| t.admin_code = Duration::from_mins(5),
        ];
        for (number, edit) in stronger.into_iter().enumerate() {
            assert!(!is_weaker(&terms(), &changed(edit), NOW), "{number}");
        }
        let apps = changed(|t| t.rules.methods = vec![App]);
        assert!(is_weaker(&apps, &terms(), NOW));
        let mails = changed(|t| t.rules.methods = vec![Email]);
        assert!(!is_weaker(&mails, &terms(), NOW), "apps beside mails");
        let later = changed(|t| t.rules.from = Some(tomorrow));
        assert!(!is_weaker(&later, &terms(), NOW));
        let optional = changed(|t| t.rules.mode = Optional);
        assert!(!is_weaker(&optional, &later, NOW), "a day is set with it");
    }

    fn people() -> Vec<Alike> {
        let alike = |admin, ways: &[Method], count| Alike {
            admin,
            ways: ways.to_vec(),
            count,
        };
        vec![
            alike(false, &[], 100),
            alike(false, &[Email], 20),
            alike(false, &[App, Email], 4),
            alike(true, &[Email], 1),
        ]
    }

    #[test]
    fn people_without_an_allowed_way_are_counted() {
        let rules = |edit: fn(&mut Terms)| changed(edit).rules;
        for (edit, count) in [
            ((|_| {}) as fn(&mut Terms), 101),
            (|t| t.rules.strict = Strict::Nobody, 100),
            (|t| t.rules.strict = Strict::Everyone, 121),
            (|t| t.rules.methods = vec![App], 121),
        ] {
            assert_eq!(not_set_up(&rules(edit), &people()), count);
        }
    }

    #[test]
    fn only_those_are_led_who_were_left_alone_before() {
        let optional = changed(|t| t.rules.mode = Optional).rules;
        let required = terms().rules;
        let tomorrow = changed(|t| t.rules.from = Some(NOW.plus(DAY))).rules;
        let apps = changed(|t| t.rules.methods = vec![App]).rules;
        let apps_tomorrow = changed(|t| {
            t.rules.methods = vec![App];
            t.rules.from = Some(NOW.plus(DAY));
        })
        .rules;
        let off = changed(|t| t.rules.mode = Off).rules;
        for (old, new, now, later) in [
            // The administrator with e-mail only is led by both.
            (&optional, &required, 100, 0),
            (&optional, &tomorrow, 0, 100),
            (&tomorrow, &required, 100, 0),
            (&required, &tomorrow, 0, 0),
            (&required, &apps, 20, 0),
            (&optional, &apps_tomorrow, 20, 100),
            (&off, &optional, 1, 0),
            (&required, &off, 0, 0),
        ] {
            let led = newly_led(old, new, &people(), NOW);
            assert_eq!((led.at_next_sign_in, led.from_the_day), (now, later));
        }
    }
}
