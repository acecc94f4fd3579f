//! Whose accounts belong together, and what a sign-in without a company tries.

use super::*;

/// Anna's accounts at acme and beta under one person.
async fn connected(db: &Db) -> (AccountId, AccountId, PersonId) {
    let at_acme = two_annas(db).await;
    let at_beta = AccountId("beta-Anna".into());
    let person = PersonId("person".into());
    let mut tx = db.begin().await.expect("begins");
    tx.add_person(&person, NOW).await.expect("adds");
    for account in [&at_acme, &at_beta] {
        tx.join_person(account, 1, &person).await.expect("joins");
    }
    tx.commit().await.expect("commits");
    (at_acme, at_beta, person)
}

#[tokio::test]
async fn a_change_from_elsewhere_lets_a_connection_rest() {
    each_engine(async |db| {
        let (at_acme, at_beta, person) = connected(&db).await;
        let account = async |id: &AccountId| db.account(id).await.expect("answers").expect("is");
        assert_eq!(account(&at_acme).await.person(), Some(&person));
        let mut tx = db.begin().await.expect("begins");
        tx.raise_security_version(&at_acme).await.expect("raises");
        tx.commit().await.expect("commits");
        assert_eq!(account(&at_acme).await.person(), None);
        assert_eq!(account(&at_beta).await.person(), Some(&person));
        // It is the account's own that rests: the other one still shows both.
        let companions = db.companions(&person).await.expect("answers");
        assert_eq!(companions.len(), 2);
        let mut tx = db.begin().await.expect("begins");
        tx.join_person(&at_acme, 2, &person).await.expect("joins");
        tx.commit().await.expect("commits");
        assert_eq!(account(&at_acme).await.person(), Some(&person));
    })
    .await;
}

#[tokio::test]
async fn a_person_of_one_account_is_none() {
    each_engine(async |db| {
        let (at_acme, at_beta, person) = connected(&db).await;
        let mut tx = db.begin().await.expect("begins");
        assert!(
            tx.set_default_account(&person, Some(&at_beta))
                .await
                .expect("sets")
        );
        let stranger = AccountId("nobody".into());
        assert!(
            !tx.set_default_account(&person, Some(&stranger))
                .await
                .expect("answers")
        );
        let other = PersonId("other".into());
        assert!(!tx.leave_person(&at_acme, &other).await.expect("answers"));
        assert!(tx.leave_person(&at_beta, &person).await.expect("leaves"));
        tx.commit().await.expect("commits");
        for id in [at_acme, at_beta] {
            let account = db.account(&id).await.expect("answers").expect("is");
            assert_eq!((account.person_id, account.person_version), (None, None));
        }
        assert!(db.companions(&person).await.expect("answers").is_empty());
    })
    .await;
}

#[tokio::test]
async fn merging_keeps_the_first_default() {
    each_engine(async |db| {
        let (at_acme, at_beta, person) = connected(&db).await;
        let other = PersonId("other".into());
        let mut tx = db.begin().await.expect("begins");
        tx.add_person(&other, NOW).await.expect("adds");
        tx.join_person(&at_beta, 1, &other).await.expect("joins");
        tx.set_default_account(&other, Some(&at_beta))
            .await
            .expect("sets");
        tx.merge_persons(&person, &other).await.expect("merges");
        tx.commit().await.expect("commits");
        let companions = db.companions(&person).await.expect("answers");
        let defaults: Vec<_> = companions
            .iter()
            .filter(|companion| companion.is_default())
            .map(|companion| companion.id.clone())
            .collect();
        assert_eq!((companions.len(), defaults), (2, vec![at_beta]));
        assert!(companions.iter().any(|companion| companion.id == at_acme));
    })
    .await;
}

#[tokio::test]
async fn a_domain_has_one_owner() {
    each_engine(async |db| {
        two_annas(&db).await;
        let companies = db.companies().await.expect("answers");
        let [acme, beta] = &companies[..] else {
            panic!("two companies")
        };
        let mut tx = db.begin().await.expect("begins");
        for _ in 0..2 {
            let owner = tx.add_domain("acme.example", &acme.id, NOW).await;
            assert_eq!(owner.expect("adds"), acme.id);
        }
        let owner = tx.add_domain("acme.example", &beta.id, NOW).await;
        assert_eq!(owner.expect("answers"), acme.id);
        let gone = tx.remove_domain("acme.example", &beta.id).await;
        assert!(!gone.expect("answers"));
        tx.commit().await.expect("commits");
        assert!(db.has_domain("acme.example").await.expect("answers"));
        assert!(!db.has_domain("beta.example").await.expect("answers"));
        assert!(db.has_company(&acme.alias).await.expect("answers"));
        assert!(!db.has_company("nobody").await.expect("answers"));
    })
    .await;
}
