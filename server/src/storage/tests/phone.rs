//! Browsers that speak for Connect users.

use super::*;

#[tokio::test]
async fn a_sign_in_under_way_ends_with_the_phone_it_came_by() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let acme = CompanyId("company-acme".into());
        let browser = BrowserId("browser".into());
        let claim = PhoneClaimId("claim".into());
        let mut tx = begin(&db).await;
        let is_free = tx.become_phone_user(&anna, "Anna", "anna").await;
        assert!(is_free.expect("answers"));
        tx.add_browser(&browser, b"browser", NOW);
        tx.add_phone_claim(&NewPhoneClaim {
            id: &claim,
            company: &acme,
            cookie_hash: b"claim",
            username: Some("Anna"),
            next: None,
            invited: None,
            taken: false,
            created_at: NOW,
            expires_at: after(30),
        })
        .await
        .expect("adds");
        tx.commit().await.expect("commits");

        let mut sign_in = begin(&db).await;
        sign_in.lock_account(&anna).await.expect("locks");
        assert!(sign_in.use_phone_claim(&claim).await.expect("answers"));
        sign_in.add_session(NewSession {
            phone_username: Some("Anna".into()),
            ..new_session("cookie", &anna, 1)
        });
        let binding = NewBinding {
            id: "binding",
            browser: &browser,
            account: &anna,
            security_version: 1,
            phone_username: "anna",
            now: NOW,
            expires_at: after(60),
            user_agent: "",
            address: "",
        };
        sign_in.add_binding(&binding).await.expect("adds");
        let leaving = tokio::spawn({
            let db = db.clone();
            async move {
                let mut tx = begin(&db).await;
                tx.hold_company(&acme).await.expect("holds");
                tx.leave_phone(&acme, NOW).await.expect("leaves");
                tx.commit().await.expect("commits");
            }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        sign_in.commit().await.expect("commits");
        leaving.await.expect("leaves");

        assert!(db.bindings(&anna, NOW).await.expect("answers").is_empty());
        let live = db.live_session(b"cookie", NOW).await.expect("answers");
        assert!(live.is_none());
        let mut tx = begin(&db).await;
        let bound = tx.note_binding_use("binding", "", NOW).await;
        assert!(!bound.expect("answers"));
    })
    .await;
}
