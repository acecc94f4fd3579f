use serde::{Deserialize, Serialize};

use super::{Stranded, words::read_by_name};

/// An outside identity provider of a company; at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    Google,
    Office365,
    /// The company's own, any OpenID Connect issuer.
    Company,
}

read_by_name!(ProviderKind {
    Google,
    Office365,
    Company,
});

/// Begins a sign-in at one of a company's providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginSso {
    pub provider: ProviderKind,
    /// A path inside the company to land on; anything else is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Asks the provider to let the person choose an account there, after the wrong one came back.
    #[serde(default)]
    pub choose: bool,
    /// The `attempt` of a bind step of Amazon Connect that this is to prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binds: Option<String>,
}

/// Begins a sign-in at the provider of the company whose verified domain an e-mail address has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginSsoAnywhere {
    /// An e-mail address. The answer depends on its domain alone.
    pub username: String,
}

/// Begins to accept an invitation at a provider instead of choosing a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginSsoInvited {
    pub token: String,
    pub provider: ProviderKind,
}

/// Names a provider, for what a session does there: connecting an identity, proving one afresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameProvider {
    pub provider: ProviderKind,
}

/// Where to send a window, or this page, to sign in outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SsoBegun {
    /// The provider's own address.
    pub url: String,
    /// The alias of the company whose provider it is.
    pub company: String,
    /// As people read it: `Google`, `Office 365` or the company's own name for it.
    pub name: String,
    /// Seconds until this sign-in ends.
    pub expires_in: u32,
}

/// An outside login that belongs to nobody here yet: an identity at a provider, or a user in Amazon Connect who is new to
/// this browser. It is bound once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BindStep {
    /// What `POST /sign-in/bind` repeats.
    pub attempt: String,
    pub company: String,
    /// Absent for Amazon Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderKind>,
    /// The provider as people read it, or `Amazon Connect`.
    pub name: String,
    /// Which outside login it is: an e-mail address or a name there.
    pub login: String,
    /// Whether account and password can prove whose it is.
    pub passwords: bool,
    /// Providers at which it can be proven as well: of Amazon Connect only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sso: Vec<ProviderKind>,
    /// Whether a mailed code proves it: of Amazon Connect, where the company has no passwords.
    #[serde(default)]
    pub mailed: bool,
    /// The account as it was typed for the code that is awaited, whether anybody has it or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed_for: Option<String>,
    /// Seconds until another code may be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_after: Option<u32>,
    /// Whether a person without an account can ask for one: of Amazon Connect only.
    #[serde(default)]
    pub can_join: bool,
    /// Whether they have, and an administrator decides.
    #[serde(default)]
    pub asked_to_join: bool,
    /// Seconds until this ends.
    pub expires_in: u32,
}

/// Says with account and password whose an outside identity is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bind {
    pub attempt: String,
    pub account: String,
    pub password: String,
}

/// Why a sign-in at a provider ended without one here. The page `/{alias}/stopped?reason=sso_…` says it to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SsoFailure {
    /// It does not answer, or with something that is none; also when its keys or its description cannot be read.
    ProviderDown,
    /// Its answer is from another time: its clock or ours is wrong.
    ClockWrong,
    /// The person said no there, or closed the page.
    Refused,
    /// Nobody at the company's Microsoft tenant has allowed this application yet.
    AdminConsentMissing,
    /// The provider does not accept our client, mostly because its secret has expired.
    ClientRefused,
    /// The provider does not accept what was asked, like an address to come back to that it does not know.
    SetUpWrong,
    /// The login is of another company: another hosted domain, tenant or issuer.
    OtherCompany,
    /// The login is bound to another account here.
    Taken,
    /// The login belongs to nobody here, and it cannot be bound: ask an administrator.
    UnknownPerson,
    /// The answer could not be trusted: signature, issuer, audience, nonce or subject are not what they must be.
    Untrusted,
    /// It took too long, or its address was opened twice.
    Over,
    /// It was begun in another browser, or this one keeps no cookies.
    OtherBrowser,
    /// The proof of identity is of before it was asked for.
    NotFresh,
    /// Three rounds without success.
    TooManyRounds,
}

read_by_name!(SsoFailure {
    ProviderDown,
    ClockWrong,
    Refused,
    AdminConsentMissing,
    ClientRefused,
    SetUpWrong,
    OtherCompany,
    Taken,
    UnknownPerson,
    Untrusted,
    Over,
    OtherBrowser,
    NotFresh,
    TooManyRounds,
});

impl SsoFailure {
    /// Every one, for whoever lists them.
    pub const ALL: [Self; 14] = [
        Self::ProviderDown,
        Self::ClockWrong,
        Self::Refused,
        Self::AdminConsentMissing,
        Self::ClientRefused,
        Self::SetUpWrong,
        Self::OtherCompany,
        Self::Taken,
        Self::UnknownPerson,
        Self::Untrusted,
        Self::Over,
        Self::OtherBrowser,
        Self::NotFresh,
        Self::TooManyRounds,
    ];

    /// As addresses, the audit log and the API's JSON write it, like `provider_down`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ProviderDown => "provider_down",
            Self::ClockWrong => "clock_wrong",
            Self::Refused => "refused",
            Self::AdminConsentMissing => "admin_consent_missing",
            Self::ClientRefused => "client_refused",
            Self::SetUpWrong => "set_up_wrong",
            Self::OtherCompany => "other_company",
            Self::Taken => "taken",
            Self::UnknownPerson => "unknown_person",
            Self::Untrusted => "untrusted",
            Self::Over => "over",
            Self::OtherBrowser => "other_browser",
            Self::NotFresh => "not_fresh",
            Self::TooManyRounds => "too_many_rounds",
        }
    }
}

/// What the document that a provider sends people back to says over the BroadcastChannel `callgate-sign-in`, JSON.
/// A page that waits answers `"seen"` and goes on, and the document closes its window; unanswered, it goes on itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoNews {
    /// The path on this server that shows how it ended.
    pub path: String,
}

/// A company's single sign-on, as its administrators set it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SingleSignOn {
    /// Those that are set up.
    pub providers: Vec<Provider>,
    /// Those for which the operator offers a client of their own, so that only a switch is needed.
    pub offered: Vec<ProviderKind>,
    /// What is entered at a provider as the address to come back to.
    pub redirect_uri: String,
    /// What is entered there as the address after signing out.
    pub signed_out_uri: String,
    pub domains: Vec<Domain>,
    /// Whether people sign in with account and password as well.
    pub passwords: bool,
    /// Whether the last proof of identity is recent enough for changes.
    pub fresh: bool,
}

/// A provider, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Provider {
    pub kind: ProviderKind,
    /// As people read it.
    pub name: String,
    /// Of the company's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Absent where the operator's client is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Whether a secret is kept; it is never shown again.
    pub has_secret: bool,
    /// Google's hosted domains, none for any; or Microsoft's tenant ids, `any` alone for any.
    pub members: Vec<String>,
    pub second_factor: SsoSecondFactor,
    /// Whether people whom nobody added get an account at their first sign-in, as agents.
    pub creates: bool,
    /// Whether people see its button.
    pub live: bool,
    /// When a test last went through with what is set now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested_at: Option<String>,
    /// How many people are bound to a login there.
    pub people: u32,
    /// Those of them who have no other way in, neither a password nor another provider.
    pub only_way: Stranded,
    pub version: i64,
}

/// Whether the company's own second proof is asked after a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SsoSecondFactor {
    Always,
    /// Not when the provider says that it has asked for one (`amr`).
    UnlessProven,
    Never,
}

/// What an administrator types for a provider.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveProvider {
    #[serde(default)]
    pub name: String,
    /// Needed for the company's own: an https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Absent: the client that the operator offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Absent: the one that is kept, unless issuer or client changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// As [`Provider::members`]. Without any, accounts are not made by themselves.
    #[serde(default)]
    pub members: Vec<String>,
    pub second_factor: SsoSecondFactor,
    #[serde(default)]
    pub creates: bool,
    /// The version that was read; 0 for a new one.
    pub version: i64,
}

/// Shows a provider's button to people, or takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GoLive {
    pub live: bool,
    pub version: i64,
}

/// A test of a provider that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SsoTestBegun {
    /// What `GET /company/single-sign-on/tests/{id}` is asked with.
    pub id: String,
    /// The provider's own address, for a window.
    pub url: String,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SsoTest {
    Waiting,
    Failed {
        failure: SsoFailure,
        /// What the provider itself said, where it said something.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        reference: String,
    },
    Done {
        /// Name and value of every claim that came, as text, by name.
        claims: Vec<SsoClaim>,
        /// What would happen to this person at a sign-in.
        fate: SsoFate,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SsoClaim {
    pub name: String,
    pub value: String,
}

/// What becomes of somebody who comes back from a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum SsoFate {
    /// The login is bound to this account.
    Known {
        username: String,
    },
    /// It would be bound to this SSO Only account by its verified e-mail address.
    Matched {
        username: String,
    },
    /// An account would be made.
    Created,
    /// They would be asked for account and password once.
    Bind,
    Refused {
        failure: SsoFailure,
    },
}

/// An e-mail domain that a company says is its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Domain {
    pub domain: String,
    pub state: DomainState,
    /// The name of the TXT record that proves it; absent where the operator vouched for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// What the record holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// When the record was last asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DomainState {
    /// The record was not found yet.
    Claimed,
    Verified,
    /// By the operator.
    Vouched,
    /// It was verified and its record is gone: it matches nobody.
    Lost,
}

/// Names an e-mail domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NameDomain {
    pub domain: String,
}

/// Lets people sign in with passwords, or by single sign-on alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoosePasswords {
    pub passwords: bool,
}

/// An outside login that is bound to the person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConnectedLogin {
    pub id: String,
    pub provider: ProviderKind,
    /// The provider as people read it.
    pub name: String,
    /// An e-mail address or a name there.
    pub login: String,
    pub bound_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// False for somebody's last way in.
    pub removable: bool,
}

/// A person's outside logins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConnectedLogins {
    pub logins: Vec<ConnectedLogin>,
    /// What can be connected.
    pub addable: Vec<ProviderButton>,
}

/// A provider's button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ProviderButton {
    pub provider: ProviderKind,
    /// As people read it.
    pub name: String,
}

/// The session is over; where to go to sign out at the provider as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignOutThere {
    /// The provider's own address; absent when it offers none or does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
