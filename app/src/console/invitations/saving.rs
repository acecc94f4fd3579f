//! From *Save* to saved. What was typed stays whatever comes back, also when somebody else saved meanwhile: then it is
//! told what, and saving again replaces it.

use leptos::{html, prelude::*, task::spawn_local};

use crate::client::{Api, ApiError};
use crate::session::{FreshProof, settle};
use crate::wire::{InvitationOverview, InvitationPolicy, ProblemCode, WelcomeStyle};

/// Why nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No whole number of days within the bounds.
    Days,
    /// Somebody else saved this.
    Overtaken(InvitationPolicy),
    Failed(ApiError),
}

/// What the form holds, and what the server has.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    api: StoredValue<Api>,
    saved: RwSignal<InvitationPolicy>,
    bounds: (u16, u16),
    pub(super) days: RwSignal<String>,
    pub(super) welcome: RwSignal<WelcomeStyle>,
    on_read: Callback<InvitationOverview>,
    pub(super) busy: RwSignal<bool>,
    pub(super) saved_once: RwSignal<bool>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    pub(super) field: NodeRef<html::Input>,
    pub(super) proof: FreshProof,
}

impl Saving {
    pub(super) fn new(
        api: Api,
        overview: &InvitationOverview,
        welcome: RwSignal<WelcomeStyle>,
        on_read: Callback<InvitationOverview>,
    ) -> Self {
        Self {
            api: StoredValue::new(api),
            saved: RwSignal::new(overview.policy.clone()),
            bounds: (overview.fewest_days, overview.most_days),
            days: RwSignal::new(overview.policy.days.to_string()),
            welcome,
            on_read,
            busy: RwSignal::new(false),
            saved_once: RwSignal::new(false),
            trouble: RwSignal::new(None),
            field: NodeRef::new(),
            proof: FreshProof::new(),
        }
    }

    /// Whether something else is typed or chosen than was saved.
    pub(super) fn changed(self) -> bool {
        let saved = self.saved.get();
        self.days.with(|days| days.trim() != saved.days.to_string())
            || self.welcome.get() != saved.welcome
    }

    fn wanted(self) -> Option<InvitationPolicy> {
        let saved = self.saved.get_untracked();
        let days = self
            .days
            .with_untracked(|typed| days(typed, &saved, self.bounds))?;
        Some(InvitationPolicy {
            version: saved.version,
            days,
            welcome: self.welcome.get_untracked(),
        })
    }

    pub(super) fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(wanted) = self.wanted() else {
            self.trouble.set(Some(Trouble::Days));
            if let Some(field) = self.field.get_untracked() {
                let _ = field.focus();
            }
            return;
        };
        self.trouble.set(None);
        self.busy.set(true);
        let api = self.api.get_value();
        spawn_local(async move {
            let answer = self
                .proof
                .around(async || api.save_invitation_settings(&wanted).await)
                .await;
            let trouble = match answer {
                Some(Ok(overview)) => {
                    self.read(overview);
                    self.saved_once.try_set(true);
                    None
                }
                Some(Err(error)) if error.code() == Some(ProblemCode::ChangedMeanwhile) => {
                    Some(match settle(api.invitation_settings().await) {
                        Ok(overview) => {
                            let theirs = overview.policy.clone();
                            self.read(overview);
                            Trouble::Overtaken(theirs)
                        }
                        Err(error) => Trouble::Failed(error),
                    })
                }
                Some(Err(error)) => Some(Trouble::Failed(error)),
                // Nobody proved who they are, and what they typed is still there.
                None => None,
            };
            // The page may be gone by now.
            self.busy.try_set(false);
            self.trouble.try_set(trouble);
        });
    }

    fn read(self, overview: InvitationOverview) {
        if self.saved.try_set(overview.policy.clone()).is_none() {
            self.on_read.run(overview);
        }
    }
}

/// The days that were typed. What was saved before may stay, whatever the bounds are today.
fn days(typed: &str, saved: &InvitationPolicy, (fewest, most): (u16, u16)) -> Option<u16> {
    let days = typed.trim().parse().ok()?;
    (days == saved.days || (fewest..=most).contains(&days)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_within_the_bounds_or_as_they_were() {
        let saved = InvitationPolicy {
            version: 1,
            days: 14,
            welcome: WelcomeStyle::Link,
        };
        for (typed, read) in [
            ("2", Some(2)),
            (" 7 ", Some(7)),
            ("14", Some(14)),
            ("1", None),
            ("8", None),
            ("2.5", None),
            ("", None),
            ("-3", None),
            ("many", None),
        ] {
            assert_eq!(days(typed, &saved, (2, 7)), read, "{typed}");
        }
    }
}
