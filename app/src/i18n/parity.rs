//! Every language says everything: same files, same keys, same placeholders, no empty text.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

/// Key, as `file.key`, to its placeholders.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn locales() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder of locales");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.into_string().expect("a plain name"))
        .collect()
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split("{{").skip(1);
    parts
        .filter_map(|part| part.split_once("}}"))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

fn collect(prefix: &str, value: &Value, keys: &mut Keys) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(&format!("{prefix}.{name}"), value, keys);
            }
        }
        Value::String(text) => {
            assert!(!text.trim().is_empty(), "{prefix} is empty");
            keys.insert(prefix.to_owned(), placeholders(text));
        }
        _ => panic!("{prefix} is not a text"),
    }
}

fn keys_of(language: &str) -> Keys {
    let folder = locales().join(language);
    let mut keys = Keys::new();
    for file in names(&folder) {
        let text = fs::read_to_string(folder.join(&file)).expect("a readable file");
        let value = serde_json::from_str(&text).expect("JSON");
        collect(file.trim_end_matches(".json"), &value, &mut keys);
    }
    keys
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let english = keys_of("en");
    for language in names(&locales()) {
        let keys = keys_of(&language);
        for (key, placeholders) in &english {
            assert_eq!(keys.get(key), Some(placeholders), "{key} in {language}");
        }
        let extra: Vec<_> = keys
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        assert!(
            extra.is_empty(),
            "{language} has keys that English lacks: {extra:?}"
        );
    }
}

#[test]
fn people_never_read_our_own_words() {
    for language in names(&locales()) {
        let folder = locales().join(&language);
        for file in names(&folder) {
            let text = fs::read_to_string(folder.join(&file)).expect("a readable file");
            let value: BTreeMap<String, Value> = serde_json::from_str(&text).expect("JSON");
            for (key, value) in value {
                let said = value.to_string().to_lowercase();
                // Seed 002 fixes the words of two warnings about login attempts.
                let said = said.replace("login attempt", "");
                // "Two-factor" is the name that people know from other products.
                let said = said.replace("two-factor", "").replace("two_factor", "");
                // What administrators have to look for at Microsoft.
                let said = said.replace("id token", "").replace("id-token", "");
                for word in [
                    "invalid", "oops", "ccp", "factor", "attempt", "enrol", "token",
                ] {
                    assert!(
                        !said.contains(word),
                        "{language}/{file} {key} says {word:?}"
                    );
                }
            }
        }
    }
}
