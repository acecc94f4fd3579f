//! Tells `http::assets` where the built web application lies, and builds the program anew when a release's files changed.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let manifest_dir = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let site = PathBuf::from(manifest_dir).join("../target/site");
    // A folder that is missing while this is compiled would never be looked into.
    fs::create_dir_all(&site).expect("target can be written to");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=SITE_FOLDER={}", site.display());
    // Development builds read the folder while they run; only what carries the files inside depends on them.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={}", site.display());
        if !site.join("manifest.json").exists() {
            println!(
                "cargo::warning=the web application is not built yet: run `cargo xtask build` to get both"
            );
        }
    }
}
