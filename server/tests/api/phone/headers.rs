//! What a document may frame and whom it lets hear: its own company's phone and nobody else's.

use server::sso::Host;

use crate::harness::{ACME, Answer, Setup, TestServer, Who, company};

async fn with_phones() -> TestServer {
    let server = TestServer::with(Setup {
        ccp_hosts: vec![Host::read("127.0.0.1:4100").expect("a host")],
        ..Setup::default()
    })
    .await;
    for (alias, url) in [
        ("aws", "https://aws.my.connect.aws/ccp-v2/"),
        ("near", "http://127.0.0.1:4100/near/ccp-v2/"),
        // As it was stored when the operator named this host.
        ("former", "https://phone.former.example/ccp-v2/"),
    ] {
        let mut made = company(alias);
        made.settings.ccp_url = Some(url.to_owned());
        server.add_company(made).await;
    }
    server
}

fn frames(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let directive = policy
        .split(';')
        .map(str::trim)
        .find_map(|it| it.strip_prefix("frame-src "));
    directive.unwrap_or_default().to_owned()
}

fn hears(answer: &Answer) -> String {
    let policy = answer.header("permissions-policy");
    let (_, rest) = policy.split_once("microphone=").unwrap_or_default();
    rest.split_once(')').unwrap_or_default().0.to_owned()
}

#[tokio::test]
async fn documents_name_the_phone_of_their_own_company() {
    let server = with_phones().await;
    let browser = server.browser();
    for (page, frame, microphone) in [
        (
            "/aws",
            "https://aws.my.connect.aws",
            "(self \"https://aws.my.connect.aws\"",
        ),
        (
            "/aws/forgot-password",
            "https://aws.my.connect.aws",
            "(self \"https://aws.my.connect.aws\"",
        ),
        (
            "/aws/no/such/page",
            "https://aws.my.connect.aws",
            "(self \"https://aws.my.connect.aws\"",
        ),
        (
            "/near",
            "http://127.0.0.1:4100",
            "(self \"http://127.0.0.1:4100\"",
        ),
        ("/former", "'none'", "(self"),
        ("/acme", "'none'", "(self"),
        ("/nowhere", "'none'", "(self"),
        ("/", "'none'", "(self"),
    ] {
        let answer = browser.page(page).await;
        assert_eq!(frames(&answer), frame, "{page}");
        assert_eq!(hears(&answer), microphone, "{page}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin-allow-popups",
            "{page}"
        );
        let policy = answer.header("permissions-policy");
        assert!(
            policy.contains("speaker-selection=(self)"),
            "{page}: {policy}"
        );
        assert!(policy.contains("camera=()"), "{page}: {policy}");
        assert!(answer.headers.get("cross-origin-embedder-policy").is_none());
    }
    // What is no document frames nothing and hears nobody.
    let answer = browser.get("companies/aws/phone").await;
    assert_eq!(frames(&answer), "");
    assert_eq!(hears(&answer), "(");
}

#[tokio::test]
async fn a_form_without_scripts_is_answered_by_a_document_of_the_same_company() {
    let server = with_phones().await;
    let anna = server.person("aws", "anna", Who::Agent).await;
    let fields = [("account", anna.username.as_str()), ("password", "wrong")];
    let answer = server.browser().submit("/aws", &fields).await;
    assert_eq!(frames(&answer), "https://aws.my.connect.aws", "{answer:?}");
}

#[tokio::test]
async fn everybody_may_know_where_a_companys_phone_is() {
    let server = with_phones().await;
    let browser = server.browser();
    let phone: app::wire::CompanyPhone = browser.get("companies/aws/phone").await.json();
    assert_eq!(phone.url, "https://aws.my.connect.aws/ccp-v2/");
    for nothing in ["former", ACME, "nowhere", "%00", "A-B"] {
        let answer = browser.get(&format!("companies/{nothing}/phone")).await;
        answer.assert_status(404);
    }
}
