//! The person's logins at outside providers: which are connected, another one, and one less.

use leptos::{prelude::*, task::spawn_local};

use super::confirm::{Act, Question};
use super::room::{Cancel, Doing, Room, SINGLE_SIGN_ON};
use crate::i18n::{moment, td_string, use_locale};
use crate::outside::{Behind, Errand, Outside};
use crate::wire::{ConnectedLogin, ConnectedLogins, ProviderButton};

#[component]
pub(super) fn Logins(
    logins: ConnectedLogins,
    /// Whether the last proof of identity is recent enough to connect one.
    fresh: bool,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let ConnectedLogins { logins, addable } = logins;
    let said = match (logins.is_empty(), addable.is_empty()) {
        (false, _) => td_string!(locale, outside.logins.lead),
        (true, false) => td_string!(locale, outside.logins.none),
        (true, true) => td_string!(locale, outside.logins.none_offered),
    };
    let rows = logins
        .into_iter()
        .map(|login| view! { <li class="row"><Login login room/></li> })
        .collect_view();
    let add = addable
        .into_iter()
        .map(|provider| view! { <Connect provider fresh room/> })
        .collect_view();
    view! {
        <p class="muted">{said}</p>
        <ul class="rows">{rows}</ul>
        <div class="choices">{add}</div>
    }
    .into_any()
}

#[component]
fn Login(login: ConnectedLogin, room: Room) -> impl IntoView {
    let locale = use_locale();
    let ConnectedLogin {
        id,
        name,
        login,
        bound_at,
        last_used_at,
        removable,
        ..
    } = login;
    let since = td_string!(
        locale,
        outside.logins.since,
        time = moment(locale, &bound_at)
    );
    let used = match last_used_at {
        Some(at) => td_string!(locale, profile.used, time = moment(locale, &at)),
        None => td_string!(locale, outside.logins.unused).to_owned(),
    };
    let question = Question {
        title: td_string!(locale, outside.logins.remove_title, name = name.clone()),
        text: td_string!(locale, outside.logins.remove_text),
        button: td_string!(locale, profile.remove),
        said: td_string!(locale, outside.logins.removed),
        part: SINGLE_SIGN_ON,
        act: Act::RemoveLogin(id.clone()),
    };
    let remove = td_string!(locale, profile.remove);
    let label = format!("{remove}: {name}");
    let why = format!("why-{id}");
    let described_by = (!removable).then(|| why.clone());
    view! {
        <div>
            <strong>{name}</strong>
            <small>{login}</small>
            <small>{since} " · " {used}</small>
            {(!removable).then(|| view! {
                <small id=why>{td_string!(locale, sso.last_way_in)}</small>
            })}
        </div>
        <div class="choices">
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                aria-label=label
                aria-describedby=described_by
                disabled=!removable
                on:click=move |_| room.begin(locale, Doing::Confirm(question.clone()))
            >
                {remove}
            </button>
        </div>
    }
    .into_any()
}

/// *Connect Google…*
#[component]
fn Connect(provider: ProviderButton, fresh: bool, room: Room) -> impl IntoView {
    let locale = use_locale();
    let words = td_string!(locale, outside.logins.connect, name = provider.name.clone());
    let open = move |_| {
        let provider = provider.clone();
        spawn_local(async move {
            // Before the window: once it is open nothing more can be asked here.
            if fresh || room.proof.ask().await {
                room.begin(locale, Doing::ConnectLogin(provider));
            }
        });
    };
    view! {
        <button
            type="button"
            class="button quiet needs-program"
            aria-haspopup="dialog"
            on:click=open
        >
            {words}
        </button>
    }
    .into_any()
}

/// The way to the provider, in the page's dialog.
#[component]
pub(super) fn ConnectLogin(provider: ProviderButton, room: Room) -> impl IntoView {
    let locale = use_locale();
    let ProviderButton { provider, name } = provider;
    let connected = td_string!(locale, outside.logins.connected);
    let outside = Outside::within_session(Callback::new(move |()| {
        room.done(connected, SINGLE_SIGN_ON);
    }));
    // The proof was recent enough when the page was shown.
    Effect::new(move || {
        if outside.wants_proof() {
            spawn_local(async move {
                room.proof.ask().await;
                outside.rest();
            });
        }
    });
    let text = td_string!(locale, outside.logins.connect_text, name = name.clone());
    let open = td_string!(locale, outside.logins.connect_submit, name = name);
    view! {
        <div class="dialog-form">
            <Behind outside>
                <p>{text.clone()}</p>
                <div class="choices">
                    <button
                        type="button"
                        class="button primary"
                        on:click=move |_| outside.begin(Errand::Connect(provider))
                    >
                        {open.clone()}
                    </button>
                    <Cancel room/>
                </div>
            </Behind>
        </div>
    }
    .into_any()
}
