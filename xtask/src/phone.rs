//! A person's second proof, as scripts give it: the code of an authenticator app, typed at the step that asks for it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use totp_rs::{Builder, Secret};

use crate::client::{Answer, Client};

/// What an app with this secret (base32) shows now.
pub(crate) fn code(secret: &str) -> Result<String> {
    let secret = Secret::try_from_base32(secret)
        .map_err(|_| anyhow!("`{secret}` is no secret of an app"))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let app = Builder::new().with_secret(secret).build_noncompliant();
    Ok(app.generate(now).to_string())
}

/// Types a code at the step that a password was answered with.
pub(crate) fn enter(client: &mut Client, step: &Answer, code: &str) -> Result<Answer> {
    let shown: serde_json::Value = serde_json::from_slice(&step.body)?;
    let attempt = shown["attempt"].as_str().context("no step of a sign-in")?;
    let cookie = step
        .cookie("callgate-attempt")
        .context("no sign-in is under way")?;
    let body = serde_json::json!({ "attempt": attempt, "code": code });
    client.post_json(
        "/api/v1/sign-in/code",
        &format!("cookie: {cookie}\r\n"),
        &body.to_string(),
    )
}
