//! Browsers that were sent to a provider, and what came back. The value that comes back in the address is single use,
//! and only the browser that was sent may use it.

use crate::clock::Moment;

use super::{
    CompanyId, Db, PhoneClaimId, ProviderId, Result, SsoRequestId, Tx, on_db, on_tx, on_writer,
};

/// What somebody was sent to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum SsoPurpose {
    SignIn,
    /// To accept an invitation.
    Invitation,
    /// Within a session: to bind one more login.
    Connect,
    /// Within a session: to prove again who they are.
    Prove,
    /// An administrator who tries what is set.
    Test,
}

/// How far it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case", type_name = "text")]
pub enum SsoState {
    /// For the provider.
    Waiting,
    /// Its answer is being looked at.
    Returned,
    /// An identity came that belongs to nobody yet.
    Bind,
    Done,
    Failed,
}

/// A request's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SsoRequest {
    pub id: SsoRequestId,
    pub company_id: CompanyId,
    pub provider_id: ProviderId,
    pub purpose: SsoPurpose,
    /// The session or link that it serves.
    pub holder: Option<String>,
    pub cookie_hash: Vec<u8>,
    /// What is kept for the provider's answer, later its ID token.
    pub sealed: Vec<u8>,
    /// Where the person wanted to go; of a test, the version of the provider that it tries.
    pub next: Option<String>,
    pub state: SsoState,
    /// Of the identity that came back.
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub shown: Option<String>,
    /// JSON: of a test, what became of it; else why it failed.
    pub outcome: Option<String>,
    pub second_proof: bool,
    /// The claim of a Connect user that the sign-in proves as well.
    pub phone_claim: Option<PhoneClaimId>,
    pub created_at: Moment,
    pub expires_at: Moment,
}

/// A new request with the hashes of what its browser holds and brings back.
#[derive(Clone, Debug)]
pub struct NewSsoRequest {
    pub id: SsoRequestId,
    pub company_id: CompanyId,
    pub provider_id: ProviderId,
    pub purpose: SsoPurpose,
    pub holder: Option<String>,
    pub state_hash: Vec<u8>,
    pub cookie_hash: Vec<u8>,
    pub sealed: Vec<u8>,
    pub next: Option<String>,
    /// See [`SsoRequest::phone_claim`].
    pub phone_claim: Option<PhoneClaimId>,
    pub created_at: Moment,
    pub expires_at: Moment,
}

/// Whom a provider said to have come.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub shown: &'a str,
    pub second_proof: bool,
    /// The sealed ID token.
    pub sealed: &'a [u8],
}

macro_rules! request {
    ($rest:literal) => {
        concat!(
            "SELECT id, company_id, provider_id, purpose, holder, cookie_hash, sealed, next, state, issuer, subject,
                 shown, outcome, second_proof, phone_claim, created_at, expires_at
             FROM sso_requests ",
            $rest
        )
    };
}

impl Db {
    /// The request whose value came back, whatever became of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sso_request_by_state(&self, state_hash: &[u8]) -> Result<Option<SsoRequest>> {
        on_db!(self, c => {
            sqlx::query_as(request!("WHERE state_hash = $1")).bind(state_hash).fetch_optional(c).await
        })
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn sso_request(&self, id: &SsoRequestId) -> Result<Option<SsoRequest>> {
        on_db!(self, c => {
            sqlx::query_as(request!("WHERE id = $1")).bind(id).fetch_optional(c).await
        })
    }

    /// The newest request of a browser that waits for account and password.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sso_request_to_bind(
        &self,
        cookie_hash: &[u8],
        now: Moment,
    ) -> Result<Option<SsoRequest>> {
        on_db!(self, c => {
            sqlx::query_as(request!(
                "WHERE cookie_hash = $1 AND state = 'bind' AND expires_at > $2
                 ORDER BY created_at DESC, id DESC LIMIT 1"
            ))
            .bind(cookie_hash)
            .bind(now)
            .fetch_optional(c)
            .await
        })
    }

    /// How often a browser was sent to a company's providers to sign in since then, and since it last succeeded.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sso_rounds(
        &self,
        cookie_hash: &[u8],
        company: &CompanyId,
        since: Moment,
    ) -> Result<u64> {
        let rounds: i64 = on_db!(self, c => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM sso_requests
                 WHERE cookie_hash = $1 AND company_id = $2 AND purpose = 'sign_in' AND created_at > $3
                     AND created_at > COALESCE(
                         (SELECT MAX(d.created_at) FROM sso_requests d
                          WHERE d.cookie_hash = $1 AND d.company_id = $2 AND d.state = 'done'), 0)",
            )
            .bind(cookie_hash)
            .bind(company)
            .bind(since)
            .fetch_one(c)
            .await?
        });
        Ok(rounds.unsigned_abs())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn add_sso_request(&self, request: &NewSsoRequest) -> Result<()> {
        on_writer!(self, c => {
            sqlx::query(
                "INSERT INTO sso_requests (id, company_id, provider_id, purpose, holder, state_hash, cookie_hash,
                     sealed, next, created_at, expires_at, phone_claim)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            )
            .bind(&request.id)
            .bind(&request.company_id)
            .bind(&request.provider_id)
            .bind(request.purpose)
            .bind(&request.holder)
            .bind(&request.state_hash)
            .bind(&request.cookie_hash)
            .bind(&request.sealed)
            .bind(&request.next)
            .bind(request.created_at)
            .bind(request.expires_at)
            .bind(&request.phone_claim)
            .execute(c)
            .await?;
        });
        Ok(())
    }

    /// Takes a request out of waiting, once and before its end. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_sso_request(&self, id: &SsoRequestId, now: Moment) -> Result<bool> {
        let taken: Option<String> = on_writer!(self, c => {
            sqlx::query_scalar(
                "UPDATE sso_requests SET state = 'returned'
                 WHERE id = $1 AND state = 'waiting' AND expires_at > $2 RETURNING id",
            )
            .bind(id)
            .bind(now)
            .fetch_optional(c)
            .await?
        });
        Ok(taken.is_some())
    }
}

impl Tx {
    /// # Errors
    /// When the database does not answer.
    pub async fn sso_request(&mut self, id: &SsoRequestId) -> Result<Option<SsoRequest>> {
        on_tx!(self, c => {
            sqlx::query_as(request!("WHERE id = $1")).bind(id).fetch_optional(&mut *c).await
        })
    }

    /// Notes who came back by a request that was taken, and what becomes of it until when.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_arrival(
        &mut self,
        id: &SsoRequestId,
        arrival: Arrival<'_>,
        state: SsoState,
        expires_at: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE sso_requests SET state = $2, issuer = $3, subject = $4, shown = $5, second_proof = $6,
                     sealed = $7, expires_at = $8
                 WHERE id = $1 AND state = 'returned'",
            )
            .bind(id)
            .bind(state)
            .bind(arrival.issuer)
            .bind(arrival.subject)
            .bind(arrival.shown)
            .bind(arrival.second_proof)
            .bind(arrival.sealed)
            .bind(expires_at)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Ends a request that was taken, with what became of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_sso_request(
        &mut self,
        id: &SsoRequestId,
        state: SsoState,
        outcome: Option<&str>,
    ) -> Result<()> {
        on_tx!(self, c => {
            // What was kept for the provider is of no use any more.
            sqlx::query("UPDATE sso_requests SET state = $2, outcome = $3, sealed = $4 WHERE id = $1 AND state = 'returned'")
                .bind(id)
                .bind(state)
                .bind(outcome)
                .bind(Vec::<u8>::new())
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Lets a request wait for being bound until another moment, while its sign-in is under way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn extend_sso_request(
        &mut self,
        id: &SsoRequestId,
        expires_at: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE sso_requests SET expires_at = $2 WHERE id = $1 AND state = 'bind'")
                .bind(id)
                .bind(expires_at)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Takes a request out of waiting for being bound, once. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn finish_sso_request(&mut self, id: &SsoRequestId) -> Result<bool> {
        on_tx!(self, c => {
            let done: Option<String> = sqlx::query_scalar(
                "UPDATE sso_requests SET state = 'done' WHERE id = $1 AND state = 'bind' RETURNING id",
            )
            .bind(id)
            .fetch_optional(&mut *c)
            .await?;
            Ok(done.is_some())
        })
    }

    /// Ends whatever a browser began at providers and has not finished.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_up_sso_requests(&mut self, cookie_hash: &[u8]) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE sso_requests SET state = 'failed'
                 WHERE cookie_hash = $1 AND state IN ('waiting', 'bind') AND purpose IN ('sign_in', 'invitation')",
            )
            .bind(cookie_hash)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }
}
