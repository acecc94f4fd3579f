-- User Management at a hundred thousand people: what lists ask of an account stands in its own row, and every list is
-- read from an index. Columns that follow other tables are kept by triggers, whoever writes those.

-- how many second ways are set up
ALTER TABLE accounts ADD COLUMN ways BIGINT NOT NULL DEFAULT 0;
-- when the newest unused invitation ends or ended
ALTER TABLE accounts ADD COLUMN invited_until BIGINT;
-- what enabling brings back
ALTER TABLE accounts ADD COLUMN state_disabled TEXT;
-- what undoing a deletion brings back
ALTER TABLE accounts ADD COLUMN state_deleted TEXT;

UPDATE accounts SET ways = (SELECT COUNT(*) FROM factors WHERE account_id = accounts.id),
    invited_until = (SELECT MAX(expires_at) FROM links
                     WHERE account_id = accounts.id AND kind = 'invitation' AND used_at IS NULL);

-- Any three letters in a row of somebody's name, username or e-mail address: quick where the server has the extension
-- and lets this user add it; found without it too.
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX accounts_search ON accounts USING gin (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'searching among very many people will be slow: %', SQLERRM;
END $$;

CREATE FUNCTION count_ways() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE accounts SET ways = ways + 1 WHERE id = NEW.account_id;
    ELSE
        UPDATE accounts SET ways = ways - 1 WHERE id = OLD.account_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER factors_counted AFTER INSERT OR DELETE ON factors FOR EACH ROW EXECUTE FUNCTION count_ways();

CREATE FUNCTION note_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    link links;
BEGIN
    IF TG_OP = 'DELETE' THEN link := OLD; ELSE link := NEW; END IF;
    IF link.kind = 'invitation' THEN
        UPDATE accounts SET invited_until = (SELECT MAX(expires_at) FROM links
            WHERE account_id = link.account_id AND kind = 'invitation' AND used_at IS NULL)
            WHERE id = link.account_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER links_noted AFTER INSERT OR UPDATE OR DELETE ON links FOR EACH ROW EXECUTE FUNCTION note_invitation();

-- The orders of a list.
CREATE INDEX accounts_last_sign_in ON accounts (company_id, last_sign_in_at DESC NULLS LAST, name, id);
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
