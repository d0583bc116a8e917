-- +goose Up

-- What agents noted of calls, which the log does not say: it may be about anybody.
-- Where a call's identity was erased, notes is empty and agent a pseudonym. The
-- disposition stays readable by its name when the account has deleted it.
CREATE TABLE wrap_ups (
	call_id          TEXT NOT NULL,
	agent            TEXT NOT NULL,
	account          TEXT NOT NULL,
	test             BOOLEAN NOT NULL,
	disposition      TEXT NOT NULL,
	disposition_name TEXT NOT NULL,
	notes            TEXT NOT NULL,
	updated          BIGINT NOT NULL,
	PRIMARY KEY (call_id, agent)
);
CREATE INDEX wrap_ups_disposition ON wrap_ups (account, test, disposition, call_id);
