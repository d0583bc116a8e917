-- +goose Up

-- What visitors wrote when nobody was there. op is how the visitor's page names the
-- message, so that one which is sent again is there once.
CREATE TABLE offline_messages (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	queue    TEXT NOT NULL,
	call_id  TEXT NOT NULL,
	op       TEXT NOT NULL,
	name     TEXT NOT NULL,
	reply_to TEXT NOT NULL,
	body     TEXT NOT NULL,
	created  BIGINT NOT NULL,
	done     BIGINT NOT NULL,
	done_by  TEXT NOT NULL,
	UNIQUE (account, test, op)
);
CREATE INDEX offline_messages_account ON offline_messages (account, test, created);
CREATE INDEX offline_messages_call ON offline_messages (call_id);
