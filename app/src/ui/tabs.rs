//! Views of one page, each with its own address.

use leptos::prelude::*;

/// One view.
#[derive(Clone)]
pub struct Tab {
    pub label: &'static str,
    pub href: Signal<String>,
    pub current: Signal<bool>,
    /// How many things are in it, once that is known.
    pub count: Signal<Option<String>>,
}

/// Links that look like tabs: they lead somewhere, so they are a navigation, not a `tablist`.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(
            |Tab {
                 label,
                 href,
                 current,
                 count,
             }| {
                view! {
                    <li>
                        <a
                            href=move || href.get()
                            aria-current=move || current.get().then_some("page")
                            data-noscroll=true
                        >
                            {label}
                            " "
                            <span class="count">
                                {move || count.get()}
                            </span>
                        </a>
                    </li>
                }
            },
        )
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{tabs}</ul>
        </nav>
    }
}
