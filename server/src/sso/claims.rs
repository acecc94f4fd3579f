//! What the claims about a person mean: whose company's they are, whether the provider vouches for their address, and
//! whether they gave a second proof there.

use app::wire::{ProviderKind, SsoFailure};
use serde_json::{Map, Value};

use super::{Failed, Identity, Provider, verify::SKEW};
use crate::clock::Moment;

type Claims = Map<String, Value>;

/// Bytes of an e-mail address (RFC 5321).
const LONGEST_EMAIL: usize = 254;
const LONGEST_NAME: usize = 200;

/// Whom verified claims are about. What a token says was signed; what `userinfo` adds was told by the provider's own
/// server about the same subject.
pub(super) fn identity(
    provider: &Provider,
    id_token: String,
    token: &Claims,
    userinfo: Option<Claims>,
) -> Result<Identity, Failed> {
    let member = member(provider, token)?;
    let userinfo = userinfo.unwrap_or_default();
    // An address and what is said of it come from one and the same answer.
    let said = [token, &userinfo].into_iter().find(|c| email(c).is_some());
    let email_vouched = said.is_some_and(|said| match provider.kind {
        ProviderKind::Google => member && is_true(said.get("email_verified")),
        // Only the signed token has both.
        ProviderKind::Office365 => {
            member && email(token).is_some() && is_true(token.get("xms_edov"))
        }
        ProviderKind::Company => !is_false(said.get("email_verified")),
    });
    let email = said.and_then(email).map(str::to_owned);
    let name = ["name", "preferred_username"]
        .into_iter()
        .find_map(|claim| text(token, claim).or_else(|| text(&userinfo, claim)))
        .map(|name| name.chars().take(LONGEST_NAME).collect());
    let second_proof = second_proof(token);

    let mut claims = userinfo;
    claims.extend(token.clone());
    claims.values_mut().for_each(without_nul);
    Ok(Identity {
        issuer: text(token, "iss").unwrap_or_default().to_owned(),
        subject: text(token, "sub").unwrap_or_default().to_owned(),
        email,
        email_vouched,
        name,
        second_proof,
        id_token,
        claims,
    })
}

/// Whether the person belongs to one of the provider's members, so far as it has any.
///
/// # Errors
/// When it has members and the person belongs to none.
fn member(provider: &Provider, token: &Claims) -> Result<bool, Failed> {
    let claim = match provider.kind {
        // Google says it of people of an organisation only.
        ProviderKind::Google => "hd",
        ProviderKind::Office365 => "tid",
        ProviderKind::Company => return Ok(false),
    };
    if provider.members.is_empty() {
        return Ok(false);
    }
    let own = text(token, claim);
    let is_member = own.is_some_and(|own| {
        let mut members = provider.members.iter();
        members.any(|member| member.eq_ignore_ascii_case(own))
    });
    if is_member {
        return Ok(true);
    }
    let own = own.unwrap_or("nothing");
    Err(Failed::other_company(format!("`{claim}` is {own}")))
}

/// Whether a token leaves out what people are known by, so that the provider has to be asked for it.
pub(super) fn lacks_some(token: &Claims) -> bool {
    email(token).is_none() || text(token, "name").is_none()
}

/// Whether the proof was given since it was asked for.
pub(super) fn check_fresh(token: &Claims, since: Moment) -> Result<(), Failed> {
    let proven = token.get("auth_time").and_then(whole);
    let not_fresh = |why: &str| Err(Failed::new(SsoFailure::NotFresh, why));
    match proven {
        None => not_fresh("the provider does not say when the person proved who they are"),
        Some(at) if at < since.minus(SKEW).0 / 1000 => {
            not_fresh("the person proved who they are before they were asked to")
        }
        Some(_) => Ok(()),
    }
}

/// Whether `amr` names more than one factor (RFC 8176; `fido` is Microsoft's), or `acr` a level that takes more than one.
fn second_proof(token: &Claims) -> bool {
    const KNOWN: [&str; 3] = ["pwd", "pin", "kba"];
    const HELD: [&str; 8] = ["otp", "hwk", "swk", "sms", "tel", "sc", "pop", "fido"];
    const BORN_WITH: [&str; 5] = ["fpt", "face", "iris", "retina", "vbm"];
    let methods: Vec<&str> = match token.get("amr") {
        Some(Value::Array(methods)) => methods.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let any = |of: &[&str]| methods.iter().any(|method| of.contains(method));
    let kinds = [any(&KNOWN), any(&HELD), any(&BORN_WITH)];
    let level = text(token, "acr").unwrap_or_default();
    methods.contains(&"mfa")
        || kinds.into_iter().filter(|&given| given).count() > 1
        || is_multi_factor(level)
}

/// Levels that say by their definition that more than one factor was asked.
fn is_multi_factor(level: &str) -> bool {
    matches!(
        level,
        // OpenID Connect Extended Authentication Profile: resistant to phishing, in hardware.
        "phr"
            | "phrh"
            | "https://refeds.org/profile/mfa"
            | "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
            | "http://idmanagement.gov/ns/assurance/aal/2"
            | "http://idmanagement.gov/ns/assurance/aal/3"
    ) || level.starts_with("urn:okta:loa:2fa:")
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    let text = claims.get(name)?.as_str()?;
    (!text.trim().is_empty() && !text.contains(char::is_control)).then_some(text)
}

/// An address that can be one.
fn email(claims: &Claims) -> Option<&str> {
    let email = text(claims, "email")?;
    let (local, domain) = email.rsplit_once('@')?;
    let plain = !email.contains(char::is_whitespace) && email.len() <= LONGEST_EMAIL;
    (plain && !local.is_empty() && !domain.is_empty()).then_some(email)
}

/// Seconds since 1970, which some write with a fraction.
fn whole(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a moment beyond all time is as good as its end"
    )]
    let rounded = |value: f64| value as i64;
    value.as_i64().or_else(|| value.as_f64().map(rounded))
}

/// Microsoft and Amazon write truth in several ways.
fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(value)) => value.as_i64() == Some(1),
        Some(Value::String(value)) => value == "1" || value.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

fn is_false(value: Option<&Value>) -> bool {
    value.is_some() && !is_true(value)
}

/// PostgreSQL keeps no NUL, and nobody reads one.
fn without_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(without_nul),
        Value::Object(values) => values.values_mut().for_each(without_nul),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(claims) => claims,
            _ => panic!("no claims"),
        }
    }

    fn known(
        kind: ProviderKind,
        members: &[&str],
        token: Value,
        info: Value,
    ) -> Result<Identity, Failed> {
        let provider = Provider {
            kind,
            issuer: None,
            client: None,
            members: members.iter().map(|&member| member.to_owned()).collect(),
        };
        let info = info.is_object().then(|| claims(info));
        identity(&provider, String::new(), &claims(token), info)
    }

    #[track_caller]
    fn vouched(kind: ProviderKind, members: &[&str], token: Value) -> bool {
        known(kind, members, token, Value::Null)
            .expect("an identity")
            .email_vouched
    }

    #[test]
    fn google_vouches_for_people_of_the_companys_domain() {
        let google = ProviderKind::Google;
        let person =
            json!({"email": "a@acme.example", "email_verified": true, "hd": "Acme.example"});
        assert!(vouched(
            google,
            &["other.example", "acme.example"],
            person.clone()
        ));
        assert!(
            !vouched(google, &[], person.clone()),
            "anybody may have come"
        );
        let other = known(google, &["other.example"], person, Value::Null);
        assert_eq!(other.expect_err("of another").why, SsoFailure::OtherCompany);
        let private = json!({"email": "a@acme.example", "email_verified": true});
        let private = known(google, &["acme.example"], private, Value::Null);
        assert_eq!(
            private.expect_err("of nobody").why,
            SsoFailure::OtherCompany
        );
        let unverified = json!({"email": "a@acme.example", "hd": "acme.example"});
        assert!(!vouched(google, &["acme.example"], unverified));
    }

    #[test]
    fn microsoft_vouches_with_a_tenant_of_the_company_and_a_verified_domain() {
        let microsoft = ProviderKind::Office365;
        let person = |edov: Value| json!({"email": "a@acme.example", "tid": TID, "xms_edov": edov});
        for edov in [
            json!(true),
            json!(1),
            json!("1"),
            json!("true"),
            json!("True"),
        ] {
            assert!(vouched(microsoft, &[TID], person(edov.clone())), "{edov}");
            assert!(!vouched(microsoft, &[], person(edov)), "of any tenant");
        }
        for edov in [
            json!(false),
            json!(0),
            json!("0"),
            json!("yes"),
            json!(2),
            Value::Null,
        ] {
            assert!(!vouched(microsoft, &[TID], person(edov.clone())), "{edov}");
        }
        let token = json!({"tid": TID, "xms_edov": true});
        let added = json!({"email": "a@acme.example"});
        let added = known(microsoft, &[TID], token, added).expect("an identity");
        assert_eq!(added.email.as_deref(), Some("a@acme.example"));
        assert!(
            !added.email_vouched,
            "the token vouches for its own address only"
        );
        let other = known(
            microsoft,
            &[TID],
            json!({"tid": TID.replace('7', "8")}),
            Value::Null,
        );
        assert_eq!(other.expect_err("of another").why, SsoFailure::OtherCompany);
    }

    #[test]
    fn a_company_vouches_for_its_people_unless_it_says_otherwise() {
        let company = ProviderKind::Company;
        assert!(vouched(company, &[], json!({"email": "a@b"})));
        assert!(vouched(
            company,
            &[],
            json!({"email": "a@b", "email_verified": true})
        ));
        for not in [
            json!(false),
            json!("false"),
            json!(0),
            Value::Null,
            json!([]),
        ] {
            let token = json!({"email": "a@b", "email_verified": not});
            assert!(!vouched(company, &[], token), "{not}");
        }
        assert!(
            !vouched(company, &[], json!({})),
            "there is nothing to vouch for"
        );
        let info = json!({"email": "a@b", "email_verified": false, "sub": "s"});
        let told = known(company, &[], json!({"sub": "s"}), info).expect("an identity");
        assert!(!told.email_vouched);
    }

    #[test]
    fn what_cannot_be_an_address_is_none() {
        for bad in ["", " ", "nobody", "@b", "a@", "a b@c", "a@b\u{0}", "a@b\n"] {
            let token = json!({"email": bad});
            let told = known(ProviderKind::Company, &[], token, Value::Null).expect("an identity");
            assert_eq!(told.email, None, "{bad:?}");
            assert!(!told.email_vouched, "{bad:?}");
        }
    }

    #[test]
    fn the_token_goes_before_what_is_told_and_nothing_holds_a_nul() {
        let token = json!({"sub": "s", "iss": "i", "name": "A", "groups": ["x\u{0}y"]});
        let info = json!({"sub": "s", "name": "B", "locale": "de"});
        let told = known(ProviderKind::Company, &[], token, info).expect("an identity");
        assert_eq!(told.name.as_deref(), Some("A"));
        assert_eq!(told.claims["locale"], "de");
        assert_eq!(told.claims["name"], "A");
        assert_eq!(told.claims["groups"][0], "xy");
        assert_eq!((&*told.issuer, &*told.subject), ("i", "s"));
    }

    #[test]
    fn two_kinds_of_proof_are_a_second_proof() {
        for (proof, is_second) in [
            (json!({}), false),
            (json!({"amr": ["pwd"]}), false),
            (json!({"amr": ["pwd", "pin"]}), false),
            (json!({"amr": ["otp", "sms"]}), false),
            (json!({"amr": "mfa"}), false),
            (json!({"amr": ["mfa"]}), true),
            (json!({"amr": ["pwd", "otp"]}), true),
            (json!({"amr": ["pwd", "hwk"]}), true),
            (json!({"amr": ["pwd", "swk"]}), true),
            (json!({"amr": ["pin", "sms"]}), true),
            (json!({"amr": ["hwk", "fpt"]}), true),
            (json!({"amr": ["pwd", "face"]}), true),
            (json!({"acr": "0"}), false),
            (json!({"acr": "phr"}), false),
            (json!({"acr": "https://refeds.org/profile/mfa"}), true),
            (json!({"acr": "urn:okta:loa:2fa:any"}), true),
            (json!({"acr": "urn:okta:loa:1fa:any"}), false),
        ] {
            assert_eq!(second_proof(&claims(proof.clone())), is_second, "{proof}");
        }
    }

    #[test]
    fn a_proof_is_fresh_when_it_is_newer_than_the_question() {
        let asked = Moment(1_800_000_000_000);
        let fresh = |proof: Value| check_fresh(&claims(proof), asked).is_ok();
        assert!(fresh(json!({"auth_time": 1_800_000_000})));
        assert!(fresh(json!({"auth_time": 1_800_000_030.5})));
        assert!(
            fresh(json!({"auth_time": 1_799_999_940})),
            "clocks differ a little"
        );
        assert!(!fresh(json!({"auth_time": 1_799_999_939})));
        assert!(!fresh(json!({})));
        assert!(!fresh(json!({"auth_time": "now"})));
    }
}
