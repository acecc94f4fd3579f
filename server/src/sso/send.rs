//! How a person is sent to a provider, and away from it: the addresses that their browser opens.

use url::Url;

use super::{
    Asked, Client, Failed, Kept, Provider, Sent, address, discovery::Description, exchange,
    http::Http, place::Issuer,
};
use crate::{clock::Moment, entropy::Entropy};
use app::wire::ProviderKind;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde::Deserialize;

/// A token that is longer than this is not sent along in an address, which servers and browsers would cut.
const LONGEST_HINT: usize = 4096;

/// Whom an authorization request is for: the provider as it is set, described, and how this server is known there.
pub(super) struct Addressee<'a> {
    pub(super) provider: &'a Provider,
    pub(super) description: &'a Description,
    pub(super) issuer: &'a Issuer,
    pub(super) client: &'a Client,
}

/// An authorization request of the code flow (OpenID Connect Core 1.0, section 3.1.2.1) with PKCE, pushed to the
/// provider beforehand where it takes that, so that nothing of it stands in the address.
pub(super) async fn to_provider(
    http: &Http,
    to: &Addressee<'_>,
    asked: &Asked<'_>,
    entropy: &Entropy,
    now: Moment,
) -> Result<Sent, Failed> {
    let [state, nonce, verifier] = [entropy.token(), entropy.token(), entropy.token()];
    let challenge =
        PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
    let mut parameters = vec![
        ("response_type", "code"),
        ("response_mode", "query"),
        ("redirect_uri", asked.redirect_uri),
        ("scope", "openid email profile"),
        ("state", &*state),
        ("nonce", &*nonce),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    parameters.extend(wishes(to, asked));

    let mut url = to.description.authorization.clone();
    url.query_pairs_mut()
        .append_pair("client_id", &to.client.id);
    match &to.description.pushed {
        Some(pushed) => {
            let reference = push(http, to, pushed, parameters).await?;
            url.query_pairs_mut().append_pair("request_uri", &reference);
        }
        None => {
            url.query_pairs_mut().extend_pairs(parameters);
        }
    }
    Ok(Sent {
        url,
        state,
        kept: Kept {
            nonce,
            verifier,
            issuer: to.issuer.as_str().to_owned(),
            fresh_since: asked.fresh.then_some(now),
        },
    })
}

/// What the person is to do or to find there.
fn wishes<'a>(to: &Addressee<'a>, asked: &Asked<'a>) -> Vec<(&'static str, &'a str)> {
    let google = to.provider.kind == ProviderKind::Google;
    let mut wishes = Vec::new();
    match (asked.fresh, asked.choose) {
        // Google refuses `login`; choosing an account is the nearest that it has.
        (true, _) if google => wishes.push(("prompt", "select_account")),
        (true, _) => wishes.push(("prompt", "login")),
        (false, true) => wishes.push(("prompt", "select_account")),
        (false, false) => {}
    }
    if asked.fresh {
        wishes.push(("max_age", "0"));
        // Microsoft tells when somebody signed in only if it is asked for it; others have to with `max_age`.
        if to.provider.kind == ProviderKind::Office365 || to.description.takes_claims {
            let claims = r#"{"id_token":{"auth_time":{"essential":true}}}"#;
            wishes.push(("claims", claims));
        }
    }
    if let Some(login) = asked.login {
        wishes.push(("login_hint", login));
    }
    // A hint to the page alone; the claim is what counts.
    match &*to.provider.members {
        [] => {}
        [domain] if google => wishes.push(("hd", domain)),
        _ if google => wishes.push(("hd", "*")),
        _ => {}
    }
    wishes
}

/// Pushes a request (RFC 9126) and answers what stands for it.
async fn push(
    http: &Http,
    to: &Addressee<'_>,
    pushed: &Url,
    mut parameters: Vec<(&str, &str)>,
) -> Result<String, Failed> {
    #[derive(Deserialize)]
    struct Taken {
        request_uri: String,
    }
    // A client that proves itself in a header is named in the request all the same.
    if to.client.secret.is_some() && to.description.basic {
        parameters.push(("client_id", &to.client.id));
    }
    let answer = exchange::ask(http, to.description, to.client, pushed, parameters).await?;
    let taken: Taken = serde_json::from_slice(&answer.body).map_err(|_| {
        let at = address::shown(pushed);
        Failed::down(format!("{at} answers without a reference to the request"))
    })?;
    Ok(taken.request_uri)
}

/// Where a person signs out there (OpenID Connect RP-Initiated Logout 1.0); none where the provider offers it not.
pub(super) fn away(
    description: &Description,
    client: &Client,
    id_token: &str,
    back_to: &str,
    state: &str,
) -> Option<Url> {
    let mut url = description.end_session.clone()?;
    let mut query = url.query_pairs_mut();
    if id_token.len() <= LONGEST_HINT {
        query.append_pair("id_token_hint", id_token);
    }
    query
        .append_pair("client_id", &client.id)
        .append_pair("post_logout_redirect_uri", back_to)
        .append_pair("state", state);
    drop(query);
    Some(url)
}
