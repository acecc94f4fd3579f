//! Answers: RFC 9457 problems for everything that did not go as asked.

use app::wire::{PasswordFlaw, Problem, ProblemCode};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use crate::flows::{Error, Fault, Refusal};

tokio::task_local! {
    /// The id of the request that this task answers.
    pub(super) static REFERENCE: String;
}

/// The id of the request that is being answered.
pub(super) fn reference() -> String {
    REFERENCE.try_with(Clone::clone).unwrap_or_default()
}

/// What a handler answers when it does not answer what was asked for.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Box<Problem>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        if matches!(&fault, Fault::Storage(error) if is_unstorable(error)) {
            return Self::of(ProblemCode::InvalidRequest);
        }
        let code = match &fault {
            Fault::Storage(error) if is_transient(error) => ProblemCode::Unavailable,
            Fault::Storage(_) | Fault::Broken(_) => ProblemCode::Internal,
        };
        tracing::error!(error = %fault, reference = reference(), "a request failed");
        let mut failure = Self::of(code);
        if code == ProblemCode::Unavailable {
            failure.0.retry_after = Some(5);
        }
        failure
    }
}

/// Whether the database is busy or away rather than wrong.
fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => true,
        // SQLITE_BUSY, SQLITE_LOCKED, their extended codes, SQLITE_READONLY/IOERR/CANTOPEN/FULL;
        // PostgreSQL class 08 (connection), 40 (a deadlock, undone), 53 (resources), 57 (shutdown).
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            let is_sqlite = code
                .parse::<u32>()
                .is_ok_and(|n| matches!(n & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
            let is_postgres = code.len() == 5
                && ["08", "40", "53", "57"]
                    .iter()
                    .any(|class| code.starts_with(class));
            if code.len() == 5 {
                is_postgres
            } else {
                is_sqlite
            }
        }),
        _ => false,
    }
}

/// Whether a text held a character that the database has no place for: PostgreSQL takes every one
/// but NUL (22021, `character_not_in_repertoire`). Nobody types that, and nothing was changed.
fn is_unstorable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code == "22021"))
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        use ProblemCode as Code;
        match refusal {
            Refusal::InvalidRequest => Self::of(Code::InvalidRequest),
            Refusal::UnknownCompany => Self::of(Code::UnknownCompany),
            Refusal::Elsewhere(regions) => {
                let mut failure = Self::of(Code::UnknownCompany);
                failure.0.regions = regions;
                failure
            }
            Refusal::NotFound => Self::of(Code::NotFound),
            Refusal::WrongCredentials => Self::of(Code::WrongCredentials),
            Refusal::Wait { seconds } => Self::of(Code::Wait).retry(seconds),
            Refusal::PasswordsOff => Self::of(Code::PasswordsOff),
            Refusal::WrongCode { attempts_left } => {
                Self::of(Code::WrongCode).left(Some(attempts_left))
            }
            Refusal::OldCode {
                attempts_left,
                sent_at,
            } => {
                let mut failure = Self::of(Code::OldCode).left(Some(attempts_left));
                failure.0.sent_at = sent_at;
                failure
            }
            Refusal::ResendTooEarly { seconds } => Self::of(Code::ResendTooEarly).retry(seconds),
            Refusal::UsedCode { attempts_left } => {
                Self::of(Code::UsedCode).left(Some(attempts_left))
            }
            Refusal::ClockOff {
                attempts_left,
                seconds,
            } => {
                let mut failure = Self::of(Code::ClockOff).left(attempts_left);
                failure.0.clock_off = Some(seconds);
                failure
            }
            Refusal::MethodUnavailable => Self::of(Code::MethodUnavailable),
            Refusal::AccountLocked { attempts_left } => {
                Self::of(Code::AccountLocked).left(attempts_left)
            }
            Refusal::LastAdminLocked {
                attempts_left,
                command,
            } => {
                let mut failure = Self::of(Code::AccountLocked).left(attempts_left);
                failure.0.command = Some(command);
                failure
            }
            Refusal::AccountDisabled => Self::of(Code::AccountDisabled),
            Refusal::TemporaryPasswordEnded => Self::of(Code::TemporaryPasswordEnded),
            Refusal::NoAttempt => Self::of(Code::AttemptOver).status(StatusCode::NOT_FOUND),
            Refusal::AttemptOver => Self::of(Code::AttemptOver),
            Refusal::OtherAttempt => Self::of(Code::OtherAttempt),
            Refusal::OtherStep => Self::of(Code::OtherStep),
            Refusal::PasswordRefused(flaw) => Self::of(Code::PasswordRefused).flaw(flaw),
            Refusal::LinkUsed => Self::of(Code::LinkUsed),
            Refusal::LinkExpired => Self::of(Code::LinkExpired),
            Refusal::DeadLink(link) => {
                let mut failure = Self::of(match link.ended_at {
                    Some(_) => Code::LinkExpired,
                    None => Code::LinkUsed,
                });
                failure.0.ended_at = link.ended_at;
                failure.0.company = Some(link.company);
                failure.0.link = link.fate;
                failure.0.help_contact = link.help_contact;
                failure
            }
            Refusal::SignedOut => Self::of(Code::SignedOut),
            Refusal::Forbidden => Self::of(Code::Forbidden),
            Refusal::FreshProofNeeded => Self::of(Code::FreshProofNeeded),
            Refusal::ReasonMissing => Self::of(Code::ReasonMissing),
            Refusal::NotLocked => Self::of(Code::NotLocked),
            Refusal::LastWay => Self::of(Code::LastWay),
            Refusal::NothingSetUp => Self::of(Code::NothingSetUp),
            Refusal::SetupOver => Self::of(Code::SetupOver),
            Refusal::ChangedMeanwhile => Self::of(Code::ChangedMeanwhile),
            Refusal::UsernameTaken => Self::of(Code::UsernameTaken),
            Refusal::EmailTaken => Self::of(Code::EmailTaken),
            Refusal::EmailChanged { seconds } => Self::of(Code::EmailChanged).retry(seconds),
            Refusal::AliasTaken => Self::of(Code::AliasTaken),
            Refusal::NameTaken => Self::of(Code::NameTaken),
            Refusal::LastAdmin => Self::of(Code::LastAdmin),
            Refusal::NothingToDo => Self::of(Code::NothingToDo),
            Refusal::InUse => Self::of(Code::InUse),
            Refusal::CompanyClosed => Self::of(Code::CompanyClosed),
            Refusal::NoSingleSignOn => Self::of(Code::NoSingleSignOn),
            Refusal::SsoFailed(why) => {
                let mut failure = Self::of(Code::SsoFailed);
                failure.0.sso = Some(why);
                failure
            }
            Refusal::ProviderRefused => Self::of(Code::ProviderRefused),
            Refusal::DomainTaken => Self::of(Code::DomainTaken),
            Refusal::DomainNotProven => Self::of(Code::DomainNotProven),
            Refusal::DomainPublic => Self::of(Code::DomainPublic),
            Refusal::DomainSilent => Self::of(Code::DomainSilent),
            Refusal::LastWayIn => Self::of(Code::LastWayIn),
            Refusal::PhoneMismatch(who) => {
                let mut failure = Self::of(match who.phone {
                    Some(_) => Code::PhoneMismatch,
                    None => Code::PhoneTaken,
                });
                failure.0.phone = who.phone;
                failure.0.claimed = Some(who.claimed);
                failure.0.account = Some(who.account);
                failure
            }
            Refusal::PhoneTaken => Self::of(Code::PhoneTaken),
            Refusal::PhoneRefused => Self::of(Code::PhoneRefused),
            Refusal::PresenceListMissing { company } => {
                let mut failure = Self::of(Code::PresenceListMissing);
                failure.0.company = Some(company);
                failure
            }
            Refusal::Busy { seconds } => Self::of(Code::Busy).retry(seconds),
        }
    }
}

impl Failure {
    pub(super) fn of(code: ProblemCode) -> Self {
        let (status, title) = meaning(code);
        let name = serde_json::to_value(code).ok();
        let name = name
            .as_ref()
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        Self(Box::new(Problem {
            kind: format!("/api/docs#{name}"),
            status: status.as_u16(),
            title: title.to_owned(),
            code,
            reference: reference(),
            attempts_left: None,
            clock_off: None,
            retry_after: None,
            password: None,
            sent_at: None,
            ended_at: None,
            company: None,
            command: None,
            link: None,
            help_contact: None,
            regions: Vec::new(),
            sso: None,
            phone: None,
            claimed: None,
            account: None,
        }))
    }

    fn status(mut self, status: StatusCode) -> Self {
        self.0.status = status.as_u16();
        self
    }

    fn retry(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    fn left(mut self, attempts: Option<u8>) -> Self {
        self.0.attempts_left = attempts;
        self
    }

    fn flaw(mut self, flaw: PasswordFlaw) -> Self {
        self.0.password = Some(flaw);
        self
    }
}

fn meaning(code: ProblemCode) -> (StatusCode, &'static str) {
    use ProblemCode as Code;
    match code {
        Code::InvalidRequest => (StatusCode::BAD_REQUEST, "The request cannot be understood"),
        Code::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than 64 KiB",
        ),
        Code::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json"),
        Code::CrossSite => (StatusCode::FORBIDDEN, "The request came from another site"),
        Code::NotFound => (StatusCode::NOT_FOUND, "There is nothing here"),
        Code::MethodNotAllowed => (
            StatusCode::METHOD_NOT_ALLOWED,
            "This method is not known here",
        ),
        Code::UnknownCompany => (StatusCode::NOT_FOUND, "There is no such company"),
        Code::WrongCredentials => (
            StatusCode::UNAUTHORIZED,
            "Account and password do not match",
        ),
        Code::Wait => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
        Code::PasswordsOff => (StatusCode::FORBIDDEN, "This company has no passwords"),
        Code::WrongCode => (StatusCode::UNAUTHORIZED, "The code is wrong"),
        Code::OldCode => (
            StatusCode::UNAUTHORIZED,
            "The code is not the newest any more",
        ),
        Code::UsedCode => (StatusCode::UNAUTHORIZED, "The code was used before"),
        Code::ClockOff => (
            StatusCode::UNAUTHORIZED,
            "The clock of the device that made the code is wrong",
        ),
        Code::ResendTooEarly => (
            StatusCode::TOO_MANY_REQUESTS,
            "A new code cannot be sent yet",
        ),
        Code::MethodUnavailable => (StatusCode::UNPROCESSABLE_ENTITY, "This way is not set up"),
        Code::AccountLocked => (StatusCode::FORBIDDEN, "The account is locked"),
        Code::AccountDisabled => (StatusCode::FORBIDDEN, "The account is disabled"),
        Code::TemporaryPasswordEnded => (StatusCode::FORBIDDEN, "The temporary password has ended"),
        Code::PresenceListMissing => (StatusCode::FORBIDDEN, "A Presence Reason list is needed"),
        Code::AttemptOver => (StatusCode::CONFLICT, "No sign-in is under way"),
        Code::OtherAttempt => (
            StatusCode::CONFLICT,
            "Another sign-in is under way in this browser",
        ),
        Code::OtherStep => (StatusCode::CONFLICT, "The sign-in is at another step"),
        Code::PasswordRefused => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The new password is refused",
        ),
        Code::LinkUsed => (StatusCode::GONE, "The link was used or replaced"),
        Code::LinkExpired => (StatusCode::GONE, "The link has ended"),
        Code::SignedOut => (StatusCode::UNAUTHORIZED, "Nobody is signed in"),
        Code::Forbidden => (StatusCode::FORBIDDEN, "This needs another role"),
        Code::FreshProofNeeded => (StatusCode::FORBIDDEN, "Prove again who you are"),
        Code::ReasonMissing => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "A reason of 1 to 500 characters is needed",
        ),
        Code::NotLocked => (StatusCode::CONFLICT, "The account is not locked"),
        Code::LastWay => (
            StatusCode::CONFLICT,
            "The company requires a second way, and this is the last one",
        ),
        Code::NothingSetUp => (StatusCode::CONFLICT, "Nothing is set up"),
        Code::ChangedMeanwhile => (StatusCode::CONFLICT, "It was changed meanwhile"),
        Code::UsernameTaken => (StatusCode::CONFLICT, "The username is taken"),
        Code::EmailTaken => (StatusCode::CONFLICT, "The e-mail address is taken"),
        Code::EmailChanged => (
            StatusCode::CONFLICT,
            "The e-mail address was changed within the last day",
        ),
        Code::AliasTaken => (StatusCode::CONFLICT, "The alias is taken"),
        Code::NameTaken => (StatusCode::CONFLICT, "The name is taken"),
        Code::LastAdmin => (StatusCode::CONFLICT, "This is the last administrator"),
        Code::NothingToDo => (StatusCode::CONFLICT, "It does not apply"),
        Code::InUse => (StatusCode::CONFLICT, "It is in use"),
        Code::CompanyClosed => (StatusCode::FORBIDDEN, "The company is closed"),
        Code::NoSingleSignOn => (StatusCode::NOT_FOUND, "No single sign-on here"),
        Code::SsoFailed => (
            StatusCode::BAD_GATEWAY,
            "The identity provider cannot be used",
        ),
        Code::ProviderRefused => (
            StatusCode::BAD_REQUEST,
            "The identity provider cannot be set up like this",
        ),
        Code::DomainTaken => (StatusCode::CONFLICT, "Another company has this domain"),
        Code::DomainNotProven => (
            StatusCode::CONFLICT,
            "The record that proves the domain is not there",
        ),
        Code::DomainPublic => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Anybody can have an address at this domain",
        ),
        Code::DomainSilent => (StatusCode::BAD_GATEWAY, "No name server answered"),
        Code::LastWayIn => (StatusCode::CONFLICT, "The last way in"),
        Code::PhoneMismatch => (StatusCode::CONFLICT, "Another user in Amazon Connect"),
        Code::PhoneTaken => (
            StatusCode::CONFLICT,
            "Somebody else's user in Amazon Connect",
        ),
        Code::PhoneRefused => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "No address of an Amazon Connect",
        ),
        Code::SetupOver => (StatusCode::CONFLICT, "Nothing is being set up"),
        Code::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many sign-ins at the same moment",
        ),
        Code::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "A part of the server cannot be reached",
        ),
        Code::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong here",
        ),
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after;
        let mut response = (status, axum::Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// A 303 to a path on this server, whatever the path was made of: it never names another host, and
/// what a header cannot hold is encoded.
pub(super) fn see_other(path: &str) -> Redirect {
    let mut location = String::from("/");
    for byte in path.trim_start_matches(['/', '\\']).bytes() {
        match byte {
            b'!'..=b'~' if byte != b'\\' => location.push(char::from(byte)),
            _ => location.push_str(&format!("%{byte:02X}")),
        }
    }
    Redirect::to(&location)
}

pub(super) async fn not_found() -> Failure {
    Failure::of(ProblemCode::NotFound)
}

pub(super) async fn method_not_allowed() -> Failure {
    Failure::of(ProblemCode::MethodNotAllowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_this_server() {
        for (path, location) in [
            ("/acme/desk", "/acme/desk"),
            ("/acme?next=%2Facme%2Fdesk", "/acme?next=%2Facme%2Fdesk"),
            ("//evil.example/x", "/evil.example/x"),
            ("/\\evil.example", "/evil.example"),
            ("https://evil.example", "/https://evil.example"),
            ("/münchen", "/m%C3%BCnchen"),
            ("/a\r\nSet-Cookie: b=c", "/a%0D%0ASet-Cookie:%20b=c"),
            ("", "/"),
        ] {
            let answer = see_other(path).into_response();
            assert_eq!(answer.headers()[header::LOCATION], location, "{path}");
        }
    }
}
