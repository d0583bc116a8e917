-- +goose Up

-- Which page has shown a token first that counts for one page alone, until the token
-- expires. Both are hashes.
CREATE TABLE shown_tokens (
	token   TEXT PRIMARY KEY,
	page    TEXT NOT NULL,
	expires BIGINT NOT NULL
);
CREATE INDEX shown_tokens_expires ON shown_tokens (expires);
