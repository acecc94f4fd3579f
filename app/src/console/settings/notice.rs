//! Today's message to everybody, beside the page that shows it.

use leptos::{ev, prelude::*};

use super::{
    fields::{Area, given},
    preview::Preview,
    saving::{Proof, SaveBar, Saving},
};
use crate::client::Api;
use crate::context::use_company;
use crate::i18n::{td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{CompanyNotice, ProblemCode};

const LONGEST: usize = 300;

#[component]
pub(crate) fn NoticePage() -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { settle(api.company_notice().await) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Heading title=td_string!(locale, settings.notice.title)/>
        <p class="lead">{td_string!(locale, settings.notice.lead)}</p>
        <Transition fallback=Loading>
            {move || answer.get().map(|answer| match answer {
                Ok(notice) => view! { <Form notice/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
}

#[component]
fn Form(notice: CompanyNotice) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let text = RwSignal::new(notice.notice.clone().unwrap_or_default());
    let saved = RwSignal::new(notice);
    let typed = Signal::derive(move || CompanyNotice {
        version: saved.with(|saved| saved.version.clone()),
        notice: given(text),
    });
    let fill = Callback::new(move |new: CompanyNotice| {
        text.set(new.notice.unwrap_or_default());
    });
    let saving = Saving::new(saved, typed, fill);
    let length = Memo::new(move |_| given(text).map_or(0, |text| text.chars().count()));
    let hint = Signal::derive(move || {
        let count = LONGEST.saturating_sub(length.get());
        let left = td_string!(locale, settings.notice.left, count = count);
        format!("{} {left}", td_string!(locale, settings.notice.text_hint))
    });
    let error = Signal::derive(move || {
        let over = length.get().saturating_sub(LONGEST);
        if over > 0 {
            Some(td_string!(locale, settings.notice.too_long, count = over))
        } else {
            saving
                .is_refused(ProblemCode::InvalidRequest)
                .then(|| td_string!(locale, settings.notice.wrong).to_owned())
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if length.get_untracked() > LONGEST {
            return;
        }
        let (putting, looking) = (api.clone(), api.clone());
        saving.submit(
            async move |wanted| putting.save_notice(&wanted).await,
            async move || looking.company_notice().await,
        );
    };
    let company = use_company();
    let shown = Signal::derive(move || {
        let mut company = company.get()?.ok()?;
        company.notice = given(text);
        Some(company)
    });
    view! {
        <div class="settings">
            <form class="rules" novalidate=true on:submit=submit>
                <Area
                    label=td_string!(locale, settings.notice.text)
                    id="notice-text"
                    value=text
                    rows=4
                    hint
                    error
                />
                <SaveBar saving told=&[ProblemCode::InvalidRequest]/>
            </form>
            <Preview company=shown/>
        </div>
        <Proof saving/>
    }
    .into_any()
}
