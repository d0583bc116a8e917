package voicemail

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/archive/objects"
	"webtrunk/event"
	"webtrunk/store"
)

// A Message is one that was left. Who left it is in the record of its call, from
// which identity can be erased.
type Message struct {
	ID      string
	Account webtrunk.AccountID
	Call    webtrunk.CallID
	Box     string
	Length  time.Duration
	Bytes   int64
	Created time.Time
	Heard   time.Time // when somebody listened to it first; zero: nobody has
}

const selected = `SELECT id, account, call_id, box, length_ms, bytes, created, heard FROM voicemails WHERE `

func scan(from store.Row) (m Message, err error) {
	var length, created, heard int64
	err = from.Scan(&m.ID, &m.Account, &m.Call, &m.Box, &length, &m.Bytes, &created, &heard)
	m.Length, m.Created = time.Duration(length)*time.Millisecond, store.Time(created)
	if heard != 0 {
		m.Heard = store.Time(heard)
	}
	return m, err
}

func (m *Mailboxes) insert(ctx context.Context, v Message, test bool) error {
	return m.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO voicemails (id, account, test, call_id, box, length_ms, bytes, created, heard) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
			v.ID, string(v.Account), test, string(v.Call), v.Box, v.Length.Milliseconds(), v.Bytes, store.Micros(time.Now()))
		return err
	})
}

func (m *Mailboxes) ids(ctx context.Context) (map[string]bool, error) {
	rows, err := m.db.Query(ctx, `SELECT id FROM voicemails`)
	all, err := store.All(rows, err, func(from store.Row) (id string, err error) { return id, from.Scan(&id) })
	known := map[string]bool{}
	for _, id := range all {
		known[id] = true
	}
	return known, err
}

// Get returns one message of an account, or webtrunk.NotFound.
func (m *Mailboxes) Get(ctx context.Context, account webtrunk.AccountID, test bool, id string) (Message, error) {
	v, err := scan(m.db.QueryRow(ctx, selected+`id = $1 AND account = $2 AND test = $3`, id, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Message{}, &webtrunk.Error{Op: "voicemail", Kind: webtrunk.NotFound, Message: "There is no voicemail with this ID."}
	}
	return v, err
}

// List returns up to limit messages of an account, newest first, of some boxes
// where they are named, that are older than the one named after, which may be empty.
func (m *Mailboxes) List(ctx context.Context, account webtrunk.AccountID, test bool, boxes []string, limit int, after string) ([]Message, error) {
	c := of(account, test, boxes)
	if after != "" {
		last, err := m.Get(ctx, account, test, after)
		if err != nil {
			return nil, err
		}
		c.Behind(last.Created, after)
	}
	rows, err := m.db.Query(ctx, selected+c.Newest(limit), c.Args...)
	return store.All(rows, err, scan)
}

// of are the messages of some boxes of an account; of all, where none is named.
func of(account webtrunk.AccountID, test bool, boxes []string) *store.Clause {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(account), test)
	store.OneOf(c, "box", boxes)
	return c
}

// Unheard counts the messages of some boxes that nobody has listened to.
func (m *Mailboxes) Unheard(ctx context.Context, account webtrunk.AccountID, test bool, boxes []string) (n int, err error) {
	c := of(account, test, boxes)
	c.Where("heard = 0")
	err = m.db.QueryRow(ctx, `SELECT count(*) FROM voicemails WHERE `+c.All(), c.Args...).Scan(&n)
	return n, err
}

// Open opens a message's file, and notes that it is listened to.
func (m *Mailboxes) Open(ctx context.Context, account webtrunk.AccountID, test bool, id string) (objects.Reader, error) {
	if _, err := m.Get(ctx, account, test, id); err != nil {
		return nil, err
	}
	file, err := m.objects.Open(id + whole)
	if err != nil {
		return nil, &webtrunk.Error{Op: "voicemail", Kind: webtrunk.Unavailable, Message: "The file of this voicemail cannot be read on this node.", Err: err}
	}
	err = m.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE voicemails SET heard = $1 WHERE id = $2 AND heard = 0`, store.Micros(time.Now()), id)
		return err
	})
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Delete deletes a message of an account, and tells by whom.
func (m *Mailboxes) Delete(ctx context.Context, account webtrunk.AccountID, test bool, id, by string) error {
	v, err := m.Get(ctx, account, test, id)
	if err != nil {
		return err
	}
	told, err := event.New(account, test, "voicemail.deleted", deleted{v.ID, v.Call, v.Box, by})
	if err != nil {
		return err
	}
	return m.strike(ctx, v, told)
}

// deleted is what the log says of a message that somebody deleted.
type deleted struct {
	ID   string          `json:"id"`
	Call webtrunk.CallID `json:"call"`
	Box  string          `json:"box"`
	By   string          `json:"by"`
}

var _ archive.Keeper = (*Mailboxes)(nil)

// Keeps implements archive.Keeper.
func (m *Mailboxes) Keeps() archive.Class { return archive.Recordings }

// Erase implements archive.Keeper.
func (m *Mailboxes) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND call_id = ?", string(account), string(id))
	return m.remove(ctx, c)
}

// Expire implements archive.Keeper.
func (m *Mailboxes) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ? AND created < ?", string(account), test, store.Micros(before))
	return m.remove(ctx, c)
}

// remove removes messages, and tells nobody.
func (m *Mailboxes) remove(ctx context.Context, c *store.Clause) (n int, err error) {
	rows, err := m.db.Query(ctx, selected+c.All(), c.Args...)
	found, err := store.All(rows, err, scan)
	if err != nil {
		return 0, err
	}
	for _, v := range found {
		if err := m.strike(ctx, v); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// strike removes a message: its file first, so that one which cannot be removed is
// found again. Of two who remove it at once, one tells.
func (m *Mailboxes) strike(ctx context.Context, v Message, told ...event.Record) error {
	if err := m.objects.Delete(v.ID + whole); err != nil {
		return err
	}
	return m.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM voicemails WHERE id = $1`, v.ID)
		if err == nil && n > 0 {
			tx.Emit(told...)
		}
		return err
	})
}
