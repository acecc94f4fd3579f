//! `/api/docs`: the OpenAPI document as a page, readable without the internet and without scripts.

use std::sync::LazyLock;

use app::wire::ProblemCode;
use axum::{Router, body::Bytes, http::header::CONTENT_TYPE, routing::get};
use serde_json::Value;

use super::plain::{Escaped, Page, STYLESHEET, document, put, stylesheet};

/// `GET /api/docs`, and the same for programs at `GET /api/v1/openapi.json`.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/api/docs", get(async || PAGE.clone()))
        .route(
            "/api/v1/openapi.json",
            get(async || ([(CONTENT_TYPE, "application/json")], JSON.clone())),
        )
        .route(STYLESHEET, get(stylesheet))
}

// Made when somebody first asks: most servers never are, and both take megabytes to make.
static JSON: LazyLock<Bytes> = LazyLock::new(|| {
    let json = serde_json::to_vec(&super::openapi());
    json.expect("the description becomes JSON").into()
});
static PAGE: LazyLock<Page> = LazyLock::new(|| {
    let described = serde_json::to_value(super::openapi());
    page(&described.expect("the description becomes JSON"))
});

fn page(openapi: &Value) -> Page {
    let mut body = String::from("<header class=\"top\">");
    let info = &openapi["info"];
    let title = format!("{} {}", text(&info["title"]), text(&info["version"]));
    put(&mut body, format_args!("<h1>{}</h1>", Escaped(&title)));
    put(
        &mut body,
        format_args!("<p>{}</p>", prose(text(&info["description"]))),
    );
    body.push_str(
        "<p>Everything that the web application does, it does through these addresses. \
         Bodies are JSON; unknown fields are refused. A request that changes something must come from this \
         server's own pages, or be <code>application/json</code> without <code>Origin</code>. \
         <a href=\"/api/v1/openapi.json\">The same as OpenAPI</a></p></header><main>",
    );
    operations(&mut body, openapi);
    problems(&mut body, openapi);
    schemas(&mut body, openapi);
    body.push_str("</main>");
    document(&title, None, &body)
}

fn operations(body: &mut String, openapi: &Value) {
    body.push_str("<h2 id=\"operations\">Requests</h2>");
    for (path, item) in entries(&openapi["paths"]) {
        for (method, operation) in entries(item) {
            if !matches!(
                method.as_str(),
                "get" | "put" | "post" | "delete" | "patch" | "head" | "options"
            ) {
                continue;
            }
            body.push_str("<article>");
            let anchor = operation["operationId"].as_str().unwrap_or(path);
            put(
                body,
                format_args!(
                    "<h3 id=\"{}\"><span class=\"method\">{}</span> <code>{}</code></h3>",
                    Escaped(anchor),
                    method.to_uppercase(),
                    Escaped(path)
                ),
            );
            for key in ["summary", "description"] {
                if let Some(words) = operation[key].as_str() {
                    put(body, format_args!("<p>{}</p>", prose(words)));
                }
            }
            operation_tables(body, operation);
            body.push_str("</article>");
        }
    }
}

fn operation_tables(body: &mut String, operation: &Value) {
    if let Some(parameters) = operation["parameters"].as_array().filter(|p| !p.is_empty()) {
        body.push_str("<div class=\"scroll\"><table><thead><tr><th>Parameter<th>In<th>Type<th>What</thead><tbody>");
        for p in parameters {
            put(
                body,
                format_args!(
                    "<tr><td><code>{}</code><td>{}<td>{}<td>{}",
                    Escaped(text(&p["name"])),
                    Escaped(text(&p["in"])),
                    kind(&p["schema"]),
                    prose(text(&p["description"]))
                ),
            );
        }
        body.push_str("</tbody></table></div>");
    }
    for (media, content) in entries(&operation["requestBody"]["content"]) {
        put(
            body,
            format_args!(
                "<p>Body: {} <span class=\"muted\">({})</span></p>",
                kind(&content["schema"]),
                Escaped(media)
            ),
        );
    }
    body.push_str(
        "<div class=\"scroll\"><table><thead><tr><th>Answer<th>Body<th>When</thead><tbody>",
    );
    for (status, answer) in entries(&operation["responses"]) {
        let shown: Vec<String> = entries(&answer["content"])
            .map(|(_, c)| kind(&c["schema"]))
            .collect();
        put(
            body,
            format_args!(
                "<tr><td><code>{}</code><td>{}<td>{}",
                Escaped(status),
                shown.join(", "),
                prose(text(&answer["description"]))
            ),
        );
    }
    body.push_str("</tbody></table></div>");
}

fn problems(body: &mut String, openapi: &Value) {
    body.push_str(
        "<h2 id=\"problems\">Problems</h2><p>An answer from 400 up is a \
         <a href=\"#schema-Problem\">Problem</a> after RFC 9457. Its <code>code</code> is stable; its \
         <code>reference</code> stands in the server's log lines of the same request.</p>\
         <div class=\"scroll\"><table><thead><tr><th>Code<th>What happened</thead><tbody>",
    );
    let codes = openapi["components"]["schemas"]["ProblemCode"]["enum"].as_array();
    for code in codes.into_iter().flatten() {
        let meaning = serde_json::from_value(code.clone())
            .map(meaning)
            .unwrap_or_default();
        let code = Escaped(text(code));
        put(
            body,
            format_args!(
                "<tr id=\"{code}\"><td><code>{code}</code><td>{}",
                prose(meaning)
            ),
        );
    }
    body.push_str("</tbody></table></div>");
}

fn meaning(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::InvalidRequest => {
            "The body is not JSON, has an unknown field, a wrong type or a wrong length. Nothing was changed."
        }
        ProblemCode::TooLarge => "The body is larger than 64 KiB.",
        ProblemCode::UnsupportedMediaType => "Only `application/json` is understood here.",
        ProblemCode::CrossSite => "The request came from another site.",
        ProblemCode::NotFound => "There is nothing at this address.",
        ProblemCode::MethodNotAllowed => "This address exists, this method does not.",
        ProblemCode::UnknownCompany => "No company has this alias, instance alias or name.",
        ProblemCode::WrongCredentials => {
            "Account and password do not match; the same for accounts that do not exist."
        }
        ProblemCode::Wait => {
            "Too many wrong passwords; nothing was compared. Try again after `retry_after` seconds."
        }
        ProblemCode::PasswordsOff => "This company has no passwords.",
        ProblemCode::WrongCode => {
            "The code does not match. From the third wrong one on, `attempts_left` says how many are left."
        }
        ProblemCode::OldCode => {
            "The code is from an earlier mail or has ended; `sent_at` says when the newest was sent."
        }
        ProblemCode::UsedCode => "The code is right and was used before.",
        ProblemCode::ClockOff => {
            "The code belongs to another time: the clock of the device is `clock_off` seconds ahead, or behind when negative."
        }
        ProblemCode::ResendTooEarly => {
            "A new code can be sent after `retry_after` seconds: 60 s apart, five mails an hour."
        }
        ProblemCode::MethodUnavailable => "This way of proving is not open to the account.",
        ProblemCode::AccountLocked => {
            "Five wrong codes; an administrator unlocks the account, or the operator with `command`."
        }
        ProblemCode::AccountDisabled => "An administrator disabled the account.",
        ProblemCode::TemporaryPasswordEnded => {
            "The temporary password ended; an administrator or the operator sends a new one."
        }
        ProblemCode::PresenceListMissing => {
            "No presence reason list counts for the agent; `company` is the alias of their company."
        }
        ProblemCode::AttemptOver => "No sign-in is under way in this browser, or it took too long.",
        ProblemCode::OtherAttempt => {
            "Another tab of this browser started over; ask for the current step."
        }
        ProblemCode::OtherStep => "The sign-in is at another step; ask for the current one.",
        ProblemCode::PasswordRefused => "The new password is refused; `password` says why.",
        ProblemCode::LinkUsed => "The link was used, replaced or never existed.",
        ProblemCode::LinkExpired => "The link ended.",
        ProblemCode::SignedOut => "Nobody is signed in.",
        ProblemCode::Forbidden => "Signed in, but without the role or the company that this needs.",
        ProblemCode::FreshProofNeeded => {
            "The proof of identity is older than ten minutes: prove it again."
        }
        ProblemCode::ReasonMissing => "A reason must be given.",
        ProblemCode::NotLocked => "The account is not locked.",
        ProblemCode::LastWay => "The company requires a second way, and this is the last one.",
        ProblemCode::NothingSetUp => "The person has nothing set up that could be reset.",
        ProblemCode::ChangedMeanwhile => {
            "Somebody else changed it since it was read: read it again."
        }
        ProblemCode::UsernameTaken => "Somebody of this company has this username.",
        ProblemCode::EmailTaken => "Somebody of this company has this e-mail address.",
        ProblemCode::EmailChanged => {
            "An administrator changed the e-mail address within the last day; this is open again after `retry_after` seconds."
        }
        ProblemCode::AliasTaken => "Another company, or a page of the server, has this alias.",
        ProblemCode::NameTaken => {
            "Another company, or another list of the company, has this name, or one that looks the same."
        }
        ProblemCode::LastAdmin => {
            "The company needs one administrator who can sign in, and this is the last one."
        }
        ProblemCode::NothingToDo => "It does not apply to the person as they are now.",
        ProblemCode::InUse => {
            "Others use it, like people a presence reason list; say what becomes of them."
        }
        ProblemCode::CompanyClosed => "The company is suspended, or nobody has opened it yet.",
        ProblemCode::NoSingleSignOn => {
            "No company that signs in outside has this e-mail domain, or the company has no such provider."
        }
        ProblemCode::SsoFailed => "The identity provider cannot be used; `sso` says why.",
        ProblemCode::ProviderRefused => {
            "No identity provider can be set up like this: its address must be https and public, and Office 365 needs tenants."
        }
        ProblemCode::DomainTaken => "Another company has this e-mail domain.",
        ProblemCode::DomainNotProven => "The TXT record that proves the domain is not there yet.",
        ProblemCode::DomainPublic => {
            "Anybody can have an e-mail address at this domain, so that it is no company's own."
        }
        ProblemCode::DomainSilent => {
            "No name server said whether the TXT record is there; nothing was changed. Try again later."
        }
        ProblemCode::LastWayIn => "This is the person's last way in.",
        ProblemCode::PhoneMismatch => {
            "The account, which `account` names, belongs to the user in Amazon Connect whom `phone` names, and not to `claimed`."
        }
        ProblemCode::PhoneTaken => {
            "Somebody else's account belongs to this user in Amazon Connect; on the way in `claimed` names the user and `account` the account that was proven."
        }
        ProblemCode::PhoneRefused => {
            "The address is of no host that may be entered as an Amazon Connect."
        }
        ProblemCode::SetupOver => "Nothing is being set up, or it took too long; begin again.",
        ProblemCode::Busy => {
            "The queue for password checks is full; try again after `retry_after` seconds. Nothing was counted."
        }
        ProblemCode::Unavailable => "The database or another part cannot be reached at the moment.",
        ProblemCode::Internal => "A fault of the server; the reference finds it in the log.",
    }
}

fn schemas(body: &mut String, openapi: &Value) {
    body.push_str("<h2 id=\"bodies\">Bodies</h2>");
    for (name, schema) in entries(&openapi["components"]["schemas"]) {
        let name = Escaped(name);
        put(
            body,
            format_args!("<article><h3 id=\"schema-{name}\">{name}</h3>"),
        );
        if let Some(words) = schema["description"].as_str() {
            put(body, format_args!("<p>{}</p>", prose(words)));
        }
        fields(body, schema);
        body.push_str("</article>");
    }
}

fn fields(body: &mut String, schema: &Value) {
    let variants = ["oneOf", "anyOf", "allOf"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    if let Some(variants) = variants {
        body.push_str("<ul>");
        for variant in variants {
            put(body, format_args!("<li>{}", kind(variant)));
            if let Some(words) = variant["description"].as_str() {
                put(body, format_args!(" {}", prose(words)));
            }
            fields(body, variant);
        }
        body.push_str("</ul>");
    }
    if schema["properties"].is_object() {
        let required = schema["required"].as_array();
        body.push_str(
            "<div class=\"scroll\"><table><thead><tr><th>Field<th>Type<th>What</thead><tbody>",
        );
        for (name, field) in entries(&schema["properties"]) {
            let always = required.is_some_and(|names| names.iter().any(|n| n == name));
            put(
                body,
                format_args!(
                    "<tr><td><code>{}</code>{}<td>{}<td>{}",
                    Escaped(name),
                    if always {
                        ""
                    } else {
                        " <span class=\"muted small\">optional</span>"
                    },
                    kind(field),
                    prose(text(&field["description"]))
                ),
            );
        }
        body.push_str("</tbody></table></div>");
    } else if schema["enum"].is_array() {
        put(body, format_args!("<p>{}</p>", kind(schema)));
    }
}

/// A schema in a few words, with links to named ones.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        let name = Escaped(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words
            .iter()
            .map(|w| format!("<code>{}</code>", Escaped(&w.to_string())))
            .collect();
        return words.join(" · ");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(variants) = schema[key].as_array() {
            return variants.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => {
            format!("list of {}", self::kind(&schema["items"]))
        }
        Value::String(kind) => Escaped(kind).to_string(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            Escaped(&kinds.join(" or ")).to_string()
        }
        _ => String::new(),
    }
}

/// Documentation as HTML: `code` between backticks, nothing else.
fn prose(words: &str) -> String {
    let mut html = String::new();
    for (index, part) in words.split('`').enumerate() {
        match index % 2 {
            0 => put(&mut html, format_args!("{}", Escaped(part))),
            _ => put(&mut html, format_args!("<code>{}</code>", Escaped(part))),
        }
    }
    html
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use app::wire::{Problem, Step};
    use utoipa::OpenApi;

    use super::*;

    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "Callgate",
            version = "1",
            description = "Signs `people` <in>."
        ),
        components(schemas(ProblemCode, Problem, Step))
    )]
    struct Documented;

    #[test]
    fn every_problem_has_an_anchor_and_a_meaning() {
        let openapi = serde_json::to_value(Documented::openapi()).expect("serialises");
        let (_, axum::response::Html(page)) = page(&openapi);
        assert!(page.contains("<tr id=\"wrong_code\">"));
        assert!(page.contains("id=\"schema-Problem\""));
        assert!(page.contains("Signs <code>people</code> &lt;in&gt;."));
        assert!(
            !page.contains("<td></tr>") && !page.contains("</code><td><tr"),
            "a code without its meaning"
        );
        assert!(!page.contains("<script") && !page.contains("style="));
    }
}
