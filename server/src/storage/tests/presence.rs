//! Which list counts for whom, and what open desks show.

use super::*;

fn list(id: &str, company: &str, is_default: bool) -> PresenceList {
    PresenceList {
        id: PresenceListId(id.into()),
        company_id: CompanyId(format!("company-{company}")),
        name: format!("List {id}"),
        is_default,
        version: 1,
        created_at: NOW,
    }
}

async fn counts_for(db: &Db, account: &AccountId) -> Option<String> {
    let mut tx = begin(db).await;
    let list = tx.presence_list_of(account).await.expect("answers");
    list.map(|list| list.0)
}

#[tokio::test]
async fn the_own_list_counts_before_the_companys_default_and_no_other_ones() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let other = AccountId("beta-Anna".into());
        assert_eq!(counts_for(&db, &anna).await, None);
        let mut tx = begin(&db).await;
        for list in [list("1", "acme", false), list("2", "acme", true)] {
            tx.add_presence_list(&list).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        assert_eq!(counts_for(&db, &anna).await.as_deref(), Some("2"));
        assert_eq!(counts_for(&db, &other).await, None);
        let mut tx = begin(&db).await;
        tx.defer(
            "UPDATE accounts SET presence_list_id = '1' WHERE id = $1",
            [anna.0.as_str().into()],
        );
        tx.commit().await.expect("commits");
        assert_eq!(counts_for(&db, &anna).await.as_deref(), Some("1"));
        let mut tx = begin(&db).await;
        tx.remove_presence_list(&PresenceListId("1".into()))
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
        assert_eq!(counts_for(&db, &anna).await.as_deref(), Some("2"));
    })
    .await;
}

#[tokio::test]
async fn a_company_has_one_default_list_and_each_name_once() {
    each_engine(async |db| {
        two_annas(&db).await;
        let mut tx = begin(&db).await;
        for list in [list("1", "acme", true), list("2", "beta", true)] {
            tx.add_presence_list(&list).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        let second = list("3", "acme", true);
        let same = PresenceList {
            name: " LIST 1".into(),
            ..list("4", "acme", false)
        };
        for refused in [second, same] {
            let mut tx = begin(&db).await;
            let error = tx.add_presence_list(&refused).await.expect_err("refused");
            let error = error.as_database_error().expect("the database's word");
            assert!(error.is_unique_violation(), "{error:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_many_desks_show_is_read_at_once() {
    each_engine(async |db| {
        let anna = two_annas(&db).await;
        let mut tx = begin(&db).await;
        tx.add_presence_list(&list("1", "acme", true))
            .await
            .expect("adds");
        tx.set_presence(
            "change",
            &NewPresence {
                account: &anna,
                reason: Some("tea"),
                name: "Tea",
                kind: ReasonKind::NotReady,
                displaced: Some("Smoke"),
                since: NOW,
                noted_at: NOW,
                now: NOW,
            },
        )
        .await
        .expect("sets");
        tx.commit().await.expect("commits");
        // More than are asked for in one statement, most of whom are not there.
        let asked: Vec<AccountId> = (0..1200)
            .map(|n| AccountId(format!("nobody-{n}")))
            .chain([anna.clone(), AccountId("beta-Anna".into())])
            .collect();
        let marks = db.presence_marks(&asked).await.expect("answers");
        let shown = PresenceMark {
            account_id: anna.clone(),
            list_id: Some(PresenceListId("1".into())),
            list_version: Some(1),
            company_version: 1,
            reason_id: Some("tea".into()),
            since: Some(NOW),
            displaced: Some("Smoke".into()),
        };
        let nothing = PresenceMark {
            account_id: AccountId("beta-Anna".into()),
            list_id: None,
            list_version: None,
            reason_id: None,
            since: None,
            displaced: None,
            ..shown.clone()
        };
        assert_eq!(marks.len(), 2);
        assert!(
            marks.contains(&shown) && marks.contains(&nothing),
            "{marks:?}"
        );
        let desk = db.at_desk(&anna).await.expect("answers");
        assert_eq!(desk.expect("is there").mark, shown);
        assert!(db.presence_marks(&[]).await.expect("answers").is_empty());
    })
    .await;
}
