//! Turns `locales/<language>/<place>.json` into the module behind `app::i18n`. A new language is a
//! new folder, a new place is a new file in every folder; nothing else changes.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos, options::CodegenOptions};

/// Missing texts and people whose language we do not speak fall back to this one.
const DEFAULT: &str = "en";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let locales = root.join("locales");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", locales.display());

    let languages = names(&locales)?;
    let places = names(&locales.join(DEFAULT))?;
    let config = Config::new(DEFAULT)?
        .add_locales(languages.iter().filter(|name| *name != DEFAULT))?
        .add_namespaces(&places)?
        .locales_path("locales")
        .parse_options(ParseOptions::new().interpolate_display(true));

    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    translations.rerun_if_locales_changed();

    // Written by a generator, so our own lints do not apply.
    let attributes = "#![allow(clippy::all, clippy::allow_attributes, unused_imports, dead_code, unreachable_pub)]".parse()?;
    let options = CodegenOptions::default().top_level_attributes(Some(attributes));
    let target = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    translations.generate_i18n_module_with_options(target, options)?;
    Ok(())
}

/// The names in a folder without their endings, sorted so that builds are alike.
fn names(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
