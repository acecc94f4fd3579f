//! The endpoints, one method each.

use std::fmt::Write;

use leptos::prelude::*;
use serde::Serialize;

use super::{
    ApiError, ApiRequest, NextStep, Sending, SignedIn, Transport, accepted, next_step, read,
};
use crate::wire::*;

type Answered<T> = Result<T, ApiError>;

/// The JSON API, asked as the person of this document.
#[derive(Clone)]
pub struct Api {
    #[cfg_attr(
        not(feature = "ssr"),
        expect(dead_code, reason = "the browser asks by itself")
    )]
    transport: Option<Transport>,
}

impl Api {
    /// The document's client. Take it in a component's body, before anything is awaited.
    pub fn use_api() -> Self {
        Self {
            transport: use_context(),
        }
    }

    fn send(&self, method: &str, path: String, body: Option<Vec<u8>>) -> Sending {
        let request = ApiRequest {
            method: method.to_owned(),
            path: format!("/api/v1/{path}"),
            body,
        };
        #[cfg(feature = "ssr")]
        return super::in_process::send(self.transport.as_ref(), request);
        #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
        return super::browser::send(request);
        #[cfg(not(any(feature = "ssr", feature = "hydrate")))]
        {
            drop(request);
            Box::pin(async { Err(ApiError::Offline) })
        }
    }

    fn get(&self, path: String) -> Sending {
        self.send("GET", path, None)
    }

    fn post(&self, path: impl Into<String>, body: &impl Serialize) -> Sending {
        self.send("POST", path.into(), serde_json::to_vec(body).ok())
    }

    fn put(&self, path: impl Into<String>, body: &impl Serialize) -> Sending {
        self.send("PUT", path.into(), serde_json::to_vec(body).ok())
    }

    fn delete(&self, path: &str) -> Sending {
        self.send("DELETE", path.to_owned(), None)
    }
}

/// Companies, before anybody is signed in.
impl Api {
    pub async fn company(&self, alias: &str) -> Answered<Company> {
        read(self.get(format!("companies/{}", segment(alias))).await?)
    }

    pub async fn find_company(&self, company: String) -> Answered<FoundCompany> {
        read(
            self.post("companies/find", &FindCompany { company })
                .await?,
        )
    }

    pub async fn terms(&self, alias: &str) -> Answered<LegalText> {
        read(
            self.get(format!("companies/{}/terms", segment(alias)))
                .await?,
        )
    }

    pub async fn privacy(&self, alias: &str) -> Answered<LegalText> {
        read(
            self.get(format!("companies/{}/privacy", segment(alias)))
                .await?,
        )
    }

    pub async fn choose_language(&self, language: String) -> Answered<()> {
        accepted(self.put("language", &ChooseLanguage { language }).await?).map(drop)
    }
}

/// Creating a company, and getting it ready for its first shift.
impl Api {
    pub async fn onboarding(&self) -> Answered<Onboarding> {
        read(self.get("onboarding".to_owned()).await?)
    }

    pub async fn check_alias(&self, alias: String) -> Answered<AliasAnswer> {
        read(self.post("onboarding/alias", &CheckAlias { alias }).await?)
    }

    pub async fn create_company(&self, typed: &NewCompany) -> Answered<CompanyFounded> {
        read(self.post("onboarding", typed).await?)
    }

    pub async fn floor_card(&self, alias: &str) -> Answered<FloorCard> {
        let path = format!("companies/{}/floor-card", segment(alias));
        read(self.get(path).await?)
    }

    pub async fn get_ready(&self) -> Answered<GetReady> {
        read(self.get("company/ready".to_owned()).await?)
    }

    /// `step` is a step's word, `hidden` or `done`.
    pub async fn tick_ready(&self, step: &str, done: bool) -> Answered<GetReady> {
        let path = format!("company/ready/{}", segment(step));
        read(self.post(path, &TickReady { done }).await?)
    }
}

/// Signing in.
impl Api {
    pub async fn sign_in(&self, alias: &str, credentials: &SignIn) -> Answered<NextStep> {
        next_step(
            self.post(format!("companies/{}/sign-in", segment(alias)), credentials)
                .await?,
        )
    }

    pub async fn sign_in_anywhere(&self, credentials: &SignInAnywhere) -> Answered<NextStep> {
        next_step(self.post("sign-in", credentials).await?)
    }

    /// Where the sign-in of this browser stands.
    pub async fn step(&self) -> Answered<Step> {
        read(self.get("sign-in".to_owned()).await?)
    }

    pub async fn cancel(&self) -> Answered<()> {
        accepted(self.delete("sign-in").await?).map(drop)
    }

    pub async fn enter_code(&self, code: &EnterCode) -> Answered<Step> {
        read(self.post("sign-in/code", code).await?)
    }

    pub async fn resend_code(&self, attempt: String) -> Answered<Step> {
        read(
            self.post("sign-in/code/resend", &ResendCode { attempt })
                .await?,
        )
    }

    pub async fn choose_method(&self, choice: &ChooseMethod) -> Answered<Step> {
        read(self.post("sign-in/code/method", choice).await?)
    }

    pub async fn change_password(&self, change: &ChangePassword) -> Answered<Step> {
        read(self.post("sign-in/password", change).await?)
    }

    pub async fn set_up(&self, choice: &SetUp) -> Answered<Step> {
        read(self.post("sign-in/setup", choice).await?)
    }

    pub async fn verify_set_up(&self, code: &VerifySetUp) -> Answered<Step> {
        read(self.post("sign-in/setup/verify", code).await?)
    }

    pub async fn renew_set_up_codes(&self, attempt: &RenewSetUpCodes) -> Answered<Step> {
        read(self.post("sign-in/setup/codes", attempt).await?)
    }

    pub async fn confirm_set_up_codes(&self, code: &ConfirmSetUpCodes) -> Answered<Step> {
        read(self.post("sign-in/setup/confirm", code).await?)
    }

    pub async fn ask_browser_link(&self, alias: &str, account: String) -> Answered<()> {
        let path = format!("companies/{}/browser-link", segment(alias));
        accepted(self.post(path, &AskBrowserLink { account }).await?).map(drop)
    }

    pub async fn open_browser_link(&self, token: String) -> Answered<FoundCompany> {
        read(self.post("browser-link", &OpenLink { token }).await?)
    }

    pub async fn forgot_password(&self, alias: &str, account: String) -> Answered<()> {
        let path = format!("companies/{}/forgot-password", segment(alias));
        accepted(self.post(path, &ForgotPassword { account }).await?).map(drop)
    }

    pub async fn password_reset(&self, token: String) -> Answered<PasswordReset> {
        read(
            self.post("reset-password/look", &OpenLink { token })
                .await?,
        )
    }

    pub async fn reset_password(&self, new: &ResetPassword) -> Answered<PasswordStored> {
        read(self.post("reset-password", new).await?)
    }

    pub async fn confirm_email(&self, token: String) -> Answered<()> {
        accepted(
            self.post("users/confirm-email", &OpenLink { token })
                .await?,
        )
        .map(drop)
    }

    pub async fn invitation(&self, token: String) -> Answered<Invitation> {
        read(self.post("invitations/look", &OpenLink { token }).await?)
    }

    pub async fn accept_invitation(&self, acceptance: &AcceptInvitation) -> Answered<Step> {
        read(self.post("invitations/accept", acceptance).await?)
    }
}

/// A company's single sign-on.
impl Api {
    pub async fn single_sign_on(&self) -> Answered<SingleSignOn> {
        read(self.get(SINGLE_SIGN_ON.to_owned()).await?)
    }

    pub async fn save_provider(
        &self,
        kind: ProviderKind,
        wanted: &SaveProvider,
    ) -> Answered<SingleSignOn> {
        read(self.put(provider(kind, ""), wanted).await?)
    }

    pub async fn remove_provider(
        &self,
        kind: ProviderKind,
        version: i64,
    ) -> Answered<SingleSignOn> {
        let path = provider(kind, &format!("?version={version}"));
        read(self.delete(&path).await?)
    }

    pub async fn go_live(&self, kind: ProviderKind, wanted: &GoLive) -> Answered<SingleSignOn> {
        read(self.put(provider(kind, "/live"), wanted).await?)
    }

    pub async fn begin_sso_test(&self, kind: ProviderKind) -> Answered<SsoTestBegun> {
        read(self.send("POST", provider(kind, "/test"), None).await?)
    }

    pub async fn sso_test(&self, id: &str) -> Answered<SsoTest> {
        let path = format!("{SINGLE_SIGN_ON}/tests/{}", segment(id));
        read(self.get(path).await?)
    }

    pub async fn claim_domain(&self, named: &NameDomain) -> Answered<SingleSignOn> {
        read(
            self.post(format!("{SINGLE_SIGN_ON}/domains"), named)
                .await?,
        )
    }

    pub async fn check_domain(&self, domain: &str) -> Answered<SingleSignOn> {
        let path = format!("{SINGLE_SIGN_ON}/domains/{}/check", segment(domain));
        read(self.send("POST", path, None).await?)
    }

    pub async fn remove_domain(&self, domain: &str) -> Answered<SingleSignOn> {
        let path = format!("{SINGLE_SIGN_ON}/domains/{}", segment(domain));
        read(self.delete(&path).await?)
    }

    pub async fn choose_passwords(&self, wanted: &ChoosePasswords) -> Answered<SingleSignOn> {
        read(
            self.put(format!("{SINGLE_SIGN_ON}/passwords"), wanted)
                .await?,
        )
    }
}

const SINGLE_SIGN_ON: &str = "company/single-sign-on";

/// The address of one of a company's providers, and what belongs to it.
fn provider(kind: ProviderKind, rest: &str) -> String {
    let kind = match kind {
        ProviderKind::Google => "google",
        ProviderKind::Office365 => "office365",
        ProviderKind::Company => "company",
    };
    format!("{SINGLE_SIGN_ON}/providers/{kind}{rest}")
}

/// Signing in outside.
impl Api {
    pub async fn begin_sso(&self, alias: &str, begin: &BeginSso) -> Answered<SsoBegun> {
        let path = format!("companies/{}/sso", segment(alias));
        read(self.post(path, begin).await?)
    }

    pub async fn begin_sso_anywhere(&self, begin: &BeginSsoAnywhere) -> Answered<SsoBegun> {
        read(self.post("sso", begin).await?)
    }

    pub async fn begin_sso_invited(&self, begin: &BeginSsoInvited) -> Answered<SsoBegun> {
        read(self.post("invitations/sso", begin).await?)
    }

    pub async fn bind(&self, typed: &Bind) -> Answered<Step> {
        read(self.post("sign-in/bind", typed).await?)
    }

    pub async fn connect_login(&self, provider: ProviderKind) -> Answered<SsoBegun> {
        read(
            self.post("security/logins", &NameProvider { provider })
                .await?,
        )
    }

    pub async fn remove_login(&self, id: &str) -> Answered<()> {
        let path = format!("security/logins/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    pub async fn prove_at(&self, provider: ProviderKind) -> Answered<SsoBegun> {
        read(
            self.post("session/proof/sso", &NameProvider { provider })
                .await?,
        )
    }

    /// Signs out here, and answers where to sign out at the provider as well.
    pub async fn leave(&self) -> Answered<SignOutThere> {
        read(self.post("session/leave", &serde_json::json!({})).await?)
    }
}

/// Invitations.
impl Api {
    pub async fn ask_invitation(&self, token: String) -> Answered<()> {
        accepted(self.post("invitations/ask", &OpenLink { token }).await?).map(drop)
    }

    pub async fn invitation_settings(&self) -> Answered<InvitationOverview> {
        read(self.get("company/invitations".to_owned()).await?)
    }

    pub async fn save_invitation_settings(
        &self,
        wanted: &InvitationPolicy,
    ) -> Answered<InvitationOverview> {
        read(self.put("company/invitations", wanted).await?)
    }
}

/// The person who is signed in.
impl Api {
    pub async fn session(&self) -> Answered<Session> {
        read(self.get("session".to_owned()).await?)
    }

    /// Who is signed in, when somebody is.
    pub async fn signed_in(&self) -> Option<SignedIn> {
        read(self.get("session".to_owned()).await.ok()?).ok()
    }

    pub async fn sign_out(&self) -> Answered<()> {
        accepted(self.delete("session").await?).map(drop)
    }

    pub async fn sign_out_everywhere(&self) -> Answered<()> {
        accepted(self.delete("sessions").await?).map(drop)
    }

    /// Signs out, and lets this browser say no more who the person is in Amazon Connect.
    pub async fn forget_browser(&self) -> Answered<()> {
        accepted(self.delete("session/binding").await?).map(drop)
    }

    /// The person used keys or pointer.
    pub async fn activity(&self) -> Answered<Session> {
        read(
            self.send("POST", "session/activity".to_owned(), None)
                .await?,
        )
    }

    pub async fn choose_workplace(&self, workplace: Workplace) -> Answered<Session> {
        read(
            self.put("session/workplace", &ChooseWorkplace { workplace })
                .await?,
        )
    }

    pub async fn prove_again(&self, password: String) -> Answered<()> {
        accepted(self.post("session/proof", &FreshProof { password }).await?).map(drop)
    }
}

/// The companies of the person who is signed in.
impl Api {
    pub async fn companies(&self) -> Answered<Companies> {
        read(self.get("person/companies".to_owned()).await?)
    }

    /// Answers where proving the other account goes on.
    pub async fn connect_company(&self, account: &ConnectCompany) -> Answered<NextStep> {
        next_step(self.post("person/companies", account).await?)
    }

    pub async fn disconnect_company(&self, id: &str) -> Answered<()> {
        let path = format!("person/companies/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    pub async fn choose_default_company(&self, id: Option<String>) -> Answered<()> {
        accepted(self.put("person/default", &ChooseDefault { id }).await?).map(drop)
    }
}

/// The people of a company.
impl Api {
    pub async fn users(&self, query: &UserQuery) -> Answered<UserPage> {
        read(self.get(format!("users{}", user_query(query))).await?)
    }

    pub async fn user(&self, id: &str) -> Answered<UserDetail> {
        read(self.get(format!("users/{}", segment(id))).await?)
    }

    pub async fn unlock(&self, id: &str, reason: String) -> Answered<()> {
        accepted(self.help(id, "unlock", reason).await?).map(drop)
    }

    pub async fn make_backup_code(&self, id: &str, reason: String) -> Answered<AdminCode> {
        read(self.help(id, "backup-code", reason).await?)
    }

    pub async fn reset_two_factor(&self, id: &str, reason: String) -> Answered<()> {
        accepted(self.help(id, "reset-two-factor", reason).await?).map(drop)
    }

    pub async fn send_password_reset(&self, id: &str, reason: String) -> Answered<()> {
        accepted(self.help(id, "send-password-reset", reason).await?).map(drop)
    }

    pub async fn create_user(&self, person: &NewUser) -> Answered<UserDetail> {
        read(self.post("users", person).await?)
    }

    pub async fn edit_user(&self, id: &str, wanted: &EditUser) -> Answered<UserDetail> {
        read(self.put(format!("users/{}", segment(id)), wanted).await?)
    }

    pub async fn disable_user(&self, id: &str, reason: String) -> Answered<()> {
        accepted(self.help(id, "disable", reason).await?).map(drop)
    }

    pub async fn enable_user(&self, id: &str) -> Answered<()> {
        accepted(self.ask_for(id, "enable").await?).map(drop)
    }

    pub async fn delete_user(&self, id: &str) -> Answered<()> {
        accepted(self.delete(&format!("users/{}", segment(id))).await?).map(drop)
    }

    pub async fn restore_user(&self, id: &str) -> Answered<()> {
        accepted(self.ask_for(id, "restore").await?).map(drop)
    }

    pub async fn end_sessions_of(&self, id: &str) -> Answered<()> {
        accepted(self.ask_for(id, "end-sessions").await?).map(drop)
    }

    /// Sends the invitation, or once more with another link.
    pub async fn invite(&self, id: &str) -> Answered<()> {
        accepted(self.ask_for(id, "invite").await?).map(drop)
    }

    pub async fn cancel_invitation(&self, id: &str) -> Answered<()> {
        let path = format!("users/{}/invitation", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    /// What would become of pasted rows; nothing is saved.
    pub async fn preview_people(&self, people: &AddPeople) -> Answered<PeopleFates> {
        read(self.post("users/preview", people).await?)
    }

    pub async fn add_people(&self, people: &AddPeople) -> Answered<PeopleFates> {
        read(self.post("users/add", people).await?)
    }

    pub async fn bulk(&self, action: &BulkAction) -> Answered<BulkOutcome> {
        read(self.post("users/bulk", action).await?)
    }

    /// Something that needs no further words.
    fn ask_for(&self, id: &str, what: &str) -> Sending {
        self.send("POST", format!("users/{}/{what}", segment(id)), None)
    }

    fn help(&self, id: &str, with: &str, reason: String) -> Sending {
        let path = format!("users/{}/{with}", segment(id));
        self.post(path, &HelpReason { reason })
    }
}

/// The own Security Settings.
impl Api {
    pub async fn security(&self) -> Answered<SecuritySettings> {
        read(self.get("security".to_owned()).await?)
    }

    pub async fn add_way(&self, method: Method) -> Answered<WayBegun> {
        read(self.post("security/ways", &AddWay { method }).await?)
    }

    pub async fn resend_way_code(&self) -> Answered<WayBegun> {
        read(
            self.send("POST", "security/ways/resend".to_owned(), None)
                .await?,
        )
    }

    pub async fn verify_way(&self, typed: &VerifyWay) -> Answered<BackupCodes> {
        read(self.post("security/ways/verify", typed).await?)
    }

    pub async fn remove_way(&self, id: &str) -> Answered<()> {
        let path = format!("security/ways/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    pub async fn backup_codes_left(&self) -> Answered<BackupCodesLeft> {
        read(self.get("security/backup-codes".to_owned()).await?)
    }

    pub async fn make_backup_codes(&self) -> Answered<BackupCodes> {
        read(
            self.send("POST", "security/backup-codes".to_owned(), None)
                .await?,
        )
    }

    pub async fn confirm_backup_codes(&self, code: String) -> Answered<()> {
        let typed = ConfirmBackupCodes { code };
        accepted(self.post("security/backup-codes/confirm", &typed).await?).map(drop)
    }

    pub async fn replace_password(&self, typed: &ReplacePassword) -> Answered<()> {
        accepted(self.put("security/password", typed).await?).map(drop)
    }

    pub async fn end_browser(&self, id: &str) -> Answered<()> {
        let path = format!("security/browsers/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    pub async fn end_session(&self, id: &str) -> Answered<()> {
        let path = format!("security/sessions/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    pub async fn end_other_sessions(&self) -> Answered<()> {
        accepted(self.delete("security/sessions").await?).map(drop)
    }
}

/// What a company asks of its people, and what happened there.
impl Api {
    pub async fn two_factor_policy(&self) -> Answered<TwoFactorOverview> {
        read(self.get("policy/two-factor".to_owned()).await?)
    }

    pub async fn policy_effect(&self, wanted: &TwoFactorPolicy) -> Answered<PolicyEffect> {
        read(self.post("policy/two-factor/effect", wanted).await?)
    }

    pub async fn save_policy(&self, wanted: &TwoFactorPolicy) -> Answered<TwoFactorOverview> {
        read(self.put("policy/two-factor", wanted).await?)
    }

    pub async fn audit(&self, query: &AuditQuery) -> Answered<AuditPage> {
        read(self.get(format!("audit{}", audit_query(query))).await?)
    }
}

/// What agents do, and what they can choose from.
impl Api {
    /// The own status; with the revision of a known one, the next.
    pub async fn presence(&self, since: Option<&str>) -> Answered<OwnPresence> {
        let query = query_text([("since", since.map(str::to_owned))]);
        read(self.get(format!("presence{query}")).await?)
    }

    pub async fn choose_presence(&self, choice: &ChoosePresence) -> Answered<OwnPresence> {
        read(self.put("presence", choice).await?)
    }

    /// The desk is open.
    pub async fn here(&self) -> Answered<OwnPresence> {
        read(self.send("POST", "presence/here".to_owned(), None).await?)
    }

    pub async fn presence_lists(&self) -> Answered<PresenceLists> {
        read(self.get("presence-lists".to_owned()).await?)
    }

    pub async fn add_presence_list(&self, new: &NewPresenceList) -> Answered<PresenceLists> {
        read(self.post("presence-lists", new).await?)
    }

    pub async fn edit_presence_list(
        &self,
        id: &str,
        edited: &EditPresenceList,
    ) -> Answered<PresenceLists> {
        let path = format!("presence-lists/{}", segment(id));
        read(self.put(path, edited).await?)
    }

    /// Whom it would shut out to take a list away.
    pub async fn presence_effect(&self, id: &str) -> Answered<PresenceEffect> {
        read(
            self.get(format!("presence-lists/{}/effect", segment(id)))
                .await?,
        )
    }

    pub async fn remove_presence_list(
        &self,
        id: &str,
        how: &RemovePresenceList,
    ) -> Answered<PresenceLists> {
        let path = format!("presence-lists/{}/remove", segment(id));
        read(self.post(path, how).await?)
    }
}

/// A company's own settings.
impl Api {
    pub async fn name_and_look(&self) -> Answered<NameAndLookPage> {
        read(self.get("company/look".to_owned()).await?)
    }

    pub async fn save_look(&self, wanted: &NameAndLook) -> Answered<NameAndLookPage> {
        read(self.put("company/look", wanted).await?)
    }

    pub async fn save_logo(&self, picture: &NewLogo) -> Answered<SavedLogo> {
        read(self.put("company/logo", picture).await?)
    }

    pub async fn remove_logo(&self) -> Answered<SavedLogo> {
        read(self.delete("company/logo").await?)
    }

    pub async fn send_test_mail(&self) -> Answered<TestMail> {
        read(
            self.send("POST", "company/test-mail".to_owned(), None)
                .await?,
        )
    }

    pub async fn company_notice(&self) -> Answered<CompanyNotice> {
        read(self.get("company/notice".to_owned()).await?)
    }

    pub async fn save_notice(&self, wanted: &CompanyNotice) -> Answered<CompanyNotice> {
        read(self.put("company/notice", wanted).await?)
    }

    pub async fn help_settings(&self) -> Answered<HelpSettings> {
        read(self.get("company/help-contact".to_owned()).await?)
    }

    pub async fn save_help(&self, wanted: &HelpSettings) -> Answered<HelpSettings> {
        read(self.put("company/help-contact", wanted).await?)
    }

    pub async fn legal_settings(&self) -> Answered<LegalSettings> {
        read(self.get("company/legal".to_owned()).await?)
    }

    pub async fn save_legal(
        &self,
        kind: LegalKind,
        wanted: &SaveLegalText,
    ) -> Answered<LegalSettings> {
        let path = format!("company/legal/{}", word(&kind));
        read(self.put(path, wanted).await?)
    }

    pub async fn old_legal_text(&self, kind: LegalKind, version: u32) -> Answered<OldLegalText> {
        let path = format!("company/legal/{}?version={version}", word(&kind));
        read(self.get(path).await?)
    }

    pub async fn preview_legal(&self, text: String) -> Answered<LegalText> {
        read(
            self.post("company/legal/preview", &PreviewLegalText { text })
                .await?,
        )
    }

    pub async fn session_settings(&self) -> Answered<SessionSettingsPage> {
        read(self.get("company/sessions".to_owned()).await?)
    }

    pub async fn save_sessions(&self, wanted: &SessionSettings) -> Answered<SessionSettingsPage> {
        read(self.put("company/sessions", wanted).await?)
    }
}

/// One part of a path, or one value of a query: everything but letters, digits and `-._~` escaped.
pub fn segment(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(byte.into());
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// The query's own words for a choice, like `sso_only`.
fn word(choice: &impl Serialize) -> String {
    let json = serde_json::to_string(choice).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

fn user_query(query: &UserQuery) -> String {
    query_text([
        ("search", query.search.clone()),
        ("view", query.view.as_ref().map(word)),
        ("role", query.role.as_ref().map(word)),
        ("presence_list", query.presence_list.clone()),
        ("sort", query.sort.as_ref().map(word)),
        ("page", query.page.map(|page| page.to_string())),
    ])
}

/// A question to the audit log as the end of an address, of the API's or of the page's own.
pub fn audit_query(query: &AuditQuery) -> String {
    query_text([
        ("person", query.person.clone()),
        ("kind", query.kind.clone()),
        ("from", query.from.clone()),
        ("to", query.to.clone()),
        ("after", query.after.clone()),
    ])
}

/// `?name=value&…` of the fields that have a value; empty without any.
fn query_text<const N: usize>(fields: [(&str, Option<String>); N]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if let Some(value) = value {
            text.push(if text.is_empty() { '?' } else { '&' });
            let _ = write!(text, "{name}={}", segment(&value));
        }
    }
    text
}

/// Amazon Connect: signing in with it, the desk's phone, and how administrators set it up.
impl Api {
    pub async fn company_phone(&self, alias: &str) -> Answered<CompanyPhone> {
        read(
            self.get(format!("companies/{}/phone", segment(alias)))
                .await?,
        )
    }

    pub async fn phone_sign_in(&self, alias: &str, claim: &PhoneSignIn) -> Answered<Step> {
        let path = format!("companies/{}/phone/sign-in", segment(alias));
        read(self.post(path, claim).await?)
    }

    pub async fn mail_bind_code(&self, asked: &MailBindCode) -> Answered<Step> {
        read(self.post("sign-in/bind/mail", asked).await?)
    }

    pub async fn enter_bind_code(&self, typed: &EnterBindCode) -> Answered<Step> {
        read(self.post("sign-in/bind/code", typed).await?)
    }

    pub async fn ask_to_join(&self, asked: &AskToJoin) -> Answered<Step> {
        read(self.post("sign-in/bind/join", asked).await?)
    }

    pub async fn accept_by_phone(&self, token: String) -> Answered<PhoneInvited> {
        read(self.post("invitations/phone", &OpenLink { token }).await?)
    }

    pub async fn desk_phone(&self) -> Answered<DeskPhone> {
        read(self.get("phone".to_owned()).await?)
    }

    pub async fn report_presence(&self, status: &ReportPresence) -> Answered<OwnPresence> {
        read(self.put("presence/phone", status).await?)
    }

    pub async fn amazon_connect(&self) -> Answered<AmazonConnect> {
        read(self.get("company/amazon-connect".to_owned()).await?)
    }

    pub async fn save_amazon_connect(&self, wanted: &SaveAmazonConnect) -> Answered<AmazonConnect> {
        read(self.put("company/amazon-connect", wanted).await?)
    }

    pub async fn name_phone_user(&self, id: &str, named: &NamePhoneUser) -> Answered<UserDetail> {
        let path = format!("users/{}/phone-username", segment(id));
        read(self.put(path, named).await?)
    }

    pub async fn join_requests(&self) -> Answered<JoinRequests> {
        read(self.get("company/join-requests".to_owned()).await?)
    }

    pub async fn approve_join(&self, id: &str, person: &ApproveJoin) -> Answered<UserDetail> {
        let path = format!("company/join-requests/{}/approve", segment(id));
        read(self.post(path, person).await?)
    }

    pub async fn refuse_join(&self, id: &str) -> Answered<()> {
        let path = format!("company/join-requests/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }

    /// Forgets that this person's Connect user was proven on a browser.
    pub async fn end_binding(&self, id: &str) -> Answered<()> {
        let path = format!("security/bindings/{}", segment(id));
        accepted(self.delete(&path).await?).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_cannot_be_broken_out_of() {
        assert_eq!(segment("acme"), "acme");
        assert_eq!(segment("../x?y"), "..%2Fx%3Fy");
        assert_eq!(segment("ä"), "%C3%A4");
    }

    #[test]
    fn queries_name_only_what_is_asked() {
        assert_eq!(user_query(&UserQuery::default()), "");
        let query = UserQuery {
            search: Some("a b".to_owned()),
            view: Some(UserView::Locked),
            sort: Some(UserSort::LastSignIn),
            ..UserQuery::default()
        };
        assert_eq!(
            user_query(&query),
            "?search=a%20b&view=locked&sort=last_sign_in"
        );
    }
}
