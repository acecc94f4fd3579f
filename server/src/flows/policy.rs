//! The company's two-factor policy: an administrator looks at it, asks what another one would do, saves it.
//! What it means for a sign-in is decided at each sign-in, elsewhere.

use std::time::Duration;

use app::wire::{
    Method, NotSetUp, PolicyChoices, PolicyEffect, ReadyStepName, TwoFactorOverview,
    TwoFactorPolicy,
};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    clock::{Moment, day},
    config::PolicyBounds,
    domain::{
        policy::{self, Alike, Change, Terms},
        second_factor::{self, STRICT_SESSION, TRUST_DAYS},
    },
    mail::Letter,
    storage::{AuditKind, Company, LiveSession, Policy},
};

use super::{Fault, Refusal, Result, Services, Visitor, audit, ready, session, written};

/// People on the page who have not set anything up.
const SHOWN: u32 = 50;

/// The policy, and who does not satisfy it yet.
///
/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<TwoFactorOverview> {
    let admin = session::live_admin(s, visitor).await?;
    let company = company_of(s, &admin).await?;
    overview(s, &company).await
}

/// How many people a policy would lead to set something up.
///
/// # Errors
/// Without an administrator's session, and [`Refusal::InvalidRequest`] for a policy that could not be
/// saved.
pub async fn effect(
    s: &Services,
    visitor: &Visitor,
    wanted: &TwoFactorPolicy,
) -> Result<PolicyEffect> {
    let admin = session::live_admin(s, visitor).await?;
    let company = company_of(s, &admin).await?;
    let old = company.policy.terms();
    let new = Asked::in_zone(s, &company.zone()).terms(wanted, &old)?;
    let people = people(s, &company).await?;
    let led = policy::newly_led(&old.rules, &new.rules, &people, s.now());
    Ok(PolicyEffect {
        at_next_sign_in: led.at_next_sign_in,
        from_the_day: led.from_the_day,
    })
}

/// Saves a policy. All administrators hear of one that asks less of people than before.
///
/// # Errors
/// [`Refusal::FreshProofNeeded`], and [`Refusal::InvalidRequest`] for one without ways, with a day that
/// has passed, or beyond the operator's bounds.
pub async fn save(
    s: &Services,
    visitor: &Visitor,
    wanted: &TwoFactorPolicy,
) -> Result<TwoFactorOverview> {
    let admin = session::live_admin(s, visitor).await?;
    session::check_fresh(s, &admin)?;
    let mut company = company_of(s, &admin).await?;
    let zone = company.zone();
    let mut tx = s.db.begin().await?;
    let old = tx.lock_policy(&company.id).await?.terms();
    let new = Asked::in_zone(s, &zone).terms(wanted, &old)?;
    let changes = Change::between(&old, &new);
    if !changes.is_empty() {
        company.policy = Policy::of(&new);
        tx.set_policy(&company.id, &company.policy).await?;
        for admin in [false, true] {
            // For good: what is lengthened later revives no trust.
            let longest = new.rules.trust_choices(admin).iter().copied().max();
            tx.shorten_trusts(&company.id, admin, longest).await?;
            if new.rules.is_strict(admin) {
                tx.shorten_sessions(&company.id, admin, STRICT_SESSION, s.now())
                    .await?;
            }
        }
        let mut event = audit::event(s, visitor, AuditKind::PolicyChanged, &admin);
        let codes: Vec<String> = changes.iter().map(|change| change.code(&zone)).collect();
        event.reason = Some(codes.join(" · "));
        tx.audit(event);
        if policy::is_weaker(&old, &new, s.now()) {
            let letter = Letter::PolicyEased {
                by: admin.name.clone(),
                at: s.now(),
                changes,
            };
            for one in tx.administrators(&company.id).await? {
                s.post(&mut tx, &one, &company, &letter).await?;
            }
        }
    }
    // Also when nothing was changed: it was looked at.
    ready::note(&mut tx, &company.id, ReadyStepName::ChooseWays).await?;
    tx.commit().await?;
    let company = company_of(s, &admin).await?;
    overview(s, &company).await
}

async fn company_of(s: &Services, admin: &LiveSession) -> Result<Company> {
    let company = s.db.company(&admin.company_id).await?;
    company
        .ok_or_else(|| Fault::Broken(format!("account {} has no company", admin.account_id)).into())
}

async fn people(s: &Services, company: &Company) -> Result<Vec<Alike>> {
    let counts = s.db.count_ways(&company.id).await?;
    Ok(counts.iter().map(|count| count.alike()).collect())
}

async fn overview(s: &Services, company: &Company) -> Result<TwoFactorOverview> {
    let terms = company.policy.terms();
    let zone = company.zone();
    let asked = Asked::in_zone(s, &zone);
    let without =
        s.db.people_without_way(&company.id, &terms.rules, SHOWN)
            .await?;
    Ok(TwoFactorOverview {
        not_set_up: policy::not_set_up(&terms.rules, &people(s, company).await?),
        people: without
            .into_iter()
            .map(|person| NotSetUp {
                id: person.id.0,
                name: person.name,
                username: person.username,
                admin: person.admin,
                last_sign_in_at: person.last_sign_in_at.map(|at| written(at, &zone)),
            })
            .collect(),
        choices: asked.choices(),
        policy: shown(&terms, &zone),
    })
}

fn shown(terms: &Terms, zone: &TimeZone) -> TwoFactorPolicy {
    let rules = &terms.rules;
    TwoFactorPolicy {
        mode: rules.mode,
        required_from: rules.from.map(|from| from.day(zone).to_string()),
        methods: rules.methods.clone(),
        trust_days: rules.trust_days.clone(),
        strict: rules.strict,
        admin_code_minutes: minutes(terms.admin_code),
    }
}

fn minutes(span: Duration) -> u16 {
    u16::try_from(span.as_secs() / 60).unwrap_or(u16::MAX)
}

/// What a policy is measured by.
struct Asked<'a> {
    bounds: PolicyBounds,
    zone: &'a TimeZone,
    today: Date,
}

impl<'a> Asked<'a> {
    fn in_zone(s: &Services, zone: &'a TimeZone) -> Self {
        Self {
            bounds: s.settings.policy_bounds,
            zone,
            today: s.now().day(zone),
        }
    }

    fn choices(&self) -> PolicyChoices {
        let (shortest, longest) = self.bounds.admin_code;
        PolicyChoices {
            today: self.today.to_string(),
            trust_days: TRUST_DAYS
                .into_iter()
                .filter(|days| self.may_trust(*days))
                .collect(),
            shortest_admin_code_minutes: minutes(shortest),
            longest_admin_code_minutes: minutes(longest),
        }
    }

    fn may_trust(&self, days: u16) -> bool {
        let (fewest, most) = self.bounds.trust_days;
        TRUST_DAYS.contains(&days) && (fewest..=most).contains(&usize::from(days))
    }

    /// What is wanted, if it can be had. What stays as it was is never refused: the day may have come,
    /// or the operator may have drawn the bounds closer.
    fn terms(&self, wanted: &TwoFactorPolicy, old: &Terms) -> Result<Terms, Refusal> {
        let methods: Vec<Method> = [Method::Email, Method::App]
            .into_iter()
            .filter(|method| wanted.methods.contains(method))
            .collect();
        if methods.is_empty() || wanted.methods.contains(&Method::BackupCode) {
            return Err(Refusal::InvalidRequest);
        }
        let mut trust_days = wanted.trust_days.clone();
        trust_days.sort_unstable();
        trust_days.dedup();
        let known = |days: &u16| self.may_trust(*days) || old.rules.trust_days.contains(days);
        if !trust_days.iter().all(known) {
            return Err(Refusal::InvalidRequest);
        }
        let admin_code = Duration::from_mins(wanted.admin_code_minutes.into());
        let (shortest, longest) = self.bounds.admin_code;
        if admin_code != old.admin_code && !(shortest..=longest).contains(&admin_code) {
            return Err(Refusal::InvalidRequest);
        }
        Ok(Terms {
            rules: second_factor::Policy {
                mode: wanted.mode,
                from: self.from(wanted.required_from.as_deref(), old.rules.from)?,
                methods,
                trust_days,
                strict: wanted.strict,
            },
            admin_code,
        })
    }

    fn from(&self, wanted: Option<&str>, old: Option<Moment>) -> Result<Option<Moment>, Refusal> {
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        let wanted = day(wanted).ok_or(Refusal::InvalidRequest)?;
        if let Some(old) = old.filter(|old| old.day(self.zone) == wanted) {
            return Ok(Some(old));
        }
        if wanted < self.today {
            return Err(Refusal::InvalidRequest);
        }
        Moment::start_of(wanted, self.zone)
            .map(Some)
            .ok_or(Refusal::InvalidRequest)
    }
}
