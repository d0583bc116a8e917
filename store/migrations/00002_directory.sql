-- +goose Up
CREATE TABLE accounts (
	id           TEXT PRIMARY KEY,
	name         TEXT NOT NULL,
	status       TEXT NOT NULL,
	operator     BOOLEAN NOT NULL,
	destinations TEXT NOT NULL,
	created      BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_operator ON accounts (operator) WHERE operator;

CREATE TABLE people (
	id          TEXT PRIMARY KEY,
	account     TEXT NOT NULL REFERENCES accounts (id),
	email       TEXT NOT NULL UNIQUE,
	name        TEXT NOT NULL,
	role        TEXT NOT NULL,
	password    TEXT NOT NULL,
	one_time    BIGINT NOT NULL, -- until when the password lets its owner choose one; 0: it is the owner's
	totp_secret TEXT NOT NULL,
	totp_on     BOOLEAN NOT NULL,
	totp_step   BIGINT NOT NULL, -- of the last code that was used
	created     BIGINT NOT NULL
);
CREATE INDEX people_account ON people (account, id);

CREATE TABLE recovery_codes (
	person TEXT NOT NULL REFERENCES people (id),
	hash   TEXT NOT NULL,
	PRIMARY KEY (person, hash)
);

CREATE TABLE sessions (
	hash    TEXT PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	person  TEXT NOT NULL REFERENCES people (id),
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	address TEXT NOT NULL,
	agent   TEXT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person, id);

CREATE TABLE attempts (
	subject TEXT PRIMARY KEY, -- a hash: what is typed as an email may be a password
	count   BIGINT NOT NULL,
	since   BIGINT NOT NULL
);
CREATE INDEX attempts_since ON attempts (since);

CREATE TABLE api_keys (
	id      TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id),
	test    BOOLEAN NOT NULL,
	name    TEXT NOT NULL,
	kind    TEXT NOT NULL,
	hash    TEXT NOT NULL UNIQUE,
	hint    TEXT NOT NULL,
	rights  TEXT NOT NULL,
	maker   TEXT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	revoked BIGINT NOT NULL,
	used    BIGINT NOT NULL
);
CREATE INDEX api_keys_account ON api_keys (account, test, id);

CREATE TABLE widgets (
	id              TEXT PRIMARY KEY,
	account         TEXT NOT NULL REFERENCES accounts (id),
	test            BOOLEAN NOT NULL,
	key             TEXT NOT NULL UNIQUE,
	name            TEXT NOT NULL,
	enabled         BOOLEAN NOT NULL,
	managed         BOOLEAN NOT NULL, -- by the configuration
	origins         TEXT NOT NULL,
	destinations    TEXT NOT NULL,
	metadata        TEXT NOT NULL,
	calls_at_once   BIGINT NOT NULL,
	calls_per_hour  BIGINT NOT NULL,
	identity_secret TEXT NOT NULL,
	created         BIGINT NOT NULL
);
CREATE INDEX widgets_account ON widgets (account, test, id);

CREATE TABLE widget_origins (
	origin TEXT NOT NULL,
	widget TEXT NOT NULL REFERENCES widgets (id),
	PRIMARY KEY (origin, widget)
);

CREATE TABLE refs (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL REFERENCES accounts (id),
	test     BOOLEAN NOT NULL,
	target   TEXT NOT NULL, -- the hidden contact
	label    TEXT NOT NULL,
	metadata TEXT NOT NULL,
	enabled  BOOLEAN NOT NULL,
	managed  BOOLEAN NOT NULL,
	expires  BIGINT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX refs_account ON refs (account, test, id);

CREATE TABLE numbers (
	id        TEXT PRIMARY KEY,
	number    TEXT NOT NULL UNIQUE,
	account   TEXT NOT NULL REFERENCES accounts (id),
	test      BOOLEAN NOT NULL,
	reference TEXT NOT NULL, -- empty: leads nowhere yet
	managed   BOOLEAN NOT NULL,
	created   BIGINT NOT NULL
);
CREATE INDEX numbers_account ON numbers (account, test, id);
CREATE INDEX numbers_reference ON numbers (reference);

CREATE TABLE extensions (
	number    TEXT NOT NULL REFERENCES numbers (id),
	digits    TEXT NOT NULL,
	reference TEXT NOT NULL,
	PRIMARY KEY (number, digits)
);
CREATE INDEX extensions_reference ON extensions (reference);

CREATE TABLE receivers (
	hash    TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id),
	test    BOOLEAN NOT NULL,
	name    TEXT NOT NULL,
	managed BOOLEAN NOT NULL,
	created BIGINT NOT NULL
);

CREATE TABLE signing_keys (
	id      TEXT PRIMARY KEY,
	seed    TEXT NOT NULL,
	created BIGINT NOT NULL
);

CREATE TABLE client_tokens (
	id      TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id),
	test    BOOLEAN NOT NULL,
	grants  TEXT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL
);
CREATE INDEX client_tokens_expires ON client_tokens (expires);
