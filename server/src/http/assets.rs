//! The web application's files: style sheets, loader, program and chunks, as `cargo xtask site` built them.
//!
//! A release carries them inside; a development build reads `target/site`, so that a new site needs no new server.
//! Names hold the content's hash, so browsers keep the files for good. Not here: company logos, documents.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, LINK, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "$SITE_FOLDER"]
#[allow_missing = true]
struct Site;

type Content = Cow<'static, [u8]>;

const MANIFEST: &str = "manifest.json";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The addresses of the files that a document loads, each beginning with `/assets/`.
///
/// All are empty as long as the site has not been built: pages then work as they do without scripts.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) css: String,
    /// The style sheet that signed-in people's pages load after `css`.
    pub(crate) work: String,
    /// The module that loads the program.
    pub(crate) js: String,
    pub(crate) wasm: String,
    /// What the pages after the first one need besides.
    pub(crate) later: Vec<String>,
    /// What the console needs besides.
    pub(crate) console: Vec<String>,
    /// What agents work with: the way in by Amazon Connect, the summary, the desk.
    #[serde(default)]
    pub(crate) agents: Vec<String>,
    /// The library of Amazon Connect, as its makers publish it.
    #[serde(default)]
    pub(crate) phone_library: String,
    /// Its licence and those of what it holds.
    #[serde(default)]
    pub(crate) phone_library_licence: String,
    /// What Security Settings need besides.
    #[serde(default)]
    pub(crate) profile: Vec<String>,
}

/// The manifest of the site that is served now.
pub(crate) fn manifest() -> &'static Manifest {
    static KNOWN: Mutex<Option<(Content, &'static Manifest)>> = Mutex::new(None);
    let current = embedded(MANIFEST).unwrap_or_default();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*known {
        Some((content, manifest)) if *content == current => manifest,
        _ => {
            // Once in a release; in development once for each new site, which is little enough to keep.
            let manifest: &'static Manifest = Box::leak(Box::new(parse(&current)));
            *known = Some((current, manifest));
            manifest
        }
    }
}

/// `GET /assets/{file}`
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(
        "/assets/{file}",
        get(async |Path(file): Path<String>, headers: HeaderMap| {
            let mut response = serve(&file, &headers, embedded);
            if let Some(link) = licence(&file, manifest()) {
                response.headers_mut().insert(LINK, link);
            }
            response
        }),
    )
}

/// Where the licence of what others made is to be read.
fn licence(name: &str, manifest: &Manifest) -> Option<HeaderValue> {
    let library = manifest.phone_library.strip_prefix("/assets/")?;
    let link = format!("<{}>; rel=\"license\"", manifest.phone_library_licence);
    (library == name).then(|| HeaderValue::try_from(link).ok())?
}

/// The picture on a browser's tab: an open gate.
pub(crate) async fn icon() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, include_str!("icon.svg"))
}

fn embedded(name: &str) -> Option<Content> {
    Site::get(name).map(|file| file.data)
}

fn parse(manifest: &[u8]) -> Manifest {
    if manifest.is_empty() {
        return Manifest::default();
    }
    serde_json::from_slice(manifest).unwrap_or_else(|error| {
        tracing::error!(%error, "the web application's manifest cannot be read");
        Manifest::default()
    })
}

fn serve(name: &str, headers: &HeaderMap, find: impl Fn(&str) -> Option<Content>) -> Response {
    // The manifest and the compressed copies are no files of their own.
    let hidden = name == MANIFEST || name.ends_with(".br") || name.ends_with(".gz");
    let Some(plain) = (!hidden).then(|| find(name)).flatten() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let packed = ENCODINGS
        .into_iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, suffix)| Some((encoding, find(&format!("{name}{suffix}"))?)));
    let common = [
        (CONTENT_TYPE, content_type(name)),
        (CACHE_CONTROL, FOREVER),
        (VARY, HeaderValue::from_static("accept-encoding")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    match packed {
        Some((encoding, content)) => {
            (common, [(CONTENT_ENCODING, encoding)], content).into_response()
        }
        None => (common, plain).into_response(),
    }
}

/// Content codings and the suffix of the copies made with them, smallest first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Whether the request takes this content coding (RFC 9110, 12.5.3): named itself, or else by `*`, and not with weight 0.
pub(super) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let weight = |wanted: &str| {
        headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .find_map(|choice| {
                let mut parts = choice.split(';').map(str::trim);
                let named = parts.next()?.eq_ignore_ascii_case(wanted);
                let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
                named.then(|| weight.unwrap_or(1.0_f32))
            })
    };
    weight(encoding)
        .or_else(|| weight("*"))
        .is_some_and(|weight| weight > 0.0)
}

fn content_type(name: &str) -> HeaderValue {
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let value = match guess.type_() {
        mime_guess::mime::TEXT => format!("{}; charset=utf-8", guess.essence_str()),
        _ => guess.essence_str().to_owned(),
    };
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str, accept: Option<&'static str>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        }
        serve(name, &headers, |name| {
            let content: &'static [u8] = match name {
                "a.0f.wasm" => b"wasm",
                "a.0f.wasm.br" => b"br",
                "a.0f.wasm.gz" => b"gz",
                "a.0f.js" => b"js",
                "manifest.json" => b"{}",
                _ => return None,
            };
            Some(Cow::Borrowed(content))
        })
    }

    fn header(response: &Response, name: axum::http::HeaderName) -> Option<&str> {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().expect("headers are ASCII"))
    }

    #[test]
    fn the_smallest_accepted_copy_is_sent() {
        for (accept, encoding) in [
            (Some("gzip, deflate, br, zstd"), Some("br")),
            (Some("BR"), Some("br")),
            (Some("gzip"), Some("gzip")),
            (Some("gzip;q=1.0, br;q=0"), Some("gzip")),
            (Some("*"), Some("br")),
            (Some("br;q=0, *;q=0.5"), Some("gzip")),
            (Some("*;q=0"), None),
            (Some("identity"), None),
            (Some(""), None),
            (None, None),
        ] {
            let response = ask("a.0f.wasm", accept);
            assert_eq!(
                header(&response, CONTENT_ENCODING),
                encoding,
                "for {accept:?}"
            );
            assert_eq!(
                header(&response, VARY),
                Some("accept-encoding"),
                "for {accept:?}"
            );
        }
    }

    #[test]
    fn a_file_without_copies_is_sent_as_it_is() {
        let response = ask("a.0f.js", Some("br, gzip"));
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, CONTENT_ENCODING), None);
    }

    #[test]
    fn files_are_typed_and_kept_for_good() {
        for (name, kind) in [
            ("a.0f.wasm", "application/wasm"),
            ("a.0f.js", "text/javascript; charset=utf-8"),
        ] {
            let response = ask(name, Some("br"));
            assert_eq!(header(&response, CONTENT_TYPE), Some(kind));
            assert_eq!(
                header(&response, CACHE_CONTROL),
                Some("public, max-age=31536000, immutable")
            );
            assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
        }
    }

    #[test]
    fn what_others_made_names_its_licence() {
        let manifest = Manifest {
            phone_library: "/assets/c.0a.js".to_owned(),
            phone_library_licence: "/assets/l.0b.txt".to_owned(),
            ..Manifest::default()
        };
        let link = licence("c.0a.js", &manifest).expect("is linked");
        assert_eq!(link, "</assets/l.0b.txt>; rel=\"license\"");
        assert_eq!(licence("a.0f.js", &manifest), None);
        assert_eq!(licence("", &Manifest::default()), None);
    }

    #[test]
    fn only_files_with_a_name_of_their_own_are_found() {
        for name in [
            "manifest.json",
            "a.0f.wasm.br",
            "a.0f.wasm.gz",
            "b.0f.js",
            "../Cargo.toml",
            "",
        ] {
            let response = ask(name, Some("br"));
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "for {name:?}");
            assert_eq!(header(&response, CACHE_CONTROL), None, "for {name:?}");
        }
    }

    #[test]
    fn the_manifest_is_read_as_the_site_build_writes_it() {
        let written = br#"{"css":"/assets/a.01.css","work":"/assets/w.07.css","js":"/assets/a.02.js","wasm":"/assets/a.03.wasm","later":["/assets/l.05.wasm"],"console":["/assets/c.04.wasm"],"profile":["/assets/p.06.wasm"]}"#;
        let manifest = parse(written);
        assert_eq!(manifest.css, "/assets/a.01.css");
        assert_eq!(manifest.work, "/assets/w.07.css");
        assert_eq!(manifest.later, ["/assets/l.05.wasm"]);
        assert_eq!(manifest.console, ["/assets/c.04.wasm"]);
        assert_eq!(manifest.profile, ["/assets/p.06.wasm"]);
        assert_eq!(parse(b""), Manifest::default());
        assert_eq!(parse(b"no manifest"), Manifest::default());
    }
}
