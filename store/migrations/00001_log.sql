-- +goose Up
CREATE TABLE events (
	position BIGINT PRIMARY KEY,
	account  TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	call_id  TEXT NOT NULL,
	call_seq BIGINT NOT NULL,
	last     BOOLEAN NOT NULL,
	id       TEXT NOT NULL,
	type     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	test     BOOLEAN NOT NULL,
	data     TEXT NOT NULL,
	private  TEXT NOT NULL,
	UNIQUE (account, seq)
);
CREATE INDEX events_call ON events (call_id, call_seq);
CREATE TABLE cursors (
	consumer TEXT PRIMARY KEY,
	position BIGINT NOT NULL
);
