-- +goose Up

-- The log. An account's newest record is never deleted, so that the places of
-- the next one follow from these rows alone.
CREATE TABLE events (
	position BIGINT PRIMARY KEY,
	account  TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	call_id  TEXT NOT NULL,
	call_seq BIGINT NOT NULL,
	last     BOOLEAN NOT NULL,
	id       TEXT NOT NULL UNIQUE,
	type     TEXT NOT NULL,
	at       BIGINT NOT NULL,
	test     BOOLEAN NOT NULL,
	data     TEXT NOT NULL,
	private  TEXT NOT NULL,
	UNIQUE (account, seq)
);
CREATE INDEX events_call ON events (call_id, call_seq);

-- The calls that have a first record but no last one, and who runs them.
CREATE TABLE open_calls (
	call_id  TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	node     TEXT NOT NULL,
	epoch    BIGINT NOT NULL,
	position BIGINT NOT NULL
);

-- How often each node's name has been claimed.
CREATE TABLE nodes (
	node  TEXT PRIMARY KEY,
	epoch BIGINT NOT NULL
);

-- How far each consumer has read the log.
CREATE TABLE cursors (
	consumer TEXT PRIMARY KEY,
	position BIGINT NOT NULL
);

-- Holds no rows: on PostgreSQL, transactions that collided lock it, so that they
-- try again one after the other.
CREATE TABLE turns (
	turn BIGINT PRIMARY KEY
);
