//! What a company decides about its invitations.

use app::wire::{InvitationOverview, ProblemCode, UserStatus, WelcomeStyle};
use serde_json::json;
use server::config::PolicyBounds;

use super::{
    decide, each_server, invite, last_reason, look, mailed_link, pending, settings, status,
    with_ada,
};
use crate::harness::{ACME, HOUR, MINUTE, Setup, TestServer, seconds};

#[tokio::test]
async fn a_company_decides_how_long_links_live() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let before = settings(&admin).await;
        assert_eq!(before.policy.days, 1);
        assert_eq!(before.policy.welcome, WelcomeStyle::Link);
        assert_eq!((before.fewest_days, before.most_days), (1, 14));
        let answer = decide(&admin, 14, "link").await;
        let after: InvitationOverview = answer.json();
        assert_eq!(after.policy.version, before.policy.version + 1);
        let link = &after.previews[0];
        assert_eq!(link.welcome, WelcomeStyle::Link);
        assert_eq!(link.subject, "Set your password for ACME Contact Centre");
        for fact in ["until 16 March at 09:00", "Login Username: ada", "••••"] {
            assert!(link.text.contains(fact), "{fact}\n{}", link.text);
        }
        assert!(after.previews[1].text.contains("ends on 3 March at 09:00"));
        assert_eq!(
            last_reason(&admin, "company.settings").await.as_deref(),
            Some("invitation_days 1 → 14")
        );
        let ines = pending(server, ACME, "ines").await;
        invite(&admin, &ines).await.assert_status(200);
        let token = mailed_link(server, &ines).await;
        server.advance(14 * 24 * HOUR - seconds(1));
        look(server, &token).await.assert_status(200);
        server.advance(seconds(1));
        look(server, &token).await.problem(ProblemCode::LinkExpired);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_decided_changes_nothing() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let before = settings(&admin).await.policy;
        let version = before.version;
        for (wanted, status) in [
            (
                json!({"version": version, "days": 0, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 15, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 65_536, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": -1, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 1.5, "welcome": "link"}),
                400,
            ),
            (
                json!({"version": version, "days": 2, "welcome": "pigeon"}),
                400,
            ),
            (json!({"version": version, "days": 2}), 400),
            (json!({"days": 2, "welcome": "link"}), 400),
            (
                json!({"version": version, "days": 2, "welcome": "link", "x": 1}),
                400,
            ),
            (
                json!({"version": version + 1, "days": 2, "welcome": "link"}),
                409,
            ),
            (json!({"version": 0, "days": 2, "welcome": "link"}), 409),
        ] {
            admin
                .put("company/invitations", wanted.clone())
                .await
                .assert_status(status)
                .any_problem();
            assert_eq!(settings(&admin).await.policy, before, "{wanted}");
        }
        assert_eq!(last_reason(&admin, "company.settings").await, None);
        // The same again is nothing new.
        decide(&admin, 1, "link").await.assert_status(200);
        assert_eq!(settings(&admin).await.policy, before);
        server.advance(11 * MINUTE);
        decide(&admin, 2, "link")
            .await
            .assert_status(403)
            .problem(ProblemCode::FreshProofNeeded);
    })
    .await;
}

#[tokio::test]
async fn of_two_administrators_the_second_is_told() {
    each_server(async |server| {
        let admin = with_ada(server).await;
        let version = settings(&admin).await.policy.version;
        let first = json!({"version": version, "days": 3, "welcome": "link"});
        let second = json!({"version": version, "days": 1, "welcome": "temporary_password"});
        let answers = futures::future::join(
            admin.put("company/invitations", first),
            admin.put("company/invitations", second),
        );
        let (one, two) = answers.await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let after = settings(&admin).await.policy;
        assert_eq!(after.version, version + 1);
        assert!(
            matches!(
                (after.days, after.welcome),
                (3, WelcomeStyle::Link) | (1, WelcomeStyle::TemporaryPassword)
            ),
            "{after:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_operator_draws_the_bounds_and_what_was_decided_before_may_stay() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    decide(&admin, 14, "link").await.assert_status(200);
    let closer = Setup {
        policy_bounds: PolicyBounds {
            invitation_days: (2, 7),
            ..PolicyBounds::default()
        },
        ..Setup::default()
    };
    let later = TestServer::at(&server.database_url(), closer).await;
    let admin = admin.at(&later);
    let now = settings(&admin).await;
    assert_eq!((now.fewest_days, now.most_days), (2, 7));
    decide(&admin, 14, "temporary_password")
        .await
        .assert_status(200);
    for days in [1, 8, 13] {
        decide(&admin, days, "link").await.assert_status(400);
    }
    decide(&admin, 7, "link").await.assert_status(200);
}

#[tokio::test]
async fn without_passwords_there_are_no_temporary_ones() {
    let server = TestServer::start().await;
    let admin = with_ada(&server).await;
    server
        .change("UPDATE companies SET passwords = FALSE")
        .await;
    assert!(!settings(&admin).await.passwords);
    decide(&admin, 1, "temporary_password")
        .await
        .assert_status(400)
        .problem(ProblemCode::InvalidRequest);
    // Decided before: a link all the same.
    server
        .change("UPDATE companies SET welcome = 'temporary_password'")
        .await;
    let ines = pending(&server, ACME, "ines").await;
    assert_eq!(status(&invite(&admin, &ines).await), UserStatus::Invited);
}
