//! A company's own colours. State colours are never a company's to change.

use leptos::prelude::*;

use crate::wire::Company;

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
    let mut css = String::new();
    if let Some((brand, rgb)) = brand.and_then(colour) {
        let on = readable_on(rgb);
        css.push_str(&format!("--brand:{brand};--on-brand:{on};"));
    }
    if let Some((accent, _)) = accent.and_then(colour) {
        css.push_str(&format!("--accent:{accent};"));
    }
    // More specific than the style sheet's own `:root` in either scheme.
    format!("html:root{{{css}}}")
}

/// `#rrggbb` and nothing else: the text goes into a style sheet.
fn colour(text: &str) -> Option<(&str, [u8; 3])> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let mut rgb = [0; 3];
    for (index, part) in rgb.iter_mut().enumerate() {
        let pair = &digits[index * 2..index * 2 + 2];
        if !pair.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        *part = u8::from_str_radix(pair, 16).ok()?;
    }
    Some((text, rgb))
}

/// Black or white, whichever stands out more (WCAG 2.2 contrast ratio).
fn readable_on(rgb: [u8; 3]) -> &'static str {
    let luminance = luminance(rgb);
    let on_white = 1.05 / (luminance + 0.05);
    let on_black = (luminance + 0.05) / 0.05;
    if on_white >= on_black { "#fff" } else { "#000" }
}

/// Relative luminance (WCAG 2.2).
fn luminance(rgb: [u8; 3]) -> f32 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_reach_the_style_sheet() {
        assert_eq!(css(Some("red;}body{display:none"), None), "html:root{}");
        assert_eq!(css(Some("#12345"), Some("#+1+1+1")), "html:root{}");
        assert_eq!(
            css(Some("#000000"), Some("#FFB000")),
            "html:root{--brand:#000000;--on-brand:#fff;--accent:#FFB000;}"
        );
    }

    #[test]
    fn text_on_the_brand_is_readable() {
        assert_eq!(readable_on([0, 0, 0]), "#fff");
        assert_eq!(readable_on([255, 176, 0]), "#000");
        assert_eq!(readable_on([31, 79, 163]), "#fff");
    }
}
