-- +goose Up

-- Files that people in calls have sent each other. The bytes lie under the same ID.
CREATE TABLE call_files (
	id         TEXT PRIMARY KEY,
	call_id    TEXT NOT NULL,
	account    TEXT NOT NULL,
	test       BOOLEAN NOT NULL,
	leg        INTEGER NOT NULL,
	name       TEXT NOT NULL,
	media_type TEXT NOT NULL,
	bytes      BIGINT NOT NULL,
	created    BIGINT NOT NULL
);
CREATE INDEX call_files_call ON call_files (call_id);
CREATE INDEX call_files_account ON call_files (account, test, created);
