//! The style sheets, each with all that it imports in one small file, and the pictures they name: `style/main.css` for
//! every page, `style/work.css` for what people see once they are signed in.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::dependencies::{Dependency, DependencyOptions};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use super::{Files, Manifest, add};
use crate::workspace::root;

pub(super) fn build() -> Result<(Manifest, Files)> {
    let mut files = Files::new();
    let mut sheet = |source: &str, name: &str| -> Result<String> {
        let css = bundle(&root().join(source), &mut files)?;
        Ok(add(&mut files, name, "css", css.into_bytes()))
    };
    let manifest = Manifest {
        css: sheet("style/main.css", "callgate")?,
        work: sheet("style/work.css", "work")?,
        ..Manifest::default()
    };
    Ok((manifest, files))
}

/// Modern CSS goes out as it is written: nesting, layers and the like need no older spelling.
fn bundle(main: &Path, files: &mut Files) -> Result<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(main)
        .map_err(|error| anyhow!("style: {error}"))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("style: {error}"))?;
    let printed = sheet.to_css(PrinterOptions {
        minify: true,
        analyze_dependencies: Some(DependencyOptions {
            remove_imports: false,
        }),
        ..PrinterOptions::default()
    })?;
    let mut css = printed.code;
    for dependency in printed.dependencies.unwrap_or_default() {
        let Dependency::Url(named) = dependency else {
            continue;
        };
        let address = picture(&named.url, Path::new(&named.loc.file_path), files)?;
        css = css.replace(&named.placeholder, &address);
    }
    Ok(css)
}

/// The address of a file that a style sheet names relative to itself; other addresses stay.
fn picture(url: &str, sheet: &Path, files: &mut Files) -> Result<String> {
    if url.starts_with(['/', '#']) || url.contains(':') {
        return Ok(url.to_owned());
    }
    let path = sheet.with_file_name(url);
    let content = std::fs::read(&path)
        .with_context(|| format!("{} names {url}, which cannot be read", sheet.display()))?;
    let part = |name: Option<&std::ffi::OsStr>| {
        name.and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned()
    };
    Ok(add(
        files,
        &part(path.file_stem()),
        &part(path.extension()),
        content,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_become_one_sheet_with_the_layers_in_order_and_hashed_pictures() {
        let folder = std::env::temp_dir().join(format!("callgate-style-{}", std::process::id()));
        let write = |name: &str, content: &str| std::fs::write(folder.join(name), content).unwrap();
        std::fs::create_dir_all(folder.join("fields")).unwrap();
        write(
            "main.css",
            "@layer base, fields; @import \"fields/all.css\" layer(fields); @import \"base.css\" layer(base);",
        );
        write("base.css", "body { margin: 0px }");
        write(
            "fields/all.css",
            "input { background: url(eye.svg), url(data:image/png,x); &:focus { outline: 0 } }",
        );
        write("fields/eye.svg", "<svg/>");

        let mut files = Files::new();
        let css = bundle(&folder.join("main.css"), &mut files).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();

        let name = files.keys().next().expect("the picture is among the files");
        assert!(name.starts_with("eye.") && name.ends_with(".svg"), "{name}");
        assert_eq!(
            css,
            format!(
                "@layer base{{body{{margin:0}}}}@layer fields{{input{{background:url(\"/assets/{name}\"),\
                 url(\"data:image/png,x\");&:focus{{outline:0}}}}}}"
            )
        );
    }

    #[test]
    fn a_layer_whose_rules_come_with_another_sheet_keeps_its_place() {
        let folder = std::env::temp_dir().join(format!("callgate-layers-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let main = folder.join("main.css");
        let written = "@layer base, work, states; @layer states { a { top: 0 } } @layer base { a { top: 1px } }";
        std::fs::write(&main, written).unwrap();
        let css = bundle(&main, &mut Files::new()).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            css,
            "@layer base{a{top:1px}}@layer work;@layer states{a{top:0}}"
        );
    }
}
