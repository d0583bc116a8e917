package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// Options are what an operator may choose about a directory. The zero Options
// are of use.
type Options struct {
	// Site is where people open the gateway, "https://calls.example.com": links
	// of references begin with it, and the tokens that the gateway issues name it.
	Site string
	// Domain is ours in SIP addresses: sip:ref_shop@Domain reaches a reference.
	// Empty means that no SIP address does.
	Domain string
	// Leaving refuses to delete a customer, as one with money in their wallet. Nil lets
	// everybody go.
	Leaving func(context.Context, Customer) error
	Log     *slog.Logger     // nil discards
	Now     func() time.Time // nil is time.Now
}

// A Directory answers from the database. It may be asked from any goroutine,
// and starts none of its own.
type Directory struct {
	db      *store.DB
	o       Options
	hashing hashing

	desks      Desks
	dialled    Lately[string, dialled]   // by number
	extensions Lately[[2]string, string] // the reference, by number and digits
	leads      Lately[asked, lead]       // where references lead
	widgets    Lately[string, Widget]    // that may be used, by key
}

// Open returns the directory that a database holds.
func Open(ctx context.Context, db *store.DB, o Options) (*Directory, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Directory{db: db, o: o, hashing: newHashing(runtime.GOMAXPROCS(0))}
	var accounts int
	err := db.QueryRow(ctx, `SELECT count(*) FROM accounts`).Scan(&accounts)
	return d, Unavailable("directory", err)
}

// now is the time as rows keep it.
func (d *Directory) now() time.Time { return d.o.Now().UTC().Truncate(time.Microsecond) }

// Page is a part of a list, newest first: Limit items after one of them.
type Page struct {
	After string // the ID of the last item that was seen; empty begins
	Limit int    // 0 means 100
}

// query completes a statement that ends in its conditions.
func (p Page) query(conditions string, args ...any) (string, []any) {
	if p.After != "" {
		args = append(args, p.After)
		conditions += fmt.Sprintf(" AND id < $%d", len(args))
	}
	if p.Limit <= 0 {
		p.Limit = 100
	}
	return conditions + fmt.Sprintf(" ORDER BY id DESC LIMIT %d", p.Limit), args
}

// A scanner is a row: *sql.Row, or *sql.Rows at one of its rows.
type scanner interface{ Scan(...any) error }

// A Source is read from: the database, or a transaction.
type Source interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// list reads all rows of a query.
func list[T any](ctx context.Context, from Source, read func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := from.Query(ctx, query, args...)
	if err != nil {
		return nil, Unavailable("list", err)
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, Unavailable("list", rows.Err())
}

// tell puts an event into the log, with the rows that it speaks of.
func (d *Directory) tell(tx *store.Tx, by Principal, kind string, data any) error {
	r, err := event.New(by.Account, by.Test, kind, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}

// change runs a transaction. Our own refusals pass; whatever else fails is the
// database's.
func (d *Directory) change(ctx context.Context, op string, f func(*store.Tx) error) error {
	defer d.widgets.Forget()
	defer d.leads.Forget()
	defer d.extensions.Forget()
	defer d.dialled.Forget()
	return Unavailable(op, d.db.Tx(ctx, f))
}

// Unavailable says of an error that is none of ours that the database failed.
func Unavailable(op string, err error) error {
	var ours *webtrunk.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	return &webtrunk.Error{Op: op, Kind: webtrunk.Unavailable, Err: err,
		Message: "The gateway cannot reach its database at the moment. Try again in a minute."}
}

// Found turns the error of a row that was looked for into ours.
func Found(op, what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return Missing(op, what)
	}
	return Unavailable(op, err)
}

// Missing is how whatever does not exist is answered, and whatever is another
// account's.
func Missing(op, what string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.NotFound, Message: fmt.Sprintf("There is no such %s. Check the ID, and that it is of this account and mode.", what)}
}

func forbidden(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Forbidden, Message: message}
}

func conflict(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: message}
}

// managed refuses to change what the configuration says: it would change back
// with the next start.
func managed(op string) error {
	return conflict(op, "This comes from the gateway's configuration. Change it there and start the gateway again.")
}

// text is how a list or map is kept.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only lists and maps of strings come here
	}
	return string(b)
}

// untext reads what text wrote.
func untext[T any](s string, v *T) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), v)
}
