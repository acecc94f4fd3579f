//! What the demo's companies have outside: their providers, which `cargo xtask demo` starts and which know everybody, and
//! who of their people has signed in there before.

use app::wire::{ProviderKind, SsoSecondFactor};
use url::{Host, Url};

use super::{ACME, DAY, NORTHWIND, people::TWO_COMPANIES};
use crate::{
    clock::Moment,
    entropy::Entropy,
    flows::{Services, sso::provider::sealed},
    storage::{AccountId, BoundIdentity, Company, IdentityId, Provider, ProviderId, Result, Tx},
};

/// How Callgate is known to all of them.
const CLIENT: &str = "callgate-demo";
const SECRET: &str = "a-demonstration-keeps-no-secrets";
/// The tenant that Acme is at Microsoft.
const TENANT: &str = "7c3f8a52-5b1e-4f0e-9d3a-2f6a1c9b0e44";

/// Where the providers are: a loopback address.
#[derive(Clone, Debug)]
pub(crate) struct Outside(Url);

impl Outside {
    /// None for what is no address of this machine, for its logins need no password.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let here = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        (here && url.scheme() == "http").then_some(Self(url))
    }

    /// Without a slash at the end.
    pub(crate) fn address(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(crate) fn google(&self) -> String {
        format!("{}/google", self.address())
    }

    pub(crate) fn office365(&self) -> String {
        format!("{}/office365", self.address())
    }

    fn northwind(&self) -> String {
        format!("{}/northwind", self.address())
    }

    /// Host and port, as the setting `sso_hosts` takes them.
    pub(crate) fn host(&self) -> String {
        let address = self.address();
        let host = address.trim_start_matches("http://");
        host.to_owned()
    }
}

/// A login that can be chosen at a provider, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Login {
    pub(crate) company: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) login: &'static str,
    pub(crate) fate: &'static str,
}

pub(crate) const LOGINS: &[Login] = &[
    acme(
        "Google",
        "agent-sso@acme.example",
        "Bind once with account agent-sso, then straight in",
    ),
    acme("Google", "visitor@initech.example", "of another company"),
    acme(
        "Office 365",
        "lead@acme.example",
        "Bind once with account lead; the code is asked unless a second proof is given there",
    ),
    acme(
        "Office 365",
        "visitor@initech.example",
        "of another company",
    ),
    northwind(
        "two-companies@northwind.example",
        "straight in: User Management",
    ),
    northwind("admin@northwind.example", "straight in: User Management"),
    northwind("agent@northwind.example", "straight in: the desk"),
    northwind(
        "agent-no-list@northwind.example",
        "refused: needs a Presence Reason list",
    ),
    northwind(
        "sso-only@northwind.example",
        "never invited: matched by the domain, then straight in",
    ),
    northwind("newcomer@northwind.example", "has no account"),
];

const fn acme(provider: &'static str, login: &'static str, fate: &'static str) -> Login {
    Login {
        company: ACME,
        provider,
        login,
        fate,
    }
}

const fn northwind(login: &'static str, fate: &'static str) -> Login {
    Login {
        company: NORTHWIND,
        provider: COMPANY_PROVIDER,
        login,
        fate,
    }
}

const COMPANY_PROVIDER: &str = "Northwind ID";

/// Those of `northwind` who have signed in there before.
const KNOWN: [&str; 4] = ["admin", "agent", "agent-no-list", TWO_COMPANIES];

/// Gives a company the providers that it has, all of them live.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn set_up(
    s: &Services,
    entropy: &Entropy,
    outside: &Outside,
    tx: &mut Tx,
    company: &Company,
    now: Moment,
) -> Result<()> {
    let provider = |kind| {
        let id = ProviderId(entropy.id(company.created_at));
        Provider {
            secret: Some(sealed(s, &id, SECRET)),
            id,
            company_id: company.id.clone(),
            kind,
            name: String::new(),
            issuer: None,
            client_id: Some(CLIENT.to_owned()),
            members: String::new(),
            second_factor: SsoSecondFactor::UnlessProven,
            creates: false,
            live: true,
            tested_at: Some(now.minus(30 * DAY)),
            version: 1,
            created_at: company.created_at,
        }
    };
    match company.alias.as_str() {
        ACME => {
            tx.add_provider(&Provider {
                members: "acme.example".to_owned(),
                // Google never says how somebody proved who they are.
                second_factor: SsoSecondFactor::Never,
                ..provider(ProviderKind::Google)
            })
            .await?;
            tx.add_provider(&Provider {
                members: TENANT.to_owned(),
                ..provider(ProviderKind::Office365)
            })
            .await
        }
        NORTHWIND => {
            tx.add_provider(&Provider {
                name: COMPANY_PROVIDER.to_owned(),
                issuer: Some(outside.northwind()),
                ..provider(ProviderKind::Company)
            })
            .await
        }
        _ => Ok(()),
    }
}

/// Binds somebody of `northwind` who has signed in at its provider before.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn bind(
    entropy: &Entropy,
    outside: &Outside,
    tx: &mut Tx,
    company: &Company,
    account: &AccountId,
    username: &str,
    now: Moment,
) -> Result<()> {
    if !KNOWN.contains(&username) {
        return Ok(());
    }
    let Some(provider) = tx.provider(&company.id, ProviderKind::Company).await? else {
        return Ok(());
    };
    let at = now.minus(30 * DAY);
    tx.bind_identity(&BoundIdentity {
        id: IdentityId(entropy.id(at)),
        company_id: company.id.clone(),
        account_id: account.clone(),
        provider_id: provider.id,
        issuer: outside.northwind(),
        // As it numbers its people.
        subject: format!("northwind-{username}"),
        shown: format!("{username}@northwind.example"),
        bound_at: at,
        last_used_at: Some(now.minus(DAY)),
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_whose_logins_need_no_password_are_on_this_machine() {
        let outside = Outside::parse("http://localhost:4590").expect("is one");
        assert_eq!(outside.host(), "localhost:4590");
        assert_eq!(outside.google(), "http://localhost:4590/google");
        assert!(Outside::parse("http://127.0.0.1:1/").is_some());
        assert!(Outside::parse("http://[::1]:1/").is_some());
        for elsewhere in [
            "http://192.0.2.1:4590",
            "https://accounts.example",
            "localhost:4590",
        ] {
            assert!(Outside::parse(elsewhere).is_none(), "{elsewhere}");
        }
    }
}
