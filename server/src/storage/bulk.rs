//! Very many rows at once, for measuring only.

use super::{Result, Tx, on_tx};
use crate::clock::Moment;

/// So many companies and accounts that are all alike.
#[derive(Clone, Copy, Debug)]
pub struct Bulk<'a> {
    pub companies: u32,
    /// Account N belongs to company N modulo `companies`.
    pub accounts: u32,
    /// Further people of company 0, who are not alike: a tenth has the same first name, a tenth is disabled, a twentieth
    /// locked, so that a thousand of them fill a page of each. With them comes an administrator, `admin-0`.
    pub crowd: u32,
    /// A PHC string; everybody has the same password.
    pub password_hash: &'a str,
    /// Characters of that password.
    pub password_length: u32,
    pub session_total_ms: i64,
    pub session_idle_ms: i64,
    pub created_at: Moment,
}

impl Tx {
    /// Adds companies `bench-0`, `bench-1`… that ask for a password only and have a default presence reason list, and
    /// accounts `agent-0`,
    /// `agent-1`… that can sign in.
    ///
    /// # Errors
    /// When the database refuses, for example because they exist.
    pub async fn add_bulk(&mut self, bulk: &Bulk<'_>) -> Result<()> {
        let companies = "WITH RECURSIVE n (i) AS (
                SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1
            )
            INSERT INTO companies (id, alias, name, name_skeleton, language, time_zone, passwords,
                second_factor, session_total_ms, session_idle_ms, created_at)
            SELECT 'bench-company-' || i, 'bench-' || i, 'Bench ' || i, 'bench ' || i, 'en', 'UTC',
                TRUE, 'off', $2, $3, $4 FROM n";
        let accounts = "WITH RECURSIVE n (i) AS (
                SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1
            )
            INSERT INTO accounts (id, company_id, username, username_folded, email, email_folded,
                name, search, state, agent, admin, password_hash, password_length, created_at)
            SELECT 'bench-account-' || i, 'bench-company-' || (i % $2), 'agent-' || i, 'agent-' || i,
                'agent-' || i || '@bench.example', 'agent-' || i || '@bench.example', 'Agent ' || i,
                'agent ' || i || ' agent-' || i || '@bench.example', 'enabled', TRUE, FALSE, $3, $4, $5
            FROM n ORDER BY i % $2, i";
        let lists = "INSERT INTO presence_lists (id, company_id, name, name_folded, is_default, created_at)
            SELECT id, id, 'Default', 'default', TRUE, created_at FROM companies WHERE id LIKE 'bench-company-%'";
        let reasons = "WITH words (position, name, kind) AS (VALUES
                (0, 'Available', 'available'), (1, 'Break', 'not_ready'), (2, 'Offline', 'offline'))
            INSERT INTO presence_reasons (id, list_id, position, name, kind)
            SELECT l.id || '-' || w.position, l.id, w.position, w.name, w.kind
            FROM presence_lists l CROSS JOIN words w WHERE l.id LIKE 'bench-company-%'";
        let crowd = "WITH RECURSIVE n (i) AS (
                SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1
            )
            INSERT INTO accounts (id, company_id, username, username_folded, email, email_folded, name, search,
                state, agent, admin, password_hash, password_length, locked_at, last_sign_in_at, created_at)
            SELECT 'bench-crowd-' || i, 'bench-company-0', who || i, who || i, who || i || '@crowd.example',
                who || i || '@crowd.example', first || ' ' || i, LOWER(first) || ' ' || i || ' ' || who || i || ' ' || who || i || '@crowd.example',
                CASE WHEN i % 10 = 1 THEN 'disabled' ELSE 'enabled' END, i > 0, i = 0, $2, $3,
                CASE WHEN i % 20 = 2 THEN $4 END, $4 - i * 1000, $4
            FROM (SELECT i, CASE WHEN i = 0 THEN 'admin-' ELSE 'person-' END AS who,
                      SUBSTR('AnnaBertCaraDoraEmilFredGretHansIdaaJens', CAST(1 + 4 * (i % 10) AS INTEGER), 4) AS first
                  FROM n) named";
        on_tx!(self, c => {
            sqlx::query(companies)
                .bind(i64::from(bulk.companies))
                .bind(bulk.session_total_ms)
                .bind(bulk.session_idle_ms)
                .bind(bulk.created_at)
                .execute(&mut *c)
                .await?;
            sqlx::query(lists).execute(&mut *c).await?;
            sqlx::query(reasons).execute(&mut *c).await?;
            sqlx::query(accounts)
                .bind(i64::from(bulk.accounts))
                .bind(i64::from(bulk.companies))
                .bind(bulk.password_hash)
                .bind(i64::from(bulk.password_length))
                .bind(bulk.created_at)
                .execute(&mut *c)
                .await?;
            if bulk.crowd > 0 {
                sqlx::query(crowd)
                    .bind(i64::from(bulk.crowd))
                    .bind(bulk.password_hash)
                    .bind(i64::from(bulk.password_length))
                    .bind(bulk.created_at)
                    .execute(&mut *c)
                    .await?;
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::UserView;

    use crate::storage::{AccountFilter, AccountState, CompanyId, Needs, testing::each_engine};

    #[tokio::test]
    async fn accounts_are_spread_over_the_companies() {
        each_engine(async |db| {
            let bulk = Bulk {
                companies: 3,
                accounts: 10,
                crowd: 60,
                password_hash: "$argon2id$…",
                password_length: 21,
                session_total_ms: 1000,
                session_idle_ms: 100,
                created_at: Moment(7),
            };
            let mut tx = db.begin().await.expect("begins");
            tx.add_bulk(&bulk).await.expect("adds");
            tx.commit().await.expect("commits");
            let company = db
                .company_by_alias("bench-2")
                .await
                .expect("answers")
                .expect("is there");
            assert_eq!(company.id, CompanyId("bench-company-2".into()));
            let found = db
                .account_by_identifier(&company.id, "agent-8")
                .await
                .expect("answers");
            let account = found.expect("is there");
            assert_eq!(account.state, AccountState::Enabled);
            assert_eq!(account.password_hash.as_deref(), Some("$argon2id$…"));
            let absent = db
                .account_by_identifier(&company.id, "agent-9")
                .await
                .expect("answers");
            assert!(absent.is_none(), "9 belongs to company 0");
            let crowded = CompanyId("bench-company-0".into());
            let admin = db
                .account_by_identifier(&crowded, "admin-0")
                .await
                .expect("answers");
            assert!(admin.expect("is there").admin);
            let locked = AccountFilter {
                view: UserView::Locked,
                search: Some("cara 2".into()),
                ..AccountFilter::all()
            };
            let page = db
                .list_accounts(&crowded, &locked, Needs::default(), Moment(7), 50, 0)
                .await
                .expect("answers");
            assert_eq!(
                (page.total, page.rows[0].username.as_str()),
                (2, "person-2")
            );
        })
        .await;
    }
}
