//! Leaving a desk with a phone: Offline at Amazon Connect comes before the end of the session, and a call before both.
//! Whoever signs out learns whether Amazon Connect still has them signed in. Whoever leaves the page by another way in the
//! middle of a call is asked by the browser first.

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::at_phone::AtPhone;
use crate::client::Api;
use crate::context::load;
use crate::i18n::{td_string, use_locale};
use crate::phone::Stage;
use crate::session::{Way, keep_the_door, open_the_door, say_signed_out};
use crate::ui::{Banner, BannerKind, Button, Heading};
use crate::wire::Session;

/// How far somebody is with leaving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Here,
    /// They asked for it; it happens when the call is over.
    AfterCall(Way),
    /// The session came to its end during a call.
    EndedInCall,
    /// It is being done.
    Going,
    /// They are signed out, and it is not certain that their status went with them.
    Gone { offline: bool },
}

/// One person's leaving. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Leaving {
    at: StoredValue<Option<AtPhone>>,
    api: StoredValue<Api>,
    state: RwSignal<State>,
    alias: StoredValue<String>,
    /// Where they signed in, as people read it, where they can sign out there.
    provider: StoredValue<Option<String>>,
    /// Where the browser goes when everything is done.
    to: StoredValue<Option<String>>,
}

impl Leaving {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            at: StoredValue::new(None),
            api: StoredValue::new(Api::use_api()),
            state: RwSignal::new(State::Here),
            alias: StoredValue::new(session.company.alias.clone()),
            provider: StoredValue::new(session.signed_in_at.clone()),
            to: StoredValue::new(None),
        }
    }

    pub(super) fn is_gone(self) -> Memo<bool> {
        Memo::new(move |_| matches!(self.state.get(), State::Gone { .. }))
    }

    /// From now on every way out leads by this desk's phone.
    pub(super) fn guard(self, at: AtPhone) {
        self.at.set_value(Some(at));
        let live = at.live();
        keep_the_door(move |address| self.away(address));
        on_cleanup(open_the_door);
        Effect::new(move |_| {
            if !live.get() {
                return;
            }
            // Every link of a desk loads a document, which ends the call, as closing the tab does.
            let asking = window_event_listener(ev::beforeunload, |event| {
                event.prevent_default();
                // What some browsers want besides; none shows the words.
                event.set_return_value("call");
            });
            on_cleanup(move || asking.remove());
        });
        Effect::new(move |_| {
            let over = !live.get();
            match self.state.get_untracked() {
                State::AfterCall(way) if over => self.sign_out(way),
                State::EndedInCall if over => self.end(),
                _ => {}
            }
        });
    }

    /// The session is over: the browser goes to `address`.
    fn away(self, address: String) {
        let known = self.to.try_update_value(|to| to.replace(address));
        if known.is_none_or(|known| known.is_some()) {
            return;
        }
        let live = self.at.get_value().is_some_and(AtPhone::is_live);
        if live {
            self.state.set(State::EndedInCall);
        } else {
            self.end();
        }
    }

    fn end(self) {
        self.state.set(State::Going);
        spawn_local(async move {
            if let Some(at) = self.at.try_get_value().flatten() {
                at.go_offline().await;
            }
            if let Some(to) = self.to.try_get_value().flatten() {
                load(&to);
            }
        });
    }

    /// Catches the clicks that sign out, wherever on the page.
    pub(super) fn on_click(self, click: &ev::MouseEvent) {
        let target = click.target().and_then(|it| it.dyn_into::<Element>().ok());
        let way = target.and_then(|it| {
            let pressed = it.closest(".sign-out button").ok()??;
            let control = pressed.closest(".sign-out").ok()??;
            Way::named(&control.get_attribute("data-way")?)
        });
        let Some((way, at)) = way.zip(self.at.get_value()) else {
            return;
        };
        // The tab that has the desk goes Offline itself.
        if at.phone.stage.get_untracked() == Stage::Absent {
            return;
        }
        click.prevent_default();
        click.stop_propagation();
        match self.state.get_untracked() {
            State::Here if at.is_live() => self.state.set(State::AfterCall(way)),
            State::Here => self.sign_out(way),
            _ => {}
        }
    }

    fn sign_out(self, way: Way) {
        self.state.set(State::Going);
        let api = self.api.get_value();
        spawn_local(async move {
            let Some(at) = self.at.try_get_value().flatten() else {
                return;
            };
            let offline = at.go_offline().await;
            let Ok(there) = way.take(&api).await else {
                let _ = self.state.try_set(State::Here);
                return;
            };
            say_signed_out();
            let _ = self.to.try_set_value(there);
            let stays = matches!(
                at.phone.stage.try_get_untracked(),
                Some(Stage::Ready | Stage::Silent)
            );
            if stays {
                let _ = self.state.try_set(State::Gone { offline });
            } else {
                load(&self.address());
            }
        });
    }

    /// Where the browser goes in the end: to where the provider signs people out, if they wanted that.
    fn address(self) -> String {
        self.to.get_value().unwrap_or_else(|| {
            self.alias
                .with_value(|alias| format!("/{alias}?notice=signed_out"))
        })
    }

    /// The provider at which they wanted to sign out as well and have not yet.
    fn still_at(self) -> Option<String> {
        self.to.get_value().and(self.provider.get_value())
    }
}

/// That somebody will be signed out, and when.
#[component]
pub(super) fn Soon(leaving: Leaving) -> impl IntoView {
    let locale = use_locale();
    let stay = move |_| leaving.state.set(State::Here);
    let state = Memo::new(move |_| leaving.state.get());
    move || match state.get() {
        State::AfterCall(_) => view! {
            <Banner>
                <p>{td_string!(locale, desk.leave.after_call)}</p>
                <button type="button" class="button quiet" on:click=stay>
                    {td_string!(locale, desk.leave.stay)}
                </button>
            </Banner>
        }
        .into_any(),
        State::EndedInCall => view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, desk.leave.ended_in_call)}</p>
            </Banner>
        }
        .into_any(),
        State::Going => view! {
            <Banner><p>{td_string!(locale, desk.leave.going)}</p></Banner>
        }
        .into_any(),
        State::Here | State::Gone { .. } => ().into_any(),
    }
}

/// After signing out: what Amazon Connect still knows, and how to end that too.
#[component]
pub(super) fn Farewell(leaving: Leaving) -> impl IntoView {
    let locale = use_locale();
    let busy = RwSignal::new(false);
    // Whether they are signed out at Amazon Connect, once that was tried.
    let there = RwSignal::new(None::<bool>);
    let out = move |_| {
        busy.set(true);
        spawn_local(async move {
            let Some(at) = leaving.at.try_get_value().flatten() else {
                return;
            };
            let done = at.phone.sign_out().await.is_ok();
            let _ = busy.try_set(false);
            let _ = there.try_set(Some(done));
        });
    };
    let late = move || leaving.state.get() == State::Gone { offline: false };
    let button = NodeRef::<leptos::html::Div>::new();
    // What was pressed is gone with the desk.
    Effect::new(move |_| {
        let first = button
            .get()
            .and_then(|it| it.query_selector("button").ok().flatten());
        if let Some(first) = first.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    });
    let back = leaving.address();
    let provider = leaving.still_at();
    let on = match &provider {
        Some(name) => td_string!(locale, desk.leave.there, name = name),
        None => td_string!(locale, desk.leave.back).to_owned(),
    };
    view! {
        <main id="main" class="turned-away farewell">
            <Heading title=td_string!(locale, desk.leave.title) focus=false/>
            {move || late().then(|| view! {
                <Banner kind=BannerKind::Warning>
                    <p>{td_string!(locale, desk.leave.not_offline)}</p>
                </Banner>
            })}
            <p role="status">
                {move || match there.get() {
                    Some(true) => td_string!(locale, desk.leave.out_there),
                    Some(false) => td_string!(locale, desk.leave.not_out_there),
                    None => td_string!(locale, desk.leave.still_there),
                }}
            </p>
            {provider.map(|name| view! {
                <p>{td_string!(locale, desk.leave.still_at, name = name)}</p>
            })}
            <div class="choices" node_ref=button>
                {move || (there.get() != Some(true)).then(|| view! {
                    <Button kind_of="button" busy=busy on:click=out>
                        {td_string!(locale, desk.leave.out)}
                    </Button>
                })}
                <a class="button quiet" href=back rel="external">{on}</a>
            </div>
        </main>
    }
    .into_any()
}
