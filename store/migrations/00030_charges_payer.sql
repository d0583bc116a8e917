-- +goose Up

-- What somebody has paid for is found by their account of the ledger.
CREATE INDEX charges_payer ON charges (payer, id);
