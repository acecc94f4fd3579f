//! Pages that are not the application: made by the server alone, without scripts, for people who
//! build and run things.

use std::fmt::{self, Display, Write};

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};

/// A page that was made once or for one request.
pub(crate) type Page = ([(header::HeaderName, HeaderValue); 1], Html<String>);

/// Where [`stylesheet`] is served.
pub(crate) const STYLESHEET: &str = "/api/docs.css";

/// Text within HTML, in elements and in quoted attributes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Writes more HTML.
pub(crate) fn put(html: &mut String, words: fmt::Arguments<'_>) {
    html.write_fmt(words)
        .expect("writing to a string does not fail");
}

/// A whole document; `body` is HTML, `refresh` the seconds after which the browser loads it again.
pub(crate) fn document(title: &str, refresh: Option<u32>, body: &str) -> Page {
    let refresh = refresh
        .map(|s| format!("<meta http-equiv=\"refresh\" content=\"{s}\">"))
        .unwrap_or_default();
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
         <title>{}</title><link rel=\"stylesheet\" href=\"{STYLESHEET}\"></head>\
         <body>{body}</body></html>",
        Escaped(title)
    );
    (
        [(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(policy),
        )],
        Html(html),
    )
}

pub(crate) async fn stylesheet() -> Response {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], include_str!("plain.css")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        let text = Escaped("<b a=\"1\" c='2'>&").to_string();
        assert_eq!(text, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    }
}
