//! The second ways that a person has, and the backup codes.

use leptos::prelude::*;

use super::confirm::{Act, Question};
use super::room::{Doing, Room, TWO_FACTOR};
use crate::i18n::{Locale, day_of, moment, td_string, use_locale};
use crate::ui::{Banner, BannerKind};
use crate::wire::{Method, TwoFactor, TwoFactorMode, Way};

/// Of a set of backup codes.
const WHOLE_SET: u8 = 10;
/// Backup codes that are few enough to say so.
const FEW: u8 = 3;

#[component]
pub(super) fn TwoFactorPart(two_factor: TwoFactor, email: String, room: Room) -> impl IntoView {
    let locale = use_locale();
    let lead = lead(locale, &two_factor);
    let TwoFactor {
        demand,
        ways,
        addable,
        backup_codes_left,
        ..
    } = two_factor;
    let none = ways.is_empty();
    let add = addable.iter().enumerate().map(|(index, method)| {
        let (words, doing) = match method {
            Method::App => (td_string!(locale, profile.app.title), Doing::AddApp),
            Method::Email => (
                td_string!(locale, profile.email.title),
                Doing::SetUpEmail { anew: false },
            ),
            Method::BackupCode => return ().into_any(),
        };
        // The page has one loud button, and only while there is nothing.
        let class = if none && index + 1 == addable.len() {
            "button primary needs-program"
        } else {
            "button quiet needs-program"
        };
        view! {
            <button
                type="button"
                class=class
                aria-haspopup="dialog"
                on:click=move |_| room.begin(locale, doing.clone())
            >
                {words}
            </button>
        }
        .into_any()
    });
    let add = add.collect_view();
    let only = ways.len() == 1;
    let rows = ways
        .into_iter()
        .map(|way| view! { <WayRow way email=email.clone() only room/> })
        .collect_view();
    let has_codes = !none && demand != TwoFactorMode::Off;
    view! {
        <p>{lead}</p>
        {(!none).then(|| view! { <ul class="rows">{rows}</ul> })}
        <div class="choices">{add}</div>
        {has_codes.then(|| view! { <BackupCodesLeft left=backup_codes_left room/> })}
    }
    .into_any()
}

/// Whether it is on, and who wants it.
fn lead(locale: Locale, two_factor: &TwoFactor) -> String {
    let on = !two_factor.ways.is_empty();
    let words = match (two_factor.demand, &two_factor.required_from) {
        (TwoFactorMode::Off, _) => td_string!(locale, profile.ways.company_off),
        (TwoFactorMode::Required, Some(from)) => {
            return td_string!(
                locale,
                profile.ways.required_from,
                day = day_of(locale, from)
            );
        }
        (TwoFactorMode::Required, None) => td_string!(locale, profile.ways.required),
        (TwoFactorMode::Optional, _) if on => td_string!(locale, profile.ways.on),
        (TwoFactorMode::Optional, _) => td_string!(locale, profile.ways.off),
    };
    words.to_owned()
}

/// What a way is called.
fn name(locale: Locale, way: &Way, email: &str) -> String {
    match (way.method, &way.name) {
        (Method::App, Some(name)) => td_string!(locale, profile.ways.app_named, name = name),
        (Method::App, None) => td_string!(locale, profile.ways.app).to_owned(),
        (Method::Email, _) => td_string!(locale, profile.ways.email, address = email),
        (Method::BackupCode, _) => td_string!(locale, profile.codes.part).to_owned(),
    }
}

#[component]
fn WayRow(
    way: Way,
    email: String,
    /// There is no other one.
    only: bool,
    room: Room,
) -> impl IntoView {
    let locale = use_locale();
    let name = name(locale, &way, &email);
    let Way {
        id,
        method,
        added_at,
        last_used_at,
        removable,
        allowed,
        ..
    } = way;
    let is_email = method == Method::Email;
    let added = td_string!(locale, profile.ways.added, time = moment(locale, &added_at));
    let used = match last_used_at {
        Some(at) => td_string!(locale, profile.used, time = moment(locale, &at)),
        None => td_string!(locale, profile.ways.unused).to_owned(),
    };
    let remove = if is_email {
        td_string!(locale, profile.email.turn_off)
    } else {
        td_string!(locale, profile.remove)
    };
    let question = Question {
        title: if is_email {
            td_string!(locale, profile.email.turn_off_title).to_owned()
        } else {
            td_string!(locale, profile.ways.remove_title, name = name.clone())
        },
        text: if only {
            td_string!(locale, profile.ways.remove_last)
        } else {
            td_string!(locale, profile.ways.remove_text)
        },
        button: remove,
        said: td_string!(locale, profile.ways.removed),
        part: TWO_FACTOR,
        act: Act::RemoveWay(id.clone()),
    };
    let why = format!("why-{id}");
    let described_by = (!removable).then(|| why.clone());
    view! {
        <li class="row">
            <div>
                <strong>{name.clone()}</strong>
                <small>{added} " · " {used}</small>
                {(!allowed).then(|| view! {
                    <small>{td_string!(locale, profile.ways.not_allowed)}</small>
                })}
                {(!removable).then(|| view! {
                    <small id=why>{td_string!(locale, problem.last_way)}</small>
                })}
            </div>
            <div class="choices">
                {(is_email && allowed).then(|| view! {
                    <button
                        type="button"
                        class="button quiet needs-program"
                        aria-haspopup="dialog"
                        on:click=move |_| room.begin(locale, Doing::SetUpEmail { anew: true })
                    >
                        {td_string!(locale, profile.email.reset)}
                    </button>
                })}
                <button
                    type="button"
                    class="button quiet needs-program"
                    aria-haspopup="dialog"
                    aria-label=format!("{remove}: {name}")
                    aria-describedby=described_by
                    disabled=!removable
                    on:click=move |_| room.begin(locale, Doing::Confirm(question.clone()))
                >
                    {remove}
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// How many backup codes are left, said louder when they are few.
#[component]
fn BackupCodesLeft(left: Option<u8>, room: Room) -> impl IntoView {
    let locale = use_locale();
    let said = match left {
        None | Some(0) => td_string!(locale, profile.codes.none).to_owned(),
        Some(1) => td_string!(locale, profile.codes.one_left).to_owned(),
        Some(left) => td_string!(locale, profile.codes.left, left = left, of = WHOLE_SET),
    };
    let few = left.unwrap_or(0) <= FEW;
    view! {
        <div id="backup-codes" class="codes-left">
            <h3>{td_string!(locale, profile.codes.part)}</h3>
            {if few {
                view! {
                    <Banner kind=BannerKind::Warning>
                        <p>{said}</p>
                        <p>{td_string!(locale, profile.codes.why)}</p>
                    </Banner>
                }
                .into_any()
            } else {
                view! { <p>{said}</p> }.into_any()
            }}
            <button
                type="button"
                class="button quiet needs-program"
                aria-haspopup="dialog"
                on:click=move |_| room.begin(locale, Doing::NewCodes)
            >
                {td_string!(locale, profile.codes.make)}
            </button>
        </div>
    }
    .into_any()
}
