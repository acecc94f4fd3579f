//! The line to the phone's frame: starts the library, hears what it says, asks it for things.

mod read;

use std::cell::RefCell;

use gloo_timers::{callback::Interval, future::TimeoutFuture};
use js_sys::Reflect;
use leptos::{prelude::*, reactive::owner::Owner, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::VisibilityState;

use self::read::at;
use super::{
    AgentState, Contact, ContactState, Cookies, Phone, PhoneError, Stage, Storage, Trouble, asked,
    frame,
    silence::Silence,
    stage::Heard,
    streams::{self, ask, object, send},
};

/// Milliseconds until a frame that says nothing is loaded anew, one entry for each time: the library's own five seconds
/// while somebody is just signing in, then ever more, for a panel may need a quarter of a minute to come up on a slow
/// machine and must not be interrupted for ever. The library also says that nobody is signed in after the first one.
const PATIENCE: [u32; 7] = [5_000, 5_000, 5_000, 10_000, 20_000, 20_000, 30_000];
/// How often the library's count of reloads is looked at, in milliseconds: well below the shortest of them. `silence` counts
/// these looks for seconds.
const LOOK: u32 = 1_000;

/// What belongs to the one phone of the document.
struct Line {
    phone: Phone,
    /// Keeps the phone's signals, which outlive every page.
    _owner: Owner,
    /// What the library was started with, and reads again.
    params: JsValue,
    /// How often the frame was loaded anew since somebody last did something.
    reloads: usize,
    silence: Silence,
    /// Calls that were accepted: Amazon Connect's own word for them stays that of ringing ones for a while.
    accepted: Vec<String>,
    /// The last that the phone said of its agent.
    said: JsValue,
    watching: Option<Interval>,
}

thread_local! {
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

pub(super) fn phone() -> Phone {
    let known = LINE.with_borrow(|line| line.as_ref().map(|line| line.phone));
    known.unwrap_or_else(|| {
        let here = Owner::current();
        let owner = Owner::new_root(None);
        // It has made itself the current one, and whoever asks goes on with what is theirs.
        if let Some(here) = here {
            here.set();
        }
        let phone = owner.with(Phone::new);
        LINE.set(Some(Line {
            phone,
            _owner: owner,
            params: JsValue::UNDEFINED,
            reloads: 0,
            silence: Silence::default(),
            accepted: Vec::new(),
            said: JsValue::UNDEFINED,
            watching: None,
        }));
        phone
    })
}

fn with_line<T>(what: impl FnOnce(&mut Line) -> T) -> Option<T> {
    LINE.with_borrow_mut(|line| line.as_mut().map(what))
}

pub(super) fn start(phone: Phone, url: &str, cookies: Cookies) {
    let before = phone.stage.get_untracked();
    hear(phone, Heard::Started);
    if phone.stage.get_untracked() == before {
        return;
    }
    let url = url.to_owned();
    let cookies = asked::how_to_start(&url, cookies);
    spawn_local(async move {
        let begun = match streams::fetch().await {
            Ok(()) => begin(phone, &url, cookies),
            Err(error) => Err(error),
        };
        if begun.is_err() {
            hear(phone, Heard::NotFetched);
        }
    });
}

fn begin(phone: Phone, url: &str, cookies: Cookies) -> Result<(), JsValue> {
    let place = frame::place().ok_or("no place")?;
    let params = params(url, cookies);
    streams::init_ccp(&place, &params)?;
    let heard = Closure::<dyn FnMut(JsValue, JsValue)>::new(move |data: JsValue, name: JsValue| {
        if let Some(name) = name.as_string() {
            on_event(phone, &name, &data);
        }
    });
    let heard = heard.into_js_value();
    let _ = streams::event_bus().subscribe_all(heard.unchecked_ref());
    if cookies == Cookies::Ask {
        hear_of_cookies(phone, url.to_owned());
    }
    with_line(|line| {
        line.params = params;
        line.watching = Some(Interval::new(LOOK, watch));
    });
    Ok(())
}

fn params(url: &str, cookies: Cookies) -> JsValue {
    let mut params = vec![
        ("ccpUrl", url.into()),
        // Our own window is opened inside the click; the library's comes five seconds after it and is stopped.
        ("loginPopup", false.into()),
        ("ccpLoadTimeout", PATIENCE[0].into()),
        // Without this a frame that died is never noticed.
        ("loginOptions", object(&[("enableAckTimeout", true.into())])),
        ("softphone", softphone(false)),
        ("iframeTitle", "Amazon Connect".into()),
    ];
    if cookies == Cookies::Ask {
        params.push((
            "storageAccess",
            object(&[
                ("canRequest", true.into()),
                ("mode", "custom".into()),
                ("instanceUrl", url.into()),
                ("custom", object(&[("hideCCP", false.into())])),
            ]),
        ));
    }
    object(&params)
}

fn softphone(framed: bool) -> JsValue {
    object(&[("allowFramedSoftphone", framed.into())])
}

fn on_event(phone: Phone, name: &str, data: &JsValue) {
    match name {
        // Those of a new frame name its connection, the others only say that it lives.
        "acknowledge" if !at(data, &["id"]).is_undefined() => {
            be_quick();
            put(phone.trouble, None);
            with_line(|line| line.silence.ends());
            hear(phone, Heard::Arrived);
        }
        "acknowledge" => hear(phone, Heard::Alive),
        "init" => hear(phone, Heard::Arrived),
        "ack_timeout" => hear(phone, Heard::Nothing),
        "iframe_retries_exhausted" => look_again(),
        "auth_fail" => hear(phone, Heard::SignedOut),
        "terminated" => hear(phone, Heard::Terminated),
        "access_denied" | "authorize_retries_exhausted" | "cti_authorize_retries_exhausted" => {
            hear(phone, Heard::Denied);
        }
        "agent::update" => {
            with_line(|line| line.said = data.clone());
            hear(phone, Heard::Agent);
            tell(phone);
        }
        // Of all tabs of this browser, so also of a call that another one accepted.
        "contact::accepted" => {
            if let Some(id) = at(data, &["contactId"]).as_string() {
                with_line(|line| line.accepted.push(id));
                tell(phone);
            }
        }
        "agent::mute_toggle" => put(
            phone.muted,
            at(data, &["muted"]).as_bool().unwrap_or_default(),
        ),
        "agent::softphone_error" => {
            let name = at(data, &["errorType"]).as_string().unwrap_or_default();
            if let Some(trouble) = Trouble::of(&name) {
                put(phone.trouble, Some(trouble));
            }
        }
        _ => {}
    }
}

/// What the frame says about its cookies comes by another way than everything else.
fn hear_of_cookies(phone: Phone, url: String) {
    let hear =
        Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let frame = frame::window();
            let from = event.source();
            let (Some(frame), Some(from)) = (frame, from) else {
                return;
            };
            if !js_sys::Object::is(&frame, &from) {
                return;
            }
            let data = event.data();
            let name = at(&data, &["event"]).as_string().unwrap_or_default();
            let has_access = at(&data, &["data", "hasAccess"]).as_bool();
            let storage = match name.as_str() {
                "storageAccess::init" if has_access == Some(true) => Storage::Granted,
                "storageAccess::init" => Storage::Asking,
                "storageAccess::granted" => Storage::Granted,
                "storageAccess::denied" => Storage::Denied,
                _ => return,
            };
            let before = phone.storage.get_untracked();
            match storage {
                Storage::Granted if before != Some(storage) => {
                    // One that has its cookies and says nothing is refused just as one that somebody signed in for.
                    with_line(|line| line.silence.begins());
                    if before.is_some() {
                        asked::note(&url, true);
                    }
                }
                Storage::Denied => asked::note(&url, false),
                _ => {}
            }
            put(phone.storage, Some(storage));
        });
    let _ =
        window().add_event_listener_with_callback("message", hear.into_js_value().unchecked_ref());
}

fn hear(phone: Phone, heard: Heard) {
    let stage = phone.stage.get_untracked().after(heard);
    put(phone.stage, stage);
    if !stage.keeps_agent() {
        with_line(|line| line.said = JsValue::UNDEFINED);
        put(phone.agent, None);
        put(phone.contact, None);
        put(phone.muted, false);
    }
}

/// Tells the pages what the phone said last, where it is another thing than before.
fn tell(phone: Phone) {
    if !phone.stage.get_untracked().keeps_agent() {
        return;
    }
    let (said, accepted) =
        with_line(|line| (line.said.clone(), line.accepted.clone())).unwrap_or_default();
    let contact = read::contact(&said, &accepted);
    // Somebody who is not on a call is heard again in the next one.
    if contact.is_none() {
        with_line(|line| line.accepted.clear());
        put(phone.muted, false);
    }
    let connected = |contact: &Option<Contact>| {
        contact
            .as_ref()
            .is_some_and(|it| it.state == ContactState::Connected)
    };
    if connected(&contact) && !phone.contact.with_untracked(connected) {
        forget_last_trouble(phone);
    }
    put(phone.agent, read::agent(&said));
    put(phone.contact, contact);
}

/// A call that comes about shows that what kept the last one from it is over.
fn forget_last_trouble(phone: Phone) {
    let over = phone
        .trouble
        .with_untracked(|it| it.is_some_and(|it| !it.is_deaf()));
    if over {
        phone.trouble.set(None);
    }
}

fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

/// Keeps the library from giving up, and makes it ever more patient.
fn watch() {
    listen_to_silence();
    let core = core();
    let attempts = at(&core, &["iframeRefreshAttempt"]).as_f64();
    if !attempts.is_some_and(|attempts| attempts >= 1.0) {
        return;
    }
    let _ = Reflect::set(&core, &"iframeRefreshAttempt".into(), &0.into());
    with_line(|line| {
        line.reloads += 1;
        let patience = PATIENCE.get(line.reloads).unwrap_or(&PATIENCE[6]);
        let _ = Reflect::set(&line.params, &"ccpLoadTimeout".into(), &(*patience).into());
    });
}

fn listen_to_silence() {
    let is_here = document().visibility_state() == VisibilityState::Visible
        && document().has_focus().unwrap_or(true);
    let given_up = with_line(|line| {
        let stage = line.phone.stage.get_untracked();
        let waits = matches!(stage, Stage::Starting | Stage::SignedOut | Stage::Ended);
        let asks = matches!(
            line.phone.storage.get_untracked(),
            Some(Storage::Asking | Storage::Denied)
        );
        (is_here && waits && !asks && line.silence.lasts()).then_some(line.phone)
    });
    if let Some(phone) = given_up.flatten() {
        hear(phone, Heard::GivenUp);
    }
}

pub(super) fn goes_to_sign_in(phone: Phone) {
    with_line(|line| line.silence.begins());
    hear(phone, Heard::GoneThere);
    look_again();
}

pub(super) fn look_again() {
    let stage = with_line(|line| line.phone.stage.get_untracked()).unwrap_or_default();
    if !matches!(
        stage,
        Stage::SignedOut | Stage::Silent | Stage::Refused | Stage::AccessDenied | Stage::Ended
    ) {
        return;
    }
    be_quick();
    with_line(|line| line.silence.begins_anew());
    let core = core();
    // A round that goes on is replaced; one that has ended looks to the library as if it went on.
    if let Some(timer) = at(&core, &["iframeRefreshTimeout"]).as_f64() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "timers are counted from one"
        )]
        window().clear_timeout_with_handle(timer as i32);
    }
    let _ = Reflect::set(&core, &"iframeRefreshTimeout".into(), &JsValue::NULL);
    let _ = streams::reload_until_signed_in();
}

/// Begins with the least patience again.
fn be_quick() {
    with_line(|line| {
        line.reloads = 0;
        let _ = Reflect::set(&line.params, &"ccpLoadTimeout".into(), &PATIENCE[0].into());
    });
}

fn core() -> JsValue {
    at(&js_sys::global(), &["connect", "core"])
}

/// The last that the phone said, while it may be asked for things.
fn ready(phone: Phone) -> Result<JsValue, PhoneError> {
    match phone.stage.get_untracked() {
        Stage::Ready | Stage::Silent => {
            with_line(|line| line.said.clone()).ok_or(PhoneError::NotReady)
        }
        _ => Err(PhoneError::NotReady),
    }
}

pub(super) async fn set_state(phone: Phone, state: &AgentState) -> Result<(), PhoneError> {
    let said = ready(phone)?;
    let whole = read::state_of(&said, state).ok_or(PhoneError::NotReady)?;
    let params = object(&[
        ("state", whole),
        (
            "enqueueNextState",
            phone.contact.with_untracked(Option::is_some).into(),
        ),
    ]);
    ask("putAgentState", &params).await.map(drop)
}

pub(super) async fn call(phone: Phone, number: &str) -> Result<(), PhoneError> {
    let said = ready(phone)?;
    let queue = at(
        &said,
        &[
            "configuration",
            "routingProfile",
            "defaultOutboundQueue",
            "queueARN",
        ],
    );
    let endpoint = object(&[
        ("type", "phone_number".into()),
        ("phoneNumber", number.into()),
    ]);
    let params = object(&[("endpoint", endpoint), ("queueARN", queue)]);
    ask("createOutboundContact", &params).await.map(drop)
}

fn contact_id(phone: Phone) -> Result<String, PhoneError> {
    let id = phone
        .contact
        .with_untracked(|contact| contact.as_ref().map(|contact| contact.id.clone()));
    id.ok_or(PhoneError::NotReady)
}

pub(super) async fn accept(phone: Phone) -> Result<(), PhoneError> {
    ready(phone)?;
    streams::accept_call(&contact_id(phone)?).await.map(drop)
}

pub(super) async fn hang_up(phone: Phone) -> Result<(), PhoneError> {
    use ContactState::Ringing;
    let said = ready(phone)?;
    let id = contact_id(phone)?;
    let rings = phone
        .contact
        .with_untracked(|contact| contact.as_ref().is_some_and(|it| it.state == Ringing));
    if rings {
        let params = object(&[("contactId", id.into())]);
        return ask("rejectContact", &params).await.map(drop);
    }
    let own = read::own_connection(&said, &id).ok_or(PhoneError::NotReady)?;
    let params = object(&[("contactId", id.into()), ("connectionId", own)]);
    ask("destroyConnection", &params).await.map(drop)
}

pub(super) async fn clear(phone: Phone) -> Result<(), PhoneError> {
    ready(phone)?;
    let params = object(&[("contactId", contact_id(phone)?.into())]);
    ask("clearContact", &params).await.map(drop)
}

pub(super) async fn hold(phone: Phone, hold: bool) -> Result<(), PhoneError> {
    let said = ready(phone)?;
    let id = contact_id(phone)?;
    let other = read::other_connection(&said, &id).ok_or(PhoneError::NotReady)?;
    let params = object(&[("contactId", id.into()), ("connectionId", other)]);
    let method = match hold {
        true => "holdConnection",
        false => "resumeConnection",
    };
    ask(method, &params).await.map(drop)
}

pub(super) fn mute(phone: Phone, mute: bool) -> Result<(), PhoneError> {
    ready(phone)?;
    let data = object(&[
        ("event", "mute".into()),
        ("data", object(&[("mute", mute.into())])),
    ]);
    send("broadcast", &data)
}

pub(super) fn share_microphone(phone: Phone) {
    if phone.shares_microphone.get_untracked() {
        return;
    }
    let known = with_line(|line| {
        // A frame that is loaded anew is told the same.
        let _ = Reflect::set(&line.params, &"softphone".into(), &softphone(true));
    });
    let data = object(&[("softphone", softphone(true))]);
    if known.is_some() && send("configure", &data).is_ok() {
        phone.shares_microphone.set(true);
    }
}

pub(super) async fn sign_out(phone: Phone) -> Result<(), PhoneError> {
    /// Milliseconds between two looks, and how many of them: the frame ends its session and tells all tabs within a
    /// second or two, or not at all.
    const PAUSE: u32 = 100;
    const LOOKS: u32 = 50;
    if !phone.stage.get_untracked().keeps_agent() {
        return Err(PhoneError::NotReady);
    }
    // The library loads the frame anew after a sign-out until somebody signs in; not while it believes it does so.
    let _ = Reflect::set(&core(), &"iframeRefreshTimeout".into(), &0.into());
    send("terminate", &JsValue::UNDEFINED)?;
    for _ in 0..LOOKS {
        if phone.stage.get_untracked() == Stage::Ended {
            return Ok(());
        }
        TimeoutFuture::new(PAUSE).await;
    }
    Err(PhoneError::Silent)
}
