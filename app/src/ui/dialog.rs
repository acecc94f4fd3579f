//! A question that must be answered before anything else on the page.

use leptos::{html, prelude::*};

/// A native modal dialog, labelled by its heading. It opens and closes with `open`; Escape and the
/// browser's own ways close it too. Focus goes back to what had it.
#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    /// The heading's id, one of its kind in the document.
    id: &'static str,
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            if !dialog.open() {
                // It fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        } else {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog"
            aria-labelledby=id
            node_ref=dialog
            on:close=move |_| open.set(false)
        >
            <h2 id=id>{move || title.get()}</h2>
            // Every opening starts afresh.
            {move || open.get().then(|| children())}
        </dialog>
    }
}
