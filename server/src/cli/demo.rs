//! `callgate demo`: the server with throw-away data, its cockpit and captured mail.

use std::{env, fs, io, net::SocketAddr, os::unix::fs::DirBuilderExt, path::PathBuf};

use clap::Args;
use serde::Serialize;
use tokio::{net::TcpListener, sync::watch};

use super::{Outcome, print, serve, world};
use crate::{
    clock::Clock,
    config::{Config, LogFormat, LogLevel, Onboarding, PublicUrl, Region, Regions, Value},
    demo::{
        ACME, DOCS_EXAMPLE, LOGINS, NORTHWIND, NORTHWIND_EU, Outside, PASSWORD, PHONE_PASSWORD,
        Person, Simulator, THE_DARK_SIDE, crowd, leads, northwind, on_the_phone, seed, seed_europe,
        tour,
    },
    entropy::Entropy,
    flows::Services,
    http::{
        self, Drain, WebSettings,
        dev::{self, Cockpit, ShownAccount},
    },
    keys::Keys,
    mail::{Captured, Delivery, Smtp},
    storage::Db,
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
    /// Where the providers of single sign-on are, which `cargo xtask demo` starts
    #[arg(long, value_name = "URL", value_parser = outside, hide = true)]
    providers: Option<Outside>,
    /// Another server of this machine whose pages may show the phone simulator, like http://127.0.0.1:4000
    #[arg(long, value_name = "URL", value_parser = outside)]
    phone_for: Option<Outside>,
    /// Put the phone simulator on another site, as Amazon Connect is: browsers that block third-party cookies block its
    #[arg(long)]
    phone_elsewhere: bool,
}

fn outside(text: &str) -> Result<Outside, String> {
    Outside::parse(text).ok_or_else(|| "must be an http address of this machine".to_owned())
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
        // Anybody may try it here.
        config.onboarding = Onboarding::Open;
        config.region = self.region.clone();
        if let Some(regions) = &self.regions {
            config.regions = regions.clone();
        }
        if let Some(outside) = &self.providers {
            trust(&mut config, outside)?;
        }
        let public_url = config.public_url_at(listening);
        let phone_listener = beside(listening, 2).await?;
        let phones = Simulator::new(
            [
                Some(public_url.origin()),
                self.phone_for.as_ref().map(Outside::address),
            ]
            .into_iter()
            .flatten()
            .collect(),
            self.phone_elsewhere,
            phone_listener.local_addr()?,
            Clock::system(),
            Entropy::system(),
        );
        config.ccp_hosts = setting(&phones.host())?;
        let folder = Folder::make()?;
        // Whoever names regions has servers of their own for them.
        let europe = if self.region.is_none() && self.regions.is_none() {
            let europe = Europe::found(listening, &public_url, &folder).await?;
            config.region = setting::<Region>(HERE).ok();
            config.regions = setting::<Regions>(&format!("{THERE}={}", europe.url.origin()))?;
            Some(europe)
        } else {
            None
        };
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
        let s = throw_away(db, &config, &public_url, config.hash_threads()).await?;
        seed(&s, self.providers.as_ref(), &phones).await?;
        let drain = Drain::default();
        let there = europe.as_ref().map(|europe| europe.url.origin());
        let twins = there.iter().flat_map(|there| {
            let twins = northwind(NORTHWIND_EU).into_iter();
            twins.map(move |person| ShownAccount {
                server: there.clone(),
                ..shown(&person)
            })
        });
        let cockpit = Cockpit {
            password: PASSWORD.to_owned(),
            accounts: tried().iter().map(shown).chain(twins).collect(),
            crowd: crowd().iter().map(shown).collect(),
            tour: tour(self.providers.is_some()),
            outside: self.providers.as_ref().map(Outside::address),
            phones: phones.address(),
            phone_password: PHONE_PASSWORD,
            logins: LOGINS,
            captured,
            clock: s.clock.clone(),
            start: s.entropy.id(s.now()),
        };
        let settings = web_settings(&public_url);
        let router = http::router(s.clone(), settings, drain.clone()).merge(dev::router(cockpit));
        let told = if self.json {
            json(&public_url, &phones, self.providers.as_ref())?
        } else {
            text(
                &public_url,
                there.as_deref(),
                &phones,
                self.providers.as_ref(),
            )
        };
        let stopped = serve::until_told_to_stop()?;
        tokio::spawn(phones.serve(phone_listener, stopped.clone()));
        print(&told)?;
        let here = serve::run(
            s,
            router,
            listener,
            None,
            delivery.clone(),
            drain,
            stopped.clone(),
        );
        match europe {
            Some(europe) => tokio::try_join!(here, europe.run(delivery, stopped)).map(drop),
            None => here.await,
        }
    }
}

/// Lets this server speak with providers of this machine, which no other may.
fn trust(config: &mut Config, outside: &Outside) -> Outcome {
    config.sso_hosts = setting(&outside.host())?;
    config.google_issuer = setting(&outside.google())?;
    config.office365_authority = setting(&outside.office365())?;
    Ok(())
}

/// What people read of where they are.
const HERE: &str = "North America";
const THERE: &str = "Europe";

/// The second region: a server of its own with data of its own, which share nothing with the first one but the mail.
struct Europe {
    s: Services,
    url: PublicUrl,
    listener: TcpListener,
}

impl Europe {
    /// Beside the first server: on the next port, else on a free one. Its host has another name, for browsers keep
    /// cookies by host and not by port.
    async fn found(beside: SocketAddr, other: &PublicUrl, folder: &Folder) -> Outcome<Self> {
        let listener = self::beside(beside, 1).await?;
        let address = format!("http://localhost:{}", listener.local_addr()?.port());
        let url = setting::<PublicUrl>(&address)?;
        let mut config = Config::defaults();
        config.onboarding = Onboarding::Open;
        config.region = setting::<Region>(THERE).ok();
        config.regions = setting::<Regions>(&format!("{HERE}={}", other.origin()))?;
        let file = folder.0.join("europe.db");
        let db = world::open_database(&format!("sqlite://{}", file.display())).await?;
        let s = throw_away(db, &config, &url, 1).await?;
        seed_europe(&s).await?;
        Ok(Self { s, url, listener })
    }

    async fn run(self, delivery: Delivery, stopped: watch::Receiver<bool>) -> Outcome {
        let drain = Drain::default();
        let router = http::router(self.s.clone(), web_settings(&self.url), drain.clone());
        serve::run(
            self.s,
            router,
            self.listener,
            None,
            delivery,
            drain,
            stopped,
        )
        .await
    }
}

/// Listens so many ports further, else on a free one.
async fn beside(first: SocketAddr, further: u16) -> Outcome<TcpListener> {
    let port = first.port().saturating_add(further);
    match TcpListener::bind(SocketAddr::new(first.ip(), port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => serve::listen(SocketAddr::new(first.ip(), 0), "--listen").await,
    }
}

/// Services with keys that nobody keeps.
async fn throw_away(
    db: Db,
    config: &Config,
    public_url: &PublicUrl,
    hash_threads: usize,
) -> Outcome<Services> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let keys = Keys::generate(&entropy);
    db.check_keys(&keys).await??;
    Ok(world::services(
        db,
        clock,
        entropy,
        keys,
        config,
        public_url,
        hash_threads,
    ))
}

fn web_settings(public_url: &PublicUrl) -> WebSettings {
    WebSettings {
        public_url: public_url.url().clone(),
        trusted_proxies: Vec::new(),
        dev_reload: env::var_os("CALLGATE_DEV_RELOAD").is_some(),
    }
}

/// Everybody to try things with.
fn tried() -> Vec<Person> {
    let people = on_the_phone().into_iter().chain(leads());
    people.chain(northwind(NORTHWIND)).collect()
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
        company: person.company.to_owned(),
        server: String::new(),
        account: person.username.clone(),
        email: person.email(),
        roles: person.roles(),
        state: person.state(),
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
    /// The phone simulator's own page.
    ccp: String,
    /// The providers, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    sso: Option<String>,
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
    /// In Amazon Connect, where the company has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ccp_username: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ccp_password: Option<&'static str>,
}

fn json(public_url: &PublicUrl, phones: &Simulator, outside: Option<&Outside>) -> Outcome<String> {
    let accounts = tried()
        .into_iter()
        .chain(crowd())
        .filter(|person| person.standing.has_password());
    let told = Told {
        url: public_url.origin(),
        mail: public_url.at("/dev/mail.json"),
        ccp: phones.address(),
        sso: outside.map(Outside::address),
        accounts: accounts
            .map(|person| ToldAccount {
                company: person.company,
                email: person.email(),
                roles: person.roles(),
                totp_secret: person.app_key(),
                ccp_username: person.connect.map(|(username, _)| username),
                ccp_password: person.connect.map(|_| PHONE_PASSWORD),
                account: person.username,
                password: PASSWORD,
            })
            .collect(),
    };
    Ok(format!("{}\n", serde_json::to_string(&told)?))
}

fn text(
    public_url: &PublicUrl,
    there: Option<&str>,
    phones: &Simulator,
    outside: Option<&Outside>,
) -> String {
    let mut text = format!(
        "\nCallgate demo: {}\n\n  mail   {}\n  phone  {}\n\nEverybody's password is {PASSWORD}\n\
         In Amazon Connect, which the phone simulator plays, it is {PHONE_PASSWORD}\n",
        public_url.at("/dev"),
        public_url.at("/dev/mail"),
        phones.address(),
    );
    let here = public_url.origin();
    let of = |alias| {
        let people = on_the_phone().into_iter();
        people.filter(|person| person.company == alias).collect()
    };
    let mut companies = vec![
        (here.as_str(), DOCS_EXAMPLE, of(DOCS_EXAMPLE)),
        (&here, THE_DARK_SIDE, of(THE_DARK_SIDE)),
        (&here, ACME, leads()),
        (&here, NORTHWIND, northwind(NORTHWIND)),
    ];
    if let Some(there) = there {
        companies.push((there, NORTHWIND_EU, northwind(NORTHWIND_EU)));
    }
    for (server, alias, people) in companies {
        text.push_str(&format!("\n{server}/{alias}\n"));
        for person in people {
            let roles = person.roles().join(", ");
            text.push_str(&format!(
                "  {:20} {roles:13} {}\n",
                person.username,
                person.state()
            ));
        }
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
    text.push_str(&sign_in_outside(outside));
    text.push_str(
        "\n  agent-001 … of acme: three hundred more\n\nCtrl+C stops it and removes its data.\n\n",
    );
    text
}

/// Which logins to choose at the providers, or why there are none.
fn sign_in_outside(outside: Option<&Outside>) -> String {
    let Some(outside) = outside else {
        return "\n  There is no single sign-on: its providers are started by `cargo xtask demo`, which needs Node 20 or later \
                for them.\n"
            .to_owned();
    };
    let mut text = format!(
        "\nSingle sign-on; how the providers behave: {}\n",
        outside.address()
    );
    for login in LOGINS {
        text.push_str(&format!(
            "  {:10} {:13} {:33} {}\n",
            login.company, login.provider, login.login, login.fate
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_json_has_what_scripts_read() {
        let public_url =
            Config::defaults().public_url_at("127.0.0.1:4711".parse().expect("an address"));
        let listening = "127.0.0.1:4713".parse().expect("an address");
        let phones = Simulator::new(
            vec![public_url.origin()],
            false,
            listening,
            Clock::system(),
            Entropy::seeded(1),
        );
        let line = json(&public_url, &phones, None).expect("serialises");
        assert_eq!(line.lines().count(), 1);
        let told: serde_json::Value = serde_json::from_str(&line).expect("is JSON");
        assert_eq!(told["url"], "http://127.0.0.1:4711");
        assert_eq!(told["mail"], "http://127.0.0.1:4711/dev/mail.json");
        assert!(told.get("sso").is_none());
        assert_eq!(told["ccp"], "http://127.0.0.1:4713");
        assert_eq!(
            told["accounts"][1],
            serde_json::json!({
                "company": "docs-example",
                "account": "agent",
                "email": "agent@docs-example.example",
                "password": "shift-starts-at-eight",
                "roles": ["agent"],
                "ccp_username": "agent",
                "ccp_password": "headset-on-at-eight",
            })
        );
        assert_eq!(
            told["accounts"][8],
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
