//! What browsers said about Amazon Connect, until it is proven whose it is, and Connect users who ask to join. A claim
//! belongs to the browser that holds its cookie, and is used up by the sign-in that it leads to.

use crate::clock::Moment;

use super::{AccountId, CompanyId, Db, PhoneClaimId, Result, Tx, fold, on_db, on_tx};

/// A claim's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PhoneClaim {
    pub id: PhoneClaimId,
    pub company_id: CompanyId,
    pub cookie_hash: Vec<u8>,
    /// As Amazon Connect writes it; none: an invitation was opened, and *Secure Login* comes next.
    pub username: Option<String>,
    /// Where the person wanted to go.
    pub next: Option<String>,
    /// Whose invitation was opened here, which proves it.
    pub invited: Option<AccountId>,
    /// What was typed for the mailed code, sealed.
    pub typed: Option<Vec<u8>>,
    /// Whom it turned out to be.
    pub account_id: Option<AccountId>,
    /// Keyed; of the newest code.
    pub code_hash: Option<Vec<u8>>,
    pub code_asked_at: Option<Moment>,
    pub code_expires_at: Option<Moment>,
    /// Wrong codes of this claim.
    pub code_failures: i64,
    /// Of whoever was invited or is mailed a code, as it was then.
    pub security_version: Option<i64>,
    /// A sign-in goes on with it: nothing else can.
    pub taken: bool,
    pub asked_to_join: bool,
    pub expires_at: Moment,
}

/// A new claim with the hash of the cookie that holds it.
#[derive(Clone, Debug)]
pub struct NewPhoneClaim<'a> {
    pub id: &'a PhoneClaimId,
    pub company: &'a CompanyId,
    pub cookie_hash: &'a [u8],
    pub username: Option<&'a str>,
    pub next: Option<&'a str>,
    /// Whose invitation was opened, with their security version.
    pub invited: Option<(&'a AccountId, i64)>,
    pub taken: bool,
    pub created_at: Moment,
    pub expires_at: Moment,
}

/// A code that was mailed for a claim.
#[derive(Clone, Copy, Debug)]
pub struct BindCode<'a> {
    pub account: &'a AccountId,
    pub security_version: i64,
    pub code_hash: &'a [u8],
    pub expires_at: Moment,
}

/// Somebody who asks for an account.
#[derive(Clone, Debug)]
pub struct NewJoinRequest<'a> {
    pub id: &'a str,
    pub company: &'a CompanyId,
    /// As Amazon Connect writes it, and folded.
    pub phone_username: &'a str,
    pub folded: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub asked_at: Moment,
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    Asked,
    /// This Connect user asks already under the same address, and what was said first stands.
    Known,
    /// Too many ask.
    Full,
}

macro_rules! claim {
    ($rest:literal) => {
        concat!(
            "SELECT id, company_id, cookie_hash, username, next, invited, typed, account_id, code_hash, code_asked_at,
                 code_expires_at, code_failures, security_version, taken, asked_to_join, expires_at
             FROM phone_claims ",
            $rest
        )
    };
}

impl Db {
    /// The claim that a browser's cookie holds, unless it ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_claim_by_cookie(
        &self,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<PhoneClaim>> {
        on_db!(self, c => {
            sqlx::query_as(claim!("WHERE cookie_hash = $1 AND expires_at > $2"))
                .bind(cookie_hash)
                .bind(now)
                .fetch_optional(c)
                .await
        })
    }
}

impl Tx {
    /// # Errors
    /// When the database does not answer.
    pub async fn phone_claim(&mut self, id: &PhoneClaimId) -> Result<Option<PhoneClaim>> {
        on_tx!(self, c => {
            sqlx::query_as(claim!("WHERE id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_phone_claim(&mut self, claim: &NewPhoneClaim<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO phone_claims (id, company_id, cookie_hash, username, next, invited, security_version,
                     taken, created_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(claim.id)
            .bind(claim.company)
            .bind(claim.cookie_hash)
            .bind(claim.username)
            .bind(claim.next)
            .bind(claim.invited.map(|(account, _)| account))
            .bind(claim.invited.map(|(_, version)| version))
            .bind(claim.taken)
            .bind(claim.created_at)
            .bind(claim.expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Forgets what the browser that holds this cookie said.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_up_phone_claim(&mut self, cookie_hash: &[u8]) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("DELETE FROM phone_claims WHERE cookie_hash = $1")
                .bind(cookie_hash)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Uses a claim up, once. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn use_phone_claim(&mut self, id: &PhoneClaimId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query("DELETE FROM phone_claims WHERE id = $1")
                .bind(id)
                .execute(&mut *c)
                .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Lets a sign-in go on with a claim, whose code works no more; or lets the claim wait again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hold_phone_claim(&mut self, id: &PhoneClaimId, taken: bool) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE phone_claims SET taken = $2, code_hash = NULL WHERE id = $1")
                .bind(id)
                .bind(taken)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Notes that a code is wanted, for whom, and that older ones work no more; not before so long after the last
    /// one. Answers whether it is noted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn want_bind_code(
        &mut self,
        id: &PhoneClaimId,
        typed: &[u8],
        last_before: Moment,
        now: Moment,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE phone_claims SET typed = $2, code_asked_at = $4, account_id = NULL, code_hash = NULL,
                     code_expires_at = NULL, security_version = NULL
                 WHERE id = $1 AND NOT taken AND (code_asked_at IS NULL OR code_asked_at <= $3)",
            )
            .bind(id)
            .bind(typed)
            .bind(last_before)
            .bind(now)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Stores the code that was wanted at a moment, unless a newer one is. Answers whether it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_bind_code(
        &mut self,
        id: &PhoneClaimId,
        asked_at: Moment,
        code: BindCode<'_>,
    ) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE phone_claims SET account_id = $3, security_version = $4, code_hash = $5, code_expires_at = $6
                 WHERE id = $1 AND NOT taken AND code_asked_at = $2",
            )
            .bind(id)
            .bind(asked_at)
            .bind(code.account)
            .bind(code.security_version)
            .bind(code.code_hash)
            .bind(code.expires_at)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Counts a code before it is compared. None for a claim that is over, or with which a sign-in goes on.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_bind_code(
        &mut self,
        id: &PhoneClaimId,
        most: i64,
        now: Moment,
    ) -> Result<Option<i64>> {
        on_tx!(self, c => {
            sqlx::query_scalar(
                "UPDATE phone_claims SET code_failures = code_failures + 1
                 WHERE id = $1 AND NOT taken AND code_failures < $2 AND expires_at > $3 RETURNING code_failures",
            )
            .bind(id)
            .bind(most)
            .bind(now)
            .fetch_optional(&mut *c)
            .await
        })
    }

    /// Notes that the person of a claim has asked to join, once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_asked_to_join(&mut self, id: &PhoneClaimId) -> Result<bool> {
        on_tx!(self, c => {
            let done = sqlx::query(
                "UPDATE phone_claims SET asked_to_join = TRUE WHERE id = $1 AND NOT asked_to_join",
            )
            .bind(id)
            .execute(&mut *c)
            .await?;
            Ok(done.rows_affected() == 1)
        })
    }

    /// Adds somebody who asks for an account, unless so many of the company ask already. The caller holds the company's
    /// row. Somebody else may ask for the same Connect user: who it is has been proven by nobody yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_join_request(
        &mut self,
        request: &NewJoinRequest<'_>,
        most: i64,
    ) -> Result<Joining> {
        let email_folded = fold(request.email);
        on_tx!(self, c => {
            let done = sqlx::query(
                "INSERT INTO join_requests (id, company_id, phone_username, phone_username_folded, name, email,
                     email_folded, asked_at)
                 SELECT $1, $2, $3, $4, $5, $6, $7, $8
                 WHERE (SELECT COUNT(*) FROM join_requests WHERE company_id = $2) < $9
                 ON CONFLICT DO NOTHING",
            )
            .bind(request.id)
            .bind(request.company)
            .bind(request.phone_username)
            .bind(request.folded)
            .bind(request.name)
            .bind(request.email)
            .bind(&email_folded)
            .bind(request.asked_at)
            .bind(most)
            .execute(&mut *c)
            .await?;
            if done.rows_affected() == 1 {
                return Ok(Joining::Asked);
            }
            let known: Option<i64> = sqlx::query_scalar(
                "SELECT CAST(1 AS BIGINT) FROM join_requests
                 WHERE company_id = $1 AND phone_username_folded = $2 AND email_folded = $3",
            )
            .bind(request.company)
            .bind(request.folded)
            .bind(&email_folded)
            .fetch_optional(&mut *c)
            .await?;
            Ok(known.map_or(Joining::Full, |_| Joining::Known))
        })
    }
}
