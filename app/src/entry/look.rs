//! A company's own colours. State colours are never a company's to change.

use leptos::prelude::*;

use crate::{colour, wire::Company};

/// The company's colours for the whole document, in a `style` element that the document's content
/// security policy knows by its nonce. Documents never change company, so the server
/// writes it and the browser leaves it as it is.
#[component]
pub fn CompanyLook(company: Company) -> impl IntoView {
    let css = if cfg!(feature = "ssr") {
        css(company.brand.as_deref(), company.accent.as_deref())
    } else {
        String::new()
    };
    view! { <style nonce=use_nonce() inner_html=css></style> }
}

fn css(brand: Option<&str>, accent: Option<&str>) -> String {
    let properties: String = properties(brand, accent)
        .into_iter()
        .map(|(name, value)| format!("{name}:{value};"))
        .collect();
    // More specific than the style sheet's own `:root` in either scheme.
    format!("html:root{{{properties}}}")
}

/// What a company's colours make of the style sheet's properties; what is no colour makes nothing of them.
pub(crate) fn properties(brand: Option<&str>, accent: Option<&str>) -> Vec<(&'static str, String)> {
    let mut made = Vec::new();
    if let Some(brand) = brand.and_then(colour::rgb) {
        let (light, dark) = (colour::on_light(brand), colour::on_dark(brand));
        made.push(("--brand", colour::hex(brand)));
        made.push(("--on-brand", colour::readable_on(brand).to_owned()));
        // A brand that suits the panel may be lost as a line on the ground.
        if light != brand || dark != brand {
            let mark = format!("light-dark({},{})", colour::hex(light), colour::hex(dark));
            made.push(("--mark", mark));
        }
    }
    if let Some(accent) = accent.and_then(colour::rgb) {
        made.push(("--accent", colour::hex(accent)));
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_reach_the_style_sheet() {
        assert_eq!(css(Some("red;}body{display:none"), None), "html:root{}");
        assert_eq!(css(Some("#12345"), Some("#+1+1+1")), "html:root{}");
        assert_eq!(
            css(Some("#0b7d69"), Some("#FFB000")),
            "html:root{--brand:#0b7d69;--on-brand:#fff;--accent:#ffb000;}"
        );
    }

    #[test]
    fn marks_of_a_dark_brand_are_lighter_in_the_dark() {
        let css = css(Some("#000000"), None);
        assert!(
            css.starts_with(
                "html:root{--brand:#000000;--on-brand:#fff;--mark:light-dark(#000000,#"
            )
        );
    }
}
