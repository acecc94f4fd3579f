//! What a person is sent to a provider for: how it begins, and how to see that it is done.

use crate::{
    client::{Api, ApiError, NextStep},
    wire::{
        BeginSso, BeginSsoAnywhere, BeginSsoInvited, ProblemCode, ProviderKind, SsoBegun, Step,
    },
};

#[derive(Clone)]
pub(crate) enum Errand {
    /// To sign in at the company of this alias.
    SignIn { alias: String, begin: BeginSso },
    /// To sign in at whichever company has an e-mail address's domain.
    SignInAnywhere(BeginSsoAnywhere),
    /// To accept an invitation.
    Accept(BeginSsoInvited),
    /// To connect a login there with the account that is signed in.
    Connect(ProviderKind),
    /// To prove there who is signed in.
    Prove(ProviderKind),
}

impl Errand {
    pub(super) async fn begin(&self, api: &Api) -> Result<SsoBegun, ApiError> {
        match self {
            Self::SignIn { alias, begin } => api.begin_sso(alias, begin).await,
            Self::SignInAnywhere(begin) => api.begin_sso_anywhere(begin).await,
            Self::Accept(begin) => api.begin_sso_invited(begin).await,
            Self::Connect(provider) => api.connect_login(*provider).await,
            Self::Prove(provider) => api.prove_at(*provider).await,
        }
    }

    /// Where the server sees what the errand changes now.
    pub(super) async fn mark(&self, api: &Api) -> Result<Mark, ApiError> {
        match self {
            Self::SignIn { .. } | Self::SignInAnywhere(_) | Self::Accept(_) => {
                match api.step().await {
                    Ok(step) => Ok(Mark::of_step(&step)),
                    Err(error) if is_none(&error) => Ok(Mark::Nothing),
                    Err(error) => Err(error),
                }
            }
            Self::Connect(_) => {
                let logins = api.security().await?.single_sign_on.logins;
                Ok(Mark::Logins(logins.into_iter().map(|it| it.id).collect()))
            }
            Self::Prove(_) => Ok(match api.security().await?.fresh {
                true => Mark::Fresh,
                false => Mark::Nothing,
            }),
        }
    }
}

fn is_none(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ProblemCode::AttemptOver | ProblemCode::NotFound)
    )
}

/// What an errand changes on the server: another one than before says that it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Nothing,
    Step {
        path: String,
        attempt: Option<String>,
    },
    /// The ids of the connected ones.
    Logins(Vec<String>),
    Fresh,
}

impl Mark {
    fn of_step(step: &Step) -> Self {
        let attempt = match step {
            Step::Code(step) => Some(&step.attempt),
            Step::ChangePassword(step) => Some(&step.attempt),
            Step::Setup(step) => Some(&step.attempt),
            Step::Bind(step) => Some(&step.attempt),
            Step::SignedIn { .. } => None,
        };
        Self::Step {
            attempt: attempt.cloned(),
            path: NextStep::from(step).path(),
        }
    }

    /// Whether the errand is done, when this follows `before`.
    pub(super) fn is_news(&self, before: &Self) -> bool {
        *self != Self::Nothing && self != before
    }

    /// Where a sign-in goes on.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Self::Step { path, .. } => Some(path),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_in(landing: &str) -> Mark {
        Mark::of_step(&Step::SignedIn {
            landing: landing.to_owned(),
        })
    }

    #[test]
    fn only_what_was_not_there_before_is_news() {
        let there = signed_in("/acme/desk");
        assert!(there.is_news(&Mark::Nothing));
        assert!(!there.is_news(&there));
        assert!(signed_in("/northwind/desk").is_news(&there));
        // A sign-in that was under way before and was given up.
        assert!(!Mark::Nothing.is_news(&there));
        assert_eq!(there.path(), Some("/acme/desk"));
    }

    #[test]
    fn another_login_is_news() {
        let before = Mark::Logins(vec!["1".into()]);
        assert!(!before.is_news(&before));
        assert!(Mark::Logins(vec!["1".into(), "2".into()]).is_news(&before));
        assert_eq!(Mark::Fresh.path(), None);
    }
}
