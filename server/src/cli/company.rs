//! `callgate company`: create, list, close and open again, and vouch for e-mail domains.

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use app::wire::Role;

use super::{Outcome, introduce, print, world};
use crate::{
    config::{Config, Span},
    flows::{
        Services,
        operator::{self, CompanyDraft, PersonDraft},
        regions,
    },
    storage::{Company, CompanyState, SecondFactor},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a company and invite its first administrator
    Create(Box<Create>),
    /// List the companies, and which of them nobody has opened yet
    List,
    /// Say yes to a company that somebody asked for at /onboarding
    Approve { alias: String },
    /// Say no to it: whoever asked is told, and the company is gone
    Refuse {
        alias: String,
        /// Told to whoever asked
        #[arg(long)]
        reason: Option<String>,
    },
    /// Close a company: everybody is signed out and nobody signs in until it is resumed
    Suspend {
        /// The company's alias
        alias: String,
        /// What people read on its page meanwhile
        #[arg(long)]
        notice: Option<String>,
    },
    /// Open a closed company again
    Resume {
        /// The company's alias
        alias: String,
    },
    /// Vouch that an e-mail domain belongs to a company; list its domains without one
    Domain {
        alias: String,
        /// Like example.com; people who type an address of it in another region are shown the way here
        domain: Option<String>,
        /// Take the domain from the company
        #[arg(long, requires = "domain")]
        remove: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The company's part of its address: 3 to 40 of a-z, 0-9 and hyphen
    #[arg(long)]
    alias: String,
    /// The name that people read
    #[arg(long)]
    name: String,
    /// The first administrator's e-mail, to which the invitation goes
    #[arg(long)]
    admin_email: String,
    #[arg(long, default_value = "Administrator")]
    admin_name: String,
    #[arg(long, default_value = "admin")]
    admin_username: String,
    /// The company's language, like en or de
    #[arg(long, default_value = "en")]
    language: String,
    /// An IANA name, like Europe/Berlin
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Amazon Connect's name for the company
    #[arg(long)]
    instance_alias: Option<String>,
    /// The address of its Amazon Connect, like https://acme.my.connect.aws/ccp-v2/
    #[arg(long, value_name = "URL")]
    amazon_connect: Option<String>,
    /// The colour of the company, like #1d4ed8
    #[arg(long)]
    brand: Option<String>,
    /// A second colour
    #[arg(long)]
    accent: Option<String>,
    /// Today's message to everybody
    #[arg(long)]
    notice: Option<String>,
    /// Who helps people who cannot sign in
    #[arg(long)]
    help_name: Option<String>,
    #[arg(long)]
    help_phone: Option<String>,
    #[arg(long)]
    help_email: Option<String>,
    /// An https address, or a file with Markdown
    #[arg(long, value_name = "URL|FILE")]
    terms: Option<String>,
    /// An https address, or a file with Markdown
    #[arg(long, value_name = "URL|FILE")]
    privacy: Option<String>,
    /// Whether people prove themselves a second way when they sign in
    #[arg(long, value_enum, default_value_t = Policy::Required)]
    second_factor: Policy,
    /// How long sessions last in total
    #[arg(long, default_value = "12h", value_parser = span)]
    session_total: Span,
    /// How long sessions last without activity
    #[arg(long, default_value = "1h", value_parser = span)]
    session_idle: Span,
    /// A PNG or JPEG picture
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Policy {
    Off,
    Optional,
    Required,
}

fn span(text: &str) -> Result<Span, String> {
    Span::read(text).ok_or_else(|| "must be a length of time like 90m, 12h or 1h 30m".to_owned())
}

impl Command {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let public_url = config.public_url_at(config.listen);
        let s = world::open(&config, &public_url, 1).await?;
        match self {
            Self::Create(create) => {
                let email = create.admin_email.clone();
                let (alias, name) = (create.alias.clone(), create.name.clone());
                let (draft, admin) = create.drafts()?;
                let first =
                    operator::create_company(&s, config.session_bounds(), &draft, &admin).await?;
                print(&format!(
                    "{name} is there: {}\n\n{}",
                    public_url.at(&format!("/{alias}")),
                    introduce(&first, &public_url, &email, config.smtp_url.is_some())
                ))?;
            }
            Self::Suspend { alias, notice } => {
                operator::suspend_company(&s, &alias, notice.as_deref()).await?;
                print(&format!(
                    "{alias} is closed: everybody is signed out. `callgate company resume {alias}` opens it again.\n"
                ))?;
            }
            Self::Resume { alias } => {
                operator::resume_company(&s, &alias).await?;
                print(&format!("{alias} is open again.\n"))?;
            }
            Self::List => print(&list(&s.db.companies().await?))?,
            Self::Approve { alias } => {
                let first = operator::approve_company(&s, &alias).await?;
                print(&format!(
                    "{alias} is approved.\n\n{}",
                    introduce(
                        &first,
                        &public_url,
                        "whoever asked for it",
                        config.smtp_url.is_some()
                    )
                ))?;
            }
            Self::Refuse { alias, reason } => {
                operator::refuse_company(&s, &alias, reason.as_deref()).await?;
                print(&format!("{alias} is refused and gone.\n"))?;
            }
            Self::Domain {
                alias,
                domain,
                remove,
            } => print(&domains(&s, &alias, domain.as_deref(), remove).await?)?,
        }
        s.db.close().await;
        Ok(())
    }
}

impl Create {
    fn drafts(self) -> Outcome<(CompanyDraft, PersonDraft)> {
        let logo = match &self.logo {
            None => None,
            Some(path) => Some(
                fs::read(path)
                    .map_err(|e| format!("the logo {} cannot be read: {e}", path.display()))?,
            ),
        };
        let draft = CompanyDraft {
            alias: self.alias,
            instance_alias: self.instance_alias,
            amazon_connect: self.amazon_connect,
            name: self.name,
            language: self.language,
            time_zone: self.time_zone,
            brand: self.brand,
            accent: self.accent,
            notice: self.notice,
            help_name: self.help_name,
            help_phone: self.help_phone,
            help_email: self.help_email,
            terms: self.terms.map(legal).transpose()?,
            privacy: self.privacy.map(legal).transpose()?,
            second_factor: match self.second_factor {
                Policy::Off => SecondFactor::Off,
                Policy::Optional => SecondFactor::Optional,
                Policy::Required => SecondFactor::Required,
            },
            session_total: self.session_total.0,
            session_idle: self.session_idle.0,
            logo,
        };
        let admin = PersonDraft {
            username: self.admin_username,
            email: self.admin_email,
            name: self.admin_name,
            roles: vec![Role::Admin],
        };
        Ok((draft, admin))
    }
}

/// An address as it is, else what the file says.
fn legal(given: String) -> Outcome<String> {
    if given.contains("://") {
        return Ok(given);
    }
    fs::read_to_string(&given).map_err(|e| format!("the file {given} cannot be read: {e}").into())
}

async fn domains(s: &Services, alias: &str, domain: Option<&str>, remove: bool) -> Outcome<String> {
    Ok(match domain {
        Some(domain) if remove => {
            let domain = regions::disown(s, alias, domain).await?;
            format!("{domain} does not belong to {alias} any more.\n")
        }
        Some(domain) => {
            let domain = regions::vouch(s, alias, domain).await?;
            format!("{domain} belongs to {alias}.\n")
        }
        None => {
            let domains = regions::domains(s, alias).await?;
            domains.iter().map(|domain| format!("{domain}\n")).collect()
        }
    })
}

fn list(companies: &[Company]) -> String {
    if companies.is_empty() {
        return "There is no company yet. `callgate company create --help` shows how to make one.\n".to_owned();
    }
    let width = companies
        .iter()
        .map(|company| company.alias.len())
        .max()
        .unwrap_or(0);
    companies
        .iter()
        .map(|company| {
            let until = match company.settings.ends_at {
                Some(moment) => format!(" until {}", moment.rfc3339(&jiff::tz::TimeZone::system())),
                None => String::new(),
            };
            let state = match company.settings.state {
                CompanyState::Active => String::new(),
                state => format!("  ({}{until})", operator::state_words(state)),
            };
            format!("{:width$}  {}{state}\n", company.alias, company.name)
        })
        .collect()
}
