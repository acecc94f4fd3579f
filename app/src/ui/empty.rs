//! Says that there is nothing here.

use leptos::prelude::*;

/// What belongs here and why it is empty; `children` is the one thing to do about it.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p>
                <strong>{title}</strong>
                " "
                {text}
            </p>
            {children.map(|children| children())}
        </div>
    }
}
