//! `callgate demo`: the server with throw-away data, its cockpit and captured mail.

use std::{env, fs, io, net::SocketAddr, os::unix::fs::DirBuilderExt, path::PathBuf};

use clap::Args;
use serde::Serialize;

use super::{Outcome, print, serve, world};
use crate::{
    clock::Clock,
    config::{Config, LogFormat, LogLevel, PublicUrl, Region, Regions, Value},
    demo::{ALIAS, PASSWORD, Person, TOUR, crowd, leads, seed},
    entropy::Entropy,
    http::{
        self, Drain, WebSettings,
        dev::{self, Cockpit, ShownAccount},
    },
    keys::Keys,
    mail::{Captured, Delivery, Smtp},
    telemetry,
};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Print one line of JSON about where to go and who to be
    #[arg(long)]
    json: bool,
    /// Where to listen: a loopback address; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Fill this empty database instead of a throw-away one
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Send mails to this mail server instead of keeping them for /dev/mail
    #[arg(long, value_name = "URL")]
    smtp_url: Option<String>,
    /// The region that this server serves, as people read it
    #[arg(long, value_name = "NAME", value_parser = setting::<Region>)]
    region: Option<Region>,
    /// Other regions, like Europe=http://127.0.0.1:3001
    #[arg(long, value_name = "NAME=URL,…", value_parser = setting::<Regions>)]
    regions: Option<Regions>,
}

/// Reads a value as the setting of that kind would.
fn setting<V: Value>(text: &str) -> Result<V, String> {
    V::parse(text).ok_or_else(|| format!("must be {}", V::KIND))
}

impl Demo {
    pub(super) async fn run(self) -> Outcome {
        telemetry::start(LogFormat::Text, LogLevel::Warn);
        if !self.listen.ip().is_loopback() {
            return Err(format!(
                "the demo's passwords are public, so it listens on loopback addresses only, not on {}",
                self.listen
            )
            .into());
        }
        let captured = self.smtp_url.is_none().then(Captured::default);
        let delivery = match (&self.smtp_url, &captured) {
            (Some(url), _) => {
                Delivery::Smtp(Smtp::new(url, "Callgate demo <callgate@callgate.example>")?)
            }
            (None, Some(captured)) => Delivery::Capture(captured.clone()),
            (None, None) => Delivery::None,
        };
        let listener = serve::listen(self.listen, "--listen").await?;
        let listening = listener.local_addr()?;
        let mut config = Config::defaults();
        config.region = self.region.clone();
        if let Some(regions) = &self.regions {
            config.regions = regions.clone();
        }
        let public_url = config.public_url_at(listening);
        let folder = Folder::make()?;
        let database = match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", folder.0.join("callgate.db").display()),
        };
        let db = world::open_database(&database).await?;
        if !db.companies().await?.is_empty() {
            return Err(
                "this database holds companies already; the demo fills an empty one only".into(),
            );
        }
        let (clock, entropy) = (Clock::system(), Entropy::system());
        let keys = Keys::generate(&entropy);
        db.check_keys(&keys).await??;
        let s = world::services(
            db,
            clock,
            entropy,
            keys,
            &config,
            &public_url,
            config.hash_threads(),
        );
        seed(&s).await?;
        let drain = Drain::default();
        let settings = WebSettings {
            public_url: public_url.url().clone(),
            trusted_proxies: Vec::new(),
            dev_reload: env::var_os("CALLGATE_DEV_RELOAD").is_some(),
        };
        let cockpit = Cockpit {
            password: PASSWORD.to_owned(),
            accounts: leads().iter().map(shown).collect(),
            crowd: crowd().iter().map(shown).collect(),
            tour: TOUR,
            captured,
            clock: s.clock.clone(),
            start: s.entropy.id(s.now()),
        };
        let router = http::router(s.clone(), settings, drain.clone()).merge(dev::router(cockpit));
        let told = if self.json {
            json(&public_url)?
        } else {
            text(&public_url)
        };
        print(&told)?;
        serve::run(s, router, listener, None, delivery, drain).await
    }
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn make() -> io::Result<Self> {
        let name = format!(
            "callgate-demo-{}",
            hex::encode(Entropy::system().bytes::<8>())
        );
        let path = env::temp_dir().join(name);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the demo's folder is left behind");
        }
    }
}

fn shown(person: &Person) -> ShownAccount {
    ShownAccount {
        company: ALIAS.to_owned(),
        account: person.username.clone(),
        email: person.email(),
        roles: person.roles(),
        state: person.standing.words(),
        app: person.app(),
        backup_codes: person.backup_codes(),
        can_sign_in: person.standing.has_password(),
    }
}

/// The one line of `--json`.
#[derive(Serialize)]
struct Told {
    url: String,
    mail: String,
    /// The phone simulator; there is none yet.
    ccp: Option<String>,
    accounts: Vec<ToldAccount>,
}

#[derive(Serialize)]
struct ToldAccount {
    company: &'static str,
    account: String,
    email: String,
    password: &'static str,
    roles: Vec<&'static str>,
    /// Of an authenticator app: base32.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_secret: Option<String>,
}

fn json(public_url: &PublicUrl) -> Outcome<String> {
    let accounts = leads()
        .into_iter()
        .chain(crowd())
        .filter(|person| person.standing.has_password());
    let told = Told {
        url: public_url.origin(),
        mail: public_url.at("/dev/mail.json"),
        ccp: None,
        accounts: accounts
            .map(|person| ToldAccount {
                company: ALIAS,
                email: person.email(),
                roles: person.roles(),
                totp_secret: person.app_key(),
                account: person.username,
                password: PASSWORD,
            })
            .collect(),
    };
    Ok(format!("{}\n", serde_json::to_string(&told)?))
}

fn text(public_url: &PublicUrl) -> String {
    let mut text = format!(
        "\nCallgate demo: {}\n\n  company page  {}\n  mail          {}\n\nEverybody's password is {PASSWORD}\n\n",
        public_url.at("/dev"),
        public_url.at(&format!("/{ALIAS}")),
        public_url.at("/dev/mail"),
    );
    for person in leads() {
        let roles = person.roles().join(", ");
        text.push_str(&format!(
            "  {:16} {roles:13} {}\n",
            person.username,
            person.standing.words()
        ));
    }
    for person in leads() {
        if let Some(key) = person.app_key() {
            text.push_str(&format!("\n  key of {}'s app: {key}", person.username));
        }
    }
    for person in leads() {
        let codes = person.backup_codes();
        if !codes.is_empty() {
            text.push_str(&format!("\n  backup codes of {}:\n", person.username));
            for codes in codes.chunks(2) {
                text.push_str(&format!("    {}\n", codes.join("  ")));
            }
        }
    }
    text.push_str("\n  agent-001 …      agent         three hundred more\n\nCtrl+C stops it and removes its data.\n\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_json_has_what_scripts_read() {
        let public_url =
            Config::defaults().public_url_at("127.0.0.1:4711".parse().expect("an address"));
        let line = json(&public_url).expect("serialises");
        assert_eq!(line.lines().count(), 1);
        let told: serde_json::Value = serde_json::from_str(&line).expect("is JSON");
        assert_eq!(told["url"], "http://127.0.0.1:4711");
        assert_eq!(told["mail"], "http://127.0.0.1:4711/dev/mail.json");
        assert_eq!(
            told["accounts"][2],
            serde_json::json!({
                "company": "acme",
                "account": "agent",
                "email": "agent@acme.example",
                "password": "shift-starts-at-eight",
                "roles": ["agent"],
            })
        );
    }
}
