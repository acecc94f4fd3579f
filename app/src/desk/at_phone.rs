//! An agent at a desk with a phone: what they ask of it and what they get, and what the desk does by itself so that
//! nobody is available whom callers would not hear. The rules are in `rules`, how it looks is elsewhere.

use std::time::Duration;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::clock::seconds_since;
use super::follow::{AtDesk, Reported, Word};
use super::rules::{Facts, SetBack, Why, Wish, first_not_ready, is_live, is_theirs, offline};
use super::set_back::mind;
use super::status::{Now, Status};
use super::unheard::Unheard;
use crate::microphone::Microphone;
use crate::phone::{Agent, AgentState, Contact, Phone, PhoneError, Stage, Trouble};
use crate::wire::{DeskPhone, PresenceKind, PresenceReason};

/// Milliseconds that signing out waits for the status to be Offline.
const OFFLINE_WITHIN: u32 = 3_000;

/// What was asked of the phone and is not done yet, beside a change of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Call,
    Accept,
    HangUp,
    Clear,
    Hold,
}

/// An open desk with a phone. Copies are the same desk.
#[derive(Clone, Copy)]
pub(super) struct AtPhone {
    pub(super) phone: Phone,
    pub(super) microphone: Microphone,
    /// Whose phone it has to be; none: nobody has shown who the person is at Amazon Connect.
    pub(super) owner: StoredValue<Option<String>>,
    pub(super) facts: Memo<Facts>,
    choosing: RwSignal<Option<String>>,
    /// What was pressed before it was known whether callers would hear the agent.
    early: StoredValue<Option<String>>,
    /// The status that is to be taken next.
    pressed: StoredValue<Option<AgentState>>,
    /// Why the last status was not taken.
    pub(super) not_chosen: RwSignal<Option<PhoneError>>,
    pub(super) doing: RwSignal<Option<Doing>>,
    /// Why the last thing about a call was not done.
    pub(super) not_done: RwSignal<Option<PhoneError>>,
    pub(super) unheard: Unheard,
}

impl AtPhone {
    pub(super) fn new(told: &DeskPhone) -> Self {
        let phone = Phone::of_document();
        let microphone = Microphone::of_document();
        let kind = told.kind;
        let owner = StoredValue::new(told.username.clone());
        let facts = Memo::new(move |_| {
            let same = |agent: &Agent| {
                owner.with_value(|owner| is_theirs(owner.as_deref(), &agent.username))
            };
            let (softphone, may_call, same_person) = phone.agent.with(|agent| {
                agent.as_ref().map_or((false, false, true), |agent| {
                    (agent.softphone, agent.may_call, same(agent))
                })
            });
            let told = phone.agent.with(Option::is_some);
            Facts {
                kind,
                softphone,
                // Ready is who says who they are.
                stage: match phone.stage.get() {
                    Stage::Ready if !told => Stage::Starting,
                    stage => stage,
                },
                same_person,
                hearing: microphone.hearing.get(),
                deaf: phone.trouble.get().is_some_and(Trouble::is_deaf),
                contact: phone.contact.with(|it| it.as_ref().map(|it| it.state)),
                may_call,
            }
        });
        Self {
            phone,
            microphone,
            owner,
            facts,
            choosing: RwSignal::new(None),
            early: StoredValue::new(None),
            pressed: StoredValue::new(None),
            not_chosen: RwSignal::new(None),
            doing: RwSignal::new(None),
            not_done: RwSignal::new(None),
            // Whose phone it is comes first.
            unheard: Unheard::new(Memo::new(move |_| {
                facts.with(|facts| facts.same_person && facts.is_unheard())
            })),
        }
    }

    /// The status at Amazon Connect; until that is known, the last that the server heard of it.
    pub(super) fn status(self, desk: AtDesk) -> Status {
        let known = desk.status(None).now;
        let now = Memo::new(move |_| {
            let same = self.facts.with(|facts| facts.same_person);
            let agent = self.phone.agent.with(|agent| agent.as_ref().map(now));
            agent.filter(|_| same).or_else(|| known.get())
        });
        let choices = Memo::new(move |_| {
            let offered = self
                .facts
                .with(|facts| facts.allow(Wish::Status(PresenceKind::NotReady)).is_ok());
            let agent = self.phone.agent.get().filter(|_| offered);
            agent.map_or_else(Vec::new, |agent| {
                agent.states.into_iter().map(choice).collect()
            })
        });
        let next = Memo::new(move |_| {
            self.phone
                .agent
                .with(|agent| Some(agent.as_ref()?.next.as_ref()?.name.clone()))
        });
        Status {
            now: now.into(),
            choices: choices.into(),
            choosing: self.choosing.into(),
            next: next.into(),
            choose: Callback::new(move |arn: String| self.choose(&arn)),
        }
    }

    fn agent(self) -> Option<Agent> {
        self.phone.agent.try_get_untracked().flatten()
    }

    fn choose(self, arn: &str) {
        let state = self
            .agent()
            .and_then(|agent| agent.states.into_iter().find(|state| state.arn == arn));
        let Some(state) = state else { return };
        self.unheard.forget_set_back();
        self.early.set_value(None);
        if state.kind == PresenceKind::Available
            && self.facts.with_untracked(|facts| facts.is_looking())
        {
            return self.early.set_value(Some(state.arn));
        }
        if !self.allowed(Wish::Status(state.kind)) {
            return;
        }
        self.unheard.remind();
        self.pressed.set_value(Some(state));
        // Whoever sets one just now goes on with this: no press is lost.
        if self.choosing.with_untracked(Option::is_none) {
            spawn_local(self.take_pressed());
        }
    }

    /// Takes the status that was pressed last, until none was meanwhile.
    async fn take_pressed(self) {
        while let Some(state) = self.pressed.try_update_value(Option::take).flatten() {
            let answer = self.take(&state).await;
            let _ = self.not_chosen.try_set(answer.err());
        }
    }

    /// Takes a status, and shows that it does.
    async fn take(self, state: &AgentState) -> Result<(), PhoneError> {
        let _ = self.choosing.try_set(Some(state.arn.clone()));
        let _ = self.not_chosen.try_set(None);
        let answer = self.phone.set_state(state).await;
        let _ = self.choosing.try_set(None);
        answer
    }

    /// Whether something can be done; what fails for want of a microphone is told at once.
    fn allowed(self, wish: Wish) -> bool {
        let allowed = self.facts.get_untracked().allow(wish);
        if allowed == Err(Why::Unheard) {
            self.unheard.refuse();
        }
        allowed.is_ok()
    }

    pub(super) fn call(self, number: String) {
        if self.allowed(Wish::Call) {
            self.act(Doing::Call, async move { self.phone.call(&number).await });
        }
    }

    pub(super) fn accept(self) {
        if self.allowed(Wish::Accept) {
            self.act(Doing::Accept, self.phone.accept());
        }
    }

    pub(super) fn hang_up(self) {
        self.act(Doing::HangUp, self.phone.hang_up());
    }

    pub(super) fn clear(self) {
        self.act(Doing::Clear, self.phone.clear());
    }

    pub(super) fn resume(self) {
        self.act(Doing::Hold, self.phone.hold(false));
    }

    pub(super) fn mute(self, mute: bool) {
        self.not_done.set(self.phone.mute(mute).err());
    }

    fn act(self, doing: Doing, what: impl Future<Output = Result<(), PhoneError>> + 'static) {
        if self.doing.with_untracked(Option::is_some) {
            return;
        }
        self.doing.set(Some(doing));
        self.not_done.set(None);
        spawn_local(async move {
            let answer = what.await;
            // The page may be gone by now.
            let _ = self.doing.try_set(None);
            let _ = self.not_done.try_set(answer.err());
        });
    }

    /// Somebody is on the line.
    pub(super) fn is_live(self) -> bool {
        let contact = self.phone.contact.try_get_untracked().flatten();
        is_live(contact.map(|contact| contact.state))
    }

    /// As [`is_live`](Self::is_live), followed.
    pub(super) fn live(self) -> Memo<bool> {
        Memo::new(move |_| self.facts.with(|facts| is_live(facts.contact)))
    }

    /// The contact at hand, where the phone is this person's.
    pub(super) fn contact(self) -> Memo<Option<Contact>> {
        Memo::new(move |_| {
            let same = self.facts.with(|facts| facts.same_person);
            self.phone.contact.get().filter(|_| same)
        })
    }
}

/// What the desk does by itself, in the browser.
impl AtPhone {
    /// `session` names this sign-in: its first desk begins with a status that is not ready.
    pub(super) fn look_after(self, desk: AtDesk, session: f64) {
        self.report(desk);
        self.begin(session);
        self.mind_the_microphone();
        self.keep_awake();
    }

    /// Tells the server what Amazon Connect says.
    fn report(self, desk: AtDesk) {
        Effect::new(move |_| {
            let facts = self.facts.get();
            let is_theirs = facts.stage == Stage::Ready && facts.same_person;
            let agent = self.phone.agent.get().filter(|_| is_theirs);
            desk.say(agent.map_or(Word::Silence, |agent| {
                Word::Status(Reported {
                    name: agent.state.name,
                    kind: agent.state.kind,
                    since: agent.since,
                })
            }));
        });
    }

    fn begin(self, session: f64) {
        Effect::new(move |begun: Option<bool>| {
            let facts = self.facts.get();
            if begun == Some(true) || facts.stage != Stage::Ready || !facts.same_person {
                return begun.unwrap_or_default();
            }
            let agent = self.phone.agent.get_untracked();
            if let Some(agent) = agent.filter(|_| is_first_desk(session))
                && facts.begins_anew(agent.state.kind)
                && let Some(first) = first_not_ready(&agent.states, |state| state.kind).cloned()
                && first != agent.state
            {
                self.pressed.set_value(Some(first));
                spawn_local(self.take_pressed());
            }
            true
        });
    }

    /// Watches the microphone of whoever takes calls with it, and lets Amazon Connect use it as soon as it may be used.
    fn mind_the_microphone(self) {
        let needed = Memo::new(move |_| self.facts.with(|facts| facts.needs_microphone()));
        Effect::new(move |_| {
            if needed.get() {
                self.microphone.watch();
            }
        });
        Effect::new(move |_| {
            let facts = self.facts.get();
            if facts.needs_microphone() && !facts.is_unheard() && facts.stage == Stage::Ready {
                self.phone.share_microphone();
            }
        });
        Effect::new(move |_| {
            let knows = !self.facts.with(|facts| facts.is_looking());
            if knows && let Some(arn) = self.early.try_update_value(Option::take).flatten() {
                self.choose(&arn);
            }
        });
        // What Amazon Connect says while there is none is over with it: it asks again at the next call.
        Effect::new(move |before: Option<bool>| {
            let heard = self.microphone.hearing.get().is_good();
            if heard && before == Some(false) && self.phone.trouble.get_untracked().is_some() {
                self.phone.trouble.set(None);
            }
            heard
        });
        let now = Memo::new(move |_| {
            self.phone
                .agent
                .with(|agent| agent.as_ref().map(|agent| agent.state.kind))
        });
        let judge = move |now, was_heard| self.facts.get().set_back(now, was_heard);
        mind(now, self.unheard, judge, move || self.fall_back());
    }

    /// Begins to take the agent off the phone, while that is needed.
    fn fall_back(self) -> Option<impl Future<Output = Option<String>>> {
        let choosing = self.choosing.try_with_untracked(Option::is_some)?;
        let agent = self
            .agent()
            .filter(|_| !choosing && self.must_fall_back())?;
        let state = first_not_ready(&agent.states, |state| state.kind).cloned()?;
        Some(async move {
            let answer = self.take(&state).await;
            let taken = answer.is_ok().then_some(state.name);
            let _ = self.not_chosen.try_set(answer.err());
            taken
        })
    }

    fn must_fall_back(self) -> bool {
        let facts = self.facts.try_get_untracked();
        let agent = self.agent();
        facts.zip(agent).is_some_and(|(facts, agent)| {
            let back = facts.set_back(agent.state.kind, false);
            back == SetBack::Now
        })
    }

    /// A call counts as activity: nobody is signed out in the middle of one for want of keys.
    fn keep_awake(self) {
        let live = self.live();
        Effect::new(move |_| {
            if !live.get() {
                return;
            }
            crate::session::count_as_active();
            let counting =
                set_interval_with_handle(crate::session::count_as_active, Duration::from_secs(20));
            on_cleanup(move || {
                if let Ok(counting) = counting {
                    counting.clear();
                }
            });
        });
    }

    /// Sets Offline before somebody is signed out. Answers whether it is.
    pub(super) async fn go_offline(self) -> bool {
        let facts = self.facts.try_get_untracked();
        if !facts.is_some_and(|facts| facts.stage == Stage::Ready && facts.same_person) {
            return false;
        }
        let off = Box::pin(async move {
            // A status waits for the end of after-call work, so that comes to its end too.
            if self.phone.contact.with_untracked(Option::is_some) {
                let _ = self.phone.clear().await;
            }
            let agent = self.agent()?;
            let off = offline(&agent.states)?;
            self.phone.set_state(off).await.ok()
        });
        match select(off, TimeoutFuture::new(OFFLINE_WITHIN)).await {
            Either::Left((done, _)) => done.is_some(),
            Either::Right(_) => false,
        }
    }
}

fn now(agent: &Agent) -> Now {
    Now {
        id: Some(agent.state.arn.clone()).filter(|arn| !arn.is_empty()),
        name: agent.state.name.clone(),
        kind: agent.state.kind,
        seconds: seconds_since(agent.since),
        since: format!("{} {}", agent.state.arn, agent.since),
    }
}

fn choice(state: AgentState) -> PresenceReason {
    PresenceReason {
        id: state.arn,
        name: state.name,
        kind: state.kind,
    }
}

/// Seconds by which two reckonings of one session's end may differ.
const SAME_END: f64 = 60.0;

/// Whether no desk of this sign-in was open in this browser before. From now on one was. A session is known by its
/// end, which nothing moves, in seconds since 1970.
fn is_first_desk(session: f64) -> bool {
    const KEY: &str = "callgate-desk-session";
    let Some(kept) = window().local_storage().ok().flatten() else {
        return false;
    };
    let known = kept.get_item(KEY).ok().flatten();
    let known = known.and_then(|known| known.parse::<f64>().ok());
    let _ = kept.set_item(KEY, &session.to_string());
    known.is_none_or(|known| (known - session).abs() > SAME_END)
}
