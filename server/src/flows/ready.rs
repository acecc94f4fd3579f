//! *Get ready*: what a new company's administrators still have to do before its first shift. Most of it is read from
//! the data; what that cannot show they tick off themselves.

use app::wire::{GetReady, MailFate, ReadyState, ReadyStep, ReadyStepName};
use url::Url;

use crate::{
    mail::Letter,
    storage::{AuditKind, Company, CompanyId, LiveSession, Tx},
};

use super::{Fault, Refusal, Result, Services, Visitor, audit, session};

/// What can be ticked off, or done to the list as a whole, by the word that the API and the database have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    Step(ReadyStepName),
    Hidden,
    Done,
}

const STEPS: [ReadyStepName; 7] = [
    ReadyStepName::SecureAccount,
    ReadyStepName::ChooseWays,
    ReadyStepName::ReviewList,
    ReadyStepName::ConnectPhone,
    ReadyStepName::AddPeople,
    ReadyStepName::ShareUrl,
    ReadyStepName::TestMail,
];

impl Tick {
    fn named(word: &str) -> Option<Self> {
        let steps = STEPS.into_iter().map(Self::Step);
        steps
            .chain([Self::Hidden, Self::Done])
            .find(|tick| tick.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Step(ReadyStepName::SecureAccount) => "secure_account",
            Self::Step(ReadyStepName::ChooseWays) => "choose_ways",
            Self::Step(ReadyStepName::ReviewList) => "review_list",
            Self::Step(ReadyStepName::ConnectPhone) => "connect_phone",
            Self::Step(ReadyStepName::AddPeople) => "add_people",
            Self::Step(ReadyStepName::ShareUrl) => "share_url",
            Self::Step(ReadyStepName::TestMail) => "test_mail",
            Self::Hidden => "hidden",
            Self::Done => "done",
        }
    }

    fn is_by_hand(self) -> bool {
        use ReadyStepName::{ChooseWays, ConnectPhone, ReviewList, ShareUrl};
        matches!(
            self,
            Self::Hidden | Self::Step(ChooseWays | ConnectPhone | ReviewList | ShareUrl)
        )
    }

    fn is_in(self, ready: &str) -> bool {
        ready.split(' ').any(|word| word == self.word())
    }

    /// `ready` with or without it.
    fn put(self, ready: &str, done: bool) -> String {
        let others = ready
            .split(' ')
            .filter(|word| !word.is_empty() && *word != self.word());
        others
            .chain(done.then_some(self.word()))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What is left to do.
///
/// # Errors
/// Without an administrator's session.
pub async fn look(s: &Services, visitor: &Visitor) -> Result<GetReady> {
    let admin = session::live_admin(s, visitor).await?;
    list(s, &admin).await
}

async fn list(s: &Services, admin: &LiveSession) -> Result<GetReady> {
    let company = company_of(s, &admin.company_id).await?;
    let ready = &company.settings.ready;
    let mut answer = GetReady {
        state: ReadyState::Done,
        steps: Vec::new(),
        login_url: s.mailer.address(&company.alias),
        amazon_connect: company.settings.ccp_url.as_deref().and_then(host),
        test_mail: None,
    };
    // Companies that are through with it cost nothing.
    if Tick::Done.is_in(ready) {
        return Ok(answer);
    }
    let kind = Letter::Test.kind();
    if let Some(mail) = s.db.newest_mail(&admin.account_id, kind).await? {
        answer.test_mail = s.db.mail_fate(&mail).await?;
    }
    answer.steps = steps(s, admin, &company, answer.test_mail).await?;
    answer.state = if answer.steps.iter().all(|step| step.done) {
        ReadyState::Done
    } else if Tick::Hidden.is_in(ready) {
        ReadyState::Hidden
    } else {
        ReadyState::Open
    };
    Ok(answer)
}

async fn steps(
    s: &Services,
    admin: &LiveSession,
    company: &Company,
    test_mail: Option<MailFate>,
) -> Result<Vec<ReadyStep>> {
    let data = s.db.readiness(&company.id, &admin.account_id).await?;
    let has_phone_system = company.settings.ccp_url.is_some();
    let steps = STEPS
        .into_iter()
        .filter(|step| has_phone_system || *step != ReadyStepName::ConnectPhone);
    Ok(steps
        .map(|step| {
            let ticked = Tick::Step(step).is_in(&company.settings.ready);
            let done = match step {
                ReadyStepName::SecureAccount => data.backup_codes,
                ReadyStepName::AddPeople => data.people,
                ReadyStepName::ConnectPhone => ticked || data.phones,
                // Mails that the server does not keep any more had time to arrive.
                ReadyStepName::TestMail => {
                    ticked && matches!(test_mail, None | Some(MailFate::Sent))
                }
                ReadyStepName::ChooseWays | ReadyStepName::ReviewList | ReadyStepName::ShareUrl => {
                    ticked
                }
            };
            ReadyStep {
                step,
                done,
                by_hand: Tick::Step(step).is_by_hand(),
            }
        })
        .collect())
}

fn host(address: &str) -> Option<String> {
    Some(Url::parse(address).ok()?.host_str()?.to_owned())
}

async fn company_of(s: &Services, id: &CompanyId) -> Result<Company> {
    let company = s.db.company(id).await?;
    company.ok_or_else(|| Fault::Broken(format!("company {id} vanished")).into())
}

/// Ticks a step off or takes that back; puts the list away, takes it out again, or is through with it for good.
///
/// # Errors
/// Without an administrator's session, [`Refusal::NotFound`] for what is no step, and [`Refusal::NothingToDo`] for one
/// that the data decides.
pub async fn tick(s: &Services, visitor: &Visitor, step: &str, done: bool) -> Result<GetReady> {
    let admin = session::live_admin(s, visitor).await?;
    let tick = Tick::named(step).ok_or(Refusal::NotFound)?;
    let may = match tick {
        Tick::Done => done && list(s, &admin).await?.state == ReadyState::Done,
        other => other.is_by_hand(),
    };
    if !may {
        return Err(Refusal::NothingToDo.into());
    }
    let mut tx = s.db.begin().await?;
    if put(&mut tx, &admin.company_id, tick, done).await? {
        let mut event = audit::event(s, visitor, AuditKind::CompanySettings, &admin);
        event.reason = Some("ready".to_owned());
        tx.audit(event);
    }
    tx.commit().await?;
    list(s, &admin).await
}

/// Whether that changed anything.
async fn put(tx: &mut Tx, company: &CompanyId, tick: Tick, done: bool) -> Result<bool> {
    let now = tx.hold_company(company).await?.ok_or(Refusal::SignedOut)?;
    let ready = tick.put(&now.settings.ready, done);
    if tick.is_in(&now.settings.ready) == done {
        return Ok(false);
    }
    tx.set_ready(company, &ready).await?;
    Ok(true)
}

/// Notes a step that is done elsewhere, in the transaction of that.
pub(super) async fn note(tx: &mut Tx, company: &CompanyId, step: ReadyStepName) -> Result<()> {
    put(tx, company, Tick::Step(step), true).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_is_a_set_of_words() {
        let share = Tick::Step(ReadyStepName::ShareUrl);
        assert_eq!(share.put("", true), "share_url");
        assert_eq!(share.put("hidden share_url", true), "hidden share_url");
        assert_eq!(share.put("hidden share_url", false), "hidden");
        assert!(share.is_in("hidden share_url") && !share.is_in("share"));
        for tick in STEPS
            .map(Tick::Step)
            .into_iter()
            .chain([Tick::Hidden, Tick::Done])
        {
            assert_eq!(Tick::named(tick.word()), Some(tick));
        }
        assert_eq!(Tick::named(""), None);
    }
}
