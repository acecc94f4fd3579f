//! The company's colours, and whether people can see what is shown in them.

use leptos::prelude::*;

use crate::colour::{self, MARK, Rgb};
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::TextField;

/// What is wrong with the colours as they are typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flaw {
    Brand,
    Accent,
    BrandFirst,
    /// The accent is lost on the brand: how it stands out, and what would be seen.
    Lost(f32, Rgb),
}

/// The first flaw of two colours; empty is the built-in look.
pub(super) fn flaw(brand: &str, accent: &str) -> Option<Flaw> {
    let read = |text: &str| match text.trim() {
        "" => Ok(None),
        text => colour::rgb(text).map(Some).ok_or(()),
    };
    let (Ok(brand), accent) = (read(brand), read(accent)) else {
        return Some(Flaw::Brand);
    };
    match (brand, accent) {
        (_, Err(())) => Some(Flaw::Accent),
        (_, Ok(None)) => None,
        (None, Ok(Some(_))) => Some(Flaw::BrandFirst),
        (Some(brand), Ok(Some(accent))) => {
            let ratio = colour::contrast(brand, accent);
            (ratio < MARK).then(|| Flaw::Lost(ratio, colour::seen_on(accent, brand)))
        }
    }
}

#[component]
pub(super) fn Colours(brand: RwSignal<String>, accent: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    let flaw = Memo::new(move |_| brand.with(|brand| accent.with(|accent| flaw(brand, accent))));
    let wrong = move || td_string!(locale, settings.look.wrong_colour).to_owned();
    let brand_error = Signal::derive(move || (flaw.get() == Some(Flaw::Brand)).then(wrong));
    let accent_error = Signal::derive(move || match flaw.get()? {
        Flaw::Brand => None,
        Flaw::Accent => Some(wrong()),
        Flaw::BrandFirst => Some(td_string!(locale, settings.look.brand_first).to_owned()),
        Flaw::Lost(ratio, _) => Some(td_string!(
            locale,
            settings.look.accent_lost,
            ratio = told(locale, ratio)
        )),
    });
    let instead = move || match flaw.get()? {
        Flaw::Lost(_, seen) => {
            let seen = colour::hex(seen);
            let label = td_string!(locale, settings.look.use_instead, colour = seen.clone());
            let take = move |_| accent.set(seen.clone());
            Some(view! {
                <button type="button" class="button quiet" on:click=take>{label}</button>
            })
        }
        _ => None,
    };
    view! {
        <Colour
            label=td_string!(locale, settings.look.brand)
            id="company-brand"
            value=brand
            error=brand_error
            hint=td_string!(locale, settings.look.colour_hint)
        />
        <Colour
            label=td_string!(locale, settings.look.accent)
            id="company-accent"
            value=accent
            error=accent_error
            hint=td_string!(locale, settings.look.accent_hint)
        />
        {instead}
        <div role="status">
            <ul class="contrast">
                {move || brand.with(|brand| {
                    facts(locale, brand).into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view()
                })}
            </ul>
        </div>
    }
    .into_any()
}

/// A colour as text, with the browser's own picker beside it.
#[component]
fn Colour(
    label: &'static str,
    id: &'static str,
    value: RwSignal<String>,
    error: Signal<Option<String>>,
    hint: &'static str,
) -> impl IntoView {
    let locale = use_locale();
    let picked = move || {
        value.with(|value| colour::rgb(value.trim()).map_or("#0a6552".to_owned(), colour::hex))
    };
    view! {
        <div class="colour">
            <TextField label name=id value error hint autocomplete="off"/>
            <input
                type="color"
                class="needs-program"
                aria-label=td_string!(locale, settings.look.pick, what = label)
                prop:value=picked
                on:input:target=move |event| value.set(event.target().value())
            />
        </div>
    }
    .into_any()
}

/// What becomes of a brand colour, and why.
fn facts(locale: Locale, brand: &str) -> Vec<String> {
    let Some(brand) = colour::rgb(brand.trim()) else {
        return Vec::new();
    };
    let white = colour::readable_on(brand) == "#fff";
    let ink = if white { [255; 3] } else { [0; 3] };
    let ratio = told(locale, colour::contrast(brand, ink));
    let mut facts = vec![if white {
        td_string!(locale, settings.look.text_white, ratio = ratio)
    } else {
        td_string!(locale, settings.look.text_black, ratio = ratio)
    }];
    let (light, dark) = (colour::on_light(brand), colour::on_dark(brand));
    if light != brand {
        facts.push(td_string!(
            locale,
            settings.look.light_adjusted,
            colour = colour::hex(light),
            ratio = told(locale, colour::least_on_light(brand))
        ));
    }
    if dark != brand {
        facts.push(td_string!(
            locale,
            settings.look.dark_adjusted,
            colour = colour::hex(dark),
            ratio = told(locale, colour::least_on_dark(brand))
        ));
    }
    if light == brand && dark == brand {
        facts.push(td_string!(locale, settings.look.good).to_owned());
    }
    facts
}

/// One digit after the point, never rounded up to what is needed, but for what floating point lost.
fn told(locale: Locale, ratio: f32) -> String {
    let text = format!("{:.1}", (ratio * 10.0 + 0.01).floor() / 10.0);
    match locale {
        Locale::de => text.replace('.', ","),
        Locale::en => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_is_seen_on_its_brand_or_replaced() {
        assert_eq!(flaw("", ""), None);
        assert_eq!(flaw("#1f4fa8", "#9cc4ff"), None);
        assert_eq!(flaw("blue", ""), Some(Flaw::Brand));
        assert_eq!(flaw("#1f4fa8", "#9cc4f"), Some(Flaw::Accent));
        assert_eq!(flaw("", "#9cc4ff"), Some(Flaw::BrandFirst));
        let Some(Flaw::Lost(ratio, seen)) = flaw("#1f4fa8", "#2a5fbf") else {
            panic!("nobody sees that");
        };
        assert!(ratio < MARK);
        assert_eq!(flaw("#1f4fa8", &colour::hex(seen)), None);
    }

    #[test]
    fn what_becomes_of_a_brand_is_told_with_numbers() {
        assert_eq!(
            facts(Locale::en, "#0b7d69"),
            [
                "Text on the brand colour is white: 5.0 to 1.",
                "The brand colour can be seen on the light and the dark look."
            ]
        );
        let black = facts(Locale::de, "#000000");
        assert!(black[0].contains("weiß: 21,0 zu 1"), "{black:?}");
        assert!(black[1].contains("dunklen"), "{black:?}");
        assert_eq!(facts(Locale::en, "nothing"), [""; 0]);
    }
}
