//! The browser's entry point. The document that the server rendered calls `hydrate` once it has the program.

use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the document to life. Lazy, for the chunk of a lazy route may have to arrive first.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    leptos::mount::hydrate_lazy(app::App);
}
