//! The open microphone: how loud it is, and a recording of three seconds. See the module above for when it is open.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Array, Function, Promise};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    AnalyserNode, Blob, BlobEvent, MediaRecorder, MediaStream, MediaStreamAudioSourceNode,
    MediaStreamTrackState,
};

use super::{
    Hearing, Microphone, Recording,
    look::{field, is_trying, look_again, set, track_of, try_silently},
    sound::Awake,
};

/// Milliseconds between two looks at the level.
const LEVEL_EVERY: u32 = 100;
/// Samples of one look: almost all that is said between two.
const SAMPLES: u32 = 4_096;
const RECORDED: u32 = 3_000;
/// A microphone that says nothing for so long is gone; shorter pauses come with every change of a headset's mode.
const MUTED_FOR: u32 = 2_000;

thread_local! {
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
    /// How many look at the level.
    static SHOWN: Cell<u32> = const { Cell::new(0) };
    /// Whether a stream that ended was asked for anew.
    static TRIED_AGAIN: Cell<bool> = const { Cell::new(false) };
}

struct Open {
    stream: MediaStream,
    meter: Option<Meter>,
    _heard: [Closure<dyn FnMut()>; 3],
}

impl Drop for Open {
    fn drop(&mut self) {
        self.meter = None;
        if let Some(track) = track_of(&self.stream) {
            // What we end ourselves is no loss.
            track.set_onended(None);
            track.set_onmute(None);
            track.set_onunmute(None);
            track.stop();
        }
    }
}

struct Meter {
    /// Holds the context awake, too.
    _ticking: Interval,
    /// Falls silent when nobody holds it.
    _source: MediaStreamAudioSourceNode,
}

pub(super) fn is_open() -> bool {
    OPEN.with_borrow(Option::is_some)
}

/// Keeps a stream for those who listen, or gives it back.
pub(super) fn take(microphone: Microphone, stream: MediaStream) {
    let heard = follow(microphone, &stream);
    OPEN.set(Some(Open {
        stream,
        meter: None,
        _heard: heard,
    }));
    if SHOWN.get() > 0 {
        measure(microphone);
    } else {
        rest();
    }
}

pub(super) fn give_back() {
    drop(OPEN.take());
}

/// Nobody listens any more.
fn rest() {
    if forgets_with_the_stream() {
        OPEN.with_borrow_mut(|open| {
            if let Some(open) = open {
                open.meter = None;
                if let Some(track) = track_of(&open.stream) {
                    track.set_enabled(false);
                }
            }
        });
    } else {
        give_back();
    }
}

/// Firefox and Safari may ask again for every stream unless one is still open, so there the one that was allowed stays,
/// switched off: they show it as paused. Chromium remembers what it was told, and needs nothing.
fn forgets_with_the_stream() -> bool {
    let agent = window().navigator().user_agent().unwrap_or_default();
    !agent.contains("Chrome/")
}

/// Hears when the stream ends or falls silent by itself.
fn follow(microphone: Microphone, stream: &MediaStream) -> [Closure<dyn FnMut()>; 3] {
    let ended = Closure::<dyn FnMut()>::new(move || lost(microphone));
    let muted = Closure::<dyn FnMut()>::new(move || {
        Timeout::new(MUTED_FOR, move || {
            let silent = OPEN.with_borrow(|open| {
                let track = open.as_ref().and_then(|open| track_of(&open.stream));
                track.is_some_and(|track| track.muted())
            });
            if silent {
                set(microphone.hearing, Hearing::Lost);
            }
        })
        .forget();
    });
    let unmuted = Closure::<dyn FnMut()>::new(move || look_again(microphone));
    if let Some(track) = track_of(stream) {
        track.set_onended(Some(ended.as_ref().unchecked_ref()));
        track.set_onmute(Some(muted.as_ref().unchecked_ref()));
        track.set_onunmute(Some(unmuted.as_ref().unchecked_ref()));
    }
    [ended, muted, unmuted]
}

/// The browser ended the stream: a sleeping tab, a pulled plug, a permission taken back. One try without a word often
/// cures the first.
fn lost(microphone: Microphone) {
    // Not inside the event of what would be dropped.
    Timeout::new(0, move || {
        let ended = OPEN.with_borrow(|open| {
            let track = open.as_ref().and_then(|open| track_of(&open.stream));
            track.is_none_or(|track| track.ready_state() == MediaStreamTrackState::Ended)
        });
        if !ended {
            return;
        }
        give_back();
        if TRIED_AGAIN.replace(true) {
            set(microphone.hearing, Hearing::Lost);
            look_again(microphone);
        } else {
            spawn_local(try_silently(microphone));
        }
    })
    .forget();
}

pub(super) fn allow_another_try() {
    TRIED_AGAIN.set(false);
}

pub(super) fn show_level(microphone: Microphone) {
    SHOWN.set(SHOWN.get() + 1);
    go_on(microphone);
}

pub(super) fn hide_level(microphone: Microphone) {
    SHOWN.set(SHOWN.get().saturating_sub(1));
    if SHOWN.get() == 0 {
        rest();
        set(microphone.level, 0.0);
    }
}

/// Measures where somebody waits for it and it can be done.
pub(super) fn go_on(microphone: Microphone) {
    if SHOWN.get() == 0 || !microphone.hearing.get_untracked().is_good() {
        return;
    }
    if is_open() {
        measure(microphone);
    } else if !is_trying(microphone) {
        spawn_local(try_silently(microphone));
    }
}

fn measure(microphone: Microphone) {
    OPEN.with_borrow_mut(|open| {
        let Some(open) = open else { return };
        if let Some(track) = track_of(&open.stream) {
            track.set_enabled(true);
        }
        if open.meter.is_none() {
            open.meter = meter(microphone, &open.stream);
        }
    });
}

fn meter(microphone: Microphone, stream: &MediaStream) -> Option<Meter> {
    let awake = Awake::new(microphone)?;
    let analyser = awake.context.create_analyser().ok()?;
    analyser.set_fft_size(SAMPLES);
    let source = awake.context.create_media_stream_source(stream).ok()?;
    source.connect_with_audio_node(&analyser).ok()?;
    let ticking = Interval::new(LEVEL_EVERY, move || {
        awake.keep();
        // The same once more, too: whoever reads it counts the time by it.
        microphone.level.set(level_now(&analyser));
    });
    Some(Meter {
        _ticking: ticking,
        _source: source,
    })
}

fn level_now(analyser: &AnalyserNode) -> f32 {
    let mut samples = vec![0.0; SAMPLES as usize];
    analyser.get_float_time_domain_data(&mut samples);
    loudness(&samples)
}

/// From 0, for 60 decibels below the loudest and less, to 1.
fn loudness(samples: &[f32]) -> f32 {
    let squares = samples.iter().map(|it| it * it).sum::<f32>();
    let mean = (squares / samples.len().max(1) as f32).sqrt();
    let decibels = 20.0 * mean.max(1e-6).log10();
    (decibels / 60.0 + 1.0).clamp(0.0, 1.0)
}

pub(super) fn record(microphone: Microphone) {
    if matches!(
        microphone.recording.get_untracked(),
        Recording::Listening | Recording::Playing
    ) {
        return;
    }
    microphone.recording.set(Recording::Listening);
    let stream = OPEN.with_borrow(|open| open.as_ref().map(|open| open.stream.clone()));
    let started = stream.and_then(|stream| start(microphone, &stream));
    if started.is_none() {
        microphone.recording.set(Recording::Failed);
    }
}

fn start(microphone: Microphone, stream: &MediaStream) -> Option<()> {
    let recorder = MediaRecorder::new_with_media_stream(stream).ok()?;
    // Without slices everything comes at once, when it stops.
    let done = Closure::once_into_js(move |event: BlobEvent| {
        spawn_local(async move {
            let played = play(microphone, event.data()).await;
            let _ = played
                .is_none()
                .then(|| microphone.recording.set(Recording::Failed));
        });
    });
    recorder.set_ondataavailable(Some(done.unchecked_ref()));
    recorder.start().ok()?;
    Timeout::new(RECORDED, move || {
        // It has stopped by itself when the microphone went away.
        let _ = recorder.stop();
    })
    .forget();
    Some(())
}

/// Plays a recording through the chosen loudspeaker. Not as a media element, which would need an exception from the rule
/// what this site may load.
async fn play(microphone: Microphone, recorded: Option<Blob>) -> Option<()> {
    let awake = Awake::new(microphone)?;
    let recorded = recorded?;
    let bytes = Promise::from(call(&recorded, "arrayBuffer", &[])?)
        .await
        .ok()?;
    let sound = call(&awake.context, "decodeAudioData", &[bytes])?;
    let sound = Promise::from(sound).await.ok()?;
    let source = call(&awake.context, "createBufferSource", &[])?;
    js_sys::Reflect::set(&source, &"buffer".into(), &sound).ok()?;
    let over = Closure::once_into_js(move || {
        drop(awake);
        set(microphone.recording, Recording::Played);
    });
    js_sys::Reflect::set(&source, &"onended".into(), &over).ok()?;
    let destination = field(&field(&source, "context")?, "destination")?;
    call(&source, "connect", &[destination])?;
    microphone.recording.set(Recording::Playing);
    call(&source, "start", &[])?;
    Some(())
}

fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = field(object, method)?.dyn_into().ok()?;
    let arguments = arguments.iter().cloned().collect::<Array>();
    method.apply(object, &arguments).ok()
}

#[cfg(test)]
mod tests {
    use super::loudness;

    #[test]
    fn loudness_goes_from_silence_to_as_loud_as_can_be() {
        assert_eq!(loudness(&[]), 0.0);
        assert_eq!(loudness(&[0.0; 64]), 0.0);
        assert_eq!(loudness(&[1.0, -1.0]), 1.0);
        let speech = loudness(&[0.05; 64]);
        assert!((0.5..0.6).contains(&speech), "{speech}");
    }
}
