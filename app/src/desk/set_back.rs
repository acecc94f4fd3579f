//! Takes whoever callers would not hear off the phone, at both kinds of desk. The rule is in `rules`.

use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use super::rules::SetBack;
use super::unheard::Unheard;
use crate::wire::PresenceKind;

/// How long a lost microphone may take to come back before its person is not available any more.
const LOST: Duration = Duration::from_secs(10);
/// Milliseconds between two tries to take somebody off the phone.
const AGAIN: u32 = 2_000;

/// Minds a status, in the browser. `judge` says what becomes of it, and gets whether the person could be heard at any time
/// since it began. `go` begins to take another one, if there is still need; its end is the name of that, once it is taken.
pub(super) fn mind<Going>(
    now: Memo<Option<PresenceKind>>,
    unheard: Unheard,
    judge: impl Fn(PresenceKind, bool) -> SetBack + 'static,
    go: impl Fn() -> Option<Going> + Copy + 'static,
) where
    Going: Future<Output = Option<String>> + 'static,
{
    let overdue = RwSignal::new(false);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(waiting) = waiting.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    };
    on_cleanup(stop);
    // What it was the last time, and whether the person could be heard meanwhile.
    Effect::new(move |before: Option<(Option<PresenceKind>, bool)>| {
        let overdue_now = overdue.get();
        let (now, heard) = (now.get(), !unheard.now.get());
        let was_heard = match before {
            Some((kind, was_heard)) if kind == now => was_heard || heard,
            // What began before this document began with a microphone.
            None | Some((None, _)) => true,
            Some(_) => heard,
        };
        match now.map_or(SetBack::No, |now| judge(now, was_heard)) {
            SetBack::No => {
                stop();
                // Setting it would begin this anew, whatever it was.
                if overdue_now {
                    overdue.set(false);
                }
            }
            SetBack::Now => fall_back(unheard, go),
            SetBack::Soon if overdue_now => fall_back(unheard, go),
            SetBack::Soon | SetBack::AfterCall => {
                if waiting.with_value(Option::is_none) {
                    let later = move || {
                        let _ = overdue.try_set(true);
                    };
                    waiting.set_value(set_timeout_with_handle(later, LOST).ok());
                }
            }
        }
        (now, was_heard)
    });
}

/// Until it worked or is not needed any more.
fn fall_back<Going>(unheard: Unheard, go: impl Fn() -> Option<Going> + 'static)
where
    Going: Future<Output = Option<String>> + 'static,
{
    spawn_local(async move {
        while let Some(going) = go() {
            if let Some(status) = going.await {
                unheard.is_set_back(status);
                return;
            }
            TimeoutFuture::new(AGAIN).await;
        }
    });
}
