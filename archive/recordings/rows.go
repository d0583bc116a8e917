package recordings

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
)

// A Recording is one that is kept. Who is heard in it is in the record of its call.
type Recording struct {
	ID          string
	Account     webtrunk.AccountID
	Call        webtrunk.CallID
	Leg         call.LegID // left is what it says, right what it hears
	Began       time.Time
	Length      time.Duration
	Bytes       int64
	Interrupted bool // its end is missing
	Created     time.Time
}

// Told is what the log says of a recording.
type Told struct {
	Recording   string          `json:"recording"`
	Call        webtrunk.CallID `json:"call"`
	Seconds     float64         `json:"seconds,omitempty"`
	Interrupted bool            `json:"interrupted,omitempty"` // recording.ready: its end is missing
	Message     string          `json:"message,omitempty"`     // recording.failed: why, in a sentence
	By          string          `json:"by,omitempty"`          // recording.deleted: who deleted it
}

// A story is one event of a recording.
type story struct {
	kind string
	told Told
}

func (r Recording) ready() story {
	return story{"recording.ready", Told{Recording: r.ID, Call: r.Call, Seconds: r.Length.Seconds(), Interrupted: r.Interrupted}}
}

const selected = `SELECT id, account, call_id, leg, began, length_ms, bytes, interrupted, created FROM recordings WHERE `

func scan(from store.Row) (r Recording, err error) {
	var began, length, created int64
	err = from.Scan(&r.ID, &r.Account, &r.Call, &r.Leg, &began, &length, &r.Bytes, &r.Interrupted, &created)
	r.Began, r.Length, r.Created = store.Time(began), time.Duration(length)*time.Millisecond, store.Time(created)
	return r, err
}

// filing is how long a row is waited for; what has none then is taken up by the next start.
const filing = 30 * time.Second

// file gives a recording its row, if it is kept, and tells of it.
func (l *Library) file(r Recording, test, kept bool, told ...story) {
	ctx, cancel := context.WithTimeout(context.Background(), filing)
	defer cancel()
	if err := l.insert(ctx, r, test, kept, told); err != nil {
		l.log.Error("a recording is not in the list until the next start", "recording", r.ID, "error", err)
		return
	}
	if kept {
		l.stats.kept.Add(1)
	}
}

func (l *Library) insert(ctx context.Context, r Recording, test, kept bool, told []story) error {
	var records []event.Record
	for _, s := range told {
		e, err := event.New(r.Account, test, s.kind, s.told)
		if err != nil {
			return err
		}
		records = append(records, e)
	}
	return l.db.Tx(ctx, func(tx *store.Tx) error {
		tx.Emit(records...)
		if !kept {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO recordings (id, account, test, call_id, leg, began, length_ms, bytes, interrupted, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			r.ID, string(r.Account), test, string(r.Call), int(r.Leg), store.Micros(r.Began), r.Length.Milliseconds(), r.Bytes, r.Interrupted, store.Micros(time.Now()))
		return err
	})
}

// Get returns one recording of an account, or webtrunk.NotFound.
func (l *Library) Get(ctx context.Context, account webtrunk.AccountID, test bool, id string) (Recording, error) {
	r, err := scan(l.db.QueryRow(ctx, selected+`id = $1 AND account = $2 AND test = $3`, id, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Recording{}, Missing()
	}
	return r, err
}

// Missing is the answer to who asks for a recording that is not there, or not theirs.
func Missing() error {
	return &webtrunk.Error{Op: "recordings", Kind: webtrunk.NotFound, Message: "There is no recording with this ID that you may hear."}
}

// Of returns a call's recordings, in their order.
func (l *Library) Of(ctx context.Context, account webtrunk.AccountID, test bool, id webtrunk.CallID) ([]Recording, error) {
	rows, err := l.db.Query(ctx, selected+`call_id = $1 AND account = $2 AND test = $3 ORDER BY began, id`, string(id), string(account), test)
	return store.All(rows, err, scan)
}

// List returns up to limit recordings of an account, newest first, that are older than the
// one named after, which may be empty.
func (l *Library) List(ctx context.Context, account webtrunk.AccountID, test bool, limit int, after string) ([]Recording, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(account), test)
	if after != "" {
		last, err := l.Get(ctx, account, test, after)
		if err != nil {
			return nil, err
		}
		c.Behind(last.Created, after)
	}
	rows, err := l.db.Query(ctx, selected+c.Newest(limit), c.Args...)
	return store.All(rows, err, scan)
}

// Open opens a recording's file.
func (l *Library) Open(ctx context.Context, account webtrunk.AccountID, test bool, id string) (objects.Reader, error) {
	if _, err := l.Get(ctx, account, test, id); err != nil {
		return nil, err
	}
	file, err := l.objects.Open(id + whole)
	if err != nil {
		return nil, &webtrunk.Error{Op: "recordings", Kind: webtrunk.Unavailable, Message: "The file of this recording cannot be read on this node.", Err: err}
	}
	return file, nil
}
