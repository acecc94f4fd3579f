//! What a document knows from its request. The server provides the first four with
//! `provide_context` before it renders; the browser reads what it needs from the document.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::client::{ApiError, NextStep};
use crate::wire::{Company, Problem};

/// The addresses of the files that a document loads, with their hashes.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub css: String,
    /// The style sheet of signed-in people's pages, after `css`.
    pub work: String,
    pub js: String,
    pub wasm: String,
    /// What the pages after the first one need besides, fetched early when one of them is asked for
    /// and once there is time otherwise.
    pub later: Vec<String>,
    /// What the console needs besides, fetched early when the console is asked for.
    pub console: Vec<String>,
    /// What Security Settings need besides, fetched early when they are asked for.
    pub profile: Vec<String>,
    /// What agents work with, fetched early at their pages and where they come in by Amazon Connect.
    pub agents: Vec<String>,
    /// The library of Amazon Connect, in documents of companies with one only.
    pub phone_library: Option<String>,
}

/// What the request says about the person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RequestFacts {
    /// The account's language, else the cookie's, the company's, the browser's, English.
    pub language: String,
    /// Aliases that this browser visited lately, newest first, at most three.
    pub recent_companies: Vec<String>,
    /// What a form that was posted without scripts failed with.
    pub flash: Option<Flash>,
    /// Whether documents reload themselves when the program was rebuilt.
    pub dev_reload: bool,
    /// Whether people may create companies here.
    pub onboarding: bool,
}

/// The failure of a form that was posted without scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub problem: Problem,
    /// The account or company that was typed, or all fields of a form as JSON; never a password or code.
    pub typed: Option<String>,
}

/// Sets the HTTP status of the document.
#[derive(Clone)]
pub struct PageStatus(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Answers the request with a 303 to this path instead of a document.
#[derive(Clone)]
pub struct PageRedirect(pub Arc<dyn Fn(String) + Send + Sync>);

/// The document's answer as HTTP sees it. Take it in a component's body, before anything is
/// awaited.
#[derive(Clone)]
pub struct Page {
    status: Option<PageStatus>,
    redirect: Option<PageRedirect>,
}

impl Page {
    pub fn use_page() -> Self {
        Self {
            status: use_context(),
            redirect: use_context(),
        }
    }

    /// Sets the HTTP status; in the browser there is none to set.
    pub fn status(&self, status: u16) {
        if let Some(PageStatus(set)) = &self.status {
            set(status);
        }
    }

    /// Leaves for another document.
    pub fn leave(&self, to: &str) {
        if let Some(PageRedirect(redirect)) = &self.redirect {
            redirect(to.to_owned());
            return;
        }
        load(to);
    }
}

/// Loads a document, in the browser.
pub fn load(to: &str) {
    #[cfg(feature = "hydrate")]
    let _ = window().location().assign(to);
    #[cfg(not(feature = "hydrate"))]
    let _ = to;
}

/// Loads the address in the browser's address bar anew, whatever the router knows of it.
pub(crate) fn reload() {
    #[cfg(feature = "hydrate")]
    {
        let here = window().location();
        let path = here.pathname().unwrap_or_default();
        let query = here.search().unwrap_or_default();
        // Not `reload`, which would send a posted form once more.
        let _ = here.assign(&(path + &query));
    }
}

/// Path and query of this page.
pub fn use_address() -> Signal<String> {
    let location = use_location();
    Signal::derive(move || {
        let path = location.pathname.get();
        let query = location.search.get();
        match query.trim_start_matches('?') {
            "" => path,
            query => format!("{path}?{query}"),
        }
    })
}

/// What the document's request said, the same on the server and in the browser.
#[derive(Clone, Copy)]
pub(crate) struct Facts(StoredValue<RequestFacts>);

impl Facts {
    /// Provides the request's facts to the application, handing them to the browser inside the
    /// document.
    pub(crate) fn provide() -> Self {
        let facts = SharedValue::new(|| use_context::<RequestFacts>().unwrap_or_default());
        let facts = Self(StoredValue::new(facts.into_inner()));
        provide_context(facts);
        facts
    }

    pub(crate) fn language(self) -> String {
        self.0.with_value(|facts| facts.language.clone())
    }
}

/// Whether people may create companies here.
pub fn onboarding_offered() -> bool {
    use_context::<Facts>().is_some_and(|facts| facts.0.with_value(|facts| facts.onboarding))
}

/// The companies that this browser visited lately.
pub fn recent_companies() -> Vec<String> {
    use_context::<Facts>().map_or_else(Vec::new, |facts| {
        facts.0.with_value(|facts| facts.recent_companies.clone())
    })
}

/// The failure that the document was answered with; only its first page gets it.
pub fn take_flash() -> Option<Flash> {
    use_context::<Facts>()?
        .0
        .try_update_value(|facts| facts.flash.take())?
}

/// The company in the address, loaded once for all of its pages.
#[derive(Clone, Copy)]
pub struct CurrentCompany(pub Resource<Result<Company, ApiError>>);

/// The company in the address. Panics outside `/{alias}`, which no route does.
pub fn use_company() -> Resource<Result<Company, ApiError>> {
    expect_context::<CurrentCompany>().0
}

/// The step that the last answer named, so that the next page need not ask again.
#[derive(Clone, Copy, Default)]
pub struct KnownStep(pub RwSignal<Option<NextStep>>);
