-- +goose Up

-- What the people in a call did beside their voices, in order: the room's log. Who a
-- leg was, the call's record says, and forgets; body is JSON, and what it holds depends
-- on kind. op is how the leg's page names the operation, so that one which is sent
-- again is there once.
CREATE TABLE room_operations (
	call_id TEXT NOT NULL,
	seq     BIGINT NOT NULL,
	account TEXT NOT NULL,
	test    BOOLEAN NOT NULL,
	leg     BIGINT NOT NULL,
	role    TEXT NOT NULL,
	op      TEXT NOT NULL,
	kind    TEXT NOT NULL,
	body    TEXT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (call_id, seq),
	UNIQUE (call_id, leg, op)
);
CREATE INDEX room_operations_account ON room_operations (account, test, call_id);
