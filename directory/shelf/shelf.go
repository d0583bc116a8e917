// Package shelf keeps what an account sets up, each kind on a shelf of its own: rows that are
// JSON beside whose they are, made, listed, changed and deleted in one way, with an event for
// each change. What a row may be is for its own package to check.
package shelf

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
)

// A Row is what all rows have: an ID, whose it is, since when, and when it last
// changed.
type Row struct {
	ID      string    `json:"id"`
	Tenant  Tenant    `json:"-"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"` // never twice the same of one row: it tells its versions apart

	refused error
}

// Stored returns the row.
func (r *Row) Stored() *Row { return r }

// Refuse ends the change that is being made to a row: it stays as it is, and
// whoever asked for the change gets err.
func (r *Row) Refuse(err error) { r.refused = err }

// A Book is whose rows they are.
type Book interface {
	Database() *store.DB
	Now() time.Time // as rows keep it
	// Change runs a transaction, after which whatever the book remembers is old.
	Change(ctx context.Context, op string, f func(*store.Tx) error) error
}

// A Rower is a pointer to something that has a Row, in books of type B.
type Rower[T any, B Book] interface {
	*T
	Stored() *Row
	// Check refuses what cannot be meant, also by what else there is, and tidies
	// the rest.
	Check(ctx context.Context, b B, from directory.Source) error
}

// A Named row may be named by others: Free refuses to delete it while it is, or
// frees it from that.
type Named[B Book] interface {
	Free(ctx context.Context, b B, tx *store.Tx) error
}

// A Discreet row says less in events than there is to it.
type Discreet interface{ Told() any }

// A Tenant is an account in one of its modes: what all rows belong to.
type Tenant struct {
	Account webtrunk.AccountID
	Test    bool
}

// TenantOf is for whom somebody acts.
func TenantOf(by directory.Principal) Tenant { return Tenant{Account: by.Account, Test: by.Test} }

// Of is a shelf: the rows of one kind.
type Of[T any, P Rower[T, B], B Book] struct {
	Kind   string // "queue": begins its events
	Name   string // in messages: "opening hours"
	Prefix string // of IDs
	Table  string // id, account, test, settings, created
	Most   int    // in one account and mode
}

func (s Of[T, P, B]) read(row store.Row) (is T, err error) {
	var settings string
	var created int64
	to := Row{}
	if err := row.Scan(&to.ID, &to.Tenant.Account, &to.Tenant.Test, &settings, &created); err != nil {
		return is, err
	}
	if err := json.Unmarshal([]byte(settings), &is); err != nil {
		return is, err
	}
	to.Created, to.Updated = store.Time(created), P(&is).Stored().Updated
	if to.Updated.IsZero() { // kept before rows told when they changed
		to.Updated = to.Created
	}
	*P(&is).Stored() = to
	return is, nil
}

func (s Of[T, P, B]) columns() string {
	return `SELECT id, account, test, settings, created FROM ` + s.Table + ` `
}

// All returns a tenant's rows, the oldest first.
func (s Of[T, P, B]) All(ctx context.Context, from directory.Source, of Tenant) ([]T, error) {
	rows, err := from.Query(ctx, s.columns()+`WHERE account = $1 AND test = $2 ORDER BY created, id`, string(of.Account), of.Test)
	found, err := store.All(rows, err, s.read)
	return found, directory.Unavailable(s.Kind, err)
}

// List returns a part of a tenant's rows, the newest first.
func (s Of[T, P, B]) List(ctx context.Context, b B, by directory.Principal, p directory.Page) ([]T, error) {
	c := store.Clause{}
	c.Where(`account = ?`, string(by.Account))
	c.Where(`test = ?`, by.Test)
	if p.After != "" {
		c.Where(`id < ?`, p.After)
	}
	if p.Limit <= 0 {
		p.Limit = 100
	}
	rows, err := b.Database().Query(ctx, s.columns()+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, p.Limit), c.Args...)
	found, err := store.All(rows, err, s.read)
	return found, directory.Unavailable(s.Kind, err)
}

// One returns one of a tenant's rows.
func (s Of[T, P, B]) One(ctx context.Context, from directory.Source, of Tenant, id string) (is T, err error) {
	is, err = s.read(from.QueryRow(ctx, s.columns()+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return is, directory.Found(s.Kind, s.Name, err)
}

// Has refuses the ID of what the tenant does not have.
func (s Of[T, P, B]) Has(ctx context.Context, from directory.Source, of Tenant, id string) error {
	var there int
	err := from.QueryRow(ctx, `SELECT 1 FROM `+s.Table+` WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test).Scan(&there)
	return directory.Found(s.Kind, s.Name, err)
}

// Create makes a row in the account and mode of whoever asks. The same again,
// as after a request whose answer was lost, is what it was.
func (s Of[T, P, B]) Create(ctx context.Context, b B, by directory.Principal, is T) (made T, err error) {
	row := P(&is).Stored()
	if row.ID == "" {
		row.ID = webtrunk.NewID(s.Prefix)
	}
	row.Tenant, row.Created = TenantOf(by), b.Now()
	row.Updated = row.Created
	err = b.Change(ctx, s.Kind, func(tx *store.Tx) error {
		made = is
		if err := P(&made).Check(ctx, b, tx); err != nil {
			return err
		}
		before, err := s.One(ctx, tx, row.Tenant, row.ID)
		if err == nil {
			made, err = s.again(before, made)
			return err
		}
		if webtrunk.KindOf(err) != webtrunk.NotFound {
			return err
		}
		return s.insert(ctx, b, tx, &made)
	})
	return made, err
}

// again is the answer to whoever makes what is there.
func (s Of[T, P, B]) again(before, wanted T) (T, error) {
	row := P(&before).Stored()
	P(&wanted).Stored().Created, P(&wanted).Stored().Updated = row.Created, row.Updated
	if !reflect.DeepEqual(before, wanted) {
		return before, conflict(s.Kind, "There is one already. Change that one instead.")
	}
	return before, nil
}

func (s Of[T, P, B]) insert(ctx context.Context, b B, tx *store.Tx, is P) error {
	row := is.Stored()
	var there int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM `+s.Table+` WHERE account = $1 AND test = $2`, string(row.Tenant.Account), row.Tenant.Test).Scan(&there)
	if err != nil {
		return err
	}
	if there >= s.Most {
		return conflict(s.Kind, fmt.Sprintf("This account has %d already, which is the most. Delete one that is not used any more.", s.Most))
	}
	settings, err := json.Marshal(is)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO `+s.Table+` (id, account, test, settings, created) VALUES ($1, $2, $3, $4, $5)`,
		row.ID, string(row.Tenant.Account), row.Tenant.Test, string(settings), store.Micros(row.Created))
	if err != nil {
		return err
	}
	return s.tell(tx, "created", is)
}

// Update lets f change a row of whoever asks.
func (s Of[T, P, B]) Update(ctx context.Context, b B, by directory.Principal, id string, f func(P)) (is T, err error) {
	err = b.Change(ctx, s.Kind, func(tx *store.Tx) error {
		if is, err = s.One(ctx, tx, TenantOf(by), id); err != nil {
			return err
		}
		f(&is)
		if err := P(&is).Stored().refused; err != nil {
			return err
		}
		if err := P(&is).Check(ctx, b, tx); err != nil {
			return err
		}
		return s.Keep(ctx, b, tx, &is)
	})
	return is, err
}

// Keep keeps what a row has become, and tells of it.
func (s Of[T, P, B]) Keep(ctx context.Context, b B, tx *store.Tx, is P) error {
	row := is.Stored()
	row.Updated = store.Later(row.Updated, b.Now())
	settings, err := json.Marshal(is)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE `+s.Table+` SET settings = $1 WHERE id = $2 AND account = $3 AND test = $4`,
		string(settings), row.ID, string(row.Tenant.Account), row.Tenant.Test); err != nil {
		return err
	}
	return s.tell(tx, "updated", is)
}

// Remove deletes a row of whoever asks, unless something names it.
func (s Of[T, P, B]) Remove(ctx context.Context, b B, by directory.Principal, id string) error {
	return b.Change(ctx, s.Kind, func(tx *store.Tx) error {
		is, err := s.One(ctx, tx, TenantOf(by), id)
		if err != nil {
			return err
		}
		return s.Strike(ctx, b, tx, &is)
	})
}

// Strike deletes a row and tells of it.
func (s Of[T, P, B]) Strike(ctx context.Context, b B, tx *store.Tx, is P) error {
	if n, ok := any(is).(Named[B]); ok {
		if err := n.Free(ctx, b, tx); err != nil {
			return err
		}
	}
	row := is.Stored()
	if _, err := tx.Exec(ctx, `DELETE FROM `+s.Table+` WHERE id = $1 AND account = $2 AND test = $3`, row.ID, string(row.Tenant.Account), row.Tenant.Test); err != nil {
		return err
	}
	return s.tell(tx, "deleted", is)
}

// tell puts an event into the log, with the row that it speaks of.
func (s Of[T, P, B]) tell(tx *store.Tx, what string, is P) error {
	data := any(is)
	if d, ok := data.(Discreet); ok {
		data = d.Told()
	}
	r, err := event.New(is.Stored().Tenant.Account, is.Stored().Tenant.Test, s.Kind+"."+what, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}

func conflict(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: message}
}
