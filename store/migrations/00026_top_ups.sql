-- +goose Up

-- Who pays, as the payment provider knows them: its ID of a wallet's owner.
CREATE TABLE payers (
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	wallet   TEXT NOT NULL,
	customer TEXT NOT NULL,
	made     BIGINT NOT NULL,
	PRIMARY KEY (account, test, wallet)
);
CREATE INDEX payers_customer ON payers (customer);

-- Money that comes into wallets by the payment provider. The ID is the key under which the
-- provider was asked. refunding is the ledger's hold of a refund that is on its way, and
-- refund how much that is.
CREATE TABLE top_ups (
	id        TEXT PRIMARY KEY,
	account   TEXT NOT NULL,
	test      BOOLEAN NOT NULL,
	wallet    TEXT NOT NULL,
	currency  TEXT NOT NULL,
	amount    BIGINT NOT NULL,
	method    TEXT NOT NULL,
	return_to TEXT NOT NULL,
	state     TEXT NOT NULL,
	payment   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	confirm   TEXT NOT NULL,
	refunded  BIGINT NOT NULL,
	refunding TEXT NOT NULL,
	refund    BIGINT NOT NULL,
	created   BIGINT NOT NULL,
	updated   BIGINT NOT NULL
);
CREATE INDEX top_ups_wallet ON top_ups (account, test, wallet, id);
CREATE INDEX top_ups_payment ON top_ups (payment);
CREATE INDEX top_ups_open ON top_ups (created) WHERE state IN ('pending', 'requires_confirmation') OR refunding <> '';

-- Webhooks of the provider that were taken.
CREATE TABLE payment_events (
	id    TEXT PRIMARY KEY,
	taken BIGINT NOT NULL
);
CREATE INDEX payment_events_taken ON payment_events (taken);
