//! What the parts of the page share: which dialog is open, who may be asked for a proof, what was
//! done last.

use leptos::prelude::*;

use super::{
    add_app::AddApp, codes::NewCodes, companies::ConnectCompanyForm, confirm::Confirm,
    confirm::Question, email::SetUpEmail, logins::ConnectLogin, password::ChangePassword,
};
use crate::i18n::{Locale, td_string, use_locale};
use crate::session::FreshProof;
use crate::ui::Dialog;
use crate::wire::{ProviderButton, Session};

/// The parts of the page, by the ids under which they are reached.
pub(super) const TWO_FACTOR: &str = "two-factor";
pub(super) const SINGLE_SIGN_ON: &str = "single-sign-on";
pub(super) const PASSWORD: &str = "password";
pub(super) const BROWSERS: &str = "browsers";
pub(super) const SESSIONS: &str = "sessions";
pub(super) const COMPANIES: &str = "companies";

/// What is done in the dialog.
#[derive(Clone)]
pub(super) enum Doing {
    AddApp,
    SetUpEmail {
        /// It is set up already.
        anew: bool,
    },
    NewCodes,
    ChangePassword {
        minimum: u16,
    },
    ConnectCompany,
    ConnectLogin(ProviderButton),
    Confirm(Question),
}

#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) proof: FreshProof,
    /// Rises with every change that was made here.
    pub(super) changes: RwSignal<u32>,
    /// What to say of the last one.
    pub(super) saved: RwSignal<Option<&'static str>>,
    /// Username and company, for what is printed.
    pub(super) person: StoredValue<(String, String)>,
    /// The dialog's heading.
    pub(super) title: RwSignal<String>,
    open: RwSignal<bool>,
    doing: RwSignal<Option<Doing>>,
    /// The part that gets the focus when the page was renewed: what had it is gone.
    focus: StoredValue<Option<&'static str>>,
}

impl Room {
    pub(super) fn of(session: &Session) -> Self {
        let person = (
            session.account.username.clone(),
            session.company.name.clone(),
        );
        Self {
            proof: FreshProof::new(),
            changes: RwSignal::new(0),
            saved: RwSignal::new(None),
            person: StoredValue::new(person),
            title: RwSignal::default(),
            open: RwSignal::new(false),
            doing: RwSignal::new(None),
            focus: StoredValue::new(None),
        }
    }

    /// Opens the dialog.
    pub(super) fn begin(self, locale: Locale, doing: Doing) {
        self.saved.set(None);
        self.title.set(match &doing {
            Doing::AddApp => td_string!(locale, profile.app.title).to_owned(),
            Doing::SetUpEmail { anew: false } => td_string!(locale, profile.email.title).to_owned(),
            Doing::SetUpEmail { anew: true } => {
                td_string!(locale, profile.email.reset_title).to_owned()
            }
            Doing::NewCodes => td_string!(locale, profile.codes.title).to_owned(),
            Doing::ChangePassword { .. } => td_string!(locale, profile.password.change).to_owned(),
            Doing::ConnectCompany => td_string!(locale, companies.connect).to_owned(),
            Doing::ConnectLogin(provider) => {
                let name = provider.name.clone();
                td_string!(locale, outside.logins.connect_title, name = name)
            }
            Doing::Confirm(question) => question.title.clone(),
        });
        self.doing.set(Some(doing));
        self.open.set(true);
    }

    /// Closes it; nothing more is done.
    pub(super) fn close(self) {
        self.open.try_set(false);
    }

    /// Shows the page as it is now.
    pub(super) fn renew(self) {
        self.changes.try_update(|changes| *changes += 1);
    }

    /// Closes the dialog, says what was done, and shows the part as it is now.
    pub(super) fn done(self, said: &'static str, part: &'static str) {
        self.saved.try_set(Some(said));
        self.focus.try_set_value(Some(part));
        self.close();
        self.renew();
    }

    /// Gives the focus to the part where something was done. For the renewed page.
    pub(super) fn restore_focus(self) {
        Effect::new(move || {
            let part = self.focus.try_update_value(Option::take).flatten();
            let heading = part
                .and_then(|part| document().query_selector(&format!("#{part} h2")).ok())
                .flatten();
            if let Some(heading) = heading
                .and_then(|it| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(it).ok())
            {
                let _ = heading.focus();
            }
        });
    }
}

/// The one dialog of the page, whatever is done in it.
#[component]
pub(super) fn RoomDialog(room: Room) -> impl IntoView {
    view! {
        <Dialog title=room.title id="doing-title" open=room.open>
            {move || room.doing.get_untracked().map(|doing| match doing {
                Doing::AddApp => view! { <AddApp room/> }.into_any(),
                Doing::SetUpEmail { anew } => view! { <SetUpEmail room anew/> }.into_any(),
                Doing::NewCodes => view! { <NewCodes room/> }.into_any(),
                Doing::ChangePassword { minimum } => {
                    view! { <ChangePassword room minimum/> }.into_any()
                }
                Doing::ConnectCompany => view! { <ConnectCompanyForm room/> }.into_any(),
                Doing::ConnectLogin(provider) => {
                    view! { <ConnectLogin provider room/> }.into_any()
                }
                Doing::Confirm(question) => view! { <Confirm room question/> }.into_any(),
            })}
        </Dialog>
    }
}

/// *Cancel*, which closes the dialog.
#[component]
pub(super) fn Cancel(room: Room) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button type="button" class="button text" on:click=move |_| room.close()>
            {td_string!(locale, profile.cancel)}
        </button>
    }
}
