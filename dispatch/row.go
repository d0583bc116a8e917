package dispatch

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

func (r *Row) row() *Row { return r }

// Refuse ends the change that is being made to a row: it stays as it is, and
// whoever asked for the change gets err.
func (r *Row) Refuse(err error) { r.refused = err }

// A rower is a pointer to something that has a Row.
type rower[T any] interface {
	*T
	row() *Row
	// check refuses what cannot be meant, also by what else there is, and tidies
	// the rest.
	check(ctx context.Context, b *Book, from directory.Source) error
}

// A named row may be named by others: free refuses to delete it while it is, or
// frees it from that.
type named interface {
	free(ctx context.Context, b *Book, tx *store.Tx) error
}

// A discreet row says less in events than there is to it.
type discreet interface{ told() any }

// A shelf is the rows of one kind. All kinds are kept alike: what they are is
// JSON, beside whose they are.
type shelf[T any, P rower[T]] struct {
	kind   string // "queue": begins its events
	name   string // in messages: "opening hours"
	prefix string // of IDs
	table  string
	most   int // in one account and mode
}

func (s shelf[T, P]) read(row store.Row) (is T, err error) {
	var settings string
	var created int64
	to := Row{}
	if err := row.Scan(&to.ID, &to.Tenant.Account, &to.Tenant.Test, &settings, &created); err != nil {
		return is, err
	}
	if err := json.Unmarshal([]byte(settings), &is); err != nil {
		return is, err
	}
	to.Created, to.Updated = store.Time(created), P(&is).row().Updated
	if to.Updated.IsZero() { // kept before rows told when they changed
		to.Updated = to.Created
	}
	*P(&is).row() = to
	return is, nil
}

func (s shelf[T, P]) columns() string {
	return `SELECT id, account, test, settings, created FROM ` + s.table + ` `
}

// all returns a tenant's rows, the oldest first.
func (s shelf[T, P]) all(ctx context.Context, from directory.Source, of Tenant) ([]T, error) {
	rows, err := from.Query(ctx, s.columns()+`WHERE account = $1 AND test = $2 ORDER BY created, id`, string(of.Account), of.Test)
	found, err := store.All(rows, err, s.read)
	return found, directory.Unavailable(s.kind, err)
}

// list returns a part of a tenant's rows, the newest first.
func (s shelf[T, P]) list(ctx context.Context, b *Book, by directory.Principal, p directory.Page) ([]T, error) {
	c := store.Clause{}
	c.Where(`account = ?`, string(by.Account))
	c.Where(`test = ?`, by.Test)
	if p.After != "" {
		c.Where(`id < ?`, p.After)
	}
	if p.Limit <= 0 {
		p.Limit = 100
	}
	rows, err := b.o.DB.Query(ctx, s.columns()+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, p.Limit), c.Args...)
	found, err := store.All(rows, err, s.read)
	return found, directory.Unavailable(s.kind, err)
}

// one returns one of a tenant's rows.
func (s shelf[T, P]) one(ctx context.Context, from directory.Source, of Tenant, id string) (is T, err error) {
	is, err = s.read(from.QueryRow(ctx, s.columns()+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return is, directory.Found(s.kind, s.name, err)
}

// has refuses the ID of what the tenant does not have.
func (s shelf[T, P]) has(ctx context.Context, from directory.Source, of Tenant, id string) error {
	var there int
	err := from.QueryRow(ctx, `SELECT 1 FROM `+s.table+` WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test).Scan(&there)
	return directory.Found(s.kind, s.name, err)
}

// create makes a row in the account and mode of whoever asks. The same again,
// as after a request whose answer was lost, is what it was.
func (s shelf[T, P]) create(ctx context.Context, b *Book, by directory.Principal, is T) (made T, err error) {
	row := P(&is).row()
	if row.ID == "" {
		row.ID = webtrunk.NewID(s.prefix)
	}
	row.Tenant, row.Created = tenantOf(by), b.now()
	row.Updated = row.Created
	err = b.change(ctx, s.kind, func(tx *store.Tx) error {
		made = is
		if err := P(&made).check(ctx, b, tx); err != nil {
			return err
		}
		before, err := s.one(ctx, tx, row.Tenant, row.ID)
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
func (s shelf[T, P]) again(before, wanted T) (T, error) {
	row := P(&before).row()
	P(&wanted).row().Created, P(&wanted).row().Updated = row.Created, row.Updated
	if !reflect.DeepEqual(before, wanted) {
		return before, conflict(s.kind, "There is one already. Change that one instead.")
	}
	return before, nil
}

func (s shelf[T, P]) insert(ctx context.Context, b *Book, tx *store.Tx, is P) error {
	row := is.row()
	var there int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM `+s.table+` WHERE account = $1 AND test = $2`, string(row.Tenant.Account), row.Tenant.Test).Scan(&there)
	if err != nil {
		return err
	}
	if there >= s.most {
		return conflict(s.kind, fmt.Sprintf("This account has %d already, which is the most. Delete one that is not used any more.", s.most))
	}
	settings, err := json.Marshal(is)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO `+s.table+` (id, account, test, settings, created) VALUES ($1, $2, $3, $4, $5)`,
		row.ID, string(row.Tenant.Account), row.Tenant.Test, string(settings), store.Micros(row.Created))
	if err != nil {
		return err
	}
	return s.tell(tx, "created", is)
}

// update lets f change a row of whoever asks.
func (s shelf[T, P]) update(ctx context.Context, b *Book, by directory.Principal, id string, f func(P)) (is T, err error) {
	err = b.change(ctx, s.kind, func(tx *store.Tx) error {
		if is, err = s.one(ctx, tx, tenantOf(by), id); err != nil {
			return err
		}
		f(&is)
		if err := P(&is).row().refused; err != nil {
			return err
		}
		if err := P(&is).check(ctx, b, tx); err != nil {
			return err
		}
		return s.keep(ctx, b, tx, &is)
	})
	return is, err
}

// keep keeps what a row has become, and tells of it.
func (s shelf[T, P]) keep(ctx context.Context, b *Book, tx *store.Tx, is P) error {
	row := is.row()
	row.Updated = store.Later(row.Updated, b.now())
	settings, err := json.Marshal(is)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE `+s.table+` SET settings = $1 WHERE id = $2 AND account = $3 AND test = $4`,
		string(settings), row.ID, string(row.Tenant.Account), row.Tenant.Test); err != nil {
		return err
	}
	return s.tell(tx, "updated", is)
}

// remove deletes a row of whoever asks, unless something names it.
func (s shelf[T, P]) remove(ctx context.Context, b *Book, by directory.Principal, id string) error {
	return b.change(ctx, s.kind, func(tx *store.Tx) error {
		is, err := s.one(ctx, tx, tenantOf(by), id)
		if err != nil {
			return err
		}
		return s.strike(ctx, b, tx, &is)
	})
}

// strike deletes a row and tells of it.
func (s shelf[T, P]) strike(ctx context.Context, b *Book, tx *store.Tx, is P) error {
	if n, ok := any(is).(named); ok {
		if err := n.free(ctx, b, tx); err != nil {
			return err
		}
	}
	row := is.row()
	if _, err := tx.Exec(ctx, `DELETE FROM `+s.table+` WHERE id = $1 AND account = $2 AND test = $3`, row.ID, string(row.Tenant.Account), row.Tenant.Test); err != nil {
		return err
	}
	return s.tell(tx, "deleted", is)
}

// tell puts an event into the log, with the row that it speaks of.
func (s shelf[T, P]) tell(tx *store.Tx, what string, is P) error {
	data := any(is)
	if d, ok := data.(discreet); ok {
		data = d.told()
	}
	r, err := event.New(is.row().Tenant.Account, is.row().Tenant.Test, s.kind+"."+what, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}
