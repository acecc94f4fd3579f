//! An invitation whose link cannot be used: what became of it, and the way on. Whoever comes too late asks for another
//! link with one click, with scripts and without.

use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    client::{Api, ApiError},
    context::Page,
    entry::{CompanyLook, EntryFrame},
    i18n::{problem_text, td_string, use_locale},
    ui::{Banner, BannerKind, Button, Failure, Heading, Help},
    wire::{Company, HelpContact, LinkFate, Problem, ProblemCode},
};

#[component]
pub(super) fn EndedInvitation(
    problem: Problem,
    /// Whose invitation it was, when that is known.
    company: Option<Company>,
    secret: String,
    /// Without scripts: another link was asked for just now.
    asked: bool,
    /// What a posting without scripts failed with.
    failure: Option<ApiError>,
) -> impl IntoView {
    let locale = use_locale();
    Page::use_page().status(problem.status);
    let help = problem.help_contact.clone();
    let home = problem.company.clone().map(|alias| format!("/{alias}"));
    let text = match problem.link {
        Some(LinkFate::Ended) => problem_text(locale, &problem),
        Some(LinkFate::Accepted) => td_string!(locale, invitation.ended.accepted).to_owned(),
        Some(LinkFate::Replaced) => td_string!(locale, invitation.ended.replaced).to_owned(),
        Some(LinkFate::Cancelled) => td_string!(locale, invitation.ended.cancelled).to_owned(),
        None => td_string!(locale, invitation.ended.unknown).to_owned(),
    };
    let kind = match problem.link {
        Some(LinkFate::Accepted | LinkFate::Replaced) => BannerKind::Info,
        _ => BannerKind::Stop,
    };
    let way_on = match (problem.link, home) {
        (Some(LinkFate::Ended), _) => {
            let help = help.clone();
            view! { <AskForLink secret asked failure help/> }.into_any()
        }
        (Some(LinkFate::Accepted), Some(home)) => view! { <SignInInstead home/> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        {company.clone().map(|company| view! { <CompanyLook company/> })}
        <EntryFrame company>
            <Heading title=td_string!(locale, sign_in.link_heading)/>
            <Banner kind=kind><p>{text}</p></Banner>
            {way_on}
            {help.map(|help| view! { <Help help=help/> })}
            <p><a href="/" rel="external">{td_string!(locale, common.back_to_start)}</a></p>
        </EntryFrame>
    }
    .into_any()
}

/// Whether the page can say what became of the link: otherwise it was not about the link.
pub(super) fn is_about_link(problem: &Problem) -> bool {
    matches!(
        problem.code,
        ProblemCode::LinkUsed | ProblemCode::LinkExpired
    )
}

#[component]
fn AskForLink(
    secret: String,
    asked: bool,
    failure: Option<ApiError>,
    help: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let asked = RwSignal::new(asked);
    // That the link ended is said already.
    let failure = RwSignal::new(failure.filter(|failure| match failure {
        ApiError::Problem(problem) => !is_about_link(problem),
        ApiError::Offline => true,
    }));
    let busy = RwSignal::new(false);
    let sent = secret.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (api, secret) = (api.clone(), sent.clone());
        leptos::task::spawn_local(async move {
            match api.ask_invitation(secret).await {
                Ok(()) => asked.set(true),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let submit = StoredValue::new(submit);
    let secret = StoredValue::new(secret);
    view! {
        <Failure error=failure help/>
        {move || if asked.get() {
            view! {
                <Banner kind=BannerKind::Good>
                    <p>{td_string!(locale, invitation.ended.asked)}</p>
                    <p>{td_string!(locale, invitation.ended.asked_text)}</p>
                </Banner>
            }
            .into_any()
        } else {
            view! {
                <form
                    class="stack"
                    method="post"
                    on:submit=move |event| submit.with_value(|submit| submit(event))
                >
                    <input type="hidden" name="token" value=secret.get_value()/>
                    <p>{td_string!(locale, invitation.ended.ask_text)}</p>
                    <Button busy name="action" value="ask">
                        {td_string!(locale, invitation.ended.ask)}
                    </Button>
                </form>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[component]
fn SignInInstead(home: String) -> impl IntoView {
    let locale = use_locale();
    let forgot = format!("{home}/forgot-password");
    view! {
        <p>
            <a class="button primary" href=home rel="external">
                {td_string!(locale, invitation.ended.sign_in)}
            </a>
        </p>
        <p><a href=forgot rel="external">{td_string!(locale, invitation.ended.forgot)}</a></p>
    }
    .into_any()
}
