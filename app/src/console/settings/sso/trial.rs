//! A provider tried out: the administrator signs in there, in a window that opens inside the click, and sees what came
//! back and what it would mean. Where the window is stopped, the test goes on in this tab.

use std::cell::RefCell;

use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent, Window};

use super::room::{Part, Room};
use crate::client::ApiError;
use crate::i18n::{Locale, sso_failure_text, td_string, use_locale};
use crate::session::settle;
use crate::ui::{Banner, BannerKind};
use crate::wire::{ProviderKind, SsoClaim, SsoFate, SsoNews, SsoTest, SsoTestBegun};

/// On which the document speaks that a provider sends people back to.
const CHANNEL: &str = "callgate-sign-in";
/// What it waits for, so that it may close.
const SEEN: &str = "seen";
/// How often the server is asked when nobody speaks, in milliseconds.
const ASK_EVERY: u32 = 2000;
/// Room for any provider's page.
const WINDOW: &str = "popup,width=520,height=720";

/// Where a test stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stand {
    /// Its address is being asked for.
    Opening,
    Waiting,
    /// The browser stopped the window.
    Blocked {
        url: String,
    },
    Over(SsoTest),
}

/// The page's one test.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    room: Room,
    /// Of which provider, unless it was begun before this document.
    of: RwSignal<Option<ProviderKind>>,
    stand: RwSignal<Option<Stand>>,
    id: StoredValue<String>,
}

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

/// What lives as long as a test waits. Only for the browser.
struct Held {
    window: Option<Window>,
    watching: Option<Watching>,
}

struct Watching {
    _asks: Interval,
    channel: Option<BroadcastChannel>,
    _hears: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

impl Trial {
    pub(super) fn new(room: Room) -> Self {
        on_cleanup(|| drop(HELD.take()));
        Self {
            room,
            of: RwSignal::new(None),
            stand: RwSignal::new(None),
            id: StoredValue::default(),
        }
    }

    pub(super) fn is_under_way(self, kind: ProviderKind) -> bool {
        self.of.get() == Some(kind)
            && self
                .stand
                .with(|stand| matches!(stand, Some(Stand::Opening | Stand::Waiting)))
    }

    /// Opens the window at once, while the click still counts, and sends it on when its address is known.
    pub(super) fn begin(self, kind: ProviderKind) {
        let under_way = self.stand.with_untracked(|it| *it == Some(Stand::Opening));
        if under_way {
            return;
        }
        self.stop();
        let opened = window()
            .open_with_url_and_target_and_features("", "_blank", WINDOW)
            .ok()
            .flatten();
        HELD.set(Some(Held {
            window: opened,
            watching: None,
        }));
        self.of.set(Some(kind));
        self.stand.set(Some(Stand::Opening));
        spawn_local(async move {
            let api = self.room.api();
            let answer = settle(api.begin_sso_test(kind).await);
            if self.stand.try_get_untracked() != Some(Some(Stand::Opening)) {
                return;
            }
            match answer {
                Ok(begun) => self.send(begun),
                Err(error) => self.fail(kind, error),
            }
        });
    }

    fn send(self, begun: SsoTestBegun) {
        self.id.set_value(begun.id);
        let is_sent = HELD.with_borrow(|held| {
            let window = held.as_ref().and_then(|held| held.window.as_ref());
            window.is_some_and(|it| it.location().replace(&begun.url).is_ok())
        });
        self.stand.set(Some(if is_sent {
            Stand::Waiting
        } else {
            Stand::Blocked { url: begun.url }
        }));
        self.watch();
    }

    fn fail(self, kind: ProviderKind, error: ApiError) {
        self.stop();
        self.room.fail(Part::Card(kind), error);
    }

    /// Shows a test that was begun before this document.
    pub(super) fn show(self, id: String) {
        self.id.set_value(id);
        self.stand.set(Some(Stand::Waiting));
        self.ask();
    }

    /// Stops waiting, and closes the window where that can be done.
    fn stop(self) {
        if let Some(window) = HELD.take().and_then(|held| held.window) {
            let _ = window.close();
        }
        self.stand.set(None);
        self.of.set(None);
    }

    /// Asks what became of it now and then, and at once when somebody is back.
    fn watch(self) {
        let channel = BroadcastChannel::new(CHANNEL).ok();
        let answering = channel.clone();
        let hears = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data().as_string().unwrap_or_default();
            let Ok(SsoNews { path }) = serde_json::from_str(&said) else {
                return;
            };
            let is_ours = self
                .id
                .try_with_value(|id| !id.is_empty() && path.contains(id.as_str()));
            if is_ours == Some(true) {
                if let Some(channel) = &answering {
                    let _ = channel.post_message(&JsValue::from_str(SEEN));
                }
                self.ask();
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        }
        let watching = Watching {
            _asks: Interval::new(ASK_EVERY, move || self.ask()),
            channel,
            _hears: hears,
        };
        HELD.with_borrow_mut(|held| {
            if let Some(held) = held {
                held.watching = Some(watching);
            }
        });
    }

    fn ask(self) {
        let Some(id) = self.id.try_get_value() else {
            return;
        };
        spawn_local(async move {
            let api = self.room.api();
            let answer = settle(api.sso_test(&id).await);
            let still = self.id.try_with_value(|it| *it == id) == Some(true)
                && self.stand.try_with_untracked(|it| {
                    matches!(it, Some(Stand::Waiting | Stand::Blocked { .. }))
                }) == Some(true);
            match answer {
                Ok(SsoTest::Waiting) => {}
                Ok(over) if still => self.end(over).await,
                // No test of this session, or nobody answers: whoever waits goes on waiting.
                _ => {}
            }
        });
    }

    async fn end(self, over: SsoTest) {
        // The window closes itself when it is told so; here is nothing to wait for any more.
        drop(HELD.take());
        self.stand.set(Some(Stand::Over(over)));
        if let Ok(page) = settle(self.room.api().single_sign_on().await) {
            let _ = self.room.page.try_set(page);
        }
    }
}

/// What is said of the test of one provider; without one, of a test that was begun before this document.
#[component]
pub(super) fn TrialView(
    trial: Trial,
    #[prop(optional_no_strip)] kind: Option<ProviderKind>,
) -> impl IntoView {
    let is_here = move || trial.of.get() == kind;
    view! {
        <div class="trial" role="status">
            {move || trial.stand.get().filter(|_| is_here()).map(|stand| said(trial, stand))}
        </div>
    }
    .into_any()
}

fn said(trial: Trial, stand: Stand) -> AnyView {
    let locale = use_locale();
    match stand {
        Stand::Opening => ().into_any(),
        Stand::Waiting => view! {
            <p>{td_string!(locale, sso_console.trial.waiting)}</p>
            <button type="button" class="button text" on:click=move |_| trial.stop()>
                {td_string!(locale, sso_console.trial.stop)}
            </button>
        }
        .into_any(),
        Stand::Blocked { url } => view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, sso_console.trial.blocked)}</p>
                <a class="button quiet" href=url rel="external">
                    {td_string!(locale, sso_console.trial.in_this_tab)}
                </a>
            </Banner>
        }
        .into_any(),
        Stand::Over(test) => view! {
            <Outcome test/>
            <button type="button" class="button text" on:click=move |_| trial.stop()>
                {td_string!(locale, sso_console.trial.close)}
            </button>
        }
        .into_any(),
    }
}

#[component]
fn Outcome(test: SsoTest) -> impl IntoView {
    let locale = use_locale();
    match test {
        SsoTest::Waiting => ().into_any(),
        SsoTest::Failed {
            failure,
            detail,
            reference,
        } => {
            let detail =
                detail.map(|detail| td_string!(locale, sso_console.trial.said, detail = detail));
            let reference = td_string!(locale, sso_console.trial.reference, reference = reference);
            view! {
                <Banner kind=BannerKind::Stop>
                    <p>{td_string!(locale, sso_console.trial.failed)}</p>
                    <p>{sso_failure_text(locale, Some(failure))}</p>
                    {detail.map(|words| view! { <p class="detail">{words}</p> })}
                    <p class="reference">{reference}</p>
                </Banner>
            }
            .into_any()
        }
        SsoTest::Done { claims, fate } => {
            let (kind, means) = fate_words(locale, &fate);
            view! {
                <Banner kind>
                    <p>{td_string!(locale, sso_console.trial.good)}</p>
                    {means.into_iter().map(|words| view! { <p>{words}</p> }).collect_view()}
                </Banner>
                <Claims claims/>
            }
            .into_any()
        }
    }
}

/// What would become of this person.
fn fate_words(locale: Locale, fate: &SsoFate) -> (BannerKind, Vec<String>) {
    let words = match fate {
        SsoFate::Known { username } => {
            td_string!(locale, sso_console.trial.known, username = username)
        }
        SsoFate::Matched { username } => {
            td_string!(locale, sso_console.trial.matched, username = username)
        }
        SsoFate::Created => td_string!(locale, sso_console.trial.created).to_owned(),
        SsoFate::Bind => td_string!(locale, sso_console.trial.bind).to_owned(),
        SsoFate::Refused { failure } => {
            let refused = td_string!(locale, sso_console.trial.refused).to_owned();
            let text = sso_failure_text(locale, Some(*failure));
            return (BannerKind::Warning, vec![refused, text]);
        }
    };
    (BannerKind::Good, vec![words])
}

#[component]
fn Claims(claims: Vec<SsoClaim>) -> impl IntoView {
    let locale = use_locale();
    let rows = claims.into_iter().map(|SsoClaim { name, value }| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>{value}</td>
            </tr>
        }
    });
    view! {
        <table class="claims">
            <caption>{td_string!(locale, sso_console.trial.claims)}</caption>
            <thead>
                <tr>
                    <th scope="col">{td_string!(locale, sso_console.trial.claim)}</th>
                    <th scope="col">{td_string!(locale, sso_console.trial.value)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SsoFailure;

    #[test]
    fn what_would_happen_is_told_in_words() {
        let known = SsoFate::Known {
            username: "ada".into(),
        };
        let (kind, words) = fate_words(Locale::en, &known);
        assert_eq!(kind, BannerKind::Good);
        assert!(words[0].contains("ada"));
        let refused = SsoFate::Refused {
            failure: SsoFailure::UnknownPerson,
        };
        let (kind, words) = fate_words(Locale::de, &refused);
        assert_eq!((kind, words.len()), (BannerKind::Warning, 2));
    }
}
