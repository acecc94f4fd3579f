//! Search, role, presence reason list and order. Without scripts a form, with them the address follows what is typed.

use gloo_timers::callback::Timeout;
use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::room::Room;
use super::{Asked, wording};
use crate::console::address;
use crate::i18n::{td_string, use_locale};
use crate::wire::{Role, UserQuery, UserSort, UserView};

/// Milliseconds without a key until a search begins.
const PAUSE: u32 = 250;

#[component]
pub(super) fn Filters(room: Room) -> impl IntoView {
    let locale = use_locale();
    let asked = room.asked;
    let go = StoredValue::new(use_navigate());
    let field = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(None::<String>);
    let searched = move || {
        asked
            .query
            .with(|query| query.search.clone().unwrap_or_default())
    };
    let search = move |text: String| {
        let before = untrack(searched);
        if text == before {
            return;
        }
        // Back leads out of a search, not through its letters.
        let replace = !before.is_empty() && !text.is_empty();
        let address = untrack(|| {
            asked.list(|query| {
                query.search = Some(text);
                query.page = None;
            })
        });
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..NavigateOptions::default()
        };
        go.with_value(|go| go(&address, options));
    };
    // A new key drops the pause that the last one began.
    Effect::new(move |_: Option<Option<Timeout>>| {
        let text = typed.get()?;
        Some(Timeout::new(PAUSE, move || search(text)))
    });
    keep_alike(field, typed, searched);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            search(field.value());
        }
    };
    let choose = move |change: &dyn Fn(&mut UserQuery)| {
        let address = untrack(|| {
            asked.list(|query| {
                change(query);
                query.page = None;
            })
        });
        room.go(address);
    };
    let action = asked
        .alias
        .with_value(|alias| address::users(alias, None, &Default::default()));
    view! {
        <form class="filters" method="get" action=action role="search" on:submit=submit>
            {move || (asked.view() != UserView::All).then(|| view! {
                <input type="hidden" name="view" value=address::view_name(asked.view())/>
            })}
            <div class="field">
                <label for="search">{td_string!(locale, console.users.search)}</label>
                <input
                    id="search"
                    name="search"
                    type="search"
                    value=untrack(searched)
                    placeholder=td_string!(locale, console.users.search_hint)
                    autocomplete="off"
                    spellcheck="false"
                    node_ref=field
                    on:input:target=move |event| typed.set(Some(event.target().value()))
                />
            </div>
            <div class="field">
                <label for="role">{td_string!(locale, console.users.role)}</label>
                <select
                    id="role"
                    name="role"
                    on:change:target=move |event| {
                        let role = address::role_named(&event.target().value());
                        choose(&|query| query.role = role);
                    }
                >
                    <option value="">{td_string!(locale, console.users.any_role)}</option>
                    <RoleOption asked role=Role::Agent label=td_string!(locale, signed_in.role.agent)/>
                    <RoleOption asked role=Role::Admin label=td_string!(locale, signed_in.role.admin)/>
                </select>
            </div>
            <Transition fallback=|| ()>
                <ListField room/>
            </Transition>
            <div class="field">
                <label for="sort">{td_string!(locale, people.sort.label)}</label>
                <select
                    id="sort"
                    name="sort"
                    on:change:target=move |event| {
                        let sort = address::sort_named(&event.target().value());
                        choose(&|query| query.sort = sort);
                    }
                >
                    {address::SORTS
                        .map(|sort| view! { <SortOption asked sort/> })
                        .collect_view()}
                </select>
            </div>
            <button type="submit" class="button quiet plain-only">
                {td_string!(locale, console.users.find)}
            </button>
        </form>
    }
    .into_any()
}

#[component]
fn RoleOption(asked: Asked, role: Role, label: &'static str) -> impl IntoView {
    let chosen = move || asked.query.with(|query| query.role == Some(role));
    view! {
        <option value=address::role_name(role) selected=untrack(chosen) prop:selected=chosen>
            {label}
        </option>
    }
}

#[component]
fn SortOption(asked: Asked, sort: UserSort) -> impl IntoView {
    let locale = use_locale();
    let chosen = move || {
        let wanted = asked.query.with(|query| query.sort);
        wanted.unwrap_or(UserSort::Name) == sort
    };
    view! {
        <option value=address::sort_name(sort) selected=untrack(chosen) prop:selected=chosen>
            {wording::sort(locale, sort)}
        </option>
    }
}

/// Only people with one presence reason list. A company without lists has nothing to choose.
#[component]
fn ListField(room: Room) -> impl IntoView {
    let locale = use_locale();
    let asked = room.asked;
    let option = move |id: String, name: String| {
        let chosen = {
            let id = id.clone();
            move || {
                asked
                    .query
                    .with(|query| query.presence_list.as_deref().unwrap_or_default() == id.as_str())
            }
        };
        view! { <option value=id selected=untrack(&chosen) prop:selected=chosen>{name}</option> }
    };
    let choose = move |id: String| {
        let address = untrack(|| {
            asked.list(|query| {
                query.presence_list = Some(id);
                query.page = None;
            })
        });
        room.go(address);
    };
    move || {
        let lists = room.lists.get().unwrap_or_default();
        (!lists.is_empty()).then(|| {
            view! {
                <div class="field">
                    <label for="list">{td_string!(locale, people.list)}</label>
                    <select
                        id="list"
                        name="list"
                        on:change:target=move |event| choose(event.target().value())
                    >
                        {option(String::new(), td_string!(locale, people.any_list).to_owned())}
                        {lists.into_iter().map(|list| option(list.id, list.name)).collect_view()}
                    </select>
                </div>
            }
        })
    }
}

/// The field follows the address, Back for example. The first time the field wins: people type
/// before the program arrives.
fn keep_alike(
    field: NodeRef<html::Input>,
    typed: RwSignal<Option<String>>,
    searched: impl Fn() -> String + 'static,
) {
    Effect::new(move |met: Option<bool>| {
        let searched = searched();
        let Some(field) = field.get() else {
            return false;
        };
        if field.value() != searched {
            if met == Some(true) {
                field.set_value(&searched);
            } else {
                typed.set(Some(field.value()));
            }
        }
        true
    });
}
