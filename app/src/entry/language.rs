//! Choosing the language one reads.

use leptos::prelude::*;

use crate::{
    client::Api,
    context::reload,
    i18n::{td_string, use_locale},
};

/// The languages, each by its own name. Without scripts a button asks for the page anew with
/// `?language=`; with them the choice is stored and the document loaded again.
#[component]
pub(crate) fn LanguageChoice(
    /// The path of this page.
    here: String,
    /// The tags of those that are offered beside the page's own; none: all.
    #[prop(optional)]
    languages: Vec<String>,
) -> impl IntoView {
    let locale = use_locale();
    let api = Api::use_api();
    let choose = move |language: String| {
        let api = api.clone();
        leptos::task::spawn_local(async move {
            if api.choose_language(language).await.is_ok() {
                reload();
            }
        });
    };
    let current = locale.to_string();
    view! {
        <form class="language" method="get" action=here>
            <label for="language">{td_string!(locale, common.language)}</label>
            <select
                id="language"
                name="language"
                on:change:target=move |event| choose(event.target().value())
            >
                {crate::i18n::languages()
                    .filter(|(code, _)| {
                        languages.is_empty() || *code == current || languages.iter().any(|it| it == code)
                    })
                    .map(|(code, name)| {
                        let selected = code == current;
                        view! { <option value=code lang=code selected=selected>{name}</option> }
                    })
                    .collect_view()}
            </select>
            <button type="submit" class="button text plain-only">
                {td_string!(locale, common.use_language)}
            </button>
        </form>
    }
}
