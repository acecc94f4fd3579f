//! From *Save* to saved: what is typed is read, whom it leads is asked and confirmed, and a proof is given
//! where the last one is old. What was typed stays whatever comes back.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::draft::{Draft, Flaw, may_lead};
use crate::client::{Api, ApiError};
use crate::i18n::{Locale, day_of, td_string, use_locale};
use crate::session::{FreshProof, settle};
use crate::ui::Dialog;
use crate::wire::{PolicyChoices, PolicyEffect, TwoFactorOverview, TwoFactorPolicy};

/// Why nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Flaw(Flaw),
    Failed(ApiError),
}

/// What the form knows of itself beside its fields.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    api: StoredValue<Api>,
    pub(super) form: NodeRef<html::Form>,
    choices: StoredValue<PolicyChoices>,
    /// What the server has.
    saved: StoredValue<TwoFactorPolicy>,
    /// What waits for an answer to a question.
    wanted: StoredValue<Option<TwoFactorPolicy>>,
    on_saved: Callback<TwoFactorOverview>,
    pub(super) busy: RwSignal<bool>,
    pub(super) changed: RwSignal<bool>,
    pub(super) saved_once: RwSignal<bool>,
    pub(super) trouble: RwSignal<Option<Trouble>>,
    effect: RwSignal<PolicyEffect>,
    sure: RwSignal<bool>,
    pub(super) proof: FreshProof,
}

impl Saving {
    pub(super) fn new(
        api: Api,
        saved: TwoFactorPolicy,
        choices: PolicyChoices,
        on_saved: Callback<TwoFactorOverview>,
    ) -> Self {
        Self {
            api: StoredValue::new(api),
            form: NodeRef::new(),
            choices: StoredValue::new(choices),
            saved: StoredValue::new(saved),
            wanted: StoredValue::new(None),
            on_saved,
            busy: RwSignal::new(false),
            changed: RwSignal::new(false),
            saved_once: RwSignal::new(false),
            trouble: RwSignal::new(None),
            effect: RwSignal::new(PolicyEffect {
                at_next_sign_in: 0,
                from_the_day: 0,
            }),
            sure: RwSignal::new(false),
            proof: FreshProof::new(),
        }
    }

    /// For `aria-invalid`.
    pub(super) fn is_flawed(self, flaw: Flaw) -> Option<&'static str> {
        let flawed = self
            .trouble
            .with(|trouble| *trouble == Some(Trouble::Flaw(flaw)));
        flawed.then_some("true")
    }

    fn typed(self) -> Option<Result<TwoFactorPolicy, Flaw>> {
        let form = self.form.get_untracked()?;
        let draft = Draft::read(&form);
        Some(
            self.choices
                .with_value(|choices| self.saved.with_value(|saved| draft.policy(choices, saved))),
        )
    }

    /// Something was typed or chosen.
    pub(super) fn note_change(self) {
        let Some(typed) = self.typed() else { return };
        self.trouble.set(None);
        let same = self.saved.with_value(|saved| typed.as_ref() == Ok(saved));
        self.changed.set(!same);
    }

    pub(super) fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        match self.typed() {
            None => {}
            Some(Err(flaw)) => {
                self.trouble.set(Some(Trouble::Flaw(flaw)));
                focus(flaw.field());
            }
            Some(Ok(wanted)) => {
                self.trouble.set(None);
                let asks = self.saved.with_value(|saved| may_lead(saved, &wanted));
                self.wanted.set_value(Some(wanted));
                if asks {
                    self.ask();
                } else {
                    self.put();
                }
            }
        }
    }

    /// Asks whom it would lead to set something up; nobody needs no question.
    fn ask(self) {
        let (Some(wanted), api) = (self.wanted.get_value(), self.api.get_value()) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = settle(api.policy_effect(&wanted).await);
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(effect) if effect.at_next_sign_in + effect.from_the_day > 0 => {
                    self.effect.set(effect);
                    self.sure.set(true);
                }
                Ok(_) => self.put(),
                Err(error) => self.trouble.set(Some(Trouble::Failed(error))),
            }
        });
    }

    /// Saves what was asked for.
    pub(super) fn put(self) {
        let (Some(wanted), api) = (self.wanted.get_value(), self.api.get_value()) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = self
                .proof
                .around(async || api.save_policy(&wanted).await)
                .await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(overview)) => {
                    self.saved.set_value(overview.policy.clone());
                    self.saved_once.set(true);
                    // Something else may be typed by now.
                    self.note_change();
                    self.on_saved.run(overview);
                }
                Some(Err(error)) => self.trouble.set(Some(Trouble::Failed(error))),
                // Nobody proved who they are, and what they typed is still there.
                None => {}
            }
        });
    }
}

fn focus(id: &str) {
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The question before many people are led to something that they did not expect.
#[component]
pub(super) fn Sure(saving: Saving) -> impl IntoView {
    let locale = use_locale();
    let title = td_string!(locale, console.policy.sure);
    let open = saving.sure;
    let go_on = move |_| {
        open.set(false);
        saving.put();
    };
    let day = move || {
        let wanted = saving.wanted.get_value();
        wanted
            .and_then(|wanted| wanted.required_from)
            .unwrap_or_default()
    };
    view! {
        <Dialog title id="sure-title" open>
            <div class="dialog-form">
                {move || led(locale, saving.effect.get(), &day())
                    .into_iter()
                    .map(|sentence| view! { <p><strong>{sentence}</strong></p> })
                    .collect_view()}
                <p>{td_string!(locale, console.policy.sure_text)}</p>
                <div class="choices">
                    <button type="button" class="button primary" on:click=go_on>
                        {td_string!(locale, console.policy.save)}
                    </button>
                    <button type="button" class="button text" on:click=move |_| open.set(false)>
                        {td_string!(locale, console.policy.cancel)}
                    </button>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// How many people must do what, and when.
fn led(locale: Locale, effect: PolicyEffect, day: &str) -> Vec<String> {
    let now = match effect.at_next_sign_in {
        0 => None,
        1 => Some(td_string!(locale, console.policy.led_now_one).to_owned()),
        count => Some(td_string!(
            locale,
            console.policy.led_now_many,
            count = count
        )),
    };
    let day = format!(
        "{} {}",
        day_of(locale, day),
        day.get(..4).unwrap_or_default()
    );
    let later = match effect.from_the_day {
        0 => None,
        1 => Some(td_string!(locale, console.policy.led_later_one, day = day)),
        count => Some(td_string!(
            locale,
            console.policy.led_later_many,
            count = count,
            day = day
        )),
    };
    [now, later].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_in_words() {
        let effect = |now, later| PolicyEffect {
            at_next_sign_in: now,
            from_the_day: later,
        };
        assert_eq!(
            led(Locale::en, effect(17, 0), ""),
            ["17 people must set something up at their next sign-in."]
        );
        assert_eq!(
            led(Locale::en, effect(1, 2), "2026-12-01"),
            [
                "1 person must set something up at the next sign-in.",
                "2 people must set something up at their first sign-in from 1 December 2026."
            ]
        );
        assert_eq!(
            led(Locale::de, effect(0, 1), "2026-12-01"),
            ["1 Person muss bei ihrer ersten Anmeldung ab dem 1. Dezember 2026 etwas einrichten."]
        );
    }
}
