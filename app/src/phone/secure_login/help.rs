//! What keeps the phone from answering, and what to do about it: words for the person and words for those who set their
//! machine up.

use leptos::{html, prelude::*};

use super::{entry::Entry, stand::origin_of};
use crate::{
    i18n::{td_string, use_locale},
    ui::{Banner, BannerKind, Button, ButtonKind, CopyButton},
};

/// For somebody who has waited for longer than signing in takes. And the frame itself, when its button is needed.
#[component]
pub(super) fn Stuck(entry: Entry) -> impl IntoView {
    let locale = use_locale();
    let stuck = Memo::new(move |_| entry.is_stuck());
    let shown = Memo::new(move |_| entry.shows_frame());
    view! {
        {move || shown.get().then(|| view! { <FramePlace entry/> })}
        {move || stuck.get().then(|| view! {
            <Banner kind=BannerKind::Info><p>{td_string!(locale, phone.stuck)}</p></Banner>
            <EitherReason entry/>
        })}
    }
    .into_any()
}

/// What to do where nobody can tell whether it is the browser's cookies or the company's permission.
#[component]
pub(super) fn EitherReason(entry: Entry) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p>
            <Button
                kind=ButtonKind::Quiet
                kind_of="button"
                on:click=move |_| entry.ask_for_cookies()
            >
                {td_string!(locale, phone.cookies.ask)}
            </Button>
        </p>
        <Advice entry cookies=true/>
    }
    .into_any()
}

/// Where the phone's frame lies while its own button is needed.
#[component]
fn FramePlace(entry: Entry) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let phone = entry.phone();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            phone.show_frame(Some(&place));
        }
    });
    on_cleanup(move || phone.show_frame(None));
    view! { <div class="phone-place" node_ref=place></div> }.into_any()
}

/// What those can do who look after the person's machine, to be sent to them.
#[component]
pub(super) fn Advice(
    entry: Entry,
    /// Whether cookies may be the reason, too.
    cookies: bool,
) -> impl IntoView {
    let locale = use_locale();
    let origin = window().location().origin().unwrap_or_default();
    let there = origin_of(&entry.url());
    let approve = td_string!(
        locale,
        phone.advice.approve,
        origin = origin.clone(),
        there = there.clone()
    );
    let allow = cookies.then(|| {
        td_string!(
            locale,
            phone.advice.cookies,
            origin = origin.clone(),
            there = there.clone()
        )
    });
    let lead = td_string!(locale, phone.advice.lead, origin = origin);
    let text = [Some(lead), allow, Some(approve)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    let copied = text.join("\n\n");
    view! {
        <details class="other">
            <summary>{td_string!(locale, phone.advice.title)}</summary>
            {text.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
            <CopyButton text=copied/>
        </details>
    }
    .into_any()
}
