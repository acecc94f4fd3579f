use serde::{Deserialize, Serialize};

use super::words::read_by_name;

/// An error answer after RFC 9457 (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A relative reference that identifies the kind of problem: `/api/docs#<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// A short English summary for the reader of a log or a script's output; people read the
    /// application's own translation of `code`.
    pub title: String,
    pub code: ProblemCode,
    /// The request's id, which the server's log lines carry too.
    pub reference: String,
    /// Wrong codes that are still allowed before the account is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u8>,
    /// Seconds by which the phone's clock is ahead, or behind when negative, when `code` is `clock_off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_off: Option<i32>,
    /// Seconds until the same request may succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Why a password was refused, when `code` is `password_refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordFlaw>,
    /// When the newest code was sent, when `code` is `old_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<String>,
    /// When the link ended, when `code` is `link_expired`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The alias of the company where another link can be asked for, when one no longer works; of the company that has no
    /// presence reason list for the person, when `code` is `presence_list_missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// What the operator of the server runs to unlock the last administrator, when `code` is `account_locked` and
    /// nobody in the company could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// What became of the invitation, when its link no longer works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<super::LinkFate>,
    /// Whom to ask, when a link that no longer works belongs to a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_contact: Option<super::HelpContact>,
    /// The regions that know what was asked for, when `code` is `unknown_company`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<super::RegionHint>,
    /// Why, when `code` is `sso_failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso: Option<super::SsoFailure>,
    /// Who the account is in Amazon Connect, when `code` is `phone_mismatch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Who is signed in to Amazon Connect instead, when `code` is `phone_mismatch` or, on the way in, `phone_taken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<String>,
    /// The account that was proven and does not belong to that user, with `claimed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Problem {
    /// One that says its code alone.
    pub fn bare(status: u16, code: ProblemCode) -> Self {
        Self {
            kind: String::new(),
            status,
            title: String::new(),
            code,
            reference: String::new(),
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
        }
    }

    /// The page of a sign-in that cannot go on whatever the person does, when this is why.
    pub fn stopped(&self) -> Option<String> {
        let company = self.company.as_deref()?;
        (self.code == ProblemCode::PresenceListMissing).then(|| {
            let reference = &self.reference;
            format!("/{company}/stopped?reason=presence_list_missing&reference={reference}")
        })
    }
}

/// What went wrong, stable for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The body is not JSON, has an unknown field, a wrong type or a wrong length.
    InvalidRequest,
    /// The body is larger than 64 KiB.
    TooLarge,
    /// Only `application/json` is understood here.
    UnsupportedMediaType,
    /// The request came from another site.
    CrossSite,
    /// There is nothing at this address.
    NotFound,
    /// This address exists, this method does not.
    MethodNotAllowed,
    UnknownCompany,
    /// Account and password do not match; equally for accounts that do not exist.
    WrongCredentials,
    /// Too many tries; `retry_after` says how long to wait.
    Wait,
    /// The company has no passwords.
    PasswordsOff,
    WrongCode,
    /// The code is from an earlier mail or has expired.
    OldCode,
    /// The code is right and was used before.
    UsedCode,
    /// The code belongs to another time: the phone's clock is wrong by `clock_off`.
    ClockOff,
    /// Asked again too early, or five mails were sent within the hour; see `retry_after`.
    ResendTooEarly,
    /// This way of proving is not open to the account.
    MethodUnavailable,
    AccountLocked,
    AccountDisabled,
    /// The temporary password is right and its time is over; a new one is needed.
    TemporaryPasswordEnded,
    PresenceListMissing,
    /// No attempt is under way in this browser, or it ended.
    AttemptOver,
    /// The browser's attempt has another id: another tab started over.
    OtherAttempt,
    /// The attempt is at another step.
    OtherStep,
    /// The new password is refused; `password` says why.
    PasswordRefused,
    /// The link was used, replaced or never existed.
    LinkUsed,
    /// The link ended.
    LinkExpired,
    /// Nobody is signed in.
    SignedOut,
    /// Signed in, but without the role or the company that this needs.
    Forbidden,
    /// The proof of identity is older than ten minutes: prove it again.
    FreshProofNeeded,
    /// A reason must be given.
    ReasonMissing,
    /// The account is not locked.
    NotLocked,
    /// The company requires a second way, and this is the last one.
    LastWay,
    /// The person has nothing set up that could be reset.
    NothingSetUp,
    /// Nothing is being set up, or it took too long.
    SetupOver,
    /// Somebody else changed it since it was read: read it again.
    ChangedMeanwhile,
    /// Somebody of this company has this username.
    UsernameTaken,
    /// Somebody of this company has this e-mail address.
    EmailTaken,
    /// An administrator changed the e-mail address within the last day; `retry_after` says how long it bars this.
    EmailChanged,
    /// Another company, or a page of the server, has this alias.
    AliasTaken,
    /// Another company has this name, or one that looks the same.
    NameTaken,
    /// The company needs one administrator who can sign in, and this is the last one.
    LastAdmin,
    /// It does not apply to the person as they are now.
    NothingToDo,
    /// Others use it, like people a presence reason list; say what becomes of them.
    InUse,
    /// The company is suspended, or nobody has opened it yet.
    CompanyClosed,
    /// No company that signs in outside has this e-mail domain, or the company has no such provider.
    NoSingleSignOn,
    /// The provider cannot be used; `sso` says why.
    SsoFailed,
    /// No client, issuer, tenant or domain like this can be used.
    ProviderRefused,
    /// Another company has this e-mail domain.
    DomainTaken,
    /// The record that proves the domain is not there.
    DomainNotProven,
    /// Anybody can have an address there, so that it is no company's own.
    DomainPublic,
    /// No name server said whether the record is there; nothing was changed.
    DomainSilent,
    /// The last way in cannot be removed.
    LastWayIn,
    /// The account belongs to another user in Amazon Connect, whom `phone` names.
    PhoneMismatch,
    /// Somebody else's account belongs to this user in Amazon Connect.
    PhoneTaken,
    /// No address of an Amazon Connect.
    PhoneRefused,
    /// The queue for password checks is full; see `retry_after`.
    Busy,
    /// The database or another part cannot be reached at the moment.
    Unavailable,
    /// A fault of the server; the reference finds it in the log.
    Internal,
}

read_by_name!(ProblemCode {
    InvalidRequest,
    TooLarge,
    UnsupportedMediaType,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    UnknownCompany,
    WrongCredentials,
    Wait,
    PasswordsOff,
    WrongCode,
    OldCode,
    UsedCode,
    ClockOff,
    ResendTooEarly,
    MethodUnavailable,
    AccountLocked,
    AccountDisabled,
    TemporaryPasswordEnded,
    PresenceListMissing,
    AttemptOver,
    OtherAttempt,
    OtherStep,
    PasswordRefused,
    LinkUsed,
    LinkExpired,
    SignedOut,
    Forbidden,
    FreshProofNeeded,
    ReasonMissing,
    NotLocked,
    LastWay,
    NothingSetUp,
    SetupOver,
    ChangedMeanwhile,
    UsernameTaken,
    EmailTaken,
    EmailChanged,
    AliasTaken,
    NameTaken,
    LastAdmin,
    NothingToDo,
    InUse,
    CompanyClosed,
    NoSingleSignOn,
    SsoFailed,
    ProviderRefused,
    DomainTaken,
    DomainNotProven,
    DomainPublic,
    DomainSilent,
    LastWayIn,
    PhoneMismatch,
    PhoneTaken,
    PhoneRefused,
    Busy,
    Unavailable,
    Internal,
});

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum PasswordFlaw {
    TooShort {
        /// Characters at least.
        minimum: u16,
    },
    TooLong {
        /// Characters at most.
        maximum: u16,
    },
    /// It stands in the list of passwords that attackers try first.
    Common,
    /// It contains the company's, the person's or the product's name.
    ContainsName,
    /// It is the temporary password that is to be replaced.
    Unchanged,
}

impl<'de> Deserialize<'de> for PasswordFlaw {
    /// Through plain fields: what is derived for tagged enums keeps whole trees of anything in memory first.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            reason: String,
            #[serde(default)]
            minimum: u16,
            #[serde(default)]
            maximum: u16,
        }
        let Written {
            reason,
            minimum,
            maximum,
        } = Written::deserialize(from)?;
        Ok(match reason.as_str() {
            "too_short" => Self::TooShort { minimum },
            "too_long" => Self::TooLong { maximum },
            "common" => Self::Common,
            "contains_name" => Self::ContainsName,
            "unchanged" => Self::Unchanged,
            _ => return Err(serde::de::Error::custom("no known flaw")),
        })
    }
}
