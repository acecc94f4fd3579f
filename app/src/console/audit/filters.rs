//! Which events are shown: a form that works without scripts, and the files of what it finds.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::{FormData, HtmlFormElement};

use super::{Answer, Asked};
use crate::console::{address, words};
use crate::i18n::{event_group_text, td_string, use_locale};
use crate::wire::AuditQuery;

#[component]
pub(super) fn Filters(asked: Asked, answer: Signal<Option<Answer>>) -> impl IntoView {
    let locale = use_locale();
    let go = StoredValue::new(use_navigate());
    let form = NodeRef::<html::Form>::new();
    let wrong_days = RwSignal::new(false);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = form.get_untracked() else {
            return;
        };
        let query = typed(&form);
        // Days that are written like this are in order; a day that is only begun is none yet.
        let is_wrong = !form.check_validity()
            || matches!((&query.from, &query.to), (Some(from), Some(to)) if from > to);
        wrong_days.set(is_wrong);
        if !is_wrong {
            let to = asked
                .alias
                .with_value(|alias| address::audit(alias, &query));
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            go.with_value(|go| go(&to, options));
        }
    };
    let action = asked
        .alias
        .with_value(|alias| address::audit(alias, &AuditQuery::default()));
    let clear = action.clone();
    let day = move |pick: fn(&AuditQuery) -> &Option<String>| {
        move || {
            // A field for days complains of anything else.
            let day = asked.query.with(|query| pick(query).clone());
            day.filter(|day| is_day(day)).unwrap_or_default()
        }
    };
    let person = move || {
        asked
            .query
            .with(|query| query.person.clone().unwrap_or_default())
    };
    view! {
        <form class="filters" method="get" action=action role="search" node_ref=form on:submit=submit>
            <Field
                name="person"
                kind="search"
                label=td_string!(locale, console.audit.person)
                hint=td_string!(locale, console.users.search_hint)
                value=Signal::derive(person)
            />
            <KindField asked answer/>
            <Field
                name="from"
                kind="date"
                label=td_string!(locale, console.audit.from)
                value=Signal::derive(day(|query| &query.from))
                wrong=wrong_days
            />
            <Field
                name="to"
                kind="date"
                label=td_string!(locale, console.audit.to)
                value=Signal::derive(day(|query| &query.to))
                wrong=wrong_days
            />
            <button type="submit" class="button quiet">{td_string!(locale, console.audit.show)}</button>
            {move || asked.is_filtered().then(|| view! {
                <a class="button text" href=clear.clone() data-noscroll=true>
                    {td_string!(locale, console.audit.clear)}
                </a>
            })}
            <Exports asked/>
            <p class="error" id="days-error" role="alert">
                {move || wrong_days.get().then(|| td_string!(locale, console.audit.wrong_days))}
            </p>
        </form>
    }
    .into_any()
}

/// Whether a text has the shape of `2026-11-22`.
fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// What the form asks for, in the browser; a new question begins at the newest.
fn typed(form: &HtmlFormElement) -> AuditQuery {
    let Ok(fields) = FormData::new_with_form(form) else {
        return AuditQuery::default();
    };
    let given = |name: &str| {
        let value = fields.get(name).as_string()?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    AuditQuery {
        person: given("person"),
        kind: given("kind"),
        from: given("from"),
        to: given("to"),
        after: None,
    }
}

/// A field that follows the address, Back for example. The first time the field stays as it is: people
/// type before the program arrives.
#[component]
fn Field(
    name: &'static str,
    kind: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    value: Signal<String>,
    #[prop(optional, into)] wrong: Signal<bool>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |met: Option<bool>| {
        let value = value.get();
        let Some(field) = field.get() else {
            return false;
        };
        if met == Some(true) {
            field.set_value(&value);
        }
        true
    });
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=value.get_untracked()
                placeholder=hint
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then_some("days-error")
                node_ref=field
            />
        </div>
    }
    .into_any()
}

/// All kinds of events, in their groups.
#[component]
fn KindField(asked: Asked, answer: Signal<Option<Answer>>) -> impl IntoView {
    let locale = use_locale();
    // The kinds are the same in every answer: a page that failed keeps those of the one before.
    let groups = Memo::new(move |before: Option<&Vec<Group>>| {
        let kinds = answer.get().and_then(Result::ok).map(|page| page.kinds);
        kinds.map_or_else(
            || before.cloned().unwrap_or_default(),
            |kinds| grouped(&kinds),
        )
    });
    let chosen = move |name: &str| {
        asked
            .query
            .with(|query| query.kind.as_deref() == Some(name))
    };
    let option = move |name: String, words: String| {
        let is_chosen = {
            let name = name.clone();
            move || chosen(&name)
        };
        view! {
            <option value=name selected=untrack(&is_chosen) prop:selected=is_chosen>{words}</option>
        }
    };
    let group = move |Group { name, kinds }: Group| {
        let words = event_group_text(locale, &name);
        let all = td_string!(locale, console.audit.all_of, group = words.clone());
        let kinds = kinds.into_iter().map(move |kind| {
            let words = words::kind(locale, &kind);
            option(kind, words)
        });
        view! {
            <optgroup label=words>
                {option(name, all)}
                {kinds.collect_view()}
            </optgroup>
        }
    };
    view! {
        <div class="field">
            <label for="kind">{td_string!(locale, console.audit.kind)}</label>
            <select id="kind" name="kind">
                {move || option(String::new(), td_string!(locale, console.audit.any_kind).to_owned())}
                {move || groups.get().into_iter().map(group).collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// Kinds of events that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// What the names of its kinds begin with.
    name: String,
    kinds: Vec<String>,
}

/// The kinds in their groups, both in the order in which they are first named.
fn grouped(kinds: &[String]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for kind in kinds {
        let name = kind.split('.').next().unwrap_or_default();
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.kinds.push(kind.clone()),
            None => groups.push(Group {
                name: name.to_owned(),
                kinds: vec![kind.clone()],
            }),
        }
    }
    groups
}

/// Everything that was found, as files: not only the page that is shown.
#[component]
fn Exports(asked: Asked) -> impl IntoView {
    let locale = use_locale();
    let file = move |ending: &'static str, words: &'static str| {
        let href = move || asked.query.with(|query| address::export(ending, query));
        view! { <a class="button quiet" href=href rel="external" download="">{words}</a> }
    };
    view! {
        <p class="exports">
            {file("csv", td_string!(locale, console.audit.export_csv))}
            {file("json", td_string!(locale, console.audit.export_json))}
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_grouped_by_the_part_before_the_dot() {
        let kinds = ["a.one", "b.one", "a.two", "c"].map(str::to_owned);
        let groups = grouped(&kinds);
        let shown: Vec<(&str, Vec<&str>)> = groups
            .iter()
            .map(|group| {
                let kinds = group.kinds.iter().map(String::as_str).collect();
                (group.name.as_str(), kinds)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("a", vec!["a.one", "a.two"]),
                ("b", vec!["b.one"]),
                ("c", vec!["c"])
            ]
        );
    }
}
