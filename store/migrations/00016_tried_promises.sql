-- +goose Up

-- An agent has been called for a promise, and the caller has not answered yet: after a
-- restart it is tried once more, and no further.
ALTER TABLE callback_promises ADD COLUMN tried BOOLEAN NOT NULL DEFAULT FALSE;
