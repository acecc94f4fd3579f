//! The end of an invitation's link: choosing one's first password.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    continue_outside::ContinueOutside,
    ended_invitation::{EndedInvitation, is_about_link},
    new_password::{NewPassword, NewPasswordForm},
};
use crate::{
    client::{Api, ApiError, NextStep},
    context::{Page, take_flash},
    entry::{CompanyLook, EntryFrame, Steps},
    i18n::{day_of, error_text, td_string, time_of, use_locale},
    ui::{FailureBanner, Heading, Help},
    wire::{AcceptInvitation, Company, Invitation, ProblemCode},
};

#[component]
pub fn InvitationPage() -> impl IntoView {
    let api = Api::use_api();
    let query = use_query_map().read_untracked().clone();
    let secret = query.get("token").unwrap_or_default();
    let asked = query.get("asked").is_some();
    let failure = take_flash().map(|flash| ApiError::Problem(Box::new(flash.problem)));
    let looked_up = secret.clone();
    let invitation = Resource::new_blocking(
        || (),
        move |()| {
            let (api, secret) = (api.clone(), looked_up.clone());
            async move {
                if secret.is_empty() {
                    None
                } else {
                    Some(look_up(api, secret).await)
                }
            }
        },
    );
    view! {
        <Suspense>
            {move || {
                let (secret, failure) = (secret.clone(), failure.clone());
                Suspend::new(async move {
                    match invitation.await {
                        Some((Ok(invitation), _)) if !invitation.passwords => {
                            view! { <ContinueOutside invitation secret failure/> }.into_any()
                        }
                        Some((Ok(invitation), _)) => view! {
                            <SetPassword invitation=invitation secret=secret failure=failure/>
                        }
                        .into_any(),
                        Some((Err(ApiError::Problem(problem)), company)) if is_about_link(&problem) => view! {
                            <EndedInvitation problem=*problem company secret asked failure/>
                        }
                        .into_any(),
                        Some((Err(error), _)) => view! { <DeadLink error=Some(error)/> }.into_any(),
                        None => view! { <DeadLink error=None/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

/// What an invitation says; and whose it was, where it can only say that it ended.
async fn look_up(api: Api, secret: String) -> (Result<Invitation, ApiError>, Option<Company>) {
    let answer = api.invitation(secret).await;
    let company = match &answer {
        Err(ApiError::Problem(problem)) => problem.company.clone(),
        _ => None,
    };
    let company = match company {
        Some(alias) => api.company(&alias).await.ok(),
        None => None,
    };
    (answer, company)
}

#[component]
fn SetPassword(invitation: Invitation, secret: String, failure: Option<ApiError>) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let steps = Steps::within(None);
    let form = NewPassword::new();
    let Invitation {
        company,
        name,
        username,
        email,
        minimum,
        expires_at,
        elsewhere,
        ..
    } = invitation;
    let belongs_to = ("token", secret.clone());
    let send = move |password: String| {
        let (api, steps) = (api.clone(), steps.clone());
        let acceptance = AcceptInvitation {
            token: secret.clone(),
            password,
        };
        leptos::task::spawn_local(async move {
            match api.accept_invitation(&acceptance).await {
                Ok(step) => steps.follow(NextStep::from(&step)),
                Err(error) => form.fail(error_text(locale, &error), error),
            }
        });
    };
    let who = who(username, email);
    let day = day_of(locale, &expires_at);
    let help = company.help_contact.clone();
    view! {
        <CompanyLook company=company.clone()/>
        <EntryFrame company=Some(company.clone())>
            <Heading title=td_string!(locale, sign_in.set_heading)/>
            <p class="lead">
                {td_string!(
                    locale,
                    sign_in.invited,
                    name = name,
                    company = company.name,
                    username = who
                )}
            </p>
            <NewPasswordForm
                form=form
                minimum=minimum
                belongs_to=belongs_to
                failure=failure
                help=help
                button=td_string!(locale, sign_in.set_password)
                send=send
            />
            <p class="hint">
                {td_string!(locale, sign_in.invited_until, day = day, time = time_of(&expires_at))}
            </p>
            {elsewhere.then(|| view! {
                <p class="hint">{td_string!(locale, invitation.elsewhere)}</p>
            })}
        </EntryFrame>
    }
}

/// What a person signs in as.
pub(super) fn who(username: String, email: String) -> String {
    match username == email {
        true => email,
        false => format!("{username} ({email})"),
    }
}

/// A link that cannot be used: why, and whom to ask.
#[component]
pub(super) fn DeadLink(
    error: Option<ApiError>,
    /// It led to a new password, so another one can be asked for without anybody's help.
    #[prop(optional)]
    reset: bool,
) -> impl IntoView {
    let locale = use_locale();
    let page = Page::use_page();
    let mut help = None;
    let mut company = None;
    match &error {
        Some(ApiError::Problem(problem)) => {
            page.status(problem.status);
            help = problem.help_contact.clone();
            company = problem.company.clone();
        }
        Some(ApiError::Offline) => page.status(503),
        None => page.status(404),
    }
    let dead = matches!(
        error.as_ref().and_then(ApiError::code),
        Some(ProblemCode::LinkUsed | ProblemCode::LinkExpired)
    );
    let heading = if dead || error.is_none() {
        td_string!(locale, sign_in.link_heading)
    } else {
        td_string!(locale, entry.failed_heading)
    };
    view! {
        <EntryFrame>
            <Heading title=heading/>
            {match error {
                Some(error) => view! { <FailureBanner error=error/> }.into_any(),
                None => view! { <p>{td_string!(locale, sign_in.link_incomplete)}</p> }.into_any(),
            }}
            {match company {
                Some(alias) => view! {
                    <p>
                        <a class="button primary" href=format!("/{alias}/forgot-password") rel="external">
                            {td_string!(locale, sign_in.ask_new_link)}
                        </a>
                    </p>
                }
                .into_any(),
                None if reset => view! { <p>{td_string!(locale, sign_in.ask_from_start)}</p> }.into_any(),
                None => ().into_any(),
            }}
            {help.map(|help| view! { <Help help=help/> })}
            <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
        </EntryFrame>
    }
}
