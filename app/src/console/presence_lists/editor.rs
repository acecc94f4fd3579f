//! One list: its name, its statuses in their order, whether it is the default one.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::draft::{Flaw, MOST, Row, name_id, shift};
use super::kind_word;
use super::replace::ReplaceDialog;
use super::saving::{Editing, Trouble, focus};
use crate::client::Api;
use crate::console::address;
use crate::i18n::{error_text, td_string, use_locale};
use crate::session::FreshProofDialog;
use crate::ui::{Banner, BannerKind, Button, Heading, TextField};
use crate::wire::{PresenceKind, PresenceList, PresenceLists};

const KINDS: [PresenceKind; 3] = [
    PresenceKind::Available,
    PresenceKind::NotReady,
    PresenceKind::Offline,
];

#[component]
pub(super) fn Editor(
    alias: StoredValue<String>,
    /// The list to change; none makes a new one.
    #[prop(optional_no_strip)]
    list: Option<PresenceList>,
    lists: PresenceLists,
    said: RwSignal<Option<&'static str>>,
) -> impl IntoView {
    let locale = use_locale();
    let all = address::presence_lists(&alias.read_value(), None);
    let go = use_navigate();
    let on_added = {
        let all = all.clone();
        Callback::new(move |()| {
            said.set(Some(td_string!(locale, presence.lists.added)));
            go(&all, NavigateOptions::default());
        })
    };
    let title = match &list {
        Some(list) => list.name.clone(),
        None => td_string!(locale, presence.edit.new).to_owned(),
    };
    let editing = Editing::new(Api::use_api(), list, lists, on_added);
    said.set(None);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        editing.submit();
    };
    let on_answer = Callback::new(move |(_, instead)| editing.answer(instead));
    view! {
        <p class="way-back"><a href=all>{td_string!(locale, presence.edit.back)}</a></p>
        <Heading title/>
        <form class="rules presence-list-form" novalidate=true on:submit=submit>
            <Meanwhile editing/>
            <NameField editing/>
            <Reasons editing/>
            <Mark editing/>
            <SaveBar editing/>
        </form>
        <ReplaceDialog question=editing.question on_answer/>
        <FreshProofDialog proof=editing.proof/>
    }
    .into_any()
}

#[component]
fn NameField(editing: Editing) -> impl IntoView {
    let locale = use_locale();
    let error = Signal::derive(move || {
        if editing.has_flaw(&Flaw::Name) {
            return Some(td_string!(locale, presence.edit.bad_name).to_owned());
        }
        let taken = editing.has_flaw(&Flaw::NameTaken);
        taken.then(|| td_string!(locale, presence.edit.name_taken).to_owned())
    });
    view! {
        <TextField
            label=td_string!(locale, presence.edit.name)
            name="name"
            id="list-name"
            value=editing.name
            error
            hint=td_string!(locale, presence.edit.name_hint)
            autocomplete="off"
            required=true
        />
    }
    .into_any()
}

/// The statuses, each in a row that can be moved.
#[component]
fn Reasons(editing: Editing) -> impl IntoView {
    let locale = use_locale();
    let moved = RwSignal::new(String::new());
    let full = Memo::new(move |_| editing.rows.with(|rows| rows.len() >= MOST));
    let add = move |_| {
        let key = editing.new_key();
        editing.rows.update(|rows| {
            rows.push(Row {
                key,
                id: None,
                name: String::new(),
                kind: PresenceKind::NotReady,
            });
        });
        after_drawing(move || focus(&name_id(key)));
    };
    let flaw = move || {
        let text = match editing.trouble.get() {
            Some(Trouble::Flaw(Flaw::Reason(_))) => td_string!(locale, presence.edit.bad_reason),
            Some(Trouble::Flaw(Flaw::Repeated(_))) => td_string!(locale, presence.edit.repeated),
            Some(Trouble::Flaw(Flaw::Kinds)) => td_string!(locale, presence.edit.no_kinds),
            _ => return None,
        };
        Some(text)
    };
    view! {
        <fieldset>
            <legend>{td_string!(locale, presence.edit.reasons)}</legend>
            <p class="hint">{td_string!(locale, presence.edit.reasons_hint)}</p>
            <ol class="reason-rows">
                <For
                    each=move || editing.rows.get()
                    key=|row| row.key
                    children=move |row| view! { <ReasonRow row editing moved/> }
                />
            </ol>
            <p class="unseen" role="status">{move || moved.get()}</p>
            <p class="error" id="reasons-error" role="alert">{flaw}</p>
            <div class="needs-program">
                <button
                    type="button"
                    id="add-reason"
                    class="button quiet"
                    disabled=full
                    aria-describedby="reasons-error"
                    on:click=add
                >
                    {td_string!(locale, presence.edit.add)}
                </button>
                {move || full.get().then(|| view! {
                    <p class="hint">{td_string!(locale, presence.edit.full)}</p>
                })}
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ReasonRow(row: Row, editing: Editing, moved: RwSignal<String>) -> impl IntoView {
    let locale = use_locale();
    let Row {
        key, name, kind, ..
    } = row;
    let place = Memo::new(move |_| {
        editing.rows.with(|rows| {
            let place = rows.iter().position(|row| row.key == key);
            (place.map_or(1, |place| place + 1), rows.len())
        })
    });
    let change = move |change: &dyn Fn(&mut Row)| {
        editing.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                change(row);
            }
        });
    };
    let flawed = move || {
        let flawed = editing.has_flaw(&Flaw::Reason(key)) || editing.has_flaw(&Flaw::Repeated(key));
        flawed.then_some("true")
    };
    let option = move |one: PresenceKind| {
        view! { <option value=value(one) selected=one == kind>{kind_word(locale, one)}</option> }
    };
    view! {
        <li class="reason-row">
            <div class="field">
                <label class="unseen" for=name_id(key)>
                    {move || td_string!(locale, presence.edit.reason, number = place.get().0)}
                </label>
                <input
                    id=name_id(key)
                    type="text"
                    value=name
                    autocomplete="off"
                    aria-invalid=flawed
                    aria-describedby="reasons-error"
                    on:input:target=move |event| {
                        let typed = event.target().value();
                        change(&|row| row.name.clone_from(&typed));
                    }
                />
            </div>
            <div class="field">
                <label class="unseen" for=format!("kind-{key}")>
                    {move || td_string!(locale, presence.edit.kind, number = place.get().0)}
                </label>
                <select
                    id=format!("kind-{key}")
                    autocomplete="off"
                    on:change:target=move |event| {
                        let chosen = named(&event.target().value());
                        change(&|row| row.kind = chosen);
                    }
                >
                    {KINDS.map(option).into_iter().collect_view()}
                </select>
            </div>
            <RowActions key_of_row=key place editing moved/>
        </li>
    }
    .into_any()
}

/// *Up*, *Down* and *Remove*, for the keyboard as for the pointer.
#[component]
fn RowActions(
    key_of_row: u32,
    /// Of how many it is which.
    place: Memo<(usize, usize)>,
    editing: Editing,
    moved: RwSignal<String>,
) -> impl IntoView {
    let locale = use_locale();
    let key = key_of_row;
    let name = Memo::new(move |_| {
        let name = editing.rows.with(|rows| {
            let row = rows.iter().find(|row| row.key == key);
            row.map(|row| row.name.trim().to_owned())
                .unwrap_or_default()
        });
        if name.is_empty() {
            td_string!(locale, presence.edit.this).to_owned()
        } else {
            name
        }
    });
    let step = move |up: bool| {
        let to = editing
            .rows
            .try_update(|rows| shift(rows, key, up))
            .flatten();
        let Some(number) = to else { return };
        let said = td_string!(
            locale,
            presence.edit.moved,
            status = name.get_untracked(),
            number = number
        );
        moved.set(said);
        // A row that moved in the document has lost the focus; at an end its button is off.
        let at_the_end = number == if up { 1 } else { place.get_untracked().1 };
        let id = if up != at_the_end { "up" } else { "down" };
        after_drawing(move || focus(&format!("{id}-{key}")));
    };
    let take_out = move |_| {
        let (number, count) = place.get_untracked();
        editing
            .rows
            .update(|rows| rows.retain(|row| row.key != key));
        let next = editing.rows.with_untracked(|rows| {
            let next = rows.get(if number == count {
                number.saturating_sub(2)
            } else {
                number - 1
            });
            next.map(|row| name_id(row.key))
        });
        after_drawing(move || focus(next.as_deref().unwrap_or("add-reason")));
    };
    view! {
        <div class="row-actions needs-program">
            <button
                type="button"
                class="button text"
                id=format!("up-{key}")
                disabled=move || place.get().0 == 1
                aria-label=move || td_string!(locale, presence.edit.up, status = name.get())
                on:click=move |_| step(true)
            >
                {td_string!(locale, presence.edit.up_word)}
            </button>
            <button
                type="button"
                class="button text"
                id=format!("down-{key}")
                disabled=move || place.get().0 == place.get().1
                aria-label=move || td_string!(locale, presence.edit.down, status = name.get())
                on:click=move |_| step(false)
            >
                {td_string!(locale, presence.edit.down_word)}
            </button>
            <button
                type="button"
                class="button text"
                aria-label=move || td_string!(locale, presence.edit.take_out, status = name.get())
                on:click=take_out
            >
                {td_string!(locale, presence.edit.take_out_word)}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn Mark(editing: Editing) -> impl IntoView {
    let locale = use_locale();
    view! {
        <div class="choice">
            <input
                id="is-default"
                type="checkbox"
                autocomplete="off"
                prop:checked=move || editing.is_default.get()
                checked=editing.is_default.get_untracked()
                aria-describedby="is-default-hint"
                on:change:target=move |event| editing.is_default.set(event.target().checked())
            />
            <label for="is-default">{td_string!(locale, presence.edit.default)}</label>
            <p class="hint" id="is-default-hint">
                {td_string!(locale, presence.edit.default_hint)}
            </p>
        </div>
    }
    .into_any()
}

/// What somebody else did to the list while it was open here.
#[component]
fn Meanwhile(editing: Editing) -> impl IntoView {
    let locale = use_locale();
    let theirs = move || {
        let theirs = editing.saved.get_untracked();
        let theirs = theirs.map_or_else(String::new, |list| {
            let reasons: Vec<String> = list.reasons.into_iter().map(|it| it.name).collect();
            format!("{} ({})", list.name, reasons.join(", "))
        });
        td_string!(locale, presence.edit.as_it_is, list = theirs)
    };
    move || match editing.trouble.get() {
        Some(Trouble::Changed) => view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, presence.edit.changed_meanwhile)}</p>
                <p>{theirs()}</p>
                <p>
                    <button
                        type="button"
                        class="button quiet"
                        on:click=move |_| editing.show_theirs()
                    >
                        {td_string!(locale, presence.edit.show_theirs)}
                    </button>
                </p>
            </Banner>
        }
        .into_any(),
        Some(Trouble::Removed) => view! {
            <Banner kind=BannerKind::Warning>
                <p>{td_string!(locale, presence.edit.removed_meanwhile)}</p>
            </Banner>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// *Save*, and what became of it.
#[component]
fn SaveBar(editing: Editing) -> impl IntoView {
    let locale = use_locale();
    let changed = Memo::new(move |_| editing.is_changed());
    let failed = move || match editing.trouble.get() {
        Some(Trouble::Failed(error)) => Some(error_text(locale, &error)),
        _ => None,
    };
    let state = move || {
        if changed.get() {
            let is_new = editing.saved.with(Option::is_none);
            (!is_new).then(|| td_string!(locale, presence.edit.changed))
        } else {
            let saved = editing.saved_once.get();
            saved.then(|| td_string!(locale, presence.edit.saved))
        }
    };
    view! {
        <div class="save-bar">
            <div class="needs-program">
                <Button busy=editing.busy>{td_string!(locale, presence.edit.save)}</Button>
            </div>
            <p class="state-of-it" class:good=move || !changed.get() role="status">{state}</p>
            <p class="error" role="alert">{failed}</p>
            // The browser takes what is in here for text when scripts run.
            <noscript inner_html=td_string!(locale, presence.edit.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}

fn value(kind: PresenceKind) -> &'static str {
    match kind {
        PresenceKind::Available => "available",
        PresenceKind::NotReady => "not_ready",
        PresenceKind::Offline => "offline",
    }
}

fn named(text: &str) -> PresenceKind {
    let kind = KINDS.into_iter().find(|kind| value(*kind) == text);
    kind.unwrap_or(PresenceKind::NotReady)
}

/// Does something once the document shows what was changed.
fn after_drawing(then: impl FnOnce() + 'static) {
    request_animation_frame(then);
}
