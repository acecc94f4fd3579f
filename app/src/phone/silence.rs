//! What the silence of the phone's frame proves. A frame that nobody signed in for, one that is refused and one that is kept
//! from its cookies all look alike: they say nothing. But once the person was at Amazon Connect and is back, only the last
//! two stay silent.

/// Seconds for which a frame may stay silent while the person is here. A panel that needs a quarter of a minute to come up
/// has come by then: the frame is loaded anew ever later, and is left alone for long enough half a minute after the person
/// came back.
const ENOUGH: u32 = 60;

#[derive(Debug, Default)]
pub(super) struct Silence {
    /// Since the person was there: seconds for which they are back.
    back: Option<u32>,
}

impl Silence {
    /// They go there, or what else must make the frame speak has come about.
    pub(super) fn begins(&mut self) {
        self.back = Some(0);
    }

    /// The frame is given all its time once more.
    pub(super) fn begins_anew(&mut self) {
        if self.back.is_some() {
            self.begins();
        }
    }

    pub(super) fn ends(&mut self) {
        self.back = None;
    }

    /// One more second of it with the person here. Answers whether that is long enough, and ends with it.
    pub(super) fn lasts(&mut self) -> bool {
        let Some(seconds) = &mut self.back else {
            return false;
        };
        *seconds += 1;
        let enough = *seconds >= ENOUGH;
        if enough {
            self.ends();
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(silence: &mut Silence, seconds: u32) -> usize {
        (0..seconds).filter(|_| silence.lasts()).count()
    }

    #[test]
    fn only_who_was_there_is_given_up() {
        let mut silence = Silence::default();
        assert_eq!(seconds(&mut silence, 10 * ENOUGH), 0);
        silence.begins_anew();
        assert_eq!(seconds(&mut silence, 10 * ENOUGH), 0);
        silence.begins();
        assert_eq!(seconds(&mut silence, ENOUGH - 1), 0);
        assert_eq!(seconds(&mut silence, 10 * ENOUGH), 1);
    }

    #[test]
    fn who_goes_again_or_comes_back_gives_it_all_its_time() {
        let mut silence = Silence::default();
        silence.begins();
        for again in [Silence::begins, Silence::begins_anew] {
            assert_eq!(seconds(&mut silence, ENOUGH - 1), 0);
            again(&mut silence);
        }
        assert_eq!(seconds(&mut silence, ENOUGH - 1), 0);
        silence.ends();
        assert_eq!(seconds(&mut silence, ENOUGH), 0);
    }
}
