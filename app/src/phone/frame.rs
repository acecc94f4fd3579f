//! Where the phone's frame stands: outside the application's own tree, at the end of the document, for as long as the
//! document lives. A frame that is moved in a document is loaded anew, so what is shown moves over the place for it.

use std::cell::{Cell, RefCell};

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlIFrameElement, Window};

/// The smallest at which every part of Amazon Connect's panel can be reached, in CSS pixels.
const SIZE: (f64, f64) = (320.0, 460.0);

thread_local! {
    static PLACE: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
    static OVER: RefCell<Option<Element>> = const { RefCell::new(None) };
    static FOLLOWING: Cell<bool> = const { Cell::new(false) };
}

/// The element that holds the frame.
pub(super) fn place() -> Option<Element> {
    let known = PLACE.with_borrow(|place| place.clone());
    if let Some(place) = known {
        return Some(place.into());
    }
    let place: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    place.set_class_name("phone-frame");
    let _ = place.style().set_property("position", "fixed");
    hide(&place);
    document().body()?.append_child(&place).ok()?;
    PLACE.set(Some(place.clone()));
    Some(place.into())
}

/// See [`Phone::show_frame`](super::Phone::show_frame).
pub(super) fn lay_over(at: Option<&Element>) {
    OVER.set(at.cloned());
    let Some(place) = PLACE.with_borrow(|place| place.clone()) else {
        return;
    };
    match at {
        None => hide(&place),
        Some(_) => {
            let _ = place.remove_attribute("inert");
            let _ = place.remove_attribute("aria-hidden");
            if !FOLLOWING.replace(true) {
                follow();
            }
        }
    }
}

/// Out of sight, of keys and of readers; but not `display: none`, which some browsers take for a reason to give a frame
/// neither sound nor time.
fn hide(place: &HtmlElement) {
    let _ = place.set_attribute("inert", "");
    let _ = place.set_attribute("aria-hidden", "true");
    lie(place, -2.0 * SIZE.0, 0.0, SIZE.0, SIZE.1);
}

/// Moves the frame with the element under it, picture by picture.
fn follow() {
    let over = OVER.with_borrow(|over| over.clone());
    let place = PLACE.with_borrow(|place| place.clone());
    let (Some(over), Some(place)) = (over, place) else {
        FOLLOWING.set(false);
        return;
    };
    if !over.is_connected() {
        FOLLOWING.set(false);
        OVER.set(None);
        return hide(&place);
    }
    let at = over.get_bounding_client_rect();
    lie(&place, at.left(), at.top(), at.width(), at.height());
    request_animation_frame(follow);
}

fn lie(place: &HtmlElement, left: f64, top: f64, width: f64, height: f64) {
    let style = place.style();
    for (name, value) in [
        ("left", left),
        ("top", top),
        ("width", width),
        ("height", height),
    ] {
        let value = format!("{value}px");
        if style.get_property_value(name).as_deref() != Ok(&value) {
            let _ = style.set_property(name, &value);
        }
    }
}

/// The window of the frame, to know its words from anybody else's.
pub(super) fn window() -> Option<Window> {
    let frame = PLACE.with_borrow(|place| {
        let place = place.as_ref()?;
        place.query_selector("iframe").ok().flatten()
    })?;
    frame.dyn_into::<HtmlIFrameElement>().ok()?.content_window()
}
