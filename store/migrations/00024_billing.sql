-- +goose Up

-- What calls cost: terms, and which calls they are for. settings is JSON.
CREATE TABLE prices (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX prices_account ON prices (account, test, created);

-- What was offered for one call: never changed but for the answer, which is given once.
-- terms is JSON; payer is an account of the ledger.
CREATE TABLE quotes (
	id          TEXT PRIMARY KEY,
	account     TEXT NOT NULL,
	test        BOOLEAN NOT NULL,
	call_id     TEXT NOT NULL,
	price       TEXT NOT NULL,
	terms       TEXT NOT NULL,
	payer       TEXT NOT NULL,
	seller_part BIGINT NOT NULL,
	created     BIGINT NOT NULL,
	answer      TEXT NOT NULL,
	answered    BIGINT NOT NULL,
	answered_by TEXT NOT NULL,
	method      TEXT NOT NULL
);
CREATE INDEX quotes_call ON quotes (call_id);
CREATE INDEX quotes_account ON quotes (account, test, created);

-- How a call is billed by its quote. Times in milliseconds of talk, amounts in minor units;
-- intervals is JSON. ticks numbers what was posted; hold is the ledger's.
CREATE TABLE billing_sessions (
	id        TEXT PRIMARY KEY,
	account   TEXT NOT NULL,
	test      BOOLEAN NOT NULL,
	call_id   TEXT NOT NULL UNIQUE,
	quote     TEXT NOT NULL,
	state     TEXT NOT NULL,
	payer     TEXT NOT NULL,
	seller    TEXT NOT NULL,
	voice_ms  BIGINT NOT NULL,
	video_ms  BIGINT NOT NULL,
	free_ms   BIGINT NOT NULL,
	charged   BIGINT NOT NULL,
	to_seller BIGINT NOT NULL,
	ticks     BIGINT NOT NULL,
	hold      TEXT NOT NULL,
	intervals TEXT NOT NULL,
	created   BIGINT NOT NULL,
	updated   BIGINT NOT NULL
);
CREATE INDEX billing_sessions_account ON billing_sessions (account, test, created);
CREATE INDEX billing_sessions_payer ON billing_sessions (payer, created);
CREATE INDEX billing_sessions_state ON billing_sessions (state);
