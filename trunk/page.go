package trunk

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// An Entry is a trunk or a route in the book.
type Entry[T any] struct {
	Is      T
	Managed bool      // by the configuration, which alone changes it
	Created time.Time // zero where it is managed
	Updated time.Time
}

// A page is the book's trunks or its routes.
type page[T any] struct {
	kind    string // in messages and events; the table has its plural
	name    func(T) string
	written []T // by the configuration
}

func (p page[T]) table() string { return p.kind + "s" }

// all returns what is written, and behind it what was made over the API, the
// oldest first.
func (p page[T]) all(ctx context.Context, from reader) ([]Entry[T], error) {
	var entries []Entry[T]
	for _, is := range p.written {
		entries = append(entries, Entry[T]{Is: is, Managed: true})
	}
	rows, err := from.Query(ctx, `SELECT settings, created, updated FROM `+p.table()+` ORDER BY created, name`)
	made, err := store.All(rows, err, readEntry[T])
	return append(entries, made...), err
}

func readEntry[T any](row store.Row) (e Entry[T], err error) {
	var settings string
	var created, updated int64
	if err := row.Scan(&settings, &created, &updated); err != nil {
		return e, err
	}
	e.Created, e.Updated = store.Time(created), store.Time(updated)
	return e, json.Unmarshal([]byte(settings), &e.Is)
}

// find returns the place of what has a name, or an error of the kind NotFound.
func (p page[T]) find(entries []Entry[T], name string) (int, error) {
	i := slices.IndexFunc(entries, func(e Entry[T]) bool { return p.name(e.Is) == name })
	if i < 0 {
		return i, &webtrunk.Error{Op: p.kind, Kind: webtrunk.NotFound, Message: "There is no " + p.kind + " of this name."}
	}
	return i, nil
}

// mine is find for what may be changed.
func (p page[T]) mine(entries []Entry[T], name string) (int, error) {
	i, err := p.find(entries, name)
	if err == nil && entries[i].Managed {
		err = conflict(p.kind, "This comes from the gateway's configuration. Change it there and start the gateway again.")
	}
	return i, err
}

// add enters something, unless its name is taken. The same once more, as after
// a request whose answer was lost, is what it was.
func (p page[T]) add(ctx context.Context, tx *store.Tx, entries []Entry[T], is T) ([]Entry[T], Entry[T], error) {
	if i, err := p.find(entries, p.name(is)); err == nil {
		if !entries[i].Managed && reflect.DeepEqual(entries[i].Is, is) {
			return entries, entries[i], nil
		}
		return nil, Entry[T]{}, conflict(p.kind, "There is a "+p.kind+" of this name already. Change that one, or choose another name.")
	}
	settings, err := json.Marshal(is)
	if err != nil {
		return nil, Entry[T]{}, err
	}
	e := Entry[T]{Is: is, Created: now()}
	e.Updated = e.Created
	_, err = tx.Exec(ctx, `INSERT INTO `+p.table()+` (name, settings, created, updated) VALUES ($1, $2, $3, $3)`, p.name(is), string(settings), store.Micros(e.Created))
	return append(entries, e), e, err
}

// change lets f change something, whose name stays.
func (p page[T]) change(ctx context.Context, tx *store.Tx, entries []Entry[T], name string, f func(*T, time.Time) error) ([]Entry[T], Entry[T], error) {
	i, err := p.mine(entries, name)
	if err != nil {
		return nil, Entry[T]{}, err
	}
	e := &entries[i]
	if err := f(&e.Is, e.Updated); err != nil {
		return nil, Entry[T]{}, err
	}
	if p.name(e.Is) != name {
		return nil, Entry[T]{}, conflict(p.kind, "A "+p.kind+" keeps its name, for calls are on record under it. Make another and delete this one.")
	}
	settings, err := json.Marshal(e.Is)
	if err != nil {
		return nil, Entry[T]{}, err
	}
	e.Updated = store.Later(e.Updated, now())
	_, err = tx.Exec(ctx, `UPDATE `+p.table()+` SET settings = $1, updated = $2 WHERE name = $3`, string(settings), store.Micros(e.Updated), name)
	return entries, *e, err
}

// remove strikes something out.
func (p page[T]) remove(ctx context.Context, tx *store.Tx, entries []Entry[T], name string) ([]Entry[T], error) {
	i, err := p.mine(entries, name)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM `+p.table()+` WHERE name = $1`, name)
	return slices.Delete(entries, i, i+1), err
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func conflict(op, message string) error {
	return &webtrunk.Error{Op: op, Kind: webtrunk.Conflict, Message: message}
}
