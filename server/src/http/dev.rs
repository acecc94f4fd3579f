//! `/dev`: the demo's cockpit. Who there is, what was mailed, what to try. Never part of `serve`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::header,
    response::IntoResponse,
    routing::get,
};
use serde::Deserialize;

use super::plain::{Escaped, Page, document, put};
use crate::{
    clock::{Clock, Moment},
    demo::Login,
    domain::totp::{self, SECRET_BYTES},
    mail::{Captured, CapturedMail},
};

/// An account of the demo, as the cockpit and the print-out show it.
#[derive(Clone, Debug)]
pub(crate) struct ShownAccount {
    pub(crate) company: String,
    /// Where its server is, if it is another one: like `http://localhost:3001`.
    pub(crate) server: String,
    pub(crate) account: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<&'static str>,
    /// What is special about it at the start.
    pub(crate) state: String,
    /// The secret of an authenticator app, whose present code the cockpit shows.
    pub(crate) app: Option<[u8; SECRET_BYTES]>,
    /// Unused ones.
    pub(crate) backup_codes: Vec<String>,
    /// Whether there is a point in opening the company's page as this person.
    pub(crate) can_sign_in: bool,
}

/// What the cockpit shows.
#[derive(Clone, Debug)]
pub(crate) struct Cockpit {
    pub(crate) password: String,
    /// Those to try things with, in the order of the tour.
    pub(crate) accounts: Vec<ShownAccount>,
    /// The rest of a big company.
    pub(crate) crowd: Vec<ShownAccount>,
    /// HTML from this program, not from people.
    pub(crate) tour: Vec<&'static str>,
    /// Where the providers are, if there are any, and whom to be there.
    pub(crate) outside: Option<String>,
    pub(crate) logins: &'static [Login],
    /// The phone simulator's own page, and everybody's password in Amazon Connect.
    pub(crate) phones: String,
    pub(crate) phone_password: &'static str,
    /// Absent when mails go to a mail server.
    pub(crate) captured: Option<Captured>,
    pub(crate) clock: Clock,
    /// Different at each start.
    pub(crate) start: String,
}

pub(crate) fn router(cockpit: Cockpit) -> Router {
    Router::new()
        .route("/dev", get(overview))
        .route("/dev/mail", get(mail))
        .route("/dev/mail.json", get(mail_json))
        .route("/dev/reload", get(reload))
        .with_state(Arc::new(cockpit))
}

#[derive(Deserialize)]
struct MailQuery {
    to: Option<String>,
}

async fn mail_json(
    State(cockpit): State<Arc<Cockpit>>,
    Query(query): Query<MailQuery>,
) -> Json<Vec<CapturedMail>> {
    Json(cockpit.mails(query.to.as_deref()))
}

/// One event a second, so that no connection stays open when the server stops.
async fn reload(State(cockpit): State<Arc<Cockpit>>) -> impl IntoResponse {
    let event = format!("retry: 1000\ndata: {}\n\n", cockpit.start);
    (
        [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        event,
    )
}

async fn overview(State(cockpit): State<Arc<Cockpit>>) -> Page {
    let mut body = String::from(
        "<header class=\"top\"><h1>Callgate demo</h1><p>Throw-away data: everything is gone when the demo stops, \
         and the same again at the next start. ",
    );
    put(
        &mut body,
        format_args!(
            "Every account's password is <code>{}</code>, and in Amazon Connect <code>{}</code>.</p>",
            Escaped(&cockpit.password),
            Escaped(cockpit.phone_password)
        ),
    );
    let mails = match &cockpit.captured {
        Some(_) => format!(
            "<a href=\"/dev/mail\">Mail</a> ({})",
            cockpit.mails(None).len()
        ),
        None => "Mails go to your mail server".to_owned(),
    };
    put(
        &mut body,
        format_args!(
            "<p><a class=\"button\" href=\"/\" target=\"_blank\">Open the front page</a> &ensp; {mails} &ensp; \
             <a href=\"{phones}\" target=\"_blank\">Phone simulator</a> &ensp; \
             <a href=\"/api/docs\">JSON API</a></p></header><main>",
            phones = Escaped(&cockpit.phones)
        ),
    );
    body.push_str("<div class=\"columns\"><section><h2>Accounts</h2>");
    accounts(&mut body, &cockpit.accounts, cockpit.clock.now());
    body.push_str("</section><section><h2>To try</h2><ol>");
    for step in &cockpit.tour {
        put(&mut body, format_args!("<li>{step}"));
    }
    body.push_str("</ol></section></div>");
    logins(&mut body, &cockpit);
    body.push_str("<h2>Everybody else</h2>");
    accounts(&mut body, &cockpit.crowd, cockpit.clock.now());
    body.push_str("<footer></footer></main>");
    // The codes of apps change every thirty seconds.
    document("Callgate demo", Some(15), &body)
}

fn accounts(body: &mut String, accounts: &[ShownAccount], now: Moment) {
    body.push_str("<div class=\"scroll\"><table><thead><tr><th>Account<th>Roles<th>State at the start<th></thead><tbody>");
    for shown in accounts {
        let (company, account) = (Escaped(&shown.company), Escaped(&shown.account));
        put(
            body,
            format_args!(
                "<tr><td><strong>{account}</strong> <span class=\"muted\">{company}</span>\
                 <br><a class=\"small muted\" href=\"/dev/mail?to={email}\">{email}</a><td>{roles}<td>{state}",
                email = Escaped(&shown.email),
                roles = shown.roles.join(", "),
                state = Escaped(&shown.state),
            ),
        );
        second_ways(body, shown, now);
        body.push_str("<td>");
        if shown.can_sign_in {
            put(
                body,
                format_args!(
                    "<a class=\"button\" href=\"{server}/{company}?account={account}\" target=\"_blank\" \
                     aria-label=\"Open as {account} of {company}\">Open as</a>",
                    server = Escaped(&shown.server)
                ),
            );
        }
    }
    body.push_str("</tbody></table></div>");
}

/// Whom to be at the providers.
fn logins(body: &mut String, cockpit: &Cockpit) {
    body.push_str("<h2>Single sign-on</h2>");
    let Some(outside) = &cockpit.outside else {
        body.push_str(
            "<p>There is none: its providers are started by <code>cargo xtask demo</code>, which needs Node 20 or later \
             for them.</p>",
        );
        return;
    };
    put(
        body,
        format_args!(
            "<p>Nobody is asked for a password there. <a href=\"{}\" target=\"_blank\">How the providers behave</a></p>\
             <div class=\"scroll\"><table><thead><tr><th>Login<th>At<th>Company<th>What comes of it</thead><tbody>",
            Escaped(outside)
        ),
    );
    for login in cockpit.logins {
        put(
            body,
            format_args!(
                "<tr><td><strong>{}</strong><td>{}<td><a href=\"/{company}\" target=\"_blank\">{company}</a><td>{}",
                Escaped(login.login),
                Escaped(login.provider),
                Escaped(login.fate),
                company = Escaped(login.company),
            ),
        );
    }
    body.push_str("</tbody></table></div>");
}

/// What a phone and a sheet of paper would show.
fn second_ways(body: &mut String, shown: &ShownAccount, now: Moment) {
    if let Some(secret) = shown.app {
        let code = totp::code_at(secret, now);
        put(
            body,
            format_args!("<br>app shows <code>{}</code>", Escaped(&code)),
        );
    }
    if !shown.backup_codes.is_empty() {
        body.push_str("<details><summary class=\"small\">backup codes</summary>");
        for code in &shown.backup_codes {
            put(body, format_args!("<code>{}</code><br>", Escaped(code)));
        }
        body.push_str("</details>");
    }
}

async fn mail(State(cockpit): State<Arc<Cockpit>>, Query(query): Query<MailQuery>) -> Page {
    let mut body = String::from(
        "<header class=\"top\"><p><a href=\"/dev\">Callgate demo</a></p><h1>Mail</h1>",
    );
    let mails = cockpit.mails(query.to.as_deref());
    match &query.to {
        Some(to) => put(
            &mut body,
            format_args!(
                "<p>To {}, newest first. <a href=\"/dev/mail\">Everybody's</a></p>",
                Escaped(to)
            ),
        ),
        None => body.push_str("<p>Newest first. This page looks again by itself.</p>"),
    }
    body.push_str("</header><main>");
    if cockpit.captured.is_none() {
        body.push_str("<p>Mails go to your mail server; nothing is kept here.</p>");
    } else if mails.is_empty() {
        body.push_str("<p>Nothing was mailed yet. Sign in as somebody: the code comes here.</p>");
    }
    for mail in &mails {
        put(
            &mut body,
            format_args!(
                "<article><h3>{}</h3><p class=\"small muted\">To <a href=\"/dev/mail?to={to}\">{to}</a> · {}</p><pre>{}</pre></article>",
                Escaped(&mail.subject),
                Escaped(&mail.sent_at),
                linked(&mail.text),
                to = Escaped(&mail.to),
            ),
        );
    }
    body.push_str("</main>");
    document("Mail · Callgate demo", Some(3), &body)
}

/// A mail's text with its addresses as links.
fn linked(text: &str) -> String {
    let mut html = String::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let address = part.trim_end();
        if address.starts_with("http://") || address.starts_with("https://") {
            let rest = Escaped(&part[address.len()..]);
            let address = Escaped(address);
            put(
                &mut html,
                format_args!("<a href=\"{address}\" target=\"_blank\">{address}</a>{rest}"),
            );
        } else {
            put(&mut html, format_args!("{}", Escaped(part)));
        }
    }
    html
}

impl Cockpit {
    fn mails(&self, to: Option<&str>) -> Vec<CapturedMail> {
        self.captured
            .as_ref()
            .map(|captured| captured.list(to))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_mails_can_be_followed_and_nothing_else_is_html() {
        assert_eq!(
            linked("Go to\nhttps://a.example/?b=1&c=2\n<b>"),
            "Go to\n<a href=\"https://a.example/?b=1&amp;c=2\" target=\"_blank\">https://a.example/?b=1&amp;c=2</a>\n&lt;b&gt;"
        );
    }
}
