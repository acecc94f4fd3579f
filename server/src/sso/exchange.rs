//! What is asked of a provider directly, in this server's own name: tokens for a code, and what else it knows of a
//! person.

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{
    Client, Failed, address,
    discovery::Description,
    http::{Answer, Credentials, Http, LONGEST},
};

/// What a code was exchanged for.
#[derive(Deserialize)]
pub(super) struct Tokens {
    #[serde(default)]
    pub(super) id_token: Option<String>,
    #[serde(default)]
    pub(super) access_token: Option<String>,
}

/// Exchanges a code (RFC 6749, section 4.1.3, with the verifier of RFC 7636).
pub(super) async fn tokens(
    http: &Http,
    description: &Description,
    client: &Client,
    code: &str,
    verifier: &str,
    redirect_uri: &str,
) -> Result<Tokens, Failed> {
    let form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier),
    ];
    let url = &description.token;
    let answer = ask(http, description, client, url, form).await?;
    serde_json::from_slice(&answer.body)
        .map_err(|_| Failed::down(format!("{} answers without tokens", address::shown(url))))
}

/// Sends a form in this server's name; an answer that refuses is a failure with its meaning.
pub(super) async fn ask<'a>(
    http: &Http,
    description: &Description,
    client: &'a Client,
    url: &Url,
    mut form: Vec<(&'a str, &'a str)>,
) -> Result<Answer, Failed> {
    let credentials = match &client.secret {
        Some(secret) if description.basic => Credentials::Basic {
            id: &client.id,
            secret,
        },
        Some(secret) if description.in_form => {
            form.extend([("client_id", &*client.id), ("client_secret", secret)]);
            Credentials::None
        }
        Some(_) => return Err(Failed::set_up("the provider takes no client secret")),
        None => {
            form.push(("client_id", &client.id));
            Credentials::None
        }
    };
    let answer = http.post(url, credentials, &form).await?;
    if answer.status.is_success() {
        Ok(answer)
    } else {
        Err(refused(url, &answer))
    }
}

/// What else a provider knows of the person whom an access token is for. It counts only when it is the same person.
pub(super) async fn userinfo(
    http: &Http,
    url: &Url,
    access_token: &str,
    subject: &str,
) -> Result<Map<String, Value>, Failed> {
    let credentials = Credentials::Bearer(access_token);
    let answer = http.get(url, credentials, LONGEST).await?;
    let at = address::shown(url);
    if answer.status != StatusCode::OK {
        let status = answer.status;
        return Err(Failed::down(format!("{at} answers with status {status}")));
    }
    let claims: Map<String, Value> = serde_json::from_slice(&answer.body)
        .map_err(|_| Failed::down(format!("{at} answers with something else than claims")))?;
    // OpenID Connect Core 1.0, section 5.3.2.
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(Failed::untrusted(format!("{at} tells of another person")));
    }
    Ok(claims)
}

/// What an answer means that gives nothing.
fn refused(url: &Url, answer: &Answer) -> Failed {
    #[derive(Deserialize)]
    struct Said {
        error: String,
        #[serde(default)]
        error_description: Option<String>,
    }
    match serde_json::from_slice::<Said>(&answer.body) {
        Ok(said) => Failed::said(&said.error, said.error_description.as_deref()),
        Err(_) if answer.status == StatusCode::UNAUTHORIZED => Failed::said("invalid_client", None),
        Err(_) => {
            let (at, status) = (address::shown(url), answer.status);
            Failed::down(format!("{at} answers with status {status}"))
        }
    }
}
