//! `callgate account`: create, invite and unlock.

use clap::{Args, Subcommand, ValueEnum};

use super::{Outcome, introduce, print, world};
use crate::{
    config::Config,
    flows::operator::{self, PersonDraft},
    storage::{Welcome, fold},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an account and invite its person
    Create(Create),
    /// Send a new link; the old one ends
    Invite(Which),
    /// Unlock an account after five wrong codes
    Unlock {
        #[command(flatten)]
        which: Which,
        /// Why; the audit log and the person read it
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The company's alias
    #[arg(long)]
    company: String,
    #[arg(long)]
    username: String,
    #[arg(long)]
    email: String,
    /// The person's name
    #[arg(long)]
    name: String,
    #[arg(long, value_enum, value_delimiter = ',', required = true)]
    role: Vec<Role>,
    /// Make up a password that must be changed within 24 hours, instead of sending a link
    #[arg(long)]
    temporary_password: bool,
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The company's alias
    #[arg(long)]
    company: String,
    /// The account's username or e-mail
    #[arg(long)]
    account: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Role {
    Agent,
    Admin,
}

impl From<Role> for app::wire::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Agent => Self::Agent,
            Role::Admin => Self::Admin,
        }
    }
}

impl Command {
    pub(super) async fn run(self, config: Config) -> Outcome {
        let public_url = config.public_url_at(config.listen);
        let mails = config.smtp_url.is_some();
        let s = world::open(&config, &public_url, 1).await?;
        match self {
            Self::Create(create) => {
                let draft = PersonDraft {
                    username: create.username,
                    email: create.email,
                    name: create.name,
                    roles: create.role.into_iter().map(Into::into).collect(),
                };
                let welcome = if create.temporary_password {
                    Welcome::TemporaryPassword
                } else {
                    Welcome::Link
                };
                let first = operator::create_account(&s, &create.company, &draft, welcome).await?;
                let page = public_url.at(&format!("/{}", create.company));
                print(&format!(
                    "{} can sign in at {page} as {} soon.\n\n{}",
                    draft.name,
                    draft.username,
                    introduce(&first, &public_url, &draft.email, mails)
                ))?;
            }
            Self::Invite(which) => {
                let first = operator::invite_account(&s, &which.company, &which.account).await?;
                let email = email_of(&s.db, &which).await?;
                print(&introduce(&first, &public_url, &email, mails))?;
            }
            Self::Unlock { which, reason } => {
                operator::unlock_account(&s, &which.company, &which.account, &reason).await?;
                print(&format!("{} is unlocked.\n", which.account))?;
            }
        }
        s.db.close().await;
        Ok(())
    }
}

async fn email_of(db: &crate::storage::Db, which: &Which) -> Outcome<String> {
    let Some(company) = db.company_by_alias(&which.company).await? else {
        return Ok(String::new());
    };
    let account = db
        .account_by_identifier(&company.id, &fold(&which.account))
        .await?;
    Ok(account.map(|account| account.email).unwrap_or_default())
}
