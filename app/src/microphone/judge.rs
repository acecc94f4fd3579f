//! What an answer of the browser means. Its errors alone do not say: the same name stands for a person's no, a system's
//! no and our own header's no. Plain functions of what was found out around it.

use super::Hearing;

/// What this page and its browser say of the microphone, apart from asking for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Whether the page came by a way that browsers trust.
    pub(super) secure: bool,
    /// Whether there is anything to ask.
    pub(super) able: bool,
    /// What our own headers, or the frame around the page, let it do; browsers need not tell.
    pub(super) policy: Option<bool>,
    /// Nothing where the browser does not tell.
    pub(super) permission: Option<Permission>,
    /// How many microphones there are; nothing where the browser does not tell.
    pub(super) inputs: Option<usize>,
    /// Whether devices have names, which they have only for pages that may use them.
    pub(super) named: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    Granted,
    Denied,
    Prompt,
}

/// What is certain without a question. Nothing when only trying tells, which then asks nobody.
pub(super) fn beforehand(around: &Around) -> Option<Hearing> {
    if let Some(never) = never(around) {
        return Some(never);
    }
    match around.permission {
        Some(Permission::Denied) => Some(Hearing::Refused),
        _ if around.inputs == Some(0) => Some(Hearing::NoDevice),
        Some(Permission::Granted) => None,
        None if around.named => None,
        Some(Permission::Prompt) | None => Some(Hearing::NotAsked),
    }
}

/// What a refused question means: `name` and `message` are the error's, `around` was found out after it.
pub(super) fn after_refusal(name: &str, message: &str, around: &Around) -> Hearing {
    if let Some(never) = never(around) {
        return never;
    }
    match name {
        "NotAllowedError" | "PermissionDeniedError" | "SecurityError" => {
            let message = message.to_ascii_lowercase();
            if message.contains("system") {
                return Hearing::BlockedBySystem;
            }
            match around.permission {
                Some(Permission::Granted) => Hearing::BlockedBySystem,
                Some(Permission::Denied) => Hearing::Refused,
                Some(Permission::Prompt) => Hearing::Dismissed,
                None if message.contains("dismissed") => Hearing::Dismissed,
                None => Hearing::Refused,
            }
        }
        "NotFoundError" | "DevicesNotFoundError" | "OverconstrainedError" => Hearing::NoDevice,
        "TypeError" | "NotSupportedError" => Hearing::Unsupported,
        // `NotReadableError`, `AbortError`, their older names, and whatever comes: there is one, and it cannot be had.
        _ => Hearing::InUse,
    }
}

/// What no question can change.
fn never(around: &Around) -> Option<Hearing> {
    if !around.secure {
        Some(Hearing::InsecurePage)
    } else if !around.able {
        Some(Hearing::Unsupported)
    } else if around.policy == Some(false) {
        Some(Hearing::BlockedByUs)
    } else {
        None
    }
}

/// What to say of `found` after `before`: a microphone that was there and is not any more was lost.
pub(super) fn since(before: Hearing, found: Hearing) -> Hearing {
    match (before, found) {
        (Hearing::Granted | Hearing::Lost, Hearing::NoDevice) => Hearing::Lost,
        _ => found,
    }
}

/// Whether trying again now and then may find it cured: nobody tells when another program lets go of a device, or when
/// a system's settings change.
pub(super) fn may_heal_unheard(hearing: Hearing) -> bool {
    matches!(
        hearing,
        Hearing::BlockedBySystem | Hearing::InUse | Hearing::Lost | Hearing::NoDevice
    )
}

#[cfg(test)]
mod tests {
    use super::{Permission::*, *};

    fn around(permission: Option<Permission>) -> Around {
        Around {
            secure: true,
            able: true,
            policy: Some(true),
            permission,
            inputs: Some(1),
            named: permission == Some(Granted),
        }
    }

    #[test]
    fn some_things_are_certain_beforehand() {
        let insecure = Around {
            secure: false,
            able: false,
            ..around(None)
        };
        let unable = Around {
            able: false,
            ..around(None)
        };
        let headers = Around {
            policy: Some(false),
            ..around(Some(Denied))
        };
        let unplugged = |permission| Around {
            inputs: Some(0),
            ..around(permission)
        };
        let untold = Around {
            policy: None,
            inputs: None,
            ..around(None)
        };
        let named = Around {
            named: true,
            ..untold.clone()
        };
        for (around, expected) in [
            (insecure, Some(Hearing::InsecurePage)),
            (unable, Some(Hearing::Unsupported)),
            (headers, Some(Hearing::BlockedByUs)),
            (around(Some(Denied)), Some(Hearing::Refused)),
            (unplugged(Some(Denied)), Some(Hearing::Refused)),
            (unplugged(Some(Granted)), Some(Hearing::NoDevice)),
            (unplugged(Some(Prompt)), Some(Hearing::NoDevice)),
            (unplugged(None), Some(Hearing::NoDevice)),
            (around(Some(Prompt)), Some(Hearing::NotAsked)),
            (untold, Some(Hearing::NotAsked)),
            (around(Some(Granted)), None),
            (named, None),
        ] {
            assert_eq!(beforehand(&around), expected, "{around:?}");
        }
    }

    #[test]
    fn the_same_error_means_different_things() {
        let headers = Around {
            policy: Some(false),
            ..around(Some(Granted))
        };
        let insecure = Around {
            secure: false,
            ..around(None)
        };
        let cases: [(&str, &str, Around, Hearing); 20] = [
            (
                "NotAllowedError",
                "Permission denied",
                around(Some(Denied)),
                Hearing::Refused,
            ),
            (
                "NotAllowedError",
                "Permission denied",
                around(None),
                Hearing::Refused,
            ),
            (
                "NotAllowedError",
                "Permission dismissed",
                around(Some(Prompt)),
                Hearing::Dismissed,
            ),
            (
                "NotAllowedError",
                "Permission dismissed",
                around(None),
                Hearing::Dismissed,
            ),
            (
                "NotAllowedError",
                "",
                around(Some(Prompt)),
                Hearing::Dismissed,
            ),
            // Three closed questions, and Chromium asks no more.
            (
                "NotAllowedError",
                "Permission dismissed",
                around(Some(Denied)),
                Hearing::Refused,
            ),
            (
                "NotAllowedError",
                "Permission denied by system",
                around(Some(Granted)),
                Hearing::BlockedBySystem,
            ),
            (
                "NotAllowedError",
                "Permission denied by system",
                around(Some(Prompt)),
                Hearing::BlockedBySystem,
            ),
            // Firefox names the platform, and its own permission says the rest.
            (
                "NotAllowedError",
                "The request is not allowed by the user agent or the platform in the current context.",
                around(Some(Granted)),
                Hearing::BlockedBySystem,
            ),
            (
                "NotAllowedError",
                "Permission denied",
                headers.clone(),
                Hearing::BlockedByUs,
            ),
            ("SecurityError", "", headers, Hearing::BlockedByUs),
            ("NotAllowedError", "", insecure, Hearing::InsecurePage),
            (
                "NotFoundError",
                "Requested device not found",
                around(Some(Prompt)),
                Hearing::NoDevice,
            ),
            (
                "OverconstrainedError",
                "",
                around(Some(Granted)),
                Hearing::NoDevice,
            ),
            (
                "NotReadableError",
                "Could not start audio source",
                around(Some(Granted)),
                Hearing::InUse,
            ),
            ("NotReadableError", "", around(None), Hearing::InUse),
            ("TrackStartError", "", around(None), Hearing::InUse),
            ("AbortError", "", around(Some(Granted)), Hearing::InUse),
            ("TypeError", "", around(None), Hearing::Unsupported),
            (
                "SomethingNewError",
                "",
                around(Some(Granted)),
                Hearing::InUse,
            ),
        ];
        for (name, message, around, expected) in cases {
            assert_eq!(
                after_refusal(name, message, &around),
                expected,
                "{name} {message} {around:?}"
            );
        }
    }

    #[test]
    fn what_was_there_was_lost() {
        use Hearing::*;
        for (before, found, said) in [
            (Granted, NoDevice, Lost),
            (Lost, NoDevice, Lost),
            (NotAsked, NoDevice, NoDevice),
            (Unknown, NoDevice, NoDevice),
            (Granted, Refused, Refused),
            (Lost, InUse, InUse),
        ] {
            assert_eq!(since(before, found), said, "{before:?} {found:?}");
        }
    }
}
