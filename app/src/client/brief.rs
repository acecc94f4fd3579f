//! Answers of which the first page reads only what it shows. All of them would need much more code in the part of the
//! program that everybody downloads before they can sign in.

use serde::{Deserialize, Serialize};

use super::parse;
use crate::wire::Step;

/// Where a sign-in goes on, and what came along for the page there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    place: Place,
    /// The whole `Step`, JSON.
    body: Vec<u8>,
}

/// The fields of a `Step` that tell where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Place {
    step: String,
    company: Option<String>,
    landing: Option<String>,
}

impl NextStep {
    pub(super) fn new(body: Vec<u8>) -> Option<Self> {
        Some(Self {
            place: parse(&body)?,
            body,
        })
    }

    /// The path of its page.
    pub(crate) fn path(&self) -> String {
        let Place {
            step,
            company,
            landing,
        } = &self.place;
        match (step.as_str(), company, landing) {
            ("code", Some(company), _) => format!("/{company}/code"),
            ("change_password", Some(company), _) => format!("/{company}/change-password"),
            ("setup", Some(company), _) => format!("/{company}/setup"),
            ("bind", Some(company), _) => format!("/{company}/bind"),
            (_, _, Some(landing)) => landing.clone(),
            // A step of a later release, whose document knows it.
            _ => "/".to_owned(),
        }
    }

    /// The company whose entry shows it; none once there is a session, which is loaded afresh.
    pub(crate) fn company(&self) -> Option<&str> {
        self.place.company.as_deref()
    }

    pub(crate) fn read(&self) -> Option<Step> {
        parse(&self.body)
    }
}

impl From<&Step> for NextStep {
    fn from(step: &Step) -> Self {
        let (name, company, landing) = match step {
            Step::Code(step) => ("code", Some(&step.company), None),
            Step::ChangePassword(step) => ("change_password", Some(&step.company), None),
            Step::Setup(step) => ("setup", Some(&step.company), None),
            Step::Bind(step) => ("bind", Some(&step.company), None),
            Step::SignedIn { landing } => ("signed_in", None, Some(landing)),
        };
        Self {
            place: Place {
                step: name.to_owned(),
                company: company.cloned(),
                landing: landing.cloned(),
            },
            body: serde_json::to_vec(step).unwrap_or_default(),
        }
    }
}

/// A `Session`, as far as somebody is told that they are signed in already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub account: Named,
    pub company: Named,
    pub landing: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ChangePasswordStep;

    #[test]
    fn a_step_is_shown_at_the_same_place_before_and_after_it_is_read() {
        let change = Step::ChangePassword(ChangePasswordStep {
            attempt: "1".into(),
            company: "acme".into(),
            minimum: 12,
            expires_in: 900,
        });
        let landing = "/acme/desk".to_owned();
        for (step, path, company) in [
            (change, "/acme/change-password", Some("acme")),
            (Step::SignedIn { landing }, "/acme/desk", None),
        ] {
            let known = NextStep::from(&step);
            let arrived = NextStep::new(serde_json::to_vec(&step).unwrap());
            assert_eq!(arrived.as_ref(), Some(&known));
            assert_eq!((known.path().as_str(), known.company()), (path, company));
            assert_eq!(known.read(), Some(step));
        }
    }
}
