-- +goose Up

-- Calls in which customers show that a telephone number is theirs, by keying in a code that
-- their page shows. code is a hash; reason is why a failed one failed, a sentence.
CREATE TABLE phone_verifications (
	id       TEXT PRIMARY KEY,
	customer TEXT NOT NULL,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	phone    TEXT NOT NULL,
	code     TEXT NOT NULL,
	tries    BIGINT NOT NULL,
	state    TEXT NOT NULL,
	reason   TEXT NOT NULL,
	created  BIGINT NOT NULL,
	until    BIGINT NOT NULL
);
CREATE INDEX phone_verifications_customer ON phone_verifications (customer);
CREATE INDEX phone_verifications_until ON phone_verifications (until);
CREATE INDEX customers_phone ON customers (account, test, phone) WHERE phone <> '';
