package trunk

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A Book holds the operator's trunks and routes: those that the configuration
// names, which are changed there, and those that were made while the gateway
// ran, which the database keeps. What it holds is always a network that can
// work: a change that would make another is refused. It may be used from any
// goroutine.
type Book struct {
	o      Options
	trunks page[Trunk]
	routes page[Route]

	turn sync.Mutex // one change at a time, and its Apply with it
	mu   sync.Mutex // of now; taken last, and never while the database is asked
	now  contents
}

// Options is what a book needs.
type Options struct {
	DB       *store.DB
	Operator webtrunk.AccountID // whose log tells of changes
	Written  Network            // by the configuration
	Log      *slog.Logger       // nil discards

	// Apply makes the running gateway carry a network. May be nil.
	Apply func(Network) error
}

// contents is the book at one moment.
type contents struct {
	trunks []Entry[Trunk]
	routes []Entry[Route]
	lost   []string // trunks that routes name and that went with the configuration
}

// reader is the database, or a transaction.
type reader interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Open reads the book. It applies nothing yet.
func Open(ctx context.Context, o Options) (*Book, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Book{o: o,
		trunks: page[Trunk]{kind: "trunk", name: func(t Trunk) string { return t.Name }, written: o.Written.Trunks},
		routes: page[Route]{kind: "route", name: func(r Route) string { return r.Name }, written: o.Written.Routes},
	}
	c, err := b.read(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	if len(c.lost) > 0 {
		o.Log.Warn("routes name trunks that are gone from the configuration, and do without them", "trunks", c.lost)
	}
	if err := c.network().Validate(); err != nil {
		return nil, fmt.Errorf("trunks that were made over the API do not go with those of the configuration: %w", err)
	}
	b.now = c
	return b, nil
}

func (b *Book) read(ctx context.Context, from reader) (c contents, err error) {
	if c.trunks, err = b.trunks.all(ctx, from); err != nil {
		return c, err
	}
	if c.routes, err = b.routes.all(ctx, from); err != nil {
		return c, err
	}
	for _, r := range c.routes {
		for _, name := range r.Is.Trunks {
			if _, err := b.trunks.find(c.trunks, name); err != nil {
				c.lost = append(c.lost, name)
			}
		}
	}
	return c, nil
}

// network is what the contents amount to. A route whose trunks are all lost
// still stands before the others: its calls go nowhere, rather than to a
// carrier that they were never meant for.
func (c contents) network() (n Network) {
	for _, t := range c.trunks {
		n.Trunks = append(n.Trunks, t.Is)
	}
	for _, r := range c.routes {
		route, named := r.Is, r.Is.Trunks
		if named != nil {
			route.Trunks = []string{}
		}
		for _, name := range named {
			if !slices.Contains(c.lost, name) {
				route.Trunks = append(route.Trunks, name)
			}
		}
		n.Routes = append(n.Routes, route)
	}
	return n
}

// Network returns what the gateway is to carry now.
func (b *Book) Network() Network {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now.network()
}

// Trunks returns all trunks: the configuration's, then the others, the oldest
// first.
func (b *Book) Trunks() []Entry[Trunk] {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.now.trunks)
}

// Routes returns all routes, likewise.
func (b *Book) Routes() []Entry[Route] {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.now.routes)
}

// Trunk returns the trunk of a name, or fails with webtrunk.NotFound.
func (b *Book) Trunk(name string) (Entry[Trunk], error) { return one(b.trunks, b.Trunks(), name) }

// Route returns the route of a name, or fails with webtrunk.NotFound.
func (b *Book) Route(name string) (Entry[Route], error) { return one(b.routes, b.Routes(), name) }

func one[T any](p page[T], entries []Entry[T], name string) (e Entry[T], err error) {
	i, err := p.find(entries, name)
	if err == nil {
		e = entries[i]
	}
	return e, err
}

// AddTrunk enters a trunk. Calls go over it from now on.
func (b *Book) AddTrunk(ctx context.Context, t Trunk) (e Entry[Trunk], err error) {
	t.Test = false
	err = b.change(ctx, "trunk.created", t.Name, func(tx *store.Tx, c *contents) (err error) {
		c.trunks, e, err = b.trunks.add(ctx, tx, c.trunks, t)
		return err
	})
	return e, err
}

// ChangeTrunk lets f change a trunk, and tells it when that was last changed. Calls that are up go on as they began.
func (b *Book) ChangeTrunk(ctx context.Context, name string, f func(*Trunk, time.Time) error) (e Entry[Trunk], err error) {
	err = b.change(ctx, "trunk.updated", name, func(tx *store.Tx, c *contents) (err error) {
		c.trunks, e, err = b.trunks.change(ctx, tx, c.trunks, name, f)
		return err
	})
	return e, err
}

// RemoveTrunk strikes out a trunk that no route names. Calls that are up go on.
func (b *Book) RemoveTrunk(ctx context.Context, name string) error {
	return b.change(ctx, "trunk.deleted", name, func(tx *store.Tx, c *contents) (err error) {
		c.trunks, err = b.trunks.remove(ctx, tx, c.trunks, name)
		if routes := c.over(name); err == nil && len(routes) > 0 {
			err = conflict("trunk", fmt.Sprintf("Calls are routed over it by %s. Take it out of there first.", strings.Join(routes, " and ")))
		}
		return err
	})
}

// over names the routes that name a trunk.
func (c contents) over(trunk string) (names []string) {
	for _, r := range c.routes {
		if slices.Contains(r.Is.Trunks, trunk) {
			names = append(names, r.Is.Name)
		}
	}
	return names
}

// AddRoute enters a route, behind all others.
func (b *Book) AddRoute(ctx context.Context, r Route) (e Entry[Route], err error) {
	err = b.change(ctx, "route.created", r.Name, func(tx *store.Tx, c *contents) (err error) {
		c.routes, e, err = b.routes.add(ctx, tx, c.routes, r)
		return err
	})
	return e, err
}

// ChangeRoute lets f change a route, likewise.
func (b *Book) ChangeRoute(ctx context.Context, name string, f func(*Route, time.Time) error) (e Entry[Route], err error) {
	err = b.change(ctx, "route.updated", name, func(tx *store.Tx, c *contents) (err error) {
		c.routes, e, err = b.routes.change(ctx, tx, c.routes, name, f)
		return err
	})
	return e, err
}

// RemoveRoute strikes out a route.
func (b *Book) RemoveRoute(ctx context.Context, name string) error {
	return b.change(ctx, "route.deleted", name, func(tx *store.Tx, c *contents) (err error) {
		c.routes, err = b.routes.remove(ctx, tx, c.routes, name)
		return err
	})
}

// change makes one change durable, told and carried out, or none of these. It
// reads the database anew, for other gateways may share it.
func (b *Book) change(ctx context.Context, kind, name string, f func(*store.Tx, *contents) error) error {
	b.turn.Lock()
	defer b.turn.Unlock()
	var next contents
	what, _, _ := strings.Cut(kind, ".")
	err := b.o.DB.Tx(ctx, func(tx *store.Tx) (err error) {
		if next, err = b.read(ctx, tx); err != nil {
			return err
		}
		before := contents{slices.Clone(next.trunks), slices.Clone(next.routes), next.lost}
		if err := f(tx, &next); err != nil || reflect.DeepEqual(next, before) {
			return err
		}
		if err := next.network().Validate(); err != nil {
			return err
		}
		told, err := event.New(b.o.Operator, false, kind, map[string]string{what: name})
		if err == nil {
			tx.Emit(told)
		}
		return err
	})
	if err != nil {
		return err
	}
	return b.becomes(next)
}

// becomes has the gateway carry what the book now holds. b.turn is held.
func (b *Book) becomes(next contents) error {
	b.mu.Lock()
	b.now = next
	b.mu.Unlock()
	if b.o.Apply == nil {
		return nil
	}
	return b.o.Apply(next.network())
}

// Refresh takes over what other gateways that share the database have changed.
func (b *Book) Refresh(ctx context.Context) error {
	b.turn.Lock()
	defer b.turn.Unlock()
	next, err := b.read(ctx, b.o.DB)
	if err != nil || reflect.DeepEqual(next, b.now) {
		return err
	}
	if err := next.network().Validate(); err != nil {
		return err
	}
	return b.becomes(next)
}
