//! Who a person is in Amazon Connect.

use leptos::prelude::*;

use super::{fields::Draft, room::Room};
use crate::i18n::{td_string, use_locale};
use crate::ui::TextField;

/// Their user there, where the company has an Amazon Connect.
#[component]
pub(super) fn ConnectField(room: Room, draft: Draft) -> impl IntoView {
    let locale = use_locale();
    view! {
        <Transition fallback=|| ()>
            {move || room.has_phone.get().filter(|has_phone| *has_phone).map(|_| view! {
                <TextField
                    label=td_string!(locale, amazon.person)
                    name="connect"
                    id="person-connect"
                    value=draft.phone_username
                    hint=td_string!(locale, amazon.person_hint)
                    error=draft.said(locale, &["person-connect"])
                    autocomplete="off"
                />
            })}
        </Transition>
    }
    .into_any()
}
