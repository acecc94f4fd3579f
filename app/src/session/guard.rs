//! Who may see a page of a company. The API decides about data; this decides about pages, on the
//! server before anything is sent, with the same rules in the browser.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_url};

use super::SignOut;
use super::leave::sign_in_address;
use super::sign_out::ForgetBrowser;
use crate::client::{Api, ApiError};
use crate::context::{Page, use_company};
use crate::i18n::{td_string, use_locale};
use crate::ui::{Failed, Heading, Help, Loading};
use crate::wire::{Company, ProblemCode, Role, Session};

/// What becomes of a person who asks for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    In(Session),
    /// Another page comes first.
    Go(String),
    /// Signed in here, without the role.
    WithoutRole(Session, Role),
    /// Signed in here by Amazon Connect, which opens the desk alone; where another way in leads here.
    DeskOnly(Session, String),
    Failed(ApiError),
}

/// Decides over a request for the page at `here`, of the company `alias`; a page may need a role.
///
/// A session of another company counts as none: the company's page says who is signed in, and
/// asks before it ends that session.
fn admit(answer: Result<Session, ApiError>, alias: &str, here: &str, needs: Option<Role>) -> Entry {
    match answer {
        Ok(session) if session.company.alias != alias => Entry::Go(sign_in_address(alias, here)),
        Ok(session) if session.phone_username.is_some() && needs != Some(Role::Agent) => {
            let again = format!("{}&other=1", sign_in_address(alias, here));
            Entry::DeskOnly(session, again)
        }
        Ok(session) => match needs {
            Some(role) if !session.roles.contains(&role) => Entry::WithoutRole(session, role),
            _ => Entry::In(session),
        },
        Err(error) if error.code() == Some(ProblemCode::SignedOut) => {
            Entry::Go(sign_in_address(alias, here))
        }
        Err(error) => Entry::Failed(error),
    }
}

/// Shows a page to people of this company, those who hold the role where one is needed.
#[component]
pub(crate) fn Guarded<F, V>(#[prop(optional)] needs: Option<Role>, page: F) -> impl IntoView
where
    F: Fn(Session) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let document = Page::use_page();
    let api = Api::use_api();
    let params = use_params_map();
    let url = use_url();
    let session = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move { api.session().await }
        },
    );
    view! {
        <Suspense fallback=Loading>
            {move || {
                let (page, document) = (page.clone(), document.clone());
                Suspend::new(async move {
                    let answer = session.await;
                    let alias = params.read_untracked().get("alias").unwrap_or_default();
                    let here = here(url);
                    match admit(answer, &alias, &here, needs) {
                        Entry::In(session) => page(session).into_any(),
                        Entry::Go(to) => {
                            document.leave(&to);
                            ().into_any()
                        }
                        Entry::WithoutRole(session, needs) => {
                            view! { <WithoutRole session needs/> }.into_any()
                        }
                        Entry::DeskOnly(session, again) => {
                            view! { <DeskOnly session again/> }.into_any()
                        }
                        Entry::Failed(error) => {
                            document.status(match &error {
                                ApiError::Problem(problem) => problem.status,
                                ApiError::Offline => 503,
                            });
                            let again = Callback::new(move |()| session.refetch());
                            view! { <main id="main" class="turned-away"><Failed error again/></main> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}

fn here(url: ReadSignal<leptos_router::location::Url>) -> String {
    let url = url.read_untracked();
    let path = url.path();
    match url.search() {
        "" => path.to_owned(),
        search => format!("{path}?{}", search.trim_start_matches('?')),
    }
}

/// Says which role a page needs, and where this person's own work is.
#[component]
fn WithoutRole(session: Session, needs: Role) -> impl IntoView {
    Page::use_page().status(403);
    let locale = use_locale();
    let help = use_company();
    let name = session.account.name.clone();
    let company = session.company.name.clone();
    let (title, text, go) = match needs {
        Role::Admin => (
            td_string!(locale, signed_in.needs_admin.title),
            td_string!(
                locale,
                signed_in.needs_admin.text,
                name = name,
                company = company
            ),
            td_string!(locale, signed_in.needs_admin.go),
        ),
        Role::Agent => (
            td_string!(locale, signed_in.needs_agent.title),
            td_string!(
                locale,
                signed_in.needs_agent.text,
                name = name,
                company = company
            ),
            td_string!(locale, signed_in.needs_agent.go),
        ),
    };
    view! {
        <main id="main" class="turned-away">
            <Heading title/>
            <p>{text}</p>
            <a class="button primary" href=session.landing rel="external">{go}</a>
            <Suspense>
                {move || Suspend::new(async move {
                    let help = help.await.ok().and_then(|company| company.help_contact);
                    help.map(|help| view! { <Help help/> })
                })}
            </Suspense>
            <SignOut alias=session.company.alias/>
        </main>
    }
}

/// Says that Amazon Connect opens the desk and nothing else, and what opens the rest.
#[component]
fn DeskOnly(session: Session, again: String) -> impl IntoView {
    Page::use_page().status(403);
    let company = use_company();
    let told = StoredValue::new((session, again));
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                let company = company.await.ok();
                let (session, again) = told.get_value();
                view! { <OtherWays session again company/> }
            })}
        </Suspense>
    }
    .into_any()
}

/// What opens more than the desk at this company: passwords, its providers, or for agents nothing at all.
#[component]
fn OtherWays(
    session: Session,
    again: String,
    #[prop(optional_no_strip)] company: Option<Company>,
) -> impl IntoView {
    let locale = use_locale();
    let alias = session.company.alias.clone();
    let desk = format!("/{alias}/desk");
    let by_password = company.as_ref().is_none_or(|it| it.passwords);
    let by_provider = company.as_ref().is_some_and(|it| !it.sso.is_empty());
    let (title, go) = if by_password {
        (
            td_string!(locale, phone.desk_only.title),
            Some(td_string!(locale, phone.desk_only.go)),
        )
    } else if by_provider {
        (
            td_string!(locale, phone.desk_only.sso_title),
            Some(td_string!(locale, phone.desk_only.sso_go)),
        )
    } else {
        (td_string!(locale, phone.desk_only.alone_title), None)
    };
    let alone = go.is_none();
    let name = session.company.name;
    let help = company.and_then(|it| it.help_contact).filter(|_| alone);
    // Administrators have a password everywhere.
    let admin = (!by_password).then(|| format!("{again}&admin=1"));
    view! {
        <main id="main" class="turned-away">
            <Heading title/>
            <p>{td_string!(locale, phone.desk_only.text, name = session.account.name)}</p>
            {alone.then(|| view! {
                <p>{td_string!(locale, phone.desk_only.alone_text, company = name)}</p>
            })}
            {go.map(|go| view! {
                <a class="button primary" href=again rel="external">{go}</a>
            })}
            <p>
                <a class:button=alone class:primary=alone href=desk rel="external">
                    {td_string!(locale, phone.desk_only.desk)}
                </a>
            </p>
            {help.map(|help| view! { <Help help/> })}
            {admin.map(|address| view! {
                <p><a href=address rel="external">{td_string!(locale, outside.admin)}</a></p>
            })}
            <ForgetBrowser alias=alias.clone()/>
            <SignOut alias/>
        </main>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{SessionAccount, SessionCompany};

    fn session(alias: &str, roles: &[Role]) -> Session {
        Session {
            account: SessionAccount {
                id: "1".into(),
                username: "ada".into(),
                name: "Ada".into(),
                email: "ada@acme.example".into(),
            },
            company: SessionCompany {
                alias: alias.into(),
                name: "Acme".into(),
            },
            roles: roles.to_vec(),
            language: "en".into(),
            landing: format!("/{alias}/desk"),
            connected: false,
            signed_in_at: None,
            proves_at: Vec::new(),
            phone_username: None,
            idle_ends_in: 3600,
            ends_in: 43_200,
        }
    }

    fn problem(code: ProblemCode) -> ApiError {
        ApiError::Problem(Box::new(crate::wire::Problem::bare(0, code)))
    }

    #[test]
    fn people_with_the_role_come_in() {
        let both = session("acme", &[Role::Agent, Role::Admin]);
        for needs in [None, Some(Role::Agent), Some(Role::Admin)] {
            let entry = admit(Ok(both.clone()), "acme", "/acme/desk", needs);
            assert_eq!(entry, Entry::In(both.clone()));
        }
    }

    #[test]
    fn people_without_the_role_stay_outside() {
        let agent = session("acme", &[Role::Agent]);
        let entry = admit(
            Ok(agent.clone()),
            "acme",
            "/acme/console/users",
            Some(Role::Admin),
        );
        assert_eq!(entry, Entry::WithoutRole(agent, Role::Admin));
    }

    #[test]
    fn amazon_connect_opens_the_desk_alone() {
        let mut agent = session("acme", &[Role::Agent]);
        agent.phone_username = Some("ada.l".into());
        let desk = admit(Ok(agent.clone()), "acme", "/acme/desk", Some(Role::Agent));
        assert_eq!(desk, Entry::In(agent.clone()));
        for needs in [None, Some(Role::Admin)] {
            let entry = admit(Ok(agent.clone()), "acme", "/acme/console/users", needs);
            let again = "/acme?next=%2Facme%2Fconsole%2Fusers&other=1";
            assert_eq!(entry, Entry::DeskOnly(agent.clone(), again.into()));
        }
    }

    #[test]
    fn strangers_sign_in_first() {
        let to = Entry::Go("/acme?next=%2Facme%2Fdesk".into());
        let nobody = Err(problem(ProblemCode::SignedOut));
        assert_eq!(admit(nobody, "acme", "/acme/desk", Some(Role::Agent)), to);
        let other = Ok(session("northwind", &[Role::Agent, Role::Admin]));
        assert_eq!(admit(other, "acme", "/acme/desk", Some(Role::Agent)), to);
    }

    #[test]
    fn faults_are_no_verdict_about_the_person() {
        for error in [ApiError::Offline, problem(ProblemCode::Unavailable)] {
            let entry = admit(Err(error.clone()), "acme", "/acme/desk", Some(Role::Agent));
            assert_eq!(entry, Entry::Failed(error));
        }
    }
}
