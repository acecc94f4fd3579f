//! The mail as people would get it.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};
use crate::wire::{MailPreview, WelcomeStyle};

#[component]
pub(super) fn Preview(
    previews: RwSignal<Vec<MailPreview>>,
    welcome: RwSignal<WelcomeStyle>,
) -> impl IntoView {
    let locale = use_locale();
    let mail = Memo::new(move |_| {
        let wanted = welcome.get();
        previews.with(|previews| {
            let found = previews.iter().find(|mail| mail.welcome == wanted);
            found.cloned()
        })
    });
    view! {
        <section class="letter" aria-labelledby="letter-title">
            <h2 id="letter-title">{td_string!(locale, invitation.preview)}</h2>
            <p class="hint">{td_string!(locale, invitation.preview_hint)}</p>
            {move || mail.get().map(|mail| view! {
                <div lang=mail.language>
                    <p class="subject">{mail.subject}</p>
                    <p class="words">{mail.text}</p>
                </div>
            })}
        </section>
    }
    .into_any()
}
