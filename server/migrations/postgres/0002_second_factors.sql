-- Every second factor and every way back in: authenticator apps, backup codes, trust, resets, policy.

-- What a company asks of its people beside their passwords.
ALTER TABLE companies ADD COLUMN second_factor_from BIGINT;
-- the ways that people may set up, separated by spaces
ALTER TABLE companies ADD COLUMN methods TEXT NOT NULL DEFAULT 'email app';
-- the choices of "Don't ask again", in days, separated by spaces
ALTER TABLE companies ADD COLUMN trust_days TEXT NOT NULL DEFAULT '';
-- for whom no e-mail codes, no trust and eight-hour sessions
ALTER TABLE companies ADD COLUMN strict TEXT NOT NULL DEFAULT 'nobody' CHECK (strict IN ('nobody', 'admins', 'everyone'));
-- how long a backup code from an administrator can be used
ALTER TABLE companies ADD COLUMN admin_code_ms BIGINT NOT NULL DEFAULT 900000;

-- A password was replaced by a mailed link: until another way was proven, a mailed code proves nothing more.
ALTER TABLE accounts ADD COLUMN reset_by_mail_at BIGINT;
ALTER TABLE accounts ADD COLUMN password_changed_at BIGINT;

-- A person may have several ways of a kind, like an app on each of two phones.
ALTER TABLE factors DROP CONSTRAINT factors_account_id_kind_key;
-- what the person calls the device
ALTER TABLE factors ADD COLUMN name TEXT;
-- sealed; an authenticator app's secret
ALTER TABLE factors ADD COLUMN secret BYTEA;
-- the newest time step of an authenticator app whose code was used
ALTER TABLE factors ADD COLUMN last_step BIGINT;
-- a step to come whose code was refused, because the phone's clock is ahead; it stays refused
ALTER TABLE factors ADD COLUMN refused_step BIGINT;
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
    secret BYTEA,
    -- wrong codes so far
    failures BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX enrolments_account ON enrolments (account_id, created_at);
CREATE INDEX enrolments_expiry ON enrolments (expires_at);

-- Backup codes come in sets; a set counts once one of its codes was typed back. An administrator's
-- code is a set of one that ends soon.
CREATE TABLE backup_sets (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('own', 'admin')),
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    expires_at BIGINT
);
CREATE INDEX backup_sets_account ON backup_sets (account_id, kind);
-- what is cleared away: sets that never counted, and those that end by themselves
CREATE INDEX backup_sets_ending ON backup_sets (created_at) WHERE confirmed_at IS NULL OR expires_at IS NOT NULL;

CREATE TABLE backup_codes (
    id TEXT PRIMARY KEY,
    set_id TEXT NOT NULL REFERENCES backup_sets (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    UNIQUE (account_id, code_hash)
);
CREATE INDEX backup_codes_set ON backup_codes (set_id);

-- "Don't ask again": this browser, this account, until then.
CREATE TABLE trusts (
    id TEXT PRIMARY KEY,
    browser_id TEXT NOT NULL REFERENCES browsers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version BIGINT NOT NULL,
    days BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (account_id, browser_id)
);
CREATE INDEX trusts_browser ON trusts (browser_id);
CREATE INDEX trusts_expiry ON trusts (expires_at);

-- Who asked for a new password, known or not, until a job has looked: the request itself costs the same.
CREATE TABLE reset_requests (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    -- sealed: what was typed, and the language of the page
    sealed BYTEA NOT NULL,
    reference TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reset_requests_age ON reset_requests (created_at);

-- Links may be for a new password, sign-ins may be at setting up a second way.
ALTER TABLE links DROP CONSTRAINT links_kind_check;
ALTER TABLE links ADD CONSTRAINT links_kind_check CHECK (kind IN ('invitation', 'browser', 'reset'));

ALTER TABLE attempts DROP CONSTRAINT attempts_step_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_step_check
    CHECK (step IN ('code', 'change_password', 'set_up', 'backup_codes'));
-- the way that was proven before something is set up
ALTER TABLE attempts ADD COLUMN proven_with TEXT;
-- the days of "Don't ask again" that were chosen, kept until the session is made
ALTER TABLE attempts ADD COLUMN trust_days BIGINT;

-- for a mailbox that is being set up within a session
ALTER TABLE email_codes ADD COLUMN enrolment_id TEXT REFERENCES enrolments (id) ON DELETE SET NULL;
ALTER TABLE email_codes ALTER COLUMN attempt_id DROP NOT NULL;
-- those of set-ups, which nothing takes along when it is cleared away
CREATE INDEX email_codes_loose ON email_codes (sent_at) WHERE attempt_id IS NULL;

-- The audit log's own page: a company's events of a kind, by time. Of one expression, so that SQLite, which knows
-- nothing of the numbers yet, does not take the index of all kinds for as good.
CREATE INDEX audit_events_kind ON audit_events ((company_id || ' ' || kind), at);
-- What somebody did to others, by time.
CREATE INDEX audit_events_actor ON audit_events (actor_id, at) WHERE actor_id IS NOT NULL;
