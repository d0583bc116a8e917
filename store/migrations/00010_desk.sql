-- +goose Up

-- What agents last said of themselves, which outlives a restart.
CREATE TABLE agent_presences (
	agent    TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	account  TEXT NOT NULL REFERENCES accounts (id),
	presence TEXT NOT NULL,
	reason   TEXT NOT NULL,
	chosen   BIGINT NOT NULL,
	PRIMARY KEY (agent, test)
);
CREATE INDEX agent_presences_account ON agent_presences (account, test);

-- Who has waited in which queue, for how long in milliseconds, and how it ended.
CREATE TABLE queue_entries (
	call    TEXT NOT NULL,
	queue   TEXT NOT NULL,
	account TEXT NOT NULL REFERENCES accounts (id),
	test    BOOLEAN NOT NULL,
	agent   TEXT NOT NULL,
	reason  TEXT NOT NULL,
	waited  BIGINT NOT NULL,
	ended   BIGINT NOT NULL,
	PRIMARY KEY (call, queue, ended)
);
CREATE INDEX queue_entries_ended ON queue_entries (account, test, ended);
