//! The page's name: in the window's title and as the first heading.

use leptos::{html, prelude::*};
use leptos_meta::Title;

/// The page's only `h1`, and `title · Callgate` as the document's title.
///
/// Focus follows when a page replaces another in the same document, so that a screen reader reads
/// the new heading. With `focus=false` it does not: for pages that put it into their first field.
#[component]
pub fn Heading(#[prop(into)] title: String, #[prop(default = true)] focus: bool) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    let later = Visits::later();
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let Some(heading) = heading.get() else {
            return false;
        };
        if focus && later {
            if heading.is_connected() {
                let _ = heading.focus();
            } else {
                // What waited for an answer is made before it is shown.
                request_animation_frame(move || {
                    let _ = heading.focus();
                });
            }
        }
        Visits::begin();
        true
    });
    let document = as_text(format!("{title} · Callgate"));
    view! {
        <Title text=document/>
        <h1 tabindex="-1" node_ref=heading>{title}</h1>
    }
    .into_any()
}

/// On the server the title is written into the document as it is, so names must not end it.
fn as_text(title: String) -> String {
    if cfg!(feature = "ssr") {
        title.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        title
    }
}

/// Whether this document has shown a page before. In one that was just loaded nothing moves the
/// focus: there the browser has its own ways, and a person may be typing already.
#[derive(Clone, Copy)]
pub(crate) struct Visits(pub(crate) StoredValue<bool>);

impl Visits {
    /// Asked in the body of a page's component: whether another page was there before.
    pub(crate) fn later() -> bool {
        use_context::<Self>().is_some_and(|visits| visits.0.get_value())
    }

    fn begin() {
        if let Some(visits) = use_context::<Self>() {
            visits.0.set_value(true);
        }
    }
}
