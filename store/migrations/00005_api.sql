-- +goose Up

-- Answers kept for repetitions of requests with an Idempotency-Key. A row is
-- made before the request is carried out: seed is of the IDs that it makes, so
-- that a repetition after a crash finds what was made.
CREATE TABLE api_answers (
	name    TEXT PRIMARY KEY, -- hash of account, mode and key
	account TEXT NOT NULL,
	print   TEXT NOT NULL,    -- hash of method, path, query and body
	seed    TEXT NOT NULL,
	status  BIGINT NOT NULL,  -- of the answer, 0 while there is none
	body    BYTEA NOT NULL,
	tries   BIGINT NOT NULL,
	until   BIGINT NOT NULL,  -- when whoever carries it out must have died
	at      BIGINT NOT NULL
);
CREATE INDEX api_answers_at ON api_answers (at);
