-- Several people may ask to join as the same Connect user, and an administrator decides who it is: whoever asked first
-- would keep the real one out otherwise. SQLite takes a constraint from a table by a new table only.
CREATE TABLE new_join_requests (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    phone_username TEXT NOT NULL,
    phone_username_folded TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    UNIQUE (company_id, phone_username_folded, email_folded)
) STRICT;
INSERT INTO new_join_requests
SELECT id, company_id, phone_username, phone_username_folded, name, email, LOWER(email), asked_at FROM join_requests;
DROP TABLE join_requests;
ALTER TABLE new_join_requests RENAME TO join_requests;
