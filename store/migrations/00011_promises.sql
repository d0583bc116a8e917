-- +goose Up

-- Callers who were promised to be called back, until they are.
CREATE TABLE callback_promises (
	call     TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	queue    TEXT NOT NULL,
	number   TEXT NOT NULL,
	since    BIGINT NOT NULL,
	priority BIGINT NOT NULL,
	needs    TEXT NOT NULL,
	context  TEXT NOT NULL
);
CREATE INDEX callback_promises_account ON callback_promises (account, test, since);
