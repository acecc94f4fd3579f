//! Whether people sign in with passwords as well, and how administrators come in when a provider is gone.

use leptos::prelude::*;

use super::card::Trouble;
use super::room::{Part, Room};
use crate::i18n::{td_string, use_locale};
use crate::ui::{Button, ButtonKind, Dialog};
use crate::wire::ChoosePasswords;

#[component]
pub(super) fn Passwords(room: Room) -> impl IntoView {
    let locale = use_locale();
    let on = Memo::new(move |_| room.page.with(|page| page.passwords));
    let live = Memo::new(move |_| {
        room.page.with(|page| {
            page.providers
                .iter()
                .any(|it| it.live && it.tested_at.is_some())
        })
    });
    let has_button = move || {
        room.page
            .with(|page| page.providers.iter().any(|it| it.live))
    };
    let state = move || match (on.get(), has_button()) {
        (true, _) => td_string!(locale, sso_console.passwords.on),
        (false, true) => td_string!(locale, sso_console.passwords.off),
        (false, false) => td_string!(locale, sso_console.passwords.none),
    };
    let sure = RwSignal::new(false);
    let busy = Signal::derive(move || room.is_busy(&Part::Passwords));
    let turn = move |_| {
        if !on.get_untracked() {
            choose(room, true);
        } else if live.get_untracked() {
            sure.set(true);
        }
    };
    let words = move || {
        if on.get() {
            td_string!(locale, sso_console.passwords.turn_off)
        } else {
            td_string!(locale, sso_console.passwords.turn_on)
        }
    };
    let is_barred = Signal::derive(move || on.get() && !live.get());
    view! {
        <section class="passwords-too" aria-labelledby="passwords-title">
            <h2 id="passwords-title">{td_string!(locale, sso_console.passwords.title)}</h2>
            <p class="stands">{state}</p>
            <p>{td_string!(locale, sso_console.passwords.glass)}</p>
            <div class="needs-program" on:click=turn>
                <Button kind=ButtonKind::Quiet kind_of="button" busy disabled=is_barred>{words}</Button>
            </div>
            {move || is_barred.get().then(|| view! {
                <p class="hint">{td_string!(locale, sso_console.passwords.needs_live)}</p>
            })}
            <Trouble room part=Part::Passwords/>
        </section>
        <Sure room sure/>
    }
    .into_any()
}

fn choose(room: Room, passwords: bool) {
    let wanted = ChoosePasswords { passwords };
    room.act(
        Part::Passwords,
        async move |api| api.choose_passwords(&wanted).await,
        || {},
    );
}

#[component]
fn Sure(room: Room, sure: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let go_on = move |_| {
        sure.set(false);
        choose(room, false);
    };
    view! {
        <Dialog
            title=Signal::stored(td_string!(locale, sso_console.passwords.sure).to_owned())
            id="turn-off-title"
            open=sure
        >
            <div class="dialog-form">
                <p>{td_string!(locale, sso_console.passwords.sure_text)}</p>
                <p>{td_string!(locale, sso_console.passwords.glass)}</p>
                <div class="choices">
                    <button type="button" class="button danger" on:click=go_on>
                        {td_string!(locale, sso_console.passwords.go_on)}
                    </button>
                    <button type="button" class="button text" on:click=move |_| sure.set(false)>
                        {td_string!(locale, sso_console.passwords.keep)}
                    </button>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
