//! Outside identity providers: OpenID Connect, behind a narrow door. What a person is sent to a provider with, and whom
//! it says came back; nothing of accounts, companies or cookies is known here.
//!
//! Nothing that a provider says is believed before it is checked: its address (`address`, `http`), its description and
//! keys (`discovery`), its tokens (`verify`) and what they mean (`claims`).

mod address;
mod claims;
mod discovery;
mod exchange;
mod failed;
mod http;
mod place;
mod send;
mod verify;

pub use address::{Host, is_loopback};
pub use failed::Failed;

use std::{sync::Arc, time::Duration};

use app::wire::{ProviderKind, SsoFailure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use self::{
    discovery::{Description, Descriptions},
    http::Http,
    place::Place,
    send::Addressee,
    verify::{Doubt, Expected},
};
use crate::{clock::Moment, entropy::Entropy};

/// Everything that is needed to speak with providers. Clones share it.
#[derive(Clone)]
pub struct Sso(Arc<Inner>);

struct Inner {
    settings: Settings,
    http: Http,
    descriptions: Descriptions,
}

/// What the operator decided about providers.
#[derive(Clone)]
pub struct Settings {
    /// The client that is offered to all companies.
    pub google: Option<Client>,
    pub office365: Option<Client>,
    pub google_issuer: String,
    /// Where Microsoft's tenants are: `https://login.microsoftonline.com`, or that of a national cloud.
    pub office365_authority: String,
    /// Hosts of providers that may be private addresses, and plain http where they are this machine.
    pub hosts: Vec<Host>,
    /// How long a provider may take for an answer, connecting included.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            google: None,
            office365: None,
            google_issuer: "https://accounts.google.com".to_owned(),
            office365_authority: "https://login.microsoftonline.com".to_owned(),
            hosts: Vec::new(),
            patience: Duration::from_secs(5),
        }
    }
}

impl Settings {
    /// The operator's client for a kind of provider.
    fn client(&self, kind: ProviderKind) -> Option<&Client> {
        match kind {
            ProviderKind::Google => self.google.as_ref(),
            ProviderKind::Office365 => self.office365.as_ref(),
            ProviderKind::Company => None,
        }
    }
}

/// No client of the operator's, nothing private allowed.
impl Default for Sso {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

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
    pub claims: Map<String, Value>,
}

impl Identity {
    /// What the person calls themselves there.
    #[must_use]
    pub fn shown(&self) -> String {
        let shown = self.email.as_deref().or(self.name.as_deref());
        shown.unwrap_or(&self.subject).chars().take(200).collect()
    }
}

impl Sso {
    /// Nobody is asked yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            http: Http::new(settings.hosts.clone(), settings.patience),
            descriptions: Descriptions::default(),
            settings,
        }))
    }

    /// Whether the operator offers a client of their own for this kind.
    #[must_use]
    pub fn offers(&self, kind: ProviderKind) -> bool {
        self.0.settings.client(kind).is_some()
    }

    /// Whether an issuer may be used at all: https, no private address; checked again at every request.
    ///
    /// # Errors
    /// When it may not, or its description cannot be read.
    pub async fn check(&self, provider: &Provider, now: Moment) -> Result<(), Failed> {
        provider.client_of(&self.0.settings)?;
        let place = self.place(provider)?;
        self.described(&place, now).await.map(|_| ())
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
        let client = provider.client_of(&self.0.settings)?;
        let place = self.place(provider)?;
        let description = self.described(&place, now).await?;
        let to = Addressee {
            provider,
            description: &description,
            issuer: &place.issuer,
            client,
        };
        send::to_provider(&self.0.http, &to, asked, entropy, now).await
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
        let http = &self.0.http;
        let client = provider.client_of(&self.0.settings)?;
        let place = self.place(provider)?;
        if kept.issuer != place.issuer.as_str() {
            let detail = "the provider was changed meanwhile";
            return Err(Failed::new(SsoFailure::Over, detail));
        }
        let description = self.described(&place, now).await?;
        check_sender(&place, &description, returned)?;
        if let Some(error) = &returned.error {
            return Err(Failed::said(error, returned.error_description.as_deref()));
        }
        let Some(code) = &returned.code else {
            return Err(Failed::untrusted(
                "the answer has neither a code nor an error",
            ));
        };
        let tokens = exchange::tokens(
            http,
            &description,
            client,
            code,
            &kept.verifier,
            redirect_uri,
        )
        .await?;
        let Some(id_token) = tokens.id_token else {
            return Err(Failed::untrusted("the answer has no identity token"));
        };

        let expected = Expected {
            issuer: &place.issuer,
            client_id: &client.id,
            nonce: &kept.nonce,
            now,
        };
        let claims = self
            .verified(&place, &description, &id_token, &expected)
            .await?;
        // Whoever said in the address that it answers is who signed (RFC 9207).
        if let Some(iss) = &returned.iss
            && *iss != place.issuer.as_str()
            && claims.get("iss").and_then(Value::as_str) != Some(iss)
        {
            return Err(Failed::untrusted("another issuer answered than signed"));
        }
        if let Some(since) = kept.fresh_since {
            claims::check_fresh(&claims, since)?;
        }
        let userinfo = match (&description.userinfo, &tokens.access_token) {
            (Some(url), Some(access_token)) if claims::lacks_some(&claims) => {
                let subject = claims.get("sub").and_then(Value::as_str);
                let subject = subject.unwrap_or_default();
                Some(exchange::userinfo(http, url, access_token, subject).await?)
            }
            _ => None,
        };
        claims::identity(provider, id_token, &claims, userinfo)
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
        let client = provider.client_of(&self.0.settings)?;
        let place = self.place(provider)?;
        let description = self.described(&place, now).await?;
        Ok(send::away(&description, client, id_token, back_to, state))
    }

    fn place(&self, provider: &Provider) -> Result<Place, Failed> {
        Place::of(provider, &self.0.settings)
    }

    async fn described(&self, place: &Place, now: Moment) -> Result<Arc<Description>, Failed> {
        let descriptions = &self.0.descriptions;
        descriptions.of(&self.0.http, place, now).await
    }

    /// The claims of a token, whose key may be newer than those that are known.
    async fn verified(
        &self,
        place: &Place,
        description: &Arc<Description>,
        id_token: &str,
        expected: &Expected<'_>,
    ) -> Result<Map<String, Value>, Failed> {
        let doubt = match verify::claims(id_token, &description.keys, expected) {
            Err(Doubt::Keys(why)) => why,
            verified => return Ok(verified?),
        };
        let newer = self
            .0
            .descriptions
            .with_newer_keys(&self.0.http, place, description, expected.now)
            .await?;
        match newer {
            Some(newer) => Ok(verify::claims(id_token, &newer.keys, expected)?),
            None => Err(Failed::untrusted(doubt)),
        }
    }
}

/// Whether an answer in an address may be the provider's, before anything else of it is read: a code of one provider is
/// never taken to another (RFC 9207).
fn check_sender(
    place: &Place,
    description: &Description,
    returned: &Returned,
) -> Result<(), Failed> {
    match &returned.iss {
        Some(iss) if !place.issuer.may_be(iss) => {
            Err(Failed::untrusted(format!("{iss} answered instead")))
        }
        None if description.says_issuer => Err(Failed::untrusted(
            "the answer does not say whose it is, as this provider's do",
        )),
        _ => Ok(()),
    }
}
