//! Failures and help, said the same way everywhere.

use leptos::prelude::*;

use super::{Banner, BannerKind};
use crate::{
    client::ApiError,
    i18n::{around, duration, error_text, reference_worth_telling, td_string, use_locale},
    wire::{HelpContact, ProblemCode},
};

/// What went wrong with the last thing done, with whom to call where only they can help.
#[component]
pub fn Failure(
    #[prop(into)] error: Signal<Option<ApiError>>,
    #[prop(optional_no_strip)] help: Option<HelpContact>,
) -> impl IntoView {
    move || {
        let help = help.clone();
        error
            .get()
            .map(|error| view! { <FailureBanner error=error help=help/> })
    }
}

/// One failure as a banner.
#[component]
pub fn FailureBanner(
    error: ApiError,
    #[prop(optional_no_strip)] help: Option<HelpContact>,
) -> impl IntoView {
    let locale = use_locale();
    let kind = match error.code() {
        Some(ProblemCode::OtherAttempt | ProblemCode::OtherStep) => BannerKind::Info,
        Some(ProblemCode::Busy | ProblemCode::ResendTooEarly) | None => BannerKind::Warning,
        Some(_) => BannerKind::Stop,
    };
    let reference = reference_worth_telling(&error);
    let help = help.filter(|_| reference.is_some());
    view! {
        <Banner kind=kind>
            <p>{error_text(locale, &error)}</p>
            {help.map(|help| view! { <Help help=help/> })}
            {reference.map(|reference| view! {
                <p class="reference">
                    {td_string!(locale, common.reference)} " " <code>{reference}</code>
                </p>
            })}
        </Banner>
    }
}

/// Too many tries: how long to wait still, counted down, and that the wait is over.
#[component]
pub fn WaitNotice(#[prop(into)] left: Signal<u32>, children: ChildrenFn) -> impl IntoView {
    let locale = use_locale();
    let (before, after) = around(|time| td_string!(locale, problem.wait, time = time));
    let children = StoredValue::new(children);
    let over = Memo::new(move |_| left.get() == 0);
    let (before, after) = (StoredValue::new(before), StoredValue::new(after));
    view! {
        <Show
            when=move || !over.get()
            fallback=move || view! {
                <Banner kind=BannerKind::Good>
                    <p>{td_string!(locale, problem.wait_over)}</p>
                </Banner>
            }
        >
            <Banner kind=BannerKind::Warning>
                // Read out once; the seconds pass in silence.
                <p>
                    {before.get_value()}
                    <span role="timer" aria-live="off">{move || duration(locale, left.get())}</span>
                    {after.get_value()}
                </p>
                {children.with_value(|children| children())}
            </Banner>
        </Show>
    }
}

/// Whom a stuck person calls.
#[component]
pub fn Help(help: HelpContact) -> impl IntoView {
    let locale = use_locale();
    let HelpContact { name, phone, email } = help;
    view! {
        <p class="help">
            <span>{td_string!(locale, common.help_person, name = name)}</span>
            {phone.map(|phone| view! {
                " " <a href=format!("tel:{}", phone.replace(' ', ""))>{phone.clone()}</a>
            })}
            {email.map(|email| view! {
                " " <a href=format!("mailto:{email}")>{email.clone()}</a>
            })}
        </p>
    }
}
