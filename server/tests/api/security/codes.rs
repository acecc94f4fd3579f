//! Backup codes: made anew, confirmed, and when the old ones end.

use app::wire::{BackupCodes, BackupCodesLeft, ProblemCode};
use serde_json::json;

use super::{CALM, confirm, give_email, server, settings, somebody, with_app};
use crate::harness::{TestBrowser, Who};

async fn make(browser: &TestBrowser<'_>) -> Vec<String> {
    let made: BackupCodes = browser
        .post("security/backup-codes", json!({}))
        .await
        .json();
    made.codes
}

#[tokio::test]
async fn new_codes_count_and_end_the_old_ones_once_one_was_typed_back() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, old) = with_app(&server, &anna, &browser).await;
    confirm(&browser, &old[0]).await.assert_status(204);
    let new = make(&browser).await;
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    assert_eq!(
        settings(&browser).await.two_factor.backup_codes_left,
        Some(10)
    );
    let left = browser.get("security/backup-codes").await;
    assert_eq!(
        left.assert_status(200).json::<BackupCodesLeft>().left,
        Some(10)
    );
    confirm(&browser, &old[1])
        .await
        .assert_status(401)
        .problem(ProblemCode::WrongCode);
    confirm(&browser, "no code at all")
        .await
        .problem(ProblemCode::WrongCode);
    // As people type them: without case, with spaces.
    let typed = new[4].to_lowercase().replace('-', " ");
    confirm(&browser, &typed).await.assert_status(204);
    assert_eq!(
        server
            .number("SELECT COUNT(*) FROM backup_codes WHERE used_at IS NULL")
            .await,
        10,
        "the old set is gone, and typing one back uses nothing up"
    );
    confirm(&browser, &new[4])
        .await
        .assert_status(409)
        .problem(ProblemCode::SetupOver);
    let mails = server.mails_to(&anna).await;
    assert!(mails[0].subject.contains("New backup codes"));
    assert!(!new.iter().any(|code| mails[0].text.contains(code)));
}

#[tokio::test]
async fn only_the_set_shown_last_can_be_confirmed() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, first) = with_app(&server, &anna, &browser).await;
    let second = make(&browser).await;
    confirm(&browser, &first[0])
        .await
        .problem(ProblemCode::WrongCode);
    confirm(&browser, &second[0]).await.assert_status(204);
}

#[tokio::test]
async fn nobody_confirms_anothers_codes() {
    let server = server().await;
    let (anna, browser) = somebody(&server, "anna").await;
    let (_, codes) = with_app(&server, &anna, &browser).await;
    let (eve, hers) = somebody(&server, "eve").await;
    with_app(&server, &eve, &hers).await;
    confirm(&hers, &codes[0])
        .await
        .problem(ProblemCode::WrongCode);
}

#[tokio::test]
async fn without_a_second_way_there_is_nothing_to_back_up() {
    let server = server().await;
    let (_, browser) = somebody(&server, "anna").await;
    browser
        .post("security/backup-codes", json!({}))
        .await
        .assert_status(422)
        .problem(ProblemCode::MethodUnavailable);
    confirm(&browser, "4F7K-9QWX-2M8TD")
        .await
        .problem(ProblemCode::SetupOver);
}

#[tokio::test]
async fn codes_are_stored_as_hashes_only() {
    let server = server().await;
    let person = server.person(CALM, "anna", Who::Agent).await;
    give_email(&server, &person).await;
    let browser = server.browser();
    browser.sign_in(&person).await;
    let codes = make(&browser).await;
    let plain = codes[0].replace('-', "");
    let found = server
        .number(format!(
            "SELECT COUNT(*) FROM backup_codes WHERE CAST(code_hash AS TEXT) LIKE '%{plain}%'"
        ))
        .await;
    assert_eq!(found, 0);
}
