//! A second way that is being added, whichever it is: asked for, shown, and its backup codes saved where
//! there are none; or begun again.

use leptos::{prelude::*, task::spawn_local};

use super::codes::SaveCodes;
use super::room::{Cancel, Room, TWO_FACTOR};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};
use crate::ui::{FailureBanner, Loading};
use crate::wire::{BackupCodes, Method, WayBegun};

/// Where it stands; `T` is what is shown until its first code is right.
#[derive(Clone)]
pub(super) enum Stage<T> {
    Asking,
    /// It must begin again.
    Failed(ApiError),
    Begun(T),
    Saving(Vec<String>),
}

/// What an adding shares with the form of its first code.
pub(super) struct Progress<T: Send + Sync + 'static> {
    pub(super) room: Room,
    pub(super) stage: RwSignal<Stage<T>>,
    /// What is said when it is done.
    pub(super) said: &'static str,
}

// Derived, they would ask the same of `T`.
impl<T: Send + Sync + 'static> Clone for Progress<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Progress<T> {}

impl<T: Send + Sync + 'static> Progress<T> {
    /// Goes on from a first code that was right; `gone` when its dialog was closed meanwhile.
    pub(super) fn verified(self, made: BackupCodes, gone: bool) {
        if made.codes.is_empty() {
            return self.room.done(self.said, TWO_FACTOR);
        }
        self.room.renew();
        if !gone {
            self.stage.set(Stage::Saving(made.codes));
        }
    }
}

/// Begins as it is shown. `begun` reads the server's answer, `show` is the form of the first code.
#[component]
pub(super) fn Adding<T, F>(
    room: Room,
    method: Method,
    said: &'static str,
    begun: fn(WayBegun) -> Option<T>,
    show: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T, Progress<T>) -> AnyView + Send + Sync + 'static,
{
    let locale = use_locale();
    let api = Api::use_api();
    let stage = RwSignal::new(Stage::<T>::Asking);
    let progress = Progress { room, stage, said };
    let begin = move || {
        stage.set(Stage::Asking);
        let api = api.clone();
        spawn_local(async move {
            let answer = room.proof.around(async || api.add_way(method).await).await;
            match answer.map(|answer| answer.map(begun)) {
                Some(Ok(Some(begun))) => {
                    stage.try_set(Stage::Begun(begun));
                }
                Some(Err(error)) => {
                    stage.try_set(Stage::Failed(error));
                }
                Some(Ok(None)) | None => room.close(),
            }
        });
    };
    let again = begin.clone();
    Effect::new(begin);
    move || match stage.get() {
        Stage::Asking => view! { <Loading/> }.into_any(),
        Stage::Failed(error) => {
            let again = again.clone();
            view! {
                <div class="dialog-form">
                    <FailureBanner error/>
                    <div class="choices">
                        <button type="button" class="button quiet" on:click=move |_| again()>
                            {td_string!(locale, profile.start_again)}
                        </button>
                        <Cancel room/>
                    </div>
                </div>
            }
            .into_any()
        }
        Stage::Begun(begun) => show(begun, progress),
        Stage::Saving(codes) => view! { <SaveCodes room codes said/> }.into_any(),
    }
}
