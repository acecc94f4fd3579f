//! What agents do now, and what they did lately.

use crate::{clock::Moment, domain::presence::OFFLINE};

use super::{AccountId, CompanyId, Db, PresenceListId, ReasonKind, Result, Tx, on_db, on_tx};

/// What an open desk shows, as far as it changes: whoever compares two of them sees whether there is something new.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PresenceMark {
    pub account_id: AccountId,
    /// The list that counts.
    pub list_id: Option<PresenceListId>,
    pub list_version: Option<i64>,
    pub company_version: i64,
    pub reason_id: Option<String>,
    pub since: Option<Moment>,
    pub displaced: Option<String>,
}

/// A person at a desk.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AtDesk {
    #[sqlx(flatten)]
    pub mark: PresenceMark,
    pub company_id: CompanyId,
    pub agent: bool,
    pub admin: bool,
    /// Of the company, for people who take calls.
    pub ccp_url: Option<String>,
    /// JSON: `[{"name", "url"}]`.
    pub desk_links: String,
    pub list_name: Option<String>,
    pub name: Option<String>,
    pub kind: Option<ReasonKind>,
    pub seen_at: Option<Moment>,
}

/// A status that somebody takes.
#[derive(Clone, Debug)]
pub struct NewPresence<'a> {
    pub account: &'a AccountId,
    /// Of the list; none for one of the phone's.
    pub reason: Option<&'a str>,
    pub name: &'a str,
    pub kind: ReasonKind,
    /// The status that was taken away for it.
    pub displaced: Option<&'a str>,
    pub since: Moment,
    /// Since when their past tells it.
    pub noted_at: Moment,
    pub now: Moment,
}

/// A status that somebody took.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PresenceChange {
    pub name: String,
    pub kind: ReasonKind,
    pub at: Moment,
}

macro_rules! desks {
    ($columns:literal) => {
        concat!(
            "SELECT a.id AS account_id, l.id AS list_id, l.version AS list_version, co.version AS company_version,
                 p.reason_id, p.since, p.displaced",
            $columns,
            " FROM accounts a JOIN companies co ON co.id = a.company_id
             LEFT JOIN presence_lists l ON l.company_id = a.company_id
                 AND (l.id = a.presence_list_id OR (a.presence_list_id IS NULL AND l.is_default))
             LEFT JOIN presences p ON p.account_id = a.id WHERE a.id "
        )
    };
}

macro_rules! at_desk {
    () => {
        concat!(
            desks!(
                ", a.company_id, a.agent, a.admin, CASE a.phone WHEN 'none' THEN NULL ELSE co.ccp_url END AS ccp_url,
                 co.desk_links, l.name AS list_name,
                 p.name, p.kind, p.seen_at"
            ),
            "= $1"
        )
    };
}

/// Whoever is signed in nowhere at the moment `$2`.
macro_rules! signed_in_nowhere {
    () => {
        "NOT EXISTS (
            SELECT 1 FROM sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.account_id = presences.account_id AND s.ended_at IS NULL AND s.expires_at > $2
                AND s.active_at + s.idle_ms > $2 AND s.security_version = a.security_version
                AND a.state IN ('enabled', 'sso_only'))"
    };
}

/// Whoever is not Offline and whose desk is closed, or who is not signed in any more.
macro_rules! left {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "kind <> 'offline' AND (seen_at <= $1 OR ",
            signed_in_nowhere!(),
            ")",
            $after
        )
    };
}

impl Db {
    /// # Errors
    /// When the database does not answer.
    pub async fn at_desk(&self, account: &AccountId) -> Result<Option<AtDesk>> {
        on_db!(self, c => {
            sqlx::query_as(at_desk!()).bind(account).fetch_optional(c).await
        })
    }

    /// What several open desks show, at once: one question however many they are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_marks(&self, accounts: &[AccountId]) -> Result<Vec<PresenceMark>> {
        let mut marks = Vec::with_capacity(accounts.len());
        for some in accounts.chunks(500) {
            let ids: Vec<&str> = some.iter().map(|id| id.0.as_str()).collect();
            let found: Vec<PresenceMark> = match self {
                Self::Sqlite { read, .. } => {
                    let ids = serde_json::to_string(&ids).unwrap_or_default();
                    sqlx::query_as(concat!(desks!(""), "IN (SELECT value FROM json_each($1))"))
                        .bind(ids)
                        .fetch_all(&mut *read.borrow().await?)
                        .await?
                }
                Self::Postgres(pool) => {
                    sqlx::query_as(concat!(desks!(""), "= ANY ($1)"))
                        .bind(ids)
                        .fetch_all(pool)
                        .await?
                }
            };
            marks.extend(found);
        }
        Ok(marks)
    }

    /// What somebody did since a moment, newest first, with what they were doing at that moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_changes(
        &self,
        account: &AccountId,
        since: Moment,
        limit: u32,
    ) -> Result<Vec<PresenceChange>> {
        on_db!(self, c => {
            sqlx::query_as(
                "SELECT name, kind, at FROM presence_changes WHERE account_id = $1 AND at >= COALESCE(
                     (SELECT MAX(at) FROM presence_changes WHERE account_id = $1 AND at <= $2), $2)
                 ORDER BY at DESC, id DESC LIMIT $3",
            )
            .bind(account)
            .bind(since)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
        })
    }

    /// Some of those who left their desk without a word: it was last heard of at `before` or earlier, or they are not
    /// signed in any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn left_desks(&self, before: Moment, now: Moment) -> Result<Vec<AccountId>> {
        on_db!(self, c => {
            sqlx::query_scalar(left!("SELECT account_id FROM presences WHERE ", " LIMIT 200"))
            .bind(before)
            .bind(now)
            .fetch_all(c)
            .await
        })
    }
}

impl Tx {
    /// As [`Db::at_desk`], as it is now. The caller holds the account's row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn at_desk(&mut self, account: &AccountId) -> Result<Option<AtDesk>> {
        on_tx!(self, c => {
            sqlx::query_as(at_desk!()).bind(account).fetch_optional(&mut *c).await
        })
    }

    /// Stores a status and remembers the change, under an id of its own.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_presence(&mut self, id: &str, new: &NewPresence<'_>) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO presences (account_id, reason_id, name, kind, since, seen_at, displaced)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (account_id) DO UPDATE SET reason_id = excluded.reason_id, name = excluded.name,
                     kind = excluded.kind, since = excluded.since, seen_at = excluded.seen_at,
                     displaced = excluded.displaced",
            )
            .bind(new.account)
            .bind(new.reason)
            .bind(new.name)
            .bind(new.kind)
            .bind(new.since)
            .bind(new.now)
            .bind(new.displaced)
            .execute(&mut *c)
            .await?;
        });
        self.add_presence_change(id, new.account, new.name, new.kind, new.noted_at)
            .await
    }

    async fn add_presence_change(
        &mut self,
        id: &str,
        account: &AccountId,
        name: &str,
        kind: ReasonKind,
        now: Moment,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "INSERT INTO presence_changes (id, account_id, name, kind, at) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(id)
            .bind(account)
            .bind(name)
            .bind(kind)
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Calls a status that somebody has by its new name. Since when they have it stays, and so does the past.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn rename_presence(
        &mut self,
        account: &AccountId,
        name: &str,
        kind: ReasonKind,
    ) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE presences SET name = $2, kind = $3 WHERE account_id = $1")
                .bind(account)
                .bind(name)
                .bind(kind)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Notes that somebody knows which status was taken from them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_displaced(&mut self, account: &AccountId) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE presences SET displaced = NULL WHERE account_id = $1")
                .bind(account)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Notes that somebody's desk is open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn touch_presence(&mut self, account: &AccountId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query("UPDATE presences SET seen_at = $2 WHERE account_id = $1 AND seen_at < $2")
                .bind(account)
                .bind(now)
                .execute(&mut *c)
                .await?;
        });
        Ok(())
    }

    /// Makes somebody Offline who is signed in nowhere any more; whoever still is somewhere stays as they are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_off(&mut self, id: &str, account: &AccountId, now: Moment) -> Result<()> {
        // However lately the desk was heard of: only the session counts.
        let silence = Moment(i64::MIN);
        self.leave_desk(id, account, silence, now).await?;
        // Who had chosen to be offline begins anew the next time, too.
        on_tx!(self, c => {
            sqlx::query(concat!(
                "UPDATE presences SET reason_id = NULL WHERE account_id = $1 AND kind = 'offline' AND ",
                signed_in_nowhere!()
            ))
            .bind(account)
            .bind(now)
            .execute(&mut *c)
            .await?;
        });
        Ok(())
    }

    /// Makes somebody Offline who has nothing to choose from any more. The caller holds the account's row.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lose_desk(&mut self, id: &str, account: &AccountId, now: Moment) -> Result<()> {
        on_tx!(self, c => {
            sqlx::query(
                "UPDATE presences SET reason_id = NULL, displaced = NULL, name = $3, kind = 'offline', since = $2
                 WHERE account_id = $1",
            )
            .bind(account)
            .bind(now)
            .bind(OFFLINE)
            .execute(&mut *c)
            .await?;
        });
        self.add_presence_change(id, account, OFFLINE, ReasonKind::Offline, now)
            .await
    }

    /// Makes somebody Offline who is still one of [`Db::left_desks`]. Answers whether this call did it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn leave_desk(
        &mut self,
        id: &str,
        account: &AccountId,
        before: Moment,
        now: Moment,
    ) -> Result<bool> {
        let left = on_tx!(self, c => {
            sqlx::query(left!(
                "UPDATE presences SET reason_id = NULL, displaced = NULL, name = $4, kind = 'offline', since = $2
                 WHERE account_id = $3 AND ",
                ""
            ))
            .bind(before)
            .bind(now)
            .bind(account)
            .bind(OFFLINE)
            .execute(&mut *c)
            .await?
            .rows_affected()
                == 1
        });
        if left {
            self.add_presence_change(id, account, OFFLINE, ReasonKind::Offline, now)
                .await?;
        }
        Ok(left)
    }
}
