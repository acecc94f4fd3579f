//! The right of a desk with a phone: the call at hand, or the number to call.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::at_phone::{AtPhone, Doing};
use super::clock::{lasting, passing, seconds_since};
use super::number::{dialled, typed};
use super::rules::{Why, Wish};
use super::wording::{contact_class, contact_title, error_said, why_not_call};
use crate::i18n::{td_string, use_locale};
use crate::phone::{Contact, ContactState};
use crate::ui::{Button, ButtonKind};

/// The id of the field for the number to call.
const NUMBER: &str = "phone-number";

#[component]
pub(super) fn Calls(at: AtPhone, shown: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    let contact = at.contact();
    let id = Memo::new(move |_| contact.with(|it| it.as_ref().map(|it| it.id.clone())));
    // Whoever is typing a number when somebody calls goes on typing.
    let dials = Memo::new(move |before: Option<&bool>| {
        match contact.with(|it| it.as_ref().map(|it| it.state)) {
            None => true,
            Some(ContactState::Ringing) => before == Some(&true) && is_dialling(),
            Some(_) => false,
        }
    });
    let class = move || {
        let state = contact.with(|it| it.as_ref().map(|it| it.state));
        format!("call {}", state.map_or("", contact_class))
    };
    let title = move || {
        contact.with(|it| match it {
            Some(contact) => contact_title(locale, contact),
            None => td_string!(locale, desk.call.title),
        })
    };
    let not_done = move || {
        let error = at.not_done.get()?;
        Some(view! { <p class="error" role="alert">{error_said(locale, &error)}</p> })
    };
    announce_in_title(contact);
    view! {
        <section class=class aria-labelledby="call">
            <header>
                <h2 id="call">{title}</h2>
                <button
                    type="button"
                    class="button text needs-program"
                    aria-expanded=move || shown.get().to_string()
                    aria-controls="phone-drawer"
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() {
                        td_string!(locale, desk.drawer.hide)
                    } else {
                        td_string!(locale, desk.drawer.show)
                    }}
                </button>
            </header>
            <Ringing contact/>
            {move || id.get().map(|_| view! { <AtHand at contact/> })}
            {move || dials.get().then(|| view! { <Dialler at/> })}
            {not_done}
        </section>
    }
    .into_any()
}

/// Says once, aloud, that somebody calls.
#[component]
fn Ringing(contact: Memo<Option<Contact>>) -> impl IntoView {
    let locale = use_locale();
    let caller = Memo::new(move |_| {
        let contact = contact.get()?;
        let rings = contact.state == ContactState::Ringing;
        rings.then_some((contact.id, contact.number))
    });
    view! {
        <p class="unseen" role="alert">
            {move || caller.get().map(|(_, number)| td_string!(locale, desk.call.ringing_said, number = number))}
        </p>
    }
}

/// The window's title tells of a call to whoever looks at another one.
fn announce_in_title(contact: Memo<Option<Contact>>) {
    let locale = use_locale();
    let caller = Memo::new(move |_| {
        contact.with(|it| {
            let contact = it.as_ref()?;
            (contact.state == ContactState::Ringing).then(|| contact.number.clone())
        })
    });
    Effect::new(move |before: Option<Option<String>>| {
        let usual = before.flatten().unwrap_or_else(|| document().title());
        match caller.get() {
            Some(number) => {
                document().set_title(&td_string!(
                    locale,
                    desk.call.ringing_title,
                    number = number
                ));
                Some(usual)
            }
            None => {
                document().set_title(&usual);
                None
            }
        }
    });
}

/// Who it is, how long it lasts, what can be done.
#[component]
fn AtHand(at: AtPhone, contact: Memo<Option<Contact>>) -> impl IntoView {
    let locale = use_locale();
    let told = Memo::new(move |_| {
        contact.with(|it| {
            it.as_ref().map_or_else(Default::default, |contact| {
                let key = format!("{:?} {}", contact.state, contact.since);
                (seconds_since(contact.since), key)
            })
        })
    });
    let lasted = passing(told);
    let state = Memo::new(move |_| contact.with(|it| it.as_ref().map(|it| it.state)));
    let number = move || contact.with(|it| it.as_ref().map(|it| it.number.clone()));
    let queue = move || {
        let queue = contact.with(|it| it.as_ref()?.queue.clone())?;
        Some(view! { <p class="queue">{td_string!(locale, desk.call.queue, queue = queue)}</p> })
    };
    view! {
        <div class="at-hand">
            <p class="number" translate="no">{number}</p>
            {queue}
            <p class="timer" role="timer" aria-live="off">{move || lasting(lasted.get())}</p>
            <div class="choices">
                {move || state.get().map(|state| view! { <Actions at state/> })}
            </div>
            {move || (!at.facts.get().softphone).then(|| view! {
                <p class="hint">{td_string!(locale, desk.call.at_desk_phone)}</p>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Actions(at: AtPhone, state: ContactState) -> impl IntoView {
    let locale = use_locale();
    let busy = move |doing| Signal::derive(move || at.doing.get() == Some(doing));
    let plain = move |words, doing: Doing, run: fn(AtPhone), kind| {
        view! {
            <Button kind kind_of="button" busy=busy(doing) on:click=move |_| run(at)>
                {words}
            </Button>
        }
        .into_any()
    };
    let hang_up = move || {
        let words = td_string!(locale, desk.call.hang_up);
        plain(words, Doing::HangUp, AtPhone::hang_up, ButtonKind::Danger)
    };
    match state {
        ContactState::Ringing => view! {
            <Accept at/>
            {plain(td_string!(locale, desk.call.reject), Doing::HangUp, AtPhone::hang_up, ButtonKind::Quiet)}
        }
        .into_any(),
        ContactState::Connecting => hang_up(),
        ContactState::Connected => view! { {hang_up()} <Mute at/> }.into_any(),
        ContactState::OnHold => view! {
            {plain(td_string!(locale, desk.call.resume), Doing::Hold, AtPhone::resume, ButtonKind::Primary)}
            {hang_up()}
        }
        .into_any(),
        ContactState::AfterCall => plain(
            td_string!(locale, desk.call.finish),
            Doing::Clear,
            AtPhone::clear,
            ButtonKind::Primary,
        ),
        ContactState::Missed | ContactState::Failed => plain(
            td_string!(locale, desk.call.put_away),
            Doing::Clear,
            AtPhone::clear,
            ButtonKind::Primary,
        ),
    }
}

/// Takes the focus when it appears, unless somebody is typing or answers a question.
#[component]
fn Accept(at: AtPhone) -> impl IntoView {
    let locale = use_locale();
    let place = NodeRef::<html::Span>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        if is_at_work() {
            return;
        }
        request_animation_frame(move || {
            let button = place.query_selector("button").ok().flatten();
            if let Some(button) = button.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
        });
    });
    let busy = Signal::derive(move || at.doing.get() == Some(Doing::Accept));
    view! {
        <span node_ref=place>
            <Button kind_of="button" busy=busy on:click=move |_| at.accept()>
                {td_string!(locale, desk.call.accept)}
            </Button>
        </span>
    }
}

/// Whether the focus is where somebody types or has been asked something.
fn is_at_work() -> bool {
    let Some(active) = document().active_element() else {
        return false;
    };
    let at = active.closest("input, textarea, select, dialog, [contenteditable]");
    at.is_ok_and(|at| at.is_some())
}

/// Whether the focus is in the number to call.
fn is_dialling() -> bool {
    document()
        .active_element()
        .is_some_and(|active| active.id() == NUMBER)
}

#[component]
fn Mute(at: AtPhone) -> impl IntoView {
    let locale = use_locale();
    let toggle = move |_| at.mute(!at.phone.muted.get_untracked());
    view! {
        <button type="button" class="button quiet" on:click=toggle>
            {move || if at.phone.muted.get() {
                td_string!(locale, desk.call.unmute)
            } else {
                td_string!(locale, desk.call.mute)
            }}
        </button>
        <p class="muted" role="status">
            {move || at.phone.muted.get().then(|| td_string!(locale, desk.call.is_muted))}
        </p>
    }
}

#[component]
fn Dialler(at: AtPhone) -> impl IntoView {
    let locale = use_locale();
    let number = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let why = Memo::new(move |_| at.facts.get().allow(Wish::Call).err());
    let reason = move || {
        if missing.get() {
            return Some(td_string!(locale, desk.call.no_number));
        }
        why.get().map(|why| why_not_call(locale, why))
    };
    let take = move |_| {
        let Some(field) = field.get() else { return };
        missing.set(false);
        let clean = typed(&field.value());
        if clean != field.value() {
            field.set_value(&clean);
        }
        number.set(clean);
    };
    let call = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // What is refused for want of a microphone brings the reminder.
        if why.get_untracked().is_some_and(|why| why != Why::Unheard) {
            return;
        }
        match dialled(&number.get_untracked()) {
            Some(number) => at.call(number),
            None => {
                missing.set(true);
                if let Some(field) = field.get() {
                    let _ = field.focus();
                }
            }
        }
    };
    let busy = Signal::derive(move || at.doing.get() == Some(Doing::Call));
    view! {
        <form class="dialler" on:submit=call novalidate>
            <div class="field">
                <label for=NUMBER>{td_string!(locale, desk.call.number)}</label>
                <div class="with-call">
                    <input
                        id=NUMBER
                        type="tel"
                        inputmode="tel"
                        autocomplete="off"
                        maxlength="40"
                        aria-describedby="why-not-call"
                        node_ref=field
                        on:input=take
                    />
                    <button
                        type="submit"
                        class="button primary needs-program"
                        class:busy=busy
                        aria-disabled=move || why.with(Option::is_some).then_some("true")
                        aria-busy=move || busy.get().then_some("true")
                        aria-describedby="why-not-call"
                    >
                        {td_string!(locale, desk.call.call)}
                    </button>
                </div>
            </div>
            <p class="hint" id="why-not-call" role="status">{reason}</p>
        </form>
    }
    .into_any()
}
