//! The company's logo: a picture file that is shown at once and kept once it is saved.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::wire::NewLogo;

/// Bytes of a file at most; the server looks closer.
const LARGEST: f64 = 2.0 * 1024.0 * 1024.0;

/// What is to become of the logo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Change {
    #[default]
    None,
    Remove,
    /// A picture as a `data:` address.
    Picture(String),
}

#[derive(Clone, Copy)]
pub(super) struct Logo {
    /// The address of the one that is saved.
    pub(super) saved: RwSignal<Option<String>>,
    pub(super) change: RwSignal<Change>,
    /// The last file was no picture that can be used.
    pub(super) wrong: RwSignal<bool>,
}

impl Logo {
    pub(super) fn new(saved: Option<String>) -> Self {
        Self {
            saved: RwSignal::new(saved),
            change: RwSignal::default(),
            wrong: RwSignal::new(false),
        }
    }

    /// The address of what is seen once it is saved.
    pub(super) fn shown(self) -> Option<String> {
        match self.change.get() {
            Change::None => self.saved.get(),
            Change::Remove => None,
            Change::Picture(address) => Some(address),
        }
    }

    /// Saves what is to become of it.
    pub(super) async fn save(self, api: &Api) -> Result<(), ApiError> {
        let saved = match self.change.get_untracked() {
            Change::None => return Ok(()),
            Change::Remove => api.remove_logo().await?,
            Change::Picture(address) => {
                let picture = address.split_once(',').map_or("", |(_, base64)| base64);
                let picture = NewLogo {
                    picture: picture.to_owned(),
                };
                api.save_logo(&picture).await.inspect_err(|error| {
                    if error.code().is_some() {
                        self.wrong.try_set(true);
                    }
                })?
            }
        };
        self.saved.try_set(saved.logo);
        self.change.try_set(Change::None);
        Ok(())
    }

    /// Reads what was chosen. Only for the browser.
    fn choose(self, field: &web_sys::HtmlInputElement) {
        self.wrong.set(false);
        self.change.set(Change::None);
        let Some(file) = field.files().and_then(|files| files.get(0)) else {
            return;
        };
        if file.size() > LARGEST || !matches!(file.type_().as_str(), "image/png" | "image/jpeg") {
            self.wrong.set(true);
            return;
        }
        let Ok(reader) = web_sys::FileReader::new() else {
            return;
        };
        let reading = reader.clone();
        let read = Closure::once_into_js(move || {
            let address = reading.result().ok().and_then(|read| read.as_string());
            if let Some(address) = address {
                // The page may be gone by now.
                self.change.try_set(Change::Picture(address));
            }
        });
        reader.set_onload(Some(read.unchecked_ref()));
        let _ = reader.read_as_data_url(&file);
    }
}

#[component]
pub(super) fn LogoField(logo: Logo) -> impl IntoView {
    let locale = use_locale();
    let field = NodeRef::<html::Input>::new();
    let remove = move |_: ev::MouseEvent| {
        logo.wrong.set(false);
        logo.change.set(Change::Remove);
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            let _ = field.focus();
        }
    };
    let error = move || {
        logo.wrong
            .get()
            .then(|| td_string!(locale, settings.look.logo_wrong))
    };
    view! {
        <div class="field logo-field">
            <label for="company-logo">{td_string!(locale, settings.look.logo)}</label>
            <input
                id="company-logo"
                type="file"
                accept="image/png,image/jpeg"
                aria-describedby="company-logo-error company-logo-hint"
                aria-invalid=move || logo.wrong.get().then_some("true")
                node_ref=field
                on:change:target=move |event| logo.choose(&event.target())
            />
            <p class="hint" id="company-logo-hint">{td_string!(locale, settings.look.logo_hint)}</p>
            <p class="error" id="company-logo-error" role="alert">{error}</p>
            {move || logo.shown().map(|_| view! {
                <button type="button" class="button text needs-program" on:click=remove>
                    {td_string!(locale, settings.look.logo_remove)}
                </button>
            })}
        </div>
    }
    .into_any()
}
