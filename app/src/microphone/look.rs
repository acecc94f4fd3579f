//! Finds out how the microphone stands, and follows it: what the browser allows, what is plugged in, what was chosen.

use std::cell::{Cell, RefCell};

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Array, Object, Reflect};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    DomException, MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, PermissionState, PermissionStatus,
};

use super::{
    Hearing, Microphone,
    devices::{Device, Liked, best, is_gone, is_own, remember},
    judge::{Around, Permission, after_refusal, beforehand, may_heal_unheard, since},
    listening, sound,
};

/// Milliseconds after which a question counts as overlooked; its promise may never settle.
const IGNORED_AFTER: u32 = 8_000;
/// Between two tries of what heals without a word.
const TRY_AGAIN_EVERY: u32 = 5_000;
/// Where choices are kept.
const STORED: &str = "callgate-headsets";

thread_local! {
    static WATCHING: Cell<bool> = const { Cell::new(false) };
    /// The number of the latest question or try; older ones may still succeed, but their failures are old news.
    static LATEST: Cell<u32> = const { Cell::new(0) };
    static LOOKING: Cell<Looking> = const { Cell::new(Looking::No) };
    /// Whether a try that nobody sees is under way.
    static TRYING: Cell<bool> = const { Cell::new(false) };
    /// The device that was heard last.
    static USED: RefCell<Option<Device>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Looking {
    #[default]
    No,
    Yes,
    /// And something changed since it began.
    Again,
}

pub(super) fn watch(microphone: Microphone) {
    sound::watch(microphone);
    if WATCHING.replace(true) {
        look_again(microphone);
        return;
    }
    if let Some(devices) = media_devices() {
        let changed = Closure::<dyn FnMut()>::new(move || {
            listening::allow_another_try();
            look_again(microphone);
        });
        // Not `ondevicechange`, which the phone's library may want.
        let _ = devices
            .add_event_listener_with_callback("devicechange", changed.as_ref().unchecked_ref());
        changed.forget();
    }
    spawn_local(async move {
        if let Some(status) = permission_status().await {
            let changed = Closure::<dyn FnMut()>::new(move || look_again(microphone));
            status.set_onchange(Some(changed.as_ref().unchecked_ref()));
            changed.forget();
            // Browsers forget a status that nothing holds, and its event with it.
            std::mem::forget(status);
        }
    });
    // Both live as long as the document.
    let _ = window_event_listener(ev::focus, move |_| try_what_may_heal(microphone));
    Interval::new(TRY_AGAIN_EVERY, move || try_what_may_heal(microphone)).forget();
    look_again(microphone);
}

fn try_what_may_heal(microphone: Microphone) {
    if may_heal_unheard(microphone.hearing.get_untracked()) && !is_trying(microphone) {
        look_again(microphone);
    }
}

/// Looks, or once more after the look that is under way: plugs report themselves in bursts.
pub(super) fn look_again(microphone: Microphone) {
    if LOOKING.get() != Looking::No {
        LOOKING.set(Looking::Again);
        return;
    }
    LOOKING.set(Looking::Yes);
    spawn_local(async move {
        loop {
            look(microphone).await;
            if LOOKING.replace(Looking::Yes) != Looking::Again {
                break;
            }
        }
        LOOKING.set(Looking::No);
    });
}

async fn look(microphone: Microphone) {
    let (around, inputs) = look_around(microphone).await;
    let before = microphone.hearing.get_untracked();
    if matches!(before, Hearing::Asking | Hearing::Ignored) {
        // The question says itself what was answered. One that was overlooked may be answered in the settings.
        match around.permission {
            Some(Permission::Granted) => try_silently(microphone).await,
            Some(Permission::Denied) => settle(microphone, Hearing::Refused),
            _ => {}
        }
        return;
    }
    // Such browsers forget with the stream that they gave one: as long as it runs nothing was taken away.
    let kept = around.permission == Some(Permission::Prompt) && listening::is_open();
    let certain = beforehand(&around).filter(|found| !(kept && *found == Hearing::NotAsked));
    if let Some(found) = certain {
        // A closed question stays one, until somebody asks again or allows it elsewhere.
        if !(before == Hearing::Dismissed && found == Hearing::NotAsked) {
            settle(microphone, since(before, found));
        }
        return;
    }
    let gone = USED.with_borrow(|used| used.as_ref().is_some_and(|used| is_gone(used, &inputs)));
    match before {
        Hearing::Granted | Hearing::Lost if gone => settle(microphone, Hearing::Lost),
        Hearing::Granted => {}
        _ => try_silently(microphone).await,
    }
}

/// What there is, and what may be done with it. The devices that can be chosen are noted on the way.
async fn look_around(microphone: Microphone) -> (Around, Vec<Device>) {
    let permission = match permission_status().await.map(|status| status.state()) {
        Some(PermissionState::Granted) => Some(Permission::Granted),
        Some(PermissionState::Denied) => Some(Permission::Denied),
        Some(PermissionState::Prompt) => Some(Permission::Prompt),
        _ => None,
    };
    let found = enumerate().await;
    let of_kind = |wanted: MediaDeviceKind| {
        let found = found.iter().flatten();
        found
            .filter(|(kind, _)| *kind == wanted)
            .map(|(_, device)| device.clone())
            .collect::<Vec<_>>()
    };
    let inputs = of_kind(MediaDeviceKind::Audioinput);
    let outputs = of_kind(MediaDeviceKind::Audiooutput);
    note_devices(microphone, &inputs, &outputs);
    let around = Around {
        secure: window().is_secure_context(),
        able: media_devices().is_some(),
        policy: policy_allows(),
        permission,
        inputs: found.is_some().then_some(inputs.len()),
        named: inputs.iter().any(|device| !device.label.is_empty()),
    };
    (around, inputs)
}

fn note_devices(microphone: Microphone, inputs: &[Device], outputs: &[Device]) {
    let own = |devices: &[Device]| {
        let named = devices
            .iter()
            .filter(|it| is_own(it) && !it.label.is_empty());
        named.cloned().collect::<Vec<_>>()
    };
    let (own_inputs, own_outputs) = (own(inputs), own(outputs));
    let liked = stored();
    let best = best(&liked, &own_inputs);
    let id_of = |devices: &[Device], label: &str| {
        let found = devices.iter().find(|it| it.label == label);
        found.map(|it| it.id.clone())
    };
    let chosen = best.and_then(|it| id_of(&own_inputs, &it.microphone));
    let speaker = best.and_then(|it| id_of(&own_outputs, &it.speaker));
    set(microphone.devices, own_inputs);
    set(microphone.speakers, own_outputs);
    set(microphone.chosen, chosen);
    set(microphone.speaker, speaker);
    sound::note_outputs(microphone, outputs.len());
}

pub(super) fn ask(microphone: Microphone) {
    listening::allow_another_try();
    let number = next_number();
    let Some(question) = request(microphone.chosen.get_untracked()) else {
        let around = Around {
            secure: window().is_secure_context(),
            ..Around::default()
        };
        if let Some(found) = beforehand(&around) {
            settle(microphone, found);
        }
        return;
    };
    // Where the browser will not ask, nobody has to look for a question.
    let silent = matches!(
        microphone.hearing.get_untracked(),
        Hearing::BlockedBySystem | Hearing::BlockedByUs | Hearing::InUse | Hearing::Lost
    );
    microphone.trying.set(true);
    if !silent {
        microphone.hearing.set(Hearing::Asking);
        Timeout::new(IGNORED_AFTER, move || {
            if LATEST.get() == number && microphone.hearing.get_untracked() == Hearing::Asking {
                microphone.hearing.set(Hearing::Ignored);
                microphone.trying.set(false);
            }
        })
        .forget();
    }
    spawn_local(async move { hear_answer(microphone, number, question.await).await });
}

/// Whether an answer is under way that will say more.
pub(super) fn is_trying(microphone: Microphone) -> bool {
    TRYING.get() || microphone.trying.get_untracked()
}

/// Tries what the browser has allowed before.
pub(super) async fn try_silently(microphone: Microphone) {
    let number = next_number();
    let Some(question) = request(microphone.chosen.get_untracked()) else {
        return;
    };
    TRYING.set(true);
    let mut answer = question.await;
    if answer.is_err()
        && microphone.chosen.get_untracked().is_some()
        && let Some(any) = request(None)
    {
        // The chosen one may be gone, or be refused while another would do.
        answer = any.await;
    }
    TRYING.set(false);
    hear_answer(microphone, number, answer).await;
}

/// Takes an answer over, however late it comes.
async fn hear_answer(microphone: Microphone, number: u32, answer: Result<JsValue, JsValue>) {
    match answer {
        Ok(stream) => {
            set(microphone.trying, false);
            heard(microphone, stream.unchecked_into()).await;
        }
        Err(error) => {
            let (around, _) = look_around(microphone).await;
            if LATEST.get() != number {
                return;
            }
            set(microphone.trying, false);
            let before = microphone.hearing.get_untracked();
            let (name, message) = error
                .dyn_ref::<DomException>()
                .map(|error| (error.name(), error.message()))
                .unwrap_or_else(|| ("TypeError".to_owned(), String::new()));
            settle(
                microphone,
                since(before, after_refusal(&name, &message, &around)),
            );
        }
    }
}

/// There is a stream: callers would hear whoever speaks now.
async fn heard(microphone: Microphone, stream: MediaStream) {
    if let Some(track) = track_of(&stream) {
        let used = Device {
            id: String::new(),
            label: track.label(),
            group: setting(&track, "groupId").unwrap_or_default(),
        };
        let name = used.label.trim_start_matches("Default - ").to_owned();
        set(microphone.name, Some(name).filter(|name| !name.is_empty()));
        USED.set(Some(used));
    }
    listening::take(microphone, stream);
    microphone.hearing.set(Hearing::Granted);
    // Now the browser names its devices.
    let _ = look_around(microphone).await;
}

fn settle(microphone: Microphone, found: Hearing) {
    if !found.is_good() {
        listening::give_back();
    }
    set(microphone.hearing, found);
}

pub(super) fn choose(microphone: Microphone, id: Option<String>) {
    let label = microphone.devices.with_untracked(|all| {
        let found = all.iter().find(|it| Some(&it.id) == id.as_ref());
        found.map_or_else(String::new, |it| it.label.clone())
    });
    let speaker = stored()
        .into_iter()
        .find(|it| it.microphone == label)
        .map_or_else(String::new, |it| it.speaker);
    store(&remember(
        stored(),
        Liked {
            microphone: label,
            speaker,
        },
    ));
    set(microphone.chosen, id);
    if matches!(
        microphone.hearing.get_untracked(),
        Hearing::Granted | Hearing::Lost | Hearing::InUse
    ) {
        listening::give_back();
        spawn_local(try_silently(microphone));
    }
}

pub(super) fn choose_speaker(microphone: Microphone, id: Option<String>) {
    let label_in = |devices: RwSignal<Vec<Device>>, id: Option<&String>| {
        devices.with_untracked(|all| {
            let found = all.iter().find(|it| Some(&it.id) == id);
            found.map_or_else(String::new, |it| it.label.clone())
        })
    };
    let chosen = microphone.chosen.get_untracked();
    let liked = Liked {
        microphone: label_in(microphone.devices, chosen.as_ref()),
        speaker: label_in(microphone.speakers, id.as_ref()),
    };
    store(&remember(stored(), liked));
    set(microphone.speaker, id);
    sound::forget_tone(microphone);
}

fn next_number() -> u32 {
    let number = LATEST.get().wrapping_add(1);
    LATEST.set(number);
    number
}

/// Sets what changed: whoever reads it need not hear the same twice.
pub(super) fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

// What the browser offers. Every piece may be missing.

pub(super) fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Pages that did not come by https have none.
fn media_devices() -> Option<MediaDevices> {
    field(&window().navigator(), "mediaDevices").map(JsCast::unchecked_into)
}

/// Asks for a microphone: the one with this id, or whichever the system takes.
pub(super) fn request(id: Option<String>) -> Option<js_sys::futures::JsFuture> {
    let audio = match id {
        None => JsValue::TRUE,
        Some(id) => {
            let exactly = object(&[("exact", id.into())]);
            object(&[("deviceId", exactly)])
        }
    };
    let wanted = MediaStreamConstraints::new();
    wanted.set_audio(&audio);
    let question = media_devices()?
        .get_user_media_with_constraints(&wanted)
        .ok()?;
    Some(question.into())
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a new object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

async fn permission_status() -> Option<PermissionStatus> {
    let permissions: web_sys::Permissions =
        field(&window().navigator(), "permissions")?.unchecked_into();
    let query = object(&[("name", "microphone".into())]);
    // Older browsers refuse the name.
    let status = permissions.query(query.unchecked_ref()).ok()?.await.ok()?;
    Some(status.unchecked_into())
}

async fn enumerate() -> Option<Vec<(MediaDeviceKind, Device)>> {
    let found = media_devices()?.enumerate_devices().ok()?.await.ok()?;
    let found = Array::from(&found);
    let found = found.iter().map(|it| {
        let info: MediaDeviceInfo = it.unchecked_into();
        let device = Device {
            id: info.device_id(),
            label: info.label(),
            group: info.group_id(),
        };
        (info.kind(), device)
    });
    Some(found.collect())
}

/// Whether the document's own headers, or the frame around it, allow it. Chromium tells.
fn policy_allows() -> Option<bool> {
    let document = document();
    let policy =
        field(&document, "permissionsPolicy").or_else(|| field(&document, "featurePolicy"))?;
    let allows: js_sys::Function = field(&policy, "allowsFeature")?.dyn_into().ok()?;
    allows
        .call1(&policy, &JsValue::from_str("microphone"))
        .ok()?
        .as_bool()
}

pub(super) fn track_of(stream: &MediaStream) -> Option<MediaStreamTrack> {
    stream
        .get_audio_tracks()
        .get(0)
        .dyn_into::<MediaStreamTrack>()
        .ok()
}

fn setting(track: &MediaStreamTrack, name: &str) -> Option<String> {
    let settings: js_sys::Function = field(track, "getSettings")?.dyn_into().ok()?;
    field(&settings.call0(track).ok()?, name)?.as_string()
}

fn stored() -> Vec<Liked> {
    let storage = window().local_storage().ok().flatten();
    storage
        .and_then(|storage| storage.get_item(STORED).ok().flatten())
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn store(liked: &[Liked]) {
    // A browser that stores nothing remembers nothing.
    if let (Ok(Some(storage)), Ok(text)) = (window().local_storage(), serde_json::to_string(liked))
    {
        let _ = storage.set_item(STORED, &text);
    }
}
