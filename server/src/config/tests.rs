use super::*;

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let mut given = Given::default();
    for (name, value) in file.parse::<toml::Table>().expect("TOML") {
        let value = flat(&name, &value).expect("a plain value");
        given.put(&name, &name, value, Source::File("callgate.toml".into()))?;
    }
    given.put_environment(
        environment
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
    )?;
    let config = Config::read(&given)?;
    config.check()?;
    Ok(Loaded { config, given })
}

#[track_caller]
fn refused(file: &str, environment: &[(&str, &str)]) -> String {
    load(file, environment).expect_err("is refused").to_string()
}

#[test]
fn nothing_needs_to_be_set() {
    let config = Config::defaults();
    assert!(config.check().is_ok());
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.database(), "sqlite://./data/callgate.db");
    assert_eq!(config.keys(), Path::new("./data/keys"));
    assert_eq!(
        config.public_url_at(config.listen).origin(),
        "http://127.0.0.1:3000"
    );
    assert!(config.hash_threads() >= 1);
}

#[test]
fn the_environment_wins_over_the_file() {
    let loaded = load(
        "listen = '127.0.0.1:1'\nregion = 'Europe'",
        &[("CALLGATE_LISTEN", "127.0.0.1:2"), ("PATH", "/bin")],
    )
    .expect("loads");
    assert_eq!(loaded.config.listen.port(), 2);
    let source = |name| loaded.rows().find(|row| row.0 == name).expect("is shown").2;
    assert_eq!(source("listen"), Source::Environment);
    assert_eq!(source("region"), Source::File("callgate.toml".into()));
    assert_eq!(source("data_dir"), Source::Default);
}

#[test]
fn unknown_settings_are_named_with_their_source() {
    assert_eq!(
        refused("listn = '127.0.0.1:1'", &[]),
        "`listn` (callgate.toml) is no setting of Callgate; `callgate config reference` lists them all."
    );
    assert!(refused("", &[("CALLGATE_LISTN", "x")]).starts_with("`CALLGATE_LISTN` (environment)"));
    assert!(refused("", &[("CALLGATE_listen", "127.0.0.1:1")]).contains("CALLGATE_listen"));
    for allowed in NOT_SETTINGS {
        assert!(load("", &[(allowed, "anything")]).is_ok());
    }
}

#[test]
fn wrong_values_are_named_with_what_they_must_be() {
    assert_eq!(
        refused("listen = 'here'", &[]),
        "`listen` (callgate.toml) must be an address and port, like 127.0.0.1:3000, not \"here\"."
    );
    assert_eq!(
        refused("", &[("CALLGATE_ONBOARDING", "yes")]),
        "`CALLGATE_ONBOARDING` (environment) must be `closed`, `approve` or `open`, not \"yes\"."
    );
    for (name, value) in [
        ("LISTEN", "localhost"),
        ("DATA_DIR", ""),
        ("DATABASE_URL", "mysql://host/db"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "postgres://mail.example.com"),
        ("MAIL_FROM", "nobody"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("NETWORKS", "floor 3"),
        ("METRICS_LISTEN", "9100"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("HASH_THREADS", "-1"),
        ("HASH_QUEUE", "0"),
        ("SESSION_TOTAL_MAX", "0h"),
        ("SESSION_IDLE_MIN", "soon"),
        ("ADMIN_CODE_MAX", "never"),
        ("GOOGLE_CLIENT_ID", "two words"),
        ("GOOGLE_ISSUER", "http://accounts.google.com"),
        ("OFFICE365_AUTHORITY", "https://login.example.com/?tenant=1"),
        ("SSO_HOSTS", "https://id.example.com"),
        ("SSO_HOSTS", "id.example.com/realms"),
        ("TRUST_DAYS_MIN", "13"),
        ("TRUST_DAYS_MAX", "91"),
        (
            "REGION",
            "a name that is far too long to be read on a sign-in page",
        ),
    ] {
        let sentence = refused("", &[(&variable(&name.to_lowercase()), value)]);
        assert!(
            sentence.contains(name) && sentence.contains("must be"),
            "{sentence}"
        );
    }
}

#[test]
fn the_public_url_is_https_or_loopback_and_has_no_path() {
    for good in [
        "https://calls.example.com",
        "https://calls.example.com:8443/",
        "http://localhost:3000",
        "http://[::1]:80",
    ] {
        assert!(load("", &[("CALLGATE_PUBLIC_URL", good)]).is_ok(), "{good}");
    }
    for bad in [
        "http://calls.example.com",
        "https://calls.example.com/gate",
        "https://calls.example.com?a=b",
        "https://user@calls.example.com",
        "ftp://localhost",
        "calls.example.com",
    ] {
        assert!(
            refused("", &[("CALLGATE_PUBLIC_URL", bad)]).contains("CALLGATE_PUBLIC_URL"),
            "{bad}"
        );
    }
    let loaded = load("public_url = 'https://Calls.Example.com:443/'", &[]).expect("loads");
    let url = loaded.config.public_url.expect("is set");
    assert_eq!(url.origin(), "https://calls.example.com");
    assert_eq!(url.at("/acme"), "https://calls.example.com/acme");
    assert!(url.is_secure());
}

#[test]
fn rules_over_several_settings() {
    assert!(refused("listen = '0.0.0.0:80'", &[]).contains("`public_url`"));
    assert!(refused("smtp_url = 'smtp://mail'", &[]).contains("`mail_from`"));
    assert!(refused("session_idle_min = '13h'", &[]).contains("`session_idle_min`"));
    assert!(refused("session_total_max = '1m'", &[]).contains("`session_total_min`"));
    assert!(refused("admin_code_min = '2h'", &[]).contains("`admin_code_max`"));
    let days = "invitation_days_min = 7\ninvitation_days_max = 3";
    assert!(refused(days, &[]).contains("`invitation_days_max`"));
    assert!(refused("invitation_days_max = 15", &[]).contains("14"));
    let length = "password_length_min = 20\npassword_length_max = 12";
    assert!(refused(length, &[]).contains("`password_length_max`"));
    assert!(refused("password_length_min = 7", &[]).contains("from 8 to 64"));
    let days = "trust_days_min = 30\ntrust_days_max = 14";
    assert!(refused(days, &[]).contains("`trust_days_min`"));
    assert!(load("trust_days_max = 0", &[]).is_ok());
}

#[test]
fn lists_are_toml_lists_or_have_commas() {
    let loaded = load(
        "networks = ['10.0.0.0/8', '192.0.2.7']",
        &[("CALLGATE_TRUSTED_PROXIES", "::1, 127.0.0.0/8")],
    )
    .expect("loads");
    let shown: BTreeMap<_, _> = loaded.config.shown().into_iter().collect();
    assert_eq!(shown["networks"], "10.0.0.0/8, 192.0.2.7/32");
    assert_eq!(shown["trusted_proxies"], "::1/128, 127.0.0.0/8");
}

#[test]
fn other_regions_are_named_once_each_with_an_address() {
    let shown = |loaded: Loaded| {
        let shown: BTreeMap<_, _> = loaded.config.shown().into_iter().collect();
        shown["regions"].clone()
    };
    let both = "America=https://us.example.com, Europe=http://127.0.0.1:3001";
    let table =
        "regions = { Europe = 'http://127.0.0.1:3001/', America = 'https://us.example.com' }";
    assert_eq!(shown(load(table, &[]).expect("loads")), both);
    assert_eq!(
        shown(load("", &[("CALLGATE_REGIONS", both)]).expect("loads")),
        both
    );
    assert_eq!(shown(load("", &[]).expect("loads")), "");
    for wrong in [
        "Europe",
        "=https://eu.example.com",
        "Europe=eu.example.com",
        "Europe=http://eu.example.com",
        "Europe=https://eu.example.com/gate",
        "Europe=https://user:secret@eu.example.com",
        "Europe=https://eu.example.com, europe=https://eu2.example.com",
        "Europe=https://eu.example.com, America=https://eu.example.com/",
    ] {
        let sentence = refused("", &[("CALLGATE_REGIONS", wrong)]);
        assert!(sentence.contains("CALLGATE_REGIONS"), "{sentence}");
    }
    for (name, value) in [
        ("CALLGATE_REGION", "europe"),
        ("CALLGATE_PUBLIC_URL", "https://eu.example.com"),
    ] {
        let regions = ("CALLGATE_REGIONS", "Europe=https://eu.example.com");
        assert!(refused("", &[regions, (name, value)]).contains("`regions`"));
    }
}

#[test]
fn clients_at_providers_are_an_id_and_a_secret() {
    for kind in ["google", "office365"] {
        for (given, lacking) in [("id", "secret"), ("secret", "id")] {
            let sentence = refused(&format!("{kind}_client_{given} = 'x'"), &[]);
            assert!(
                sentence.contains(&format!("`{kind}_client_{lacking}` (CALLGATE_")),
                "{sentence}"
            );
        }
    }
    let file = "google_client_id = 'callgate'\ngoogle_client_secret = 'hunter2'\n\
                sso_hosts = ['127.0.0.1:8080', 'id.corp.example']";
    let loaded = load(file, &[]).expect("loads");
    let sso = loaded.config.sso();
    let google = sso.google.expect("is offered");
    assert_eq!(google.id, "callgate");
    assert_eq!(google.secret.as_deref(), Some("hunter2"));
    assert!(sso.office365.is_none());
    let shown: BTreeMap<_, _> = loaded.config.shown().into_iter().collect();
    assert_eq!(shown["sso_hosts"], "127.0.0.1:8080, id.corp.example");
    assert_eq!(shown["google_client_secret"], "********");
    assert!(!format!("{loaded:?} {:?}", loaded.config).contains("hunter2"));
}

#[test]
fn passwords_are_never_shown() {
    let loaded = load(
        "mail_from = 'Callgate <gate@example.com>'",
        &[
            (
                "CALLGATE_DATABASE_URL",
                "postgres://gate:hunter2@db/callgate",
            ),
            (
                "CALLGATE_SMTP_URL",
                "smtps://gate:hunter2@mail?password=hunter2",
            ),
        ],
    )
    .expect("loads");
    let shown = format!("{loaded:?} {:?}", loaded.config);
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(
        shown.contains("postgres://gate:********@db/callgate"),
        "{shown}"
    );
    assert_eq!(
        loaded.config.database(),
        "postgres://gate:hunter2@db/callgate"
    );
    assert!(
        !refused("", &[("CALLGATE_DATABASE_URL", "mysql://gate:hunter2@db")]).contains("hunter2")
    );
}

#[test]
fn the_files_that_people_read_name_every_setting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).expect(name);
    assert!(
        read("docs/configuration.md") == reference(),
        "docs/configuration.md is stale: cargo xtask update"
    );
    let example = read("callgate.example.toml");
    for setting in SETTINGS {
        assert!(
            example.contains(&format!("{} = ", setting.name)),
            "callgate.example.toml lacks {}",
            setting.name
        );
    }
    // Without its comment signs, the example is a file that loads.
    let uncommented: String = example
        .lines()
        .filter_map(|line| line.strip_prefix("#").filter(|rest| !rest.starts_with(' ')))
        .map(|line| format!("{line}\n"))
        .collect();
    load(&uncommented, &[]).expect("the example loads");
}
