-- +goose Up

-- Messages that callers have left. The sound lies in a file of the same ID.
CREATE TABLE voicemails (
	id        TEXT PRIMARY KEY,
	account   TEXT NOT NULL,
	test      BOOLEAN NOT NULL,
	call_id   TEXT NOT NULL,
	box       TEXT NOT NULL,
	length_ms BIGINT NOT NULL,
	bytes     BIGINT NOT NULL,
	created   BIGINT NOT NULL,
	heard     BIGINT NOT NULL
);
CREATE INDEX voicemails_account ON voicemails (account, test, created);
CREATE INDEX voicemails_call ON voicemails (call_id);
