//! Making, changing, marking and removing lists.

use app::wire::{PresenceEffect, PresenceKind, ProblemCode};
use server::storage::{AccountState, Db, testing::each_database};

use super::*;
use crate::harness::{ACME, HOUR, MINUTE, PASSWORD, Setup, Who, company};

#[tokio::test]
async fn a_company_is_born_with_a_default_list_in_its_language() {
    let server = TestServer::start().await;
    let mut german = company("beta");
    german.language = "de".into();
    server.add_company(german).await;
    let (_, browser) = with_ada(&server).await;
    let born = lists(&browser).await;
    assert!(!born.optional);
    assert_eq!(born.without_list, Stranded::default());
    let [list] = born.lists.as_slice() else {
        panic!("one list: {born:?}");
    };
    assert_eq!((list.name.as_str(), list.is_default), ("Default", true));
    let names: Vec<&str> = list.reasons.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Available",
            "Break",
            "Lunch",
            "Meeting",
            "Training",
            "Offline"
        ]
    );
    assert_eq!(list.reasons[0].kind, PresenceKind::Available);
    assert_eq!(list.reasons[5].kind, PresenceKind::Offline);
    let bea = server.person("beta", "bea", Who::Admin).await;
    let german = server.browser();
    german.sign_in(&bea).await;
    let born = lists(&german).await.lists;
    assert_eq!(born[0].name, "Standard");
    assert_eq!(born[0].reasons[1].name, "Pause");
}

#[tokio::test]
async fn companies_of_before_get_a_default_list_in_their_language() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        for (alias, language) in [("old-en", "en"), ("old-de", "de"), ("old-fr", "fr")] {
            let mut old = company(alias);
            old.language = language.into();
            server.add_company(old).await;
        }
        // As the migration does it, on rows that were there.
        server.change("DELETE FROM presence_lists").await;
        let migration = match &server.services.db {
            Db::Sqlite { .. } => include_str!("../../../migrations/sqlite/0003_console.sql"),
            Db::Postgres(_) => include_str!("../../../migrations/postgres/0003_console.sql"),
        };
        let (_, from) = migration
            .split_once("-- Every company begins with a list in its language.\n")
            .expect("its beginning");
        let (part, _) = from.split_once("\n-- A person").expect("its end");
        for statement in part.split(";\n").filter(|it| !it.trim().is_empty()) {
            server.change(statement).await;
        }
        for (alias, list, second) in [
            ("old-en", "Default", "Break"),
            ("old-de", "Standard", "Pause"),
            ("old-fr", "Default", "Break"),
        ] {
            let admin = server.person(alias, "ada", Who::Admin).await;
            let browser = server.browser();
            browser.sign_in(&admin).await;
            let lists = lists(&browser).await.lists;
            assert_eq!((lists.len(), lists[0].is_default), (1, true), "{alias}");
            assert_eq!(lists[0].name, list, "{alias}");
            assert_eq!(lists[0].reasons.len(), 6, "{alias}");
            assert_eq!(lists[0].reasons[1].name, second, "{alias}");
        }
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn lists_are_made_changed_and_removed_and_the_log_tells() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let answer = add(&browser, a_list(" Front desk ")).await;
        answer.assert_status(201);
        let made: PresenceLists = answer.json();
        // The default one comes first.
        let names: Vec<&str> = made.lists.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Default", "Front desk"]);
        let front = &made.lists[1];
        assert_eq!(
            (front.is_default, front.version, front.people),
            (false, 1, 0)
        );

        let tea = &front.reasons[1];
        let changes = json!({"name": "Reception", "reasons": [
            {"id": tea.id, "name": "Coffee", "kind": "not_ready"},
            {"name": "Free", "kind": "available"},
        ]});
        edit(&browser, front, changes).await.assert_status(200);
        let reception = list(&browser, "Reception").await;
        assert_eq!((&reception.id, reception.version), (&front.id, 2));
        // What is kept keeps its id, what is new has one of its own.
        assert_eq!(reception.reasons[0].id, tea.id);
        assert_ne!(reception.reasons[1].id, front.reasons[0].id);
        assert_eq!(reception.reasons[1].name, "Free");
        // The same once more is no change.
        edit(&browser, &reception, json!({}))
            .await
            .assert_status(200);
        assert_eq!(list(&browser, "Reception").await, reception);

        let marked = edit(&browser, &reception, json!({"is_default": true})).await;
        let marked: PresenceLists = marked.json();
        assert_eq!(marked.lists[0].name, "Reception");
        assert!(!marked.lists[1].is_default, "one at most");
        assert_eq!(marked.lists[1].version, 2, "whoever looks at it is told");
        let old = list(&browser, "Default").await;
        remove(&browser, &old, json!({})).await.assert_status(200);
        assert_eq!(lists(&browser).await.lists.len(), 1);
        assert_eq!(
            noted(&browser).await,
            [
                "added: Front desk",
                "changed: Front desk → Reception",
                "changed: Reception",
                "removed: Default",
            ]
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_list_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let before = lists(&browser).await;
    let born = &before.lists[0];
    let open = json!({"name": "Open", "kind": "available"});
    let reasons = |count: usize| {
        let more = (2..count).map(|n| json!({"name": format!("Reason {n}"), "kind": "offline"}));
        let tea = json!({"name": "Tea", "kind": "not_ready"});
        Value::Array([open.clone(), tea].into_iter().chain(more).collect())
    };
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!("x".repeat(41))),
        ("name", json!("a\u{202e}b")),
        ("name", json!("a\0b")),
        ("name", json!(7)),
        ("reasons", json!([])),
        ("reasons", json!([open])),
        (
            "reasons",
            json!([open, {"name": "Gone", "kind": "offline"}]),
        ),
        (
            "reasons",
            json!([open, {"name": "oPEN ", "kind": "not_ready"}]),
        ),
        ("reasons", json!([open, {"name": "", "kind": "not_ready"}])),
        (
            "reasons",
            json!([open, {"name": "T\0", "kind": "not_ready"}]),
        ),
        ("reasons", json!([open, {"name": "Tea", "kind": "busy"}])),
        (
            "reasons",
            json!([open, {"id": "elsewhere", "name": "Tea", "kind": "not_ready"}]),
        ),
        ("reasons", reasons(31)),
        ("is_default", json!("yes")),
        ("colour", json!("red")),
    ] {
        let mut new = a_list("Front desk");
        new[field] = value.clone();
        for answer in [
            add(&browser, new).await,
            edit(&browser, born, json!({field: value})).await,
        ] {
            answer
                .assert_status(400)
                .problem(ProblemCode::InvalidRequest);
        }
    }
    for changes in [json!({"version": -1}), json!({"accept": -1})] {
        edit(&browser, born, changes).await.assert_status(400);
    }
    for name in ["Default", " default", "ＤＥＦＡＵＬＴ"] {
        add(&browser, a_list(name))
            .await
            .assert_status(409)
            .problem(ProblemCode::NameTaken);
    }
    assert_eq!(lists(&browser).await, before);
    assert!(noted(&browser).await.is_empty());
    // Thirty are a list.
    let mut full = a_list("Front desk");
    full["reasons"] = reasons(30);
    add(&browser, full).await.assert_status(201);
    let full = list(&browser, "Front desk").await;
    edit(&browser, &full, json!({"name": "DEFAULT"}))
        .await
        .assert_status(409)
        .problem(ProblemCode::NameTaken);
    // Its own name in other letters is free to it.
    edit(&browser, &full, json!({"name": "FRONT DESK"}))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn of_two_who_change_a_list_the_second_is_told() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let other = browser.twin();
        let seen = list(&browser, "Default").await;
        let (one, two) = tokio::join!(
            edit(&browser, &seen, json!({"name": "One"})),
            edit(&other, &seen, json!({"name": "Two"})),
        );
        let late = if one.status == 409 { &one } else { &two };
        late.problem(ProblemCode::ChangedMeanwhile);
        assert_eq!(one.status.as_u16() + two.status.as_u16(), 609);
        remove(&browser, &seen, json!({"accept": 9}))
            .await
            .assert_status(409)
            .problem(ProblemCode::ChangedMeanwhile);
        // Two new lists of one name, and two new default ones.
        let (one, two) = tokio::join!(add(&browser, a_list("Night")), add(&other, a_list("night")));
        assert_eq!(one.status.as_u16() + two.status.as_u16(), 610);
        let marked = |name: &str| {
            let mut list = a_list(name);
            list["is_default"] = true.into();
            list
        };
        let (one, two) = tokio::join!(add(&browser, marked("East")), add(&other, marked("West")));
        one.assert_status(201);
        two.assert_status(201);
        let lists = lists(&browser).await.lists;
        assert_eq!(lists.iter().filter(|list| list.is_default).count(), 1);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn administrators_see_whom_it_would_shut_out_and_say_that_they_know() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let anna = server.agent("anna").await;
        let ben = server.agent("ben").await;
        // None of these could not sign in for want of a list.
        server.person(ACME, "both", Who::Both).await;
        server
            .person_with(ACME, "out", Who::Agent, |account, _| {
                account.state = AccountState::Disabled;
            })
            .await;
        let gone = server.agent("gone").await.id;
        server
            .change(format!(
                "UPDATE accounts SET deleted_at = 1 WHERE id = '{gone}'"
            ))
            .await;
        add(&browser, a_list("Front")).await.assert_status(201);
        let front = list(&browser, "Front").await;
        assign(&server, &ben, &front).await;
        let born = list(&browser, "Default").await;
        let effect = async |list: &PresenceList| -> PresenceEffect {
            let path = format!("presence-lists/{}/effect", list.id);
            browser.get(&path).await.json()
        };
        let nobody = Stranded::default();
        let of_front = effect(&front).await;
        assert_eq!(
            (&of_front.removed, &of_front.not_default),
            (&nobody, &nobody)
        );
        let of_born = effect(&born).await;
        assert_eq!(of_born.removed, stranded(1, &["anna"]));
        assert_eq!(of_born.not_default, stranded(1, &["anna"]));

        // Not without knowing, not with an old proof.
        for answer in [
            edit(&browser, &born, json!({"is_default": false})).await,
            remove(&browser, &born, json!({})).await,
        ] {
            answer.assert_status(409).problem(ProblemCode::InUse);
        }
        server.advance(11 * MINUTE);
        for answer in [
            edit(&browser, &born, json!({"is_default": false, "accept": 1})).await,
            remove(&browser, &front, json!({})).await,
        ] {
            answer
                .assert_status(403)
                .problem(ProblemCode::FreshProofNeeded);
        }
        // What shuts nobody out needs no proof.
        edit(&browser, &front, json!({"name": "Front desk"}))
            .await
            .assert_status(200);
        let proof = json!({"password": PASSWORD});
        browser
            .post("session/proof", proof)
            .await
            .assert_status(204);
        edit(&browser, &born, json!({"is_default": false, "accept": 1}))
            .await
            .assert_status(200);
        let now = lists(&browser).await;
        assert!(now.lists.iter().all(|list| !list.is_default));
        assert_eq!(now.without_list, stranded(1, &["anna"]));

        // Without a default list, whoever has this one goes out with it.
        let front = list(&browser, "Front desk").await;
        assert_eq!(front.people, 1);
        assert_eq!(effect(&front).await.removed, stranded(1, &["ben"]));
        let born = list(&browser, "Default").await;
        assert_eq!(effect(&born).await.removed, nobody);
        remove(&browser, &front, json!({"replacement": born.id}))
            .await
            .assert_status(200);
        assert_eq!(list(&browser, "Default").await.people, 1);
        assign(&server, &anna, &born).await;
        remove(&browser, &born, json!({"accept": 1}))
            .await
            .assert_status(409)
            .problem(ProblemCode::InUse);
        remove(&browser, &born, json!({"accept": 2}))
            .await
            .assert_status(200);
        let now = lists(&browser).await;
        assert!(now.lists.is_empty(), "the last one can go, too");
        assert_eq!(now.without_list, stranded(2, &["anna", "ben"]));
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_replacement_takes_the_whole_place() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let anna = server.agent("anna").await;
    add(&browser, a_list("Front")).await.assert_status(201);
    let born = list(&browser, "Default").await;
    let front = list(&browser, "Front").await;
    assign(&server, &anna, &born).await;
    for replacement in [born.id.as_str(), "nobody", "", "a\0b"] {
        remove(&browser, &born, json!({"replacement": replacement}))
            .await
            .assert_status(400)
            .problem(ProblemCode::InvalidRequest);
    }
    let version = format!("SELECT version FROM accounts WHERE id = '{}'", anna.id);
    let before = server.number(version.clone()).await;
    remove(&browser, &born, json!({"replacement": front.id}))
        .await
        .assert_status(200);
    let now = list(&browser, "Front").await;
    assert_eq!((now.is_default, now.people), (true, 1));
    // Whoever has her open is told that she was changed.
    assert_eq!(server.number(version).await, before + 1);
    assert_eq!(
        noted(&browser).await,
        ["added: Front", "removed: Default → Front"]
    );
}

#[tokio::test]
async fn other_companies_lists_are_not_there_and_agents_have_no_business_here() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let (_, browser) = with_ada(&server).await;
    let bea = server.person("beta", "bea", Who::Admin).await;
    let other = server.browser();
    other.sign_in(&bea).await;
    let theirs = list(&other, "Default").await;
    let odd = PresenceList {
        id: "a%00b".into(),
        ..theirs.clone()
    };
    for list in [&theirs, &odd] {
        for answer in [
            edit(&browser, list, json!({})).await,
            remove(&browser, list, json!({})).await,
            browser
                .get(&format!("presence-lists/{}/effect", list.id))
                .await,
        ] {
            answer.assert_status(404).problem(ProblemCode::NotFound);
        }
    }
    add(&browser, a_list("Front")).await.assert_status(201);
    let front = list(&browser, "Front").await;
    remove(&browser, &front, json!({"replacement": theirs.id}))
        .await
        .assert_status(400);
    assert_eq!(list(&other, "Default").await, theirs);

    let anna = server.agent("anna").await;
    let agent = server.browser();
    agent.sign_in(&anna).await;
    for answer in [
        agent.get("presence-lists").await,
        add(&agent, a_list("Mine")).await,
        edit(&agent, &front, json!({})).await,
        remove(&agent, &front, json!({})).await,
        agent
            .get(&format!("presence-lists/{}/effect", front.id))
            .await,
    ] {
        answer.assert_status(403).problem(ProblemCode::Forbidden);
    }
    server.advance(2 * HOUR);
    agent.get("presence-lists").await.signed_out();
}
