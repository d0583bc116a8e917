-- +goose Up

-- Where the log speaks of a call in the account's own stream, as of whom it was
-- offered to: an erasure of the call finds it there.
CREATE TABLE call_mentions (
	call_id  TEXT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (call_id, position)
);

-- What was said before is found when the archive reads the log once more.
UPDATE cursors SET position = 0 WHERE consumer = 'archive';

-- Who answered is in the log alone.
ALTER TABLE queue_entries DROP COLUMN agent;
