//! A company's own page.

use leptos::prelude::*;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    frame::{CompanyView, EntryFrame},
    language::LanguageChoice,
    look::CompanyLook,
    password::PasswordForm,
    ways::WaysIn,
};
#[cfg(feature = "ssr")]
use crate::phone;
use crate::{
    client::{Api, SignedIn},
    context::{CurrentCompany, Flash, take_flash},
    i18n::{td_string, use_locale},
    ui::{Banner, BannerKind, Heading, Help},
    wire::Company,
};

/// Everything under `/{alias}`: loads the company once and puts on its colours.
#[component]
pub fn CompanyScope() -> impl IntoView {
    let api = Api::use_api();
    let params = use_params_map();
    let alias = move || params.read().get("alias").unwrap_or_default();
    let company = Resource::new_blocking(alias, move |alias| {
        let api = api.clone();
        async move { api.company(&alias).await }
    });
    provide_context(CurrentCompany(company));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                company.await.ok().map(|company| view! { <CompanyLook company=company/> })
            })}
        </Suspense>
        <Outlet/>
    }
}

/// What the address of a company's page asks for.
#[derive(Clone)]
pub(super) struct Asked {
    /// The account to fill in.
    pub(super) account: Option<String>,
    /// Where to go after signing in; the server decides whether it may be followed.
    pub(super) next: Option<String>,
    /// Why somebody was sent here: `ended`, `known`, `password_saved` or `signed_out`.
    notice: Option<String>,
    /// Whether to sign in although somebody is signed in.
    other: bool,
    /// Whether an administrator wants the form where others have none.
    admin: bool,
}

#[component]
pub fn CompanyPage() -> impl IntoView {
    let api = Api::use_api();
    #[cfg(feature = "ssr")]
    let known = StoredValue::new((api.clone(), use_context(), use_locale()));
    let session = Resource::new_blocking(
        || (),
        move |()| {
            let api = api.clone();
            async move { api.signed_in().await }
        },
    );
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        Asked {
            account: query.get("account"),
            next: query.get("next"),
            notice: query.get("notice"),
            other: query.get("other").is_some(),
            admin: query.get("admin").is_some(),
        }
    });
    let flash = StoredValue::new(take_flash());
    let show = move |company: Company| {
        let company = StoredValue::new(company);
        view! {
            <Suspense>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let session: Option<SignedIn> = session.await;
                        let company = company.get_value();
                        #[cfg(feature = "ssr")]
                        let phone = phone::place(known.get_value(), &company.alias).await;
                        #[cfg(not(feature = "ssr"))]
                        let phone = "";
                        view! {
                            <SignInPlace
                                company
                                phone
                                session=session
                                asked=asked
                                flash=flash.get_value()
                            />
                        }
                    })
                }}
            </Suspense>
        }
        .into_any()
    };
    view! { <CompanyView show=show/> }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        (&self.account, &self.next, &self.notice) == (&other.account, &other.next, &other.notice)
            && (self.other, self.admin) == (other.other, other.admin)
    }
}

#[component]
fn SignInPlace(
    company: Company,
    /// *Secure Login*, as the server writes it.
    phone: Place,
    session: Option<SignedIn>,
    asked: Asked,
    flash: Option<Flash>,
) -> impl IntoView {
    let locale = use_locale();
    let undecided = session.clone().filter(|_| !asked.other && flash.is_none());
    let way_in = match undecided {
        Some(session) => {
            view! { <SignedInAs session=session here=format!("/{}", company.alias)/> }.into_any()
        }
        None if company.closed.is_some() => {
            let why = match company.not_open_yet {
                true => td_string!(locale, entry.not_open_yet),
                false => td_string!(locale, entry.closed),
            };
            view! {
                <p>{why}</p>
                {company.closed.clone().map(|words| view! { <p>{words}</p> })}
                {company.help_contact.clone().map(|help| view! { <Help help=help/> })}
            }
            .into_any()
        }
        None => view! {
            <Notice notice=asked.notice.clone()/>
            {session.map(|session| view! {
                <Banner>
                    <p>{td_string!(
                        locale,
                        entry.ends_session,
                        name = session.account.name,
                        company = session.company.name
                    )}</p>
                </Banner>
            })}
            <SecureLogin phone/>
            <Ways company=company.clone() asked flash/>
        }
        .into_any(),
    };
    let heading = view! { <Heading title=company.name.clone()/> }.into_any();
    face(company, heading, way_in)
}

/// What only the server writes.
#[cfg(feature = "ssr")]
type Place = String;
#[cfg(not(feature = "ssr"))]
type Place = &'static str;

/// Where *Secure Login* stands. Whether there is one, and what it is, this part of the program does not know.
#[component]
fn SecureLogin(phone: Place) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(|_| {
        let at = document().query_selector("#phone>div").ok().flatten();
        if let (Some(at), Some(owner)) = (at, Owner::current()) {
            let at = wasm_bindgen::JsCast::unchecked_into(at);
            leptos::task::spawn_local(async {
                // Where it fails the button waits on, and the document can be loaded again.
                let _ = crate::agents::take_over(owner, at).await;
            });
        }
    });
    view! { <div id="phone" class="stack" inner_html=phone></div> }
}

/// Account and password, where people have them or an administrator asks for them, and what there is besides.
#[component]
fn Ways(company: Company, asked: Asked, flash: Option<Flash>) -> impl IntoView {
    // What comes back without scripts was sent by this form.
    let form = company.passwords || asked.admin || flash.is_some();
    view! {
        {form.then(|| view! {
            <PasswordForm company=company.clone() asked=asked.clone() flash=flash/>
        })}
        <WaysIn company asked form/>
    }
}

/// What surrounds the way in.
fn face(company: Company, heading: AnyView, way_in: AnyView) -> AnyView {
    let here = format!("/{}", company.alias);
    let languages = company.languages.clone();
    view! {
        <EntryFrame company=Some(company.clone())>
            {heading}
            {way_in}
            <footer class="small-print">
                <LanguageChoice here languages/>
                <LegalLinks company=company/>
            </footer>
        </EntryFrame>
    }
    .into_any()
}

/// The page as people see it before they sign in, to look at only: its surroundings must keep pointer, keys and
/// readers out of it. It changes neither the document's title nor its focus.
#[component]
pub(crate) fn SignInPreview(company: Company) -> impl IntoView {
    let heading = view! { <h1>{company.name.clone()}</h1> }.into_any();
    let asked = Asked {
        account: None,
        next: None,
        notice: None,
        other: false,
        admin: false,
    };
    let way_in = view! { <PasswordForm company=company.clone() asked flash=None/> }.into_any();
    face(company, heading, way_in)
}

/// Why somebody was sent back here.
#[component]
fn Notice(notice: Option<String>) -> impl IntoView {
    let locale = use_locale();
    let (kind, text) = match notice.as_deref() {
        Some("ended") => (BannerKind::Info, td_string!(locale, entry.notice_ended)),
        Some("known") => (BannerKind::Good, td_string!(locale, entry.notice_known)),
        Some("password_saved") => (
            BannerKind::Good,
            td_string!(locale, entry.notice_password_saved),
        ),
        Some("signed_out") => (
            BannerKind::Good,
            td_string!(locale, entry.notice_signed_out),
        ),
        _ => return None,
    };
    Some(view! { <Banner kind=kind><p>{text}</p></Banner> })
}

/// Somebody is signed in on this browser already.
#[component]
fn SignedInAs(session: SignedIn, here: String) -> impl IntoView {
    let locale = use_locale();
    let SignedIn {
        account,
        company,
        landing,
    } = session;
    view! {
        <p class="lead">
            {td_string!(
                locale,
                entry.signed_in_as,
                name = account.name,
                company = company.name
            )}
        </p>
        <div class="choices">
            <a class="button primary" href=landing rel="external">
                {td_string!(locale, entry.go_on)}
            </a>
            <a class="button text" href=format!("{here}?other=1")>
                {td_string!(locale, entry.another_account)}
            </a>
        </div>
    }
}

#[component]
fn LegalLinks(company: Company) -> impl IntoView {
    let locale = use_locale();
    let Company {
        alias,
        terms,
        privacy,
        ..
    } = company;
    (terms || privacy).then(|| {
        view! {
            <p class="legal">
                {terms.then(|| view! {
                    <a href=format!("/{alias}/terms") rel="external">{td_string!(locale, entry.terms)}</a>
                })}
                {privacy.then(|| view! {
                    <a href=format!("/{alias}/privacy") rel="external">{td_string!(locale, entry.privacy)}</a>
                })}
            </p>
        }
    })
}
