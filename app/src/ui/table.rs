//! Rows of data under headings that stay in sight. Where there is little room the style sheet
//! turns a row into two lines.

use leptos::prelude::*;

/// `children` are the rows.
#[component]
pub fn Table(
    /// What the rows are, for those who cannot see the page around them.
    #[prop(into)]
    caption: String,
    columns: Vec<&'static str>,
    /// The head of a narrow column before the others, which has no words.
    #[prop(optional_no_strip)]
    first: Option<AnyView>,
    /// Whether other rows are on their way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <table class="table" aria-busy=move || busy.get().to_string()>
            <caption class="unseen">{caption}</caption>
            <thead>
                <tr>
                    {first.map(|first| view! { <td class="pick">{first}</td> })}
                    {columns
                        .into_iter()
                        .map(|column| view! { <th scope="col">{column}</th> })
                        .collect_view()}
                </tr>
            </thead>
            <tbody>{children()}</tbody>
        </table>
    }
}
