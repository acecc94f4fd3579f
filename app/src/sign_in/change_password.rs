//! Replacing a temporary password, or one that no longer satisfies the policy.

use leptos::prelude::*;

use super::{
    follow::{follow_sign_in, tell_other_tabs},
    new_password::{NewPassword, NewPasswordForm},
    step::{StepView, has_ended, start_over, use_step},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::{load, take_flash},
    entry::{EntryFrame, Steps},
    i18n::{error_text, td_string, use_locale},
    ui::{Countdown, Heading, seconds_left},
    wire::{ChangePassword, ChangePasswordStep, Company, Step},
};

#[component]
pub fn ChangePasswordPage() -> impl IntoView {
    let failure = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let step = use_step();
    let show = move |company: Company, step| match step {
        Step::ChangePassword(step) if step.company == company.alias => Some(
            view! { <ChangePlace company=company step=step failure=failure.clone()/> }.into_any(),
        ),
        _ => None,
    };
    view! { <StepView step=step show=show/> }
}

#[component]
fn ChangePlace(
    company: Company,
    step: ChangePasswordStep,
    failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let steps = Steps::within(Some(company.alias.clone()));
    let form = NewPassword::new();
    let ChangePasswordStep {
        attempt,
        minimum,
        expires_in,
        company: alias,
    } = step;

    // Another tab may finish this step, or begin anew.
    let (following, shown, over) = (steps.clone(), attempt.clone(), alias.clone());
    follow_sign_in(form.busy.into(), move |answer| match answer {
        Ok(Step::ChangePassword(step)) if step.attempt == shown => {}
        Ok(Step::ChangePassword(_)) => load(&format!("/{over}/change-password")),
        Ok(step) => following.follow(NextStep::from(&step)),
        Err(error) if has_ended(&error) => load(&start_over(&over)),
        Err(_) => {}
    });

    let belongs_to = ("attempt", attempt.clone());
    let send = move |password: String| {
        let (api, steps, alias) = (api.clone(), steps.clone(), alias.clone());
        let change = ChangePassword {
            attempt: attempt.clone(),
            password,
        };
        leptos::task::spawn_local(async move {
            let answer = api.change_password(&change).await;
            tell_other_tabs();
            match answer {
                Ok(step) => steps.follow(NextStep::from(&step)),
                Err(error) if has_ended(&error) => load(&start_over(&alias)),
                Err(error) => form.fail(error_text(locale, &error), error),
            }
        });
    };
    let left = seconds_left(Signal::stored(expires_in));
    let help = company.help_contact.clone();
    view! {
        <EntryFrame company=Some(company)>
            <Heading title=td_string!(locale, sign_in.change_heading)/>
            <p class="lead">{td_string!(locale, sign_in.change_lead)}</p>
            <NewPasswordForm
                form=form
                minimum=minimum
                belongs_to=belongs_to
                failure=failure
                help=help
                button=td_string!(locale, sign_in.save_password)
                send=send
            />
            <p class="time-left" class:late=move || left.get() < 60>
                {td_string!(locale, sign_in.time_left, time = "")} <Countdown left=left/>
            </p>
        </EntryFrame>
    }
}
