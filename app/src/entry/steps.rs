//! From one step of a sign-in to the next.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    client::NextStep,
    context::{KnownStep, load},
};

type Navigate = dyn Fn(&str, NavigateOptions) + Send + Sync;

/// Follows the steps that the server answers. Only for event handlers and effects.
#[derive(Clone)]
pub(crate) struct Steps {
    /// The alias of this document's company.
    company: Option<String>,
    known: KnownStep,
    navigate: Arc<Navigate>,
}

impl Steps {
    /// Take it in a component's body.
    pub(crate) fn within(company: Option<String>) -> Self {
        Self {
            company,
            known: use_context().unwrap_or_default(),
            navigate: Arc::new(use_navigate()),
        }
    }

    /// Shows the step: in this document when it is of the same company, else in one of its own.
    pub(crate) fn follow(&self, step: NextStep) {
        let path = step.path();
        let here = self.company.is_some() && step.company() == self.company.as_deref();
        if here {
            self.known.0.set(Some(step));
            self.show(&path);
        } else {
            load(&path);
        }
    }

    /// Shows a page of this document.
    pub(crate) fn show(&self, path: &str) {
        (self.navigate)(path, NavigateOptions::default());
    }
}
