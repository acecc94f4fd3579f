-- The claim of a Connect user that a code was mailed for. Whoever asks for one has proven nothing, so that those have a
-- limit of their own.
ALTER TABLE email_codes ADD COLUMN phone_claim TEXT;
