//! Where an agent works: their status, their calls where Amazon Connect brings them, what they did today, where else
//! they work, until when they are signed in and whom to ask. The phone itself is `phone`'s, the microphone `microphone`'s.

mod around;
mod at_phone;
mod by_list;
mod by_phone;
mod call;
mod clock;
mod drawer;
mod follow;
mod leaving;
mod notices;
mod number;
mod one_tab;
mod rules;
mod set_back;
mod status;
mod today;
mod unheard;
mod wording;

use leptos::prelude::*;

use self::{
    around::You,
    by_list::ListDesk,
    by_phone::PhoneDesk,
    follow::{AtDesk, follow},
    leaving::{Farewell, Leaving},
    one_tab::OneTab,
};
use crate::client::Api;
use crate::context::use_company;
use crate::i18n::{td_string, use_locale};
use crate::session::{Bar, FewCodes, Guarded, Remaining, SessionWatch, settle};
use crate::ui::{Failed, Heading, Loading};
use crate::wire::{Company, DeskPhone, OwnPresence, Phone, Role, Session, Workplace};

#[component]
pub fn DeskPage() -> impl IntoView {
    let page = |session| view! { <Desk session/> };
    view! { <Guarded needs=Role::Agent page/> }
}

#[component]
fn Desk(session: Session) -> impl IntoView {
    let leaving = Leaving::new(&session);
    let gone = leaving.is_gone();
    let session = StoredValue::new(session);
    move || {
        if gone.get() {
            view! { <Farewell leaving/> }.into_any()
        } else {
            view! { <Open session=session.get_value() leaving/> }.into_any()
        }
    }
}

#[component]
fn Open(session: Session, leaving: Leaving) -> impl IntoView {
    let locale = use_locale();
    let remaining = Remaining::of(&session);
    let alias = session.company.alias.clone();
    view! {
        <div class="desk" on:click:capture=move |click| leaving.on_click(&click)>
            <Bar session=session.clone() here=Workplace::Desk/>
            <main id="main">
                <div class="notices">
                    <SessionWatch alias=alias.clone() remaining/>
                    <FewCodes alias/>
                </div>
                <Heading title=td_string!(locale, desk.title)/>
                <Work session=session.clone() leaving/>
                <You session remaining/>
            </main>
        </div>
    }
}

/// What the desk is for, once it is known what the person does now and what they take calls with.
#[component]
fn Work(session: Session, leaving: Leaving) -> impl IntoView {
    let api = Api::use_api();
    let session = StoredValue::new(session);
    let company = use_company();
    let answer = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            async move {
                let told = settle(api.desk_phone().await)?;
                let own = settle(api.presence(None).await)?;
                Ok::<_, crate::client::ApiError>((told, own))
            }
        },
    );
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                // Without the company the page still says who is signed in.
                let company = company.await.ok();
                match answer.await {
                    Ok((told, own)) => {
                        let session = session.get_value();
                        view! { <Known session leaving told own company/> }.into_any()
                    }
                    Err(error) => view! { <Failed error again/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// One of the two kinds of desk.
#[component]
fn Known(
    session: Session,
    leaving: Leaving,
    told: DeskPhone,
    own: OwnPresence,
    company: Option<Company>,
) -> impl IntoView {
    let desk = AtDesk::new(Api::use_api(), own);
    follow(desk);
    let tab = OneTab::new();
    let url = told.url.clone().filter(|_| told.kind != Phone::None);
    match url {
        Some(url) => view! { <PhoneDesk session desk tab leaving told url company/> }.into_any(),
        None => view! { <ListDesk session desk tab told company/> }.into_any(),
    }
}
