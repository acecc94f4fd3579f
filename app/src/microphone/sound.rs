//! What a person hears: whether the browser plays anything, and through which loudspeaker. Browsers play nothing in a page
//! before the first click or key in it, so no context for sounds is made before.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::Timeout;
use js_sys::Function;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, AudioContextState};

use super::{
    Microphone, listening,
    look::{field, set},
};

/// Whether callers could be heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Sound {
    #[default]
    Unknown,
    Good,
    /// The browser plays nothing before somebody clicks in the page.
    Blocked,
    /// There is nothing to hear it with.
    NoSpeaker,
    /// The test tone was played, and the person did not hear it.
    NotHeard,
}

/// Milliseconds between a click and what it changes, so that nothing moves away under the pointer.
const AFTER_CLICK: u32 = 400;
/// Looks after which a context that was woken and does not run counts as blocked, so far apart.
const LOOKS: u32 = 10;
/// Of both tones together, in milliseconds.
const TONE: u32 = 700;

thread_local! {
    static WATCHING: Cell<bool> = const { Cell::new(false) };
    static CLICKED: Cell<bool> = const { Cell::new(false) };
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    /// How many use the context now.
    static USERS: Cell<u32> = const { Cell::new(0) };
    static TRYING_OUT: Cell<bool> = const { Cell::new(false) };
    /// Whether it has run.
    static RAN: Cell<bool> = const { Cell::new(false) };
    static SILENT: Cell<bool> = const { Cell::new(false) };
    static NOT_HEARD: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn watch(microphone: Microphone) {
    if WATCHING.replace(true) {
        return;
    }
    let clicked = move || {
        if !CLICKED.replace(true) || microphone.sound.get_untracked() == Sound::Blocked {
            Timeout::new(AFTER_CLICK, move || {
                probe(microphone);
                listening::go_on(microphone);
            })
            .forget();
        }
    };
    // They live as long as the document.
    let _ = window_event_listener(ev::pointerup, move |_| clicked());
    let _ = window_event_listener(ev::keyup, move |_| clicked());
    probe(microphone);
}

/// Takes over how many loudspeakers the browser lists.
pub(super) fn note_outputs(microphone: Microphone, outputs: usize) {
    // Browsers that cannot choose one list none.
    let lists = window()
        .get("AudioContext")
        .and_then(|context| field(&context, "prototype"))
        .is_some_and(|prototype| field(&prototype, "setSinkId").is_some());
    SILENT.set(lists && outputs == 0);
    probe(microphone);
}

fn probe(microphone: Microphone) {
    let found = if SILENT.get() {
        Sound::NoSpeaker
    } else if NOT_HEARD.get() {
        Sound::NotHeard
    } else if RAN.get() {
        Sound::Good
    } else if !may_play() {
        Sound::Blocked
    } else {
        try_out(microphone);
        return;
    };
    set(microphone.sound, found);
}

/// Has the context run until it is seen to, once at a time.
fn try_out(microphone: Microphone) {
    if TRYING_OUT.replace(true) {
        return;
    }
    match Awake::new(microphone) {
        Some(awake) => look(awake, microphone, 1),
        None => {
            TRYING_OUT.set(false);
            set(microphone.sound, Sound::Blocked);
        }
    }
}

/// Looks whether a context runs by now. One that may not never says so, and a device may take seconds to start: on a
/// machine in a hurry more than anybody wants to wait for, so it goes on after it was called blocked.
fn look(awake: Awake, microphone: Microphone, looks: u32) {
    Timeout::new(AFTER_CLICK, move || {
        if awake.context.state() == AudioContextState::Running {
            RAN.set(true);
            TRYING_OUT.set(false);
            return probe(microphone);
        }
        if looks == LOOKS {
            set(microphone.sound, Sound::Blocked);
        }
        awake.keep();
        look(awake, microphone, looks.saturating_add(1));
    })
    .forget();
}

/// Whether the browser has seen a click or key in this page.
fn may_play() -> bool {
    let told = field(&window().navigator(), "userActivation")
        .and_then(|it| field(&it, "hasBeenActive"))
        .and_then(|it| it.as_bool());
    told.unwrap_or(CLICKED.get())
}

/// The document's context for sounds, which runs only while somebody has one of these.
pub(super) struct Awake {
    pub(super) context: AudioContext,
}

impl Awake {
    /// Nothing where the browser would not play.
    pub(super) fn new(microphone: Microphone) -> Option<Self> {
        let context = CONTEXT.with_borrow_mut(|held| {
            if held.is_none() && may_play() {
                *held = AudioContext::new().ok();
            }
            held.clone()
        })?;
        USERS.set(USERS.get() + 1);
        let _ = context.resume();
        let speaker = microphone.speaker.get_untracked().unwrap_or_default();
        // Where the loudspeaker cannot be chosen, the system's own plays.
        if let Some(choose) = field(&context, "setSinkId")
            && let Ok(choose) = choose.dyn_into::<Function>()
            && let Ok(done) = choose.call1(&context, &JsValue::from_str(&speaker))
        {
            spawn_local(async move {
                // One that has just been unplugged.
                let _ = js_sys::futures::JsFuture::from(js_sys::Promise::resolve(&done)).await;
            });
        }
        Some(Self { context })
    }

    /// Has the context go on: one whose device failed stops, and does not begin again by itself.
    pub(super) fn keep(&self) {
        if self.context.state() != AudioContextState::Running {
            let _ = self.context.resume();
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        USERS.set(USERS.get().saturating_sub(1));
        if USERS.get() == 0 {
            let _ = self.context.suspend();
        }
    }
}

pub(super) fn test_tone(microphone: Microphone) {
    CLICKED.set(true);
    set(microphone.toned, false);
    let Some(awake) = Awake::new(microphone) else {
        return set(microphone.sound, Sound::Blocked);
    };
    let played = play_tones(&awake.context);
    Timeout::new(TONE, move || {
        drop(awake);
        set(microphone.toned, played.is_ok());
        probe(microphone);
    })
    .forget();
}

/// Two notes, up, softly in and out.
fn play_tones(context: &AudioContext) -> Result<(), JsValue> {
    let now = context.current_time();
    for (start, pitch) in [(now, 440.0), (now + 0.3, 660.0)] {
        let (tone, volume) = (context.create_oscillator()?, context.create_gain()?);
        tone.frequency().set_value(pitch);
        let gain = volume.gain();
        gain.set_value_at_time(0.0, start)?;
        gain.linear_ramp_to_value_at_time(0.2, start + 0.03)?;
        gain.linear_ramp_to_value_at_time(0.0, start + 0.28)?;
        tone.connect_with_audio_node(&volume)?
            .connect_with_audio_node(&context.destination())?;
        tone.start_with_when(start)?;
        tone.stop_with_when(start + 0.3)?;
    }
    Ok(())
}

pub(super) fn heard_tone(microphone: Microphone, heard: bool) {
    NOT_HEARD.set(!heard);
    set(microphone.toned, false);
    probe(microphone);
}

/// Another loudspeaker was chosen: what was heard of the old one says nothing of it.
pub(super) fn forget_tone(microphone: Microphone) {
    heard_tone(microphone, true);
}
