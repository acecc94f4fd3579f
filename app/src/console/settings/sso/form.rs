//! What is set about a provider: what to enter there, and what to enter here.

use leptos::{ev, prelude::*};

use super::super::{
    fields::{Area, Choose},
    saving::{SaveBar, Saving},
};
use super::draft::{self, Draft, Flaw, Given};
use super::room::Room;
use super::there::There;
use super::{id_of, name_of};
use crate::i18n::{td_string, use_locale};
use crate::ui::{PasswordField, TextField};
use crate::wire::{Provider, ProviderKind, SaveProvider, SsoSecondFactor};

/// The flaw that is told now.
type Told = Signal<Option<Flaw>>;

#[component]
pub(super) fn Form(room: Room, kind: ProviderKind) -> impl IntoView {
    let locale = use_locale();
    let provider = room.provider(kind);
    let offered = room
        .page
        .with_untracked(|page| page.offered.contains(&kind));
    let first = provider.with_untracked(|it| draft::saved(it.as_ref()));
    let fields = Draft::new(kind);
    // Where there is a choice, a new one takes what is offered.
    let is_own = move |wanted: &SaveProvider| wanted.client_id.is_some() || !offered;
    fields.fill(&first);
    fields.own_client.set(is_own(&first));
    let saved = RwSignal::new(first);
    let typed = Signal::derive(move || fields.typed(saved.with(|saved| saved.version)));
    let fill = Callback::new(move |new: SaveProvider| {
        fields.own_client.set(is_own(&new));
        fields.fill(&new);
    });
    let saving = Saving::new(saved, typed, fill).with_proof(room.proof);
    follow(provider, saved, typed, fill);
    let given = Memo::new(move |_| provider.with(|it| Given::of(offered, it.as_ref())));
    let found =
        Memo::new(move |_| typed.with(|typed| given.with(|given| draft::flaw(kind, typed, given))));
    let told = Signal::derive(move || found.get().filter(|_| saving.tried.get()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saving.tried.set(true);
        if found.get_untracked().is_some() {
            return;
        }
        let (putting, looking) = (room.api(), room.api());
        saving.submit(
            async move |wanted| {
                let page = putting.save_provider(kind, &wanted).await?;
                let now = page.providers.iter().find(|it| it.kind == kind);
                let now = draft::saved(now);
                let _ = room.page.try_set(page);
                Ok(now)
            },
            async move || {
                let page = looking.single_sign_on().await?;
                let now = page.providers.iter().find(|it| it.kind == kind);
                Ok(draft::saved(now))
            },
        );
    };
    // What is typed stays in the fields as long as there is nothing else to show.
    let has_client = Memo::new(move |_| fields.own_client.get());
    let save = td_string!(locale, sso_console.form.save, name = name_of(locale, kind));
    view! {
        <There room kind/>
        <form class="rules settings-form" novalidate=true on:submit=submit>
            <fieldset>
                <legend>{td_string!(locale, sso_console.form.here)}</legend>
                {(kind == ProviderKind::Company).then(|| view! { <Own fields told/> })}
                {offered.then(|| view! { <WhoseClient fields/> })}
                {move || has_client.get().then(|| view! { <Client fields told provider/> })}
                {(kind != ProviderKind::Company).then(|| view! { <Members fields told/> })}
                <Choose
                    label=td_string!(locale, sso_console.form.second)
                    id=format!("{}-second", id_of(kind))
                    value=fields.second
                    options=seconds(locale)
                    hint=td_string!(locale, sso_console.form.second_hint)
                />
                <Creates fields told/>
                <p class="hint">{td_string!(locale, sso_console.form.resets)}</p>
            </fieldset>
            <SaveBar saving label=save/>
        </form>
    }
    .into_any()
}

/// What something else on the page changed is what is saved from then on. Fields in which nobody typed follow.
fn follow(
    provider: Memo<Option<Provider>>,
    saved: RwSignal<SaveProvider>,
    typed: Signal<SaveProvider>,
    fill: Callback<SaveProvider>,
) {
    Effect::new(move || {
        let now = provider.with(|it| draft::saved(it.as_ref()));
        if saved.with_untracked(|saved| *saved == now) {
            return;
        }
        let untouched = saved.with_untracked(|saved| typed.with_untracked(|it| it == saved));
        saved.set(now.clone());
        if untouched {
            fill.run(now);
        }
    });
}

fn seconds(locale: crate::i18n::Locale) -> Vec<(String, String)> {
    let words = |choice| match choice {
        SsoSecondFactor::Always => td_string!(locale, sso_console.form.second_always),
        SsoSecondFactor::UnlessProven => td_string!(locale, sso_console.form.second_unless),
        SsoSecondFactor::Never => td_string!(locale, sso_console.form.second_never),
    };
    [
        SsoSecondFactor::UnlessProven,
        SsoSecondFactor::Always,
        SsoSecondFactor::Never,
    ]
    .map(|it| (draft::second_name(it).to_owned(), words(it).to_owned()))
    .into()
}

/// The words for a flaw, while it is told.
fn error(told: Told, flaw: Flaw, words: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || (told.get() == Some(flaw)).then(|| words.to_owned()))
}

/// Name and issuer of the company's own.
#[component]
fn Own(fields: Draft, told: Told) -> impl IntoView {
    let locale = use_locale();
    view! {
        <TextField
            label=td_string!(locale, sso_console.form.name)
            name="company-name"
            value=fields.name
            error=error(told, Flaw::Name, td_string!(locale, sso_console.form.name_missing))
            hint=td_string!(locale, sso_console.form.name_hint)
            autocomplete="off"
        />
        <TextField
            label=td_string!(locale, sso_console.form.issuer)
            name="company-issuer"
            value=fields.issuer
            error=error(told, Flaw::Issuer, td_string!(locale, sso_console.form.issuer_wrong))
            hint=td_string!(locale, sso_console.form.issuer_hint)
            inputmode="url"
            autocomplete="off"
        />
    }
}

/// The operator's client, or one of the company's own.
#[component]
fn WhoseClient(fields: Draft) -> impl IntoView {
    let locale = use_locale();
    let id = id_of(fields.kind);
    let choice = move |own: bool, label: &'static str, hint: Option<&'static str>| {
        let this = format!("{id}-client-{}", if own { "own" } else { "offered" });
        let hint_id = format!("{this}-hint");
        view! {
            <div class="choice">
                <input
                    id=this.clone()
                    type="radio"
                    name=format!("{id}-client-whose")
                    prop:checked=move || fields.own_client.get() == own
                    aria-describedby=hint.map(|_| hint_id.clone())
                    on:change=move |_| fields.own_client.set(own)
                />
                <label for=this>{label}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id.clone()>{hint}</p> })}
            </div>
        }
    };
    let offered_hint = Some(td_string!(locale, sso_console.form.offered_hint));
    view! {
        <div role="radiogroup" aria-label=td_string!(locale, sso_console.form.client)>
            {choice(false, td_string!(locale, sso_console.form.offered), offered_hint)}
            {choice(true, td_string!(locale, sso_console.form.own_client), None)}
        </div>
    }
    .into_any()
}

/// How this server is known there.
#[component]
fn Client(fields: Draft, told: Told, provider: Memo<Option<Provider>>) -> impl IntoView {
    let locale = use_locale();
    let (client, secret) = match fields.kind {
        ProviderKind::Google => ("google-client", "google-secret"),
        ProviderKind::Office365 => ("office365-client", "office365-secret"),
        ProviderKind::Company => ("company-client", "company-secret"),
    };
    let kept = move || {
        let has_secret = provider.with(|it| it.as_ref().is_some_and(|it| it.has_secret));
        if has_secret {
            Some(td_string!(locale, sso_console.form.secret_kept))
        } else if fields.kind == ProviderKind::Company {
            Some(td_string!(locale, sso_console.form.secret_optional))
        } else {
            None
        }
    };
    view! {
        <TextField
            label=td_string!(locale, sso_console.form.client_id)
            name=client
            value=fields.client_id
            error=error(told, Flaw::ClientId, td_string!(locale, sso_console.form.client_id_missing))
            autocomplete="off"
        />
        <PasswordField
            label=td_string!(locale, sso_console.form.secret)
            name=secret
            value=fields.secret
            error=error(told, Flaw::Secret, td_string!(locale, sso_console.form.secret_missing))
            hint=td_string!(locale, sso_console.form.secret_hint)
            autocomplete="off"
        />
        <p class="hint">{kept}</p>
    }
    .into_any()
}

/// Whose logins come in.
#[component]
fn Members(fields: Draft, told: Told) -> impl IntoView {
    let locale = use_locale();
    let is_google = fields.kind == ProviderKind::Google;
    let (label, hint, wrong) = if is_google {
        (
            td_string!(locale, sso_console.form.domains),
            td_string!(locale, sso_console.form.domains_hint),
            td_string!(locale, sso_console.form.domains_wrong),
        )
    } else {
        (
            td_string!(locale, sso_console.form.tenants),
            td_string!(locale, sso_console.form.tenants_hint),
            td_string!(locale, sso_console.form.tenants_wrong),
        )
    };
    let is_any = Memo::new(move |_| fields.any_tenant.get());
    let area = move || {
        (!is_any.get()).then(|| {
            view! {
                <Area
                    label
                    id=format!("{}-members", id_of(fields.kind))
                    value=fields.members
                    rows=2
                    hint=Signal::stored(hint.to_owned())
                    error=error(told, Flaw::Members, wrong)
                />
            }
        })
    };
    view! {
        {area}
        {(!is_google).then(|| view! {
            <Tick
                id="office365-any"
                label=td_string!(locale, sso_console.form.any_tenant)
                hint=td_string!(locale, sso_console.form.any_tenant_hint)
                value=fields.any_tenant
            />
        })}
    }
    .into_any()
}

#[component]
fn Creates(fields: Draft, told: Told) -> impl IntoView {
    let locale = use_locale();
    let (id, hint) = match fields.kind {
        ProviderKind::Google => (
            "google-creates",
            td_string!(locale, sso_console.form.creates_google),
        ),
        ProviderKind::Office365 => (
            "office365-creates",
            td_string!(locale, sso_console.form.creates_office365),
        ),
        ProviderKind::Company => (
            "company-creates",
            td_string!(locale, sso_console.form.creates_company),
        ),
    };
    let wrong = error(
        told,
        Flaw::Creates,
        td_string!(locale, sso_console.form.creates_wrong),
    );
    view! {
        <Tick id label=td_string!(locale, sso_console.form.creates) hint value=fields.creates/>
        <p class="error" role="alert">{move || wrong.get()}</p>
    }
    .into_any()
}

/// A box to tick, with a sentence about it.
#[component]
fn Tick(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: RwSignal<bool>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="choice">
            <input
                id=id
                type="checkbox"
                prop:checked=move || value.get()
                aria-describedby=hint_id.clone()
                on:change:target=move |event| value.set(event.target().checked())
            />
            <label for=id>{label}</label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}
