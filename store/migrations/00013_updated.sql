-- +goose Up

-- When each was last changed: by it two who change the same at once are told apart.
ALTER TABLE people ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE widgets ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refs ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE numbers ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
UPDATE people SET updated = created;
UPDATE widgets SET updated = created;
UPDATE refs SET updated = created;
UPDATE numbers SET updated = created;
