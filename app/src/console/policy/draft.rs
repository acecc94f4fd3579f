//! What stands in the form, and what policy that makes.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, HtmlInputElement};

use crate::wire::{Method, PolicyChoices, Strict, TwoFactorMode, TwoFactorPolicy};

/// The form's fields as they are. The browser holds them, from before the program arrived until after a
/// save that failed; nothing else keeps a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) mode: String,
    pub(super) from: String,
    /// Whether the day is only begun; the browser then calls it empty.
    pub(super) is_begun: bool,
    pub(super) methods: Vec<String>,
    pub(super) days: Vec<String>,
    pub(super) strict: String,
    pub(super) minutes: String,
}

/// What keeps a form from being saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    NoWay,
    Day,
    Minutes,
}

impl Flaw {
    /// The id of the field that must be changed.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::NoWay => "way-email",
            Self::Day => "required-from",
            Self::Minutes => "admin-code",
        }
    }
}

impl Draft {
    /// Reads the form, in the browser.
    pub(super) fn read(form: &HtmlFormElement) -> Self {
        let Ok(fields) = FormData::new_with_form(form) else {
            return Self::default();
        };
        let one = |name: &str| fields.get(name).as_string().unwrap_or_default();
        let many = |name: &str| {
            let values = fields.get_all(name);
            values
                .iter()
                .filter_map(|value| value.as_string())
                .collect()
        };
        let day = document().get_element_by_id(Flaw::Day.field());
        let day = day.and_then(|day| day.dyn_into::<HtmlInputElement>().ok());
        Self {
            mode: one("mode"),
            from: one("from"),
            is_begun: day.is_some_and(|day| day.value().is_empty() && !day.check_validity()),
            methods: many("methods"),
            days: many("days"),
            strict: one("strict"),
            minutes: one("minutes"),
        }
    }

    /// The policy that it makes. What was `saved` before may stay, whatever the choices are today.
    pub(super) fn policy(
        &self,
        choices: &PolicyChoices,
        saved: &TwoFactorPolicy,
    ) -> Result<TwoFactorPolicy, Flaw> {
        let methods: Vec<Method> = METHODS
            .into_iter()
            .filter(|method| self.methods.iter().any(|name| name == method_name(*method)))
            .collect();
        if methods.is_empty() {
            return Err(Flaw::NoWay);
        }
        let mode = MODES.into_iter().find(|mode| mode_name(*mode) == self.mode);
        let mode = mode.unwrap_or(saved.mode);
        // Where nothing is required, the day is not shown and stays.
        let from = match mode {
            TwoFactorMode::Required => self.day(choices, saved)?,
            TwoFactorMode::Off | TwoFactorMode::Optional => saved.required_from.clone(),
        };
        let minutes: u16 = self.minutes.trim().parse().map_err(|_| Flaw::Minutes)?;
        let allowed = choices.shortest_admin_code_minutes..=choices.longest_admin_code_minutes;
        if minutes != saved.admin_code_minutes && !allowed.contains(&minutes) {
            return Err(Flaw::Minutes);
        }
        Ok(TwoFactorPolicy {
            mode,
            required_from: from,
            methods,
            trust_days: self
                .days
                .iter()
                .filter_map(|days| days.parse().ok())
                .collect(),
            strict: STRICT
                .into_iter()
                .find(|strict| strict_name(*strict) == self.strict)
                .unwrap_or(saved.strict),
            admin_code_minutes: minutes,
        })
    }

    fn day(
        &self,
        choices: &PolicyChoices,
        saved: &TwoFactorPolicy,
    ) -> Result<Option<String>, Flaw> {
        let day = Some(self.from.clone()).filter(|day| !day.is_empty());
        // Days that are written like this are in order.
        let has_passed = day.as_ref().is_some_and(|day| *day < choices.today);
        if self.is_begun || (has_passed && day != saved.required_from) {
            return Err(Flaw::Day);
        }
        Ok(day)
    }
}

/// Whether a change may lead people to set something up, so that it is worth asking how many.
pub(super) fn may_lead(saved: &TwoFactorPolicy, wanted: &TwoFactorPolicy) -> bool {
    saved.mode != wanted.mode
        || saved.required_from != wanted.required_from
        || saved.methods != wanted.methods
        || saved.strict != wanted.strict
}

pub(super) const MODES: [TwoFactorMode; 3] = [
    TwoFactorMode::Off,
    TwoFactorMode::Optional,
    TwoFactorMode::Required,
];
pub(super) const METHODS: [Method; 2] = [Method::Email, Method::App];
pub(super) const STRICT: [Strict; 3] = [Strict::Nobody, Strict::Admins, Strict::Everyone];

pub(super) fn mode_name(mode: TwoFactorMode) -> &'static str {
    match mode {
        TwoFactorMode::Off => "off",
        TwoFactorMode::Optional => "optional",
        TwoFactorMode::Required => "required",
    }
}

pub(super) fn method_name(method: Method) -> &'static str {
    match method {
        Method::Email => "email",
        Method::App => "app",
        Method::BackupCode => "backup_code",
    }
}

pub(super) fn strict_name(strict: Strict) -> &'static str {
    match strict {
        Strict::Nobody => "nobody",
        Strict::Admins => "admins",
        Strict::Everyone => "everyone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> PolicyChoices {
        PolicyChoices {
            today: "2026-03-02".into(),
            trust_days: vec![14, 30, 60, 90],
            shortest_admin_code_minutes: 5,
            longest_admin_code_minutes: 60,
        }
    }

    fn saved() -> TwoFactorPolicy {
        TwoFactorPolicy {
            mode: TwoFactorMode::Required,
            required_from: Some("2026-01-01".into()),
            methods: vec![Method::Email, Method::App],
            trust_days: vec![14, 30],
            strict: Strict::Nobody,
            admin_code_minutes: 90,
        }
    }

    fn draft() -> Draft {
        Draft {
            mode: "required".into(),
            from: "2026-01-01".into(),
            is_begun: false,
            methods: vec!["email".into(), "app".into()],
            days: vec!["14".into(), "30".into()],
            strict: "nobody".into(),
            minutes: "90".into(),
        }
    }

    #[test]
    fn what_was_saved_makes_itself() {
        assert_eq!(draft().policy(&choices(), &saved()), Ok(saved()));
    }

    #[test]
    fn flaws_name_their_field() {
        type Edit = fn(&mut Draft);
        let table: [(Edit, Result<(), Flaw>); 11] = [
            (|draft| draft.methods.clear(), Err(Flaw::NoWay)),
            (|draft| draft.from = "2026-03-01".into(), Err(Flaw::Day)),
            (|draft| draft.from = "2026-03-02".into(), Ok(())),
            (|draft| draft.from.clear(), Ok(())),
            (|draft| draft.is_begun = true, Err(Flaw::Day)),
            (
                |draft| {
                    draft.mode = "off".into();
                    draft.is_begun = true;
                },
                Ok(()),
            ),
            (|draft| draft.minutes = "61".into(), Err(Flaw::Minutes)),
            (|draft| draft.minutes = "4".into(), Err(Flaw::Minutes)),
            (|draft| draft.minutes.clear(), Err(Flaw::Minutes)),
            (|draft| draft.minutes = "5.5".into(), Err(Flaw::Minutes)),
            (|draft| draft.minutes = " 60 ".into(), Ok(())),
        ];
        for (number, (edit, outcome)) in table.into_iter().enumerate() {
            let mut draft = draft();
            edit(&mut draft);
            let made = draft.policy(&choices(), &saved()).map(drop);
            assert_eq!(made, outcome, "{number}");
        }
    }

    #[test]
    fn only_what_a_sign_in_asks_leads_people() {
        let mut wanted = saved();
        wanted.trust_days.clear();
        wanted.admin_code_minutes = 5;
        assert!(!may_lead(&saved(), &wanted));
        wanted.strict = Strict::Admins;
        assert!(may_lead(&saved(), &wanted));
    }
}
