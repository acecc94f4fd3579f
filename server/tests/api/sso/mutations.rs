//! Everything that a hostile or broken provider may do, one at a time, and what people are told of it. After each, an
//! honest round goes through: nothing is poisoned.

use app::wire::{ProblemCode, ProviderKind, SsoFailure as Why};
use serde_json::{Value, json};
use server::{clock::Moment, sso::Asked};

use super::{
    protocol::Talk,
    world::{World, begin, reason},
};
use crate::{
    harness::{ACME, HOUR, MINUTE, START, seconds},
    provider::{Answer, CLIENT, Endpoint, Login, Mischief},
};

/// What is done, and what comes of it.
fn table(now: Moment) -> Vec<(Mischief, Why)> {
    use Endpoint::{Description, Keys, Token, Userinfo};
    use Mischief::{Answers, AnswersAs, Claim, Denies, Describes, NoClaim, Refuses};
    let now = now.0 / 1000;
    let long = "s".repeat(256);
    let elsewhere = "https://169.254.169.254/latest/meta-data";
    let mut table = vec![
        (Mischief::WrongKey, Why::Untrusted),
        (Mischief::UnknownKey, Why::Untrusted),
        (Mischief::AlgNone, Why::Untrusted),
        (Mischief::Hs256WithPublicKey, Why::Untrusted),
        (Mischief::Hs256WithClientSecret, Why::Untrusted),
        (Mischief::NoToken, Why::Untrusted),
        // Whose, and for whom.
        (Claim("iss", json!("https://evil.example")), Why::Untrusted),
        (NoClaim("iss"), Why::Untrusted),
        (Claim("aud", json!("another client")), Why::Untrusted),
        (Claim("aud", json!([])), Why::Untrusted),
        (NoClaim("aud"), Why::Untrusted),
        // Several audiences need a party, which must be this server.
        (Claim("aud", json!([CLIENT, "another"])), Why::Untrusted),
        (Claim("azp", json!("another client")), Why::Untrusted),
        (Claim("nonce", json!("another browser's")), Why::Untrusted),
        (NoClaim("nonce"), Why::Untrusted),
        (Claim("sub", json!("")), Why::Untrusted),
        (Claim("sub", json!(long)), Why::Untrusted),
        (Claim("sub", json!("alice\u{0}")), Why::Untrusted),
        (Claim("sub", json!(7)), Why::Untrusted),
        (NoClaim("sub"), Why::Untrusted),
        // When.
        (Claim("exp", json!(now - 61)), Why::ClockWrong),
        (Claim("exp", json!("tomorrow")), Why::Untrusted),
        (NoClaim("exp"), Why::Untrusted),
        (Claim("iat", json!(now + 61)), Why::ClockWrong),
        (Claim("iat", json!(now - 3600)), Why::ClockWrong),
        (NoClaim("iat"), Why::Untrusted),
        (Claim("nbf", json!(now + 61)), Why::ClockWrong),
        // Mixed up with another provider (RFC 9207).
        (AnswersAs(Some("https://evil.example")), Why::Untrusted),
        (AnswersAs(None), Why::Untrusted),
        (Mischief::UserinfoOfAnother, Why::Untrusted),
        // The description points elsewhere.
        (
            Describes("issuer", json!("https://evil.example")),
            Why::Untrusted,
        ),
        (Describes("issuer", json!(null)), Why::ProviderDown),
        (Describes("token_endpoint", json!(null)), Why::ProviderDown),
        (Describes("jwks_uri", json!(null)), Why::ProviderDown),
        // What a person is told.
        (Denies("access_denied", ""), Why::Refused),
        (
            Denies("consent_required", "AADSTS65001: nobody consented"),
            Why::AdminConsentMissing,
        ),
        (
            Denies("access_denied", "AADSTS50020: of another tenant"),
            Why::OtherCompany,
        ),
        (
            Denies("invalid_request", "AADSTS50011: unknown redirect URI"),
            Why::SetUpWrong,
        ),
        (Denies("temporarily_unavailable", ""), Why::ProviderDown),
        (
            Refuses(Token, 401, "invalid_client", "AADSTS7000222: expired"),
            Why::ClientRefused,
        ),
        (
            Refuses(Token, 400, "unauthorized_client", ""),
            Why::ClientRefused,
        ),
        (Refuses(Token, 400, "invalid_grant", ""), Why::Over),
        (Refuses(Token, 400, "invalid_request", ""), Why::SetUpWrong),
        (
            Refuses(Userinfo, 401, "invalid_token", ""),
            Why::ProviderDown,
        ),
    ];
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "pushed_authorization_request_endpoint",
    ] {
        for address in [
            "http://id.example.com/x",
            "https://localhost/x",
            "https://10.0.0.1/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://user:secret@id.example.com/x",
            elsewhere,
        ] {
            table.push((Describes(endpoint, json!(address)), Why::SetUpWrong));
        }
    }
    for endpoint in [Description, Keys, Token, Userinfo] {
        for answer in [
            Answer::Huge,
            Answer::NotJson,
            Answer::Status(500),
            Answer::Status(404),
            Answer::Redirect(elsewhere),
            Answer::Redirect("http://127.0.0.1:1/"),
        ] {
            table.push((Answers(endpoint, answer), Why::ProviderDown));
        }
    }
    table
}

#[tokio::test]
async fn nobody_is_known_by_an_answer_that_is_not_right() {
    let talk = Talk::start().await;
    talk.provider.tells_in_userinfo_only();
    let company = talk.provider.company();
    let mut wrong = Vec::new();
    for (mischief, why) in table(START) {
        talk.provider.does(mischief.clone());
        // What is remembered of the provider is read anew for each.
        let talk = Talk {
            sso: talk.provider.sso(),
            provider: talk.provider.clone(),
            clock: talk.clock.clone(),
            entropy: talk.entropy.clone(),
        };
        match talk.round(&company).await {
            Ok(identity) => wrong.push(format!("{mischief:?} let in {}", identity.subject)),
            Err(failed) if failed.why != why => {
                wrong.push(format!("{mischief:?} is {failed} instead of {why:?}"));
            }
            Err(failed) => assert!(!failed.detail.is_empty(), "{mischief:?}"),
        }
        talk.provider.behaves();
        talk.clock.advance(seconds(5));
        if let Err(failed) = talk.round(&company).await {
            wrong.push(format!("after {mischief:?}, honest people: {failed}"));
        }
        talk.clock.set(START);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same over the API: nobody who comes back with such an answer is signed in, and each is told why.
#[tokio::test]
async fn nobody_is_let_in_by_an_answer_that_is_not_right() {
    const COMPANY: ProviderKind = ProviderKind::Company;
    let world = World::start().await;
    world.provider.tells_in_userinfo_only();
    let provider = world.offer(COMPANY).await;
    world.bound("alice", &provider, Login::of("alice")).await;
    let sessions = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    let before = world.server.number(sessions).await;

    for row in 0..table(START).len() {
        // By then the description that is remembered is read anew.
        world.server.advance(HOUR);
        let (mischief, why) = table(world.server.clock.now()).swap_remove(row);
        world.provider.does(mischief.clone());
        let browser = world.server.browser();
        let begun = begin(&browser, ACME, COMPANY).await;
        if begun.status == 200 {
            let path = world.come_back(&browser, &begun.json()).await;
            let told = reason(&path);
            assert_eq!(told, format!("sso_{}", why.name()), "{mischief:?}");
        } else {
            let problem = begun.problem(ProblemCode::SsoFailed);
            assert_eq!(problem.sso, Some(why), "{mischief:?}");
        }
        browser.session().await.signed_out();
    }
    assert_eq!(world.server.number(sessions).await, before);

    world.provider.behaves();
    world.server.advance(HOUR);
    let browser = world.server.browser();
    let path = world.round(&browser, ACME, COMPANY).await;
    assert_eq!(path, "/acme/desk");
}

/// What looks odd and is right nevertheless.
#[tokio::test]
async fn what_is_allowed_is_let_in() {
    let talk = Talk::start().await;
    let company = talk.provider.company();
    let now = START.0 / 1000;
    let odd: [(&'static str, Value); 10] = [
        ("aud", json!([CLIENT])),
        ("azp", json!(CLIENT)),
        // Clocks differ a little, and Microsoft dates back by five minutes.
        ("exp", json!(now - 59)),
        ("iat", json!(now + 59)),
        ("iat", json!(now - 300)),
        ("iat", json!(now as f64 - 0.5)),
        ("sub", json!("s".repeat(255))),
        // Others' notions of booleans and times.
        ("email_verified", json!("true")),
        ("updated_at", json!("2026-03-02T08:00:00.000Z")),
        ("locale", json!("de_DE")),
    ];
    for (name, value) in odd {
        talk.provider.does(Mischief::Claim(name, value.clone()));
        let identity = talk.round(&company).await;
        let identity = identity.unwrap_or_else(|failed| panic!("{name} {value}: {failed}"));
        assert!(identity.email_vouched, "{name} {value}");
    }
    // Several audiences, with the party that says for whom.
    talk.provider
        .log_in(Login::of("alice").claim("azp", CLIENT));
    let audiences = Mischief::Claim("aud", json!([CLIENT, "another"]));
    talk.provider.does(audiences);
    talk.round(&company).await.expect("is for this server");
}

#[tokio::test]
async fn a_pushed_request_that_is_refused_is_told_before_anybody_leaves() {
    let talk = Talk::start().await;
    talk.provider.takes_pushed_requests();
    let company = talk.provider.company();
    let refuses = |status, error, description| {
        Mischief::Refuses(Endpoint::Pushed, status, error, description)
    };
    for (mischief, why) in [
        (refuses(401, "invalid_client", ""), Why::ClientRefused),
        (
            refuses(400, "invalid_request", "unknown redirect_uri"),
            Why::SetUpWrong,
        ),
        (
            Mischief::Answers(Endpoint::Pushed, Answer::Status(500)),
            Why::ProviderDown,
        ),
        (
            Mischief::Answers(Endpoint::Pushed, Answer::NotJson),
            Why::ProviderDown,
        ),
        (
            Mischief::Answers(Endpoint::Pushed, Answer::Huge),
            Why::ProviderDown,
        ),
    ] {
        talk.provider.does(mischief.clone());
        let failed = talk.send(&company, Asked::default()).await;
        let failed = failed
            .err()
            .unwrap_or_else(|| panic!("{mischief:?} is taken"));
        assert_eq!(failed.why, why, "{mischief:?}: {failed}");
    }
}

/// An administrator who changes the provider while somebody is there does not take their answer for another's.
#[tokio::test]
async fn an_answer_counts_for_the_provider_that_was_asked() {
    let (asked, other) = (Talk::start().await, Talk::start().await);
    let (kept, back) = asked
        .send(&asked.provider.company(), Asked::default())
        .await
        .expect("is sent");
    let failed = other.receive(&other.provider.company(), &kept, &back).await;
    assert_eq!(failed.expect_err("is another").why, Why::Over);
    assert_eq!(
        other.provider.asked(Endpoint::Token),
        0,
        "no code goes there"
    );

    // Nor a code that another provider gave out in an answer to this one's request.
    let mut swapped = kept.clone();
    swapped.issuer = other.provider.issuer();
    let failed = other
        .receive(&other.provider.company(), &swapped, &back)
        .await;
    assert_eq!(failed.expect_err("is another's").why, Why::Untrusted);
    assert_eq!(
        other.provider.asked(Endpoint::Token),
        0,
        "no code goes there"
    );

    asked.clock.advance(MINUTE);
    let known = asked.receive(&asked.provider.company(), &kept, &back).await;
    known.expect("the right one still takes it");
}
