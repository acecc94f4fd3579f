//! "Login summary": who came in by Amazon Connect, before they go to work. A document that begins here loads the phone
//! anew.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::{Agent, Cookies, Phone, Stage, same_user};
use crate::{
    client::Api,
    context::{Page, use_company},
    entry::EntryFrame,
    i18n::{td_string, use_locale},
    microphone::{Microphone, MicrophonePanel, is_needed},
    session::Guarded,
    ui::{Banner, BannerKind, Heading, Loading},
    wire::{self, Company, Role, Session},
};

#[component]
pub(crate) fn SummaryPage() -> impl IntoView {
    let page = |session| view! { <OfCompany session/> };
    view! { <Guarded needs=Role::Agent page/> }
}

#[component]
fn OfCompany(session: Session) -> impl IntoView {
    // Whoever came in by another way has nothing to read here.
    if session.phone_username.is_none() {
        Page::use_page().leave(&session.landing);
        return ().into_any();
    }
    let company = use_company();
    let session = StoredValue::new(session);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                let company = company.await.ok();
                view! { <Summary session=session.get_value() company/> }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Summary(session: Session, #[prop(optional_no_strip)] company: Option<Company>) -> impl IntoView {
    let locale = use_locale();
    let phone = Phone::of_document();
    let kind = RwSignal::new(None);
    let calls_here = Memo::new(move |_| takes_calls(phone, kind.get()));
    wake(phone, kind, calls_here);
    let here = session.phone_username.clone().unwrap_or_default();
    let alias = session.company.alias.clone();
    let next = use_query_map().read_untracked().get("next");
    let desk = desk_path(&alias, next);
    let again = format!("/{alias}?other=1");
    let other = {
        let here = here.clone();
        Memo::new(move |_| {
            let agent = phone.agent.read();
            let there = &agent.as_ref()?.username;
            (!same_user(there, &here)).then(|| there.clone())
        })
    };
    let asked = here.clone();
    view! {
        <EntryFrame company=company.clone()>
            <Heading title=td_string!(locale, phone.summary.title)/>
            {move || match other.get() {
                Some(there) => {
                    let words = td_string!(
                        locale,
                        phone.summary.other_user,
                        there = there,
                        here = asked.clone()
                    );
                    view! {
                        <Banner kind=BannerKind::Stop><p>{words}</p></Banner>
                        <p>
                            <a class="button primary" href=again.clone() rel="external">
                                {td_string!(locale, phone.summary.start_again)}
                            </a>
                        </p>
                    }
                    .into_any()
                }
                None => view! {
                    <p class="lead">{td_string!(locale, phone.summary.lead)}</p>
                    <p>
                        <a class="button primary" href=desk.clone()>
                            {td_string!(locale, phone.summary.go)}
                        </a>
                    </p>
                }
                .into_any(),
            }}
            <Facts session here region=company.and_then(|it| it.region) phone calls_here/>
            {move || calls_here.get().then(|| view! { <MicrophonePanel/> })}
            <div role="status">{move || words_of(phone).map(|words| view! { <p class="hint">{words}</p> })}</div>
        </EntryFrame>
    }
    .into_any()
}

/// Asks what the person takes calls with, starts the phone where the document has none yet, and looks for the microphone
/// without asking anybody.
fn wake(phone: Phone, kind: RwSignal<Option<wire::Phone>>, calls_here: Memo<bool>) {
    let api = Api::use_api();
    Effect::new(move |_| {
        let api = api.clone();
        spawn_local(async move {
            let Ok(own) = api.desk_phone().await else {
                return;
            };
            // The page may be gone by now.
            let _ = kind.try_set(Some(own.kind));
            if phone.stage.get_untracked() == Stage::Absent
                && let Some(url) = own.url
            {
                phone.start(&url, Cookies::AsUsual);
            }
        });
    });
    Effect::new(move |_| {
        if calls_here.get() {
            Microphone::of_document().watch();
        }
    });
}

/// Whether calls come to this browser, as far as account and phone have said.
fn takes_calls(phone: Phone, kind: Option<wire::Phone>) -> bool {
    kind.is_some_and(|kind| is_needed(kind, Some(phone.sends_calls_here())))
}

/// What there is to know of the person and their work.
#[component]
fn Facts(
    session: Session,
    here: String,
    #[prop(optional_no_strip)] region: Option<String>,
    phone: Phone,
    calls_here: Memo<bool>,
) -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let profile = move || {
        let profile = |agent: &Agent| agent.routing_profile.clone();
        phone
            .agent
            .with(|agent| agent.as_ref().map(profile))
            .unwrap_or_else(|| "…".to_owned())
    };
    let heard = move || {
        if microphone.hearing.get().is_good() {
            td_string!(locale, phone.summary.microphone_good)
        } else {
            td_string!(locale, phone.summary.microphone_later)
        }
    };
    view! {
        <dl class="facts">
            <dt>{td_string!(locale, phone.summary.name)}</dt>
            <dd>{session.account.name}</dd>
            <dt>{td_string!(locale, phone.summary.account)}</dt>
            <dd>{session.account.username}</dd>
            <dt>{td_string!(locale, phone.summary.username)}</dt>
            <dd>{here}</dd>
            <dt>{td_string!(locale, phone.summary.company)}</dt>
            <dd>{session.company.name}</dd>
            {region.map(|region| view! {
                <dt>{td_string!(locale, phone.summary.region)}</dt>
                <dd>{region}</dd>
            })}
            <dt>{td_string!(locale, phone.summary.routing_profile)}</dt>
            <dd>{profile}</dd>
            {move || calls_here.get().then(|| view! {
                <dt>{td_string!(locale, phone.summary.microphone)}</dt>
                <dd>{heard}</dd>
            })}
        </dl>
    }
    .into_any()
}

/// How the phone is, where that is not yet as it should be.
fn words_of(phone: Phone) -> Option<&'static str> {
    let locale = use_locale();
    match phone.stage.get() {
        Stage::Ready | Stage::Silent => {
            window_left().then(|| td_string!(locale, phone.summary.close_window))
        }
        Stage::Absent | Stage::Starting | Stage::Loading => {
            Some(td_string!(locale, phone.summary.loading))
        }
        Stage::Unloaded => Some(td_string!(locale, phone.summary.unloaded)),
        Stage::SignedOut | Stage::Refused | Stage::AccessDenied | Stage::Ended => {
            Some(td_string!(locale, phone.summary.signed_out))
        }
    }
}

/// Whether the window in which they signed in may still stand there.
fn window_left() -> bool {
    #[cfg(feature = "hydrate")]
    return super::window::left();
    #[cfg(not(feature = "hydrate"))]
    false
}

/// Where the person wanted to go within the company, else the desk.
fn desk_path(alias: &str, next: Option<String>) -> String {
    let own = format!("/{alias}/");
    next.filter(|next| next.starts_with(&own) && !next.contains(['\\', '\n', '\r', '\t']))
        .unwrap_or_else(|| format!("/{alias}/desk"))
}

#[cfg(test)]
mod tests {
    use super::desk_path;

    #[test]
    fn only_paths_of_the_company_are_gone_to() {
        for (next, path) in [
            (None, "/acme/desk"),
            (Some("/acme/desk?x=1"), "/acme/desk?x=1"),
            (Some("/other/desk"), "/acme/desk"),
            (Some("//evil.example/acme/"), "/acme/desk"),
            (Some("https://evil.example"), "/acme/desk"),
            (Some("/acme/\\evil"), "/acme/desk"),
        ] {
            assert_eq!(desk_path("acme", next.map(str::to_owned)), path);
        }
    }
}
