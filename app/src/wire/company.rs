use serde::{Deserialize, Serialize};

/// What anybody may know of a company: enough to draw its sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Company {
    pub alias: String,
    pub name: String,
    /// The company's own language, for people who have not chosen one.
    pub language: String,
    /// `#rrggbb`; the built-in look when absent.
    pub brand: Option<String>,
    /// `#rrggbb`
    pub accent: Option<String>,
    /// The address of the logo, a PNG.
    pub logo: Option<String>,
    /// Today's message to everybody, plain text.
    pub notice: Option<String>,
    pub help_contact: Option<HelpContact>,
    /// Nobody signs in here now: what people read about it, empty without words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<String>,
    /// It is closed because nobody has opened it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_open_yet: bool,
    /// What the menu of languages offers; none: every language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Whether people sign in with account and password here.
    pub passwords: bool,
    /// The providers at which people sign in here, in the order of their buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sso: Vec<super::ProviderKind>,
    pub terms: bool,
    pub privacy: bool,
    /// The region that this server serves.
    pub region: Option<String>,
}

/// Whom a stuck person of a company calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HelpContact {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// A question for a company by anything a person may type or paste: alias, instance alias, name or
/// address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindCompany {
    pub company: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FoundCompany {
    pub alias: String,
    pub name: String,
}

/// A company's terms or privacy text: rendered from Markdown without raw HTML, or an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LegalText {
    Html(String),
    Url(String),
}

/// A person's own choice of language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChooseLanguage {
    pub language: String,
}
