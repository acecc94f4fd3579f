-- The console: people, invitations, several companies, presence reasons, regions, a company's own settings.

-- What a company is to this server, beside its people.
-- 'asked' waits for the operator's yes, 'inert' for the first administrator's link, both end by themselves
ALTER TABLE companies ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('asked', 'inert', 'active', 'suspended'));
-- when an 'asked' or 'inert' company is removed
ALTER TABLE companies ADD COLUMN ends_at BIGINT;
-- what people read while it is suspended
ALTER TABLE companies ADD COLUMN suspended_notice TEXT;
-- rises with every change of settings, so that two administrators do not overwrite each other
ALTER TABLE companies ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE companies ADD COLUMN invitation_ms BIGINT NOT NULL DEFAULT 86400000;
ALTER TABLE companies ADD COLUMN welcome TEXT NOT NULL DEFAULT 'link' CHECK (welcome IN ('link', 'temporary_password'));
-- characters of a password at least, if more than the rules ask for
ALTER TABLE companies ADD COLUMN password_minimum BIGINT;
-- the languages that the sign-in page offers, separated by spaces; none: all
ALTER TABLE companies ADD COLUMN languages TEXT NOT NULL DEFAULT '';
-- the name that its mails come from
ALTER TABLE companies ADD COLUMN mail_sender TEXT;
-- JSON: [{"name", "url"}]
ALTER TABLE companies ADD COLUMN desk_links TEXT NOT NULL DEFAULT '[]';
-- what administrators ticked off on the way in, separated by spaces
ALTER TABLE companies ADD COLUMN ready TEXT NOT NULL DEFAULT '';
-- the address of its Amazon Connect, once there is one
ALTER TABLE companies ADD COLUMN ccp_url TEXT;
-- whoever runs a company already has long been through that
UPDATE companies SET ready = 'done';

-- The aliases of companies that somebody has been in: links and habits lead there, so no other company ever gets them.
CREATE TABLE aliases_used (
    alias TEXT PRIMARY KEY
);
INSERT INTO aliases_used (alias) SELECT alias FROM companies;

-- Every text that people could have agreed to.
CREATE TABLE legal_versions (
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('terms', 'privacy')),
    version BIGINT NOT NULL,
    -- Markdown, an https address, or empty when it was removed
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- whose name stands beside it; none: the operator
    created_by TEXT,
    PRIMARY KEY (company_id, kind, version)
);

-- What companies had before is their first version.
INSERT INTO legal_versions (company_id, kind, version, text, created_at)
    SELECT id, 'terms', 1, terms, created_at FROM companies WHERE terms IS NOT NULL
    UNION ALL SELECT id, 'privacy', 1, privacy, created_at FROM companies WHERE privacy IS NOT NULL;

-- The statuses that agents may take.
CREATE TABLE presence_lists (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    UNIQUE (company_id, name_folded)
);
CREATE UNIQUE INDEX presence_lists_default ON presence_lists (company_id) WHERE is_default;

CREATE TABLE presence_reasons (
    id TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES presence_lists (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('available', 'not_ready', 'offline')),
    UNIQUE (list_id, position)
);

-- Every company begins with a list in its language.
INSERT INTO presence_lists (id, company_id, name, name_folded, is_default, created_at)
    SELECT id, id, CASE language WHEN 'de' THEN 'Standard' ELSE 'Default' END,
        CASE language WHEN 'de' THEN 'standard' ELSE 'default' END, TRUE, created_at
    FROM companies;
WITH words (language, position, name, kind) AS (VALUES
    ('en', 0, 'Available', 'available'),
    ('en', 1, 'Break', 'not_ready'),
    ('en', 2, 'Lunch', 'not_ready'),
    ('en', 3, 'Meeting', 'not_ready'),
    ('en', 4, 'Training', 'not_ready'),
    ('en', 5, 'Offline', 'offline'),
    ('de', 0, 'Verfügbar', 'available'),
    ('de', 1, 'Pause', 'not_ready'),
    ('de', 2, 'Mittagspause', 'not_ready'),
    ('de', 3, 'Besprechung', 'not_ready'),
    ('de', 4, 'Schulung', 'not_ready'),
    ('de', 5, 'Offline', 'offline'))
INSERT INTO presence_reasons (id, list_id, position, name, kind)
    SELECT c.id || '-' || w.position, c.id, w.position, w.name, w.kind
    FROM companies c JOIN words w ON w.language = CASE c.language WHEN 'de' THEN 'de' ELSE 'en' END;

-- A person may have accounts of several companies, which stay separate but for this.
CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    -- whose sign-in page is skipped at the front
    default_account TEXT,
    created_at BIGINT NOT NULL
);

ALTER TABLE accounts ADD COLUMN person_id TEXT REFERENCES persons (id) ON DELETE SET NULL;
CREATE INDEX accounts_person ON accounts (person_id) WHERE person_id IS NOT NULL;
-- the security version under which the account belongs to its person: every change that the person did not make
-- from a session of this account leaves it behind, and the connection rests until it is proven again
ALTER TABLE accounts ADD COLUMN person_version BIGINT;
-- the session whose person connects the attempt's account with their own; no session comes of such an attempt
ALTER TABLE attempts ADD COLUMN connects TEXT;
ALTER TABLE accounts ADD COLUMN phone TEXT NOT NULL DEFAULT 'none' CHECK (phone IN ('softphone', 'desk_phone', 'none'));
ALTER TABLE accounts ADD COLUMN presence_list_id TEXT REFERENCES presence_lists (id) ON DELETE SET NULL;
CREATE INDEX accounts_presence_list ON accounts (presence_list_id) WHERE presence_list_id IS NOT NULL;
-- rises with every change by an administrator, so that two of them do not overwrite each other
ALTER TABLE accounts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- an administrator changed the address: for a day it opens nothing by itself
ALTER TABLE accounts ADD COLUMN email_changed_at BIGINT;
-- the address that is to replace `email` once its owner has confirmed it
ALTER TABLE accounts ADD COLUMN new_email TEXT;
-- why the mail server refused the last invitation
ALTER TABLE accounts ADD COLUMN bounce TEXT;
-- whoever was invited asks for another link
ALTER TABLE accounts ADD COLUMN link_asked_at BIGINT;
-- Deleted people are gone from every list and cannot sign in. Their folded names are freed; undoing is possible
-- until they are pseudonymised.
ALTER TABLE accounts ADD COLUMN deleted_at BIGINT;
ALTER TABLE accounts ADD COLUMN pseudonymised_at BIGINT;
CREATE INDEX accounts_deleted ON accounts (deleted_at) WHERE deleted_at IS NOT NULL;

-- What an agent does now, where no phone system keeps it.
CREATE TABLE presences (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    -- none: no entry of the list any more, or signed out
    reason_id TEXT,
    -- as it was called when it was chosen
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('available', 'not_ready', 'offline')),
    since BIGINT NOT NULL,
    -- when the desk was last open
    seen_at BIGINT NOT NULL,
    -- what the status was called that was taken from the list while the person had it
    displaced TEXT
);
CREATE INDEX presences_seen ON presences (seen_at) WHERE kind <> 'offline';

-- Today's statuses of a person, for the desk.
CREATE TABLE presence_changes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX presence_changes_account ON presence_changes (account_id, at);
CREATE INDEX presence_changes_age ON presence_changes (at);

-- E-mail domains that belong to a company beyond doubt.
CREATE TABLE domains (
    domain TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    verified_at BIGINT NOT NULL
);
CREATE INDEX domains_company ON domains (company_id);

-- Links may confirm a new address.
ALTER TABLE links DROP CONSTRAINT links_kind_check;
ALTER TABLE links ADD CONSTRAINT links_kind_check CHECK (kind IN ('invitation', 'browser', 'reset', 'email'));

-- A person's own mails and what became of them.
CREATE INDEX outbox_account ON outbox (account_id, created_at) WHERE account_id IS NOT NULL;
