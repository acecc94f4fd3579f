//! Where a company's provider is described, whose word counts there, and how this server is known to it. Google's and
//! Microsoft's places are the operator's to say; a company says its own.

use app::wire::ProviderKind;
use url::Url;
use uuid::Uuid;

use super::{Client, Failed, Provider, Settings};

/// What stands in the issuer of a description that serves many of Microsoft's tenants.
const TENANT: &str = "{tenantid}";

pub(super) struct Place {
    /// The address of the description.
    pub(super) described_at: Url,
    pub(super) issuer: Issuer,
}

/// Whose word counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issuer {
    /// As the description says it, letter by letter.
    described: String,
    /// Where Microsoft's tenants sign: [`TENANT`] stands for the id of the one that a token names. Whether that one may
    /// come in is a question for its claims, so that people of another company's are told just that.
    tenants: Option<String>,
}

impl Issuer {
    /// As the description says it, and as it is kept.
    pub(super) fn as_str(&self) -> &str {
        &self.described
    }

    /// Who must have issued a token that names this tenant; none for a tenant that has no id.
    pub(super) fn of_token(&self, tenant: Option<&str>) -> Option<String> {
        match &self.tenants {
            None => Some(self.described.clone()),
            Some(template) => {
                let tenant = tenant.filter(|tenant| is_tenant(tenant))?;
                Some(template.replace(TENANT, tenant))
            }
        }
    }

    /// Whether somebody who says this in an address may be meant.
    pub(super) fn may_be(&self, said: &str) -> bool {
        let is_tenants = |template: &String| {
            let (before, after) = template.split_once(TENANT).unwrap_or((template, ""));
            let tenant = said
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after));
            tenant.is_some_and(is_tenant)
        };
        said == self.described || self.tenants.as_ref().is_some_and(is_tenants)
    }
}

/// Whether a text is the id of a tenant, as Microsoft writes it.
pub(super) fn is_tenant(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

impl Place {
    pub(super) fn of(provider: &Provider, settings: &Settings) -> Result<Self, Failed> {
        match provider.kind {
            ProviderKind::Google => Self::described_below(&settings.google_issuer),
            ProviderKind::Office365 => {
                let authority = settings.office365_authority.trim_end_matches('/');
                let template = format!("{authority}/{TENANT}/v2.0");
                let (at, described) = match &*provider.members {
                    [tenant] if is_tenant(tenant) => {
                        let issuer = template.replace(TENANT, &tenant.to_ascii_lowercase());
                        (issuer.clone(), issuer)
                    }
                    // People of organisations only: their own outlook.com address is no login at work.
                    _ => (template.replace(TENANT, "organizations"), template.clone()),
                };
                Ok(Self {
                    issuer: Issuer {
                        described,
                        tenants: Some(template),
                    },
                    ..Self::described_below(&at)?
                })
            }
            ProviderKind::Company => {
                let issuer = provider.issuer.as_deref().unwrap_or_default();
                Self::described_below(issuer)
            }
        }
    }

    /// At the well-known path of an issuer (OpenID Connect Discovery 1.0, section 4).
    fn described_below(issuer: &str) -> Result<Self, Failed> {
        let refused = || Failed::set_up(format!("\"{issuer}\" is no issuer"));
        let url = Url::parse(issuer).map_err(|_| refused())?;
        if url.query().is_some() || url.fragment().is_some() || url.cannot_be_a_base() {
            return Err(refused());
        }
        let base = issuer.trim_end_matches('/');
        let described_at = Url::parse(&format!("{base}/.well-known/openid-configuration"));
        Ok(Self {
            described_at: described_at.map_err(|_| refused())?,
            issuer: Issuer {
                described: issuer.to_owned(),
                tenants: None,
            },
        })
    }
}

impl Provider {
    /// How this server is known there: by the company's own client, else by the operator's.
    pub(super) fn client_of<'a>(&'a self, settings: &'a Settings) -> Result<&'a Client, Failed> {
        let own = self.client.as_ref();
        own.or_else(|| settings.client(self.kind))
            .ok_or_else(|| Failed::set_up("no client is set for this provider"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn place(kind: ProviderKind, issuer: Option<&str>, members: &[&str]) -> Option<Place> {
        let provider = Provider {
            kind,
            issuer: issuer.map(str::to_owned),
            client: None,
            members: members.iter().map(|&member| member.to_owned()).collect(),
        };
        Place::of(&provider, &Settings::default()).ok()
    }

    #[test]
    fn every_kind_is_described_somewhere() {
        let at = |place: Option<Place>| {
            let place = place.expect("a place");
            (
                place.described_at.to_string(),
                place.issuer.as_str().to_owned(),
            )
        };
        let google = at(place(
            ProviderKind::Google,
            Some("ignored"),
            &["acme.example"],
        ));
        assert_eq!(
            google.0,
            "https://accounts.google.com/.well-known/openid-configuration"
        );
        assert_eq!(google.1, "https://accounts.google.com");

        let one = at(place(ProviderKind::Office365, None, &[&TID.to_uppercase()]));
        let base = "https://login.microsoftonline.com";
        assert_eq!(
            one.0,
            format!("{base}/{TID}/v2.0/.well-known/openid-configuration")
        );
        assert_eq!(one.1, format!("{base}/{TID}/v2.0"));
        for members in [&[][..], &[TID, TID], &["contoso.example"]] {
            let many = at(place(ProviderKind::Office365, None, members));
            let described = "/organizations/v2.0/.well-known/openid-configuration";
            assert_eq!(many.0, format!("{base}{described}"));
            assert_eq!(many.1, format!("{base}/{{tenantid}}/v2.0"));
        }

        // The issuer counts letter by letter, with or without its slash.
        for issuer in [
            "https://id.example/realms/acme",
            "https://id.example/realms/acme/",
        ] {
            let own = at(place(ProviderKind::Company, Some(issuer), &[]));
            let described = "https://id.example/realms/acme/.well-known/openid-configuration";
            assert_eq!(own, (described.to_owned(), issuer.to_owned()));
        }
    }

    #[test]
    fn an_issuer_is_an_address_without_more() {
        for bad in [
            None,
            Some(""),
            Some("id.example"),
            Some("mailto:a@b"),
            Some("https://id.example?x"),
            Some("https://id.example#x"),
            Some("https://"),
        ] {
            assert!(place(ProviderKind::Company, bad, &[]).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_template_is_for_ids_of_tenants_only() {
        let template = "https://login.example/{tenantid}/v2.0";
        let own = format!("https://login.example/{TID}/v2.0");
        for described in [template, &own] {
            let issuer = Issuer {
                described: described.to_owned(),
                tenants: Some(template.to_owned()),
            };
            assert_eq!(issuer.of_token(Some(TID)), Some(own.clone()));
            assert!(issuer.may_be(&own) && issuer.may_be(issuer.as_str()));
            for tenant in [
                None,
                Some(""),
                Some("common"),
                Some("../x"),
                Some("72f988bf86f141af91ab2d7cd011db47"),
            ] {
                assert_eq!(issuer.of_token(tenant), None, "{tenant:?}");
            }
            assert!(!issuer.may_be("https://login.example/common/v2.0"));
            assert!(!issuer.may_be(&format!("https://evil.example/{TID}/v2.0")));
        }

        // A company's own issuer is none, whatever it looks like.
        let exact = Issuer {
            described: template.to_owned(),
            tenants: None,
        };
        assert!(!exact.may_be(&own));
        assert_eq!(exact.of_token(Some(TID)).as_deref(), Some(exact.as_str()));
    }
}
