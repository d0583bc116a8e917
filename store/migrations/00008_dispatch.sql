-- +goose Up

-- Who answers calls, and when. The settings are JSON; those of a mode are seen
-- by that mode alone.
CREATE TABLE queues (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX queues_account ON queues (account, test, id);

-- A person takes calls in either mode, as an agent of the same ID.
CREATE TABLE agents (
	id       TEXT NOT NULL,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL,
	PRIMARY KEY (id, test)
);
CREATE INDEX agents_account ON agents (account, test, id);

CREATE TABLE opening_hours (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX opening_hours_account ON opening_hours (account, test, id);

CREATE TABLE context_rules (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX context_rules_account ON context_rules (account, test, id);

CREATE TABLE presence_reasons (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX presence_reasons_account ON presence_reasons (account, test, id);

CREATE TABLE dispositions (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX dispositions_account ON dispositions (account, test, id);
