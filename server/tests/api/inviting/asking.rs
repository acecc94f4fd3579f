//! Whoever comes too late asks for another link.

use app::wire::{LinkFate, ProblemCode, UserStatus};

use super::{
    accept, ask, cancel, each_server, fate, invite, look, mailed_link, pending, status, status_of,
    with_ada,
};
use crate::harness::{ACME, HOUR, TestServer, Who};

#[tokio::test]
async fn who_comes_too_late_asks_and_an_administrator_grants_it() {
    each_server(async |server| {
        let ines = pending(server, ACME, "ines").await;
        let admin = with_ada(server).await;
        let berta = server.admin("berta").await;
        let locked = server
            .person_with(ACME, "carl", Who::Admin, |_, past| {
                past.locked_at = Some(server.services.now());
            })
            .await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        ask(server, &token).await;
        assert!(server.mails_to(&berta).await.is_empty(), "it is still good");
        server.advance(24 * HOUR);
        let problem = look(server, &token)
            .await
            .assert_status(410)
            .problem(ProblemCode::LinkExpired);
        assert_eq!(problem.link, Some(LinkFate::Ended));
        assert_eq!(
            problem.ended_at.as_deref(),
            Some("2026-03-03T09:00:00+01:00")
        );
        for _ in 0..3 {
            ask(server, &token).await;
        }
        let mails = server.mails_to(&berta).await;
        assert_eq!(mails.len(), 1, "once");
        assert_eq!(mails[0].subject, "ines Somebody needs a new invitation");
        for fact in [
            "ended on 3 March at 09:00",
            "http://127.0.0.1:3000/acme/console/users?view=cannot_sign_in",
            "Login Email: ines@acme.example",
        ] {
            assert!(mails[0].text.contains(fact), "{fact}\n{}", mails[0].text);
        }
        assert!(server.mails_to(&locked).await.is_empty());
        let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
        assert_eq!(server.number(asked).await, 1);
        let events = server.events_of(&ines).await;
        assert_eq!(events, ["account.link_asked", "account.invited"]);

        let admin = server.browser();
        admin.sign_in(&berta).await;
        assert_eq!(status_of(&admin, &ines).await, UserStatus::Expired);
        assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
        assert_eq!(server.number(asked).await, 0);
        // The old link is not one to ask with any more.
        assert_eq!(fate(&look(server, &token).await), Some(LinkFate::Replaced));
        ask(server, &token).await;
        assert_eq!(server.number(asked).await, 0);
        let token = mailed_link(server, &ines).await;
        accept(&server.browser(), &token).await.code_step();
    })
    .await;
}

#[tokio::test]
async fn asking_says_nothing_about_a_link() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    let cancelled = mailed_link(&server, &ines).await;
    cancel(&admin, &ines).await.assert_status(200);
    let otto = pending(&server, ACME, "otto").await;
    invite(&admin, &otto).await.assert_status(200);
    let disabled = mailed_link(&server, &otto).await;
    server.advance(24 * HOUR);
    server
        .change("UPDATE accounts SET state = 'disabled' WHERE username = 'otto'")
        .await;
    for token in [&cancelled, &disabled, "", "x", "a\0b", &"x".repeat(10_000)] {
        ask(&server, token).await;
    }
    let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
    assert_eq!(server.number(asked).await, 0);
    let mails = server.number("SELECT COUNT(*) FROM outbox WHERE kind = 'link_asked'");
    assert_eq!(mails.await, 0);
}

#[tokio::test]
async fn the_page_asks_without_scripts_and_reading_it_uses_nothing_up() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    let ines = pending(&server, ACME, "ines").await;
    invite(&admin, &ines).await.assert_status(200);
    let token = mailed_link(&server, &ines).await;
    // As scanners do, which follow links and submit what can be got.
    for path in [
        format!("/invitation?token={token}"),
        format!("/invitation?token={token}&password=opened+by+a+scanner"),
        format!("/invitation?token={token}&action=ask"),
    ] {
        server.browser().page(&path).await.assert_status(200);
    }
    look(&server, &token).await.assert_status(200);

    server.advance(24 * HOUR);
    let address = format!("/invitation?token={token}");
    let page = server.browser().page(&address).await;
    let html = page.assert_status(410).text();
    for text in [
        "This link ended on 3 March at 09:00.",
        "Ask for a new link",
        "Helga Desk",
    ] {
        assert!(html.contains(text), "{text}\n{html}");
    }
    let asked = "SELECT COUNT(*) FROM accounts WHERE link_asked_at IS NOT NULL";
    assert_eq!(server.number(asked).await, 0, "nobody asked yet");
    let browser = server.browser();
    let answer = browser
        .submit("/invitation", &[("token", &token), ("action", "ask")])
        .await;
    let next = answer.redirect().to_owned();
    assert_eq!(next, format!("{address}&asked=1"));
    assert_eq!(server.number(asked).await, 1);
    let html = browser.page(&next).await.text();
    assert!(
        html.contains("Your administrators have been told."),
        "{html}"
    );
    assert!(!html.contains("Ask for a new link"), "{html}");
    // Whatever is posted there, the answer is an address of this page.
    for odd in ["", "&x=1 \r\n", &"x".repeat(5000)] {
        let answer = server
            .browser()
            .submit("/invitation", &[("token", odd), ("action", "ask")])
            .await;
        let next = answer.redirect();
        assert!(next.starts_with("/invitation?token=") && next.len() < 300);
    }
}
