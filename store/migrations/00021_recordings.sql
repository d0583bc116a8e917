-- +goose Up

-- What was said in calls. The sound lies in a file of the same ID.
CREATE TABLE recordings (
	id          TEXT PRIMARY KEY,
	account     TEXT NOT NULL,
	test        BOOLEAN NOT NULL,
	call_id     TEXT NOT NULL,
	leg         INTEGER NOT NULL,
	began       BIGINT NOT NULL,
	length_ms   BIGINT NOT NULL,
	bytes       BIGINT NOT NULL,
	interrupted BOOLEAN NOT NULL,
	created     BIGINT NOT NULL
);
CREATE INDEX recordings_account ON recordings (account, test, created);
CREATE INDEX recordings_call ON recordings (call_id);

-- How the calls of an account are recorded; without a row, they are not.
CREATE TABLE recording_policies (
	account    TEXT NOT NULL,
	test       BOOLEAN NOT NULL,
	consent    TEXT NOT NULL,
	on_demand  BOOLEAN NOT NULL,
	beep       INTEGER NOT NULL,
	updated    BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	PRIMARY KEY (account, test)
);
