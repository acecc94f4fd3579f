//! Changes of a transaction that nobody waits for: they are written together before whatever reads next, or at its end.
//! On SQLite each trip to its thread costs more than most statements do, and the end of a sign-in makes five of them.

use sqlx::{AssertSqlSafe, query::Query, sqlite::SqliteArguments};

use crate::clock::Moment;

use super::{Engine, Result, Tx};

/// A statement with `$1`, `$2`, … and what they stand for. Its outcome concerns nobody.
#[derive(Debug)]
pub(super) struct Deferred {
    sql: &'static str,
    values: Vec<Value>,
}

/// What a column can hold.
#[derive(Debug)]
pub(super) enum Value {
    Text(Option<String>),
    Number(i64),
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        Self::Number(moment.0)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

macro_rules! bind {
    ($query:expr, $value:expr) => {
        match $value {
            Value::Text(text) => $query.bind(text),
            Value::Number(number) => $query.bind(number),
            Value::Bytes(bytes) => $query.bind(bytes),
        }
    };
}

impl Tx {
    /// Leaves a change for later. It fails, if it does, where it is written.
    pub(super) fn defer<const N: usize>(&mut self, sql: &'static str, values: [Value; N]) {
        self.deferred.push(Deferred {
            sql,
            values: values.into(),
        });
    }

    /// Writes what was left for later.
    ///
    /// # Errors
    /// When the database refuses any of it.
    pub(super) async fn settle(&mut self) -> Result<()> {
        if self.deferred.is_empty() {
            return Ok(());
        }
        let deferred = std::mem::take(&mut self.deferred);
        match &mut self.engine {
            Engine::Sqlite(tx) => {
                let together = together(&deferred);
                let query: Query<'_, _, SqliteArguments> = sqlx::query(AssertSqlSafe(together));
                deferred
                    .into_iter()
                    .flat_map(|statement| statement.values)
                    .fold(query, |query, value| bind!(query, value))
                    .execute(&mut **tx)
                    .await?;
            }
            Engine::Postgres(tx) => {
                for Deferred { sql, values } in deferred {
                    values
                        .into_iter()
                        .fold(sqlx::query(sql), |query, value| bind!(query, value))
                        .execute(&mut **tx)
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// One text of several statements, whose parameters are counted on.
fn together(deferred: &[Deferred]) -> String {
    let mut sql = String::new();
    let mut before = 0;
    for statement in deferred {
        let mut parts = statement.sql.split('$');
        sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_digit());
            let (number, rest) = part.split_at(end.unwrap_or(part.len()));
            let number: usize = number.parse().unwrap_or_default();
            sql.push('$');
            sql.push_str(&(number + before).to_string());
            sql.push_str(rest);
        }
        sql.push(';');
        before += statement.values.len();
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_on() {
        let one = Deferred {
            sql: "DELETE FROM a WHERE b = $1 OR c = $2 AND d > $1",
            values: vec![1.into(), 2.into()],
        };
        let two = Deferred {
            sql: "UPDATE a SET b = $1",
            values: vec![3.into()],
        };
        assert_eq!(
            together(&[one, two]),
            "DELETE FROM a WHERE b = $1 OR c = $2 AND d > $1;UPDATE a SET b = $3;"
        );
    }
}
