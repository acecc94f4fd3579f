//! An OpenID provider that answers at once, believes everybody and knows how long its own answers took. What it leaves
//! out (a login page, checking codes and clients) the real ones of `providers` have.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// How Callgate is known to it (`callgate bench-seed`).
const CLIENT: &str = "bench";

pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    desk: Arc<Desk>,
}

/// What all connections share.
struct Desk {
    issuer: String,
    key: EcdsaKeyPair,
    random: SystemRandom,
    /// Nanoseconds from a whole question to a whole answer, of all answers.
    spent: AtomicU64,
}

impl Provider {
    /// Listens for as long as this program runs.
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let drawn = EcdsaKeyPair::generate_pkcs8(algorithm, &random)
            .map_err(|_| anyhow!("no key can be made"))?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, drawn.as_ref(), &random)
            .map_err(|error| anyhow!("no key can be made: {error}"))?;
        let desk = Arc::new(Desk {
            issuer: format!("http://{address}"),
            key,
            random,
            spent: AtomicU64::new(0),
        });
        let shared = Arc::clone(&desk);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let desk = Arc::clone(&shared);
                // Whoever hangs up in the middle is no fault of ours.
                thread::spawn(move || desk.serve(stream).ok());
            }
        });
        Ok(Self { address, desk })
    }

    pub(crate) fn issuer(&self) -> String {
        self.desk.issuer.clone()
    }

    /// How long all answers together took until now.
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_nanos(self.desk.spent.load(Ordering::Relaxed))
    }

    /// What somebody comes back with who was sent here with this nonce.
    pub(crate) fn code(subject: &str, nonce: &str) -> String {
        format!("{subject}.{nonce}")
    }
}

impl Desk {
    fn serve(&self, stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut length = 0;
            loop {
                let mut header = String::new();
                stream.read_line(&mut header)?;
                let Some((name, value)) = header.trim().split_once(':') else {
                    break;
                };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse()?;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body)?;
            let asked = Instant::now();
            let answer = self.answer(&path, &String::from_utf8(body)?)?;
            stream.get_mut().write_all(&answer)?;
            let took = u64::try_from(asked.elapsed().as_nanos())?;
            self.spent.fetch_add(took, Ordering::Relaxed);
        }
    }

    fn answer(&self, path: &str, body: &str) -> Result<Vec<u8>> {
        let (status, answer) = match path {
            "/.well-known/openid-configuration" => ("200 OK", self.description()),
            "/keys" => ("200 OK", self.keys()),
            "/token" => ("200 OK", self.tokens(body)?),
            _ => ("404 Not Found", json!({})),
        };
        let answer = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        Ok([head.into_bytes(), answer.into_bytes()].concat())
    }

    fn description(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": ["openid", "email", "profile"],
        })
    }

    fn keys(&self) -> Value {
        // One byte that says "uncompressed", then both coordinates.
        let point = self.key.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..65]].map(|half| URL_SAFE_NO_PAD.encode(half));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "bench", "x": x, "y": y }] })
    }

    /// For a form with a [`Provider::code`].
    fn tokens(&self, form: &str) -> Result<Value> {
        let code = form
            .split('&')
            .find_map(|field| field.strip_prefix("code="));
        let (subject, nonce) = code.unwrap_or_default().split_once('.').unwrap_or_default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = json!({
            "iss": self.issuer,
            "sub": subject,
            "aud": CLIENT,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "email": format!("{subject}@bench.example"),
            "email_verified": true,
        });
        let head = json!({ "alg": "ES256", "kid": "bench", "typ": "JWT" });
        let signed = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = signed.join(".");
        let signature = self
            .key
            .sign(&self.random, signed.as_bytes())
            .map_err(|_| anyhow!("the key does not sign"))?;
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(
            json!({ "access_token": "bench", "token_type": "Bearer", "expires_in": 300, "id_token": token }),
        )
    }
}
