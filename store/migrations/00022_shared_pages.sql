-- +goose Up

-- The pages that the people of an account may show to visitors during a call. The
-- settings are JSON; those of a mode are seen by that mode alone.
CREATE TABLE shared_pages (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX shared_pages_account ON shared_pages (account, test, id);
