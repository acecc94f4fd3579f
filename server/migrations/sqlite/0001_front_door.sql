-- The front door: companies, accounts, attempts, sessions, mail and what happened.
-- Moments are milliseconds since 1970 UTC. Hashes and sealed secrets are blobs.

CREATE TABLE keys_seen (
    number INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL
) STRICT;

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
    passwords INTEGER NOT NULL,
    second_factor TEXT NOT NULL CHECK (second_factor IN ('off', 'optional', 'required')),
    session_total_ms INTEGER NOT NULL,
    session_idle_ms INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE logos (
    company_id TEXT PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    png BLOB NOT NULL,
    digest TEXT NOT NULL
) STRICT;

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
    agent INTEGER NOT NULL,
    admin INTEGER NOT NULL,
    language TEXT,
    workplace TEXT CHECK (workplace IN ('desk', 'console')),
    password_hash TEXT,
    -- characters; a password shorter than today's policy is changed at the next sign-in
    password_length INTEGER,
    -- a temporary password must be changed at its first use and ends at this moment
    password_temporary_until INTEGER,
    -- rises with every change of password, factor, role or e-mail, with reset and disabling
    security_version INTEGER NOT NULL DEFAULT 1,
    code_failures INTEGER NOT NULL DEFAULT 0,
    locked_at INTEGER,
    last_sign_in_at INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (company_id, username_folded),
    UNIQUE (company_id, email_folded)
) STRICT;

CREATE INDEX accounts_email ON accounts (email_folded);
CREATE INDEX accounts_state ON accounts (company_id, state);
CREATE INDEX accounts_name ON accounts (company_id, name, id);

-- The ways in which an account gives its second proof; more kinds will come.
CREATE TABLE factors (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    UNIQUE (account_id, kind)
) STRICT;

CREATE TABLE browsers (
    id TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

-- A browser that has completed a sign-in for an account, or was made known by a mailed link.
CREATE TABLE known_browsers (
    browser_id TEXT NOT NULL REFERENCES browsers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (browser_id, account_id)
) STRICT;

CREATE INDEX known_browsers_account ON known_browsers (account_id, last_used_at);

-- Wrong passwords, by a keyed hash of what was typed.
CREATE TABLE throttles (
    key BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    wait_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX throttles_expiry ON throttles (expires_at);

CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('code', 'change_password')),
    method TEXT,
    next TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE INDEX attempts_account ON attempts (account_id);
CREATE INDEX attempts_expiry ON attempts (expires_at);

CREATE TABLE email_codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    attempt_id TEXT NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    mail_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX email_codes_account ON email_codes (account_id, sent_at);
CREATE INDEX email_codes_attempt ON email_codes (attempt_id, sent_at);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- when identity was last proven in full
    proved_at INTEGER NOT NULL,
    ended_at INTEGER,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_account ON sessions (account_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- One-time links; consumed only by the request that does what they are for.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'browser')),
    token_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

CREATE INDEX links_account ON links (account_id, kind, created_at);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    -- recipient and contents, sealed; erased on delivery
    sealed BLOB,
    created_at INTEGER NOT NULL,
    -- never sent after this moment
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    -- when it is tried next; a sender claims a mail by moving this forward
    due_at INTEGER NOT NULL,
    sent_at INTEGER,
    failed_at INTEGER,
    error TEXT
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at) WHERE sealed IS NOT NULL;

CREATE TABLE audit_events (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    company_id TEXT REFERENCES companies (id) ON DELETE CASCADE,
    -- whom it is about
    account_id TEXT,
    -- who did it, when somebody else did
    actor_id TEXT,
    kind TEXT NOT NULL,
    reason TEXT,
    reference TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;

CREATE INDEX audit_events_account ON audit_events (account_id, at);
CREATE INDEX audit_events_company ON audit_events (company_id, at);
