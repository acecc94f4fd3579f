//! One typed client for the JSON API: over `fetch` in the browser, over the server's own router
//! while it renders. No texts and no decisions here.

mod api;
mod brief;
#[cfg(feature = "hydrate")]
mod browser;
mod in_process;

use std::{future::Future, pin::Pin};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use api::{Api, audit_query, segment};
pub use brief::{NextStep, SignedIn};
pub use in_process::{ApiRequest, ApiResponse, Transport};

use crate::wire::{Problem, ProblemCode};

/// Why the API did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// The server said no, and why.
    Problem(Box<Problem>),
    /// No answer came: the network is gone or the server is.
    Offline,
}

impl ApiError {
    /// The server's reason, when it gave one.
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Offline => None,
        }
    }
}

/// An answer as it arrived.
pub(crate) struct Answer {
    status: u16,
    body: Vec<u8>,
}

type Sending = Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send>>;

/// Reads an answer that carries a `T`.
fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, ApiError> {
    let Answer { status, body } = accepted(answer)?;
    parse(&body).ok_or_else(|| unreadable(status))
}

/// Reads where a sign-in goes on.
fn next_step(answer: Answer) -> Result<NextStep, ApiError> {
    let Answer { status, body } = accepted(answer)?;
    NextStep::new(body).ok_or_else(|| unreadable(status))
}

/// Separates answers from problems.
fn accepted(answer: Answer) -> Result<Answer, ApiError> {
    if answer.status < 400 {
        return Ok(answer);
    }
    match parse::<Problem>(&answer.body) {
        Some(problem) => Err(ApiError::Problem(Box::new(problem))),
        None => Err(unreadable(answer.status)),
    }
}

/// Reads from text, as what the document brings along is read: the browser's program then holds that code once.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(body).ok()?).ok()
}

/// Something between here and the server answered in its place, a proxy for example.
fn unreadable(status: u16) -> ApiError {
    if matches!(status, 502..=504) {
        return ApiError::Offline;
    }
    ApiError::Problem(Box::new(Problem::bare(status, ProblemCode::Internal)))
}
