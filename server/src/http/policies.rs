//! What a document may load, run, frame and let others do: our own files, what carries this answer's nonce, and the one
//! phone of its company (SECURITY 18). Not here: the headers of answers that are no documents, in `guard`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What every answer denies. What a document allows stands beside it.
macro_rules! denied {
    () => {
        "camera=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"
    };
}
pub(super) use denied;

/// Sets a document's policies. `phone` is the origin of its company's phone, serialised from a parsed address.
pub(super) fn set(headers: &mut HeaderMap, nonce: &str, phone: Option<&str>) {
    for (name, policy) in [
        (header::CONTENT_SECURITY_POLICY, content(nonce, phone)),
        (
            HeaderName::from_static("permissions-policy"),
            permissions(phone),
        ),
    ] {
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(name, policy);
        }
    }
}

fn content(nonce: &str, phone: Option<&str>) -> String {
    let frames = phone.unwrap_or("'none'");
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; frame-src {frames}; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// The phone hears the person in its frame, and this page tests their headset.
fn permissions(phone: Option<&str>) -> String {
    let hears = match phone {
        Some(origin) => format!("self \"{origin}\""),
        None => "self".to_owned(),
    };
    format!(
        concat!(
            denied!(),
            ", microphone=({hears}), speaker-selection=(self)"
        ),
        hears = hears
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_companys_phone_and_no_other() {
        let mut headers = HeaderMap::new();
        set(&mut headers, "n0", Some("https://acme.my.connect.aws"));
        let content = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap_or_default();
        assert!(
            content.contains("; frame-src https://acme.my.connect.aws; "),
            "{content}"
        );
        assert!(content.contains("'nonce-n0'"), "{content}");
        let allowed = headers["permissions-policy"].to_str().unwrap_or_default();
        assert!(
            allowed.contains("microphone=(self \"https://acme.my.connect.aws\")"),
            "{allowed}"
        );

        set(&mut headers, "n1", None);
        let content = headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap_or_default();
        assert!(content.contains("; frame-src 'none'; "), "{content}");
        let allowed = headers["permissions-policy"].to_str().unwrap_or_default();
        assert!(allowed.contains("microphone=(self)"), "{allowed}");
    }
}
