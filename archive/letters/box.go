package letters

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A Box keeps letters. It may be used from any goroutine.
type Box struct{ DB *store.DB }

// mostWaiting is how many letters of an account nobody need have seen to: who fills a
// box with rubbish must not fill the disk. Further ones are refused, and their
// writers told.
const mostWaiting = 5000

const selected = `SELECT id, account, test, queue, call_id, op, name, reply_to, body, created, done, done_by FROM offline_messages WHERE `

func scan(from store.Row) (l Letter, err error) {
	var created, done int64
	err = from.Scan(&l.ID, &l.Account, &l.Test, &l.Queue, &l.Call, &l.Op, &l.Name, &l.ReplyTo, &l.Text, &created, &done, &l.DoneBy)
	l.Created = store.Time(created)
	if done != 0 {
		l.Done = store.Time(done)
	}
	return l, err
}

// created is what the log says of a letter: not what is in it, nor whose it is.
type created struct {
	Offline bool            `json:"offline"`
	ID      string          `json:"offline_message"`
	Queue   string          `json:"queue"`
	Call    webtrunk.CallID `json:"call,omitempty"`
	Role    string          `json:"role"`
}

// Leave keeps a letter and tells the log. One that is left again, by the op that its page
// gave it, is there once.
func (b *Box) Leave(ctx context.Context, l Letter) error {
	if err := l.check(); err != nil {
		return err
	}
	waiting, err := b.Waiting(ctx, l.Account, l.Test, nil)
	if err != nil {
		return err
	}
	if waiting >= mostWaiting {
		return &webtrunk.Error{Op: "offline message", Kind: webtrunk.Exhausted, Message: "No more messages can be kept at the moment. Try again later, or call."}
	}
	l.ID = webtrunk.NewID("om")
	told, err := event.New(l.Account, l.Test, "message.created", created{true, l.ID, l.Queue, l.Call, "visitor"})
	if err != nil {
		return err
	}
	return b.DB.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO offline_messages (id, account, test, queue, call_id, op, name, reply_to, body, created, done, done_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '') ON CONFLICT (account, test, op) DO NOTHING`,
			l.ID, string(l.Account), l.Test, l.Queue, string(l.Call), l.Op, l.Name, l.ReplyTo, l.Text, store.Micros(time.Now()))
		if err == nil && n > 0 {
			tx.Emit(told)
		}
		return err
	})
}

// Get returns one letter of an account, or webtrunk.NotFound.
func (b *Box) Get(ctx context.Context, account webtrunk.AccountID, test bool, id string) (Letter, error) {
	l, err := scan(b.DB.QueryRow(ctx, selected+`id = $1 AND account = $2 AND test = $3`, id, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Letter{}, missing()
	}
	return l, err
}

func missing() error {
	return &webtrunk.Error{Op: "offline message", Kind: webtrunk.NotFound, Message: "There is no offline message with this ID."}
}

// List returns up to limit letters of an account, newest first, of some queues where
// they are named, that are older than the one named after, which may be empty.
func (b *Box) List(ctx context.Context, account webtrunk.AccountID, test bool, queues []string, limit int, after string) ([]Letter, error) {
	c := of(account, test, queues)
	if after != "" {
		last, err := b.Get(ctx, account, test, after)
		if err != nil {
			return nil, err
		}
		c.Behind(last.Created, after)
	}
	rows, err := b.DB.Query(ctx, selected+c.Newest(limit), c.Args...)
	return store.All(rows, err, scan)
}

// of are the letters for some queues of an account; for all, where none is named.
func of(account webtrunk.AccountID, test bool, queues []string) *store.Clause {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(account), test)
	store.OneOf(c, "queue", queues)
	return c
}

// Waiting counts the letters for some queues that nobody has seen to.
func (b *Box) Waiting(ctx context.Context, account webtrunk.AccountID, test bool, queues []string) (n int, err error) {
	c := of(account, test, queues)
	c.Where("done = 0")
	err = b.DB.QueryRow(ctx, `SELECT count(*) FROM offline_messages WHERE `+c.All(), c.Args...).Scan(&n)
	return n, err
}

// Mark notes that somebody has seen to a letter, or that it waits again. Who was the
// first to see to it stays so.
func (b *Box) Mark(ctx context.Context, account webtrunk.AccountID, test bool, id string, done bool, by string) (Letter, error) {
	err := b.DB.Tx(ctx, func(tx *store.Tx) error {
		at, was := store.Micros(time.Now()), "done = 0"
		if !done {
			at, by, was = 0, "", "done <> 0"
		}
		_, err := tx.Exec(ctx, `UPDATE offline_messages SET done = $1, done_by = $2 WHERE id = $3 AND account = $4 AND test = $5 AND `+was, at, by, id, string(account), test)
		return err
	})
	if err != nil {
		return Letter{}, err
	}
	return b.Get(ctx, account, test, id)
}

// Delete deletes a letter of an account.
func (b *Box) Delete(ctx context.Context, account webtrunk.AccountID, test bool, id string) error {
	c := of(account, test, nil)
	c.Where("id = ?", id)
	n, err := b.remove(ctx, c)
	if err == nil && n == 0 {
		return missing()
	}
	return err
}

// Erase removes what was written after a call.
func (b *Box) Erase(ctx context.Context, account webtrunk.AccountID, id webtrunk.CallID) (int, error) {
	c := &store.Clause{}
	c.Where("account = ? AND call_id = ?", string(account), string(id))
	return b.remove(ctx, c)
}

// Expire removes an account's test or live letters that were left before a time.
func (b *Box) Expire(ctx context.Context, account webtrunk.AccountID, test bool, before time.Time) (int, error) {
	c := of(account, test, nil)
	c.Where("created < ?", store.Micros(before))
	return b.remove(ctx, c)
}

func (b *Box) remove(ctx context.Context, c *store.Clause) (n int, err error) {
	err = b.DB.Tx(ctx, func(tx *store.Tx) error {
		rows, err := tx.Exec(ctx, `DELETE FROM offline_messages WHERE `+c.All(), c.Args...)
		n = int(rows)
		return err
	})
	return n, err
}
