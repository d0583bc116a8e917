-- +goose Up

-- One row for each call, from its call.created on. What is searched has a
-- column; body is the whole record as JSON. Times are microseconds, 0 while
-- unknown. price_* is filled by whoever bills.
CREATE TABLE call_records (
	id             TEXT PRIMARY KEY,
	account        TEXT NOT NULL,
	test           BOOLEAN NOT NULL,
	created        BIGINT NOT NULL,
	answered       BIGINT NOT NULL,
	ended          BIGINT NOT NULL,
	talk_ms        BIGINT NOT NULL,
	status         TEXT NOT NULL,
	end_reason     TEXT NOT NULL,
	direction      TEXT NOT NULL,
	reference      TEXT NOT NULL,
	via            TEXT NOT NULL,
	call_seq       BIGINT NOT NULL,
	erased         BIGINT NOT NULL,
	price_amount   BIGINT,
	price_currency TEXT,
	body           TEXT NOT NULL
);
CREATE INDEX call_records_created ON call_records (account, test, created, id);
CREATE INDEX call_records_status ON call_records (account, test, status, created, id);
CREATE INDEX call_records_reason ON call_records (account, test, end_reason, created, id);
CREATE INDEX call_records_reference ON call_records (account, test, reference, created, id);
CREATE INDEX call_records_via ON call_records (account, test, via, created, id);
CREATE INDEX call_records_talk ON call_records (account, test, talk_ms);
CREATE INDEX call_records_ended ON call_records (account, erased, ended);

-- What a call is found by: parties, metadata and words, as bytes, so that a
-- prefix is a range in every database and locale.
CREATE TABLE call_terms (
	account TEXT NOT NULL,
	term    BYTEA NOT NULL,
	created BIGINT NOT NULL,
	id      TEXT NOT NULL,
	PRIMARY KEY (account, term, created, id)
);
CREATE INDEX call_terms_id ON call_terms (id, term);

-- The secret from which an account's pseudonyms are made.
CREATE TABLE pseudonym_keys (
	account TEXT PRIMARY KEY,
	secret  BYTEA NOT NULL
);

-- How many days an account keeps what. NULL keeps it for good.
CREATE TABLE retention_policies (
	account     TEXT NOT NULL,
	test        BOOLEAN NOT NULL,
	identity    BIGINT,
	recordings  BIGINT,
	transcripts BIGINT,
	records     BIGINT,
	events      BIGINT,
	updated     BIGINT NOT NULL,
	updated_by  TEXT NOT NULL,
	PRIMARY KEY (account, test)
);

-- Requests for erasure and what came of them. subject is whom to erase and is
-- emptied when that is done; pseudonym remains.
CREATE TABLE erasure_requests (
	id           TEXT PRIMARY KEY,
	account      TEXT NOT NULL,
	test         BOOLEAN NOT NULL,
	kind         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	pseudonym    TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	status       TEXT NOT NULL,
	position     BIGINT NOT NULL,
	created      BIGINT NOT NULL,
	completed    BIGINT NOT NULL,
	calls        BIGINT NOT NULL,
	recordings   BIGINT NOT NULL,
	transcripts  BIGINT NOT NULL
);
CREATE INDEX erasure_requests_account ON erasure_requests (account, test, created, id);
CREATE INDEX erasure_requests_status ON erasure_requests (status);
