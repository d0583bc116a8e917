-- +goose Up

-- What an account may call: bounds that the operator set for it, and what it
-- has narrowed for itself. Rules as JSON, empty where there are none.
CREATE TABLE voice_policies (
	account    TEXT PRIMARY KEY,
	bounds     TEXT NOT NULL,
	own        TEXT NOT NULL,
	updated    BIGINT NOT NULL,
	updated_by TEXT NOT NULL
);

-- The secret by which those who call are named on one day (UTC, days since
-- 1970). It goes with the day, and with it who they were.
CREATE TABLE policy_days (
	day  BIGINT PRIMARY KEY,
	salt BYTEA NOT NULL
);

-- What each of those whose minutes or money is limited has used on a day, and
-- what their running calls hold. Money in millionths.
CREATE TABLE policy_usage (
	day        BIGINT NOT NULL,
	party      TEXT NOT NULL,
	talk_ms    BIGINT NOT NULL,
	spend      BIGINT NOT NULL,
	held_ms    BIGINT NOT NULL,
	held_spend BIGINT NOT NULL,
	PRIMARY KEY (day, party)
);

-- What a running call holds of a party's, until its end is settled. ends are
-- the telephones that it reaches and their rates, as JSON.
CREATE TABLE policy_holds (
	call       TEXT NOT NULL,
	day        BIGINT NOT NULL,
	party      TEXT NOT NULL,
	held_ms    BIGINT NOT NULL,
	held_spend BIGINT NOT NULL,
	ends       TEXT NOT NULL,
	PRIMARY KEY (call, party)
);
CREATE INDEX policy_holds_day ON policy_holds (day);
