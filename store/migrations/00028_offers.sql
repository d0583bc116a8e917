-- +goose Up

-- Who asked for a price while its call ran; empty for what a call was quoted when it began.
ALTER TABLE quotes ADD COLUMN offered_by TEXT NOT NULL DEFAULT '';
