-- +goose Up
-- Trunks and routes that were made while the gateway ran. The settings are
-- JSON; those of a trunk hold its password and its key.
CREATE TABLE trunks (
	name     TEXT PRIMARY KEY,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL,
	updated  BIGINT NOT NULL
);

CREATE TABLE routes (
	name     TEXT PRIMARY KEY,
	settings TEXT NOT NULL,
	created  BIGINT NOT NULL,
	updated  BIGINT NOT NULL
);
