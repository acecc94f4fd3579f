//! "Presence Reason Lists": the statuses that agents can choose, which list counts for whom, and whom it would shut
//! out to take one away.

mod draft;
mod editor;
mod overview;
mod replace;
mod saving;

use leptos::prelude::*;

use self::{editor::Editor, overview::Overview};
use super::address;
use crate::client::Api;
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{PresenceKind, PresenceLists, Stranded};

#[component]
pub(super) fn PresenceListsPage(
    alias: String,
    /// What follows the page's name in the address.
    #[prop(into)]
    list: Signal<Option<String>>,
) -> impl IntoView {
    let alias = StoredValue::new(alias);
    let api = Api::use_api();
    let said = RwSignal::new(None::<&'static str>);
    // Whoever opens a list sees it as it is now.
    let answer = Resource::new(
        move || list.get(),
        move |list| {
            let api = api.clone();
            async move { (list, settle(api.presence_lists().await)) }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Transition fallback=Loading>
            {move || answer.get().map(|(list, answer)| match answer {
                Ok(lists) => view! { <Loaded alias list lists said/> }.into_any(),
                Err(error) => view! { <Failed error again/> }.into_any(),
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Loaded(
    alias: StoredValue<String>,
    /// Which one to show; all without.
    #[prop(optional_no_strip)]
    list: Option<String>,
    lists: PresenceLists,
    /// What was done on the page before.
    said: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let Some(id) = list else {
        return view! { <Overview alias lists said/> }.into_any();
    };
    if id == address::NEW_LIST {
        return view! { <Editor alias list=None lists said/> }.into_any();
    }
    match lists.lists.iter().find(|list| list.id == id).cloned() {
        Some(list) => view! { <Editor alias list=Some(list) lists said/> }.into_any(),
        None => view! { <NotThere alias/> }.into_any(),
    }
}

#[component]
fn NotThere(alias: StoredValue<String>) -> impl IntoView {
    crate::context::Page::use_page().status(404);
    let locale = use_locale();
    view! {
        <Heading title=td_string!(locale, presence.edit.not_there)/>
        <p>{td_string!(locale, presence.edit.not_there_text)}</p>
        <a class="button quiet" href=address::presence_lists(&alias.read_value(), None)>
            {td_string!(locale, presence.edit.back)}
        </a>
    }
    .into_any()
}

/// People by name, the last ones by their number: `Anna, Ben and 7 more`.
pub(super) fn names(locale: Locale, stranded: &Stranded) -> String {
    let names = stranded.names.join(", ");
    let named = u32::try_from(stranded.names.len()).unwrap_or(u32::MAX);
    match stranded.count.saturating_sub(named) {
        0 => names,
        more => td_string!(
            locale,
            presence.lists.more_names,
            names = names,
            count = more
        ),
    }
}

/// What a status means, in a word.
fn kind_word(locale: Locale, kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => td_string!(locale, presence.kind.available),
        PresenceKind::NotReady => td_string!(locale, presence.kind.not_ready),
        PresenceKind::Offline => td_string!(locale, presence.kind.offline),
    }
}

/// The style sheet's name for it: its shape and its colour.
fn kind_class(kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => "presence available",
        PresenceKind::NotReady => "presence not-ready",
        PresenceKind::Offline => "presence offline-now",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_named_and_the_others_counted() {
        let stranded = |count| Stranded {
            count,
            names: vec!["Anna".into(), "Ben".into()],
        };
        assert_eq!(names(Locale::en, &stranded(2)), "Anna, Ben");
        assert_eq!(names(Locale::en, &stranded(9)), "Anna, Ben and 7 more");
        assert_eq!(names(Locale::de, &stranded(3)), "Anna, Ben und 1 weitere");
    }
}
