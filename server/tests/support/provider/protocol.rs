//! What a provider does that is asked in the right way, mischief included.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use server::clock::Moment;
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use super::{
    CLIENT, Endpoint, Everything, Granted, Mischief, Parameters, SECRET, TENANT, TestProvider,
    signing,
};

impl TestProvider {
    pub(super) fn description(&self, tenant: Option<&str>) -> Value {
        let state = self.state();
        let base = &self.0.base;
        let mut description = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "end_session_endpoint": format!("{base}/end_session"),
            "jwks_uri": format!("{base}/keys"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "claims_parameter_supported": true,
            "authorization_response_iss_parameter_supported": true,
        });
        if let Some(tenant) = tenant {
            let issuer = match tenant {
                "organizations" | "common" => "{tenantid}",
                tenant => tenant,
            };
            description["issuer"] = json!(format!("{base}/{issuer}/v2.0"));
            description["authorization_endpoint"] = json!(format!("{base}/{tenant}/authorize"));
            description["authorization_response_iss_parameter_supported"] = json!(false);
        }
        if state.takes_pushed {
            let endpoint = json!(format!("{base}/par"));
            description["pushed_authorization_request_endpoint"] = endpoint;
        }
        if let Some(Mischief::Describes(name, value)) = &state.mischief {
            let members = description.as_object_mut().expect("an object");
            if value.is_null() {
                members.remove(*name);
            } else {
                members.insert((*name).to_owned(), value.clone());
            }
        }
        description
    }

    /// Where somebody is sent who comes to sign in.
    pub(super) fn authorize(&self, tenant: Option<&str>, query: &str) -> Result<String, String> {
        let mut state = self.state();
        *state.asked.entry(Endpoint::Authorize).or_default() += 1;
        let mut parameters = read(query);
        if let Some(reference) = parameters.get("request_uri") {
            let client = parameters.get("client_id").cloned();
            let pushed = state.pushed.remove(reference);
            parameters = pushed.ok_or("an unknown or used request")?;
            if parameters.get("client_id") != client.as_ref() {
                return Err("a request of another client".to_owned());
            }
        } else if state.takes_pushed {
            return Err("a request that was not pushed".to_owned());
        }
        let of = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let wanted = [
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in wanted {
            if of(name) != value {
                return Err(format!("{name} is {:?}", of(name)));
            }
        }
        for name in ["state", "nonce", "code_challenge"] {
            if of(name).len() < 43 {
                return Err(format!("{name} is {:?}", of(name)));
            }
        }
        if !of("scope").split(' ').any(|scope| scope == "openid") {
            return Err("no OpenID Connect".to_owned());
        }

        let base = &self.0.base;
        let issuer = match tenant {
            None => base.clone(),
            Some(_) => {
                let own = state.login.claims.get("tid").and_then(Value::as_str);
                format!("{base}/{}/v2.0", own.unwrap_or(TENANT))
            }
        };
        let mut back: Url = of("redirect_uri").parse().map_err(|_| "no way back")?;
        back.query_pairs_mut().append_pair("state", &of("state"));
        if let Some(Mischief::Denies(error, description)) = &state.mischief {
            back.query_pairs_mut()
                .append_pair("error", error)
                .append_pair("error_description", description);
        } else {
            let granted = Granted {
                login: state.login.clone(),
                issuer,
                at: self.0.clock.now(),
                parameters,
            };
            let code = state.name("code");
            back.query_pairs_mut().append_pair("code", &code);
            state.codes.insert(code, granted);
        }
        let answers_as = match &state.mischief {
            Some(Mischief::AnswersAs(other)) => *other,
            _ if tenant.is_some() => None,
            _ => Some(&**base),
        };
        if let Some(iss) = answers_as {
            back.query_pairs_mut().append_pair("iss", iss);
        }
        Ok(back.into())
    }

    /// Where somebody is sent who signed out.
    pub(super) fn end_session(&self, query: &str) -> Result<String, String> {
        self.state().asked.insert(Endpoint::EndSession, 1);
        let parameters = read(query);
        let back = parameters.get("post_logout_redirect_uri");
        let mut back: Url = back
            .and_then(|back| back.parse().ok())
            .ok_or("no way back")?;
        if let Some(state) = parameters.get("state") {
            back.query_pairs_mut().append_pair("state", state);
        }
        Ok(back.into())
    }

    pub(super) fn exchange(&self, form: &Parameters) -> Result<Value, &'static str> {
        let mut state = self.state();
        let code = form.get("code").and_then(|code| state.codes.remove(code));
        let granted = code.ok_or("an unknown or used code")?;
        if form.get("redirect_uri") != granted.parameters.get("redirect_uri") {
            return Err("another way back");
        }
        let verifier = form.get("code_verifier").cloned().unwrap_or_default();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        if granted.parameters.get("code_challenge") != Some(&challenge) {
            return Err("another browser's verifier");
        }
        let access_token = state.name("access");
        state
            .access_tokens
            .insert(access_token.clone(), granted.login.clone());
        let mut answer = json!({
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": access_token,
            "id_token": state.token(&granted, self.0.clock.now()),
        });
        if matches!(state.mischief, Some(Mischief::NoToken)) {
            answer["id_token"] = Value::Null;
        }
        Ok(answer)
    }
}

impl Everything {
    pub(super) fn name(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}-{}", self.last)
    }

    fn token(&self, granted: &Granted, now: Moment) -> String {
        let of = |name: &str| granted.parameters.get(name);
        let mut claims = granted.login.claims.clone();
        if self.claims_in_userinfo {
            claims.retain(|name, _| !["email", "email_verified", "name"].contains(&&**name));
        }
        let proven = granted.login.remembered.unwrap_or(granted.at);
        let seconds = now.0 / 1000;
        for (name, value) in [
            ("iss", json!(granted.issuer)),
            ("aud", json!(CLIENT)),
            ("nonce", json!(of("nonce"))),
            ("iat", json!(seconds)),
            ("exp", json!(seconds + 3600)),
            ("auth_time", json!(proven.0 / 1000)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        if granted.issuer.ends_with("/v2.0") {
            claims.entry("tid").or_insert(json!(TENANT));
        }
        match &self.mischief {
            Some(Mischief::Claim(name, value)) => {
                claims.insert((*name).to_owned(), value.clone());
            }
            Some(Mischief::NoClaim(name)) => {
                claims.remove(*name);
            }
            _ => {}
        }
        let claims = Value::Object(claims);
        match &self.mischief {
            Some(Mischief::WrongKey) => signing::with_wrong_key(&claims, self.rotated),
            Some(Mischief::UnknownKey) => signing::with_unknown_key(&claims),
            Some(Mischief::AlgNone) => signing::unsigned(&claims),
            Some(Mischief::Hs256WithPublicKey) => signing::with_public_key(&claims, self.rotated),
            Some(Mischief::Hs256WithClientSecret) => {
                signing::with_secret(&claims, SECRET.as_bytes())
            }
            _ => signing::signed(&claims, self.signs_with, self.rotated),
        }
    }
}

pub(super) fn read(query: &str) -> Parameters {
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}
