//! Who must give a second proof, with what, and who must set something up first (seed 002, SECURITY 5,
//! 11 and 13). Codes themselves are read and made elsewhere.

use std::time::Duration;

use app::wire::{Method, Strict, TwoFactorMode};

use crate::clock::Moment;

/// The longest session under strict rules (SECURITY 13).
pub const STRICT_SESSION: Duration = Duration::from_secs(8 * 60 * 60);
/// The days that a company can choose from for "Don't ask again".
pub const TRUST_DAYS: [u16; 4] = [14, 30, 60, 90];
/// Backup codes of a set.
pub const BACKUP_CODES: usize = 10;
/// Backup codes that are few enough to say so.
pub const FEW_BACKUP_CODES: u8 = 3;

/// What a company asks of its people beside their passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub mode: TwoFactorMode,
    /// From when on `Required` holds; before, it is `Optional`.
    pub from: Option<Moment>,
    /// What people may set up.
    pub methods: Vec<Method>,
    /// The choices of "Don't ask again"; none turns it off.
    pub trust_days: Vec<u16>,
    pub strict: Strict,
}

/// What the rules need to know of a person.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub admin: bool,
    /// The ways that were set up, each once, last used first.
    pub ways: &'a [Method],
    /// Whether unused backup codes of their own are left.
    pub backup_codes: bool,
    /// Whether the password was replaced by a mailed link, and nothing but mail was proven since.
    pub reset_by_mail: bool,
}

/// What is asked of a person who has proven a first credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    Nothing,
    /// One of these, the first one unless the person chooses another.
    Prove(Vec<Method>),
    /// One of these, and then something must be set up.
    ProveAndSetUp(Vec<Method>),
}

impl Demand {
    /// The ways in which the proof can be given.
    #[must_use]
    pub fn methods(&self) -> &[Method] {
        match self {
            Self::Nothing => &[],
            Self::Prove(methods) | Self::ProveAndSetUp(methods) => methods,
        }
    }
}

impl Policy {
    /// Whether nothing is asked of anybody, whatever they have set up.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.mode == TwoFactorMode::Off
    }

    /// Whether a second way is asked of everybody now.
    #[must_use]
    pub fn is_required(&self, now: Moment) -> bool {
        self.mode == TwoFactorMode::Required && self.from.is_none_or(|from| from <= now)
    }

    /// Whether strict rules hold for a person.
    #[must_use]
    pub fn is_strict(&self, admin: bool) -> bool {
        match self.strict {
            Strict::Nobody => false,
            Strict::Admins => admin,
            Strict::Everyone => true,
        }
    }

    /// What a person may set up. Where strict rules leave nothing, apps are always allowed.
    #[must_use]
    pub fn allowed(&self, admin: bool) -> Vec<Method> {
        let strict = self.is_strict(admin);
        let allowed: Vec<Method> = self
            .methods
            .iter()
            .copied()
            .filter(|method| !(strict && *method == Method::Email))
            .collect();
        if allowed.is_empty() {
            vec![Method::App]
        } else {
            allowed
        }
    }

    /// The choices of "Don't ask again" that a person has.
    #[must_use]
    pub fn trust_choices(&self, admin: bool) -> &[u16] {
        if self.is_strict(admin) || self.mode == TwoFactorMode::Off {
            &[]
        } else {
            &self.trust_days
        }
    }

    /// Whether a person may give up a way when these are left to them.
    #[must_use]
    pub fn may_give_up(&self, admin: bool, left: &[Method], now: Moment) -> bool {
        let allowed = self.allowed(admin);
        !self.is_required(now) || left.iter().any(|way| allowed.contains(way))
    }

    /// What is asked of a person.
    #[must_use]
    pub fn demand(&self, person: Person<'_>, now: Moment) -> Demand {
        if self.is_off() {
            return Demand::Nothing;
        }
        if person.ways.is_empty() && !self.is_required(now) {
            return Demand::Nothing;
        }
        let allowed = self.allowed(person.admin);
        let usable: Vec<Method> = person
            .ways
            .iter()
            .copied()
            .filter(|way| allowed.contains(way))
            .collect();
        let must_set_up = usable.is_empty();
        let mut methods = if must_set_up {
            // What is not allowed any more, or was never set up, still proves the mailbox (SECURITY 5).
            let mut ways = person.ways.to_vec();
            if !ways.contains(&Method::Email) {
                ways.push(Method::Email);
            }
            ways
        } else {
            usable
        };
        if person.backup_codes {
            methods.push(Method::BackupCode);
        }
        if person.reset_by_mail {
            // Whoever reads the mailbox has the new password: it must not be the second proof as well,
            // not even where the company allows nothing else any more.
            let closed = person.ways.iter().filter(|way| !methods.contains(way));
            let mut others: Vec<Method> = methods.iter().chain(closed).copied().collect();
            others.retain(|method| *method != Method::Email);
            if !others.is_empty() {
                methods = others;
            }
        }
        if must_set_up {
            Demand::ProveAndSetUp(methods)
        } else {
            Demand::Prove(methods)
        }
    }
}

/// When a browser's trust ends under today's policy; none when it has ended for good.
///
/// A shorter policy shortens what was granted before; a longer one lengthens nothing.
#[must_use]
pub fn trust_end(granted_at: Moment, days: u16, choices: &[u16]) -> Option<Moment> {
    let longest = choices.iter().copied().max()?;
    let days = u64::from(days.min(longest));
    Some(granted_at.plus(Duration::from_secs(days * 24 * 60 * 60)))
}

/// The name under which a way is stored.
#[must_use]
pub fn name(method: Method) -> &'static str {
    match method {
        Method::Email => "email",
        Method::App => "app",
        Method::BackupCode => "backup_code",
    }
}

/// The way of a stored name; names of later releases are none.
#[must_use]
pub fn named(name: &str) -> Option<Method> {
    [Method::Email, Method::App, Method::BackupCode]
        .into_iter()
        .find(|method| self::name(*method) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::Method::{App, BackupCode, Email};

    const NOW: Moment = Moment(1_772_438_400_000);

    fn policy(mode: TwoFactorMode) -> Policy {
        Policy {
            mode,
            from: None,
            methods: vec![Email, App],
            trust_days: vec![14, 30],
            strict: Strict::Nobody,
        }
    }

    fn person(ways: &[Method]) -> Person<'_> {
        Person {
            admin: false,
            ways,
            backup_codes: false,
            reset_by_mail: false,
        }
    }

    #[test]
    fn the_mode_decides_who_is_asked() {
        use TwoFactorMode::{Off, Optional, Required};
        let table: [(TwoFactorMode, &[Method], Demand); 7] = [
            (Off, &[], Demand::Nothing),
            (Off, &[App], Demand::Nothing),
            (Optional, &[], Demand::Nothing),
            (Optional, &[App, Email], Demand::Prove(vec![App, Email])),
            (Required, &[], Demand::ProveAndSetUp(vec![Email])),
            (Required, &[Email], Demand::Prove(vec![Email])),
            (Required, &[App], Demand::Prove(vec![App])),
        ];
        for (mode, ways, demand) in table {
            assert_eq!(
                policy(mode).demand(person(ways), NOW),
                demand,
                "{mode:?} {ways:?}"
            );
        }
    }

    #[test]
    fn a_date_to_come_leaves_the_choice() {
        let mut policy = policy(TwoFactorMode::Required);
        policy.from = Some(NOW.plus(Duration::from_millis(1)));
        assert_eq!(policy.demand(person(&[]), NOW), Demand::Nothing);
        assert_eq!(
            policy.demand(person(&[Email]), NOW),
            Demand::Prove(vec![Email])
        );
        policy.from = Some(NOW);
        assert_eq!(
            policy.demand(person(&[]), NOW),
            Demand::ProveAndSetUp(vec![Email])
        );
    }

    #[test]
    fn what_is_not_allowed_any_more_only_leads_to_something_that_is() {
        let mut apps = policy(TwoFactorMode::Optional);
        apps.methods = vec![App];
        assert_eq!(
            apps.demand(person(&[Email, App]), NOW),
            Demand::Prove(vec![App])
        );
        assert_eq!(
            apps.demand(person(&[Email]), NOW),
            Demand::ProveAndSetUp(vec![Email])
        );
        let mut mails = policy(TwoFactorMode::Required);
        mails.methods = vec![Email];
        assert_eq!(
            mails.demand(person(&[App]), NOW),
            Demand::ProveAndSetUp(vec![App, Email])
        );
    }

    #[test]
    fn strict_rules_know_no_mailed_codes() {
        let mut strict = policy(TwoFactorMode::Required);
        strict.strict = Strict::Admins;
        let admin = |ways| Person {
            admin: true,
            ..person(ways)
        };
        assert_eq!(
            strict.demand(admin(&[Email]), NOW),
            Demand::ProveAndSetUp(vec![Email])
        );
        assert_eq!(
            strict.demand(admin(&[Email, App]), NOW),
            Demand::Prove(vec![App])
        );
        assert_eq!(
            strict.demand(person(&[Email]), NOW),
            Demand::Prove(vec![Email])
        );
        assert_eq!(strict.allowed(true), [App]);
        assert!(strict.trust_choices(true).is_empty());
        assert_eq!(strict.trust_choices(false), [14, 30]);
        strict.methods = vec![Email];
        assert_eq!(strict.allowed(true), [App]);
    }

    #[test]
    fn backup_codes_are_one_more_way() {
        let policy = policy(TwoFactorMode::Required);
        let saved = Person {
            backup_codes: true,
            ..person(&[App])
        };
        assert_eq!(
            policy.demand(saved, NOW),
            Demand::Prove(vec![App, BackupCode])
        );
    }

    #[test]
    fn after_a_mailed_reset_mail_is_not_the_second_proof_too() {
        let policy = policy(TwoFactorMode::Required);
        let reset = |ways, backup_codes| Person {
            reset_by_mail: true,
            backup_codes,
            ..person(ways)
        };
        let table: [(&[Method], bool, Demand); 5] = [
            (&[Email], false, Demand::Prove(vec![Email])),
            (&[Email], true, Demand::Prove(vec![BackupCode])),
            (&[Email, App], false, Demand::Prove(vec![App])),
            (&[], false, Demand::ProveAndSetUp(vec![Email])),
            (&[], true, Demand::ProveAndSetUp(vec![BackupCode])),
        ];
        for (ways, codes, demand) in table {
            assert_eq!(policy.demand(reset(ways, codes), NOW), demand, "{ways:?}");
        }
        let mut mails = policy;
        mails.methods = vec![Email];
        assert_eq!(
            mails.demand(reset(&[Email, App], false), NOW),
            Demand::Prove(vec![App])
        );
    }

    #[test]
    fn the_last_way_stays_where_one_is_required() {
        use TwoFactorMode::{Off, Optional, Required};
        for mode in [Off, Optional] {
            assert!(policy(mode).may_give_up(false, &[], NOW), "{mode:?}");
        }
        let mut required = policy(Required);
        assert!(!required.may_give_up(false, &[], NOW));
        assert!(required.may_give_up(false, &[Email], NOW));
        required.strict = Strict::Admins;
        assert!(
            !required.may_give_up(true, &[Email], NOW),
            "no way for them"
        );
        assert!(required.may_give_up(true, &[App], NOW));
        required.from = Some(NOW.plus(Duration::from_secs(1)));
        assert!(required.may_give_up(true, &[], NOW), "not yet");
    }

    #[test]
    fn trust_is_shortened_by_policy_and_never_lengthened() {
        let day = |days: u64| Some(NOW.plus(Duration::from_secs(days * 86_400)));
        assert_eq!(trust_end(NOW, 90, &[14, 30]), day(30));
        assert_eq!(trust_end(NOW, 14, &[14, 90]), day(14));
        assert_eq!(trust_end(NOW, 30, &[14]), day(14));
        assert_eq!(trust_end(NOW, 30, &[]), None);
    }

    #[test]
    fn every_way_has_one_name() {
        for method in [Email, App, BackupCode] {
            assert_eq!(named(name(method)), Some(method));
        }
        assert_eq!(named("passkey"), None);
    }
}
