//! The end of a mailed link to a new password. Opening the page uses nothing up, only storing a password does.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    invitation::DeadLink,
    new_password::{NewPassword, NewPasswordForm},
};
use crate::{
    client::{Api, ApiError, segment},
    context::{load, take_flash},
    entry::{CompanyLook, EntryFrame},
    i18n::{day_of, error_text, td_string, time_of, use_locale},
    ui::Heading,
    wire::{PasswordReset, PasswordStored, ResetPassword},
};

/// Where the person signs in with the password that was just stored: the account is filled in there, also where
/// somebody else is signed in on this browser.
pub fn after_reset(stored: &PasswordStored) -> String {
    format!(
        "/{}?account={}&notice=password_saved&other=1",
        stored.company,
        segment(&stored.username)
    )
}

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let api = Api::use_api();
    let secret = use_query_map()
        .read_untracked()
        .get("token")
        .unwrap_or_default();
    let failure = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let asked = secret.clone();
    let reset = Resource::new_blocking(
        || (),
        move |()| {
            let (api, secret) = (api.clone(), asked.clone());
            async move {
                if secret.is_empty() {
                    None
                } else {
                    Some(api.password_reset(secret).await)
                }
            }
        },
    );
    view! {
        <Suspense>
            {move || {
                let (secret, failure) = (secret.clone(), failure.clone());
                Suspend::new(async move {
                    match reset.await {
                        Some(Ok(reset)) => view! {
                            <ChooseNew reset=reset secret=secret failure=failure/>
                        }
                        .into_any(),
                        Some(Err(error)) => {
                            view! { <DeadLink error=Some(error) reset=true/> }.into_any()
                        }
                        None => view! { <DeadLink error=None reset=true/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn ChooseNew(reset: PasswordReset, secret: String, failure: Option<ApiError>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let form = NewPassword::new();
    let PasswordReset {
        company,
        username,
        minimum,
        expires_at,
    } = reset;
    let belongs_to = ("token", secret.clone());
    let send = move |password: String| {
        let api = api.clone();
        let new = ResetPassword {
            token: secret.clone(),
            password,
        };
        leptos::task::spawn_local(async move {
            match api.reset_password(&new).await {
                Ok(stored) => load(&after_reset(&stored)),
                Err(error) => form.fail(error_text(locale, &error), error),
            }
        });
    };
    let day = day_of(locale, &expires_at);
    let help = company.help_contact.clone();
    view! {
        <CompanyLook company=company.clone()/>
        <EntryFrame company=Some(company.clone())>
            <Heading title=td_string!(locale, sign_in.reset_heading)/>
            <p class="lead">
                {td_string!(
                    locale,
                    sign_in.reset_lead,
                    company = company.name,
                    username = username
                )}
            </p>
            <NewPasswordForm
                form=form
                minimum=minimum
                belongs_to=belongs_to
                failure=failure
                help=help
                button=td_string!(locale, sign_in.save_password)
                send=send
            />
            <p class="hint">
                {td_string!(locale, sign_in.invited_until, day = day, time = time_of(&expires_at))}
            </p>
        </EntryFrame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_the_address() {
        let stored = PasswordStored {
            company: "acme".into(),
            username: "a&b=ü".into(),
        };
        assert_eq!(
            after_reset(&stored),
            "/acme?account=a%26b%3D%C3%BC&notice=password_saved&other=1"
        );
    }
}
