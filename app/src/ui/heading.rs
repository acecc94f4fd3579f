//! The page's name: in the window's title and as the first heading.

use leptos::{html, prelude::*};
use leptos_meta::Title;

/// The page's only `h1`, and `title · Callgate` as the document's title.
///
/// Focus follows when a step replaces another in the same document, so that a screen reader reads
/// the new heading. With `focus=false` it does not: for pages that put it into their first field.
#[component]
pub fn Heading(#[prop(into)] title: String, #[prop(default = true)] focus: bool) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    if focus {
        focus_unless_first(heading);
    }
    let document = format!("{title} · Callgate");
    view! {
        <Title text=document/>
        <h1 tabindex="-1" node_ref=heading>{title}</h1>
    }
}

/// Moves focus to a heading, but not in a document that was just loaded: there the browser has
/// its own ways, and a person may be typing already.
fn focus_unless_first(heading: NodeRef<html::H1>) {
    let visits = use_context::<Visits>();
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let Some(heading) = heading.get() else {
            return false;
        };
        if visits.is_some_and(|visits| visits.0.get_value()) {
            let _ = heading.focus();
        }
        if let Some(visits) = visits {
            visits.0.set_value(true);
        }
        true
    });
}

/// Whether this document has shown a page before.
#[derive(Clone, Copy)]
pub(crate) struct Visits(pub(crate) StoredValue<bool>);
