-- +goose Up

-- Accounts of the ledger, as its transfers have left them: a balance is credits less debits,
-- and held is what of it is set aside. Amounts in minor units of the currency.
CREATE TABLE ledger_accounts (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	kind     TEXT NOT NULL,
	owner    TEXT NOT NULL,
	currency TEXT NOT NULL,
	credits  BIGINT NOT NULL,
	debits   BIGINT NOT NULL,
	held     BIGINT NOT NULL
);
CREATE INDEX ledger_accounts_kind ON ledger_accounts (account, test, kind, owner);

-- Holds, as the transfers that draw on them have left them. expires 0: it does not.
CREATE TABLE ledger_holds (
	id      TEXT PRIMARY KEY,
	debit   TEXT NOT NULL,
	amount  BIGINT NOT NULL,
	drawn   BIGINT NOT NULL,
	state   TEXT NOT NULL,
	expires BIGINT NOT NULL
);
CREATE INDEX ledger_holds_open ON ledger_holds (state, expires);

-- What has been moved, set aside and given back. Rows are only ever added; the two tables
-- above follow from them. id is by whom it was asked for: the same again is the same.
CREATE TABLE ledger_transfers (
	id       TEXT PRIMARY KEY,
	account  TEXT NOT NULL,
	test     BOOLEAN NOT NULL,
	op       TEXT NOT NULL,
	hold     TEXT NOT NULL,
	debit    TEXT NOT NULL,
	credit   TEXT NOT NULL,
	asked    BIGINT NOT NULL,
	least    BIGINT NOT NULL,
	amount   BIGINT NOT NULL,
	reason   TEXT NOT NULL,
	call_id  TEXT NOT NULL,
	subject  TEXT NOT NULL,
	expires  BIGINT NOT NULL,
	created  BIGINT NOT NULL
);
CREATE INDEX ledger_transfers_debit ON ledger_transfers (debit, created, id);
CREATE INDEX ledger_transfers_credit ON ledger_transfers (credit, created, id);
CREATE INDEX ledger_transfers_hold ON ledger_transfers (hold);
CREATE INDEX ledger_transfers_call ON ledger_transfers (call_id);
CREATE INDEX ledger_transfers_subject ON ledger_transfers (subject);
