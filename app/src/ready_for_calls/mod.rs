//! *Ready for calls*, at the bottom of the desk: a lamp for everything that a call needs, each a look at the thing itself,
//! and a cure for those that are red. What becomes of a status or a call meanwhile is the desk's business.

mod cures;
mod lamps;
mod network;
mod words;

use leptos::{
    ev::{self, Event},
    html,
    prelude::*,
};

use self::{
    cures::{Cure, Cures},
    lamps::{Lamp, Light, Seen, What, lamps},
    words::{light_class, light_word, name, summary, word},
};
use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::microphone::{Microphone, MicrophonePanel, Sound, is_needed};
use crate::phone::{Phone, Stage, Storage, same_user};
use crate::wire::{DeskPhone, HelpContact, OwnPresence, Phone as PhoneKind};

/// Everything a call needs, in a line while all of it is there. Opens itself at the first fault.
#[component]
pub(crate) fn ReadyForCalls(
    /// The company's alias.
    alias: String,
    phone: DeskPhone,
    #[prop(into)] own: Signal<OwnPresence>,
    /// Opens the window in which one signs in at Amazon Connect; called inside a click.
    #[prop(optional, into)]
    open_window: Option<Callback<()>>,
    /// Has the phone's frame ask for its cookies; called inside a click.
    #[prop(optional, into)]
    let_cookies: Option<Callback<()>>,
    /// Whom somebody calls who cannot help themselves.
    #[prop(optional_no_strip)]
    help: Option<HelpContact>,
) -> impl IntoView {
    let all = look(phone, own);
    let open = opens_itself(all);
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_: Event| {
        // It also tells what was done to it from here.
        if let Some(details) = details.get_untracked()
            && details.open() != open.get_untracked()
        {
            open.set(details.open());
        }
    };
    let locale = use_locale();
    let help = StoredValue::new(help);
    let alias = StoredValue::new(alias);
    view! {
        <section class="ready-for-calls needs-program" aria-labelledby="ready-for-calls">
            <details node_ref=details prop:open=move || open.get() on:toggle=toggled>
                <summary>
                    <h2 id="ready-for-calls">{td_string!(locale, ready_calls.title)}</h2>
                    <Line all/>
                </summary>
                {move || open.get().then(|| view! {
                    <div class="inside" tabindex="0">
                        <Lamps all/>
                        <Cure
                            all
                            alias=alias.get_value()
                            cures=Cures { open_window, let_cookies }
                            help=help.get_value()
                        />
                        <Trial all/>
                    </div>
                })}
            </details>
        </section>
    }
    .into_any()
}

/// The person's lamps, as they are now.
fn look(phone: DeskPhone, own: Signal<OwnPresence>) -> Memo<Vec<Lamp>> {
    let microphone = Microphone::of_document();
    let window = Phone::of_document();
    let line = network::follow(Api::use_api());
    let hearing = microphone.shown();
    // Who takes no calls needs no phone, wherever the company has its own.
    let with_phone = phone.url.is_some() && phone.kind != PhoneKind::None;
    let softphone =
        Memo::new(move |_| is_needed(phone.kind, with_phone.then(|| window.sends_calls_here())));
    Effect::new(move |_| {
        if softphone.get() {
            microphone.watch();
        }
    });
    let proven = phone.username;
    let own_cookies = own_cookies();
    // Nothing is known before the page lives, and the browser has to find what the server wrote.
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    Memo::new(move |_| {
        let live = live.get();
        lamps(&Seen {
            signed_in: line.signed_in.get(),
            somebody_else: somebody_else(proven.as_deref(), window),
            phone: with_phone.then(|| {
                if live {
                    window.stage.get()
                } else {
                    Stage::Starting
                }
            }),
            own_cookies: own_cookies.get(),
            // A frame asks for what it has not.
            phone_cookies: window.storage.get().map(|it| it == Storage::Granted),
            softphone: softphone.get(),
            trouble: window.trouble.get(),
            hearing: hearing.get(),
            sound: if live {
                microphone.sound.get()
            } else {
                Sound::Unknown
            },
            network: line.network.get(),
            list: own.with(|own| (!own.from_phone).then_some(own.list.is_some())),
        })
    })
}

/// Who the account is in Amazon Connect, and who the phone says to be, where these are two.
fn somebody_else(proven: Option<&str>, window: Phone) -> Option<(String, String)> {
    let here = proven?;
    let there = window
        .agent
        .with(|agent| agent.as_ref().map(|agent| agent.username.clone()))?;
    (!same_user(here, &there)).then(|| (here.to_owned(), there))
}

/// Whether the browser keeps cookies at all. It tells nobody when that changes, so it is looked at whenever the page is seen
/// again.
fn own_cookies() -> RwSignal<bool> {
    let kept = RwSignal::new(true);
    Effect::new(move |_| {
        let look = move || {
            let _ = kept.try_set(keeps_cookies());
        };
        look();
        let focus = window_event_listener(ev::focus, move |_| look());
        let seen = window_event_listener(ev::visibilitychange, move |_| look());
        on_cleanup(move || {
            focus.remove();
            seen.remove();
        });
    });
    kept
}

fn keeps_cookies() -> bool {
    // Not in web-sys without its unstable parts.
    let enabled = js_sys::Reflect::get(&window().navigator(), &"cookieEnabled".into());
    enabled.ok().and_then(|it| it.as_bool()).unwrap_or(true)
}

/// Whether it is open: from the first fault on, until there is none any more or somebody closes it. Whoever opened it
/// themselves finds it open.
fn opens_itself(all: Memo<Vec<Lamp>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    let faulty = Memo::new(move |_| all.with(|all| all.iter().any(|it| it.fault.is_some())));
    Effect::new(move |before: Option<bool>| {
        let now = faulty.get();
        if now != before.unwrap_or(false) {
            open.set(now);
        }
        now
    });
    open
}

/// All of it in one line: shape, word and how many things are the matter.
#[component]
fn Line(all: Memo<Vec<Lamp>>) -> impl IntoView {
    let locale = use_locale();
    let said = Memo::new(move |_| all.with(|all| summary(locale, all)));
    view! {
        <span class="summary" role="status">
            {move || {
                let (light, words) = said.get();
                view! { <span class=light_class(light)>{words}</span> }
            }}
        </span>
    }
    .into_any()
}

/// Every lamp by its name, its shape and its word.
#[component]
fn Lamps(all: Memo<Vec<Lamp>>) -> impl IntoView {
    let locale = use_locale();
    let row = move |lamp: Lamp| {
        view! {
            <li>
                <span class=light_class(lamp.light)>{name(locale, lamp.what)}</span>
                " "
                <span class="word">{word(locale, &lamp)}</span>
                <span class="unseen">" " {light_word(locale, lamp.light)}</span>
            </li>
        }
    };
    view! {
        <ul class="lamps" aria-label=td_string!(locale, ready_calls.lamps)>
            <For each=move || all.get() key=Lamp::clone children=row/>
        </ul>
    }
    .into_any()
}

/// The microphone tried out, once it may be used: what is wrong with it before that is said above.
#[component]
fn Trial(all: Memo<Vec<Lamp>>) -> impl IntoView {
    let usable = Memo::new(move |_| {
        all.with(|all| {
            let lamp = all.iter().find(|it| it.what == What::Microphone);
            lamp.is_some_and(|it| it.light == Light::Good)
        })
    });
    move || usable.get().then(|| view! { <MicrophonePanel/> })
}
