//! The question before a list is taken away from people: who has it, who could not sign in without it, and what takes
//! its place. To leave nothing in its place is a choice that must be made.

use leptos::{ev, prelude::*};

use super::names;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::Dialog;
use crate::wire::{PresenceList, Stranded};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// Which list is to be taken away.
    pub(super) list: PresenceList,
    /// Whether it is to be removed; otherwise it is not to be the default one any more.
    pub(super) removing: bool,
    /// Who could not sign in with nothing in its place.
    pub(super) stranded: Stranded,
    /// Every other list.
    pub(super) others: Vec<PresenceList>,
    /// Whether it was asked before, and the number has changed meanwhile.
    pub(super) again: bool,
}

/// What takes the list's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    List(PresenceList),
    /// Nothing, or whichever other list is the default one. So many agents are known to be left without.
    Nothing {
        stranded: u32,
    },
}

/// The value of the choice that leaves nothing in its place.
const NOTHING: &str = "nothing";

impl Question {
    fn default_list(&self) -> Option<&PresenceList> {
        self.others.iter().find(|other| other.is_default)
    }

    /// Whether there is anything to choose.
    fn is_choice(&self) -> bool {
        !self.removing || self.list.people > 0 || self.list.is_default
    }

    /// What is chosen before anybody chooses: never what shuts somebody out.
    fn first_choice(&self) -> &'static str {
        if self.stranded.count == 0 {
            NOTHING
        } else {
            ""
        }
    }

    /// What a choice means; none for one that means nothing.
    fn answer(&self, choice: &str) -> Option<Replacement> {
        if choice == NOTHING {
            return Some(Replacement::Nothing {
                stranded: self.stranded.count,
            });
        }
        let chosen = self.others.iter().find(|other| other.id == choice);
        chosen.cloned().map(Replacement::List)
    }
}

/// The dialog. It closes with an answer.
#[component]
pub(super) fn ReplaceDialog(
    question: RwSignal<Option<Question>>,
    on_answer: Callback<(Question, Replacement)>,
) -> impl IntoView {
    let locale = use_locale();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(question.with(Option::is_some)));
    // However it was closed.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is {
            question.set(None);
        }
        is
    });
    let title = Signal::derive(move || {
        question.with(|question| match question {
            Some(asked) if asked.removing => {
                td_string!(locale, presence.sure.remove, list = asked.list.name.clone())
            }
            Some(asked) => td_string!(locale, presence.sure.unmark, list = asked.list.name.clone()),
            None => String::new(),
        })
    });
    view! {
        <Dialog title id="replace-title" open>
            {move || question.get().map(|asked| view! { <Form asked question on_answer/> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(
    asked: Question,
    question: RwSignal<Option<Question>>,
    on_answer: Callback<(Question, Replacement)>,
) -> impl IntoView {
    let locale = use_locale();
    let choice = RwSignal::new(asked.first_choice().to_owned());
    let missing = RwSignal::new(false);
    let facts = facts(locale, &asked);
    let again = asked.again;
    let is_choice = asked.is_choice();
    let options = options(locale, &asked);
    let removing = asked.removing;
    let asked = StoredValue::new(asked);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let answer = asked.with_value(|asked| choice.with_untracked(|it| asked.answer(it)));
        match answer {
            Some(answer) => {
                question.set(None);
                on_answer.run((asked.get_value(), answer));
            }
            None => missing.set(true),
        }
    };
    let option = move |(value, words): (String, String)| {
        let selected = choice.with_untracked(|choice| *choice == value);
        view! { <option value=value selected=selected>{words}</option> }
    };
    view! {
        <form class="dialog-form" novalidate=true on:submit=submit>
            {again.then(|| view! {
                <p class="error" role="alert">{td_string!(locale, presence.sure.more)}</p>
            })}
            {facts.into_iter().map(|fact| view! { <p>{fact}</p> }).collect_view()}
            {is_choice.then(|| view! {
                <div class="field">
                    <label for="in-its-place">{td_string!(locale, presence.sure.place)}</label>
                    <select
                        id="in-its-place"
                        autocomplete="off"
                        aria-describedby="in-its-place-error"
                        aria-invalid=move || missing.get().then_some("true")
                        on:change:target=move |event| {
                            choice.set(event.target().value());
                            missing.set(false);
                        }
                    >
                        {options.into_iter().map(option).collect_view()}
                    </select>
                    <p class="error" id="in-its-place-error" role="alert">
                        {move || missing.get().then(|| td_string!(locale, presence.sure.missing))}
                    </p>
                </div>
            })}
            <div class="choices">
                <button type="submit" class=if removing { "button danger" } else { "button primary" }>
                    {if removing {
                        td_string!(locale, presence.lists.remove)
                    } else {
                        td_string!(locale, presence.edit.save)
                    }}
                </button>
                <button type="button" class="button text" on:click=move |_| question.set(None)>
                    {if removing {
                        td_string!(locale, presence.sure.keep)
                    } else {
                        td_string!(locale, presence.sure.cancel)
                    }}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Who has the list and what would become of them.
fn facts(locale: Locale, asked: &Question) -> Vec<String> {
    let mut facts = Vec::new();
    if asked.removing {
        facts.push(match asked.list.people {
            0 => td_string!(locale, presence.sure.holders_none).to_owned(),
            1 => td_string!(locale, presence.sure.holders_one).to_owned(),
            count => td_string!(locale, presence.sure.holders_many, count = count),
        });
        if asked.list.is_default {
            facts.push(td_string!(locale, presence.sure.default_holders).to_owned());
        }
    }
    let names = names(locale, &asked.stranded);
    match asked.stranded.count {
        0 => {}
        1 => facts.push(td_string!(locale, presence.sure.strands_one, names = names)),
        count => facts.push(td_string!(
            locale,
            presence.sure.strands_many,
            count = count,
            names = names
        )),
    }
    facts
}

/// What can take its place: value and words.
fn options(locale: Locale, asked: &Question) -> Vec<(String, String)> {
    let mut options = Vec::new();
    let stranded = asked.stranded.count;
    if asked.first_choice().is_empty() {
        let choose = td_string!(locale, presence.sure.choose).to_owned();
        options.push((String::new(), choose));
    }
    let default = asked.default_list();
    if let Some(list) = default {
        let words = td_string!(locale, presence.sure.default_list, list = list.name.clone());
        options.push((NOTHING.to_owned(), words));
    }
    let others = asked.others.iter().filter(|other| !other.is_default);
    options.extend(others.map(|other| (other.id.clone(), other.name.clone())));
    if default.is_none() {
        let words = match stranded {
            0 => td_string!(locale, presence.sure.nothing).to_owned(),
            1 => td_string!(locale, presence.sure.nothing_one).to_owned(),
            count => td_string!(locale, presence.sure.nothing_many, count = count),
        };
        options.push((NOTHING.to_owned(), words));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(id: &str, is_default: bool, people: u32) -> PresenceList {
        PresenceList {
            id: id.into(),
            name: format!("List {id}"),
            is_default,
            people,
            version: 1,
            reasons: Vec::new(),
        }
    }

    fn asked(list: PresenceList, stranded: u32, others: Vec<PresenceList>) -> Question {
        Question {
            list,
            removing: true,
            stranded: Stranded {
                count: stranded,
                names: vec!["Anna".into()],
            },
            others,
            again: false,
        }
    }

    #[test]
    fn to_shut_people_out_is_never_chosen_for_anybody() {
        let question = asked(list("1", true, 0), 4, vec![list("2", false, 0)]);
        assert_eq!(question.answer(question.first_choice()), None);
        let words: Vec<String> = options(Locale::en, &question)
            .into_iter()
            .map(|(_, words)| words)
            .collect();
        assert_eq!(
            words,
            ["Choose", "List 2", "Nothing: 4 agents cannot sign in"]
        );
        assert_eq!(
            question.answer(NOTHING),
            Some(Replacement::Nothing { stranded: 4 })
        );
        assert_eq!(
            question.answer("2"),
            Some(Replacement::List(list("2", false, 0)))
        );
        assert_eq!(
            facts(Locale::en, &question),
            [
                "Nobody has it assigned.",
                "It is the default list.",
                "Without a list 4 agents could not sign in: Anna and 3 more."
            ]
        );
    }

    #[test]
    fn the_default_list_takes_another_ones_place_by_itself() {
        let others = vec![list("1", true, 0), list("3", false, 0)];
        let question = asked(list("2", false, 7), 0, others);
        let options = options(Locale::en, &question);
        assert_eq!(
            options[0],
            (NOTHING.into(), "The default list, List 1".into())
        );
        assert_eq!(options[1].0, "3");
        assert_eq!(options.len(), 2);
        assert_eq!(question.first_choice(), NOTHING);
        assert!(question.is_choice());
        let unused = asked(list("2", false, 0), 0, vec![list("1", true, 0)]);
        assert!(!unused.is_choice());
    }
}
