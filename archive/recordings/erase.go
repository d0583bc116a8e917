package recordings

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/event"
	"webtrunk/store"
)

var _ archive.Keeper = (*Library)(nil)

// Keeps implements archive.Keeper.
func (l *Library) Keeps() archive.Class { return archive.Recordings }

// Erase implements archive.Keeper.
func (l *Library) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND call_id = ?", string(account), string(id))
	return l.remove(ctx, c)
}

// Expire implements archive.Keeper.
func (l *Library) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ? AND created < ?", string(account), test, store.Micros(before))
	return l.remove(ctx, c)
}

// remove removes recordings, and tells nobody: the archive tells of its sweeps.
func (l *Library) remove(ctx context.Context, c *store.Clause) (n int, err error) {
	rows, err := l.db.Query(ctx, selected+c.All(), c.Args...)
	found, err := store.All(rows, err, scan)
	if err != nil {
		return 0, err
	}
	for _, r := range found {
		if err := l.strike(ctx, r); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Delete deletes a recording of an account, and tells by whom.
func (l *Library) Delete(ctx context.Context, account webtrunk.AccountID, test bool, id, by string) error {
	r, err := l.Get(ctx, account, test, id)
	if err != nil {
		return err
	}
	told, err := event.New(account, test, "recording.deleted", Told{Recording: r.ID, Call: r.Call, By: by})
	if err != nil {
		return err
	}
	return l.strike(ctx, r, told)
}

// strike removes a recording: its file first, so that one which cannot be removed is found
// again. Of two who remove it at once, one tells.
func (l *Library) strike(ctx context.Context, r Recording, told ...event.Record) error {
	if err := l.objects.Delete(r.ID + whole); err != nil {
		return err
	}
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM recordings WHERE id = $1`, r.ID)
		if err == nil && n > 0 {
			tx.Emit(told...)
		}
		return err
	})
}
