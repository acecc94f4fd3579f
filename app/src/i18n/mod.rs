//! Every text that people read, in every language, checked when the program is compiled.
//!
//! The texts themselves are in `locales/<language>/<place>.json`. A document has one language: a
//! change of language loads the document anew, so the locale is a plain value, not a signal:
//!
//! ```ignore
//! let locale = use_locale();
//! view! { <h1>{td_string!(locale, entry.find_heading)}</h1> }
//! ```

mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}
mod event;
mod moment;
#[cfg(test)]
mod parity;
mod problem;

pub use event::{event_group_text, event_text};
pub use generated::i18n::Locale;
pub use leptos_i18n::{Locale as Language, td_string};
pub use moment::{day_of, moment, time_of, timer};
pub(crate) use problem::bring_texts;
pub use problem::{
    around, duration, error_text, problem_text, reference_worth_telling, sso_failure_text,
};

use leptos::prelude::*;

/// The document's language.
pub fn use_locale() -> Locale {
    use_context::<Locale>().unwrap_or_default()
}

/// The locale for a language tag, `de` for `de-CH`; the default one for languages we lack.
pub fn locale_for(tag: &str) -> Locale {
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    language.parse().unwrap_or_default()
}

/// Every language that Callgate speaks, each by its own name.
pub fn languages() -> impl Iterator<Item = (&'static str, String)> {
    Locale::get_all().iter().map(|locale| {
        (
            locale.as_str(),
            td_string!(*locale, common.language_name).to_string(),
        )
    })
}
