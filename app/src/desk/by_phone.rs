//! The desk of an agent with a phone: the status on the left, the call at hand or the number to call on the right.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;

use super::around::Help;
use super::at_phone::AtPhone;
use super::by_list::Lost;
use super::call::Calls;
use super::drawer::Drawer;
use super::follow::AtDesk;
use super::leaving::{Leaving, Soon};
use super::notices::{OtherTab, PhoneNotice, SomebodyElse, StatusSaid};
use super::one_tab::{Holder, OneTab};
use super::status::{Choices, NowShown};
use super::today::{Links, Today};
use super::unheard::Reminder;
use crate::context::{load, reload};
use crate::i18n::{td_string, use_locale};
use crate::phone::{Cookies, Phone, Stage, Storage, WayIn};
use crate::ready_for_calls::ReadyForCalls;
use crate::wire::{Company, DeskPhone, Session};

/// In the query of a desk whose phone asks for its cookies.
const ASKS: &str = "storage";

#[component]
pub(super) fn PhoneDesk(
    session: Session,
    desk: AtDesk,
    tab: OneTab,
    leaving: Leaving,
    told: DeskPhone,
    /// Of the company's panel.
    url: String,
    company: Option<Company>,
) -> impl IntoView {
    let locale = use_locale();
    let at = AtPhone::new(&told);
    let way_in = WayIn::new(at.phone, url);
    begin(at, desk, tab, leaving, &session, way_in);
    let elsewhere = tab.is_elsewhere();
    let status = at.status(desk);
    let shown = RwSignal::new(false);
    let contact = company.as_ref().and_then(|it| it.help_contact.clone());
    let aside = RwSignal::new(false);
    let alias = StoredValue::new(session.company.alias.clone());
    let let_cookies = Callback::new(move |()| {
        if at.phone.storage.get_untracked() == Some(Storage::Asking) {
            return shown.set(true);
        }
        // It takes another document: the library starts once in each.
        load(&format!("/{}/desk?{ASKS}=1", alias.read_value()));
    });
    let told = StoredValue::new(told);
    let calls_help = StoredValue::new(contact.clone());
    view! {
        <div class="at-phone">
            <div class="notices">
                <OtherTab tab/>
                <Soon leaving/>
                <SomebodyElse at/>
                {move || (!elsewhere.get()).then(|| view! {
                    <PhoneNotice at way_in let_cookies/>
                })}
                <Lost desk/>
            </div>
            <section class="status" aria-labelledby="agent-status">
                <h2 id="agent-status">{td_string!(locale, presence.desk.status)}</h2>
                <NowShown status/>
                <StatusSaid at/>
                <Reminder unheard=at.unheard/>
                {move || (!elsewhere.get()).then(|| view! { <Choices status/> })}
            </section>
            {move || (!elsewhere.get()).then(|| view! { <Calls at shown/> })}
        </div>
        <Drawer at shown/>
        // Where there is little room it is opened over the rest.
        <div class="below aside" class:open=aside id="aside">
            <Today desk/>
            <Links desk/>
            <Help contact=contact.clone() region=company.and_then(|it| it.region)/>
        </div>
        <p class="opens-aside needs-program">
            <button
                type="button"
                class="button text"
                aria-expanded=move || aside.get().to_string()
                aria-controls="aside"
                on:click=move |_| aside.update(|open| *open = !*open)
            >
                {td_string!(locale, desk.aside)}
            </button>
        </p>
        // What is ready, the tab says that has the desk.
        {move || (!elsewhere.get()).then(|| view! {
            <ReadyForCalls
                alias=alias.get_value()
                phone=told.get_value()
                own=desk.own
                open_window=Callback::new(move |()| way_in.open())
                let_cookies
                help=calls_help.get_value()
            />
        })}
    }
    .into_any()
}

/// Starts what the desk does by itself, as soon as this tab has it.
fn begin(
    at: AtPhone,
    desk: AtDesk,
    tab: OneTab,
    leaving: Leaving,
    session: &Session,
    way_in: WayIn,
) {
    let cookies = match use_query_map().read_untracked().get(ASKS) {
        Some(_) => Cookies::Ask,
        None => Cookies::AsUsual,
    };
    tab.take_part(Callback::new(|()| {
        // A tab that has lost the desk must not ring on.
        if Phone::of_document().stage.get_untracked() != Stage::Absent {
            reload();
        }
    }));
    let live = at.live();
    Effect::new(move |_| tab.is_live(live.get()));
    // What is left was told when the page came; the desk may begin long after.
    let session_end = super::clock::now() + f64::from(session.ends_in);
    let mine = Memo::new(move |_| tab.holder.get() == Holder::ThisTab);
    Effect::new(move |_| {
        if !mine.get() {
            return;
        }
        at.phone.start(&way_in.url(), cookies);
        at.look_after(desk, session_end);
        leaving.guard(at);
        let back = window_event_listener(ev::focus, move |_| {
            way_in.look();
            // Perhaps they have signed in at Amazon Connect meanwhile.
            let stage = at.phone.stage.try_get_untracked();
            if matches!(
                stage,
                Some(Stage::SignedOut | Stage::Ended | Stage::Refused | Stage::AccessDenied)
            ) {
                at.phone.look_again();
            }
        });
        on_cleanup(move || back.remove());
    });
    let stand = Memo::new(move |_| at.facts.with(|facts| (facts.stage, facts.same_person)));
    Effect::new(move |_| match stand.get() {
        (Stage::Ready, true) => way_in.close(),
        (Stage::Refused | Stage::AccessDenied, _) => way_in.forget(),
        _ => {}
    });
}
