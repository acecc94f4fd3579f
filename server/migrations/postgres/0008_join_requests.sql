-- Several people may ask to join as the same Connect user, and an administrator decides who it is: whoever asked first
-- would keep the real one out otherwise.
ALTER TABLE join_requests ADD COLUMN email_folded TEXT NOT NULL DEFAULT '';
UPDATE join_requests SET email_folded = LOWER(email);
ALTER TABLE join_requests ALTER COLUMN email_folded DROP DEFAULT;
ALTER TABLE join_requests DROP CONSTRAINT join_requests_company_id_phone_username_folded_key;
CREATE UNIQUE INDEX join_requests_asked ON join_requests (company_id, phone_username_folded, email_folded);
