-- +goose Up

-- What sellers have asked for during a call, and what came of it: unit and amounts in minor
-- units, payer an account of the ledger, leg the payer's, refunded and refunded_seller what
-- was given back, and the seller's part of that.
CREATE TABLE charges (
	id              TEXT PRIMARY KEY,
	account         TEXT NOT NULL,
	test            BOOLEAN NOT NULL,
	call_id         TEXT NOT NULL,
	leg             BIGINT NOT NULL,
	seller          TEXT NOT NULL,
	payer           TEXT NOT NULL,
	unit            BIGINT NOT NULL,
	quantity        BIGINT NOT NULL,
	description     TEXT NOT NULL,
	seller_part     BIGINT NOT NULL,
	asked_by        TEXT NOT NULL,
	state           TEXT NOT NULL,
	reason          TEXT NOT NULL,
	method          TEXT NOT NULL,
	phrase          TEXT NOT NULL,
	refunded        BIGINT NOT NULL,
	refunded_seller BIGINT NOT NULL,
	created         BIGINT NOT NULL,
	until           BIGINT NOT NULL,
	answered        BIGINT NOT NULL
);
CREATE INDEX charges_account ON charges (account, test, id);
CREATE INDEX charges_call ON charges (call_id);
CREATE INDEX charges_state ON charges (state, until);

-- What was given back of them.
CREATE TABLE charge_refunds (
	id      TEXT PRIMARY KEY,
	account TEXT NOT NULL,
	test    BOOLEAN NOT NULL,
	charge  TEXT NOT NULL,
	amount  BIGINT NOT NULL,
	seller  BIGINT NOT NULL,
	note    TEXT NOT NULL,
	by_whom TEXT NOT NULL,
	created BIGINT NOT NULL
);
CREATE INDEX charge_refunds_charge ON charge_refunds (charge);

-- How an account's charges are shared and how long they are asked for.
CREATE TABLE charge_policies (
	account     TEXT NOT NULL,
	test        BOOLEAN NOT NULL,
	seller_part BIGINT NOT NULL,
	within_s    BIGINT NOT NULL,
	PRIMARY KEY (account, test)
);

-- What sellers are paid outside, by a bank transfer or otherwise.
CREATE TABLE payouts (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	seller   TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount   BIGINT NOT NULL,
	state    TEXT NOT NULL,
	note     TEXT NOT NULL,
	by_whom  TEXT NOT NULL,
	created  BIGINT NOT NULL,
	updated  BIGINT NOT NULL
);
CREATE INDEX payouts_account ON payouts (account, test, id);
