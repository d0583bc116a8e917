package files

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/objects"
	"webtrunk/store"
)

const selected = `SELECT id, call_id, account, test, leg, name, media_type, bytes, created FROM call_files WHERE `

func scan(from store.Row) (f File, err error) {
	var created int64
	err = from.Scan(&f.ID, &f.Call.ID, &f.Call.Account, &f.Call.Test, &f.Leg, &f.Name, &f.MediaType, &f.Bytes, &created)
	f.Created = store.Time(created)
	return f, err
}

func (f *Files) insert(ctx context.Context, file File) error {
	return f.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO call_files (id, call_id, account, test, leg, name, media_type, bytes, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			file.ID, string(file.Call.ID), string(file.Call.Account), file.Call.Test, int(file.Leg), file.Name, file.MediaType, file.Bytes, store.Micros(file.Created))
		return err
	})
}

// held is how many files a call has, and how large they are together: those that are kept,
// and those that are on their way or have a ticket. One that arrives meanwhile may be counted
// twice, and never not at all.
func (f *Files) held(ctx context.Context, of Call) (count int, bytes int64, err error) {
	coming, size := f.coming(of)
	err = f.db.QueryRow(ctx, `SELECT count(*), coalesce(sum(bytes), 0) FROM call_files WHERE call_id = $1`, string(of.ID)).Scan(&count, &bytes)
	return count + coming, bytes + size, err
}

func (f *Files) coming(of Call) (count int, bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.tickets {
		if t.file.Call == of && !t.lends && (t.used || !f.o.Now().After(t.until)) {
			count, bytes = count+1, bytes+t.file.Bytes
		}
	}
	return count, bytes
}

func (f *Files) ids(ctx context.Context) (map[string]bool, error) {
	rows, err := f.db.Query(ctx, `SELECT id FROM call_files`)
	all, err := store.All(rows, err, func(from store.Row) (id string, err error) { return id, from.Scan(&id) })
	known := map[string]bool{}
	for _, id := range all {
		known[id] = true
	}
	return known, err
}

// Get returns a file of a call, or webtrunk.NotFound.
func (f *Files) Get(ctx context.Context, of Call, id string) (File, error) {
	file, err := scan(f.db.QueryRow(ctx, selected+`id = $1 AND call_id = $2 AND account = $3 AND test = $4`, id, string(of.ID), string(of.Account), of.Test))
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, refused(webtrunk.NotFound, noneHere)
	}
	return file, err
}

// CallOf is the call in which an account's file was sent, or webtrunk.NotFound.
func (f *Files) CallOf(ctx context.Context, account webtrunk.AccountID, test bool, id string) (Call, error) {
	file, err := scan(f.db.QueryRow(ctx, selected+`id = $1 AND account = $2 AND test = $3`, id, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Call{}, refused(webtrunk.NotFound, noneHere)
	}
	return file.Call, err
}

const noneHere = "There is no such file in this call, or no longer."

// Read opens a file of a call.
func (f *Files) Read(ctx context.Context, of Call, id string) (File, objects.Reader, error) {
	file, err := f.Get(ctx, of, id)
	if err != nil {
		return File{}, nil, err
	}
	content, err := f.open(file)
	return file, content, err
}

func (f *Files) open(file File) (objects.Reader, error) {
	content, err := f.o.Objects.Open(file.ID)
	if err != nil {
		return nil, &webtrunk.Error{Op: "files", Kind: webtrunk.Unavailable, Message: "This file cannot be read on this node.", Err: err}
	}
	return content, nil
}

var _ archive.Keeper = (*Files)(nil)

// Keeps implements archive.Keeper: a file goes with what was written.
func (f *Files) Keeps() archive.Class { return archive.Transcripts }

// Erase implements archive.Keeper.
func (f *Files) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND call_id = ?", string(account), string(id))
	return f.remove(ctx, c)
}

// Expire implements archive.Keeper.
func (f *Files) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ? AND created < ?", string(account), test, store.Micros(before))
	return f.remove(ctx, c)
}

func (f *Files) remove(ctx context.Context, c *store.Clause) (n int, err error) {
	rows, err := f.db.Query(ctx, selected+c.All(), c.Args...)
	found, err := store.All(rows, err, scan)
	for _, file := range found {
		if err := f.strike(ctx, file.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, err
}

// strike removes a file: its bytes first, so that one which cannot be removed is found
// again.
func (f *Files) strike(ctx context.Context, id string) error {
	if err := f.o.Objects.Delete(id); err != nil {
		return err
	}
	return f.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM call_files WHERE id = $1`, id)
		return err
	})
}
