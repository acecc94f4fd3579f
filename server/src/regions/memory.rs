//! What the regions answered, and how often anybody asked: plain values, bounded.

use std::{collections::HashMap, time::Duration};

use crate::{
    clock::Moment,
    domain::{hash_queue::Network, region::Question},
};

/// Companies seldom move away.
const YES: Duration = Duration::from_mins(10);
/// A new one is found soon.
const NO: Duration = Duration::from_mins(1);
/// A region that did not answer is left alone about this for so long.
const NOTHING: Duration = Duration::from_secs(10);
/// Answers that are kept at most.
const MOST: usize = 10_000;
/// Questions that this server sends in a second at most, whatever people type.
const SENT: u32 = 50;
/// Questions of one network that this server takes in a minute at most.
const TAKEN: u32 = 600;

#[derive(Default)]
pub(super) struct Memory {
    answers: HashMap<(usize, Question), Answer>,
    sent: Window,
    taken: HashMap<Network, Window>,
}

struct Answer {
    yes: bool,
    until: Moment,
}

/// How often something happened since a moment.
#[derive(Default)]
struct Window {
    since: Option<Moment>,
    count: u32,
}

impl Window {
    /// Counts one more, unless that would be too many; then answers for how long they are.
    fn count(&mut self, most: u32, span: Duration, now: Moment) -> Result<(), Duration> {
        let over = self.since.map(|since| since.plus(span));
        match over {
            Some(over) if over > now => {
                if self.count >= most {
                    return Err(over.since(now));
                }
                self.count += 1;
            }
            _ => {
                self.since = Some(now);
                self.count = 1;
            }
        }
        Ok(())
    }

    fn is_over(&self, span: Duration, now: Moment) -> bool {
        self.since.is_none_or(|since| since.plus(span) <= now)
    }
}

impl Memory {
    /// What a region answered to this not long ago; "no" where it did not answer.
    pub(super) fn known(&self, peer: usize, question: &Question, now: Moment) -> Option<bool> {
        let answer = self.answers.get(&(peer, question.clone()))?;
        (answer.until > now).then_some(answer.yes)
    }

    /// Keeps an answer, or that there was none.
    pub(super) fn note(
        &mut self,
        peer: usize,
        question: &Question,
        answer: Option<bool>,
        now: Moment,
    ) {
        if self.answers.len() >= MOST {
            self.answers.retain(|_, answer| answer.until > now);
        }
        if self.answers.len() >= MOST {
            // Somebody types whatever comes to mind: all of it can be asked again.
            self.answers.clear();
        }
        let life = match answer {
            Some(true) => YES,
            Some(false) => NO,
            None => NOTHING,
        };
        let answer = Answer {
            yes: answer == Some(true),
            until: now.plus(life),
        };
        self.answers.insert((peer, question.clone()), answer);
    }

    /// Counts a question that this server is about to send, unless there are too many.
    pub(super) fn may_ask(&mut self, now: Moment) -> bool {
        self.sent.count(SENT, Duration::from_secs(1), now).is_ok()
    }

    /// Counts a question of another server, or answers in how many seconds it may come.
    pub(super) fn admit(&mut self, network: Network, now: Moment) -> Result<(), u32> {
        let minute = Duration::from_mins(1);
        if self.taken.len() >= MOST {
            self.taken.retain(|_, window| !window.is_over(minute, now));
        }
        if self.taken.len() >= MOST {
            self.taken.clear();
        }
        let window = self.taken.entry(network).or_default();
        window
            .count(TAKEN, minute, now)
            .map_err(|wait| u32::try_from(wait.as_secs()).unwrap_or(60).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_772_438_400_000);

    fn alias(alias: &str) -> Question {
        Question::Alias(alias.to_owned())
    }

    #[test]
    fn answers_are_kept_as_long_as_they_are_likely_to_stay_right() {
        let mut memory = Memory::default();
        for (name, answer, life) in [
            ("yes", Some(true), YES),
            ("no", Some(false), NO),
            ("nothing", None, NOTHING),
        ] {
            let question = alias(name);
            assert_eq!(memory.known(0, &question, NOW), None);
            memory.note(0, &question, answer, NOW);
            let last = NOW.plus(life - Duration::from_millis(1));
            assert_eq!(memory.known(0, &question, last), Some(answer == Some(true)));
            assert_eq!(memory.known(0, &question, NOW.plus(life)), None);
            assert_eq!(memory.known(1, &question, NOW), None, "another region");
        }
    }

    #[test]
    fn neither_memory_nor_questions_grow_without_end() {
        let mut memory = Memory::default();
        for number in 0..2 * MOST + 1 {
            memory.note(0, &alias(&format!("c-{number}")), Some(false), NOW);
            assert!(memory.answers.len() <= MOST);
        }
        let sent = (0..1000).filter(|_| memory.may_ask(NOW)).count();
        assert_eq!(sent, SENT as usize);
        assert!(memory.may_ask(NOW.plus(Duration::from_secs(1))));
    }

    #[test]
    fn one_network_asks_so_often_and_others_beside_it() {
        let mut memory = Memory::default();
        let (one, other) = (Network::V4([192, 0, 2, 1]), Network::V4([192, 0, 2, 2]));
        for _ in 0..TAKEN {
            assert_eq!(memory.admit(one, NOW), Ok(()));
        }
        assert_eq!(
            memory.admit(one, NOW.plus(Duration::from_secs(15))),
            Err(45)
        );
        assert_eq!(memory.admit(other, NOW), Ok(()));
        assert_eq!(memory.admit(one, NOW.plus(Duration::from_mins(1))), Ok(()));
    }
}
