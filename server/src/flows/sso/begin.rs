//! Sends a browser to a provider, and keeps what its answer will be checked with.

use app::wire::{BeginSso, BeginSsoAnywhere, ProviderKind, SsoBegun, SsoFailure};

use crate::{
    domain::{landing, region::Question},
    keys::{Purpose, token_hash},
    metrics::SsoStage,
    sso::Asked,
    storage::{Company, NewSsoRequest, PhoneClaimId, Provider, SsoPurpose, SsoRequestId},
};

use super::super::{
    Cookies, Fault, Held, Refusal, Result, Services, Visitor, company, company::closed,
    password::check_account, phone,
};
use super::{CALLBACK, LIFE, failing, live, live_one, provider};

/// So often a browser may go to a company's providers within [`LIFE`] without coming back signed in.
const ROUNDS: u64 = 3;
/// Bytes of a cookie of ours.
const COOKIE: usize = 43;

/// A browser on its way to a provider.
#[derive(Clone, Debug)]
pub struct Begun {
    pub shown: SsoBegun,
    pub cookies: Cookies,
}

/// Why and where somebody is sent.
pub(super) struct Journey<'a> {
    pub company: &'a Company,
    pub provider: &'a Provider,
    pub purpose: SsoPurpose,
    /// The session or link that it serves.
    pub holder: Option<String>,
    pub next: Option<String>,
    /// The claim of a Connect user that it proves as well.
    pub claim: Option<PhoneClaimId>,
    /// Whom the provider may expect.
    pub login: Option<&'a str>,
    /// Lets them choose an account there.
    pub choose: bool,
    /// They have to prove there who they are.
    pub fresh: bool,
}

impl<'a> Journey<'a> {
    pub(super) fn new(company: &'a Company, provider: &'a Provider, purpose: SsoPurpose) -> Self {
        Self {
            company,
            provider,
            purpose,
            holder: None,
            next: None,
            claim: None,
            login: None,
            choose: false,
            fresh: false,
        }
    }
}

/// Begins a sign-in at one of a company's providers.
///
/// # Errors
/// [`Refusal::UnknownCompany`], [`Refusal::CompanyClosed`], [`Refusal::NoSingleSignOn`] without such a provider,
/// [`Refusal::AttemptOver`] and [`Refusal::OtherAttempt`] for a claim that does not wait here, and
/// [`Refusal::SsoFailed`] when it cannot be reached or this browser has gone round three times.
pub async fn at_company(
    s: &Services,
    visitor: &Visitor,
    alias: &str,
    asked: &BeginSso,
) -> Result<Begun> {
    let company = company::by_alias(s, alias).await?;
    if let Some(refusal) = closed(&company) {
        return Err(refusal.into());
    }
    let provider = live_one(s, &company, asked.provider).await?;
    let next = asked.next.as_deref();
    let claim = match &asked.binds {
        Some(id) => Some(phone::named(s, visitor, &company, id).await?),
        None => None,
    };
    let journey = Journey {
        claim,
        next: next.and_then(|next| landing::inside(&company.alias, next)),
        choose: asked.choose,
        ..Journey::new(&company, &provider, SsoPurpose::SignIn)
    };
    sign_in(s, visitor, journey).await
}

/// Begins a sign-in at the provider of the company that has the domain of an e-mail address. The answer says nothing
/// about the person: it depends on the domain alone.
///
/// # Errors
/// [`Refusal::InvalidRequest`] for what is no e-mail address, [`Refusal::NoSingleSignOn`] for a domain without a
/// company that signs in outside, else as [`at_company`].
pub async fn anywhere(s: &Services, visitor: &Visitor, asked: &BeginSsoAnywhere) -> Result<Begun> {
    let username = asked.username.trim();
    check_account(username)?;
    if !username.contains('@') {
        return Err(Refusal::InvalidRequest.into());
    }
    let Some(Question::Domain(domain)) = Question::address(username) else {
        return Err(Refusal::NoSingleSignOn.into());
    };
    let id = s.db.company_of_domain(&domain).await?;
    let id = id.ok_or(Refusal::NoSingleSignOn)?;
    let company = s.db.company(&id).await?.ok_or(Refusal::NoSingleSignOn)?;
    if let Some(refusal) = closed(&company) {
        return Err(refusal.into());
    }
    let providers = live(s, &company).await?;
    let own = |provider: &&Provider| provider.kind == ProviderKind::Company;
    let provider = providers.iter().find(own).or(providers.first());
    let journey = Journey {
        login: Some(username),
        ..Journey::new(
            &company,
            provider.ok_or(Refusal::NoSingleSignOn)?,
            SsoPurpose::SignIn,
        )
    };
    sign_in(s, visitor, journey).await
}

async fn sign_in(s: &Services, visitor: &Visitor, journey: Journey<'_>) -> Result<Begun> {
    if let Some(cookie) = &visitor.sso_cookie {
        let since = s.now().minus(LIFE);
        let cookie = token_hash(cookie);
        let rounds = s.db.sso_rounds(&cookie, &journey.company.id, since).await?;
        if rounds >= ROUNDS {
            let failure = failing::plain(SsoFailure::TooManyRounds);
            failing::at_provider(s, visitor, journey.provider, None, &failure).await?;
            return Err(Refusal::SsoFailed(SsoFailure::TooManyRounds).into());
        }
    }
    send(s, visitor, journey).await.map(|(_, begun)| begun)
}

/// Sends somebody. What a provider refuses or fails with is written before it is told.
pub(super) async fn send(
    s: &Services,
    visitor: &Visitor,
    journey: Journey<'_>,
) -> Result<(SsoRequestId, Begun)> {
    let provider = journey.provider;
    let opened = provider::opened(s, provider)?;
    let redirect_uri = s.mailer.address(CALLBACK);
    let asked = Asked {
        redirect_uri: &redirect_uri,
        login: journey.login.filter(|login| login.contains('@')),
        choose: journey.choose,
        fresh: journey.fresh,
    };
    s.metrics.sso(provider.kind, SsoStage::Started);
    let sent = match s.sso.send(&opened, &asked, &s.entropy, s.now()).await {
        Ok(sent) => sent,
        Err(failed) => {
            failing::at_provider(s, visitor, provider, None, &failed).await?;
            return Err(Refusal::SsoFailed(failed.why).into());
        }
    };
    let kept = serde_json::to_vec(&sent.kept)
        .map_err(|e| Fault::Broken(format!("what is kept becomes no JSON: {e}")))?;
    // A browser keeps its cookie over several rounds, which are counted by it.
    let (cookie, held) = match &visitor.sso_cookie {
        Some(cookie) if cookie.len() == COOKIE => (cookie.clone(), Held::AsBefore),
        _ => {
            let cookie = s.entropy.token();
            (cookie.clone(), Held::New(cookie))
        }
    };
    let now = s.now();
    let id = SsoRequestId(s.entropy.id(now));
    let expires_at = now.plus(LIFE);
    let sealed = s
        .keys
        .seal(Purpose::SsoRequest, id.0.as_bytes(), &kept, &s.entropy);
    s.db.add_sso_request(&NewSsoRequest {
        id: id.clone(),
        company_id: journey.company.id.clone(),
        provider_id: provider.id.clone(),
        purpose: journey.purpose,
        holder: journey.holder,
        state_hash: token_hash(&sent.state),
        cookie_hash: token_hash(&cookie),
        sealed,
        next: journey.next,
        phone_claim: journey.claim,
        created_at: now,
        expires_at,
    })
    .await?;
    let shown = SsoBegun {
        url: sent.url.into(),
        company: journey.company.alias.clone(),
        name: provider.shown_name().to_owned(),
        expires_in: now.seconds_until(expires_at),
    };
    let cookies = Cookies {
        sso: held,
        ..Cookies::default()
    };
    Ok((id, Begun { shown, cookies }))
}
