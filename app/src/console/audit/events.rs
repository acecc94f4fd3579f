//! The events themselves: rows, or why there are none.

use leptos::prelude::*;

use super::reason::{Reason, reason};
use super::{Answer, Asked, words};
use crate::client::ApiError;
use crate::console::address;
use crate::i18n::{Locale, td_string, use_locale};
use crate::ui::{Empty, Failed, Table};
use crate::wire::{AuditActor, AuditEntry, AuditPerson, ProblemCode, UserQuery};

/// What the answer amounts to.
#[derive(Clone, PartialEq)]
enum Shown {
    Waiting,
    /// The address asks for what does not exist.
    Senseless,
    Failed(ApiError),
    Nothing,
    Rows,
}

impl Shown {
    fn of(answer: Option<&Answer>) -> Self {
        match answer {
            None => Self::Waiting,
            Some(Err(error)) if error.code() == Some(ProblemCode::InvalidRequest) => {
                Self::Senseless
            }
            Some(Err(error)) => Self::Failed(error.clone()),
            Some(Ok(page)) if page.events.is_empty() => Self::Nothing,
            Some(Ok(_)) => Self::Rows,
        }
    }
}

#[component]
pub(super) fn Events(
    asked: Asked,
    answer: Signal<Option<Answer>>,
    busy: Signal<bool>,
    again: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let shown = Memo::new(move |_| answer.with(|answer| Shown::of(answer.as_ref())));
    move || match shown.get() {
        Shown::Waiting => ().into_any(),
        Shown::Failed(error) => view! { <Failed error again/> }.into_any(),
        Shown::Senseless => view! {
            <Nothing
                asked
                title=td_string!(locale, console.audit.senseless)
                text=td_string!(locale, console.audit.senseless_text)
            />
        }
        .into_any(),
        Shown::Nothing if asked.query.with(|query| query.after.is_some()) => view! {
            <Empty
                title=td_string!(locale, console.audit.past_end)
                text=td_string!(locale, console.audit.past_end_text)
            >
                <a class="button quiet" href=move || asked.address(|query| query.after = None)>
                    {td_string!(locale, console.audit.newest)}
                </a>
            </Empty>
        }
        .into_any(),
        Shown::Nothing if asked.is_filtered() => view! {
            <Nothing
                asked
                title=td_string!(locale, console.audit.no_match)
                text=td_string!(locale, console.audit.no_match_text)
            />
        }
        .into_any(),
        Shown::Nothing => view! {
            <Empty
                title=td_string!(locale, console.audit.empty)
                text=td_string!(locale, console.audit.empty_text)
            />
        }
        .into_any(),
        Shown::Rows => view! { <Rows asked answer busy/> }.into_any(),
    }
}

/// Nothing is found, and clearing the filters helps.
#[component]
fn Nothing(asked: Asked, title: &'static str, text: &'static str) -> impl IntoView {
    let locale = use_locale();
    let clear = move || asked.address(|query| *query = Default::default());
    view! {
        <Empty title text>
            <a class="button quiet" href=clear>{td_string!(locale, console.audit.clear)}</a>
        </Empty>
    }
}

#[component]
fn Rows(asked: Asked, answer: Signal<Option<Answer>>, busy: Signal<bool>) -> impl IntoView {
    let locale = use_locale();
    let page = move || answer.get().and_then(Result::ok);
    let events = Memo::new(move |_| page().map(|page| page.events).unwrap_or_default());
    let next = Memo::new(move |_| page().and_then(|page| page.next));
    // The reference that was copied last.
    let copied = RwSignal::new(None::<String>);
    let columns = vec![
        td_string!(locale, console.audit.when),
        td_string!(locale, console.audit.what),
        td_string!(locale, console.audit.whom),
        td_string!(locale, console.audit.by),
        td_string!(locale, console.audit.address),
        td_string!(locale, console.audit.reference),
    ];
    view! {
        <div class="events">
            <Table caption=td_string!(locale, console.audit.caption) columns busy>
                <For each=move || events.get() key=|event| event.id.clone() let:event>
                    <Row asked event copied/>
                </For>
            </Table>
        </div>
        <p class="unseen" role="status">
            {move || copied.with(Option::is_some).then(|| td_string!(locale, signed_in.failed.copied))}
        </p>
        <nav class="pager" aria-label=td_string!(locale, signed_in.pager.label)>
            {move || asked.query.with(|query| query.after.is_some()).then(|| view! {
                <a class="button quiet" href=move || asked.address(|query| query.after = None)>
                    {td_string!(locale, console.audit.newest)}
                </a>
            })}
            {move || next.get().map(|next| view! {
                <a
                    class="button quiet"
                    rel="next"
                    href=move || asked.address(|query| query.after = Some(next.clone()))
                >
                    {td_string!(locale, console.audit.older)}
                </a>
            })}
        </nav>
    }
    .into_any()
}

#[component]
fn Row(asked: Asked, event: AuditEntry, copied: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    let AuditEntry {
        at,
        kind,
        person,
        actor,
        reason: why,
        reference,
        address,
        ..
    } = event;
    let why = why.map(|why| match reason(locale, &kind, &why) {
        Reason::Written(text) => view! { <q>{text}</q> }.into_any(),
        Reason::Noted(text) => view! { <small>{text}</small> }.into_any(),
    });
    let link = move |person: AuditPerson| {
        let href = asked
            .alias
            .with_value(|alias| address::users(alias, Some(&person.id), &UserQuery::default()));
        view! { <a href=href title=person.username>{person.name}</a> }
    };
    let by = actor.map(|actor| match actor {
        AuditActor::Operator => td_string!(locale, console.audit.operator).into_any(),
        AuditActor::Person(person) => link(person).into_any(),
    });
    view! {
        <tr>
            <td class="at"><time datetime=at.clone()>{exact(locale, &at)}</time></td>
            <th scope="row" class="what">{words::kind(locale, &kind)} {why}</th>
            <td class="whom">{person.map(link)}</td>
            <td class="by">
                {by.map(|by| view! {
                    <span class="of-column">{td_string!(locale, console.audit.by)} " "</span>
                    {by}
                })}
            </td>
            <td class="address">{address}</td>
            <td class="reference"><Reference reference copied/></td>
        </tr>
    }
    .into_any()
}

/// The moment to the second: of what happened at once, the order matters.
fn exact(locale: Locale, stamp: &str) -> String {
    let minute = words::moment(locale, stamp);
    match (stamp.get(11..16), stamp.get(11..19)) {
        (Some(short), Some(long)) if minute != stamp => minute.replace(short, long),
        _ => minute,
    }
}

#[component]
fn Reference(reference: String, copied: RwSignal<Option<String>>) -> impl IntoView {
    let locale = use_locale();
    if reference.is_empty() {
        return ().into_any();
    }
    let label = td_string!(locale, console.audit.copy, reference = reference.clone());
    let reference = StoredValue::new(reference);
    let is_copied =
        move || copied.with(|copied| reference.with_value(|it| copied.as_ref() == Some(it)));
    let copy = move |_| {
        // The promise is not awaited: a browser that refuses leaves the text to be selected.
        let _ = window()
            .navigator()
            .clipboard()
            .write_text(&reference.get_value());
        copied.set(Some(reference.get_value()));
    };
    view! {
        <code>{reference.get_value()}</code>
        <button type="button" class="button text needs-program" aria-label=label on:click=copy>
            {move || if is_copied() {
                td_string!(locale, signed_in.failed.copied)
            } else {
                td_string!(locale, signed_in.failed.copy)
            }}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_to_the_second() {
        let stamp = "2026-11-22T09:02:11+01:00";
        assert_eq!(exact(Locale::en, stamp), "22 Nov 2026, 09:02:11");
        assert_eq!(exact(Locale::de, stamp), "22.11.2026, 09:02:11");
        assert_eq!(exact(Locale::en, "soon"), "soon");
    }
}
