-- Amazon Connect: who is who there, the browsers that may say so, and people who ask to join.

-- The person's user in the company's Amazon Connect, as it is written there.
ALTER TABLE accounts ADD COLUMN phone_username TEXT;
ALTER TABLE accounts ADD COLUMN phone_username_folded TEXT;
CREATE UNIQUE INDEX accounts_phone_username ON accounts (company_id, phone_username_folded)
    WHERE phone_username_folded IS NOT NULL;

-- A browser whose word is taken that a Connect user is at it, for one account.
CREATE TABLE bindings (
    id TEXT PRIMARY KEY,
    browser_id TEXT NOT NULL REFERENCES browsers (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    security_version INTEGER NOT NULL,
    -- folded, as it was when it was proven
    phone_username TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (account_id, browser_id)
) STRICT;
CREATE INDEX bindings_browser ON bindings (browser_id);
CREATE INDEX bindings_expiry ON bindings (expires_at);

-- What a browser said about Amazon Connect, until it is proven whose it is.
CREATE TABLE phone_claims (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    -- of the cookie of the browser that said it, and alone may prove it
    cookie_hash BLOB NOT NULL UNIQUE,
    -- as Amazon Connect writes it; none: an invitation was opened, and Secure Login comes next
    username TEXT,
    -- where the person wanted to go
    next TEXT,
    -- whose invitation was opened here, which proves it
    invited TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    -- the mailed code: what was typed (sealed), whom it turned out to be, the code's keyed hash
    typed BLOB,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash BLOB,
    code_asked_at INTEGER,
    code_expires_at INTEGER,
    code_failures INTEGER NOT NULL DEFAULT 0,
    -- of whoever was invited or is mailed a code, as it was then
    security_version INTEGER,
    -- a sign-in goes on with it: nothing else can
    taken INTEGER NOT NULL DEFAULT FALSE,
    asked_to_join INTEGER NOT NULL DEFAULT FALSE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX phone_claims_expiry ON phone_claims (expires_at);

-- Connect users without an account who ask for one.
CREATE TABLE join_requests (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    phone_username TEXT NOT NULL,
    phone_username_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    UNIQUE (company_id, phone_username_folded)
) STRICT;

-- The claim that a sign-in began with or is about to bind.
ALTER TABLE attempts ADD COLUMN phone_claim TEXT;
ALTER TABLE sso_requests ADD COLUMN phone_claim TEXT;
-- The Connect user by whom it was begun: then it opens the desk and nothing else.
ALTER TABLE sessions ADD COLUMN phone_username TEXT;
