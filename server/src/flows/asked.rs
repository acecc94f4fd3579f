//! What strangers may have mailed: a link to a new password, one past a wait, or a code for a Connect user. Asking costs the same for every
//! account, known or not: the request is only written down, sealed, and a job works it off. What is mailed then is
//! decided by the flow that the request is for.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Moment,
    keys::Purpose,
    storage::{Company, ResetRequest, Tx},
};

use super::{
    Fault, Refusal, Result, Services, Visitor, browser, company, password, phone, recovery,
};

/// Requests that may wait at once: of one company, so that a flood upon it leaves room for the others, and at all.
/// Whoever comes then is told to come back, whatever they typed.
const WAITING_OF_COMPANY: i64 = 500;
const WAITING: i64 = 2_000;
/// Seconds after which such a flood has been worked off.
const COME_BACK: u32 = 5;

/// What is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) enum Wish {
    /// A new password.
    #[default]
    Reset,
    /// A link that makes the browser known.
    BrowserLink,
    /// A code that says whose this claim of a Connect user is.
    BindCode {
        claim: String,
        /// As the claim remembers it: the request itself is written a little later.
        asked_at: Moment,
    },
}

/// What a waiting request holds, sealed: people type passwords into the wrong field.
#[derive(Serialize, Deserialize)]
struct Asked {
    // Requests that were written before there were two wishes have none.
    #[serde(default)]
    wish: Wish,
    account: String,
    language: Option<String>,
}

/// Writes a wish down. Whether there is such an account is not looked at.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::PasswordsOff`], [`Refusal::InvalidRequest`] for what names no account, and
/// [`Refusal::Busy`] while too many requests wait.
pub(super) async fn ask(
    s: &Services,
    visitor: &Visitor,
    alias: &str,
    typed: &str,
    wish: Wish,
) -> Result<()> {
    let company = company::by_alias(s, alias).await?;
    if !company.passwords {
        return Err(Refusal::PasswordsOff.into());
    }
    password::check_account(typed)?;
    let request = written(s, visitor, &company, typed, wish)?;
    let has_room =
        s.db.add_reset_request(&request, WAITING_OF_COMPANY, WAITING)
            .await?;
    if !has_room {
        return Err(Refusal::Busy { seconds: COME_BACK }.into());
    }
    s.resets.notify_one();
    Ok(())
}

/// The same together with what else is written; the caller checks what was typed, commits and wakes the job.
///
/// # Errors
/// [`Refusal::Busy`] while too many requests wait.
pub(super) async fn ask_in(
    s: &Services,
    visitor: &Visitor,
    tx: &mut Tx,
    company: &Company,
    typed: &str,
    wish: Wish,
) -> Result<()> {
    let request = written(s, visitor, company, typed, wish)?;
    if tx
        .add_reset_request(&request, WAITING_OF_COMPANY, WAITING)
        .await?
    {
        Ok(())
    } else {
        Err(Refusal::Busy { seconds: COME_BACK }.into())
    }
}

fn written(
    s: &Services,
    visitor: &Visitor,
    company: &Company,
    typed: &str,
    wish: Wish,
) -> Result<ResetRequest> {
    let asked = Asked {
        wish,
        account: typed.to_owned(),
        language: visitor.language.clone(),
    };
    let plain = serde_json::to_vec(&asked).map_err(|e| Fault::Broken(e.to_string()))?;
    let now = s.now();
    let id = s.entropy.id(now);
    Ok(ResetRequest {
        sealed: s
            .keys
            .seal(Purpose::Reset, id.as_bytes(), &plain, &s.entropy),
        id,
        company_id: company.id.clone(),
        reference: visitor.reference.clone(),
        address: visitor.address.to_string(),
        created_at: now,
    })
}

/// Works a request off: the mail, if there is one to send, and what the audit log keeps. Of several servers that try
/// the same request, one does it.
///
/// # Errors
/// When the database does not answer; the request waits on then.
pub async fn answer(s: &Services, request: &ResetRequest) -> Result<()> {
    let Some(company) = s.db.company(&request.company_id).await? else {
        return Ok(());
    };
    let opened = s
        .keys
        .open(Purpose::Reset, request.id.as_bytes(), &request.sealed)
        .map_err(|e| e.to_string())
        .and_then(|plain| serde_json::from_slice::<Asked>(&plain).map_err(|e| e.to_string()));
    let mut tx = s.db.begin().await?;
    if !tx.take_reset_request(&request.id).await? {
        return Ok(());
    }
    match opened {
        // The request is answered as ever, and nobody could use the link.
        Ok(_) if company::closed(&company).is_some() => {}
        Ok(asked) => {
            let visitor = visitor(request, asked.language.clone());
            match asked.wish {
                Wish::Reset => {
                    recovery::answer(s, &mut tx, &visitor, &company, &asked.account).await?;
                }
                Wish::BrowserLink => {
                    browser::answer(s, &mut tx, &visitor, &company, &asked.account).await?;
                }
                Wish::BindCode { claim, asked_at } => {
                    let wanted = phone::Wanted {
                        account: &asked.account,
                        claim,
                        asked_at,
                    };
                    phone::answer(s, &mut tx, &visitor, &company, wanted).await?;
                }
            }
        }
        // It will not open the next time either.
        Err(error) => tracing::error!(error, reference = request.reference, "a mailed link"),
    }
    tx.commit().await?;
    s.mailer.wake();
    Ok(())
}

/// Who asked, as far as the request remembers.
fn visitor(request: &ResetRequest, language: Option<String>) -> Visitor {
    Visitor {
        address: request
            .address
            .parse()
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        user_agent: String::new(),
        reference: request.reference.clone(),
        attempt_cookie: None,
        session_cookie: None,
        browser_cookie: None,
        sso_cookie: None,
        phone_cookie: None,
        language,
    }
}
