//! The browser's program: compiled, split at its lazy routes, bound to JavaScript and made small.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::{Files, Manifest, Profile, add, loader};
use crate::machine;
use crate::workspace::{cargo, command, root, run, target_dir};

/// What the splitter and wasm-bindgen call each other until their modules are put together.
const LINKS: &str = "./links.js";
const MAIN: &str = "./main.js";

/// wasm-streams exports classes by which JavaScript reads what Rust streams. leptos brings it along for server
/// functions, of which there are none, and what is exported the optimiser has to keep.
const UNUSED_CLASSES: &str = "IntoUnderlying";
const UNUSED_EXPORTS: &str = "intounderlying";

pub(super) fn build(profile: Profile) -> Result<(Manifest, Files)> {
    let compiled = compile(profile)?;
    let work = root()
        .join("target/site-parts")
        .join(profile.name())
        .join("work");
    if work.exists() {
        std::fs::remove_dir_all(&work)?;
    }
    std::fs::create_dir_all(&work)?;

    let main = work.join("main.wasm");
    let split = split(&compiled, &work, &main)?;
    let mut js = bind(&main, profile)?;
    js = loader::join(&js, &std::fs::read_to_string(work.join(LINKS))?, LINKS)?;

    let chunks: Vec<PathBuf> = split.split_modules;
    if profile == Profile::Release {
        shrink(chunks.iter().chain([&main]))?;
    }

    // Leaves first: a chunk's name goes into the loader before the loader is named.
    let mut files = Files::new();
    let mut addresses = Vec::new();
    for chunk in &chunks {
        let stem = stem(chunk)?;
        let address = add(&mut files, label(stem), "wasm", std::fs::read(chunk)?);
        js = loader::rename(&js, stem, &address)?;
        addresses.push((stem.to_owned(), address));
    }
    if profile == Profile::Release {
        js = minify(&js, &work)?;
    }
    let needs = |route: &str| -> Result<Vec<String>> {
        let found = split
            .prefetch_map
            .iter()
            .filter(|(name, _)| name.trim_start_matches('_').starts_with(route));
        let mut needed = Vec::new();
        for stem in found.flat_map(|(_, needs)| needs) {
            let found = addresses.iter().find(|(known, _)| known == stem);
            let (_, address) =
                found.with_context(|| format!("{route} needs {stem}, which does not exist"))?;
            needed.push(address.clone());
        }
        needed.sort();
        needed.dedup();
        Ok(needed)
    };
    let (later, console, profile) = (needs("later")?, needs("console")?, needs("profile")?);
    let agents = needs("agents")?;
    let wasm = add(&mut files, "callgate", "wasm", std::fs::read(&main)?);
    let js = add(&mut files, "callgate", "js", js.into_bytes());
    Ok((
        Manifest {
            js,
            wasm,
            later,
            console,
            profile,
            agents,
            ..Manifest::default()
        },
        files,
    ))
}

/// Relocations stay in for the splitter. The flag concerns the last link only, so nothing else is built twice.
fn compile(profile: Profile) -> Result<PathBuf> {
    machine::need_wasm_target()?;
    run(cargo().args([
        "rustc",
        "--package",
        "frontend",
        "--lib",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile.name(),
        "--",
        "-Clink-arg=--emit-relocs",
    ]))?;
    let folder = match profile {
        Profile::Development => "debug",
        Profile::Release => profile.name(),
    };
    Ok(target_dir()?
        .join("wasm32-unknown-unknown")
        .join(folder)
        .join("frontend.wasm"))
}

/// Takes what only lazy routes need out into chunks; leptos's `#[lazy]` and `#[lazy_route]` mark them.
fn split(compiled: &Path, work: &Path, main: &Path) -> Result<wasm_split_cli_support::SplitWasm> {
    let input = std::fs::read(compiled)?;
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = work;
    options.main_out_path = main;
    options.main_module = MAIN;
    options.link_name = LINKS;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("splitting failed: {error:?}"))
}

/// Writes the bound program over `main` and returns its loader.
fn bind(main: &Path, profile: Profile) -> Result<String> {
    let mut output = Bindgen::new()
        .input_path(main)
        .out_name("main")
        .web(true)?
        .typescript(false)
        // Chunks call into the main program through these, by their mangled names.
        .keep_lld_exports(true)
        .demangle(false)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate_output()?;
    let inline = output.snippets().values().any(|files| !files.is_empty());
    if inline || !output.local_modules().is_empty() {
        bail!("a dependency brings JavaScript files of its own, which this build does not carry");
    }
    let program = output.wasm_mut();
    let unused: Vec<_> = program
        .exports
        .iter()
        .filter(|export| export.name.contains(UNUSED_EXPORTS))
        .map(|export| export.id())
        .collect();
    for export in unused {
        program.exports.delete(export);
    }
    // wasm-bindgen's names end with hashes, which hardly compress and stand in both files.
    let mut names = BTreeMap::new();
    for import in program.imports.iter_mut() {
        if import.name.starts_with("__wb") {
            let place = names.len();
            names.insert(
                std::mem::replace(&mut import.name, place.to_string()),
                place,
            );
        }
    }
    std::fs::write(main, program.emit_wasm())?;
    let js = loader::without_classes(output.js(), UNUSED_CLASSES)?;
    Ok(loader::without_advice(&loader::with_places(&js, &names)?))
}

/// Binaryen's optimiser, where Node is there to install it.
fn shrink<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    if !machine::has_node() {
        println!(
            "Node is missing, so the program is built without wasm-opt: it works, but is about a fifth larger."
        );
        return Ok(());
    }
    let frontend = root().join("frontend");
    machine::need_npm_packages(&frontend)?;
    for file in files {
        run(command(frontend.join("node_modules/.bin/wasm-opt"))
            // The first kilobyte is the end of the stack, which nothing points at.
            .arg("--low-memory-unused")
            .args(["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"])
            .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
            .args(["--strip-debug", "--strip-producers"])
            // What rustc uses by default.
            .args([
                "--enable-bulk-memory",
                "--enable-nontrapping-float-to-int",
                "--enable-sign-ext",
            ])
            .args([
                "--enable-mutable-globals",
                "--enable-reference-types",
                "--enable-multivalue",
            ])
            .arg(file)
            .arg("-o")
            .arg(file))?;
    }
    Ok(())
}

/// The loader without what only people read, where Node is there to install the minifier.
fn minify(js: &str, work: &Path) -> Result<String> {
    if !machine::has_node() {
        return Ok(js.to_owned());
    }
    let (long, short) = (work.join("long.js"), work.join("short.js"));
    std::fs::write(&long, js)?;
    run(command(root().join("frontend/node_modules/.bin/esbuild"))
        .arg(&long)
        .args(["--minify", "--format=esm", "--log-level=error"])
        .arg(format!("--outfile={}", short.display())))?;
    Ok(std::fs::read_to_string(short)?)
}

fn stem(path: &Path) -> Result<&str> {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .context("a chunk has a name")
}

/// `split___console_route_view_8139…` is the chunk of `ConsoleRoute`; the number tells the place in the source.
fn label(stem: &str) -> &str {
    let Some(name) = stem.strip_prefix("split_") else {
        return stem;
    };
    match name.rsplit_once('_') {
        Some((label, number)) if number.chars().all(|c| c.is_ascii_digit()) => {
            label.trim_start_matches('_')
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn chunks_are_named_after_their_routes() {
        assert_eq!(
            label("split___console_route_view_81391"),
            "console_route_view"
        );
        assert_eq!(label("chunk_4"), "chunk_4");
    }
}
