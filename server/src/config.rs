//! What an operator sets: one table drives reading, `callgate config check` and the reference.
//!
//! A setting stands in `callgate.toml` under its name, or in the environment under the same name in
//! upper case after `CALLGATE_`; the environment wins. Values and their rules are in [`values`];
//! rules over several settings are in [`Config::check`]. Nothing here opens or reaches anything.

mod values;

pub use values::{
    DatabaseUrl, Hosts, IssuerUrl, LogFormat, LogLevel, NameServers, Onboarding, PublicUrl, Region,
    Regions, Secret, SecretUrl, Sender, SmtpUrl, Span, Value, Whole, Word,
};

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use ipnet::IpNet;

use crate::{regions::Peer, sso};

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    /// What a value must be, to continue "must be …".
    pub kind: &'static str,
    /// As it would be written; empty when there is none.
    pub default: &'static str,
    pub text: &'static str,
}

/// What a value came from, for sentences and for `config check`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Default,
    File(PathBuf),
    Environment,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Environment => f.write_str("environment"),
        }
    }
}

/// A sentence for the operator that names the setting and where it stands.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    #[error("The settings file {path} cannot be read: {why}.")]
    Unreadable { path: String, why: String },
    #[error("The settings file {path} is not TOML: {why}.")]
    NotToml { path: String, why: String },
    #[error(
        "`{written}` ({source_}) is no setting of Callgate; `callgate config reference` lists them all."
    )]
    Unknown { written: String, source_: Source },
    #[error("`{name}` ({source_}) must be {kind}{found}.")]
    Wrong {
        name: String,
        source_: Source,
        kind: String,
        found: String,
    },
    #[error("{0}")]
    Together(String),
}

macro_rules! settings {
    ($( $(#[doc = $text:literal])+ $name:ident: $kind:ty = $default:literal, )+) => {
        /// Every setting, read and checked.
        #[derive(Clone, Debug)]
        pub struct Config {
            $( $(#[doc = $text])+ pub $name: $kind, )+
        }

        /// The table of settings, in the order in which people read them.
        pub const SETTINGS: &[Setting] = &[
            $( Setting {
                name: stringify!($name),
                kind: <$kind as Value>::KIND,
                default: $default,
                text: concat!($($text),+),
            }, )+
        ];

        impl Config {
            fn read(given: &Given) -> Result<Self, ConfigError> {
                Ok(Self { $( $name: given.value(stringify!($name), $default)?, )+ })
            }

            /// Every setting's value as an operator may see it, secrets masked.
            #[must_use]
            pub fn shown(&self) -> Vec<(&'static str, String)> {
                vec![ $( (stringify!($name), self.$name.show()), )+ ]
            }
        }
    };
}

settings! {
    /// Address and port on which people reach this server or its reverse proxy reaches it.
    listen: SocketAddr = "127.0.0.1:3000",
    /// The address that people type, which links in mails carry and which requests must come from.
    /// Needed unless `listen` is a loopback address.
    public_url: Option<PublicUrl> = "",
    /// A PostgreSQL URL; without one, SQLite in the data folder.
    database_url: Option<DatabaseUrl> = "",
    /// Folder of the SQLite database and the key file.
    data_dir: PathBuf = "./data",
    /// File with the server's keys, made at the first start; without one, `keys` in the data folder.
    /// Keep a copy apart from the database's.
    key_file: Option<PathBuf> = "",
    /// The mail server. Without one, mails wait until there is one, and nobody gets a code.
    smtp_url: Option<SmtpUrl> = "",
    /// Who mails come from. Needed with `smtp_url`.
    mail_from: Option<Sender> = "",
    /// The region that this server serves, as people read it.
    region: Option<Region> = "",
    /// The other regions, which have servers and data of their own, and the addresses that people type there. They
    /// are asked for companies that are unknown here; in the file, `regions = { Europe = "https://eu.example.com" }`
    /// means the same.
    regions: Regions = "",
    /// Who may create a company at `/onboarding`: nobody (`closed`; the operator still may, with `callgate company create`),
    /// anybody whom the operator then says yes to (`approve`, with `callgate company approve`), or anybody (`open`).
    onboarding: Onboarding = "closed",
    /// The client id of an application at Google that is offered to all companies, so that they need none of their own.
    google_client_id: Option<Word> = "",
    /// Its secret. Needed with `google_client_id`.
    google_client_secret: Option<Secret> = "",
    /// The client id of a multi-tenant application at Microsoft Entra that is offered to all companies.
    office365_client_id: Option<Word> = "",
    /// Its secret. Needed with `office365_client_id`.
    office365_client_secret: Option<Secret> = "",
    /// Whose word counts for Google. Only tests have another.
    google_issuer: IssuerUrl = "https://accounts.google.com",
    /// Where Microsoft Entra's tenants are; national clouds have their own, like `https://login.microsoftonline.us`.
    office365_authority: IssuerUrl = "https://login.microsoftonline.com",
    /// Hosts of identity providers that may have private addresses, and plain http where they are this machine. Others
    /// are reached over https at public addresses only, so that nobody who sets up a provider can reach into this
    /// network. They are reached directly, never over the proxy of the environment.
    sso_hosts: Hosts = "",
    /// Hosts at which a company's Amazon Connect may be besides those that AWS gives out (`*.my.connect.aws`,
    /// `*.awsapps.com`, `*.govcloud.connect.aws`). Whoever answers there can say who is at a browser and hears the
    /// microphone. Plain http where they are this machine, https otherwise.
    ccp_hosts: Hosts = "",
    /// Name servers that are asked for the records with which companies prove their e-mail domains; without any, those
    /// that the system asks.
    dns_servers: NameServers = "",
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    trusted_proxies: Vec<IpNet> = "",
    /// Company networks that many people share; they get a full share of the queue for password checks.
    networks: Vec<IpNet> = "",
    /// Address and port for Prometheus; `/metrics` is served nowhere else.
    metrics_listen: Option<SocketAddr> = "",
    /// How log lines are written.
    log_format: LogFormat = "text",
    /// The least important log lines that are written.
    log_level: LogLevel = "info",
    /// Threads that check passwords; 0 is one for each processor core.
    hash_threads: Whole<0, 256> = "0",
    /// Password checks that may wait for a thread; further ones are told to come back.
    hash_queue: Whole<8, 100_000> = "512",
    /// The shortest total lifetime of sessions that a company may choose.
    session_total_min: Span = "15m",
    /// The longest total lifetime of sessions that a company may choose.
    session_total_max: Span = "24h",
    /// The shortest time without activity after which a company may end sessions.
    session_idle_min: Span = "5m",
    /// The longest time without activity after which a company may end sessions.
    session_idle_max: Span = "12h",
    /// The fewest days for which a company may let the links in its invitations live.
    invitation_days_min: Whole<1, 14> = "1",
    /// The most days for which a company may let the links in its invitations live.
    invitation_days_max: Whole<1, 14> = "14",
    /// The fewest characters that a company may choose as the least that its passwords have.
    password_length_min: Whole<8, 64> = "8",
    /// The most characters that a company may choose as the least that its passwords have.
    password_length_max: Whole<8, 64> = "64",
    /// The shortest time for which a company may let a backup code from an administrator be used.
    admin_code_min: Span = "5m",
    /// The longest time for which a company may let a backup code from an administrator be used.
    admin_code_max: Span = "1h",
    /// The fewest days for which a company may let browsers go without a second proof.
    trust_days_min: Whole<14, 90> = "14",
    /// The most days for which a company may let browsers go without a second proof; 0 is never.
    trust_days_max: Whole<0, 90> = "90",
}

/// Names after `CALLGATE_` that tests and development use, which are not settings of a server.
const NOT_SETTINGS: [&str; 3] = [
    "CALLGATE_TEST_POSTGRES_URL",
    "CALLGATE_BIN",
    "CALLGATE_DEV_RELOAD",
];

/// The file that is read when it exists and no other is named.
pub const DEFAULT_FILE: &str = "callgate.toml";

/// What was written, before anybody looked at what it says.
#[derive(Default)]
struct Given(BTreeMap<&'static str, (String, Source)>);

impl Given {
    fn put(
        &mut self,
        written: &str,
        name: &str,
        value: String,
        source: Source,
    ) -> Result<(), ConfigError> {
        let setting =
            SETTINGS
                .iter()
                .find(|s| s.name == name)
                .ok_or_else(|| ConfigError::Unknown {
                    written: written.to_owned(),
                    source_: source.clone(),
                })?;
        self.0.insert(setting.name, (value, source));
        Ok(())
    }

    fn put_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let shown = || path.display().to_string();
        let text = fs::read_to_string(path).map_err(|e| ConfigError::Unreadable {
            path: shown(),
            why: e.to_string(),
        })?;
        // The parser's own message quotes the line, which may hold a password.
        let table: toml::Table =
            text.parse()
                .map_err(|e: toml::de::Error| ConfigError::NotToml {
                    path: shown(),
                    why: e.message().to_owned(),
                })?;
        for (name, value) in table {
            let source = Source::File(path.to_owned());
            let value = flat(&name, &value).ok_or_else(|| ConfigError::Wrong {
                name: name.clone(),
                source_: source.clone(),
                kind: "one value or a list of values".to_owned(),
                found: String::new(),
            })?;
            self.put(&name, &name, value, source)?;
        }
        Ok(())
    }

    fn put_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (variable, value) in variables {
            let Some(name) = variable.strip_prefix("CALLGATE_") else {
                continue;
            };
            if NOT_SETTINGS.contains(&variable.as_str()) {
                continue;
            }
            // Only one spelling, so that a variable in lower case is not silently another one.
            let name = if name.chars().any(|c| c.is_ascii_lowercase()) {
                String::new()
            } else {
                name.to_ascii_lowercase()
            };
            self.put(&variable, &name, value, Source::Environment)?;
        }
        Ok(())
    }

    fn value<V: Value>(&self, name: &str, default: &str) -> Result<V, ConfigError> {
        let (text, source) = match self.0.get(name) {
            Some((text, source)) => (text.as_str(), source.clone()),
            None => (default, Source::Default),
        };
        V::parse(text.trim()).ok_or_else(|| ConfigError::Wrong {
            name: if source == Source::Environment {
                variable(name)
            } else {
                name.to_owned()
            },
            source_: source,
            kind: V::KIND.to_owned(),
            found: if V::SECRET {
                String::new()
            } else {
                format!(", not \"{text}\"")
            },
        })
    }
}

/// The environment variable of a setting.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("CALLGATE_{}", name.to_ascii_uppercase())
}

/// A TOML value as the environment would hold it; lists with commas.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(s) => Some(s.clone()),
        toml::Value::Integer(i) => Some(i.to_string()),
        toml::Value::Boolean(b) => Some(b.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(plain).collect();
            items.map(|items| items.join(","))
        }
        _ => None,
    }
}

/// A setting's TOML value as the environment would hold it: the regions may be a table of names and addresses.
fn flat(name: &str, value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::Table(pairs) if name == "regions" => {
            let pairs: Option<Vec<String>> = pairs
                .iter()
                .map(|(name, value)| Some(format!("{name}={}", plain(value)?)))
                .collect();
            pairs.map(|pairs| pairs.join(","))
        }
        value => plain(value),
    }
}

/// A configuration and where each of its values came from.
pub struct Loaded {
    pub config: Config,
    given: Given,
}

/// Masked: what was given holds passwords.
impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.rows()
                    .map(|(name, value, source)| (name, (value, source))),
            )
            .finish()
    }
}

impl Loaded {
    /// Name, value as an operator may see it, and source of every setting.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, String, Source)> + '_ {
        self.config.shown().into_iter().map(|(name, value)| {
            let source = self
                .given
                .0
                .get(name)
                .map_or(Source::Default, |(_, source)| source.clone());
            (name, value, source)
        })
    }
}

impl Config {
    /// Reads `file`, or [`DEFAULT_FILE`] when it exists, and then the environment.
    ///
    /// # Errors
    /// With one sentence for the first setting that is unknown or wrong.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Loaded, ConfigError> {
        let mut given = Given::default();
        let default = Path::new(DEFAULT_FILE);
        if let Some(path) = file.or_else(|| default.exists().then_some(default)) {
            given.put_file(path)?;
        }
        given.put_environment(environment)?;
        let config = Self::read(&given)?;
        config.check()?;
        Ok(Loaded { config, given })
    }

    /// The settings of a server whose operator set none.
    #[must_use]
    pub fn defaults() -> Self {
        Self::read(&Given::default()).expect("a test reads every default")
    }

    /// Rules over several settings.
    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |sentence: &str| Err(ConfigError::Together(sentence.to_owned()));
        if self.public_url.is_none() && !self.listen.ip().is_loopback() {
            return refuse(
                "`public_url` (CALLGATE_PUBLIC_URL) must be set when `listen` is not a loopback address: it is what people type and what links in mails carry.",
            );
        }
        if self.smtp_url.is_some() && self.mail_from.is_none() {
            return refuse(
                "`mail_from` (CALLGATE_MAIL_FROM) must be set when `smtp_url` is: mails need a sender.",
            );
        }
        for (id, secret, names) in [
            (
                &self.google_client_id,
                &self.google_client_secret,
                ["google_client_id", "google_client_secret"],
            ),
            (
                &self.office365_client_id,
                &self.office365_client_secret,
                ["office365_client_id", "office365_client_secret"],
            ),
        ] {
            let (lacking, other) = match (id, secret) {
                (Some(_), None) => (names[1], names[0]),
                (None, Some(_)) => (names[0], names[1]),
                _ => continue,
            };
            return refuse(&format!(
                "`{lacking}` ({}) must be set when `{other}` is.",
                variable(lacking)
            ));
        }
        let is_own = |peer: &Peer| {
            let name = self.region.as_ref().map(|region| region.0.to_lowercase());
            name == Some(peer.name.to_lowercase())
                || self.public_url.as_ref().map(PublicUrl::url) == Some(&peer.origin)
        };
        if self.regions.0.iter().any(is_own) {
            return refuse(
                "`regions` (CALLGATE_REGIONS) must name the other regions only, not this server's own `region` or `public_url`.",
            );
        }
        if self.session_total_min > self.session_total_max {
            return refuse("`session_total_min` must not be longer than `session_total_max`.");
        }
        if self.session_idle_min > self.session_idle_max {
            return refuse("`session_idle_min` must not be longer than `session_idle_max`.");
        }
        if self.password_length_min.get() > self.password_length_max.get() {
            return refuse("`password_length_min` must not be more than `password_length_max`.");
        }
        if self.admin_code_min > self.admin_code_max {
            return refuse("`admin_code_min` must not be longer than `admin_code_max`.");
        }
        if self.invitation_days_min.get() > self.invitation_days_max.get() {
            return refuse("`invitation_days_min` must not be more than `invitation_days_max`.");
        }
        let (fewest, most) = (self.trust_days_min.get(), self.trust_days_max.get());
        if most != 0 && fewest > most {
            return refuse(
                "`trust_days_min` must not be more than `trust_days_max`, unless that is 0.",
            );
        }
        Ok(())
    }

    /// What people type: as set, else the loopback address that the server really listens on.
    #[must_use]
    pub fn public_url_at(&self, listening: SocketAddr) -> PublicUrl {
        self.public_url
            .clone()
            .unwrap_or_else(|| PublicUrl::loopback(listening))
    }

    /// A PostgreSQL URL, or a SQLite file in the data folder.
    #[must_use]
    pub fn database(&self) -> String {
        match &self.database_url {
            Some(url) => url.expose().to_owned(),
            None => format!("sqlite://{}", self.data_dir.join("callgate.db").display()),
        }
    }

    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("keys"))
    }

    /// Threads that check passwords.
    #[must_use]
    pub fn hash_threads(&self) -> usize {
        match self.hash_threads.get() {
            0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            threads => threads,
        }
    }

    /// What the operator decided about identity providers.
    #[must_use]
    pub fn sso(&self) -> sso::Settings {
        let client = |id: &Option<Word>, secret: &Option<Secret>| {
            let (id, secret) = (id.as_ref()?, secret.as_ref()?);
            Some(sso::Client {
                id: id.0.clone(),
                secret: Some(secret.expose().to_owned()),
            })
        };
        sso::Settings {
            google: client(&self.google_client_id, &self.google_client_secret),
            office365: client(&self.office365_client_id, &self.office365_client_secret),
            google_issuer: self.google_issuer.0.clone(),
            office365_authority: self.office365_authority.0.clone(),
            hosts: self.sso_hosts.0.clone(),
            ..sso::Settings::default()
        }
    }

    /// What companies may choose for their sessions.
    #[must_use]
    pub fn session_bounds(&self) -> SessionBounds {
        SessionBounds {
            total: (self.session_total_min.0, self.session_total_max.0),
            idle: (self.session_idle_min.0, self.session_idle_max.0),
        }
    }

    /// What companies may choose for their people.
    #[must_use]
    pub fn policy_bounds(&self) -> PolicyBounds {
        PolicyBounds {
            admin_code: (self.admin_code_min.0, self.admin_code_max.0),
            trust_days: (self.trust_days_min.get(), self.trust_days_max.get()),
            invitation_days: (
                self.invitation_days_min.get(),
                self.invitation_days_max.get(),
            ),
            sessions: self.session_bounds(),
            password_length: (
                self.password_length_min.get(),
                self.password_length_max.get(),
            ),
        }
    }
}

/// The operator's minimum and maximum of a company's sessions (SECURITY 25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionBounds {
    pub total: (Duration, Duration),
    pub idle: (Duration, Duration),
}

impl SessionBounds {
    /// The total and the idle time that is nearest to these.
    #[must_use]
    pub fn nearest(&self, total: Duration, idle: Duration) -> (Duration, Duration) {
        (
            total.clamp(self.total.0, self.total.1),
            idle.clamp(self.idle.0, self.idle.1),
        )
    }
}

/// The operator's minimum and maximum of what a company decides for its people (SECURITY 25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyBounds {
    /// How long a backup code from an administrator can be used.
    pub admin_code: (Duration, Duration),
    /// Days of "Don't ask again".
    pub trust_days: (usize, usize),
    /// Days that the links in invitations live.
    pub invitation_days: (usize, usize),
    pub sessions: SessionBounds,
    /// Characters of a password at least.
    pub password_length: (usize, usize),
}

impl Default for PolicyBounds {
    fn default() -> Self {
        Config::defaults().policy_bounds()
    }
}

/// The reference of every setting as Markdown: `docs/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         Written by `callgate config reference`; change it there.\n\n\
         A setting stands in `callgate.toml` (in the current folder, or named by `--config FILE`) or in the \
         environment, which wins. A setting that is unknown or wrong stops the start with a sentence that \
         names it. `callgate config check` shows what is in force and where it comes from.\n",
    );
    for s in SETTINGS {
        let default = if s.default.is_empty() {
            "none".to_owned()
        } else {
            format!("`{}`", s.default)
        };
        page.push_str(&format!(
            "\n## `{}`\n\n{}\n\n- Environment: `{}`\n- Value: {}\n- Default: {default}\n",
            s.name,
            s.text.trim(),
            variable(s.name),
            s.kind,
        ));
    }
    page
}

#[cfg(test)]
mod tests;
