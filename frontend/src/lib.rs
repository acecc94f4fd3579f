//! The browser's entry point: takes over the document that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the document once the program is loaded. Waits for the chunk of a lazy page, because
/// taking over a page needs its code.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(app::App);
}
