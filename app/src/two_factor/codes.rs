//! Backup codes as they are shown, once: to print, to keep as a file, to copy.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::client::segment;
use crate::i18n::{td_string, use_locale};
use crate::ui::CopyButton;

/// The codes with *Print*, *Download* and *Copy*.
#[component]
pub(crate) fn CodesToSave(
    codes: Vec<String>,
    /// Whose codes they are, for the paper and the file.
    #[prop(into)]
    account: String,
    #[prop(into)] company: String,
) -> impl IntoView {
    let locale = use_locale();
    let title = td_string!(
        locale,
        two_factor.codes_of,
        account = account,
        company = company
    );
    let once = td_string!(locale, two_factor.once);
    let text = format!("{title}\n{once}\n\n{}\n", codes.join("\n"));
    let file = format!("data:text/plain;charset=utf-8,{}", segment(&text));
    let address = file.clone();
    view! {
        <div class="codes-sheet">
            <p class="on-paper">{title}</p>
            <p class="on-paper">{once}</p>
            <ol class="codes">
                {codes
                    .iter()
                    .map(|code| view! { <li><code>{code.clone()}</code></li> })
                    .collect_view()}
            </ol>
        </div>
        <div class="choices">
            <button
                type="button"
                class="button quiet needs-program"
                on:click=move |_| {
                    let _ = window().print();
                }
            >
                {td_string!(locale, two_factor.print)}
            </button>
            <button
                type="button"
                class="button quiet needs-program"
                on:click=move |_| download(&file)
            >
                {td_string!(locale, two_factor.download)}
            </button>
            <a class="button quiet plain-only" href=address download=FILE>
                {td_string!(locale, two_factor.download)}
            </a>
            <CopyButton text=codes.join("\n")/>
        </div>
    }
    .into_any()
}

const FILE: &str = "backup-codes.txt";

/// Hands a file over as a press on a link to it would. Only for the browser.
fn download(address: &str) {
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", address);
        let _ = link.set_attribute("download", FILE);
        link.click();
    }
}
