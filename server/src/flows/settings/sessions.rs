//! "Passwords and sessions": how long people stay signed in, and how long their passwords are.

use std::time::Duration;

use app::wire::{SessionChoices, SessionSettings, SessionSettingsPage};

use super::{Held, Result, check_version, seen, version};
use crate::{
    domain::password::{MINIMUM_WITH_SECOND_FACTOR, PasswordPolicy},
    flows::{Refusal, Services, Visitor, session},
    storage::Company,
};

const MINUTE_MS: i64 = 60 * 1000;

/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<SessionSettingsPage> {
    let (_, company) = seen(s, visitor).await?;
    Ok(page(s, &company))
}

/// Running sessions are shortened at once and lengthened by nobody; passwords that became too short are changed at
/// their next use.
///
/// # Errors
/// [`Refusal::InvalidRequest`] beyond the operator's bounds, [`Refusal::ChangedMeanwhile`], and
/// [`Refusal::FreshProofNeeded`] for what asks less of people than before.
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    wanted: &SessionSettings,
) -> Result<SessionSettingsPage> {
    let mut held = Held::by(s, visitor).await?;
    let before = shown(&held.company);
    check_version(&wanted.version, &before.version)?;
    check(wanted, &before, &choices(s, &held.company))?;
    let is_weaker = wanted.total_minutes > before.total_minutes
        || wanted.idle_minutes > before.idle_minutes
        || wanted.password_minimum.unwrap_or(0) < before.password_minimum.unwrap_or(0);
    if is_weaker {
        session::check_fresh(s, &held.admin)?;
    }
    let company = &mut held.company;
    let mut changes = Vec::new();
    if wanted.total_minutes != before.total_minutes {
        company.session_total_ms = i64::from(wanted.total_minutes) * MINUTE_MS;
        changes.push(told(
            "session_total",
            before.total_minutes,
            wanted.total_minutes,
        ));
    }
    if wanted.idle_minutes != before.idle_minutes {
        company.session_idle_ms = i64::from(wanted.idle_minutes) * MINUTE_MS;
        changes.push(told(
            "session_idle",
            before.idle_minutes,
            wanted.idle_minutes,
        ));
    }
    if wanted.password_minimum != before.password_minimum {
        company.settings.password_minimum = wanted.password_minimum.map(i64::from);
        let number = |minimum: Option<u16>| minimum.map_or("none".to_owned(), |it| it.to_string());
        changes.push(told(
            "password_minimum",
            number(before.password_minimum),
            number(wanted.password_minimum),
        ));
    }
    held.save(s, visitor, &changes).await?;
    let company = &held.company;
    if wanted.total_minutes < before.total_minutes {
        for admin in [false, true] {
            held.tx
                .shorten_sessions(&company.id, admin, company.session_total(), s.now())
                .await?;
        }
    }
    if wanted.idle_minutes < before.idle_minutes {
        held.tx
            .shorten_idle(&company.id, company.session_idle())
            .await?;
    }
    let saved = page(s, company);
    held.tx.commit().await?;
    Ok(saved)
}

fn told(what: &str, before: impl ToString, after: impl ToString) -> String {
    format!("{what} {} → {}", before.to_string(), after.to_string())
}

/// What stays as it was is never refused: the operator may have drawn the bounds closer.
fn check(
    wanted: &SessionSettings,
    before: &SessionSettings,
    choices: &SessionChoices,
) -> Result<(), Refusal> {
    let total = choices.shortest_total_minutes..=choices.longest_total_minutes;
    let idle = choices.shortest_idle_minutes..=choices.longest_idle_minutes;
    let minimum = choices.least_password_minimum..=choices.most_password_minimum;
    let is_good = (wanted.total_minutes == before.total_minutes
        || total.contains(&wanted.total_minutes))
        && (wanted.idle_minutes == before.idle_minutes || idle.contains(&wanted.idle_minutes))
        && wanted.idle_minutes <= wanted.total_minutes
        && (wanted.password_minimum == before.password_minimum
            || wanted
                .password_minimum
                .is_none_or(|wanted| minimum.contains(&wanted)));
    if is_good {
        Ok(())
    } else {
        Err(Refusal::InvalidRequest)
    }
}

fn choices(s: &Services, company: &Company) -> SessionChoices {
    let bounds = s.settings.policy_bounds;
    let minutes = |span: Duration| u32::try_from(span.as_secs() / 60).unwrap_or(u32::MAX);
    let rules = company.policy.rules();
    let usual = PasswordPolicy::new(rules.is_required(s.now())).minimum;
    let length = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
    let most = length(bounds.password_length.1);
    SessionChoices {
        shortest_total_minutes: minutes(bounds.sessions.total.0),
        longest_total_minutes: minutes(bounds.sessions.total.1),
        shortest_idle_minutes: minutes(bounds.sessions.idle.0),
        longest_idle_minutes: minutes(bounds.sessions.idle.1),
        usual_password_minimum: usual,
        least_password_minimum: length(bounds.password_length.0)
            .max(MINIMUM_WITH_SECOND_FACTOR)
            .max(usual)
            .min(most),
        most_password_minimum: most,
        strict: rules.strict,
    }
}

fn page(s: &Services, company: &Company) -> SessionSettingsPage {
    SessionSettingsPage {
        settings: shown(company),
        choices: choices(s, company),
    }
}

fn shown(company: &Company) -> SessionSettings {
    let minutes = |millis: i64| u32::try_from(millis / MINUTE_MS).unwrap_or(u32::MAX);
    let minimum = company.settings.password_minimum;
    let mut settings = SessionSettings {
        version: String::new(),
        total_minutes: minutes(company.session_total_ms),
        idle_minutes: minutes(company.session_idle_ms),
        password_minimum: minimum.and_then(|minimum| u16::try_from(minimum).ok()),
    };
    settings.version = version(&settings);
    settings
}
