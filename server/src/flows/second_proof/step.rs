//! The step of the code: which way it asks for, what is mailed for it, how it is shown.

use app::wire::{ChooseMethod, CodeStep, Method, Step};

use crate::{
    domain::{code, second_factor},
    flows::{
        Refusal, Result, Services, Visitor,
        demand::{Means, asked_way},
        sign_in::{self, Open},
        written,
    },
    storage::{Account, Attempt, AttemptStep, Company, Tx},
};

use super::mail;

/// Sends a new code; older ones of the attempt end. Neither the counter nor the attempt's time change.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] while another way than mail is asked for, [`Refusal::ResendTooEarly`]
/// within 60 seconds of the last mail, and after five within the hour.
pub async fn resend(s: &Services, visitor: &Visitor, attempt: &str) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(attempt)).await?;
    let (mut tx, open) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let Open {
        attempt,
        account,
        company,
    } = &open;
    let means = Means::held(&mut tx, &account.id).await?;
    let demand = means.demand_at_code(attempt, account, company, s.now());
    if asked_way(attempt, &demand) != Method::Email {
        return Err(Refusal::MethodUnavailable.into());
    }
    let wait =
        mail::send_code_if_allowed(s, visitor, &mut tx, account, company, &attempt.id).await?;
    if let Some(seconds) = wait {
        return Err(Refusal::ResendTooEarly { seconds }.into());
    }
    tx.commit().await?;
    sign_in::show(s, attempt, account, company).await
}

/// Chooses another way of giving the proof.
///
/// # Errors
/// [`Refusal::MethodUnavailable`] when it is not open to the account.
pub async fn choose_method(s: &Services, visitor: &Visitor, choice: &ChooseMethod) -> Result<Step> {
    let open = sign_in::open_attempt(s, visitor, Some(&choice.attempt)).await?;
    let (mut tx, mut open) = sign_in::hold(s, &open, AttemptStep::Code).await?;
    let means = Means::held(&mut tx, &open.account.id).await?;
    let demand = means.demand_at_code(&open.attempt, &open.account, &open.company, s.now());
    if !demand.methods().contains(&choice.method) {
        return Err(Refusal::MethodUnavailable.into());
    }
    turn_to(s, visitor, &mut tx, &mut open, choice.method).await?;
    tx.commit().await?;
    sign_in::show(s, &open.attempt, &open.account, &open.company).await
}

/// Asks for a way from now on. A code is mailed where one is needed and none that was sent still works,
/// if the limits allow it; otherwise the step tells when.
pub(in crate::flows) async fn turn_to(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    open: &mut Open,
    way: Method,
) -> Result<()> {
    let Open {
        attempt,
        account,
        company,
    } = open;
    let name = second_factor::name(way);
    tx.ask_with(&attempt.id, name).await?;
    attempt.method = Some(name.to_owned());
    if way == Method::Email {
        let codes = tx.codes(&attempt.id).await?;
        if codes.first().is_none_or(|code| code.expires_at <= s.now()) {
            mail::send_code_if_allowed(s, visitor, tx, account, company, &attempt.id).await?;
        }
    }
    Ok(())
}

/// The step of the code as the browser is shown it.
pub(in crate::flows) async fn show(
    s: &Services,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<Step> {
    let now = s.now();
    let demand = Means::seen(s, &account.id)
        .await?
        .demand_at_code(attempt, account, company, now);
    let failures = u32::try_from(account.code_failures).unwrap_or(u32::MAX);
    let rules = company.policy.rules();
    let mut step = CodeStep {
        attempt: attempt.id.0.clone(),
        company: company.alias.clone(),
        method: asked_way(attempt, &demand),
        methods: demand.methods().to_vec(),
        sent_to: None,
        sent_at: None,
        mail: None,
        resend_after: None,
        attempts_left: code::warned(failures),
        // Connecting two accounts is no sign-in: the next one there asks as before.
        trust_days: match attempt.connects {
            Some(_) => Vec::new(),
            None => rules.trust_choices(account.admin).to_vec(),
        },
        expires_in: now.seconds_until(attempt.expires_at),
        code_expires_in: None,
        connects: attempt.connects.is_some(),
    };
    if step.method == Method::Email {
        show_mail(s, &mut step, attempt, account, company).await?;
    }
    Ok(Step::Code(step))
}

/// Adds where the newest code went, and when another may follow.
async fn show_mail(
    s: &Services,
    step: &mut CodeStep,
    attempt: &Attempt,
    account: &Account,
    company: &Company,
) -> Result<()> {
    let now = s.now();
    let sent =
        s.db.codes_sent_since(&account.id, now.minus(code::MAIL_WINDOW))
            .await?;
    step.resend_after = Some(now.seconds_until(now.plus(code::resend_after(now, &sent))));
    if let Some(newest) = s.db.newest_code(&attempt.id).await? {
        step.mail = s.db.mail_fate(&newest.mail_id).await?;
        step.sent_to = Some(code::masked(&account.email));
        step.sent_at = Some(written(newest.sent_at, &company.zone()));
        step.code_expires_in = Some(now.seconds_until(newest.expires_at));
    }
    Ok(())
}
