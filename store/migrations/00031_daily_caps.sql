-- +goose Up

-- How much of an account may leave it in one day (UTC), in minor units. before is what had
-- left it when day began, which is counted in days since 1970; day -1 is not known yet.
CREATE TABLE ledger_caps (
	id     TEXT PRIMARY KEY,
	daily  BIGINT NOT NULL,
	day    BIGINT NOT NULL,
	before BIGINT NOT NULL
);
