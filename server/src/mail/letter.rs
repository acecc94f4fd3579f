//! The letters that Callgate writes: what each one says, in the reader's language.
//!
//! The texts are in `app/locales/<language>/mail.json`; how they are set is in `render`.

use std::time::Duration;

use app::{
    i18n::{Locale, day_of, locale_for, td_string, time_of},
    wire::{HelpContact, Method},
};
use jiff::tz::TimeZone;
use url::Url;

use super::{
    policy_words::policy_fact,
    render::{self, Block},
};
use crate::{
    clock::Moment,
    domain::{policy::Change, second_factor::FEW_BACKUP_CODES},
};

/// A letter and the facts that it tells. Paths are those of this server's pages, like
/// `/invitation#…`; they become links on the configured public URL.
#[derive(Clone)]
pub enum Letter {
    /// Six digits for a sign-in under way.
    SignInCode {
        code: String,
        sent_at: Moment,
        minutes: u32,
    },
    /// One of the person's own.
    BackupCodeUsed {
        username: String,
        at: Moment,
        /// Unused ones of the same set.
        left: u8,
    },
    /// One from an administrator.
    AdminCodeUsed {
        username: String,
        at: Moment,
    },
    /// Five wrong codes.
    AccountLocked {
        username: String,
        at: Moment,
        /// What the operator runs, for the last administrator.
        command: Option<String>,
    },
    /// By an administrator, who gave a reason.
    AccountUnlocked {
        username: String,
        by: String,
        reason: String,
        at: Moment,
    },
    /// A backup code, which the administrator has and this letter has not.
    AdminCodeMade {
        username: String,
        by: String,
        reason: String,
        at: Moment,
    },
    /// By an administrator.
    TwoFactorReset {
        username: String,
        by: String,
        reason: String,
        at: Moment,
    },
    /// A link to a new password, asked for by whoever it was or by an administrator with a reason.
    PasswordReset {
        path: String,
        username: String,
        minutes: u32,
        by: Option<(String, String)>,
    },
    /// Instead of that link, for somebody who has no password: which button lets them in.
    NoPassword {
        username: String,
    },
    /// Instead of that link, for somebody who has not accepted their invitation.
    InvitationFirst {
        username: String,
    },
    /// A link with which a new person sets their password.
    Invitation {
        path: String,
        username: String,
        expires_at: Moment,
    },
    /// The same for whoever made the company, which opens with it.
    CompanyOpening {
        path: String,
        username: String,
        expires_at: Moment,
    },
    /// The operator said no to a company that the person asked for.
    CompanyRefused {
        reason: Option<String>,
    },
    /// A generated password that must be changed at its first use.
    TemporaryPassword {
        username: String,
        password: String,
        expires_at: Moment,
    },
    /// To an administrator: the link in an invitation ended, and its person asks for another.
    LinkAsked {
        /// The person's.
        name: String,
        username: String,
        email: String,
        /// Where it is granted.
        path: String,
        ended_at: Moment,
    },
    /// A link that makes a browser known, past a wait that strangers caused.
    BrowserLink {
        path: String,
        minutes: u32,
    },
    PasswordChanged {
        username: String,
        at: Moment,
    },
    /// Six digits that set a mailbox up as a second way, or let an app be the first one.
    SetUpCode {
        app: bool,
        code: String,
        sent_at: Moment,
        minutes: u32,
    },
    /// By the person themselves.
    WayAdded {
        username: String,
        method: Method,
        /// What the person calls the device.
        name: Option<String>,
        at: Moment,
    },
    /// By the person themselves.
    WayRemoved {
        username: String,
        method: Method,
        name: Option<String>,
        /// No other way is left.
        last: bool,
        at: Moment,
    },
    BackupCodesMade {
        username: String,
        at: Moment,
    },
    /// On every browser but one, by whoever used that one.
    SessionsEnded {
        username: String,
        at: Moment,
    },
    /// A link that confirms an address which an administrator entered; goes to that address.
    ConfirmEmail {
        path: String,
        username: String,
        by: String,
        expires_at: Moment,
    },
    /// The same told to the address that is to be replaced.
    EmailChanging {
        username: String,
        /// With all but its first letter and its domain hidden.
        new_email: String,
        by: String,
        at: Moment,
    },
    /// To oneself, to see what the company's mails look like.
    Test,
    /// With an account of another company, which is not named: whoever runs this company's mail server has no business
    /// with it.
    CompanyConnected {
        username: String,
        at: Moment,
    },
    CompanyDisconnected {
        username: String,
        at: Moment,
    },
    /// An outside login that opens the account from now on, by the person themselves.
    LoginConnected {
        username: String,
        provider: String,
        /// What the person calls themselves there.
        login: String,
        at: Moment,
    },
    /// The same where nobody was asked: the address was enough, once.
    LoginRecognised {
        username: String,
        provider: String,
        at: Moment,
    },
    LoginRemoved {
        username: String,
        provider: String,
        login: String,
        at: Moment,
    },
    /// To every administrator: one of them used a password where people sign in outside only.
    BreakGlass {
        name: String,
        username: String,
        at: Moment,
    },
    /// An invitation of somebody who signs in outside only: the link leads to that.
    OutsideInvitation {
        path: String,
        username: String,
        expires_at: Moment,
    },
    /// To every administrator: signing in asks less of people than before.
    PolicyEased {
        by: String,
        at: Moment,
        changes: Vec<Change>,
    },
    /// Six digits that say whose a user in Amazon Connect is.
    BindCode {
        code: String,
        sent_at: Moment,
        minutes: u32,
    },
    /// A browser opens the desk from now on to whoever is this user in Amazon Connect, by the person themselves.
    PhoneBound {
        username: String,
        /// In Amazon Connect.
        login: String,
        at: Moment,
    },
    /// To every administrator: a user in Amazon Connect asks for an account.
    JoinAsked {
        name: String,
        email: String,
        /// In Amazon Connect; nobody has checked it.
        login: String,
        /// Where it is decided.
        path: String,
    },
    /// To every administrator: the company's Amazon Connect is another one from now on.
    PhoneChanged {
        by: String,
        at: Moment,
        /// Addresses; none without an Amazon Connect.
        before: Option<String>,
        after: Option<String>,
    },
    /// To every administrator: the record that proves an e-mail domain is gone.
    DomainLost {
        domain: String,
        /// The record's name.
        record: String,
        /// Where it stands what the record must hold.
        path: String,
        at: Moment,
    },
}

/// Who reads the letter.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub name: String,
    pub email: String,
    /// A language tag; English for languages that we lack.
    pub language: String,
}

/// What a letter says of the company in whose name it is sent.
#[derive(Clone, Debug)]
pub struct CompanyFacts {
    pub name: String,
    pub alias: String,
    /// Times in letters are told in this zone.
    pub time_zone: TimeZone,
    pub help_contact: Option<HelpContact>,
    /// `#rrggbb`
    pub brand: Option<String>,
    /// The name that its mails come from; the operator's without one.
    pub sender: Option<String>,
}

/// A letter as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A text of `mail.json`.
macro_rules! say {
    ($locale:expr, $key:ident $($rest:tt)*) => {
        td_string!($locale, mail.$key $($rest)*).to_string()
    };
}

/// News is worth telling for so long when the mail server is away.
const NEWS: Duration = Duration::from_hours(48);

impl Letter {
    /// The letters that bring somebody their first password, as the outbox calls them.
    pub(crate) const FIRST_CREDENTIALS: [&str; 4] = [
        "invitation",
        "temporary_password",
        "company_opening",
        "outside_invitation",
    ];

    /// What logs and the outbox call this sort of letter.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignInCode { .. } => "sign_in_code",
            Self::BackupCodeUsed { .. } => "backup_code_used",
            Self::AdminCodeUsed { .. } => "admin_code_used",
            Self::AccountLocked { .. } => "account_locked",
            Self::AccountUnlocked { .. } => "account_unlocked",
            Self::AdminCodeMade { .. } => "admin_code_made",
            Self::TwoFactorReset { .. } => "two_factor_reset",
            Self::PasswordReset { .. } => "password_reset",
            Self::NoPassword { .. } => "no_password",
            Self::InvitationFirst { .. } => "invitation_first",
            Self::Invitation { .. } => "invitation",
            Self::CompanyOpening { .. } => "company_opening",
            Self::CompanyRefused { .. } => "company_refused",
            Self::TemporaryPassword { .. } => "temporary_password",
            Self::LinkAsked { .. } => "link_asked",
            Self::BrowserLink { .. } => "browser_link",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SetUpCode { .. } => "set_up_code",
            Self::WayAdded { .. } => "way_added",
            Self::WayRemoved { .. } => "way_removed",
            Self::BackupCodesMade { .. } => "backup_codes_made",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::EmailChanging { .. } => "email_changing",
            Self::Test => "test_mail",
            Self::CompanyConnected { .. } => "company_connected",
            Self::CompanyDisconnected { .. } => "company_disconnected",
            Self::LoginConnected { .. } => "login_connected",
            Self::LoginRecognised { .. } => "login_recognised",
            Self::LoginRemoved { .. } => "login_removed",
            Self::BreakGlass { .. } => "break_glass",
            Self::OutsideInvitation { .. } => "outside_invitation",
            Self::PolicyEased { .. } => "policy_eased",
            Self::PhoneChanged { .. } => "phone_changed",
            Self::DomainLost { .. } => "domain_lost",
            Self::BindCode { .. } => "bind_code",
            Self::PhoneBound { .. } => "phone_bound",
            Self::JoinAsked { .. } => "join_asked",
        }
    }

    /// From when on the letter is of no use and is never sent, if it was written `now`.
    #[must_use]
    pub fn expires_at(&self, now: Moment) -> Moment {
        match self {
            Self::SignInCode {
                sent_at, minutes, ..
            }
            | Self::BindCode {
                sent_at, minutes, ..
            }
            | Self::SetUpCode {
                sent_at, minutes, ..
            } => sent_at.plus(Duration::from_mins((*minutes).into())),
            Self::BrowserLink { minutes, .. } | Self::PasswordReset { minutes, .. } => {
                now.plus(Duration::from_mins((*minutes).into()))
            }
            Self::Invitation { expires_at, .. }
            | Self::TemporaryPassword { expires_at, .. }
            | Self::CompanyOpening { expires_at, .. }
            | Self::OutsideInvitation { expires_at, .. }
            | Self::ConfirmEmail { expires_at, .. } => *expires_at,
            Self::BackupCodeUsed { .. }
            | Self::AdminCodeUsed { .. }
            | Self::AccountLocked { .. }
            | Self::AccountUnlocked { .. }
            | Self::AdminCodeMade { .. }
            | Self::TwoFactorReset { .. }
            | Self::NoPassword { .. }
            | Self::InvitationFirst { .. }
            | Self::LinkAsked { .. }
            | Self::CompanyRefused { .. }
            | Self::PasswordChanged { .. }
            | Self::WayAdded { .. }
            | Self::WayRemoved { .. }
            | Self::BackupCodesMade { .. }
            | Self::SessionsEnded { .. }
            | Self::EmailChanging { .. }
            | Self::Test
            | Self::CompanyConnected { .. }
            | Self::CompanyDisconnected { .. }
            | Self::LoginConnected { .. }
            | Self::LoginRecognised { .. }
            | Self::LoginRemoved { .. }
            | Self::BreakGlass { .. }
            | Self::PolicyEased { .. }
            | Self::PhoneBound { .. }
            | Self::JoinAsked { .. }
            | Self::PhoneChanged { .. }
            | Self::DomainLost { .. } => now.plus(NEWS),
        }
    }
}

/// Writes a letter in the reader's language.
#[must_use]
pub fn compose(
    letter: &Letter,
    recipient: &Recipient,
    company: &CompanyFacts,
    public_url: &Url,
) -> Composed {
    let locale = locale_for(&recipient.language);
    let desk = Writer {
        locale,
        recipient,
        company,
        public_url,
    };
    let (subject, body) = desk.write(letter);
    let subject = render::one_line(&subject);
    let mut blocks = vec![Block::Text(say!(locale, greeting, name = &recipient.name))];
    blocks.extend(body);
    Composed {
        text: render::text(&blocks, &desk.footer(letter)),
        html: render::html(
            locale,
            &subject,
            company.brand.as_deref(),
            &blocks,
            &desk.footer(letter),
        ),
        subject,
    }
}

struct Writer<'a> {
    locale: Locale,
    recipient: &'a Recipient,
    company: &'a CompanyFacts,
    public_url: &'a Url,
}

impl Writer<'_> {
    /// Subject and body.
    fn write(&self, letter: &Letter) -> (String, Vec<Block>) {
        let (l, company) = (self.locale, &self.company.name);
        let text = |text: String| Block::Text(text);
        match letter {
            Letter::SignInCode {
                code,
                sent_at,
                minutes,
            } => (
                say!(l, code_subject, company = company),
                vec![
                    text(say!(l, code_what, company = company)),
                    Block::Code(code.clone()),
                    text(say!(
                        l,
                        code_life,
                        time = self.time(*sent_at),
                        minutes = minutes
                    )),
                    text(say!(l, code_not_you)),
                ],
            ),
            Letter::BackupCodeUsed { username, at, left } => (
                say!(l, backup_used_subject, company = company),
                vec![
                    text(say!(
                        l,
                        backup_used_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(match *left {
                        0 => say!(l, backup_used_last),
                        1..=FEW_BACKUP_CODES => say!(l, backup_used_few, left = left),
                        _ => say!(l, backup_used_left, left = left),
                    }),
                    text(say!(l, backup_used_not_you)),
                ],
            ),
            Letter::AdminCodeUsed { username, at } => (
                say!(l, admin_code_used_subject, company = company),
                vec![
                    text(say!(
                        l,
                        admin_code_used_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, admin_code_used_then)),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::AccountLocked {
                username,
                at,
                command,
            } => (
                say!(l, locked_subject, company = company),
                vec![
                    text(say!(
                        l,
                        locked_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(match command {
                        Some(command) => say!(l, locked_last, command = command),
                        None => say!(l, locked_do),
                    }),
                ],
            ),
            Letter::AccountUnlocked {
                username,
                by,
                reason,
                at,
            } => (
                say!(l, unlocked_subject, company = company),
                vec![
                    text(say!(
                        l,
                        unlocked_what,
                        by = by,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, unlocked_reason, reason = reason)),
                    self.sign_in_button(),
                ],
            ),
            Letter::AdminCodeMade {
                username,
                by,
                reason,
                at,
            } => (
                say!(l, admin_code_subject, company = company),
                vec![
                    text(say!(
                        l,
                        admin_code_what,
                        by = by,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, unlocked_reason, reason = reason)),
                    text(say!(l, admin_code_means)),
                    text(say!(l, helped_not_you)),
                ],
            ),
            Letter::TwoFactorReset {
                username,
                by,
                reason,
                at,
            } => (
                say!(l, factors_reset_subject, company = company),
                vec![
                    text(say!(
                        l,
                        factors_reset_what,
                        by = by,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, unlocked_reason, reason = reason)),
                    text(say!(l, factors_reset_means)),
                    text(say!(l, helped_not_you)),
                ],
            ),
            Letter::PasswordReset {
                path,
                username,
                minutes,
                by,
            } => {
                let mut blocks = match by {
                    Some((by, reason)) => vec![
                        text(say!(
                            l,
                            reset_by,
                            by = by,
                            username = username,
                            company = company
                        )),
                        text(say!(l, unlocked_reason, reason = reason)),
                    ],
                    None => vec![text(say!(
                        l,
                        reset_what,
                        username = username,
                        company = company
                    ))],
                };
                blocks.extend([
                    Block::Button {
                        label: say!(l, reset_button),
                        link: self.link(path),
                    },
                    text(say!(l, reset_life, minutes = minutes)),
                    text(say!(l, reset_not_you)),
                ]);
                (say!(l, reset_subject, company = company), blocks)
            }
            Letter::NoPassword { username } => (
                say!(l, no_password_subject, company = company),
                vec![
                    text(say!(l, reset_what, username = username, company = company)),
                    text(say!(l, no_password_do)),
                    self.sign_in_button(),
                    text(say!(l, reset_not_you)),
                ],
            ),
            Letter::InvitationFirst { username } => (
                say!(l, no_password_subject, company = company),
                vec![
                    text(say!(l, reset_what, username = username, company = company)),
                    text(say!(l, invitation_first_do)),
                    text(say!(l, reset_not_you)),
                ],
            ),
            Letter::Invitation {
                path,
                username,
                expires_at,
            } => (
                say!(l, invitation_subject, company = company),
                vec![
                    text(say!(l, invitation_what, company = company)),
                    Block::Button {
                        label: say!(l, invitation_button),
                        link: self.link(path),
                    },
                    text(say!(l, invitation_life, when = self.when(*expires_at))),
                    text(say!(l, account_facts)),
                    Block::Facts(self.account_facts(username)),
                ],
            ),
            Letter::CompanyOpening {
                path,
                username,
                expires_at,
            } => (
                say!(l, opening_subject, company = company),
                vec![
                    text(say!(l, opening_what, company = company)),
                    Block::Button {
                        label: say!(l, invitation_button),
                        link: self.link(path),
                    },
                    text(say!(
                        l,
                        opening_life,
                        company = company,
                        when = self.when(*expires_at)
                    )),
                    text(say!(l, account_facts)),
                    Block::Facts(self.account_facts(username)),
                    text(say!(l, opening_not_you)),
                ],
            ),
            Letter::CompanyRefused { reason } => {
                let reason = reason
                    .as_ref()
                    .map(|reason| text(say!(l, unlocked_reason, reason = reason)));
                let mut blocks = vec![text(say!(l, refused_what, company = company))];
                blocks.extend(reason);
                blocks.push(text(say!(l, refused_then)));
                (say!(l, refused_subject, company = company), blocks)
            }
            Letter::TemporaryPassword {
                username,
                password,
                expires_at,
            } => {
                let mut facts = self.account_facts(username);
                facts.push((say!(l, login_password), password.clone()));
                (
                    say!(l, temporary_subject, company = company),
                    vec![
                        text(say!(l, temporary_what, company = company)),
                        Block::Facts(facts),
                        self.sign_in_button(),
                        text(say!(l, temporary_life, when = self.when(*expires_at))),
                    ],
                )
            }
            Letter::LinkAsked {
                name,
                username,
                email,
                path,
                ended_at,
            } => (
                say!(l, link_asked_subject, name = name),
                vec![
                    text(say!(
                        l,
                        link_asked_what,
                        name = name,
                        company = company,
                        when = self.when(*ended_at)
                    )),
                    Block::Facts(vec![
                        (say!(l, login_username), username.clone()),
                        (say!(l, login_email), email.clone()),
                    ]),
                    Block::Button {
                        label: say!(l, link_asked_button),
                        link: self.link(path),
                    },
                    text(say!(l, link_asked_do)),
                ],
            ),
            Letter::BrowserLink { path, minutes } => (
                say!(l, browser_subject, company = company),
                vec![
                    text(say!(l, browser_what, company = company)),
                    Block::Button {
                        label: say!(l, browser_button),
                        link: self.link(path),
                    },
                    text(say!(l, browser_life, minutes = minutes)),
                    text(say!(l, browser_not_you)),
                ],
            ),
            Letter::PasswordChanged { username, at } => (
                say!(l, changed_subject, company = company),
                vec![
                    text(say!(
                        l,
                        changed_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, changed_not_you)),
                ],
            ),
            Letter::SetUpCode {
                app,
                code,
                sent_at,
                minutes,
            } => (
                if *app {
                    say!(l, set_up_app_subject, company = company)
                } else {
                    say!(l, set_up_subject, company = company)
                },
                vec![
                    text(if *app {
                        say!(l, set_up_app_what, company = company)
                    } else {
                        say!(l, set_up_what, company = company)
                    }),
                    Block::Code(code.clone()),
                    text(say!(
                        l,
                        code_life,
                        time = self.time(*sent_at),
                        minutes = minutes
                    )),
                    text(say!(l, set_up_not_you)),
                ],
            ),
            Letter::WayAdded {
                username,
                method,
                name,
                at,
            } => (
                say!(l, way_added_subject, company = company),
                vec![
                    text(say!(
                        l,
                        way_added_what,
                        way = self.way(*method, name.as_deref()),
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, way_added_then)),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::WayRemoved {
                username,
                method,
                name,
                last,
                at,
            } => (
                say!(l, way_removed_subject, company = company),
                vec![
                    text(say!(
                        l,
                        way_removed_what,
                        way = self.way(*method, name.as_deref()),
                        username = username,
                        when = self.when(*at)
                    )),
                    text(if *last {
                        say!(l, way_removed_last)
                    } else {
                        say!(l, way_removed_others)
                    }),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::BackupCodesMade { username, at } => (
                say!(l, codes_made_subject, company = company),
                vec![
                    text(say!(
                        l,
                        codes_made_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::SessionsEnded { username, at } => (
                say!(l, sessions_ended_subject, company = company),
                vec![
                    text(say!(
                        l,
                        sessions_ended_what,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::ConfirmEmail {
                path,
                username,
                by,
                expires_at,
            } => (
                say!(l, confirm_email_subject, company = company),
                vec![
                    text(say!(
                        l,
                        confirm_email_what,
                        by = by,
                        username = username,
                        company = company
                    )),
                    Block::Button {
                        label: say!(l, confirm_email_button),
                        link: self.link(path),
                    },
                    text(say!(l, confirm_email_life, when = self.when(*expires_at))),
                    text(say!(l, confirm_email_not_you)),
                ],
            ),
            Letter::EmailChanging {
                username,
                new_email,
                by,
                at,
            } => (
                say!(l, email_changing_subject, company = company),
                vec![
                    text(say!(
                        l,
                        email_changing_what,
                        by = by,
                        username = username,
                        email = new_email,
                        when = self.when(*at)
                    )),
                    text(say!(l, email_changing_means)),
                    text(say!(l, helped_not_you)),
                ],
            ),
            Letter::Test => (
                say!(l, test_subject, company = company),
                vec![
                    text(say!(l, test_what, company = company)),
                    text(say!(l, test_then)),
                    self.sign_in_button(),
                ],
            ),
            Letter::CompanyConnected { username, at } => (
                say!(l, connected_subject, company = company),
                vec![
                    text(say!(
                        l,
                        connected_what,
                        username = username,
                        company = company,
                        when = self.when(*at)
                    )),
                    text(say!(l, connected_not_you)),
                ],
            ),
            Letter::CompanyDisconnected { username, at } => (
                say!(l, disconnected_subject, company = company),
                vec![text(say!(
                    l,
                    disconnected_what,
                    username = username,
                    company = company,
                    when = self.when(*at)
                ))],
            ),
            Letter::LoginConnected {
                username,
                provider,
                login,
                at,
            } => (
                say!(
                    l,
                    login_connected_subject,
                    provider = provider,
                    company = company
                ),
                vec![
                    text(say!(
                        l,
                        login_connected_what,
                        login = login,
                        provider = provider,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, login_connected_not_you)),
                ],
            ),
            Letter::LoginRecognised {
                username,
                provider,
                at,
            } => (
                say!(
                    l,
                    login_connected_subject,
                    provider = provider,
                    company = company
                ),
                vec![
                    text(say!(
                        l,
                        login_recognised_what,
                        provider = provider,
                        username = username,
                        email = &self.recipient.email,
                        when = self.when(*at)
                    )),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::LoginRemoved {
                username,
                provider,
                login,
                at,
            } => (
                say!(
                    l,
                    login_removed_subject,
                    provider = provider,
                    company = company
                ),
                vec![
                    text(say!(
                        l,
                        login_removed_what,
                        login = login,
                        provider = provider,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, security_not_you)),
                ],
            ),
            Letter::BreakGlass { name, username, at } => (
                say!(l, break_glass_subject, company = company),
                vec![
                    text(say!(
                        l,
                        break_glass_what,
                        name = name,
                        username = username,
                        company = company,
                        when = self.when(*at)
                    )),
                    text(say!(l, break_glass_do)),
                ],
            ),
            Letter::OutsideInvitation {
                path,
                username,
                expires_at,
            } => (
                say!(l, outside_invitation_subject, company = company),
                vec![
                    text(say!(l, outside_invitation_what, company = company)),
                    Block::Button {
                        label: say!(l, outside_invitation_button),
                        link: self.link(path),
                    },
                    text(say!(l, invitation_life, when = self.when(*expires_at))),
                    text(say!(l, account_facts)),
                    Block::Facts(self.account_facts(username)),
                ],
            ),
            Letter::PhoneChanged {
                by,
                at,
                before,
                after,
            } => {
                let address = |address: &Option<String>| {
                    address
                        .clone()
                        .unwrap_or_else(|| say!(l, phone_changed_none))
                };
                (
                    say!(l, phone_changed_subject, company = company),
                    vec![
                        text(say!(
                            l,
                            phone_changed_what,
                            by = by,
                            company = company,
                            when = self.when(*at)
                        )),
                        Block::Facts(vec![
                            (say!(l, phone_changed_before), address(before)),
                            (say!(l, phone_changed_after), address(after)),
                        ]),
                        text(say!(l, phone_changed_then)),
                        text(say!(l, phone_changed_not_you)),
                    ],
                )
            }
            Letter::PolicyEased { by, at, changes } => (
                say!(l, policy_subject, company = company),
                vec![
                    text(say!(
                        l,
                        policy_what,
                        by = by,
                        company = company,
                        when = self.when(*at)
                    )),
                    Block::Facts(
                        changes
                            .iter()
                            .map(|change| policy_fact(l, change, &self.company.time_zone))
                            .collect(),
                    ),
                    text(say!(l, policy_not_you)),
                ],
            ),
            Letter::BindCode {
                code,
                sent_at,
                minutes,
            } => (
                say!(l, bind_code_subject, company = company),
                vec![
                    text(say!(l, bind_code_what, company = company)),
                    Block::Code(code.clone()),
                    text(say!(
                        l,
                        code_life,
                        time = self.time(*sent_at),
                        minutes = minutes
                    )),
                    text(say!(l, bind_code_not_you)),
                ],
            ),
            Letter::PhoneBound {
                username,
                login,
                at,
            } => (
                say!(l, phone_bound_subject, company = company),
                vec![
                    text(say!(
                        l,
                        phone_bound_what,
                        login = login,
                        username = username,
                        when = self.when(*at)
                    )),
                    text(say!(l, phone_bound_not_you)),
                ],
            ),
            Letter::JoinAsked {
                name,
                email,
                login,
                path,
            } => (
                say!(l, join_asked_subject, name = name, company = company),
                vec![
                    text(say!(l, join_asked_what, company = company)),
                    Block::Facts(vec![
                        (say!(l, join_asked_name), name.clone()),
                        (say!(l, login_email), email.clone()),
                        (say!(l, join_asked_login), login.clone()),
                    ]),
                    Block::Button {
                        label: say!(l, link_asked_button),
                        link: self.link(path),
                    },
                    text(say!(l, join_asked_do)),
                ],
            ),
            Letter::DomainLost {
                domain,
                record,
                path,
                at,
            } => (
                say!(l, domain_lost_subject, company = company, domain = domain),
                vec![
                    text(say!(
                        l,
                        domain_lost_what,
                        record = record,
                        when = self.when(*at)
                    )),
                    text(say!(
                        l,
                        domain_lost_means,
                        domain = domain,
                        company = company
                    )),
                    text(say!(l, domain_lost_do)),
                    Block::Button {
                        label: say!(l, domain_lost_button),
                        link: self.link(path),
                    },
                ],
            ),
        }
    }

    /// A second way as a part of a sentence.
    fn way(&self, method: Method, name: Option<&str>) -> String {
        let l = self.locale;
        match (method, name) {
            (Method::Email, _) => say!(l, way_email),
            (Method::App, Some(name)) => say!(l, way_app_named, name = name),
            (Method::App, None) => say!(l, way_app),
            (Method::BackupCode, _) => say!(l, way_backup_codes),
        }
    }

    /// The words of seed 002, by which people find their login again.
    fn account_facts(&self, username: &str) -> Vec<(String, String)> {
        let l = self.locale;
        vec![
            (say!(l, login_url), self.login_url()),
            (say!(l, company_name), self.company.name.clone()),
            (say!(l, login_username), username.to_owned()),
            (say!(l, login_email), self.recipient.email.clone()),
        ]
    }

    fn sign_in_button(&self) -> Block {
        Block::Button {
            label: say!(self.locale, sign_in_button),
            link: self.login_url(),
        }
    }

    /// Who helps; who sent this and why.
    fn footer(&self, letter: &Letter) -> Vec<String> {
        let (l, company) = (self.locale, &self.company.name);
        let is_founder = matches!(
            letter,
            Letter::CompanyOpening { .. } | Letter::CompanyRefused { .. }
        );
        let help = match &self.company.help_contact {
            Some(HelpContact { name, phone, email }) => {
                let contact: Vec<&str> = [Some(name), phone.as_ref(), email.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(String::as_str)
                    .filter(|part| !part.trim().is_empty())
                    .collect();
                say!(l, help, contact = contact.join(", "))
            }
            // Whoever makes a company has no administrator to ask.
            None if is_founder => String::new(),
            None => say!(l, help_unknown),
        };
        let url = self.login_url();
        let why = if is_founder {
            say!(l, why_founder, company = company, url = url)
        } else {
            say!(l, why, company = company, url = url)
        };
        let mut lines = vec![help, why];
        lines.retain(|line| !line.is_empty());
        lines
    }

    fn login_url(&self) -> String {
        self.link(&self.company.alias)
    }

    /// A page of this server. Whatever the path says, it stays on the public URL.
    fn link(&self, path: &str) -> String {
        format!(
            "{}/{}",
            self.public_url.origin().ascii_serialization(),
            path.trim_start_matches('/')
        )
    }

    fn time(&self, at: Moment) -> String {
        time_of(&at.rfc3339(&self.company.time_zone))
    }

    fn when(&self, at: Moment) -> String {
        let stamp = at.rfc3339(&self.company.time_zone);
        say!(
            self.locale,
            when,
            day = day_of(self.locale, &stamp),
            time = time_of(&stamp)
        )
    }
}

#[cfg(test)]
mod tests;
