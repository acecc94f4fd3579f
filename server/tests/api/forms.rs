//! The same server without scripts: forms, redirects, and pages that say what went wrong.

use app::wire::{ProblemCode, Role};
use serde_json::json;
use server::flows::operator::{FirstCredential, PersonDraft, create_account};
use server::storage::Welcome;

use crate::harness::{
    ACME, Answer, MINUTE, PASSWORD, TestBrowser, TestServer, WRONG, Who, company, other_than,
};

/// The attempt that the page's hidden field names.
#[track_caller]
fn attempt_on(page: &Answer) -> String {
    let html = page.assert_status(200).text();
    let at = html.find("name=\"attempt\"").expect("the field");
    let tag_from = html[..at].rfind('<').expect("its tag");
    let tag = html[tag_from..].split('>').next().expect("its end");
    let (_, value) = tag.split_once("value=\"").expect("a value");
    value.split('"').next().expect("its end").to_owned()
}

async fn password(browser: &TestBrowser<'_>, account: &str, password: &str) -> Answer {
    browser
        .submit("/acme", &[("account", account), ("password", password)])
        .await
}

#[tokio::test]
async fn a_person_signs_in_and_out_without_scripts() {
    let server = TestServer::start().await;
    let bo = server.person(ACME, "bo", Who::Both).await;
    let browser = server.browser();
    let found = browser.page("/?company=Acme").await;
    assert_eq!(found.redirect(), "/acme");
    browser.page("/acme").await.assert_status(200);
    let answer = password(&browser, "bo", PASSWORD).await;
    assert_eq!(answer.redirect(), "/acme/code");
    let page = browser.page("/acme/code").await;
    let attempt = attempt_on(&page);
    let code = server.code_of(&bo).await;
    let answer = browser
        .submit("/acme/code", &[("attempt", &attempt), ("code", &code)])
        .await;
    assert_eq!(answer.redirect(), "/acme/console/users");
    browser.page("/acme/console/users").await.assert_status(200);
    let answer = browser
        .submit("/acme/workplace", &[("workplace", "desk")])
        .await;
    assert_eq!(answer.redirect(), "/acme/desk");
    let page = browser.page("/acme/desk").await;
    assert!(page.assert_status(200).text().contains("bo Somebody"));
    assert_eq!(
        browser.submit("/acme/sign-out", &[]).await.redirect(),
        "/acme?notice=signed_out"
    );
    browser.session().await.signed_out();
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_with_the_name_but_not_the_password() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    let browser = server.browser();
    let page = password(&browser, "anna\"><script>", WRONG).await;
    let html = page.assert_status(401).text();
    assert!(html.contains("Account and password do not match."));
    assert!(!html.contains(WRONG), "the password came back");
    assert!(
        !html.contains("anna\"><script>"),
        "the name was not escaped"
    );
    assert!(html.contains("anna&quot;"), "the name is lost");
    for _ in 0..5 {
        password(&browser, "anna", WRONG).await;
    }
    let page = password(&browser, "anna", PASSWORD).await;
    let html = page.assert_status(429).text();
    assert!(html.contains("You can try again in"), "{html}");
    assert!(html.contains("5 seconds"), "{html}");
}

#[tokio::test]
async fn wrong_codes_warn_and_lock_on_the_page() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    password(&browser, "anna", PASSWORD).await.redirect();
    let attempt = attempt_on(&browser.page("/acme/code").await);
    let wrong = other_than(&server.code_of(&anna).await);
    for (status, words) in [
        (401, "That code does not match"),
        (401, "That code does not match"),
        (
            401,
            "You have 2 login attempts before your account is locked",
        ),
        (
            401,
            "You have 1 login attempt before your account is locked",
        ),
        (403, "Your account is locked."),
    ] {
        let page = browser
            .submit("/acme/code", &[("attempt", &attempt), ("code", &wrong)])
            .await;
        let html = page.assert_status(status).text();
        assert!(html.contains(words), "{words}: {html}");
        assert!(!html.contains(&format!("value=\"{wrong}\"")));
    }
    let page = password(&browser, "anna", PASSWORD).await;
    let html = page.assert_status(403).text();
    assert!(html.contains("Your account is locked."), "{html}");
    assert!(html.contains("Helga Desk"), "whom to call: {html}");
}

#[tokio::test]
async fn resending_and_cancelling_are_buttons_of_the_form() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    password(&browser, "anna", PASSWORD).await.redirect();
    let attempt = attempt_on(&browser.page("/acme/code").await);
    let resend = [
        ("attempt", attempt.as_str()),
        ("code", ""),
        ("action", "resend"),
    ];
    browser
        .submit("/acme/code", &resend)
        .await
        .assert_status(429);
    server.advance(MINUTE);
    let answer = browser.submit("/acme/code", &resend).await;
    assert_eq!(answer.redirect(), "/acme/code");
    assert_eq!(server.codes_mailed_to(&anna).await, 2);
    let cancel = [("attempt", attempt.as_str()), ("action", "cancel")];
    let answer = browser.submit("/acme/code", &cancel).await;
    assert_eq!(answer.redirect(), "/acme");
    browser.get("sign-in").await.assert_status(404);
}

#[tokio::test]
async fn a_form_of_another_tab_counts_nothing() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    password(&browser, "anna", PASSWORD).await.redirect();
    let old = attempt_on(&browser.page("/acme/code").await);
    server.advance(MINUTE);
    password(&browser, "anna", PASSWORD).await.redirect();
    for _ in 0..6 {
        let page = browser
            .submit("/acme/code", &[("attempt", &old), ("code", "000000")])
            .await;
        page.assert_status(409);
        assert_ne!(attempt_on_any(&page), old, "the page shows the newer one");
    }
    assert_eq!(server.code_failures(&anna).await, 0);
}

fn attempt_on_any(page: &Answer) -> String {
    let again = Answer {
        status: axum::http::StatusCode::OK,
        headers: page.headers.clone(),
        body: page.body.clone(),
    };
    attempt_on(&again)
}

#[tokio::test]
async fn a_code_without_a_sign_in_leads_to_the_door() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let answer = browser.page("/acme/code").await;
    assert!(answer.redirect().starts_with("/acme"));
    let answer = browser
        .submit("/acme/code", &[("attempt", "x"), ("code", "123456")])
        .await;
    let location = answer.header("location");
    assert!(location.starts_with("/acme"), "{answer:?}");
}

#[tokio::test]
async fn signing_in_by_address_works_at_the_front_page() {
    let server = TestServer::start().await;
    server.agent("anna").await;
    let browser = server.browser();
    let fields = [("username", "anna@acme.example"), ("password", PASSWORD)];
    assert_eq!(browser.submit("/", &fields).await.redirect(), "/acme/code");
    let fields = [("username", "anna@acme.example"), ("password", WRONG)];
    let page = server.browser().submit("/", &fields).await;
    let html = page.assert_status(401).text();
    assert!(html.contains("do not match"), "{html}");
    assert!(!html.contains(WRONG));
    let fields = [("username", "anna"), ("password", PASSWORD)];
    let page = server.browser().submit("/", &fields).await;
    assert!(!page.assert_status(400).text().contains(PASSWORD));
}

#[tokio::test]
async fn the_wish_in_the_address_survives_the_form() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    let wish = "/acme/console/users?view=locked";
    let door = browser.page("/acme/console/users?view=locked").await;
    let door = door.redirect().to_owned();
    assert_eq!(door, "/acme?next=%2Facme%2Fconsole%2Fusers%3Fview%3Dlocked");
    browser.page(&door).await.assert_status(200);
    let fields = [("account", "ada"), ("password", PASSWORD)];
    browser.submit(&door, &fields).await.redirect();
    let attempt = attempt_on(&browser.page("/acme/code").await);
    let code = server.code_of(&ada).await;
    let answer = browser
        .submit("/acme/code", &[("attempt", &attempt), ("code", &code)])
        .await;
    assert_eq!(answer.redirect(), wish);
}

#[tokio::test]
async fn temporary_passwords_and_invitations_work_without_scripts() {
    let server = TestServer::start().await;
    let draft = |name: &str| PersonDraft {
        username: name.into(),
        email: format!("{name}@mail.example"),
        name: format!("{name} Newman"),
        roles: vec![Role::Agent],
    };
    let nina = draft("nina");
    let made = create_account(&server.services, ACME, &nina, Welcome::TemporaryPassword).await;
    let FirstCredential::TemporaryPassword {
        password: temporary,
        ..
    } = made.expect("made")
    else {
        panic!("not a password")
    };
    let browser = server.browser();
    let answer = password(&browser, "nina", &temporary).await;
    assert_eq!(answer.redirect(), "/acme/change-password");
    let attempt = attempt_on(&browser.page("/acme/change-password").await);
    let change = [("attempt", attempt.as_str()), ("password", "short7")];
    let page = browser.submit("/acme/change-password", &change).await;
    let html = page.assert_status(422).text();
    assert!(html.contains("Use at least 8 characters"), "{html}");
    assert!(!html.contains("short7"));
    let change = [("attempt", attempt.as_str()), ("password", PASSWORD)];
    let answer = browser.submit("/acme/change-password", &change).await;
    assert_eq!(answer.redirect(), "/acme/code");

    let made = create_account(&server.services, ACME, &draft("ines"), Welcome::Link).await;
    let FirstCredential::Link { path, .. } = made.expect("made") else {
        panic!("not a link")
    };
    let token = path.split_once("token=").expect("a secret").1.to_owned();
    let browser = server.browser();
    let page = browser.page(&path).await;
    assert!(page.assert_status(200).text().contains("ines Newman"));
    let fields = [("token", token.as_str()), ("password", "qwertyuiop")];
    let page = browser.submit(&path, &fields).await;
    assert!(!page.assert_status(422).text().contains("qwertyuiop"));
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    let answer = browser.submit(&path, &fields).await;
    assert_eq!(answer.redirect(), "/acme/code");
}

#[tokio::test]
async fn the_link_past_a_wait_works_without_scripts() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    for account in ["anna", "nobody"] {
        let answer = browser
            .submit("/acme/browser-link", &[("account", account)])
            .await;
        assert_eq!(answer.redirect(), "/acme/browser-link?sent=1");
    }
    let mail = server.mails_to(&anna).await.remove(0);
    let (_, rest) = mail.text.split_once("token=").expect("a link");
    let token = rest.split_whitespace().next().expect("a secret").to_owned();
    let answer = browser
        .submit("/acme/browser-link", &[("token", &token)])
        .await;
    assert_eq!(answer.redirect(), "/acme?notice=known");
    let answer = browser
        .submit("/acme/browser-link", &[("token", &token)])
        .await;
    answer.assert_status(410);
}

#[tokio::test]
async fn forms_that_are_none_are_problems() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let request = browser
        .request(axum::http::Method::POST, "/acme")
        .header("content-type", "application/json")
        .body(axum::body::Body::from("{}"));
    browser
        .send(request.expect("a request"))
        .await
        .assert_status(415)
        .problem(ProblemCode::UnsupportedMediaType);
    let huge = "x".repeat(100_000);
    password(&browser, &huge, PASSWORD)
        .await
        .assert_status(413)
        .problem(ProblemCode::TooLarge);
    for body in [
        "account=%FF%FE&password=x",
        "account=a&account=b&password=x",
    ] {
        let request = browser
            .request(axum::http::Method::POST, "/acme")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(body));
        let answer = browser.send(request.expect("a request")).await;
        assert!(answer.status.is_client_error(), "{body}: {answer:?}");
    }
    for path in ["/acme/code", "/acme/change-password"] {
        let answer = browser.submit(path, &[]).await;
        assert!(answer.status.as_u16() < 500, "{path}: {answer:?}");
    }
    let answer = browser
        .submit("/nowhere", &[("account", "a"), ("password", "b")])
        .await;
    answer.assert_status(404);
}

#[tokio::test]
async fn who_is_signed_in_elsewhere_is_told_so() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    for path in ["/acme", "/beta"] {
        let html = browser.page(path).await.assert_status(200).text();
        assert!(html.contains("anna Somebody"), "{path}: {html}");
    }
    let json = browser.get("session").await;
    assert_eq!(json.session().company.alias, json!("acme"));
}
