//! Adding people: one by the form, many by pasted rows.

use app::wire::{Fate, PeopleFates, Phone, ProblemCode, Role, UserDetail, UserStatus};
use serde_json::{Value, json};
use server::storage::testing::each_database;

use super::{add_list, detail, list, new_person, person_of};
use crate::harness::{ACME, Setup, TestServer, company};

fn rows(rows: &str) -> Value {
    json!({"rows": rows, "roles": ["agent"], "phone": "softphone", "invite": false})
}

fn fates(answer: &PeopleFates) -> Vec<Fate> {
    answer.rows.iter().map(|row| row.fate).collect()
}

#[tokio::test]
async fn a_new_person_is_pending_until_they_are_invited() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        add_list(&server, ACME, "late").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let mut body = new_person("nina");
        body["phone"] = json!("desk_phone");
        body["presence_list"] = json!("late");
        let answer = browser.post("users", body).await;
        answer.assert_status(201);
        let made: UserDetail = answer.json();
        assert_eq!(made.user.username, "nina");
        assert_eq!(made.user.status, UserStatus::Pending);
        assert_eq!(made.user.phone, Phone::DeskPhone);
        assert_eq!(
            made.user.presence_list.as_ref().map(|it| it.id.as_str()),
            Some("late")
        );
        assert!(made.can_be_invited && made.invited_until.is_none());
        assert_eq!(made.timeline[0].kind, "account.created");
        assert_eq!(made.timeline[0].actor.as_deref(), Some("ada Somebody"));
        assert!(server.mails_to(&person_of(&made)).await.is_empty());
        assert_eq!(detail(&browser, &made.user.id).await, made);

        let mut body = new_person("olaf");
        body["invite"] = json!(true);
        let made: UserDetail = browser.post("users", body).await.json();
        assert_eq!(made.user.status, UserStatus::Invited);
        assert_eq!(
            made.invited_until.as_deref(),
            Some("2026-03-03T09:00:00+01:00")
        );
        assert_eq!(made.mails[0].kind, "invitation");
        assert_eq!(server.mails_to(&person_of(&made)).await.len(), 1);

        let mut body = new_person("sso");
        body["sso_only"] = json!(true);
        body["invite"] = json!(true);
        let made: UserDetail = browser.post("users", body).await.json();
        assert_eq!(made.user.status, UserStatus::SsoOnly);
        assert!(made.sso_only && made.mails.is_empty());
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_added_twice_or_wrongly() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        add_list(&server, "beta", "theirs").await;
        let ada = server.admin("ada").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let with = |field: &str, value: Value| {
            let mut body = new_person("nina");
            body[field] = value;
            body
        };
        for (body, status, code) in [
            (
                with("username", json!("ADA")),
                409,
                ProblemCode::UsernameTaken,
            ),
            (
                with("email", json!("Ada@acme.example")),
                409,
                ProblemCode::EmailTaken,
            ),
            (
                with("email", json!("ada")),
                400,
                ProblemCode::InvalidRequest,
            ),
            (with("name", json!("  ")), 400, ProblemCode::InvalidRequest),
            (
                with("name", json!("a\u{0}b")),
                400,
                ProblemCode::InvalidRequest,
            ),
            (
                with("username", json!("a b")),
                400,
                ProblemCode::InvalidRequest,
            ),
            (with("roles", json!([])), 400, ProblemCode::InvalidRequest),
            (
                with("presence_list", json!("theirs")),
                404,
                ProblemCode::NotFound,
            ),
            (
                with("presence_list", json!("none")),
                404,
                ProblemCode::NotFound,
            ),
        ] {
            browser
                .post("users", body.clone())
                .await
                .assert_status(status)
                .problem(code);
            browser.post("users", body).await.assert_status(status);
        }
        assert_eq!(list(&browser, "").await.total, 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn agents_add_nobody() {
    let server = TestServer::start().await;
    let anna = server.agent("anna").await;
    let browser = server.browser();
    for code in [ProblemCode::SignedOut, ProblemCode::Forbidden] {
        browser
            .post("users", new_person("nina"))
            .await
            .problem(code);
        browser
            .post("users/add", rows("A;a@b.example"))
            .await
            .problem(code);
        browser
            .post("users/preview", rows("A;a@b.example"))
            .await
            .problem(code);
        if code == ProblemCode::SignedOut {
            browser.sign_in(&anna).await;
        }
    }
}

#[tokio::test]
async fn pasted_rows_tell_their_fate_before_anything_is_saved() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let ada = server.admin("ada").await;
        let browser = server.browser();
        browser.sign_in(&ada).await;
        let pasted = "Name\tE-mail\tUsername\n\
            Nina New\tnina@new.example\n\
            Ada Again\tada@acme.example\tother\n\
            Olaf\tolaf@new.example\tADA\n\
            Nina Twice\tnina@new.example\tnina2\n\
            Nobody\tnobody\n\
            \tunnamed@new.example\n\
            Paul\tpaul@new.example\tp p\n\
            Quirin\tquirin@new.example\tqq\n";
        let expected = [
            Fate::Heading,
            Fate::Added,
            Fate::EmailTaken,
            Fate::UsernameTaken,
            Fate::Repeated,
            Fate::EmailWrong,
            Fate::NameMissing,
            Fate::UsernameWrong,
            Fate::Added,
        ];
        let shown: PeopleFates = browser.post("users/preview", rows(pasted)).await.json();
        assert_eq!(fates(&shown), expected);
        assert_eq!((shown.added, shown.rows[1].username.as_str()), (2, "nina"));
        assert_eq!(shown.rows[8].line, 9);
        assert_eq!(list(&browser, "").await.total, 1, "nothing is saved");

        let mut body = rows(pasted);
        body["invite"] = json!(true);
        body["roles"] = json!(["agent", "admin"]);
        let done: PeopleFates = browser.post("users/add", body).await.json();
        assert_eq!(done, shown);
        let people = list(&browser, "sort=created").await;
        assert_eq!(people.total, 3);
        let nina = people
            .users
            .iter()
            .find(|user| user.username == "nina")
            .expect("added");
        assert_eq!(nina.roles, [Role::Agent, Role::Admin]);
        assert_eq!(
            (nina.status, nina.phone),
            (UserStatus::Invited, Phone::Softphone)
        );
        // Sent a second time, everybody is there.
        let again: PeopleFates = browser.post("users/add", rows(pasted)).await.json();
        assert_eq!(again.added, 0);
        assert_eq!(again.rows[1].fate, Fate::EmailTaken);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn so_many_rows_and_no_more() {
    let server = TestServer::start().await;
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    let many = |count: usize| -> String {
        (0..count)
            .map(|n| format!("N {n};n{n}@new.example\n"))
            .collect()
    };
    let shown: PeopleFates = browser.post("users/preview", rows(&many(500))).await.json();
    assert_eq!(shown.added, 500);
    browser
        .post("users/preview", rows(&many(501)))
        .await
        .assert_status(400)
        .problem(ProblemCode::InvalidRequest);
    let mut body = rows("A;a@new.example");
    body["roles"] = json!([]);
    browser.post("users/add", body).await.assert_status(400);
    let mut body = rows("A;a@new.example");
    body["presence_list"] = json!("nobody's");
    browser.post("users/add", body).await.assert_status(404);
    assert_eq!(list(&browser, "").await.total, 1);
}
