//! Outside identity providers: OpenID Connect, behind a narrow door. What a person is sent to a provider with, and whom
//! it says came back; nothing of accounts, companies or cookies is known here.

use app::wire::{ProviderKind, SsoFailure};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{clock::Moment, entropy::Entropy};

/// Everything that is needed to speak with providers. Clones share it.
#[derive(Clone, Default)]
pub struct Sso;

/// A provider as a company uses it, its secret open.
#[derive(Clone)]
pub struct Provider {
    pub kind: ProviderKind,
    /// Of the company's own; those of Google and Office 365 are known to [`Sso`].
    pub issuer: Option<String>,
    /// None: the operator's client for this kind.
    pub client: Option<Client>,
    /// Google's hosted domains or Microsoft's tenant ids that are let in; empty: any.
    pub members: Vec<String>,
}

/// How this server is known at a provider.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    /// None for a public client, which proves itself with PKCE alone.
    pub secret: Option<String>,
}

/// How a person is sent to a provider.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    /// Where they come back to.
    pub redirect_uri: &'a str,
    /// `login_hint`
    pub login: Option<&'a str>,
    /// Lets them choose an account there.
    pub choose: bool,
    /// They have to prove there who they are, whatever the provider remembers.
    pub fresh: bool,
}

/// A person on their way to a provider.
pub struct Sent {
    pub url: Url,
    /// The single-use value that comes back in the address.
    pub state: String,
    pub kept: Kept,
}

/// What has to be kept until they come back, sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    pub nonce: String,
    pub verifier: String,
    /// Whose answer alone counts; for Microsoft's many tenants, the template.
    pub issuer: String,
    /// Whether the identity had to be proven afresh, and when that was asked.
    pub fresh_since: Option<Moment>,
}

/// What came back in the address.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    pub code: Option<String>,
    /// RFC 9207
    pub iss: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

/// Whom a provider says came, after everything about its word was checked.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Exactly as it stands in the token.
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    /// Whether the provider vouches for the address in the way that SECURITY 14 asks of its kind: Google with a hosted
    /// domain of the members, Microsoft with a tenant of the members and `xms_edov`, the company's own with
    /// `email_verified` not false.
    pub email_vouched: bool,
    pub name: Option<String>,
    /// Whether `amr` or `acr` says that a second proof was given.
    pub second_proof: bool,
    /// For signing out there.
    pub id_token: String,
    /// Every claim of token and userinfo, for a test.
    pub claims: serde_json::Map<String, serde_json::Value>,
}

impl Identity {
    /// What the person calls themselves there.
    #[must_use]
    pub fn shown(&self) -> String {
        let shown = self.email.as_deref().or(self.name.as_deref());
        shown.unwrap_or(&self.subject).chars().take(200).collect()
    }
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
#[error("{why:?}: {detail}")]
pub struct Failed {
    pub why: SsoFailure,
    /// For the log and for administrators: what the provider said or what about its answer is wrong. No secrets.
    pub detail: String,
}

impl Sso {
    /// Whether the operator offers a client of their own for this kind.
    #[must_use]
    pub fn offers(&self, kind: ProviderKind) -> bool {
        let _ = kind;
        false
    }

    /// Whether an issuer may be used at all: https, no private address; checked again at every request.
    ///
    /// # Errors
    /// When it may not, or its description cannot be read.
    pub async fn check(&self, provider: &Provider, now: Moment) -> Result<(), Failed> {
        let _ = (provider, now);
        Err(Failed::not_built())
    }

    /// Prepares to send a person to a provider, which may be asked for it (pushed authorization requests).
    ///
    /// # Errors
    /// When the provider cannot be reached or used.
    pub async fn send(
        &self,
        provider: &Provider,
        asked: &Asked<'_>,
        entropy: &Entropy,
        now: Moment,
    ) -> Result<Sent, Failed> {
        let _ = (provider, asked, entropy, now);
        Err(Failed::not_built())
    }

    /// Who came back: exchanges the code and checks everything about the answer.
    ///
    /// # Errors
    /// With why nobody is known by it.
    pub async fn receive(
        &self,
        provider: &Provider,
        kept: &Kept,
        returned: &Returned,
        redirect_uri: &str,
        now: Moment,
    ) -> Result<Identity, Failed> {
        let _ = (provider, kept, returned, redirect_uri, now);
        Err(Failed::not_built())
    }

    /// Where a person signs out there (RP-initiated logout); none where the provider offers it not.
    ///
    /// # Errors
    /// When the provider's description cannot be read.
    pub async fn leave(
        &self,
        provider: &Provider,
        id_token: &str,
        back_to: &str,
        state: &str,
        now: Moment,
    ) -> Result<Option<Url>, Failed> {
        let _ = (provider, id_token, back_to, state, now);
        Err(Failed::not_built())
    }
}

impl Failed {
    fn not_built() -> Self {
        Self {
            why: SsoFailure::ProviderDown,
            detail: String::new(),
        }
    }
}
