//! The company's own settings: who may see and change them, what is refused, where they are seen.

use app::wire::{
    AuditPage, Company, CompanyNotice, DeskLink, HelpSettings, LegalSettings, LegalText,
    NameAndLook, NameAndLookPage, OldLegalText, ProblemCode, SavedLogo, SessionSettings,
    SessionSettingsPage, TestMail,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use server::{
    config::PolicyBounds, domain::finder::name_skeleton, storage::testing::each_database,
};

use crate::harness::{
    ACME, HOUR, MINUTE, Person, Setup, TestBrowser, TestServer, Who, company, seconds,
};

/// A server with an administrator who is signed in by a mailed code.
async fn with_ada(server: &TestServer) -> (Person, TestBrowser<'_>) {
    let ada = server.admin("ada").await;
    let browser = server.browser();
    browser.sign_in(&ada).await;
    (ada, browser)
}

async fn look(browser: &TestBrowser<'_>) -> NameAndLook {
    let page: NameAndLookPage = browser.get("company/look").await.json();
    page.settings
}

fn value(settings: &impl serde::Serialize) -> Value {
    serde_json::to_value(settings).expect("JSON")
}

/// What everybody sees of the company.
async fn seen(server: &TestServer) -> Company {
    server.browser().get("companies/acme").await.json()
}

/// What the log keeps of changes, newest first.
async fn reasons(browser: &TestBrowser<'_>) -> Vec<String> {
    let page: AuditPage = browser.get("audit?kind=company.settings").await.json();
    page.events
        .into_iter()
        .filter_map(|event| event.reason)
        .collect()
}

/// A picture file in base64.
fn picture(width: u32, height: u32, format: ImageFormat) -> String {
    let mut file = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut file, format)
        .expect("is written");
    STANDARD.encode(file.into_inner())
}

#[tokio::test]
async fn name_and_look_are_saved_and_seen_everywhere() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (ada, browser) = with_ada(&server).await;
        let page: NameAndLookPage = browser.get("company/look").await.json();
        assert!(page.time_zones.iter().any(|zone| zone == "Europe/Berlin"));
        let wanted = NameAndLook {
            name: " Acme Care ".into(),
            language: "de".into(),
            languages: vec!["de".into()],
            time_zone: "europe/vienna".into(),
            brand: Some("#1F4FA8".into()),
            accent: Some("#9cc4ff".into()),
            mail_sender: Some("Acme Café".into()),
            ..page.settings
        };
        let saved: NameAndLookPage = browser.put("company/look", value(&wanted)).await.json();
        assert_eq!(saved.settings.name, "Acme Care");
        assert_eq!(saved.settings.time_zone, "Europe/Vienna");
        assert_eq!(saved.settings.brand.as_deref(), Some("#1f4fa8"));
        assert_ne!(saved.settings.version, wanted.version);
        assert_eq!(look(&browser).await, saved.settings);
        let seen = seen(&server).await;
        assert_eq!(
            (seen.name.as_str(), seen.brand.as_deref(), seen.languages),
            ("Acme Care", Some("#1f4fa8"), vec!["de".to_owned()])
        );
        let page = server.browser().page("/acme").await.text();
        assert!(page.contains("--brand:#1f4fa8;"), "{page}");
        assert!(
            !page.contains("value=\"en\""),
            "the menu offers German only"
        );
        assert_eq!(
            reasons(&browser).await,
            ["name · language · languages · time_zone · brand · accent · mail_sender"]
        );
        // The same once more is no change.
        let again = browser.put("company/look", value(&saved.settings)).await;
        again.assert_status(200);
        assert_eq!(reasons(&browser).await.len(), 1);
        let sent: TestMail = browser.post("company/test-mail", json!({})).await.json();
        assert_eq!(sent.sent_to, ada.email);
        let mails = server.mails_to(&ada).await;
        assert_eq!(mails[0].from.as_deref(), Some("Acme Café"));
        assert!(mails[0].html.contains("#1f4fa8"), "{}", mails[0].html);
        assert!(mails[0].subject.contains("Acme Care"));
        let early = browser.post("company/test-mail", json!({})).await;
        early.problem(ProblemCode::ResendTooEarly);
        server.advance(MINUTE);
        browser
            .post("company/test-mail", json!({}))
            .await
            .assert_status(200);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_look_that_cannot_be_is_refused_and_changes_nothing() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let mut beta = company("beta");
        beta.name_skeleton = name_skeleton(&beta.name);
        server.add_company(beta).await;
        let (_, browser) = with_ada(&server).await;
        let before = look(&browser).await;
        type Edit = fn(&mut NameAndLook);
        let edits: [Edit; 15] = [
            |it| it.name = String::new(),
            |it| it.name = "a".repeat(81),
            |it| it.name = "Ac\u{202e}me".into(),
            |it| it.name = "Ac\0me".into(),
            |it| it.language = "tlh".into(),
            |it| it.languages = vec!["tlh".into()],
            |it| it.languages = vec!["de".into()],
            |it| it.time_zone = "Europe/Atlantis".into(),
            |it| it.time_zone = "\0".into(),
            |it| it.brand = Some("red".into()),
            |it| it.accent = Some("#9cc4ff".into()),
            |it| {
                it.brand = Some("#1f4fa8".into());
                it.accent = Some("#2a5fbf".into());
            },
            |it| it.mail_sender = Some("Bank <boss@bank.example>".into()),
            |it| it.mail_sender = Some("a\r\nBcc: b".into()),
            |it| it.mail_sender = Some("a".repeat(81)),
        ];
        for (number, edit) in edits.into_iter().enumerate() {
            let mut wanted = before.clone();
            edit(&mut wanted);
            let answer = browser.put("company/look", value(&wanted)).await;
            assert_eq!(
                answer.any_problem().code,
                ProblemCode::InvalidRequest,
                "{number}"
            );
        }
        // Another company's name, in look-alike letters (Cyrillic а).
        let beta: Company = server.browser().get("companies/beta").await.json();
        let alike = NameAndLook {
            name: beta.name.to_lowercase().replace('a', "\u{430}"),
            ..before.clone()
        };
        let answer = browser.put("company/look", value(&alike)).await;
        answer.problem(ProblemCode::NameTaken);
        assert_eq!(look(&browser).await, before);
        assert!(reasons(&browser).await.is_empty());
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn of_two_administrators_the_second_one_is_told() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, ada) = with_ada(&server).await;
        let eve = server.admin("eve").await;
        let browser = server.browser();
        browser.sign_in(&eve).await;
        let shown: CompanyNotice = ada.get("company/notice").await.json();
        let help: HelpSettings = browser.get("company/help-contact").await.json();
        let first = json!({"version": shown.version, "notice": "New headsets"});
        ada.put("company/notice", first.clone())
            .await
            .assert_status(200);
        let second = json!({"version": shown.version, "notice": "Cake at three"});
        let refused = browser.put("company/notice", second.clone()).await;
        refused.problem(ProblemCode::ChangedMeanwhile);
        let now: CompanyNotice = browser.get("company/notice").await.json();
        assert_eq!(now.notice.as_deref(), Some("New headsets"));
        // Other pages go on as they were.
        let wanted = HelpSettings {
            phone: Some("4001".into()),
            ..help
        };
        let saved = browser.put("company/help-contact", value(&wanted)).await;
        saved.assert_status(200);
        // Both at once: one of them is told.
        let at_once = |text: &str| json!({"version": now.version, "notice": text});
        let (one, other) = tokio::join!(
            ada.put("company/notice", at_once("A")),
            browser.put("company/notice", at_once("B"))
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once_even_at_the_same_moment() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        server.add_company(company("beta")).await;
        let (_, ada) = with_ada(&server).await;
        let bob = server.person("beta", "bob", Who::Admin).await;
        let browser = server.browser();
        browser.sign_in(&bob).await;
        let wanted = |mut settings: NameAndLook| {
            settings.name = "Gamma".into();
            value(&settings)
        };
        let (one, other) = (look(&ada).await, look(&browser).await);
        let (one, other) = tokio::join!(
            ada.put("company/look", wanted(one)),
            browser.put("company/look", wanted(other))
        );
        let (won, lost) = if one.status == 200 {
            (one, other)
        } else {
            (other, one)
        };
        won.assert_status(200);
        lost.problem(ProblemCode::NameTaken);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn logos_are_redrawn_replaced_and_removed() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let file = picture(1280, 400, ImageFormat::Jpeg);
    let saved: SavedLogo = browser
        .put("company/logo", json!({ "picture": file }))
        .await
        .json();
    let address = saved.logo.expect("a logo");
    assert_eq!(seen(&server).await.logo.as_deref(), Some(address.as_str()));
    let path = address.strip_prefix("/api/v1/").expect("of the API");
    let png = server.browser().get(path).await;
    let drawn = image::load_from_memory(&png.body).expect("a PNG");
    assert_eq!((drawn.width(), drawn.height()), (640, 200));
    let small = picture(64, 64, ImageFormat::Png);
    let other: SavedLogo = browser
        .put("company/logo", json!({ "picture": small }))
        .await
        .json();
    assert_ne!(other.logo.as_ref(), Some(&address));
    for bad in [
        "",
        "not base64!",
        "PHN2Zy8+",
        &picture(5000, 1, ImageFormat::Png),
    ] {
        let answer = browser.put("company/logo", json!({ "picture": bad })).await;
        answer.problem(ProblemCode::InvalidRequest);
    }
    let large = "A".repeat(3 * 1024 * 1024);
    let answer = browser
        .put("company/logo", json!({ "picture": large }))
        .await;
    answer.problem(ProblemCode::TooLarge);
    assert_eq!(seen(&server).await.logo, other.logo);
    let gone: SavedLogo = browser.delete("company/logo").await.json();
    assert_eq!(gone.logo, None);
    browser.delete("company/logo").await.assert_status(200);
    assert_eq!(seen(&server).await.logo, None);
    assert_eq!(reasons(&browser).await, ["logo", "logo", "logo"]);
}

#[tokio::test]
async fn every_version_of_a_text_is_kept() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        let mut acme = company(ACME);
        acme.terms = Some("# Be kind".into());
        acme.privacy = None;
        server.add_company(acme).await;
        let (_, browser) = with_ada(&server).await;
        let before: LegalSettings = browser.get("company/legal").await.json();
        assert_eq!((before.terms.version, before.privacy.version), (1, 0));
        assert_eq!(before.terms.versions[0].by, None);
        let text = "Be *very* kind <b>always</b>";
        let preview: LegalText = browser
            .post("company/legal/preview", json!({ "text": text }))
            .await
            .json();
        let LegalText::Html(html) = &preview else {
            panic!("Markdown")
        };
        assert!(
            html.contains("<em>very</em>") && !html.contains("<b>"),
            "{html}"
        );
        let wanted = json!({ "version": 1, "text": text });
        let saved: LegalSettings = browser
            .put("company/legal/terms", wanted.clone())
            .await
            .json();
        assert_eq!(saved.terms.version, 2);
        assert_eq!(saved.terms.versions[0].by.as_deref(), Some("ada Somebody"));
        let shown: LegalText = server.browser().get("companies/acme/terms").await.json();
        assert_eq!(shown, preview);
        let late = browser.put("company/legal/terms", wanted).await;
        late.problem(ProblemCode::ChangedMeanwhile);
        let gone = json!({ "version": 2, "text": null });
        let saved: LegalSettings = browser.put("company/legal/terms", gone).await.json();
        assert!(saved.terms.versions[0].removed && saved.terms.text.is_none());
        assert!(!seen(&server).await.terms);
        let url = json!({ "version": 0, "text": " https://acme.example/privacy " });
        let saved: LegalSettings = browser
            .put("company/legal/privacy", url.clone())
            .await
            .json();
        assert_eq!(
            saved.privacy.text.as_deref(),
            Some("https://acme.example/privacy")
        );
        // The same once more is no version.
        let same = json!({ "version": 1, "text": "https://acme.example/privacy" });
        let saved: LegalSettings = browser.put("company/legal/privacy", same).await.json();
        assert_eq!(saved.privacy.versions.len(), 1);
        let first: OldLegalText = browser.get("company/legal/terms?version=1").await.json();
        assert_eq!(
            first.text,
            Some(LegalText::Html("<h2>Be kind</h2>\n".into()))
        );
        let third: OldLegalText = browser.get("company/legal/terms?version=3").await.json();
        assert_eq!(third.text, None);
        for (path, code) in [
            ("company/legal/terms?version=4", ProblemCode::NotFound),
            (
                "company/legal/terms?version=-1",
                ProblemCode::InvalidRequest,
            ),
            ("company/legal/terms", ProblemCode::InvalidRequest),
            ("company/legal/moon?version=1", ProblemCode::NotFound),
        ] {
            browser.get(path).await.problem(code);
        }
        for bad in ["http://acme.example", "a\0b"] {
            let answer = browser
                .put(
                    "company/legal/privacy",
                    json!({ "version": 1, "text": bad }),
                )
                .await;
            answer.problem(ProblemCode::InvalidRequest);
        }
        assert_eq!(reasons(&browser).await, ["privacy 1", "terms 3", "terms 2"]);
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn help_and_links_are_checked() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let before: HelpSettings = browser.get("company/help-contact").await.json();
    let link = |number: usize| DeskLink {
        name: format!("Page {number}"),
        url: format!("https://wiki.acme.example/{number}"),
    };
    let wanted = HelpSettings {
        name: Some(" Help desk ".into()),
        phone: Some("4000".into()),
        email: Some("help@acme.example".into()),
        desk_links: (0..12).map(link).collect(),
        ..before.clone()
    };
    let saved: HelpSettings = browser
        .put("company/help-contact", value(&wanted))
        .await
        .json();
    assert_eq!(saved.name.as_deref(), Some("Help desk"));
    assert_eq!(saved.desk_links, wanted.desk_links);
    let contact = seen(&server).await.help_contact.expect("a contact");
    assert_eq!(contact.phone.as_deref(), Some("4000"));
    type Edit = fn(&mut HelpSettings);
    let edits: [Edit; 7] = [
        |it| it.name = None,
        |it| it.phone = Some("a".repeat(81)),
        |it| it.email = Some("help".into()),
        |it| it.desk_links.push(it.desk_links[0].clone()),
        |it| it.desk_links[0].url = "http://wiki.acme.example".into(),
        |it| it.desk_links[0].url = "javascript:alert(1)".into(),
        |it| it.desk_links[0].name = String::new(),
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let mut wanted = saved.clone();
        edit(&mut wanted);
        let answer = browser.put("company/help-contact", value(&wanted)).await;
        assert_eq!(
            answer.any_problem().code,
            ProblemCode::InvalidRequest,
            "{number}"
        );
    }
    let none = HelpSettings {
        version: saved.version,
        ..HelpSettings::default()
    };
    let none = browser.put("company/help-contact", value(&none)).await;
    none.assert_status(200);
    assert_eq!(seen(&server).await.help_contact, None);
}

#[tokio::test]
async fn sessions_are_bounded_shortened_at_once_and_lengthened_with_a_fresh_proof() {
    each_database(async |database| {
        let server = TestServer::at(&database.url, Setup::default()).await;
        server.add_company(company(ACME)).await;
        let (_, browser) = with_ada(&server).await;
        let agent = server.agent("ana").await;
        let at_desk = server.browser();
        at_desk.sign_in(&agent).await;
        let page: SessionSettingsPage = browser.get("company/sessions").await.json();
        let before = page.settings;
        assert_eq!(page.choices.usual_password_minimum, 8);
        let shorter = SessionSettings {
            total_minutes: 30,
            idle_minutes: 10,
            password_minimum: Some(12),
            ..before.clone()
        };
        // Asking more needs no proof, however old the last one is.
        server.advance(11 * MINUTE);
        at_desk
            .post("session/activity", json!({}))
            .await
            .assert_status(200);
        let saved: SessionSettingsPage = browser
            .put("company/sessions", value(&shorter))
            .await
            .json();
        assert_eq!(
            (saved.settings.total_minutes, saved.settings.idle_minutes),
            (30, 10)
        );
        server.advance(11 * MINUTE);
        at_desk.session().await.problem(ProblemCode::SignedOut);
        // So is the administrator by now.
        let ada = Person {
            id: String::new(),
            alias: ACME.into(),
            username: "ada".into(),
            email: "ada@acme.example".into(),
        };
        let browser = server.browser();
        browser.sign_in(&ada).await;
        server.advance(9 * MINUTE + seconds(59));
        browser
            .post("session/activity", json!({}))
            .await
            .assert_status(200);
        server.advance(MINUTE);
        let longer = SessionSettings {
            total_minutes: 60,
            ..saved.settings.clone()
        };
        let stale = browser.put("company/sessions", value(&longer)).await;
        stale.problem(ProblemCode::FreshProofNeeded);
        let password = json!({ "password": crate::harness::PASSWORD });
        browser
            .post("session/proof", password)
            .await
            .assert_status(204);
        browser
            .put("company/sessions", value(&longer))
            .await
            .assert_status(200);
        assert_eq!(
            reasons(&browser).await,
            [
                "session_total 30 → 60".to_owned(),
                format!(
                    "session_total {} → 30 · session_idle {} → 10 · password_minimum none → 12",
                    before.total_minutes, before.idle_minutes
                ),
            ]
        );
        server.services.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn session_settings_stay_within_the_operators_bounds() {
    let mut bounds = PolicyBounds::default();
    bounds.sessions.total = (HOUR, 10 * HOUR);
    bounds.password_length = (10, 20);
    let server = TestServer::with(Setup {
        policy_bounds: bounds,
        ..Setup::default()
    })
    .await;
    let (_, browser) = with_ada(&server).await;
    let page: SessionSettingsPage = browser.get("company/sessions").await.json();
    assert_eq!(page.choices.longest_total_minutes, 600);
    assert_eq!(page.choices.least_password_minimum, 10);
    let before = page.settings;
    type Edit = fn(&mut SessionSettings);
    let edits: [Edit; 8] = [
        |it| it.total_minutes = 0,
        |it| it.total_minutes = 59,
        |it| it.total_minutes = 601,
        |it| it.idle_minutes = 4,
        |it| it.idle_minutes = u32::MAX,
        |it| {
            it.total_minutes = 60;
            it.idle_minutes = 61;
        },
        |it| it.password_minimum = Some(9),
        |it| it.password_minimum = Some(21),
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let mut wanted = before.clone();
        edit(&mut wanted);
        let answer = browser.put("company/sessions", value(&wanted)).await;
        assert_eq!(
            answer.any_problem().code,
            ProblemCode::InvalidRequest,
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_password_that_became_too_short_is_changed_at_the_next_sign_in() {
    let server = TestServer::start().await;
    let (_, browser) = with_ada(&server).await;
    let ana = server.agent("ana").await;
    let page: SessionSettingsPage = browser.get("company/sessions").await.json();
    let wanted = SessionSettings {
        password_minimum: Some(24),
        ..page.settings
    };
    browser
        .put("company/sessions", value(&wanted))
        .await
        .assert_status(200);
    let at_desk = server.browser();
    let step: Value = at_desk
        .type_password(&ana, crate::harness::PASSWORD)
        .await
        .json();
    assert_eq!(step["step"], "change_password");
    assert_eq!(step["minimum"], 24);
    let short = json!({ "attempt": step["attempt"], "password": "nineteen characters" });
    let refused = at_desk.post("sign-in/password", short).await;
    refused.problem(ProblemCode::PasswordRefused);
    let long = json!({ "attempt": step["attempt"], "password": "twenty quiet harbours at noon" });
    at_desk
        .post("sign-in/password", long)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn only_administrators_of_the_company_see_and_change_it() {
    let server = TestServer::start().await;
    server.add_company(company("beta")).await;
    let (_, ada) = with_ada(&server).await;
    let ana = server.agent("ana").await;
    let agent = server.browser();
    agent.sign_in(&ana).await;
    let nobody = server.browser();
    for page in ["look", "notice", "help-contact", "legal", "sessions"] {
        let path = format!("company/{page}");
        ada.get(&path).await.assert_status(200);
        agent.get(&path).await.problem(ProblemCode::Forbidden);
        nobody.get(&path).await.problem(ProblemCode::SignedOut);
        if page != "legal" {
            let settings: Value = ada.get(&path).await.json();
            let wanted = settings.get("settings").unwrap_or(&settings).clone();
            let answer = agent.put(&path, wanted.clone()).await;
            answer.problem(ProblemCode::Forbidden);
            nobody
                .put(&path, wanted)
                .await
                .problem(ProblemCode::SignedOut);
            let odd = ada.put(&path, json!({ "version": "x", "moon": 1 })).await;
            odd.problem(ProblemCode::InvalidRequest);
        }
    }
    let file = json!({ "picture": picture(8, 8, ImageFormat::Png) });
    agent
        .put("company/logo", file)
        .await
        .problem(ProblemCode::Forbidden);
    agent
        .delete("company/logo")
        .await
        .problem(ProblemCode::Forbidden);
    let text = json!({ "version": 0, "text": "x" });
    let answer = agent.put("company/legal/terms", text).await;
    answer.problem(ProblemCode::Forbidden);
    let answer = agent.post("company/test-mail", json!({})).await;
    answer.problem(ProblemCode::Forbidden);
    let untouched = "SELECT COUNT(*) FROM companies WHERE alias = 'beta' AND notice IS NULL";
    assert_eq!(server.number(untouched).await, 1);
}
