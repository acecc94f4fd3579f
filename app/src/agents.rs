//! What agents work with: the way in by Amazon Connect, the login summary, the desk. A chunk of the program of their own,
//! which nobody else fetches. Nothing outside may name these pages but by [`Agents`].

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::ChooseView;

use crate::{desk::DeskPage, i18n::bring_texts, later::come, phone::SummaryPage, ui::Visits};

/// A page of this chunk, as the view of its route.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Agents {
    Desk,
    Summary,
}

impl ChooseView for Agents {
    async fn choose(self) -> AnyView {
        let navigated = Visits::later();
        come(navigated, page(self)).await
    }

    async fn preload(&self) {
        // `choose` tells what becomes of a failure.
        let _ = preload_page().await;
    }
}

#[leptos::wasm_split::wasm_split(
    agents,
    wasm_split_path = leptos::wasm_split,
    preload(preload_page),
    fallible
)]
fn page(page: Agents) -> Result<AnyView, SplitLoaderError> {
    bring_texts();
    Ok(match page {
        Agents::Desk => DeskPage().into_any(),
        Agents::Summary => SummaryPage().into_any(),
    })
}

/// Takes over the server's *Secure Login* of a company's page, which is all that the page knows of it.
#[cfg(feature = "hydrate")]
#[leptos::wasm_split::wasm_split(agents, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn take_over(
    owner: leptos::reactive::owner::Owner,
    at: web_sys::HtmlElement,
) -> Result<(), SplitLoaderError> {
    bring_texts();
    leptos::task::spawn_local(crate::phone::take_over(owner, at));
    Ok(())
}
