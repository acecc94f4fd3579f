//! What Prometheus reads: how far people get when they sign in, how long things take, what waits.
//!
//! Labels have few values: stages, outcomes, route templates. Never a company, an account or a path.

use std::{fmt, sync::Arc, time::Duration};

use app::wire::ProviderKind;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// How far a sign-in got, or what stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignInStage {
    /// An account and a password arrived.
    Started,
    /// The first credential was right.
    CredentialOk,
    CodeOk,
    SignedIn,
    WrongCredentials,
    WrongCode,
    /// Told to wait after wrong passwords.
    Wait,
    /// Told to come back: the queue for password checks was full.
    Busy,
    /// An account was locked by this try.
    Locked,
}

impl SignInStage {
    const ALL: [Self; 9] = [
        Self::Started,
        Self::CredentialOk,
        Self::CodeOk,
        Self::SignedIn,
        Self::WrongCredentials,
        Self::WrongCode,
        Self::Wait,
        Self::Busy,
        Self::Locked,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::CredentialOk => "credential_ok",
            Self::CodeOk => "code_ok",
            Self::SignedIn => "signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::WrongCode => "wrong_code",
            Self::Wait => "wait",
            Self::Busy => "busy",
            Self::Locked => "locked",
        }
    }
}

/// What became of a try to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailOutcome {
    Sent,
    /// It is tried again.
    Late,
    /// The mail server refused it for good.
    Refused,
    /// It ended before the mail server took it.
    Expired,
}

impl MailOutcome {
    const ALL: [Self; 4] = [Self::Sent, Self::Late, Self::Refused, Self::Expired];

    fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Late => "late",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }
}

/// How far a way to a provider led.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SsoStage {
    /// Somebody was sent there, or was to be.
    Started,
    /// The provider said who it is.
    Accepted,
    Failed,
}

impl SsoStage {
    const ALL: [Self; 3] = [Self::Started, Self::Accepted, Self::Failed];

    fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
        }
    }
}

fn provider_word(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Google => "google",
        ProviderKind::Office365 => "office365",
        ProviderKind::Company => "company",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outside {
    provider: &'static str,
    stage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stage {
    stage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
    status: u16,
}

/// Seconds, from what a session check takes to what nobody waits for.
const REQUEST_BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
const HASH_BUCKETS: [f64; 9] = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28];

/// The server's measurements. Clones count into the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    sign_in: Family<Stage, Counter>,
    requests: Family<Route, Histogram>,
    hashing: Histogram,
    hash_queue: Gauge,
    mail: Family<Outcome, Counter>,
    sso: Family<Outside, Counter>,
    sso_added: Histogram,
}

impl Metrics {
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("callgate");
        let sign_in = Family::<Stage, Counter>::default();
        let requests = Family::new_with_constructor(request_histogram as fn() -> Histogram);
        let hashing = Histogram::new(HASH_BUCKETS);
        let hash_queue = Gauge::default();
        let mail = Family::<Outcome, Counter>::default();
        let sso = Family::<Outside, Counter>::default();
        let sso_added = Histogram::new(REQUEST_BUCKETS);
        registry.register(
            "sign_in",
            "Sign-ins by the stage they reached",
            sign_in.clone(),
        );
        registry.register(
            "request_duration_seconds",
            "Answered requests by route template",
            requests.clone(),
        );
        registry.register(
            "hash_duration_seconds",
            "Password checks, from their place in the queue to the verdict",
            hashing.clone(),
        );
        registry.register(
            "hash_queue",
            "Password checks that wait for a thread",
            hash_queue.clone(),
        );
        registry.register(
            "mail",
            "Tries to send a mail by what became of them",
            mail.clone(),
        );
        registry.register(
            "sso",
            "Ways to identity providers by how far they led",
            sso.clone(),
        );
        registry.register(
            "sso_added_seconds",
            "What this server itself takes for an answer of an identity provider, beyond asking the provider",
            sso_added.clone(),
        );
        // A counter that has never counted reads as 0, not as missing.
        for stage in SignInStage::ALL {
            drop(sign_in.get_or_create(&Stage {
                stage: stage.word(),
            }));
        }
        for kind in [
            ProviderKind::Google,
            ProviderKind::Office365,
            ProviderKind::Company,
        ] {
            for stage in SsoStage::ALL {
                drop(sso.get_or_create(&Outside {
                    provider: provider_word(kind),
                    stage: stage.word(),
                }));
            }
        }
        for outcome in MailOutcome::ALL {
            drop(mail.get_or_create(&Outcome {
                outcome: outcome.word(),
            }));
        }
        Self(Arc::new(Inner {
            registry,
            sign_in,
            requests,
            hashing,
            hash_queue,
            mail,
            sso,
            sso_added,
        }))
    }

    pub fn sign_in(&self, stage: SignInStage) {
        self.0
            .sign_in
            .get_or_create(&Stage {
                stage: stage.word(),
            })
            .inc();
    }

    pub fn sso(&self, kind: ProviderKind, stage: SsoStage) {
        self.0
            .sso
            .get_or_create(&Outside {
                provider: provider_word(kind),
                stage: stage.word(),
            })
            .inc();
    }

    /// What an answer of a provider took here, without what the provider was asked meanwhile.
    pub fn sso_took(&self, took: Duration) {
        self.0.sso_added.observe(took.as_secs_f64());
    }

    /// An answered request; `route` is a template like `/api/v1/users/{id}`, never an address.
    pub fn request(&self, method: &'static str, route: String, status: u16, took: Duration) {
        let labels = Route {
            method,
            route,
            status,
        };
        self.0
            .requests
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    pub fn hashed(&self, took: Duration) {
        self.0.hashing.observe(took.as_secs_f64());
    }

    /// How many password checks wait now.
    pub fn hash_queue(&self, waiting: usize) {
        self.0
            .hash_queue
            .set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// So many mails with this outcome.
    pub fn mail(&self, outcome: MailOutcome, count: u64) {
        self.0
            .mail
            .get_or_create(&Outcome {
                outcome: outcome.word(),
            })
            .inc_by(count);
    }

    /// Everything as Prometheus reads it (OpenMetrics text 1.0).
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.0.registry).expect("writing to a string does not fail");
        text
    }
}

fn request_histogram() -> Histogram {
    Histogram::new(REQUEST_BUCKETS)
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_funnel_is_there_before_anybody_signs_in() {
        let metrics = Metrics::new();
        let text = metrics.render();
        for stage in SignInStage::ALL {
            assert!(
                text.contains(&format!(
                    "callgate_sign_in_total{{stage=\"{}\"}} 0",
                    stage.word()
                )),
                "{text}"
            );
        }
        metrics.clone().sign_in(SignInStage::CredentialOk);
        assert!(
            metrics
                .render()
                .contains("callgate_sign_in_total{stage=\"credential_ok\"} 1")
        );
    }

    #[test]
    fn durations_have_route_templates_and_queues_their_length() {
        let metrics = Metrics::new();
        metrics.request(
            "GET",
            "/api/v1/users/{id}".into(),
            200,
            Duration::from_millis(2),
        );
        metrics.hashed(Duration::from_millis(30));
        metrics.hash_queue(7);
        metrics.mail(MailOutcome::Late, 1);
        metrics.sso(ProviderKind::Google, SsoStage::Failed);
        metrics.sso_took(Duration::from_millis(2));
        let text = metrics.render();
        for line in [
            "callgate_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/users/{id}\",status=\"200\"} 1",
            "callgate_hash_duration_seconds_count 1",
            "callgate_hash_queue 7",
            "callgate_mail_total{outcome=\"late\"} 1",
            "callgate_sso_total{provider=\"google\",stage=\"failed\"} 1",
            "callgate_sso_added_seconds_count 1",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }
}
