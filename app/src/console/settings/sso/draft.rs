//! What is typed about a provider, and what the server would refuse of it.

use leptos::prelude::*;

use super::super::fields::{given, is_showable};
use crate::wire::{Provider, ProviderKind, SaveProvider, SsoSecondFactor};

/// Any Microsoft organisation, as the API says it.
const ANY: &str = "any";
/// Domains or tenants at most.
const MEMBERS: usize = 50;

/// The fields.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) kind: ProviderKind,
    pub(super) name: RwSignal<String>,
    pub(super) issuer: RwSignal<String>,
    /// A client of the company's own, not the operator's.
    pub(super) own_client: RwSignal<bool>,
    pub(super) client_id: RwSignal<String>,
    pub(super) secret: RwSignal<String>,
    /// One on each line.
    pub(super) members: RwSignal<String>,
    pub(super) any_tenant: RwSignal<bool>,
    /// As [`second_name`] writes it.
    pub(super) second: RwSignal<String>,
    pub(super) creates: RwSignal<bool>,
}

/// What the server would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Name,
    Issuer,
    ClientId,
    Secret,
    Members,
    Creates,
}

/// What is offered and kept, by which a draft is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Whether the operator offers a client.
    pub(super) offered: bool,
    /// The issuer and client whose secret is kept.
    pub(super) kept: Option<(Option<String>, Option<String>)>,
}

impl Given {
    pub(super) fn of(offered: bool, provider: Option<&Provider>) -> Self {
        let kept = provider.filter(|it| it.has_secret);
        Self {
            offered,
            kept: kept.map(|it| (it.issuer.clone(), it.client_id.clone())),
        }
    }
}

impl Draft {
    pub(super) fn new(kind: ProviderKind) -> Self {
        Self {
            kind,
            name: RwSignal::default(),
            issuer: RwSignal::default(),
            own_client: RwSignal::new(false),
            client_id: RwSignal::default(),
            secret: RwSignal::default(),
            members: RwSignal::default(),
            any_tenant: RwSignal::new(false),
            second: RwSignal::default(),
            creates: RwSignal::new(false),
        }
    }

    pub(super) fn fill(self, wanted: &SaveProvider) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let is_any = wanted.members.iter().any(|it| it == ANY);
        self.name.set(wanted.name.clone());
        self.issuer.set(text(&wanted.issuer));
        self.client_id.set(text(&wanted.client_id));
        self.secret.set(String::new());
        self.any_tenant.set(is_any);
        self.members.set(if is_any {
            String::new()
        } else {
            wanted.members.join("\n")
        });
        self.second
            .set(second_name(wanted.second_factor).to_owned());
        self.creates.set(wanted.creates);
    }

    pub(super) fn typed(self, version: i64) -> SaveProvider {
        let is_own = self.kind == ProviderKind::Company;
        let client = self.own_client.get();
        SaveProvider {
            name: given(self.name).filter(|_| is_own).unwrap_or_default(),
            issuer: given(self.issuer).filter(|_| is_own),
            client_id: given(self.client_id).filter(|_| client),
            secret: given(self.secret).filter(|_| client),
            members: self.typed_members(),
            second_factor: second_named(&self.second.get()),
            creates: self.creates.get(),
            version,
        }
    }

    fn typed_members(self) -> Vec<String> {
        match self.kind {
            ProviderKind::Company => Vec::new(),
            ProviderKind::Office365 if self.any_tenant.get() => vec![ANY.to_owned()],
            ProviderKind::Google | ProviderKind::Office365 => {
                self.members.with(|text| members(text))
            }
        }
    }
}

/// Members in what is typed: as the server keeps them, so that the same ones are no change.
fn members(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    let mut members: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    members.sort();
    members.dedup();
    members
}

/// The first thing that the server would refuse.
pub(super) fn flaw(kind: ProviderKind, wanted: &SaveProvider, given: &Given) -> Option<Flaw> {
    let is_own = kind == ProviderKind::Company;
    if is_own && !is_showable(&wanted.name) {
        return Some(Flaw::Name);
    }
    if is_own && !wanted.issuer.as_deref().is_some_and(is_address) {
        return Some(Flaw::Issuer);
    }
    if wanted.client_id.is_none() && !given.offered {
        return Some(Flaw::ClientId);
    }
    let kept = given.kept.as_ref();
    let is_kept =
        kept.is_some_and(|kept| (&kept.0, &kept.1) == (&wanted.issuer, &wanted.client_id));
    if !is_own && wanted.client_id.is_some() && wanted.secret.is_none() && !is_kept {
        return Some(Flaw::Secret);
    }
    let is_good = |member: &String| match kind {
        ProviderKind::Google => member.contains('.'),
        ProviderKind::Office365 => member == ANY || is_tenant(member),
        ProviderKind::Company => false,
    };
    let needs_some = kind == ProviderKind::Office365 && wanted.members.is_empty();
    if needs_some || wanted.members.len() > MEMBERS || !wanted.members.iter().all(is_good) {
        return Some(Flaw::Members);
    }
    let for_everybody = wanted.members.iter().all(|it| it == ANY);
    (!is_own && wanted.creates && for_everybody).then_some(Flaw::Creates)
}

/// Whether this may be an issuer. Plain http is the server's to refuse: its operator may allow it.
fn is_address(text: &str) -> bool {
    let rest = text.split_once("://");
    rest.is_some_and(|(scheme, rest)| {
        ["https", "http"].contains(&scheme)
            && !rest.is_empty()
            && !rest.contains(char::is_whitespace)
    })
}

fn is_tenant(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// What is saved of a provider, as it would be saved again.
pub(super) fn saved(provider: Option<&Provider>) -> SaveProvider {
    match provider {
        None => SaveProvider {
            name: String::new(),
            issuer: None,
            client_id: None,
            secret: None,
            members: Vec::new(),
            second_factor: SsoSecondFactor::UnlessProven,
            creates: false,
            version: 0,
        },
        Some(it) => SaveProvider {
            name: match it.kind {
                ProviderKind::Company => it.name.clone(),
                ProviderKind::Google | ProviderKind::Office365 => String::new(),
            },
            issuer: it.issuer.clone(),
            client_id: it.client_id.clone(),
            secret: None,
            members: it.members.clone(),
            second_factor: it.second_factor,
            creates: it.creates,
            version: it.version,
        },
    }
}

/// As the field's value.
pub(super) fn second_name(choice: SsoSecondFactor) -> &'static str {
    match choice {
        SsoSecondFactor::Always => "always",
        SsoSecondFactor::UnlessProven => "unless_proven",
        SsoSecondFactor::Never => "never",
    }
}

fn second_named(name: &str) -> SsoSecondFactor {
    match name {
        "always" => SsoSecondFactor::Always,
        "never" => SsoSecondFactor::Never,
        _ => SsoSecondFactor::UnlessProven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProviderKind::{Company, Google, Office365};

    const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn good(kind: ProviderKind) -> SaveProvider {
        SaveProvider {
            name: "Acme Login".into(),
            issuer: Some("https://id.acme.example".into()),
            client_id: Some("callgate".into()),
            secret: Some("secret".into()),
            members: match kind {
                Google => vec!["acme.example".into()],
                Office365 => vec![TENANT.into()],
                Company => Vec::new(),
            },
            ..saved(None)
        }
    }

    #[test]
    fn what_the_server_would_refuse_is_told_before() {
        type Edit = fn(&mut SaveProvider);
        let table: [(ProviderKind, Edit, Option<Flaw>); 15] = [
            (Company, |_| {}, None),
            (Company, |it| it.secret = None, None),
            (Company, |it| it.creates = true, None),
            (Company, |it| it.name = String::new(), Some(Flaw::Name)),
            (Company, |it| it.issuer = None, Some(Flaw::Issuer)),
            (
                Company,
                |it| it.issuer = Some("id.acme.example".into()),
                Some(Flaw::Issuer),
            ),
            (Company, |it| it.client_id = None, Some(Flaw::ClientId)),
            (Google, |_| {}, None),
            (Google, |it| it.members = Vec::new(), None),
            (Google, |it| it.secret = None, Some(Flaw::Secret)),
            (
                Google,
                |it| it.members = vec!["acme".into()],
                Some(Flaw::Members),
            ),
            (
                Google,
                |it| {
                    it.members = Vec::new();
                    it.creates = true;
                },
                Some(Flaw::Creates),
            ),
            (Office365, |it| it.members = vec![ANY.into()], None),
            (Office365, |it| it.members = Vec::new(), Some(Flaw::Members)),
            (
                Office365,
                |it| {
                    it.members = vec![ANY.into()];
                    it.creates = true;
                },
                Some(Flaw::Creates),
            ),
        ];
        for (number, (kind, edit, expected)) in table.into_iter().enumerate() {
            let mut wanted = good(kind);
            edit(&mut wanted);
            assert_eq!(flaw(kind, &wanted, &Given::default()), expected, "{number}");
        }
    }

    #[test]
    fn a_kept_secret_is_good_for_its_client_alone() {
        let mut wanted = good(Google);
        wanted.issuer = None;
        wanted.secret = None;
        let given = Given {
            offered: true,
            kept: Some((None, Some("callgate".into()))),
        };
        assert_eq!(flaw(Google, &wanted, &given), None);
        wanted.client_id = Some("other".into());
        assert_eq!(flaw(Google, &wanted, &given), Some(Flaw::Secret));
        wanted.client_id = None;
        assert_eq!(flaw(Google, &wanted, &given), None, "the operator's");
    }

    #[test]
    fn members_are_read_as_they_are_kept() {
        assert_eq!(
            members(" B.example, a.example\nb.example;"),
            ["a.example", "b.example"]
        );
        assert!(members(" \n").is_empty());
    }
}
