//! The microphone tried out: which one, how loud, how it sounds, and whether its owner hears anything.

use leptos::{ev::Event, prelude::*};

use super::{Device, Microphone, MicrophoneCure, Recording};
use crate::i18n::{Locale, td_string, use_locale};

/// Louder than this somebody speaks.
const SPOKEN: f32 = 0.4;
const GOOD: f32 = 0.5;
const LOUD: f32 = 0.9;
/// Milliseconds for which somebody who spoke counts as heard.
const HEARD_FOR: f64 = 2_500.0;

/// Everything about the microphone: explained, asked for on a click, chosen, measured, recorded. While it is shown and
/// the microphone may be used, the microphone is open.
#[component]
pub(crate) fn MicrophonePanel() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    Effect::new(move |_| {
        microphone.watch();
        microphone.show_level();
        on_cleanup(move || microphone.hide_level());
    });
    let hearing = microphone.shown();
    let good = Memo::new(move |_| hearing.get().is_good());
    view! {
        <div class="microphone">
            <MicrophoneCure/>
            {move || good.get().then(|| view! {
                <Choices/>
                <Level/>
                <Trials/>
            })}
            <p class="hint plain-only">{td_string!(locale, microphone.needs_scripts)}</p>
        </div>
    }
    .into_any()
}

/// Which microphone and which loudspeaker, where there is a choice.
#[component]
fn Choices() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    view! {
        <div class="devices">
            <Choice
                id="microphone-choice"
                label=td_string!(locale, microphone.panel.microphone)
                devices=microphone.devices
                chosen=microphone.chosen
                choose=Callback::new(move |id| microphone.choose(id))
            />
            <Choice
                id="speaker-choice"
                label=td_string!(locale, microphone.panel.speaker)
                devices=microphone.speakers
                chosen=microphone.speaker
                choose=Callback::new(move |id| microphone.choose_speaker(id))
            />
        </div>
    }
    .into_any()
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    devices: RwSignal<Vec<Device>>,
    chosen: RwSignal<Option<String>>,
    choose: Callback<Option<String>>,
) -> impl IntoView {
    let locale = use_locale();
    let changed = move |event: Event| {
        choose.run(Some(event_target_value(&event)).filter(|id| !id.is_empty()));
    };
    let option = move |device: Device| {
        let (id, value) = (device.id.clone(), device.id);
        let selected = move || chosen.with(|chosen| chosen.as_ref() == Some(&id));
        view! { <option value=value selected=selected>{device.label}</option> }
    };
    let nothing = move || chosen.with(Option::is_none);
    move || {
        let devices = devices.get();
        (devices.len() > 1).then(|| {
            view! {
                <div class="field">
                    <label for=id>{label}</label>
                    <select id=id on:change=changed>
                        <option value="" selected=nothing>
                            {td_string!(locale, microphone.panel.system_choice)}
                        </option>
                        {devices.into_iter().map(option).collect_view()}
                    </select>
                </div>
            }
        })
    }
}

/// How loud it is, as a bar and in words.
#[component]
fn Level() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let spoke = StoredValue::new(None::<f64>);
    let heard = Memo::new(move |_| {
        let now = window().performance().map_or(0.0, |clock| clock.now());
        if microphone.level.get() > SPOKEN {
            spoke.set_value(Some(now));
        }
        spoke.get_value().is_some_and(|at| now - at < HEARD_FOR)
    });
    let percent = Memo::new(move |_| (microphone.level.get() * 100.0).round() as u8);
    let words = Memo::new(move |_| level_words(locale, microphone.level.get()));
    view! {
        <div class="level">
            <span id="level-name">{td_string!(locale, microphone.panel.level)}</span>
            <div
                role="meter"
                aria-labelledby="level-name"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || percent.get().to_string()
                aria-valuetext=move || words.get()
            >
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width=move || percent.get().to_string() height="8"/>
                </svg>
            </div>
            <span>
                {move || if heard.get() {
                    td_string!(locale, microphone.panel.heard)
                } else {
                    td_string!(locale, microphone.panel.silent)
                }}
            </span>
        </div>
    }
    .into_any()
}

fn level_words(locale: Locale, level: f32) -> &'static str {
    if level > LOUD {
        td_string!(locale, microphone.panel.level_text_loud)
    } else if level > GOOD {
        td_string!(locale, microphone.panel.level_text_good)
    } else if level > SPOKEN {
        td_string!(locale, microphone.panel.level_text_quiet)
    } else {
        td_string!(locale, microphone.panel.level_text_silent)
    }
}

/// The recording and the test tone.
#[component]
fn Trials() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let recording = microphone.recording;
    let busy = move || matches!(recording.get(), Recording::Listening | Recording::Playing);
    let said = move || match recording.get() {
        Recording::None => None,
        Recording::Listening => Some(td_string!(locale, microphone.panel.listening)),
        Recording::Playing => Some(td_string!(locale, microphone.panel.playing)),
        Recording::Played => Some(td_string!(locale, microphone.panel.played)),
        Recording::Failed => Some(td_string!(locale, microphone.panel.record_failed)),
    };
    view! {
        <div class="trials">
            <button
                type="button"
                class="button quiet"
                disabled=busy
                on:click=move |_| microphone.record_three_seconds()
            >
                {td_string!(locale, microphone.panel.record)}
            </button>
            <TestTone/>
            <span class="hint" role="status">{said}</span>
        </div>
    }
    .into_any()
}

/// *Play test tone*, and the question whether it was heard.
#[component]
pub(crate) fn TestTone() -> impl IntoView {
    let locale = use_locale();
    let microphone = Microphone::of_document();
    let answer = move |heard: bool, words: &'static str| {
        view! {
            <button type="button" class="button text" on:click=move |_| microphone.heard_tone(heard)>
                {words}
            </button>
        }
    };
    view! {
        <span class="tone">
            <button type="button" class="button quiet" on:click=move |_| microphone.test_tone()>
                {td_string!(locale, microphone.panel.tone)}
            </button>
            <span role="status">
                {move || microphone.toned.get().then(|| view! {
                    {td_string!(locale, microphone.panel.tone_question)}
                    " "
                    {answer(true, td_string!(locale, microphone.panel.yes))}
                    {answer(false, td_string!(locale, microphone.panel.no))}
                })}
            </span>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::level_words;
    use crate::i18n::Locale;

    #[test]
    fn a_level_has_words() {
        for (level, words) in [
            (0.0, "Nothing to be heard"),
            (0.45, "Quiet"),
            (0.7, "Good"),
            (1.0, "Very loud"),
        ] {
            assert_eq!(level_words(Locale::en, level), words);
        }
    }
}
