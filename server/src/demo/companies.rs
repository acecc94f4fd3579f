//! The demo's companies, and the lists of statuses that they have.

use crate::{
    clock::Moment,
    domain::finder::name_skeleton,
    entropy::Entropy,
    flows::{Error, Services, presence},
    storage::{
        Company, CompanyId, CompanySettings, Policy, PresenceList, PresenceListId, PresenceReason,
        ReasonKind, SecondFactor, Tx, Welcome,
    },
};

use super::{
    ACME, DAY, DOCS_EXAMPLE, THE_DARK_SIDE,
    people::{BACK_OFFICE, FRONT_DESK},
    phone::DEXTR_DOCS,
};

const MINUTE_MS: i64 = 60 * 1000;

/// Seed 002: two-factor authentication, temporary passwords, texts, a notice.
pub(super) fn acme(entropy: &Entropy, now: Moment) -> Company {
    let some = |text: &str| Some(text.to_owned());
    Company {
        time_zone: "Europe/Berlin".to_owned(),
        brand: some("#1f4fa8"),
        accent: some("#9cc4ff"),
        notice: some("New headsets at desk 4"),
        terms: some(include_str!("terms.md")),
        privacy: some(include_str!("privacy.md")),
        policy: Policy {
            trust_days: "14 30".to_owned(),
            ..Policy::new(SecondFactor::Required)
        },
        settings: CompanySettings {
            ready: "done".to_owned(),
            welcome: Welcome::TemporaryPassword,
            ..CompanySettings::default()
        },
        ..company(entropy, ACME, "Acme Support", now)
    }
}

/// Seed 003: invitations by link, lists of statuses, no second proof.
pub(super) fn northwind(
    entropy: &Entropy,
    alias: &'static str,
    name: &str,
    zone: &str,
    now: Moment,
) -> Company {
    let some = |text: &str| Some(text.to_owned());
    Company {
        time_zone: zone.to_owned(),
        brand: some("#1e6b3a"),
        accent: some("#a8e6b8"),
        settings: CompanySettings {
            ready: "done".to_owned(),
            desk_links: r#"[{"name":"Knowledge base","url":"https://wiki.northwind.example/"},{"name":"Shift plan","url":"https://shifts.northwind.example/"}]"#.to_owned(),
            ..CompanySettings::default()
        },
        ..company(entropy, alias, name, now)
    }
}

/// Seed 000: Amazon Connect and nothing else; `panel` is the address of its Contact Control Panel.
pub(super) fn docs_example(entropy: &Entropy, panel: String, now: Moment) -> Company {
    Company {
        instance_alias: Some(DEXTR_DOCS.to_owned()),
        passwords: false,
        policy: Policy::new(SecondFactor::Off),
        settings: CompanySettings {
            ready: "done".to_owned(),
            ccp_url: Some(panel),
            ..CompanySettings::default()
        },
        ..company(entropy, DOCS_EXAMPLE, "Docs Example", now)
    }
}

/// Seed 001: Amazon Connect beside passwords.
pub(super) fn the_dark_side(entropy: &Entropy, panel: String, now: Moment) -> Company {
    let some = |text: &str| Some(text.to_owned());
    Company {
        language: "de".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        brand: some("#141414"),
        accent: some("#ffb000"),
        settings: CompanySettings {
            ready: "done".to_owned(),
            password_minimum: Some(15),
            ccp_url: Some(panel),
            desk_links: r#"[{"name":"Handbuch","url":"https://wiki.thedarkside.example/"},{"name":"Dienstplan","url":"https://shifts.thedarkside.example/"}]"#.to_owned(),
            ..CompanySettings::default()
        },
        ..company(entropy, THE_DARK_SIDE, "The Dark Side", now)
    }
}

fn company(entropy: &Entropy, alias: &str, name: &str, now: Moment) -> Company {
    let created_at = now.minus(90 * DAY);
    Company {
        id: CompanyId(entropy.id(created_at)),
        alias: alias.to_owned(),
        instance_alias: None,
        name: name.to_owned(),
        name_skeleton: name_skeleton(name),
        language: "en".to_owned(),
        time_zone: "UTC".to_owned(),
        brand: None,
        accent: None,
        notice: None,
        help_name: Some("Help desk".to_owned()),
        help_phone: Some("4000".to_owned()),
        help_email: None,
        terms: None,
        privacy: None,
        passwords: true,
        policy: Policy::new(SecondFactor::Optional),
        session_total_ms: 12 * 60 * MINUTE_MS,
        session_idle_ms: 60 * MINUTE_MS,
        settings: CompanySettings {
            ready: "done".to_owned(),
            ..CompanySettings::default()
        },
        created_at,
        logo_digest: None,
    }
}

/// The list that every company is born with.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn default_list(
    s: &Services,
    tx: &mut Tx,
    company: &Company,
) -> Result<(), Error> {
    presence::born(s, tx, company).await
}

/// The lists of `northwind`, by name. None of them is the default one.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn two_lists(
    entropy: &Entropy,
    tx: &mut Tx,
    company: &Company,
) -> Result<Vec<(&'static str, PresenceListId)>, Error> {
    let at = company.created_at;
    let reasons = |names: &[(&str, ReasonKind)], list: &PresenceListId| -> Vec<PresenceReason> {
        names
            .iter()
            .map(|(name, kind)| PresenceReason {
                id: entropy.id(at),
                list_id: list.clone(),
                name: (*name).to_owned(),
                kind: *kind,
            })
            .collect()
    };
    let mut lists = Vec::new();
    for (name, names) in [
        (
            FRONT_DESK,
            &[
                ("Available", ReasonKind::Available),
                ("With a visitor", ReasonKind::NotReady),
                ("Break", ReasonKind::NotReady),
                ("Offline", ReasonKind::Offline),
            ][..],
        ),
        (
            BACK_OFFICE,
            &[
                ("Available", ReasonKind::Available),
                ("Paperwork", ReasonKind::NotReady),
                ("Meeting", ReasonKind::NotReady),
                ("Offline", ReasonKind::Offline),
            ],
        ),
    ] {
        let list = PresenceList {
            id: PresenceListId(entropy.id(at)),
            company_id: company.id.clone(),
            name: name.to_owned(),
            is_default: false,
            version: 1,
            created_at: at,
        };
        tx.add_presence_list(&list).await?;
        tx.set_presence_reasons(&list.id, &reasons(names, &list.id))
            .await?;
        lists.push((name, list.id));
    }
    Ok(lists)
}
