-- The front door: companies, accounts, attempts, sessions, mail and what happened.
-- Moments are milliseconds since 1970 UTC. Hashes and sealed secrets are blobs.

CREATE TABLE keys_seen (
    number BIGINT PRIMARY KEY,
    fingerprint TEXT NOT NULL
);

CREATE TABLE companies (
    id TEXT PRIMARY KEY,
    alias TEXT NOT NULL UNIQUE,
    instance_alias TEXT UNIQUE,
    name TEXT NOT NULL,
    -- the name without case, accents of width and look-alike letters (UTS 39): unique
    name_skeleton TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    brand TEXT,
    accent TEXT,
    notice TEXT,
    help_name TEXT,
    help_phone TEXT,
    help_email TEXT,
    -- Markdown, or an https address
    terms TEXT,
    privacy TEXT,
    passwords BOOLEAN NOT NULL,
    second_factor TEXT NOT NULL CHECK (second_factor IN ('off', 'optional', 'required')),
    session_total_ms BIGINT NOT NULL,
    session_idle_ms BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE logos (
    company_id TEXT PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    png BYTEA NOT NULL,
    digest TEXT NOT NULL
);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    username TEXT NOT NULL,
    username_folded TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    -- name, username and e-mail, folded, for searching
    search TEXT NOT NULL,
    -- 'expired' is an invitation that ended, not a state of the account
    state TEXT NOT NULL CHECK (state IN ('pending', 'invited', 'bounced', 'enabled', 'disabled', 'sso_only')),
    agent BOOLEAN NOT NULL,
    admin BOOLEAN NOT NULL,
    language TEXT,
    workplace TEXT CHECK (workplace IN ('desk', 'console')),
    password_hash TEXT,
    -- characters; a password shorter than today's policy is changed at the next sign-in
    password_length BIGINT,
    -- a temporary password must be changed at its first use and ends at this moment
    password_temporary_until BIGINT,
    -- rises with every change of password, factor, role or e-mail, with reset and disabling
    security_version BIGINT NOT NULL DEFAULT 1,
    code_failures BIGINT NOT NULL DEFAULT 0,
    locked_at BIGINT,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (company_id, username_folded),
    UNIQUE (company_id, email_folded)
);

CREATE INDEX accounts_email ON accounts (email_folded);
CREATE INDEX accounts_state ON accounts (company_id, state);
CREATE INDEX accounts_name ON accounts (company_id, name, id);

-- The ways in which an account gives its second proof; more kinds will come.
CREATE TABLE factors (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (account_id, kind)
);

CREATE TABLE browsers (
    id TEXT PRIMARY KEY,
    cookie_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- A browser that has completed a sign-in for an account, or was made known by a mailed link.
CREATE TABLE known_browsers (
    browser_id TEXT NOT NULL REFERENCES browsers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (browser_id, account_id)
);

CREATE INDEX known_browsers_account ON known_browsers (account_id, last_used_at);

-- Wrong passwords, by a keyed hash of what was typed.
CREATE TABLE throttles (
    key BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX throttles_expiry ON throttles (expires_at);

CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    cookie_hash BYTEA NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version BIGINT NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('code', 'change_password')),
    method TEXT,
    next TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE INDEX attempts_account ON attempts (account_id);
CREATE INDEX attempts_expiry ON attempts (expires_at);

CREATE TABLE email_codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    mail_id TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX email_codes_account ON email_codes (account_id, sent_at);
CREATE INDEX email_codes_attempt ON email_codes (attempt_id, sent_at);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    cookie_hash BYTEA NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    idle_ms BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- when identity was last proven in full
    proved_at BIGINT NOT NULL,
    ended_at BIGINT,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
);

CREATE INDEX sessions_account ON sessions (account_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- One-time links; consumed only by the request that does what they are for.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'browser')),
    token_hash BYTEA NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE INDEX links_account ON links (account_id, kind, created_at);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    -- recipient and contents, sealed; erased on delivery
    sealed BYTEA,
    created_at BIGINT NOT NULL,
    -- never sent after this moment
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    -- when it is tried next; a sender claims a mail by moving this forward
    due_at BIGINT NOT NULL,
    sent_at BIGINT,
    failed_at BIGINT,
    error TEXT
);

CREATE INDEX outbox_due ON outbox (due_at) WHERE sealed IS NOT NULL;

CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    company_id TEXT REFERENCES companies (id) ON DELETE CASCADE,
    -- whom it is about
    account_id TEXT,
    -- who did it, when somebody else did
    actor_id TEXT,
    kind TEXT NOT NULL,
    reason TEXT,
    reference TEXT NOT NULL,
    address TEXT NOT NULL
);

CREATE INDEX audit_events_account ON audit_events (account_id, at);
CREATE INDEX audit_events_company ON audit_events (company_id, at);
