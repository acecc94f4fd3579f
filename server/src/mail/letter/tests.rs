//! What letters say, to whom, and what nobody can make them say.

use app::{i18n::languages, wire::TwoFactorMode};

use super::*;

fn company() -> CompanyFacts {
    CompanyFacts {
        name: "Acme Support".into(),
        alias: "acme".into(),
        time_zone: TimeZone::get("Europe/Berlin").expect("bundled"),
        help_contact: Some(HelpContact {
            name: "Help desk".into(),
            phone: Some("4000".into()),
            email: Some("help@acme.example".into()),
        }),
        brand: Some("#1F5FBF".into()),
        sender: None,
    }
}

fn recipient(language: &str) -> Recipient {
    Recipient {
        name: "Ada Agent".into(),
        email: "agent@acme.example".into(),
        language: language.into(),
    }
}

fn url() -> Url {
    "https://login.example/".parse().expect("an address")
}

/// 2026-03-01 09:02:11 in Berlin.
const AT: Moment = Moment(1_772_352_131_000);

fn letters() -> [Letter; 40] {
    let username = || "agent".to_owned();
    [
        Letter::SignInCode {
            code: "482913".into(),
            sent_at: AT,
            minutes: 5,
        },
        Letter::AccountLocked {
            username: username(),
            at: AT,
            command: None,
        },
        Letter::AccountUnlocked {
            username: username(),
            by: "Max".into(),
            reason: "Called".into(),
            at: AT,
        },
        Letter::Invitation {
            path: "/invitation#secret".into(),
            username: username(),
            expires_at: AT,
        },
        Letter::TemporaryPassword {
            username: username(),
            password: "blue-chair-17".into(),
            expires_at: AT,
        },
        Letter::LinkAsked {
            name: "Ines Newman".into(),
            username: "ines".into(),
            email: "ines@acme.example".into(),
            path: "/acme/console/users?view=cannot_sign_in".into(),
            ended_at: AT,
        },
        Letter::BrowserLink {
            path: "/acme/browser-link#secret".into(),
            minutes: 20,
        },
        Letter::PasswordChanged {
            username: username(),
            at: AT,
        },
        Letter::SetUpCode {
            app: false,
            code: "482913".into(),
            sent_at: AT,
            minutes: 5,
        },
        Letter::WayAdded {
            username: username(),
            method: Method::App,
            name: Some("Pixel 8".into()),
            at: AT,
        },
        Letter::WayRemoved {
            username: username(),
            method: Method::Email,
            name: None,
            last: true,
            at: AT,
        },
        Letter::BackupCodesMade {
            username: username(),
            at: AT,
        },
        Letter::SessionsEnded {
            username: username(),
            at: AT,
        },
        Letter::AdminCodeMade {
            username: username(),
            by: "Max".into(),
            reason: "Called".into(),
            at: AT,
        },
        Letter::TwoFactorReset {
            username: username(),
            by: "Max".into(),
            reason: "Called".into(),
            at: AT,
        },
        Letter::PasswordReset {
            path: "/reset-password?token=secret".into(),
            username: username(),
            minutes: 20,
            by: Some(("Max".into(), "Called".into())),
        },
        Letter::NoPassword {
            username: username(),
        },
        Letter::InvitationFirst {
            username: username(),
        },
        Letter::BackupCodeUsed {
            username: username(),
            at: AT,
            left: 7,
        },
        Letter::AdminCodeUsed {
            username: username(),
            at: AT,
        },
        Letter::PolicyEased {
            by: "Max".into(),
            at: AT,
            changes: vec![Change::Mode(TwoFactorMode::Required, TwoFactorMode::Off)],
        },
        Letter::DomainLost {
            domain: "acme.example".into(),
            record: "_callgate.acme.example".into(),
            path: "/acme/console/single-sign-on".into(),
            at: AT,
        },
        Letter::BindCode {
            code: "482913".into(),
            sent_at: AT,
            minutes: 5,
        },
        Letter::PhoneBound {
            username: username(),
            login: "anna.connect".into(),
            at: AT,
        },
        Letter::JoinAsked {
            name: "Noah New".into(),
            email: "noah@acme.example".into(),
            login: "noah.connect".into(),
            path: "/acme/console/users".into(),
        },
        Letter::SetUpCode {
            app: true,
            code: "482913".into(),
            sent_at: AT,
            minutes: 5,
        },
        Letter::CompanyConnected {
            username: username(),
            at: AT,
        },
        Letter::CompanyDisconnected {
            username: username(),
            at: AT,
        },
        Letter::Test,
        Letter::CompanyOpening {
            path: "/invitation#secret".into(),
            username: username(),
            expires_at: AT,
        },
        Letter::CompanyRefused {
            reason: Some("Twice".into()),
        },
        Letter::AccountLocked {
            username: username(),
            at: AT,
            command: Some("callgate account unlock".into()),
        },
        Letter::ConfirmEmail {
            path: "/confirm-email?token=secret".into(),
            username: username(),
            by: "Max".into(),
            expires_at: AT,
        },
        Letter::EmailChanging {
            username: username(),
            new_email: "a•••@mail.example".into(),
            by: "Max".into(),
            at: AT,
        },
        Letter::LoginConnected {
            username: username(),
            provider: "Google".into(),
            login: "ada@mail.example".into(),
            at: AT,
        },
        Letter::LoginRecognised {
            username: username(),
            provider: "Acme ID".into(),
            at: AT,
        },
        Letter::LoginRemoved {
            username: username(),
            provider: "Office 365".into(),
            login: "ada@mail.example".into(),
            at: AT,
        },
        Letter::BreakGlass {
            name: "Max Admin".into(),
            username: "max".into(),
            at: AT,
        },
        Letter::OutsideInvitation {
            path: "/invitation#secret".into(),
            username: username(),
            expires_at: AT,
        },
        Letter::PhoneChanged {
            by: "Max Admin".into(),
            at: AT,
            before: Some("https://acme.awsapps.com/connect/ccp-v2/".into()),
            after: None,
        },
    ]
}

#[test]
fn a_code_is_in_the_text_but_not_in_the_subject() {
    let mail = compose(&letters()[0], &recipient("en"), &company(), &url());
    assert_eq!(mail.subject, "Your sign-in code for Acme Support");
    assert_eq!(
        mail.text,
        "Hello Ada Agent,\n\n\
         Enter these six digits to finish signing in to Acme Support:\n\n\
         482913\n\n\
         Sent at 09:02. The code works for 5 minutes, and only in the browser that asked for it.\n\n\
         If this was not you, somebody knows your password. Tell nobody the code and call for help.\n\n\
         Need help? Help desk, 4000, help@acme.example\n\
         Acme Support sent this automatically because you have an account at https://login.example/acme\n"
    );
}

#[test]
fn welcome_mails_say_what_seed_002_promises() {
    for letter in [&letters()[3], &letters()[4]] {
        let mail = compose(letter, &recipient("en"), &company(), &url());
        for line in [
            "Login URL: https://login.example/acme",
            "Company Name: Acme Support",
            "Login Username: agent",
            "Login Email: agent@acme.example",
            "1 March at 09:02",
        ] {
            assert!(mail.text.contains(line), "{line} in {}", mail.text);
        }
    }
    let temporary = compose(&letters()[4], &recipient("en"), &company(), &url());
    assert!(temporary.text.contains("Login Password: blue-chair-17"));
    let invitation = compose(&letters()[3], &recipient("en"), &company(), &url());
    assert!(
        invitation
            .text
            .contains("Set your password:\nhttps://login.example/invitation#secret\n")
    );
}

#[test]
fn every_letter_in_every_language_says_who_sent_it_and_who_helps() {
    for (language, _) in languages() {
        for letter in letters() {
            let mail = compose(&letter, &recipient(language), &company(), &url());
            for part in [&mail.text, &mail.html] {
                assert!(
                    part.contains("Help desk, 4000, help@acme.example"),
                    "{language} {}",
                    letter.kind()
                );
                assert!(part.contains("Acme Support") && part.contains("Ada Agent"));
                assert!(part.contains("https://login.example/acme"));
                assert!(!part.contains("{{"), "{part}");
            }
            assert!(mail.html.contains(&format!("<html lang=\"{language}\">")));
            // What an administrator is asked names who asks.
            let is_asked = matches!(letter, Letter::LinkAsked { .. });
            assert!(is_asked || mail.subject.contains("Acme Support"));
        }
    }
    let german = compose(&letters()[0], &recipient("de-CH"), &company(), &url());
    assert_eq!(german.subject, "Ihr Anmeldecode für Acme Support");
}

#[test]
fn changes_of_the_second_way_are_told_by_name() {
    let added = compose(&letters()[9], &recipient("en"), &company(), &url());
    assert_eq!(
        added.subject,
        "A new way to prove it is you at Acme Support"
    );
    assert!(added.text.contains(
        "An authenticator app (Pixel 8) was added to the account agent on 1 March at 09:02."
    ));
    let removed = compose(&letters()[10], &recipient("de"), &company(), &url());
    assert!(
        removed.text.contains("E-Mail-Authentifizierung"),
        "{}",
        removed.text
    );
}

#[test]
fn links_lead_to_the_public_url_and_nowhere_else() {
    for path in [
        "//evil.example/x",
        "/\\evil.example",
        "@evil.example",
        "https://evil.example/",
    ] {
        let letter = Letter::BrowserLink {
            path: path.into(),
            minutes: 20,
        };
        let mail = compose(&letter, &recipient("en"), &company(), &url());
        for link in mail.html.split("href=\"").skip(1) {
            assert!(link.starts_with("https://login.example/"), "{link}");
        }
    }
}

#[test]
fn hostile_names_forge_neither_header_nor_paragraph_nor_markup() {
    let hostile = CompanyFacts {
        name: "Acme\r\nBcc: all@evil.example\r\n\r\n<a href=\"https://evil.example\">Click</a>"
            .into(),
        help_contact: None,
        ..company()
    };
    let someone = Recipient {
        name: "Ada\n\nYour account is closed".into(),
        ..recipient("en")
    };
    let mail = compose(&letters()[0], &someone, &hostile, &url());
    assert!(!mail.subject.contains(['\r', '\n', '\0']));
    assert!(
        mail.text
            .starts_with("Hello Ada Your account is closed,\n\n")
    );
    assert!(!mail.text.contains("\nBcc") && !mail.html.contains("<a "));
    assert!(mail.text.contains("Ask your administrator"));
}

#[test]
fn a_used_backup_code_is_told_with_how_many_are_left() {
    let table = [
        (4, "Backup codes left: 4\n"),
        (
            3,
            "Backup codes left: 3. Make new ones in Security Settings",
        ),
        (1, "Backup codes left: 1. Make new ones"),
        (0, "It was your last one. Make new ones"),
    ];
    for (left, sentence) in table {
        let letter = Letter::BackupCodeUsed {
            username: "agent".into(),
            at: AT,
            left,
        };
        let mail = compose(&letter, &recipient("en"), &company(), &url());
        assert!(mail.text.contains("on 1 March at 09:02"), "{}", mail.text);
        assert!(mail.text.contains(sentence), "{left} in {}", mail.text);
    }
}

#[test]
fn nothing_is_sent_after_it_lost_its_meaning() {
    let ends = letters().map(|letter| letter.expires_at(AT).since(AT).as_secs());
    assert_eq!(ends[..7], [300, 172_800, 172_800, 0, 0, 172_800, 1200]);
    assert_eq!(ends[7..12], [172_800, 300, 172_800, 172_800, 172_800]);
    assert_eq!(ends[12..17], [172_800, 172_800, 172_800, 1200, 172_800]);
    assert_eq!(ends[17..22], [172_800; 5]);
    assert_eq!(ends[22..25], [300, 172_800, 172_800]);
    assert_eq!(ends[25..30], [300, 172_800, 172_800, 172_800, 0]);
    assert_eq!(ends[30..34], [172_800, 172_800, 0, 172_800]);
    assert_eq!(ends[34..], [172_800, 172_800, 172_800, 172_800, 0, 172_800]);
}
