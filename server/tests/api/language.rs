//! The language that people chose, before and after signing in, on pages and in mail.

use app::wire::{LegalText, ProblemCode};
use serde_json::json;

use crate::harness::{ACME, MINUTE, TestServer, Who, company};

#[tokio::test]
async fn the_companys_language_is_where_it_begins() {
    let server = TestServer::start().await;
    let mut german = company("nord");
    german.language = "de".into();
    server.add_company(german).await;
    let person = server.person("nord", "nils", Who::Agent).await;
    let browser = server.browser();
    let page = browser.page("/nord").await.text();
    assert!(page.contains("lang=\"de\""), "{}", &page[..300]);
    browser.sign_in(&person).await;
    assert_eq!(browser.session().await.session().language, "de");
    let mail = server.mails_to(&person).await.remove(0);
    assert!(mail.text.contains("Guten Tag"), "{}", mail.text);
}

#[tokio::test]
async fn a_choice_before_signing_in_holds_on_pages() {
    let server = TestServer::start().await;
    let browser = server.browser();
    let chosen = browser.put("language", json!({"language": "de"})).await;
    chosen.assert_status(204);
    assert_eq!(browser.cookie("callgate-language").as_deref(), Some("de"));
    let page = browser.page("/acme").await.text();
    assert!(page.contains("lang=\"de\""), "{}", &page[..300]);
    // And without scripts, by a link.
    let answer = browser.page("/acme?language=en").await;
    assert_eq!(answer.redirect(), "/acme");
    let page = browser.page("/acme").await.text();
    assert!(page.contains("lang=\"en\""), "{}", &page[..300]);
}

#[tokio::test]
async fn a_choice_while_signed_in_belongs_to_the_account() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    browser.sign_in(&anna).await;
    browser
        .put("language", json!({"language": "de"}))
        .await
        .assert_status(204);
    assert_eq!(browser.session().await.session().language, "de");
    server.advance(MINUTE);
    let elsewhere = server.browser();
    elsewhere.sign_in(&anna).await;
    assert_eq!(elsewhere.session().await.session().language, "de");
    let mail = server.mails_to(&anna).await.remove(0);
    assert!(mail.text.contains("Guten Tag"), "{}", mail.text);
}

#[tokio::test]
async fn languages_that_we_lack_are_refused() {
    let server = TestServer::start().await;
    for language in ["tlh", "", "DE", "../de", "de\r\nSet-Cookie: a=b"] {
        let answer = server
            .browser()
            .put("language", json!({"language": language}))
            .await;
        answer
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn legal_texts_are_found_or_not_there() {
    let server = TestServer::start().await;
    let mut legal = company("legal");
    legal.terms = Some("# Be kind\n\n<b>always</b>".into());
    legal.privacy = Some("https://legal.example/privacy".into());
    server.add_company(legal).await;
    let browser = server.browser();
    let LegalText::Html(html) = browser.get("companies/legal/terms").await.json() else {
        panic!("a text")
    };
    assert!(
        html.contains("<h2>Be kind</h2>") && !html.contains("<b>"),
        "{html}"
    );
    let url: LegalText = browser.get("companies/legal/privacy").await.json();
    assert_eq!(url, LegalText::Url("https://legal.example/privacy".into()));
    for path in [
        "companies/acme/terms",
        "companies/acme/privacy",
        "companies/acme/logo",
    ] {
        browser.get(path).await.problem(ProblemCode::NotFound);
    }
    browser
        .get("companies/nowhere/terms")
        .await
        .problem(ProblemCode::UnknownCompany);
    assert_eq!(ACME, "acme");
}
