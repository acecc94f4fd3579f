//! An authenticator app that is being added: what it scans, or what is typed into it.

use leptos::prelude::*;

use crate::i18n::{td_string, use_locale};
use crate::ui::CopyButton;
use crate::wire::AppSetup;

/// The QR code, the secret to type, and a link for the phone that shows this page itself.
#[component]
pub(crate) fn AppToAdd(setup: AppSetup) -> impl IntoView {
    let locale = use_locale();
    let AppSetup { qr, secret, uri } = setup;
    view! {
        <div class="app-to-add">
            // An SVG element that the server made: no scripts, no styles.
            <div
                class="qr"
                role="img"
                aria-label=td_string!(locale, two_factor.qr)
                inner_html=qr
            ></div>
            <div class="stack">
                <p>{td_string!(locale, two_factor.scan)}</p>
                <p class="on-phone">
                    <a class="button quiet" href=uri rel="external">
                        {td_string!(locale, two_factor.open_app)}
                    </a>
                </p>
                <p>
                    {td_string!(locale, two_factor.type_secret)}
                    " "
                    <code class="secret">{grouped(&secret)}</code>
                </p>
                <CopyButton text=secret label=td_string!(locale, two_factor.copy_secret)/>
            </div>
        </div>
    }
    .into_any()
}

/// In groups of four, as people type it.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters.chunks(4).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn secrets_stand_in_groups_of_four() {
        assert_eq!(grouped("GEZDGNBVGY3T"), "GEZD GNBV GY3T");
        assert_eq!(grouped("GEZDGN"), "GEZD GN");
        assert_eq!(grouped(""), "");
    }
}
