//! What happens at the simulator, without pages, time or chance: who is signed in, in which status, and with whom they
//! speak. Names and shapes are those of Amazon Connect, as its library reads them.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Moment;

/// Broadcasts that are kept for frames that look again: they do so within seconds.
const KEPT: usize = 64;

/// An instance of Amazon Connect, and how it misbehaves.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) alias: &'static str,
    pub(super) switches: Switches,
    pub(super) agents: Vec<Agent>,
    sessions: HashMap<String, Session>,
}

/// What goes wrong. Everything is off at the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Switches {
    /// Seconds that the frame takes before it says that it is there.
    pub(super) slow: f64,
    /// Whoever is signed in may not use the phone.
    pub(super) access_denied: bool,
    /// The frame gets no microphone, whatever the browser allows.
    pub(super) no_microphone: bool,
    /// The login page cuts itself off from the window that opened it.
    pub(super) login_alone: bool,
    /// The frame is refused, as where the origin was not approved.
    pub(super) refused: bool,
    /// The frame answers nothing any more.
    pub(super) dead: bool,
    /// The browser gives the frame no cookies before the person allows it there.
    pub(super) cookies_blocked: bool,
    /// Everybody is said to be this user.
    pub(super) claims: String,
    /// Changes of status fail.
    pub(super) no_status: bool,
    /// Outgoing calls fail.
    pub(super) no_calls: bool,
    /// Outgoing calls are answered only on the control page.
    pub(super) unanswered: bool,
}

#[derive(Debug)]
struct Session {
    username: &'static str,
    ended: Option<Ended>,
}

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The person signed out in this browser.
    Terminated,
    /// The person signed out elsewhere, or Amazon Connect ended it.
    Elsewhere,
}

/// A user of an instance; all their browsers see the same.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) username: &'static str,
    pub(super) name: &'static str,
    /// Whether calls come to the browser; else they go to a desk phone.
    softphone: bool,
    extension: String,
    pub(super) state: State,
    next: Option<State>,
    /// Where the person was before the contact at hand.
    before: Option<State>,
    pub(super) contact: Option<Contact>,
    muted: bool,
    /// Whether some frame has been given a microphone.
    hears: bool,
    broadcasts: VecDeque<(u64, Value)>,
    told: u64,
    /// Rises with everything that frames ought to hear of.
    version: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) name: String,
    kind: &'static str,
    pub(super) since: Moment,
}

#[derive(Clone, Debug)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) inbound: bool,
    pub(super) number: String,
    queue: String,
    /// `connecting`, `connected`, `ended`, `missed`, `rejected` or `error`.
    pub(super) state: &'static str,
    since: Moment,
    begun: Moment,
    on_hold: bool,
}

/// The statuses that a person can choose.
const CHOICES: [(&str, &str); 4] = [
    ("Available", "routable"),
    ("Lunch", "not_routable"),
    ("Training", "not_routable"),
    ("Offline", "offline"),
];

/// Why something was not done; JSON, as the library hands it on.
pub(super) type Failure = String;

fn failure(kind: &str, message: &str) -> Failure {
    json!({ "type": kind, "message": message }).to_string()
}

impl Instance {
    pub(super) fn new(
        alias: &'static str,
        users: &[(&'static str, &'static str, bool)],
        now: Moment,
    ) -> Self {
        let agents = users
            .iter()
            .map(|(username, name, softphone)| Agent::new(username, name, *softphone, now))
            .collect();
        Self {
            alias,
            switches: Switches::default(),
            agents,
            sessions: HashMap::new(),
        }
    }

    pub(super) fn agent(&self, username: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.username == username)
    }

    pub(super) fn agent_mut(&mut self, username: &str) -> Option<&mut Agent> {
        self.agents
            .iter_mut()
            .find(|agent| agent.username == username)
    }

    /// Signs a browser in; whoever comes fresh is Offline.
    pub(super) fn sign_in(&mut self, username: &str, token: String, now: Moment) -> bool {
        let first = self.browsers(username) == 0;
        let Some(agent) = self.agent_mut(username) else {
            return false;
        };
        if first {
            agent.start(now);
        }
        let session = Session {
            username: agent.username,
            ended: None,
        };
        self.sessions.insert(token, session);
        true
    }

    /// Who a browser is, as the cookie tells in a window of its own.
    pub(super) fn who(&self, token: &str) -> Option<&'static str> {
        let session = self.sessions.get(token)?;
        session.ended.is_none().then_some(session.username)
    }

    /// The same in a frame, which may be kept from its cookies unless the person let it have them.
    pub(super) fn who_in_frame(&self, token: &str, allowed: bool) -> Option<&'static str> {
        self.who(token)
            .filter(|_| allowed || !self.switches.cookies_blocked)
    }

    pub(super) fn ended(&self, token: &str) -> Option<Ended> {
        self.sessions.get(token)?.ended
    }

    /// Ends one browser's session.
    pub(super) fn sign_out(&mut self, token: &str, now: Moment) {
        let Some(session) = self.sessions.get_mut(token) else {
            return;
        };
        session.ended.get_or_insert(Ended::Terminated);
        let username = session.username;
        self.left(username, now);
    }

    /// Ends a person's sessions in all browsers, as an administrator or the twelve hours of Amazon Connect do.
    pub(super) fn end_sessions(&mut self, username: &str, now: Moment) {
        for session in self.sessions.values_mut() {
            if session.username == username {
                session.ended.get_or_insert(Ended::Elsewhere);
            }
        }
        self.left(username, now);
    }

    fn left(&mut self, username: &str, now: Moment) {
        let nobody = self.browsers(username) == 0;
        if let Some(agent) = self.agent_mut(username) {
            if nobody {
                agent.start(now);
            }
            agent.version += 1;
        }
    }

    /// Browsers in which somebody is signed in.
    pub(super) fn browsers(&self, username: &str) -> usize {
        let of = |session: &&Session| session.username == username && session.ended.is_none();
        self.sessions.values().filter(of).count()
    }

    /// Tells every frame to look again.
    pub(super) fn touch(&mut self) {
        for agent in &mut self.agents {
            agent.version += 1;
        }
    }
}

impl Agent {
    fn new(username: &'static str, name: &'static str, softphone: bool, now: Moment) -> Self {
        Self {
            username,
            name,
            softphone,
            extension: if softphone {
                String::new()
            } else {
                "+493055501234".to_owned()
            },
            state: State::chosen("Offline", now),
            next: None,
            before: None,
            contact: None,
            muted: false,
            hears: false,
            broadcasts: VecDeque::new(),
            told: 0,
            version: 1,
        }
    }

    fn start(&mut self, now: Moment) {
        self.state = State::chosen("Offline", now);
        self.next = None;
        self.before = None;
        self.contact = None;
        self.muted = false;
        self.hears = false;
        self.version += 1;
    }

    /// Chooses a status; during a contact only for afterwards.
    pub(super) fn set_state(
        &mut self,
        name: &str,
        enqueue: bool,
        now: Moment,
    ) -> Result<(), Failure> {
        let known = CHOICES.iter().any(|(choice, _)| *choice == name);
        if !known {
            return Err(failure("InvalidStateException", "no such state"));
        }
        let chosen = State::chosen(name, now);
        match &self.contact {
            Some(contact) if contact.is_live() && enqueue => self.next = Some(chosen),
            Some(contact) if contact.is_live() => {
                return Err(failure("InvalidStateException", "a contact is at hand"));
            }
            _ => {
                self.contact = None;
                self.before = None;
                self.next = None;
                self.state = chosen;
            }
        }
        self.version += 1;
        Ok(())
    }

    /// Takes what an agent changes of their own set-up.
    pub(super) fn configure(&mut self, wanted: &Value) {
        if let Some(softphone) = wanted["softphoneEnabled"].as_bool() {
            self.softphone = softphone;
        }
        if let Some(extension) = wanted["extension"].as_str() {
            self.extension = extension.to_owned();
        }
        self.version += 1;
    }

    /// Somebody calls. Nobody else gets through meanwhile.
    pub(super) fn ring(&mut self, id: String, number: &str, queue: &str, now: Moment) -> bool {
        if self.contact.is_some() || self.state.kind != "routable" {
            return false;
        }
        self.begin(
            Contact::new(id, true, number, queue, now),
            "PendingBusy",
            now,
        );
        true
    }

    /// Calls somebody.
    pub(super) fn call(&mut self, id: String, number: &str, now: Moment) -> Result<(), Failure> {
        let digits = number.chars().filter(char::is_ascii_digit).count();
        if digits < 3 {
            return Err(failure("BadEndpointException", "no number to call"));
        }
        if self.contact.is_some() {
            return Err(failure("QuotaExceededException", "a contact is at hand"));
        }
        let contact = Contact::new(id, false, number, "BasicQueue", now);
        self.begin(contact, "CallingCustomer", now);
        Ok(())
    }

    fn begin(&mut self, contact: Contact, state: &str, now: Moment) {
        self.before = Some(self.state.clone());
        self.state = State::own(state, "system", now);
        self.contact = Some(contact);
        self.muted = false;
        self.version += 1;
    }

    /// Whether some frame of this person can be heard.
    pub(super) fn hears(&mut self, hears: bool) {
        self.hears = hears;
    }

    /// The agent accepts a ringing call.
    pub(super) fn accept(&mut self, id: &str, now: Moment) -> Result<(), Failure> {
        let heard = self.hears || !self.softphone;
        match self.named(id) {
            Some(contact) if contact.inbound && contact.state == "connecting" => {
                let (contact_state, state, kind) = if heard {
                    ("connected", "Busy", "system")
                } else {
                    // As a call ends whose sound nobody takes.
                    ("error", "FailedConnectAgent", "error")
                };
                contact.become_now(contact_state, now);
                self.state = State::own(state, kind, now);
                self.version += 1;
                Ok(())
            }
            _ => Err(failure("InvalidStateException", "nothing rings")),
        }
    }

    /// The other end takes an outgoing call.
    pub(super) fn answered(&mut self, id: &str, now: Moment) {
        if let Some(contact) = self.named(id)
            && !contact.inbound
            && contact.state == "connecting"
        {
            contact.become_now("connected", now);
            self.state = State::own("Busy", "system", now);
            self.version += 1;
        }
    }

    /// Nobody accepted a call in time, or the agent would not.
    pub(super) fn not_taken(&mut self, id: &str, how: &'static str, now: Moment) -> bool {
        let rings = |contact: &&mut Contact| contact.inbound && contact.state == "connecting";
        let Some(contact) = self.named(id).filter(rings) else {
            return false;
        };
        contact.become_now(how, now);
        self.state = State::own("MissedCallAgent", "error", now);
        self.version += 1;
        true
    }

    /// Either end hangs up. Who has not been connected has no work afterwards.
    pub(super) fn hang_up(&mut self, id: &str, now: Moment) -> bool {
        let Some(contact) = self.named(id).filter(|contact| contact.is_live()) else {
            return false;
        };
        match (contact.state, contact.inbound) {
            ("connecting", true) => {
                contact.become_now("missed", now);
                self.state = State::own("MissedCallAgent", "error", now);
            }
            _ => {
                contact.become_now("ended", now);
                self.state = State::own("AfterCallWork", "system", now);
            }
        }
        self.version += 1;
        true
    }

    /// The work on a contact is done: back to the status that was chosen meanwhile, or to the one before.
    pub(super) fn clear(&mut self, id: &str, now: Moment) -> bool {
        let over = self.named(id).is_some_and(|contact| !contact.is_live());
        if over {
            self.contact = None;
            let back = self.next.take().or(self.before.take());
            let name = back.map_or_else(|| "Offline".to_owned(), |state| state.name);
            self.before = None;
            self.state = State::chosen(&name, now);
            self.version += 1;
        }
        over
    }

    pub(super) fn hold(&mut self, id: &str, on_hold: bool) -> bool {
        let connected = |contact: &&mut Contact| contact.state == "connected";
        let Some(contact) = self.named(id).filter(connected) else {
            return false;
        };
        contact.on_hold = on_hold;
        self.version += 1;
        true
    }

    pub(super) fn mute(&mut self, muted: bool) {
        self.muted = muted;
        self.broadcast(json!({ "event": "agent::mute_toggle", "data": { "muted": muted } }));
    }

    /// Hands an event on to every frame of this person.
    pub(super) fn broadcast(&mut self, event: Value) {
        // The library asks for the present state with an event that says nothing.
        if event["event"] == "mute" {
            match event["data"]["mute"].as_bool() {
                Some(muted) => return self.mute(muted),
                None => return self.mute(self.muted),
            }
        }
        self.told += 1;
        self.version += 1;
        self.broadcasts.push_back((self.told, event));
        if self.broadcasts.len() > KEPT {
            self.broadcasts.pop_front();
        }
    }

    fn named(&mut self, id: &str) -> Option<&mut Contact> {
        self.contact.as_mut().filter(|contact| contact.id == id)
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn told(&self) -> u64 {
        self.told
    }

    /// Broadcasts after the one with that number.
    pub(super) fn broadcasts_since(&self, told: u64) -> Vec<&Value> {
        let newer = self.broadcasts.iter().filter(|(number, _)| *number > told);
        newer.map(|(_, event)| event).collect()
    }

    /// `agent::update`, with times in milliseconds since 1970, which the frame turns into dates.
    pub(super) fn update(&self, instance: &str, claims: &str, now: Moment) -> Value {
        let username = if claims.is_empty() {
            self.username
        } else {
            claims
        };
        let arn = |kind: &str, name: &str| {
            format!("arn:aws:connect:eu-central-1:000000000000:instance/{INSTANCE}/{kind}/{name}")
        };
        let states: Vec<Value> = CHOICES
            .iter()
            .map(|(name, kind)| json!({ "agentStateARN": arn("agent-state", name), "type": kind, "name": name }))
            .collect();
        let state = |state: &State| {
            json!({
                "agentStateARN": arn("agent-state", &state.name), "type": state.kind, "name": state.name,
                "startTimestamp": state.since.0,
            })
        };
        let queue = json!({
            "name": "BasicQueue", "queueARN": arn("queue", "basic"), "queueId": arn("queue", "basic"),
        });
        let profile = arn("routing-profile", "basic");
        let contacts: Vec<Value> = self
            .contact
            .iter()
            .map(|contact| contact.tell(&arn("queue", "basic"), self.softphone, self.muted))
            .collect();
        let now_state = state(&self.state);
        json!({
            "configuration": {
                "name": self.name, "username": username, "agentARN": arn("agent", username),
                "agentStates": states,
                "routingProfile": {
                    "name": format!("Basic Routing Profile of {instance}"), "routingProfileARN": profile,
                    "routingProfileId": profile, "queues": [queue], "defaultOutboundQueue": queue,
                    "channelConcurrencyMap": { "VOICE": 1, "CHAT": 0, "TASK": 0 },
                },
                "permissions": ["outboundCall"],
                "softphoneEnabled": self.softphone, "softphoneAutoAccept": false, "extension": self.extension,
                "dialableCountries": ["de", "us"],
                "agentPreferences": { "LANGUAGE": "en_US", "locale": "en_US" },
            },
            "snapshot": {
                "state": now_state, "status": now_state, "nextState": self.next.as_ref().map(state),
                "agentAvailabilityState": { "state": self.state.name, "timeStamp": self.state.since.0 },
                "contacts": contacts,
                "snapshotTimestamp": now.0, "localTimestamp": now.0, "skew": 0,
            },
        })
    }
}

/// Of all instances here: the library reads it out of a routing profile's address.
const INSTANCE: &str = "00000000-0000-4000-8000-000000000000";

impl State {
    fn chosen(name: &str, since: Moment) -> Self {
        let kind = CHOICES.iter().find(|(choice, _)| *choice == name);
        Self::own(name, kind.map_or("not_routable", |(_, kind)| *kind), since)
    }

    fn own(name: &str, kind: &'static str, since: Moment) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            since,
        }
    }
}

impl Contact {
    fn new(id: String, inbound: bool, number: &str, queue: &str, now: Moment) -> Self {
        Self {
            id,
            inbound,
            number: number.to_owned(),
            queue: queue.to_owned(),
            state: "connecting",
            since: now,
            begun: now,
            on_hold: false,
        }
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, "connecting" | "connected")
    }

    fn become_now(&mut self, state: &'static str, now: Moment) {
        self.state = state;
        self.since = now;
        self.on_hold = false;
    }

    fn tell(&self, queue_arn: &str, softphone: bool, muted: bool) -> Value {
        let (id, direction) = (&self.id, if self.inbound { "inbound" } else { "outbound" });
        let over = match self.state {
            "connecting" | "connected" => self.state,
            _ => "disconnected",
        };
        let theirs = match (self.inbound, self.on_hold) {
            (_, true) => "hold",
            // Who calls is on the line before anybody accepts.
            (true, _) if over == "connecting" => "connected",
            _ => over,
        };
        let media = softphone.then(|| json!({ "autoAccept": false, "callType": "AUDIO_ONLY" }));
        json!({
            "contactId": id, "initialContactId": null, "type": "voice",
            "initiationMethod": direction,
            "state": { "type": self.state, "timestamp": self.since.0 },
            "status": { "type": self.state, "timestamp": self.since.0 },
            "queue": { "name": self.queue, "queueARN": queue_arn, "queueId": queue_arn },
            "queueTimestamp": self.begun.0, "attributes": {}, "contactFeatures": {},
            "connections": [
                {
                    "connectionId": id, "contactId": id, "type": "agent", "initial": false,
                    "state": { "type": over, "timestamp": self.since.0 },
                    "endpoint": { "type": "phone_number", "phoneNumber": "" },
                    "softphoneMediaInfo": media, "mute": muted, "forcedMute": false,
                },
                {
                    "connectionId": format!("{id}-caller"), "contactId": id, "type": direction, "initial": true,
                    "state": { "type": theirs, "timestamp": self.since.0 },
                    "endpoint": { "type": "phone_number", "phoneNumber": self.number, "name": null },
                    "mute": false, "forcedMute": false,
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_800_000_000_000);

    fn instance() -> Instance {
        let mut instance = Instance::new(
            "dextr-docs",
            &[("agent", "Ana", true), ("desk", "Dan", false)],
            NOW,
        );
        assert!(instance.sign_in("agent", "one".into(), NOW));
        instance
    }

    fn name(instance: &Instance) -> &str {
        &instance.agent("agent").expect("is there").state.name
    }

    #[test]
    fn a_call_from_the_first_ring_to_the_work_after_it() {
        let mut instance = instance();
        let agent = instance.agent_mut("agent").expect("is there");
        assert!(!agent.ring("c".into(), "+49301", "Sales", NOW), "offline");
        agent.set_state("Available", false, NOW).expect("a state");
        assert!(agent.ring("c".into(), "+49301", "Sales", NOW));
        assert!(
            !agent.ring("d".into(), "+49302", "Sales", NOW),
            "one at a time"
        );
        agent.hears(true);
        agent.accept("c", NOW).expect("rings");
        assert!(agent.set_state("Lunch", false, NOW).is_err());
        agent.set_state("Lunch", true, NOW).expect("for later");
        assert!(agent.hang_up("c", NOW));
        assert_eq!(agent.state.name, "AfterCallWork");
        assert!(agent.clear("c", NOW));
        assert_eq!(name(&instance), "Lunch");
    }

    #[test]
    fn a_call_that_nobody_could_hear_fails() {
        let mut instance = instance();
        let agent = instance.agent_mut("agent").expect("is there");
        agent.set_state("Available", false, NOW).expect("a state");
        agent.ring("c".into(), "+49301", "Sales", NOW);
        agent.accept("c", NOW).expect("rings");
        assert_eq!(agent.state.name, "FailedConnectAgent");
        assert!(agent.clear("c", NOW));
        assert_eq!(name(&instance), "Available");
    }

    #[test]
    fn a_missed_call_is_no_work_and_ends_availability_until_it_is_cleared() {
        let mut instance = instance();
        let agent = instance.agent_mut("agent").expect("is there");
        agent.set_state("Available", false, NOW).expect("a state");
        agent.ring("c".into(), "+49301", "Sales", NOW);
        assert!(agent.not_taken("c", "missed", NOW));
        assert_eq!(
            agent.update("i", "", NOW)["snapshot"]["contacts"][0]["state"]["type"],
            "missed"
        );
        agent.set_state("Training", false, NOW).expect("a state");
        assert!(agent.contact.is_none());
    }

    #[test]
    fn an_outgoing_call_is_put_through() {
        let mut instance = instance();
        let agent = instance.agent_mut("agent").expect("is there");
        assert!(agent.call("c".into(), "x", NOW).is_err());
        agent.call("c".into(), "+49301", NOW).expect("a number");
        agent.answered("c", NOW);
        assert!(agent.hold("c", true));
        let told = agent.update("i", "", NOW);
        let ends = &told["snapshot"]["contacts"][0]["connections"];
        assert_eq!(ends[1]["state"]["type"], "hold");
        assert_eq!(ends[0]["state"]["type"], "connected");
    }

    #[test]
    fn two_browsers_are_one_agent_and_end_apart() {
        let mut instance = instance();
        instance.sign_in("agent", "two".into(), NOW);
        let agent = instance.agent_mut("agent").expect("is there");
        agent.set_state("Lunch", false, NOW).expect("a state");
        instance.sign_out("one", NOW);
        assert_eq!(instance.who("one"), None);
        assert_eq!(instance.who("two"), Some("agent"));
        assert_eq!(name(&instance), "Lunch");
        instance.end_sessions("agent", NOW);
        assert_eq!(instance.ended("one"), Some(Ended::Terminated));
        assert_eq!(instance.ended("two"), Some(Ended::Elsewhere));
        assert_eq!(name(&instance), "Offline");
    }

    #[test]
    fn a_frame_without_cookies_knows_nobody_until_it_may() {
        let mut instance = instance();
        instance.switches.cookies_blocked = true;
        assert_eq!(instance.who("one"), Some("agent"));
        assert_eq!(instance.who_in_frame("one", false), None);
        assert_eq!(instance.who_in_frame("one", true), Some("agent"));
    }

    #[test]
    fn everybody_hears_what_one_frame_says() {
        let mut instance = instance();
        let agent = instance.agent_mut("agent").expect("is there");
        agent.broadcast(json!({ "event": "mute", "data": { "mute": true } }));
        agent.broadcast(json!({ "event": "contact::accepted" }));
        assert_eq!(agent.broadcasts_since(0).len(), 2);
        assert_eq!(
            agent.broadcasts_since(1),
            [&json!({ "event": "contact::accepted" })]
        );
        agent.broadcast(json!({ "event": "mute" }));
        assert_eq!(agent.broadcasts_since(2)[0]["data"]["muted"], true);
    }
}
