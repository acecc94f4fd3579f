//! Puts the loader of the program and the loader of its chunks into one module.
//!
//! wasm-bindgen writes the first and the splitter the second, each importing the other. In one file they need one
//! request instead of two, and no name that depends on itself through a hash.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// What the splitter's module begins with; the function is in the same file afterwards.
const IMPORTS_MAIN: &str = "import { initSync } from ";

/// `main` with `links` in the place of its imports of the module `name`.
pub(super) fn join(main: &str, links: &str, name: &str) -> Result<String> {
    let mut body = String::new();
    let mut exported = Vec::new();
    for line in links.lines().filter(|line| !line.starts_with(IMPORTS_MAIN)) {
        let local = line.strip_prefix("export ").unwrap_or(line);
        if let Some((constant, _)) = local
            .strip_prefix("const ")
            .and_then(|rest| rest.split_once(" = "))
            && local != line
        {
            exported.push(constant);
        }
        body.push_str(local);
        body.push('\n');
    }
    if body.contains("import {") || body.contains("import *") {
        bail!(
            "the splitter's loader imports more than the program's, which this build does not know"
        );
    }
    let exported = exported.join(", ");
    let mut joined =
        format!("const callgateLinks = (() => {{\n{body}return {{ {exported} }};\n}})();\n");

    let from_links = format!(" from \"{name}\"");
    for line in main.lines() {
        match line
            .trim_end_matches(';')
            .strip_suffix(&from_links)
            .and_then(|line| line.strip_prefix("import * as "))
        {
            Some(import) => joined.push_str(&format!("const {import} = callgateLinks;\n")),
            None if line.starts_with("import ") => {
                bail!("the program's loader has an import that this build does not know: {line}")
            }
            None => {
                joined.push_str(line);
                joined.push('\n');
            }
        }
    }
    Ok(joined)
}

/// The loader, fetching a chunk from the file that `address` ends with.
pub(super) fn rename(js: &str, chunk: &str, address: &str) -> Result<String> {
    let old = format!("\"./{chunk}.wasm\"");
    if !js.contains(&old) {
        bail!("nothing loads the chunk {chunk}");
    }
    let file = address.rsplit('/').next().unwrap_or(address);
    Ok(js.replace(&old, &format!("\"./{file}\"")))
}

/// The loader without the exported classes whose names begin like that, and without what finalises them. Refuses when
/// something else in the loader uses them.
pub(super) fn without_classes(js: &str, name: &str) -> Result<String> {
    let begins = [format!("export class {name}"), format!("const {name}")];
    // The lines with which a class and what finalises it end.
    let ends = [
        format!("if (Symbol.dispose) {name}"),
        ": new FinalizationRegistry".to_owned(),
    ];
    let mut kept = String::new();
    let mut lines = js.lines();
    while let Some(line) = lines.next() {
        match begins.iter().position(|begin| line.starts_with(begin)) {
            Some(which) => {
                if !lines.any(|line| line.starts_with(&ends[which])) {
                    bail!("{name} ends in a way that this build does not know");
                }
            }
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    if kept.contains(name) {
        bail!("the loader uses {name}, which this build takes for unused");
    }
    Ok(kept)
}

/// The loader, giving the program its imports by their places in a list instead of by their `names`, whose places are
/// the values. Of all that the loader holds, names were the most.
pub(super) fn with_places(js: &str, names: &BTreeMap<String, usize>) -> Result<String> {
    const BEGIN: &str = "const import0 = {";
    let mut given: BTreeMap<usize, String> = BTreeMap::new();
    let (mut before, mut after) = (String::new(), String::new());
    let mut within = None;
    let mut lines = js.lines().peekable();
    for line in lines.by_ref() {
        if line.trim() == BEGIN {
            break;
        }
        before.push_str(line);
        before.push('\n');
    }
    while let Some(line) = lines.next() {
        let ends =
            line.trim() == "};" && lines.peek().is_some_and(|next| next.trim() == "return {");
        if ends {
            break;
        }
        let name = line.trim_start().split_once(": ");
        match name.and_then(|(name, rest)| Some((*names.get(name)?, rest))) {
            Some((place, rest)) => {
                given.insert(place, format!("{rest}\n"));
                within = Some(place);
            }
            None => {
                if let Some(body) = within.and_then(|place| given.get_mut(&place)) {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    for line in lines {
        after.push_str(line);
        after.push('\n');
    }
    if given.len() != names.len() || given.keys().copied().ne(0..names.len()) {
        bail!(
            "the program has {} imports, of which the loader gives {}",
            names.len(),
            given.len()
        );
    }
    let given: String = given.into_values().collect();
    Ok(format!("{before}const import0 = [\n{given}];\n{after}"))
}

/// The loader without what wasm-bindgen tells those who serve or start a program in ways that this one never is.
pub(super) fn without_advice(js: &str) -> String {
    let kept = js.lines().map(|line| {
        let told = line.trim_start();
        let is_advice = ["console.warn('", "console.warn(\""]
            .iter()
            .any(|begin| told.starts_with(begin));
        format!("{}\n", if is_advice { "" } else { line })
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: &str = "import { initSync } from \"./main.js\";\n\nfunction makeLoad(fetcher) {}\nexport const __load_a = makeLoad(() => {\n    fetch(new URL(\"./split_a_1.wasm\", import.meta.url));\n});\n";

    #[test]
    fn the_chunks_loader_takes_the_place_of_its_import() {
        let main = "import * as import1 from \"./links.js\"\n\nfunction initSync() {}\nimports = { \"./links.js\": import1 };\n";
        assert_eq!(
            join(main, LINKS, "./links.js").unwrap(),
            "const callgateLinks = (() => {\n\nfunction makeLoad(fetcher) {}\nconst __load_a = makeLoad(() => {\n    \
             fetch(new URL(\"./split_a_1.wasm\", import.meta.url));\n});\nreturn { __load_a };\n})();\n\
             const import1 = callgateLinks;\n\nfunction initSync() {}\nimports = { \"./links.js\": import1 };\n"
        );
    }

    #[test]
    fn unused_classes_go_and_used_ones_are_refused() {
        let js = "export class UnusedSink {\nfree() {\n}\n}\n\
                  if (Symbol.dispose) UnusedSink.prototype[Symbol.dispose] = UnusedSink.prototype.free;\n\
                  const UnusedSinkFinalization = (typeof FinalizationRegistry === 'undefined')\n\
                  ? { register: () => {} }\n\
                  : new FinalizationRegistry(ptr => wasm.free(ptr, 1));\n\
                  start();\n";
        assert_eq!(without_classes(js, "Unused").unwrap(), "start();\n");
        let used = format!("{js}UnusedSink.from(1);\n");
        assert!(without_classes(&used, "Unused").is_err());
    }

    #[test]
    fn every_import_is_given_by_its_place() {
        let names = |names: &[(&str, usize)]| {
            let places = names.iter().map(|(name, place)| (name.to_string(), *place));
            BTreeMap::from_iter(places)
        };
        let js = "function imports() {\n  const import0 = {\n    __proto__: null,\n    \
                  __wbg_now_0a: function() {\nreturn __wbg_now_0a;\n},\n    __wbg_then_0b: function() {\n};\n},\n  };\n  \
                  return {\n    \"./main_bg.js\": import0,\n";
        assert_eq!(
            with_places(js, &names(&[("__wbg_now_0a", 1), ("__wbg_then_0b", 0)])).unwrap(),
            "function imports() {\nconst import0 = [\nfunction() {\n};\n},\nfunction() {\nreturn __wbg_now_0a;\n},\n];\n  \
             return {\n    \"./main_bg.js\": import0,\n"
        );
        assert!(with_places(js, &names(&[("__wbg_now_0a", 0), ("__wbg_else_0b", 1)])).is_err());
    }

    #[test]
    fn advice_for_others_goes() {
        let js =
            "if (old) {\n  console.warn('using deprecated parameters')\n}\nconsole.warn(arg0);\n";
        assert_eq!(without_advice(js), "if (old) {\n\n}\nconsole.warn(arg0);\n");
    }

    #[test]
    fn an_unknown_import_is_refused() {
        let error = join("import { x } from \"./other.js\";\n", LINKS, "./links.js").unwrap_err();
        assert!(error.to_string().contains("./other.js"), "{error}");
    }

    #[test]
    fn chunks_are_fetched_by_their_new_names() {
        let js = rename(LINKS, "split_a_1", "/assets/a.01.wasm").unwrap();
        assert!(
            js.contains("new URL(\"./a.01.wasm\", import.meta.url)"),
            "{js}"
        );
        assert!(rename(LINKS, "split_b_2", "/assets/b.02.wasm").is_err());
    }
}
