-- Single sign-on: a company's outside identity providers, who is bound to which identity there, and sign-ins that are
-- under way there.

-- At most one provider of each kind for a company.
CREATE TABLE providers (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('google', 'office365', 'company')),
    -- as people read it, where it is the company's own
    name TEXT NOT NULL,
    -- of the company's own; those of Google and Office 365 are the operator's business
    issuer TEXT,
    -- both none: the client that the operator offers to all companies
    client_id TEXT,
    -- sealed
    secret BYTEA,
    -- Google: hosted domains. Office 365: tenant ids. Separated by spaces; empty: any, which matches nobody by e-mail
    members TEXT NOT NULL DEFAULT '',
    -- whether the company's own second proof is asked after it
    second_factor TEXT NOT NULL DEFAULT 'unless_proven' CHECK (second_factor IN ('always', 'unless_proven', 'never')),
    -- whether people who are not known yet get an account, as agents
    creates BOOLEAN NOT NULL DEFAULT FALSE,
    -- whether people see its button
    live BOOLEAN NOT NULL DEFAULT FALSE,
    -- when a test last went through with what is set now
    tested_at BIGINT,
    -- rises with every change, so that two administrators do not overwrite each other
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    UNIQUE (company_id, kind)
);

-- Who is bound to which outside identity: issuer plus subject is the key, and no e-mail address ever is.
CREATE TABLE identities (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- what the person calls themselves there: an e-mail address or a name, for showing only
    shown TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (company_id, issuer, subject),
    UNIQUE (account_id, provider_id)
);
CREATE INDEX identities_provider ON identities (provider_id);

-- A browser that was sent to a provider, and what came back.
CREATE TABLE sso_requests (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    provider_id TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    -- 'sign_in'; 'invitation' by a link; 'connect' and 'prove' within a session; 'test' of an administrator
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'invitation', 'connect', 'prove', 'test')),
    -- the session or link that it serves
    holder TEXT,
    -- of `state`, which is single use
    state_hash BYTEA NOT NULL UNIQUE,
    -- of the cookie of the browser that began it, and alone may end it
    cookie_hash BYTEA NOT NULL,
    -- sealed: nonce, PKCE verifier; later the ID token, for signing out there
    sealed BYTEA NOT NULL,
    -- where the person wanted to go
    next TEXT,
    -- 'waiting' for the provider; 'returned': its answer is being looked at; 'bind': an identity that belongs to nobody
    -- yet; 'done'; 'failed'
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'returned', 'bind', 'done', 'failed')),
    -- of the identity that came back
    issuer TEXT,
    subject TEXT,
    shown TEXT,
    -- JSON: the claims of a test; why it failed
    outcome TEXT,
    -- whether the provider says that a second proof was given there
    second_proof BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sso_requests_cookie ON sso_requests (cookie_hash, created_at);
CREATE INDEX sso_requests_expiry ON sso_requests (expires_at);

-- The outside identity that a sign-in began with or is about to bind.
ALTER TABLE attempts ADD COLUMN sso_request TEXT;
ALTER TABLE attempts ADD COLUMN binds BOOLEAN NOT NULL DEFAULT FALSE;
-- Where the person could sign out as well, and the sealed ID token that says so there.
ALTER TABLE sessions ADD COLUMN provider_id TEXT;
ALTER TABLE sessions ADD COLUMN id_token BYTEA;

-- Domains that were there were vouched for by the operator; others are proven by a TXT record and looked at every day.
ALTER TABLE domains ADD COLUMN vouched BOOLEAN NOT NULL DEFAULT TRUE;
-- when a record was last asked for, and since when it is gone: then the domain matches nobody
ALTER TABLE domains ADD COLUMN checked_at BIGINT;
ALTER TABLE domains ADD COLUMN lost_at BIGINT;

-- Domains that companies say are theirs, with what the TXT record must hold. Kept once proven, for the daily look.
CREATE TABLE domain_claims (
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, domain)
);
