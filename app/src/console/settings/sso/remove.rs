//! The question before a provider is removed: how many lose it, and whom it shuts out.

use leptos::prelude::*;

use super::name_of;
use super::room::{Part, Room};
use crate::console::presence_lists::names;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::Dialog;
use crate::wire::Provider;

#[component]
pub(super) fn RemoveDialog(room: Room) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(room.removing.with(Option::is_some)));
    // However it was closed.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is {
            room.removing.set(None);
        }
        is
    });
    let title = Signal::derive(move || {
        let name = room
            .removing
            .with(|it| it.as_ref().map(|it| name_of(locale, it.kind)));
        td_string!(
            locale,
            sso_console.remove.title,
            name = name.unwrap_or_default()
        )
    });
    view! {
        <Dialog title id="remove-title" open>
            {move || room.removing.get().map(|provider| view! { <Sure room provider/> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Sure(room: Room, provider: Provider) -> impl IntoView {
    let locale = use_locale();
    let (kind, version) = (provider.kind, provider.version);
    let facts = facts(locale, &provider);
    let go_on = move |_| {
        room.removing.set(None);
        room.act(
            Part::Card(kind),
            async move |api| api.remove_provider(kind, version).await,
            || {},
        );
    };
    view! {
        <div class="dialog-form">
            {facts.into_iter().map(|fact| view! { <p>{fact}</p> }).collect_view()}
            <div class="choices">
                <button type="button" class="button danger" on:click=go_on>
                    {td_string!(locale, sso_console.remove.go_on)}
                </button>
                <button type="button" class="button text" on:click=move |_| room.removing.set(None)>
                    {td_string!(locale, sso_console.remove.keep)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// What becomes of people.
fn facts(locale: Locale, provider: &Provider) -> Vec<String> {
    let mut facts = vec![match provider.people {
        0 => td_string!(locale, sso_console.remove.nobody).to_owned(),
        1 => td_string!(locale, sso_console.remove.one).to_owned(),
        count => td_string!(locale, sso_console.remove.many, count = count),
    }];
    let alone = &provider.only_way;
    let names = names(locale, alone);
    match alone.count {
        0 => {}
        1 => facts.push(td_string!(
            locale,
            sso_console.remove.only_one,
            names = names
        )),
        count => facts.push(td_string!(
            locale,
            sso_console.remove.only_many,
            count = count,
            names = names
        )),
    }
    if alone.count > 0 {
        facts.push(td_string!(locale, sso_console.remove.invite).to_owned());
    }
    if provider.live {
        facts.push(td_string!(locale, sso_console.remove.live).to_owned());
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ProviderKind, SsoSecondFactor, Stranded};

    #[test]
    fn whoever_loses_the_last_way_in_is_named() {
        let mut provider = Provider {
            kind: ProviderKind::Google,
            name: "Google".into(),
            issuer: None,
            client_id: None,
            has_secret: false,
            members: Vec::new(),
            second_factor: SsoSecondFactor::Always,
            creates: false,
            live: true,
            tested_at: None,
            people: 9,
            only_way: Stranded {
                count: 3,
                names: vec!["Anna".into(), "Ben".into()],
            },
            version: 1,
        };
        assert_eq!(
            facts(Locale::en, &provider)[1],
            "It is the only way in for 3 people: Anna, Ben and 1 more."
        );
        provider.people = 0;
        provider.live = false;
        provider.only_way = Stranded::default();
        assert_eq!(
            facts(Locale::en, &provider),
            ["Nobody is connected to a login there."]
        );
    }
}
