-- +goose Up
CREATE TABLE webhook_endpoints (
	id          TEXT PRIMARY KEY,
	account     TEXT NOT NULL,
	test        BOOLEAN NOT NULL,
	url         TEXT NOT NULL,
	description TEXT NOT NULL,
	events      TEXT NOT NULL,
	format      TEXT NOT NULL,
	enabled     BOOLEAN NOT NULL,
	reason      TEXT NOT NULL,
	created     BIGINT NOT NULL,
	updated     BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_account ON webhook_endpoints (account, test, id);

-- The secret in use has expires 0; older ones sign until then.
CREATE TABLE webhook_secrets (
	id       TEXT PRIMARY KEY,
	endpoint TEXT NOT NULL,
	secret   TEXT NOT NULL,
	expires  BIGINT NOT NULL
);
CREATE INDEX webhook_secrets_endpoint ON webhook_secrets (endpoint);

-- While claim is set and next_at lies ahead, an attempt is under way.
CREATE TABLE webhook_deliveries (
	id       TEXT PRIMARY KEY,
	endpoint TEXT NOT NULL,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	event_id TEXT NOT NULL,
	type     TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	call_id  TEXT NOT NULL,
	call_seq BIGINT NOT NULL,
	status   TEXT NOT NULL,
	failures BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	code     BIGINT NOT NULL,
	error    TEXT NOT NULL,
	created  BIGINT NOT NULL,
	begun    BIGINT NOT NULL,
	next_at  BIGINT NOT NULL,
	ended    BIGINT NOT NULL,
	claim    TEXT NOT NULL,
	UNIQUE (endpoint, event_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at, seq) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (endpoint, call_id, call_seq) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (endpoint) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_account ON webhook_deliveries (account, test, id);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_call ON webhook_deliveries (call_id, id) WHERE call_id <> '';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended) WHERE status <> 'pending';

CREATE TABLE webhook_attempts (
	delivery TEXT NOT NULL,
	number   BIGINT NOT NULL,
	at       BIGINT NOT NULL,
	code     BIGINT NOT NULL,
	duration BIGINT NOT NULL,
	response TEXT NOT NULL,
	error    TEXT NOT NULL,
	PRIMARY KEY (delivery, number)
);
