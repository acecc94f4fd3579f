//! Requests that meet halfway: rows are held in one order, account, attempt, claim, session, binding, so that nobody waits
//! for somebody who waits for them.

use std::time::Duration;

use server::{
    keys::token_hash,
    storage::{AccountId, AttemptId, PhoneClaimId, Tx},
};

use super::{
    door::{ANNA, come, each_server, say, take_passwords},
    mailed::{enter, mail},
};
use crate::harness::{Answer, TestBrowser, TestServer};

/// Asks while a transaction holds what it begins with, and lets that go on to what it ends with.
async fn meet(
    mut tx: Tx,
    ask: impl Future<Output = Answer>,
    ends: impl AsyncFnOnce(&mut Tx),
) -> Answer {
    let other = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        ends(&mut tx).await;
        tx.commit().await.expect("commits");
    };
    tokio::join!(ask, other).0
}

async fn begin(server: &TestServer) -> Tx {
    server.services.db.begin().await.expect("begins")
}

fn hash(browser: &TestBrowser<'_>, cookie: &str) -> Vec<u8> {
    token_hash(&browser.cookie(cookie).expect("a cookie"))
}

#[tokio::test]
async fn signing_out_here_meets_signing_out_everywhere() {
    each_server(async |server| {
        let anna = server.agent("anna").await;
        let browser = server.browser();
        browser.sign_in(&anna).await;
        let (id, now) = (AccountId(anna.id.clone()), server.services.now());
        let mut tx = begin(server).await;
        tx.lock_account(&id).await.expect("locks");
        let answer = meet(tx, browser.delete("session"), async |tx: &mut Tx| {
            tx.end_sessions(&id, now).await.expect("ends them");
        });
        answer.await.assert_status(204);
    })
    .await;
}

#[tokio::test]
async fn giving_a_sign_in_up_meets_the_next_one() {
    each_server(async |server| {
        let anna = server.agent("anna").await;
        let browser = server.browser();
        browser.begin(&anna).await;
        let cookie = hash(&browser, "callgate-attempt");
        let (id, now) = (AccountId(anna.id.clone()), server.services.now());
        let mut tx = begin(server).await;
        tx.lock_account(&id).await.expect("locks");
        let answer = meet(tx, browser.delete("sign-in"), async |tx: &mut Tx| {
            tx.cancel_attempt(&cookie, now).await.expect("cancels it");
        });
        answer.await.assert_status(204);
    })
    .await;
}

#[tokio::test]
async fn a_mailed_code_meets_the_end_of_another_proof_of_its_claim() {
    each_server(async |server| {
        let anna = server.agent("anna").await;
        let bob = server.agent("bob").await;
        let browser = server.browser();
        let here = come(&browser, ANNA).await;
        let step = say(&browser, &here, &anna).await.code_step();
        take_passwords(server).await;
        mail(&browser, &here, "bob").await.assert_status(200);
        let code = server.code_of(&bob).await;
        let (attempt, claim) = (AttemptId(step.attempt), PhoneClaimId(here.attempt.clone()));
        let now = server.services.now();
        let mut tx = begin(server).await;
        let finished = tx.finish_attempt(&attempt, now).await;
        assert!(finished.expect("answers"));
        let answer = meet(tx, enter(&browser, &here, &code), async |tx: &mut Tx| {
            assert!(tx.use_phone_claim(&claim).await.expect("answers"));
        });
        answer.await.assert_status(409);
    })
    .await;
}
