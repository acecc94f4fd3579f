//! How a sign-in at a provider failed, as addresses tell it: `?reason=sso_refused&reference=…`.

use crate::{
    client::ApiError,
    wire::{Problem, ProblemCode, SsoFailure},
};

/// What failed, by an address's word for it.
pub(crate) fn failure_named(reason: &str) -> Option<SsoFailure> {
    let name = reason.strip_prefix("sso_")?;
    SsoFailure::ALL
        .into_iter()
        .find(|failure| failure.name() == name)
}

/// The failure as a problem, so that it is said like any other.
pub(super) fn problem_of(failure: SsoFailure, reference: String) -> ApiError {
    let mut problem = Problem::bare(403, ProblemCode::SsoFailed);
    problem.sso = Some(failure);
    problem.reference = reference;
    ApiError::Problem(Box::new(problem))
}

/// The failure that a path on this server is about to show.
pub(super) fn failure_in(path: &str) -> Option<ApiError> {
    let (_, query) = path.split_once('?')?;
    let value = |wanted: &str| {
        let mut fields = query.split('&').filter_map(|field| field.split_once('='));
        fields
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value)
    };
    let failure = failure_named(value("reason")?)?;
    let reference = value("reference").filter(|text| is_reference(text));
    Some(problem_of(
        failure,
        reference.unwrap_or_default().to_owned(),
    ))
}

/// Addresses are written by anybody: only what looks like a reference is shown as one.
pub(crate) fn is_reference(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_its_word() {
        for failure in SsoFailure::ALL {
            assert_eq!(
                failure_named(&format!("sso_{}", failure.name())),
                Some(failure)
            );
        }
        assert_eq!(failure_named("refused"), None);
        assert_eq!(failure_named("sso_whatever"), None);
    }

    #[test]
    fn failures_are_found_in_paths() {
        let reference = "0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10";
        let path = format!("/acme/stopped?reason=sso_taken&reference={reference}&provider=google");
        assert_eq!(
            failure_in(&path),
            Some(problem_of(SsoFailure::Taken, reference.to_owned()))
        );
        assert_eq!(failure_in("/acme/stopped?reason=account_locked"), None);
        assert_eq!(failure_in("/acme/profile/security"), None);
    }

    #[test]
    fn only_references_are_shown() {
        assert!(is_reference("0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10"));
        assert!(!is_reference("call 0900 123 456 now"));
        assert!(!is_reference(""));
    }
}
