-- +goose Up

-- The people who call an account and pay for it. subject is the account's own name of them.
-- password is a hash, empty where there is none; phone_verified is 0 until somebody has
-- shown that the number is theirs. ticket is the hash of what chooses a password once.
CREATE TABLE customers (
	id             TEXT PRIMARY KEY,
	account        TEXT NOT NULL,
	test           BOOLEAN NOT NULL,
	subject        TEXT NOT NULL,
	name           TEXT NOT NULL,
	email          TEXT NOT NULL,
	phone          TEXT NOT NULL,
	phone_verified BIGINT NOT NULL,
	locale         TEXT NOT NULL,
	metadata       TEXT NOT NULL,
	disabled       BOOLEAN NOT NULL,
	password       TEXT NOT NULL,
	ticket         TEXT NOT NULL,
	ticket_until   BIGINT NOT NULL,
	created        BIGINT NOT NULL,
	updated        BIGINT NOT NULL,
	UNIQUE (account, test, subject)
);
CREATE INDEX customers_account ON customers (account, test, id);
CREATE UNIQUE INDEX customers_email ON customers (account, test, email) WHERE email <> '';
CREATE INDEX customers_ticket ON customers (ticket) WHERE ticket <> '';

-- Browsers in which a customer is signed in. hash is of the cookie.
CREATE TABLE customer_sessions (
	hash     TEXT PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	customer TEXT NOT NULL,
	created  BIGINT NOT NULL,
	seen     BIGINT NOT NULL,
	address  TEXT NOT NULL,
	agent    TEXT NOT NULL
);
CREATE INDEX customer_sessions_customer ON customer_sessions (customer);
CREATE INDEX customer_sessions_created ON customer_sessions (created);
