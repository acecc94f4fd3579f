-- Every second factor and every way back in: authenticator apps, backup codes, trust, resets, policy.

-- What a company asks of its people beside their passwords.
ALTER TABLE companies ADD COLUMN second_factor_from INTEGER;
-- the ways that people may set up, separated by spaces
ALTER TABLE companies ADD COLUMN methods TEXT NOT NULL DEFAULT 'email app';
-- the choices of "Don't ask again", in days, separated by spaces
ALTER TABLE companies ADD COLUMN trust_days TEXT NOT NULL DEFAULT '';
-- for whom no e-mail codes, no trust and eight-hour sessions
ALTER TABLE companies ADD COLUMN strict TEXT NOT NULL DEFAULT 'nobody' CHECK (strict IN ('nobody', 'admins', 'everyone'));
-- how long a backup code from an administrator can be used
ALTER TABLE companies ADD COLUMN admin_code_ms INTEGER NOT NULL DEFAULT 900000;

-- A password was replaced by a mailed link: until another way was proven, a mailed code proves nothing more.
ALTER TABLE accounts ADD COLUMN reset_by_mail_at INTEGER;
ALTER TABLE accounts ADD COLUMN password_changed_at INTEGER;

-- A person may have several ways of a kind, like an app on each of two phones.
CREATE TABLE factors_new (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- what the person calls the device
    name TEXT,
    -- sealed; an authenticator app's secret
    secret BLOB,
    -- the newest time step of an authenticator app whose code was used
    last_step INTEGER,
    -- a step to come whose code was refused, because the phone's clock is ahead; it stays refused
    refused_step INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
INSERT INTO factors_new (id, account_id, kind, created_at, last_used_at)
    SELECT id, account_id, kind, created_at, last_used_at FROM factors;
DROP TABLE factors;
ALTER TABLE factors_new RENAME TO factors;
CREATE INDEX factors_account ON factors (account_id, kind);
CREATE UNIQUE INDEX factors_email ON factors (account_id) WHERE kind = 'email';

-- A way that is being set up, by a sign-in under way or by a session; it counts once it was verified.
CREATE TABLE enrolments (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- the attempt or the session that began it, and may go on with it
    holder TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- sealed; an authenticator app's secret
    secret BLOB,
    -- wrong codes so far
    failures INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX enrolments_account ON enrolments (account_id, created_at);
CREATE INDEX enrolments_expiry ON enrolments (expires_at);

-- Backup codes come in sets; a set counts once one of its codes was typed back. An administrator's
-- code is a set of one that ends soon.
CREATE TABLE backup_sets (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'admin')),
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    expires_at INTEGER
) STRICT;
CREATE INDEX backup_sets_account ON backup_sets (account_id, kind);
-- what is cleared away: sets that never counted, and those that end by themselves
CREATE INDEX backup_sets_ending ON backup_sets (created_at) WHERE confirmed_at IS NULL OR expires_at IS NOT NULL;

CREATE TABLE backup_codes (
    id TEXT PRIMARY KEY,
    set_id TEXT NOT NULL REFERENCES backup_sets (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    used_at INTEGER,
    UNIQUE (account_id, code_hash)
) STRICT;
CREATE INDEX backup_codes_set ON backup_codes (set_id);

-- "Don't ask again": this browser, this account, until then.
CREATE TABLE trusts (
    id TEXT PRIMARY KEY,
    browser_id TEXT NOT NULL REFERENCES browsers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    days INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (account_id, browser_id)
) STRICT;
CREATE INDEX trusts_browser ON trusts (browser_id);
CREATE INDEX trusts_expiry ON trusts (expires_at);

-- Who asked for a new password, known or not, until a job has looked: the request itself costs the same.
CREATE TABLE reset_requests (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    -- sealed: what was typed, and the language of the page
    sealed BLOB NOT NULL,
    reference TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reset_requests_age ON reset_requests (created_at);

-- Links may be for a new password, sign-ins may be at setting up a second way.
CREATE TABLE links_new (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'browser', 'reset')),
    token_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO links_new (id, kind, token_hash, account_id, security_version, created_at, expires_at, used_at)
    SELECT id, kind, token_hash, account_id, security_version, created_at, expires_at, used_at FROM links;
DROP TABLE links;
ALTER TABLE links_new RENAME TO links;
CREATE INDEX links_account ON links (account_id, kind, created_at);

CREATE TABLE attempts_new (
    id TEXT PRIMARY KEY,
    cookie_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('code', 'change_password', 'set_up', 'backup_codes')),
    -- the way that is asked now; none: the account's own first one
    method TEXT,
    -- the way that was proven before something is set up
    proven_with TEXT,
    -- the days of "Don't ask again" that were chosen, kept until the session is made
    trust_days INTEGER,
    next TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
INSERT INTO attempts_new (id, cookie_hash, account_id, security_version, step, method, next, created_at, expires_at, finished_at)
    SELECT id, cookie_hash, account_id, security_version, step, method, next, created_at, expires_at, finished_at FROM attempts;
CREATE TABLE email_codes_new (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    attempt_id TEXT REFERENCES attempts_new (id) ON DELETE CASCADE,
    -- for a mailbox that is being set up within a session
    enrolment_id TEXT REFERENCES enrolments (id) ON DELETE SET NULL,
    code_hash BLOB NOT NULL,
    mail_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO email_codes_new (id, account_id, attempt_id, code_hash, mail_id, sent_at, expires_at)
    SELECT id, account_id, attempt_id, code_hash, mail_id, sent_at, expires_at FROM email_codes;
DROP TABLE email_codes;
DROP TABLE attempts;
ALTER TABLE attempts_new RENAME TO attempts;
ALTER TABLE email_codes_new RENAME TO email_codes;
CREATE INDEX attempts_account ON attempts (account_id);
CREATE INDEX attempts_expiry ON attempts (expires_at);
CREATE INDEX email_codes_account ON email_codes (account_id, sent_at);
CREATE INDEX email_codes_attempt ON email_codes (attempt_id, sent_at);
-- those of set-ups, which nothing takes along when it is cleared away
CREATE INDEX email_codes_loose ON email_codes (sent_at) WHERE attempt_id IS NULL;

-- The audit log's own page: a company's events of a kind, by time. Of one expression, so that SQLite, which knows
-- nothing of the numbers yet, does not take the index of all kinds for as good.
CREATE INDEX audit_events_kind ON audit_events ((company_id || ' ' || kind), at);
-- What somebody did to others, by time.
CREATE INDEX audit_events_actor ON audit_events (actor_id, at) WHERE actor_id IS NOT NULL;
