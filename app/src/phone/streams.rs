//! `amazon-connect-streams`, as thinly as it goes: how it is fetched, and the functions of it that are used.
//!
//! Its types are not repeated here: what crosses `postMessage` is plain data, read in `line::read`.

use futures::channel::oneshot;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::HtmlScriptElement;

use super::PhoneError;

#[wasm_bindgen]
extern "C" {
    /// Works once per document.
    #[wasm_bindgen(js_namespace = ["connect", "core"], js_name = initCCP, catch)]
    pub(super) fn init_ccp(container: &web_sys::Element, params: &JsValue) -> Result<(), JsValue>;

    /// Begins to load the frame anew until somebody is signed in, as after *Sign out*. Does nothing while it does so.
    #[wasm_bindgen(js_namespace = ["connect", "core"], js_name = reauthenticateAfterLogout, catch)]
    pub(super) fn reload_until_signed_in() -> Result<(), JsValue>;

    pub(super) type Bus;

    #[wasm_bindgen(js_namespace = ["connect", "core"], js_name = getEventBus)]
    pub(super) fn event_bus() -> Bus;

    /// Calls the function with data, name and bus of every event.
    #[wasm_bindgen(method, js_name = subscribeAll)]
    pub(super) fn subscribe_all(this: &Bus, hear: &Function) -> JsValue;

    type Client;

    #[wasm_bindgen(js_namespace = ["connect", "core"], js_name = getClient, catch)]
    fn client() -> Result<Client, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn call(
        this: &Client,
        method: &str,
        params: &JsValue,
        callbacks: &JsValue,
    ) -> Result<(), JsValue>;

    type Upstream;

    #[wasm_bindgen(js_namespace = ["connect", "core"], js_name = getUpstream, catch)]
    fn upstream() -> Result<Upstream, JsValue>;

    #[wasm_bindgen(method, js_name = sendUpstream, catch)]
    fn send_upstream(this: &Upstream, event: &str, data: &JsValue) -> Result<(), JsValue>;

    /// A call, by its id.
    type Call;

    #[wasm_bindgen(constructor, js_namespace = connect, js_class = Contact, catch)]
    fn new(id: &str) -> Result<Call, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn accept(this: &Call, callbacks: &JsValue) -> Result<(), JsValue>;
}

/// How long Amazon Connect may take to answer what was asked of it. Its own requests take below a second; a lost answer
/// never comes (the library's issue 1090).
const ANSWER: u32 = 10_000;

/// Fetches the library, unless it is there. Its address is in the document's head, where the server wrote it.
pub(super) async fn fetch() -> Result<(), JsValue> {
    if Reflect::has(&js_sys::global(), &"connect".into())? {
        return Ok(());
    }
    let link = document()
        .get_element_by_id("phone-library")
        .and_then(|link| link.get_attribute("href"))
        .ok_or("no library")?;
    let script: HtmlScriptElement = document().create_element("script")?.unchecked_into();
    script.set_src(&link);
    let (tell, told) = oneshot::channel();
    let (loaded, failed) = either(tell);
    script.set_onload(Some(&loaded));
    script.set_onerror(Some(&failed));
    document().head().ok_or("no head")?.append_child(&script)?;
    match told.await {
        Ok(Ok(_)) => Ok(()),
        _ => {
            script.remove();
            Err("not fetched".into())
        }
    }
}

/// Asks Amazon Connect for something, by the name of the method there.
pub(super) async fn ask(method: &str, params: &JsValue) -> Result<JsValue, PhoneError> {
    answered(|callbacks| client()?.call(method, params, callbacks)).await
}

/// Takes a call. More than the request: the library also tells the frame and the other tabs.
pub(super) async fn accept_call(id: &str) -> Result<JsValue, PhoneError> {
    answered(|callbacks| Call::new(id)?.accept(callbacks)).await
}

/// Sends the frame a word that it does not answer.
pub(super) fn send(event: &str, data: &JsValue) -> Result<(), PhoneError> {
    upstream()
        .and_then(|upstream| upstream.send_upstream(event, data))
        .map_err(|_| PhoneError::NotReady)
}

async fn answered(
    ask: impl FnOnce(&JsValue) -> Result<(), JsValue>,
) -> Result<JsValue, PhoneError> {
    let (tell, told) = oneshot::channel();
    let (success, failure) = either(tell);
    let callbacks = object(&[
        ("success", success.into()),
        ("failure", failure.clone().into()),
    ]);
    ask(&callbacks).map_err(|_| PhoneError::NotReady)?;
    let late = Timeout::new(ANSWER, move || {
        let _ = failure.call1(&JsValue::NULL, &JsValue::UNDEFINED);
    });
    let answer = told.await;
    drop(late);
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(said)) if said.is_undefined() => Err(PhoneError::Silent),
        Ok(Err(said)) => Err(PhoneError::Said(words(&said))),
        Err(_) => Err(PhoneError::Silent),
    }
}

/// Two functions of which the first call of either counts: it came, or it failed.
fn either(tell: oneshot::Sender<Result<JsValue, JsValue>>) -> (Function, Function) {
    let tell = std::rc::Rc::new(std::cell::Cell::new(Some(tell)));
    let telling = |wrap: fn(JsValue) -> Result<JsValue, JsValue>| {
        let tell = std::rc::Rc::clone(&tell);
        Closure::<dyn FnMut(JsValue)>::new(move |said| {
            if let Some(tell) = tell.take() {
                let _ = tell.send(wrap(said));
            }
        })
        // The library keeps them for answers that never come.
        .into_js_value()
        .unchecked_into()
    };
    (telling(Ok), telling(Err))
}

/// What a failure says: a JSON document, an error, or plain words.
fn words(said: &JsValue) -> String {
    let plain = said.as_string();
    let parsed = plain
        .as_deref()
        .and_then(|text| js_sys::JSON::parse(text).ok());
    let said = parsed.as_ref().unwrap_or(said);
    // The kind is Amazon Connect's own name for it, whatever the language of the words.
    let named: Vec<String> = ["type", "message"]
        .into_iter()
        .filter_map(|name| Reflect::get(said, &name.into()).ok()?.as_string())
        .filter(|words| !words.is_empty())
        .collect();
    match named.is_empty() {
        true => plain.unwrap_or_default(),
        false => named.join(": "),
    }
}

/// An object of these values.
pub(super) fn object(values: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in values {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
