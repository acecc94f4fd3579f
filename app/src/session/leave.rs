//! Ways out of a signed-in page. All of them load a whole document, so that nothing of the
//! person who left stays in memory.

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

use crate::client::{ApiError, segment};
use crate::context::load;
use crate::wire::ProblemCode;

/// The channel on which this browser's tabs tell each other about the session.
pub(super) const CHANNEL: &str = "callgate-session";
/// What a tab says when the session came to an end.
pub(super) const ENDED: &str = "ended";
/// What a tab says when the person signed out.
pub(super) const SIGNED_OUT: &str = "signed-out";
/// What a tab says when the person was active.
pub(super) const ACTIVE: &str = "active";

/// The company's page, from which signing in leads back to `next`.
pub(super) fn sign_in_address(alias: &str, next: &str) -> String {
    format!("/{alias}?next={}", segment(next))
}

/// Why a person is brought back to their company's page, which says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The session came to one of its ends.
    Ended,
    SignedOut,
}

/// Tells the other tabs and goes to the company's page. Only for the browser.
pub(super) fn leave(alias: &str, why: Why) {
    tell_other_tabs(match why {
        Why::Ended => ENDED,
        Why::SignedOut => SIGNED_OUT,
    });
    follow(alias, why);
}

/// Tells the other tabs and goes to where the provider signs people out, which leads back. Only for the browser.
pub(super) fn sign_out_there(address: &str) {
    tell_other_tabs(SIGNED_OUT);
    go(address);
}

/// Goes to the company's page because another tab left. Only for the browser.
pub(super) fn follow(alias: &str, why: Why) {
    let notice = match why {
        Why::Ended => "ended",
        Why::SignedOut => "signed_out",
    };
    go(&format!("/{alias}?notice={notice}"));
}

/// Where a page's person goes who is signed out; what leads there waits for it.
type Doorkeeper = Rc<dyn Fn(String)>;

thread_local! {
    static DOORKEEPER: RefCell<Option<Doorkeeper>> = const { RefCell::new(None) };
}

/// Has a page do something before its document is left because nobody is signed in any more: it gets the address, and
/// has to load that when it is done. Only for the browser.
pub(crate) fn keep_the_door(keeper: impl Fn(String) + 'static) {
    DOORKEEPER.set(Some(Rc::new(keeper)));
}

/// The page that kept the door is gone.
pub(crate) fn open_the_door() {
    DOORKEEPER.take();
}

/// Leaves the document, by way of whoever keeps the door.
fn go(address: &str) {
    match DOORKEEPER.with_borrow(Clone::clone) {
        Some(keeper) => keeper(address.to_owned()),
        None => load(address),
    }
}

/// Tells the other tabs that the person signed out here. Only for the browser.
pub(crate) fn say_signed_out() {
    tell_other_tabs(SIGNED_OUT);
}

pub(super) fn tell_other_tabs(what: &str) {
    // Browsers without the channel find out at their next request.
    if let Ok(channel) = BroadcastChannel::new(CHANNEL) {
        let message = TAB.with(|tab| format!("{what} {tab}"));
        let _ = channel.post_message(&JsValue::from_str(&message));
        channel.close();
    }
}

/// What another tab said. A tab hears itself too, which counts for nothing.
pub(super) fn from_other_tab(message: &JsValue) -> Option<String> {
    let message = message.as_string()?;
    let (what, tab) = message.split_once(' ')?;
    TAB.with(|own| own != tab).then(|| what.to_owned())
}

thread_local! {
    /// Tells this document from others; no secret.
    static TAB: String = js_sys::Math::random().to_string();
}

/// Hands an answer on. When it says that nobody is signed in any more, the browser goes to the
/// company's page, which leads back here.
pub(crate) fn settle<T>(answer: Result<T, ApiError>) -> Result<T, ApiError> {
    let signed_out = answer
        .as_ref()
        .is_err_and(|error| error.code() == Some(ProblemCode::SignedOut));
    if signed_out && cfg!(feature = "hydrate") {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let here = format!("{path}{}", location.search().unwrap_or_default());
        let alias = path.split('/').nth(1).unwrap_or_default();
        tell_other_tabs(ENDED);
        go(&sign_in_address(alias, &here));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back_to_the_whole_address() {
        assert_eq!(
            sign_in_address("acme", "/acme/console/users?view=locked&page=2"),
            "/acme?next=%2Facme%2Fconsole%2Fusers%3Fview%3Dlocked%26page%3D2"
        );
    }
}
