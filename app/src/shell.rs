//! The document around the application, rendered by the server only.

use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::location::RequestUrl;

use crate::{
    App,
    context::{Assets, RequestFacts},
    i18n::locale_for,
};

/// The whole HTML document. Wants `Assets` and `RequestFacts` in the context.
pub fn shell() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let facts = use_context::<RequestFacts>().unwrap_or_default();
    let language = locale_for(&facts.language).to_string();
    let nonce = use_nonce();
    let start = format!(
        "import init,{{hydrate}} from {js:?};init({{module_or_path:{wasm:?}}}).then(hydrate)",
        js = assets.js,
        wasm = assets.wasm,
    );
    let console = if asks_for_console() {
        assets.console
    } else {
        Vec::new()
    };
    view! {
        <!DOCTYPE html>
        // Translations by the browser change the document under the program's feet.
        <html lang=language translate="no" class="notranslate">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.css/>
                <link rel="modulepreload" href=assets.js crossorigin="anonymous" nonce=nonce.clone()/>
                <link
                    rel="preload"
                    href=assets.wasm
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                {console.into_iter().map(|chunk| view! {
                    <link
                        rel="preload"
                        href=chunk
                        r#as="fetch"
                        r#type="application/wasm"
                        crossorigin="anonymous"
                    />
                }).collect_view()}
                <script type="module" nonce=nonce.clone()>{start}</script>
                {facts.dev_reload.then(|| view! {
                    <script nonce=nonce inner_html=DEV_RELOAD></script>
                })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Loads the document again when the server came back with another start.
const DEV_RELOAD: &str = "new EventSource('/dev/reload').onmessage=e=>{\
    if(window.built&&window.built!==e.data)location.reload();window.built=e.data}";

/// Whether this document's page is the console's, whose chunk is then fetched early.
fn asks_for_console() -> bool {
    let Some(url) = use_context::<RequestUrl>() else {
        return false;
    };
    let path = url.as_ref().split('?').next().unwrap_or_default();
    path.trim_start_matches('/').split('/').nth(1) == Some("console")
}
