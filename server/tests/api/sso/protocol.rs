//! What Callgate and a provider say to each other when nothing is wrong, and what the provider is spared.

use std::time::Duration;

use app::wire::{ProviderKind, SsoFailure};
use serde_json::json;
use server::{
    clock::Clock,
    entropy::Entropy,
    sso::{Asked, Failed, Identity, Kept, Provider, Returned, Sso},
};
use url::Url;

use crate::{
    harness::{MINUTE, START, seconds},
    provider::{Answer, Endpoint, IMPATIENT, Login, Mischief, Signed, TENANT, TestProvider},
};

pub(super) const BACK: &str = "http://127.0.0.1:3000/sso/callback";

/// A provider and this server's side of the conversation.
pub(super) struct Talk {
    pub(super) provider: TestProvider,
    pub(super) sso: Sso,
    pub(super) clock: Clock,
    pub(super) entropy: Entropy,
}

impl Talk {
    pub(super) async fn start() -> Self {
        let clock = Clock::frozen(START);
        let provider = TestProvider::start(&clock).await;
        Self {
            sso: provider.sso(),
            provider,
            clock,
            entropy: Entropy::seeded(1),
        }
    }

    pub(super) async fn send(
        &self,
        to: &Provider,
        asked: Asked<'_>,
    ) -> Result<(Kept, Url), Failed> {
        let asked = Asked {
            redirect_uri: BACK,
            ..asked
        };
        let sent = self.sso.send(to, &asked, &self.entropy, self.clock.now());
        let sent = sent.await?;
        let back = self.provider.visit(sent.url.as_str());
        assert!(back.as_str().starts_with(BACK), "{back}");
        let state = back.query_pairs().find(|(name, _)| name == "state");
        assert_eq!(state.map(|(_, state)| state.into_owned()), Some(sent.state));
        Ok((sent.kept, back))
    }

    pub(super) async fn receive(
        &self,
        from: &Provider,
        kept: &Kept,
        back: &Url,
    ) -> Result<Identity, Failed> {
        let now = self.clock.now();
        let returned = returned(back);
        self.sso.receive(from, kept, &returned, BACK, now).await
    }

    pub(super) async fn round(&self, with: &Provider) -> Result<Identity, Failed> {
        self.round_asking(with, Asked::default()).await
    }

    pub(super) async fn round_asking(
        &self,
        with: &Provider,
        asked: Asked<'_>,
    ) -> Result<Identity, Failed> {
        let (kept, back) = self.send(with, asked).await?;
        self.receive(with, &kept, &back).await
    }
}

/// What the address says that a provider sent somebody back to.
pub(super) fn returned(back: &Url) -> Returned {
    let of = |wanted: &str| {
        let found = back.query_pairs().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    Returned {
        code: of("code"),
        iss: of("iss"),
        error: of("error"),
        error_description: of("error_description"),
    }
}

#[tokio::test]
async fn a_person_is_known_by_issuer_and_subject() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    talk.sso
        .check(&company, talk.clock.now())
        .await
        .expect("may be used");
    for signed in [Signed::Rs256, Signed::Es256] {
        talk.provider.signs_with(signed);
        talk.provider
            .log_in(Login::of("bob").amr(&["pwd", "otp"]).claim("groups", ["a"]));
        let bob = talk.round(&company).await.expect("is known");
        assert_eq!(bob.issuer, talk.provider.issuer());
        assert_eq!(bob.subject, "bob");
        assert_eq!(bob.email.as_deref(), Some("bob@acme.example"));
        assert!(bob.email_vouched && bob.second_proof);
        assert_eq!(bob.name.as_deref(), Some("bob Somebody"));
        assert_eq!(bob.claims["groups"], json!(["a"]));
        assert_eq!(bob.shown(), "bob@acme.example");
    }
    let asked = |endpoint| talk.provider.asked(endpoint);
    assert_eq!(asked(Endpoint::Description), 1, "is remembered");
    assert_eq!(asked(Endpoint::Keys), 1);
    assert_eq!(asked(Endpoint::Token), 2);
    assert_eq!(asked(Endpoint::Userinfo), 0, "the token said everything");
}

#[tokio::test]
async fn userinfo_is_asked_for_what_the_token_does_not_say() {
    let talk = Talk::start().await;
    talk.provider.tells_in_userinfo_only();
    let alice = talk
        .round(&talk.provider.company())
        .await
        .expect("is known");
    assert_eq!(alice.email.as_deref(), Some("alice@acme.example"));
    assert!(alice.email_vouched);
    assert_eq!(talk.provider.asked(Endpoint::Userinfo), 1);

    talk.provider
        .does(Mischief::Describes("userinfo_endpoint", json!(null)));
    let sso = talk.provider.sso();
    let talk = Talk { sso, ..talk };
    let alice = talk
        .round(&talk.provider.company())
        .await
        .expect("is known");
    assert_eq!((alice.email, alice.name), (None, None));

    // Somebody of whom nobody says more is known all the same.
    let talk = Talk::start().await;
    let nameless = Login::of("7f3a").without("email").without("name");
    talk.provider.log_in(nameless);
    let person = talk
        .round(&talk.provider.company())
        .await
        .expect("is known");
    assert!(person.email.is_none() && !person.email_vouched);
    assert_eq!(person.shown(), "7f3a");
}

#[tokio::test]
async fn a_request_is_pushed_where_the_provider_takes_it() {
    let talk = Talk::start().await;
    talk.provider.takes_pushed_requests();
    let company = talk.provider.company();
    let asked = Asked {
        redirect_uri: BACK,
        login: Some("alice@acme.example"),
        ..Asked::default()
    };
    let sent = talk
        .sso
        .send(&company, &asked, &talk.entropy, talk.clock.now());
    let sent = sent.await.expect("is sent");
    let names: Vec<_> = sent.url.query_pairs().map(|(name, _)| name).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    let back = talk.provider.visit(sent.url.as_str());
    let alice = talk.receive(&company, &sent.kept, &back).await;
    assert_eq!(alice.expect("is known").subject, "alice");
}

#[tokio::test]
async fn what_is_wished_stands_in_the_address() {
    let talk = Talk::start().await;
    let query = async |provider: &Provider, asked: Asked<'_>| {
        let asked = Asked {
            redirect_uri: BACK,
            ..asked
        };
        let sent = talk.sso.send(provider, &asked, &talk.entropy, START).await;
        let url = sent.expect("is sent").url;
        let pairs = url.query_pairs().into_owned();
        pairs.collect::<std::collections::HashMap<_, _>>()
    };
    let company = talk.provider.company();
    let plain = query(&company, Asked::default()).await;
    assert_eq!(plain["scope"], "openid email profile");
    for absent in ["prompt", "max_age", "login_hint", "claims", "hd"] {
        assert!(!plain.contains_key(absent), "{absent}");
    }
    let choose = Asked {
        choose: true,
        login: Some("alice"),
        ..Asked::default()
    };
    let choose = query(&company, choose).await;
    assert_eq!(choose["prompt"], "select_account");
    assert_eq!(choose["login_hint"], "alice");
    let fresh = Asked {
        fresh: true,
        choose: true,
        ..Asked::default()
    };
    let there = query(&company, fresh.clone()).await;
    assert_eq!((&*there["prompt"], &*there["max_age"]), ("login", "0"));
    assert!(there["claims"].contains("auth_time"));
    for (members, hd) in [
        (&["acme.example"][..], "acme.example"),
        (&["acme.example", "acme.test"], "*"),
    ] {
        let google = talk.provider.of_kind(ProviderKind::Google, members);
        let there = query(&google, fresh.clone()).await;
        assert_eq!(there["prompt"], "select_account");
        assert_eq!(there["hd"], hd);
    }
}

#[tokio::test]
async fn google_lets_in_people_of_the_companys_domains() {
    let talk = Talk::start().await;
    let google = talk
        .provider
        .of_kind(ProviderKind::Google, &["acme.example"]);
    talk.provider.log_in(Login::of("1234").hd("acme.example"));
    let person = talk.round(&google).await.expect("is known");
    assert!(person.email_vouched);
    for other in [Login::of("1").hd("other.example"), Login::of("1")] {
        talk.provider.log_in(other);
        let failed = talk.round(&google).await.expect_err("is refused");
        assert_eq!(failed.why, SsoFailure::OtherCompany, "{failed}");
    }
}

#[tokio::test]
async fn microsofts_tenants_sign_for_themselves_only() {
    let talk = Talk::start().await;
    let office = |members: &[&str]| talk.provider.of_kind(ProviderKind::Office365, members);
    const OTHER: &str = "0f1c8a56-7f6d-4d3a-9a55-0d5ff1ed2c11";
    let alice = Login::of("alice").claim("xms_edov", true);

    // Of one tenant, of several, of any.
    for (members, vouched) in [
        (&[TENANT][..], true),
        (&[OTHER, TENANT], true),
        (&[], false),
    ] {
        talk.provider.log_in(alice.clone());
        let person = talk.round(&office(members)).await.expect("is known");
        assert_eq!(
            person.issuer,
            format!("{}/{TENANT}/v2.0", talk.provider.issuer())
        );
        assert_eq!(person.email_vouched, vouched, "{members:?}");
    }
    // A tenant that is none of the company's, where one or several are.
    talk.provider.log_in(alice.clone().tid(OTHER));
    for members in [
        &[TENANT][..],
        &[TENANT, "1f1c8a56-7f6d-4d3a-9a55-0d5ff1ed2c11"],
    ] {
        let failed = talk.round(&office(members)).await.expect_err("refused");
        assert_eq!(failed.why, SsoFailure::OtherCompany, "{failed}");
    }

    // The issuer is of one tenant, the claim says another one.
    talk.provider.log_in(alice.clone());
    for lie in [
        json!(OTHER),
        json!("{tenantid}"),
        json!(""),
        json!(7),
        json!("../evil"),
    ] {
        talk.provider.does(Mischief::Claim("tid", lie.clone()));
        for members in [&[][..], &[TENANT]] {
            let failed = talk.round(&office(members)).await.expect_err("refused");
            assert_eq!(failed.why, SsoFailure::Untrusted, "{lie}: {failed}");
        }
    }
}

#[tokio::test]
async fn a_fresh_proof_is_one_of_after_the_question() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let fresh = Asked {
        fresh: true,
        ..Asked::default()
    };
    let alice = talk.round_asking(&company, fresh.clone()).await;
    assert_eq!(alice.expect("is fresh").subject, "alice");

    let remembered = Login::of("alice").remembered_since(START.minus(2 * MINUTE));
    talk.provider.log_in(remembered);
    talk.round(&company).await.expect("nobody asked");
    let failed = talk.round_asking(&company, fresh.clone()).await;
    assert_eq!(failed.expect_err("is old").why, SsoFailure::NotFresh);

    talk.provider.log_in(Login::of("alice"));
    talk.provider.does(Mischief::NoClaim("auth_time"));
    let failed = talk.round_asking(&company, fresh).await;
    assert_eq!(failed.expect_err("nobody knows").why, SsoFailure::NotFresh);
}

#[tokio::test]
async fn a_code_is_used_once() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let (kept, back) = talk.send(&company, Asked::default()).await.expect("sent");
    talk.receive(&company, &kept, &back).await.expect("known");
    let failed = talk.receive(&company, &kept, &back).await;
    assert_eq!(failed.expect_err("is used").why, SsoFailure::Over);
    // Nor with another browser's verifier or nonce.
    let (_, back) = talk.send(&company, Asked::default()).await.expect("sent");
    let failed = talk.receive(&company, &kept, &back).await;
    assert_eq!(failed.expect_err("is another's").why, SsoFailure::Over);
}

#[tokio::test]
async fn rotated_keys_are_read_once_and_unknown_ones_do_not_hammer() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let keys = || talk.provider.asked(Endpoint::Keys);
    talk.round(&company).await.expect("is known");
    assert_eq!(keys(), 1);
    talk.provider.rotates_keys();
    talk.round(&company).await.expect("the new key is read");
    talk.round(&company).await.expect("and remembered");
    assert_eq!(keys(), 2);

    talk.provider.does(Mischief::UnknownKey);
    for _ in 0..20 {
        let failed = talk.round(&company).await.expect_err("is refused");
        assert_eq!(failed.why, SsoFailure::Untrusted, "{failed}");
    }
    assert_eq!(keys(), 2, "not a second time within a minute");
    talk.clock.advance(MINUTE);
    for _ in 0..20 {
        talk.round(&company).await.expect_err("is refused");
    }
    assert_eq!(keys(), 3);

    // Honest people are known all the time, and after an hour everything is read anew.
    talk.provider.behaves();
    talk.round(&company).await.expect("is known");
    assert_eq!(keys(), 3);
    talk.clock.advance(60 * MINUTE);
    talk.round(&company).await.expect("is known");
    assert_eq!(keys(), 4);
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_moments() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let asked = || talk.provider.asked(Endpoint::Description);
    talk.provider.does(Mischief::Answers(
        Endpoint::Description,
        Answer::Status(503),
    ));
    for _ in 0..10 {
        let failed = talk.round(&company).await.expect_err("is down");
        assert_eq!(failed.why, SsoFailure::ProviderDown, "{failed}");
    }
    assert_eq!(asked(), 1);
    talk.provider.behaves();
    talk.clock.advance(seconds(5));
    talk.round(&company).await.expect("is up again");
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn a_crowd_asks_for_a_description_once() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let rounds = (0..50).map(|_| talk.round(&company));
    for identity in futures::future::join_all(rounds).await {
        identity.expect("nobody is lost");
    }
    assert_eq!(talk.provider.asked(Endpoint::Description), 1);
    assert_eq!(talk.provider.asked(Endpoint::Keys), 1);
}

#[tokio::test]
async fn people_sign_out_there_where_it_is_offered() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let now = talk.clock.now();
    let signed_out = "http://127.0.0.1:3000/sso/signed-out";
    let alice = talk.round(&company).await.expect("is known");
    let url = talk
        .sso
        .leave(&company, &alice.id_token, signed_out, "acme", now)
        .await
        .expect("is described")
        .expect("is offered");
    assert!(
        url.query()
            .is_some_and(|query| query.contains("id_token_hint"))
    );
    let back = talk.provider.visit(url.as_str());
    assert_eq!(back.as_str(), format!("{signed_out}?state=acme"));

    talk.provider
        .does(Mischief::Describes("end_session_endpoint", json!(null)));
    let sso = talk.provider.sso();
    let none = sso.leave(&company, &alice.id_token, signed_out, "acme", now);
    assert_eq!(none.await.expect("is described"), None);
}

#[tokio::test]
async fn nothing_private_is_asked_unless_the_operator_allows_it() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let strict = Sso::default();
    let failed = strict.check(&company, START).await.expect_err("is private");
    assert_eq!(failed.why, SsoFailure::SetUpWrong, "{failed}");
    for issuer in [
        "http://id.example.com",
        "https://127.0.0.1",
        "https://localhost:8443",
        "https://10.1.2.3/realms/acme",
        "https://[::1]",
        "https://169.254.169.254",
        "https://user:secret@id.example.com",
        "https://id.example.com?x=y",
        "https://id.example.com#x",
        "nonsense",
        "",
    ] {
        let provider = Provider {
            issuer: Some(issuer.to_owned()),
            ..company.clone()
        };
        for sso in [&strict, &talk.sso] {
            let failed = sso.check(&provider, START).await.expect_err("is refused");
            assert_eq!(failed.why, SsoFailure::SetUpWrong, "{issuer}: {failed}");
        }
    }
    assert_eq!(talk.provider.asked(Endpoint::Description), 0);
}

#[tokio::test]
async fn the_operators_client_is_for_google_and_office_365_only() {
    let talk = Talk::start().await;
    assert!(talk.sso.offers(ProviderKind::Google) && talk.sso.offers(ProviderKind::Office365));
    assert!(!talk.sso.offers(ProviderKind::Company));
    assert!(!Sso::default().offers(ProviderKind::Google));
    let without = Provider {
        client: None,
        ..talk.provider.company()
    };
    let failed = talk
        .sso
        .check(&without, START)
        .await
        .expect_err("no client");
    assert_eq!(failed.why, SsoFailure::SetUpWrong);
}

#[tokio::test]
async fn nobody_waits_for_long() {
    let talk = Talk::start().await;
    let settings = server::sso::Settings {
        patience: IMPATIENT,
        ..talk.provider.settings()
    };
    let talk = Talk {
        sso: Sso::new(settings),
        ..talk
    };
    let never = |endpoint| Mischief::Answers(endpoint, Answer::Never);
    for endpoint in [Endpoint::Description, Endpoint::Keys, Endpoint::Token] {
        talk.provider.does(never(endpoint));
        let company = talk.provider.company();
        let round = tokio::time::timeout(Duration::from_secs(20), talk.round(&company));
        let failed = round.await.expect("ends").expect_err("is down");
        assert_eq!(failed.why, SsoFailure::ProviderDown, "{failed}");
        talk.provider.behaves();
        talk.clock.advance(seconds(5));
        talk.round(&company).await.expect("is up again");
        talk.clock.advance(60 * MINUTE);
    }
}
