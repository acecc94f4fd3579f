//! Who asked for a new password or for a link past a wait, known or not: written without a look at any account, so that asking costs the same for
//! everybody, and worked off by a job.

use crate::clock::Moment;

use super::{CompanyId, Db, Result, Tx, on_db, on_tx, on_writer};

/// A request as it waits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ResetRequest {
    pub id: String,
    pub company_id: CompanyId,
    /// What was typed and wished for, and the language of the page.
    pub sealed: Vec<u8>,
    /// The id of the HTTP request, and where it came from.
    pub reference: String,
    pub address: String,
    pub created_at: Moment,
}

const ADD: &str =
    "INSERT INTO reset_requests (id, company_id, sealed, reference, address, created_at)
     SELECT $1, $2, $3, $4, $5, $6
     WHERE (SELECT COUNT(*) FROM reset_requests WHERE company_id = $2) < $7
         AND (SELECT COUNT(*) FROM reset_requests) < $8";

impl Db {
    /// Adds a request in one statement, unless so many of its company, or so many at all, wait already. Answers whether
    /// there was room. Servers that ask at the same moment may exceed the numbers by one each.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_reset_request(
        &self,
        request: &ResetRequest,
        of_company: i64,
        at_all: i64,
    ) -> Result<bool> {
        on_writer!(self, c => {
            let done = sqlx::query(ADD)
            .bind(&request.id)
            .bind(&request.company_id)
            .bind(&request.sealed)
            .bind(&request.reference)
            .bind(&request.address)
            .bind(request.created_at)
            .bind(of_company)
            .bind(at_all)
            .execute(c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// The requests that have waited longest.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reset_requests(&self, limit: u32) -> Result<Vec<ResetRequest>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT id, company_id, sealed, reference, address, created_at
                 FROM reset_requests ORDER BY created_at, id LIMIT $1",
            )
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// As [`Db::add_reset_request`], together with what else is written.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_reset_request(
        &mut self,
        request: &ResetRequest,
        of_company: i64,
        at_all: i64,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(ADD)
                .bind(&request.id)
                .bind(&request.company_id)
                .bind(&request.sealed)
                .bind(&request.reference)
                .bind(&request.address)
                .bind(request.created_at)
                .bind(of_company)
                .bind(at_all)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Takes a request out. Answers whether this call did it: of several servers, one does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_reset_request(&mut self, id: &str) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM reset_requests WHERE id = $1")
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;
    use crate::storage::{Company, testing::each_engine, tests::company};

    fn request(id: &str, company: &Company, at: i64) -> ResetRequest {
        ResetRequest {
            id: id.into(),
            company_id: company.id.clone(),
            sealed: b"sealed".to_vec(),
            reference: "reference".into(),
            address: "203.0.113.7".into(),
            created_at: Moment(at),
        }
    }

    async fn two_companies(db: &Db) -> [Company; 2] {
        let companies = ["acme", "beta"].map(company);
        let mut tx = db.begin().await.expect("begins");
        for company in &companies {
            tx.add_company(company).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        companies
    }

    #[tokio::test]
    async fn the_oldest_come_first_and_are_taken_once() {
        each_engine(async |db| {
            let [acme, beta] = two_companies(&db).await;
            for (id, company, at) in [("b", &acme, 2), ("a", &beta, 3), ("c", &acme, 1)] {
                let added = db.add_reset_request(&request(id, company, at), 9, 9).await;
                assert!(added.expect("answers"));
            }
            let waiting = db.reset_requests(2).await.expect("answers");
            let ids: Vec<_> = waiting.iter().map(|request| request.id.as_str()).collect();
            assert_eq!(ids, ["c", "b"]);
            assert_eq!(waiting[0].sealed, b"sealed");
            let takers = (0..8).map(|_| async {
                let mut tx = db.begin().await.expect("begins");
                let took = tx.take_reset_request("c").await.expect("answers");
                tx.commit().await.expect("commits");
                took
            });
            let took = join_all(takers).await;
            assert_eq!(took.into_iter().filter(|took| *took).count(), 1);
            assert_eq!(db.reset_requests(9).await.expect("answers").len(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn a_flood_upon_one_company_leaves_room_for_others() {
        each_engine(async |db| {
            let [acme, beta] = two_companies(&db).await;
            let mut taken = Vec::new();
            for n in 0..5 {
                let request = request(&format!("acme-{n}"), &acme, n);
                taken.push(db.add_reset_request(&request, 3, 5).await.expect("answers"));
            }
            assert_eq!(taken, [true, true, true, false, false]);
            let mut taken = Vec::new();
            for n in 0..3 {
                let request = request(&format!("beta-{n}"), &beta, n);
                taken.push(db.add_reset_request(&request, 3, 5).await.expect("answers"));
            }
            assert_eq!(taken, [true, true, false], "five at all");
        })
        .await;
    }
}
