-- User Management at a hundred thousand people: what lists ask of an account stands in its own row, and every list is
-- read from an index. Columns that follow other tables are kept by triggers, whoever writes those.

-- how many second ways are set up
ALTER TABLE accounts ADD COLUMN ways INTEGER NOT NULL DEFAULT 0;
-- when the newest unused invitation ends or ended
ALTER TABLE accounts ADD COLUMN invited_until INTEGER;
-- what enabling brings back
ALTER TABLE accounts ADD COLUMN state_disabled TEXT;
-- what undoing a deletion brings back
ALTER TABLE accounts ADD COLUMN state_deleted TEXT;
-- where the account stands in the index for searching: those of one company beside each other
ALTER TABLE companies ADD COLUMN number INTEGER;
ALTER TABLE companies ADD COLUMN last_place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN place INTEGER;

UPDATE companies SET number = rowid;
CREATE UNIQUE INDEX companies_number ON companies (number);
UPDATE accounts SET place = rowid + 4294967296 * (SELECT number FROM companies WHERE id = accounts.company_id);
UPDATE companies SET last_place =
    COALESCE((SELECT MAX(place) % 4294967296 FROM accounts WHERE company_id = companies.id), 0);
CREATE UNIQUE INDEX accounts_place ON accounts (place);
UPDATE accounts SET ways = (SELECT COUNT(*) FROM factors WHERE account_id = accounts.id),
    invited_until = (SELECT MAX(expires_at) FROM links
                     WHERE account_id = accounts.id AND kind = 'invitation' AND used_at IS NULL);

-- Any three letters in a row of somebody's name, username or e-mail address.
CREATE VIRTUAL TABLE account_search
    USING fts5 (text, tokenize = 'trigram', content = '', contentless_delete = 1, detail = none);
INSERT INTO account_search (rowid, text) SELECT place, search FROM accounts;

CREATE TRIGGER companies_numbered AFTER INSERT ON companies BEGIN
    UPDATE companies SET number = (SELECT COALESCE(MAX(number), 0) + 1 FROM companies) WHERE id = NEW.id;
END;
CREATE TRIGGER accounts_placed AFTER INSERT ON accounts BEGIN
    UPDATE companies SET last_place = last_place + 1 WHERE id = NEW.company_id;
    UPDATE accounts SET place = (SELECT 4294967296 * number + last_place FROM companies WHERE id = NEW.company_id)
        WHERE id = NEW.id;
    INSERT INTO account_search (rowid, text) SELECT place, search FROM accounts WHERE id = NEW.id;
END;
CREATE TRIGGER accounts_renamed AFTER UPDATE OF search ON accounts WHEN NEW.search <> OLD.search BEGIN
    UPDATE account_search SET text = NEW.search WHERE rowid = NEW.place;
END;
CREATE TRIGGER accounts_removed AFTER DELETE ON accounts BEGIN
    DELETE FROM account_search WHERE rowid = OLD.place;
END;
CREATE TRIGGER factors_added AFTER INSERT ON factors BEGIN
    UPDATE accounts SET ways = ways + 1 WHERE id = NEW.account_id;
END;
CREATE TRIGGER factors_removed AFTER DELETE ON factors BEGIN
    UPDATE accounts SET ways = ways - 1 WHERE id = OLD.account_id;
END;
CREATE TRIGGER links_added AFTER INSERT ON links WHEN NEW.kind = 'invitation' BEGIN
    UPDATE accounts SET invited_until = (SELECT MAX(expires_at) FROM links
        WHERE account_id = NEW.account_id AND kind = 'invitation' AND used_at IS NULL) WHERE id = NEW.account_id;
END;
CREATE TRIGGER links_changed AFTER UPDATE ON links WHEN NEW.kind = 'invitation' BEGIN
    UPDATE accounts SET invited_until = (SELECT MAX(expires_at) FROM links
        WHERE account_id = NEW.account_id AND kind = 'invitation' AND used_at IS NULL) WHERE id = NEW.account_id;
END;
CREATE TRIGGER links_removed AFTER DELETE ON links WHEN OLD.kind = 'invitation' BEGIN
    UPDATE accounts SET invited_until = (SELECT MAX(expires_at) FROM links
        WHERE account_id = OLD.account_id AND kind = 'invitation' AND used_at IS NULL) WHERE id = OLD.account_id;
END;

-- The orders of a list.
CREATE INDEX accounts_last_sign_in ON accounts (company_id, last_sign_in_at DESC, name, id);
CREATE INDEX accounts_created ON accounts (company_id, created_at DESC, name, id);
-- What a list is narrowed to, by name.
CREATE INDEX accounts_locked ON accounts (company_id, name, id) WHERE locked_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX accounts_invited ON accounts (company_id, name, id)
    WHERE state IN ('pending', 'invited', 'bounced') AND deleted_at IS NULL;
CREATE INDEX accounts_disabled ON accounts (company_id, name, id) WHERE state = 'disabled' AND deleted_at IS NULL;
CREATE INDEX accounts_gone ON accounts (company_id, name, id)
    WHERE deleted_at IS NOT NULL AND pseudonymised_at IS NULL;
CREATE INDEX accounts_admins ON accounts (company_id, name, id) WHERE admin AND deleted_at IS NULL;
DROP INDEX accounts_presence_list;
CREATE INDEX accounts_presence_list ON accounts (presence_list_id, company_id, name, id);
DROP INDEX accounts_state;
CREATE INDEX accounts_state ON accounts (company_id, state, deleted_at);
-- Why somebody cannot sign in.
CREATE INDEX accounts_expired ON accounts (company_id, invited_until) WHERE state = 'invited' AND deleted_at IS NULL;
CREATE INDEX accounts_temporary ON accounts (company_id, password_temporary_until)
    WHERE password_temporary_until IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX accounts_wayless ON accounts (company_id, name, id)
    WHERE ways = 0 AND state = 'enabled' AND deleted_at IS NULL;
