//! The menu behind a person's name.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Opens without scripts; with them Escape and a press elsewhere close it.
#[component]
pub fn PersonMenu(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    Effect::new(move || {
        let outside = window_event_listener(ev::pointerdown, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside = menu
                .get_untracked()
                .is_some_and(|menu| menu.contains(target.as_ref()));
            if !inside {
                close();
            }
        });
        on_cleanup(move || outside.remove());
    });
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            focus_summary(menu);
        }
    };
    view! {
        <details class="person-menu" node_ref=menu on:keydown=escape>
            <summary>
                <span class="unseen">{label} " "</span>
                {name}
            </summary>
            <div class="menu">{children()}</div>
        </details>
    }
}

fn focus_summary(menu: NodeRef<html::Details>) {
    let summary = menu
        .get_untracked()
        .and_then(|menu| menu.query_selector("summary").ok().flatten())
        .and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(summary) = summary {
        let _ = summary.focus();
    }
}
