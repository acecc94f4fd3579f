//! What the log finds, in what order, and by which index.

use sqlx::{AssertSqlSafe, Row};

use super::*;
use crate::storage::testing::TestDatabase;

#[test]
fn every_kind_is_listed_once_and_found_by_its_name_and_group() {
    let mut names: Vec<&str> = AuditKind::ALL.map(AuditKind::name).to_vec();
    for kind in AuditKind::ALL {
        assert_eq!(Kinds::named(kind.name()), Some(Kinds::One(kind)));
        assert_eq!(Kinds::named(kind.group()), Some(Kinds::Group(kind.group())));
        assert!(Kinds::Group(kind.group()).each().any(|other| other == kind));
    }
    for name in ["", "sign", "sign_in.", "sign_in.%", "moon.landed"] {
        assert_eq!(Kinds::named(name), None, "{name}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), AuditKind::ALL.len());
}

/// What makes a page quick at a million events: no plan looks at more than an index's end.
#[tokio::test]
async fn every_run_is_read_from_an_index_in_its_order() {
    let database = TestDatabase::sqlite();
    let db = Db::open(&database.url).await.expect("opens");
    let Db::Sqlite { read, .. } = &db else {
        unreachable!("it is SQLite")
    };
    let someone = || AccountId("someone".into());
    for (run, index) in [
        (Run::Company, "audit_events_company"),
        (Run::Kind(AuditKind::SignedIn), "audit_events_kind"),
        (Run::About(someone()), "audit_events_account"),
        (Run::By(someone()), "audit_events_actor"),
    ] {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", run.sql()));
        let plan: Vec<String> = sqlx::query(explain)
            .bind("company")
            .bind(0_i64)
            .bind(1_i64)
            .bind("")
            .bind("%")
            .bind(None::<String>)
            .bind(run.key(&CompanyId("company".into())))
            .bind(51_i64)
            .fetch_all(&mut *read.borrow().await.expect("a reader"))
            .await
            .expect("explains")
            .iter()
            .map(|row| row.get("detail"))
            .collect();
        let plan = plan.join("\n");
        assert!(
            plan.contains(&format!("SEARCH e USING INDEX {index} ")),
            "{run:?}: {plan}"
        );
        assert!(!plan.contains("SCAN"), "{run:?}: {plan}");
        // Events of one millisecond are put in order, never all that there are.
        assert!(!plan.contains("B-TREE FOR ORDER BY"), "{run:?}: {plan}");
    }
    db.close().await;
}
