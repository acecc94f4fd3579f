//! Many people at once: rows are pasted, what would become of each is shown, then they are saved. What could not be
//! added stays in the field.

use leptos::{ev, html, prelude::*, task::spawn_local};

use super::fields::{RoleChoice, RoleFields, Tick, WorkFields};
use super::new::focus_first_field;
use super::room::{Room, Said};
use super::{focus_on, focus_soon, wording};
use crate::client::{Api, ApiError};
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Button, ButtonKind, Failure, Table};
use crate::wire::{AddPeople, Fate, PeopleFates, Phone, ProblemCode, RowFate};

/// The most rows that the server takes at once.
const MOST: usize = 500;

/// Why the rows cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Nothing,
    TooMany(usize),
    TooLong,
    NoRole,
}

impl Flaw {
    fn words(self, locale: Locale) -> String {
        match self {
            Self::Nothing => td_string!(locale, people.add.nothing).to_owned(),
            Self::TooMany(count) => td_string!(locale, people.add.too_many, count = count),
            Self::TooLong => td_string!(locale, people.add.too_long).to_owned(),
            Self::NoRole => td_string!(locale, people.flaw.role).to_owned(),
        }
    }
}

/// What is typed, and what became of it.
#[derive(Clone, Copy)]
struct Adding {
    room: Room,
    rows: RwSignal<String>,
    field: NodeRef<html::Textarea>,
    roles: RoleChoice,
    phone: RwSignal<Phone>,
    list: RwSignal<String>,
    invite: RwSignal<bool>,
    /// Of the rows as they are now; nothing once they changed.
    fates: RwSignal<Option<PeopleFates>>,
    /// Whether `fates` tells what was done.
    is_done: RwSignal<bool>,
    flaw: RwSignal<Option<Flaw>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

impl Adding {
    fn new(room: Room) -> Self {
        Self {
            room,
            rows: RwSignal::default(),
            field: NodeRef::new(),
            roles: RoleChoice::agents(),
            phone: RwSignal::new(Phone::Softphone),
            list: RwSignal::default(),
            invite: RwSignal::new(true),
            fates: RwSignal::new(None),
            is_done: RwSignal::new(false),
            flaw: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn typed(self, text: String) {
        self.rows.set(text);
        self.fates.set(None);
        self.is_done.set(false);
        self.flaw.set(None);
        // Whoever types on has read what was said.
        self.room.said.set(None);
    }

    fn wanted(self) -> Result<AddPeople, Flaw> {
        let rows = self.rows.get_untracked();
        let count = rows.lines().filter(|row| !row.trim().is_empty()).count();
        let roles = self.roles.ticked();
        match count {
            0 => Err(Flaw::Nothing),
            count if count > MOST => Err(Flaw::TooMany(count)),
            _ if roles.is_empty() => Err(Flaw::NoRole),
            _ => Ok(AddPeople {
                rows,
                roles,
                phone: self.phone.get_untracked(),
                presence_list: Some(self.list.get_untracked()).filter(|list| !list.is_empty()),
                invite: self.invite.get_untracked(),
            }),
        }
    }

    /// Asks what would become of the rows, or has them added.
    fn send(self, save: bool) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        let wanted = match self.wanted() {
            Ok(wanted) => wanted,
            Err(flaw) => {
                self.flaw.set(Some(flaw));
                focus_on(if flaw == Flaw::NoRole {
                    "#person-agent"
                } else {
                    "#rows"
                });
                return;
            }
        };
        self.flaw.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let answer = self
                .room
                .ask(async |api: &Api| match save {
                    true => api.add_people(&wanted).await,
                    false => api.preview_people(&wanted).await,
                })
                .await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                None => {}
                Some(Ok(fates)) if save => self.saved(wanted, fates),
                // Something else may have been pasted meanwhile.
                Some(Ok(_)) if self.rows.with_untracked(|rows| *rows != wanted.rows) => {}
                Some(Ok(fates)) => {
                    self.fates.set(Some(fates));
                    focus_soon("#fates");
                }
                Some(Err(error)) if error.code() == Some(ProblemCode::TooLarge) => {
                    self.flaw.set(Some(Flaw::TooLong));
                }
                Some(Err(error)) => self.failure.set(Some(error)),
            }
        });
    }

    fn saved(self, wanted: AddPeople, fates: PeopleFates) {
        let locale = self.room.locale;
        let left = leftover(&wanted.rows, &fates.rows);
        let said = wording::added(locale, fates.added, wanted.invite);
        self.room.done(Said::Done(said));
        if left.is_empty() {
            self.room.go(untrack(|| self.room.asked.list(|_| {})));
            return;
        }
        if let Some(field) = self.field.get_untracked() {
            field.set_value(&left);
        }
        self.rows.set(left);
        self.is_done.set(true);
        self.fates.set(Some(fates));
        focus_soon("#fates");
    }
}

/// The rows that were not added and still can be, once they are put right.
fn leftover(rows: &str, fates: &[RowFate]) -> String {
    let lines: Vec<&str> = rows.lines().collect();
    let left = fates
        .iter()
        .filter(|row| !matches!(row.fate, Fate::Added | Fate::Heading))
        .filter_map(|row| {
            lines
                .get(usize::try_from(row.line).ok()?.checked_sub(1)?)
                .copied()
        });
    left.collect::<Vec<_>>().join("\n")
}

#[component]
pub(super) fn AddPeoplePage(room: Room) -> impl IntoView {
    let locale = use_locale();
    let adding = Adding::new(room);
    focus_first_field("#rows");
    // Whoever typed before the program arrived keeps it.
    Effect::new(move |done: Option<()>| {
        if done.is_none()
            && let Some(field) = adding.field.get_untracked()
            && !field.value().is_empty()
        {
            adding.typed(field.value());
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        adding.send(false);
    };
    let role_error = Signal::derive(move || {
        let flaw = adding.flaw.get().filter(|flaw| *flaw == Flaw::NoRole);
        flaw.map(|flaw| flaw.words(locale))
    });
    view! {
        <h2 tabindex="-1">{td_string!(locale, people.add.open)}</h2>
        <form class="person-form add-people" method="post" novalidate=true on:submit=submit>
            <RowsField adding/>
            <div class="for-all">
                <RoleFields roles=adding.roles error=role_error/>
                <WorkFields room phone=adding.phone list=adding.list/>
                <Tick
                    id="people-invite"
                    label=td_string!(locale, people.add.invite)
                    hint=td_string!(locale, people.new.invite_hint)
                    on=adding.invite
                />
            </div>
            <Failure error=adding.failure/>
            {move || adding.fates.get().map(|fates| view! {
                <Fates fates is_done=adding.is_done.get_untracked()/>
            })}
            <AddActions adding/>
        </form>
    }
    .into_any()
}

#[component]
fn RowsField(adding: Adding) -> impl IntoView {
    let locale = use_locale();
    let error = move || {
        let flaw = adding.flaw.get().filter(|flaw| *flaw != Flaw::NoRole);
        flaw.map(|flaw| flaw.words(locale))
    };
    view! {
        <div class="field">
            <label for="rows">{td_string!(locale, people.add.rows)}</label>
            <textarea
                id="rows"
                name="rows"
                rows="8"
                spellcheck="false"
                autocapitalize="none"
                placeholder=td_string!(locale, people.add.example)
                aria-describedby="rows-error rows-hint"
                aria-invalid=move || error().map(|_| "true")
                node_ref=adding.field
                on:input:target=move |event| adding.typed(event.target().value())
            ></textarea>
            <p class="hint" id="rows-hint">{td_string!(locale, people.add.rows_hint)}</p>
            <p class="error" id="rows-error" role="alert">{error}</p>
        </div>
    }
    .into_any()
}

/// *Check rows*, and *Add* once it is known what would become of them.
#[component]
fn AddActions(adding: Adding) -> impl IntoView {
    let locale = use_locale();
    let ready = Memo::new(move |_| {
        let fates = adding.fates.get().filter(|_| !adding.is_done.get());
        fates.map_or(0, |fates| fates.added)
    });
    let check_kind = move || {
        if ready.get() > 0 {
            ButtonKind::Quiet
        } else {
            ButtonKind::Primary
        }
    };
    view! {
        <div class="actions">
            {move || (ready.get() > 0).then(|| view! {
                <button
                    type="button"
                    class="button primary"
                    class:busy=adding.busy
                    disabled=adding.busy
                    on:click=move |_| adding.send(true)
                >
                    {wording::add(locale, ready.get())}
                </button>
            })}
            {move || view! {
                <span class="needs-program">
                    <Button kind=check_kind() busy=adding.busy>
                        {td_string!(locale, people.add.check)}
                    </Button>
                </span>
            }}
            <a
                class="button text"
                href=move || adding.room.asked.list(|_| {})
                data-noscroll=true
            >
                {td_string!(locale, console.help.cancel)}
            </a>
            <noscript inner_html=td_string!(locale, people.needs_scripts)></noscript>
        </div>
    }
    .into_any()
}

/// Every row with what becomes, or became, of it.
#[component]
fn Fates(fates: PeopleFates, is_done: bool) -> impl IntoView {
    let locale = use_locale();
    let left = fates
        .rows
        .iter()
        .filter(|row| !matches!(row.fate, Fate::Added | Fate::Heading))
        .count();
    let title = match (is_done, left) {
        (true, _) => td_string!(locale, people.add.outcome),
        (false, 0) => td_string!(locale, people.add.all_good),
        (false, _) => td_string!(locale, people.add.some_not),
    };
    let columns = vec![
        td_string!(locale, people.add.line),
        td_string!(locale, console.users.name),
        td_string!(locale, console.users.email),
        td_string!(locale, console.users.username),
        td_string!(locale, people.add.fate),
    ];
    // Empty lines are nobody's.
    let is_blank =
        |row: &RowFate| row.fate == Fate::Heading && row.name.is_empty() && row.email.is_empty();
    let rows = fates
        .rows
        .into_iter()
        .filter(|row| !is_blank(row))
        .map(|row| {
            let shape = match row.fate {
                Fate::Added => "state on",
                Fate::Heading => "state off",
                _ => "state warning",
            };
            view! {
                <tr>
                    <td class="line">{row.line}</td>
                    <td class="name">{row.name}</td>
                    <td class="email">{row.email}</td>
                    <td class="username">{row.username}</td>
                    <td class="fate">
                        <span class=shape>{wording::fate(locale, row.fate, is_done)}</span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="fates" aria-labelledby="fates">
            <h3 id="fates" tabindex="-1">{title}</h3>
            <p role="status">{wording::fates(locale, fates.added, left as u64, is_done)}</p>
            <Table caption=title columns>{rows}</Table>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_added_stays() {
        let row = |line, fate| RowFate {
            line,
            name: String::new(),
            email: String::new(),
            username: String::new(),
            fate,
        };
        let fates = [
            row(1, Fate::Heading),
            row(2, Fate::Added),
            row(3, Fate::EmailTaken),
            row(9, Fate::EmailWrong),
        ];
        let rows = "Name, E-mail\nAda, ada@acme.example\nBen, ben@acme.example";
        assert_eq!(leftover(rows, &fates), "Ben, ben@acme.example");
    }
}
