package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"webtrunk"
	"webtrunk/store"
)

// Contents is what a configuration says of the operator's account.
type Contents struct {
	Widgets    []NewWidget
	References []NewReference
	Numbers    []NewNumber
	Receivers  []Receiver
	Test       bool // all but the widgets, whose keys say it, are of test mode
}

// Provision makes the operator's account hold what the configuration says, and
// no longer what it said before: what came from a configuration and is gone
// from it is gone. What was made over the API stays. An operator's account is
// made if there is none. It returns that account.
func (d *Directory) Provision(ctx context.Context, c Contents) (a Account, err error) {
	if err := c.check(); err != nil {
		return a, err
	}
	err = d.change(ctx, "configuration", func(tx *store.Tx) error {
		a, err = readAccount(tx.QueryRow(ctx, accountColumns+`WHERE operator`))
		if errors.Is(err, sql.ErrNoRows) {
			a, err = d.createAccount(ctx, tx, NewAccount{ID: webtrunk.NewAccountID(), Name: "Operator", Operator: true})
		}
		if err != nil {
			return err
		}
		p := provision{Directory: d, tx: tx, by: Principal{Account: a.ID, ID: "configuration", Operator: true, Test: c.Test}}
		return p.run(ctx, c)
	})
	return a, err
}

// check says what is wrong with the contents themselves.
func (c Contents) check() error {
	var once seen
	refs := map[string]bool{}
	for _, r := range c.References {
		refs[r.ID] = true
		if err := errors.Join(CheckReference(r.ID, r.Target), once.check("reference "+r.ID)); err != nil {
			return err
		}
	}
	for _, w := range c.Widgets {
		if err := errors.Join(w.widget(Principal{}, store.Time(0)).check(), once.check("key "+w.Key)); err != nil {
			return err
		}
		for _, to := range w.Destinations {
			if ref, ok := to.Reference(); ok && !refs[ref.Value] {
				return dangling("key "+w.Key, ref.Value)
			}
		}
	}
	for _, n := range c.Numbers {
		if _, err := ParseDDI(string(n.Number)); err != nil {
			return err
		}
		if err := once.check("number " + string(n.Number)); err != nil {
			return err
		}
		if !refs[n.Reference] {
			return dangling("number "+string(n.Number), n.Reference)
		}
	}
	for _, r := range c.Receivers {
		if err := r.validate(); err != nil {
			return err
		}
		if once.check(hashOf(r.Token)) != nil {
			return invalid("receiver "+r.Name, "another receiver has the same token")
		}
	}
	return nil
}

// seen remembers what may be given once.
type seen map[string]bool

func (s *seen) check(what string) error {
	if (*s)[what] {
		return invalid(what, "it is given twice")
	}
	if *s == nil {
		*s = seen{}
	}
	(*s)[what] = true
	return nil
}

func dangling(op, reference string) error {
	return invalid(op, fmt.Sprintf("there is no reference %q: add it to the references, or correct its name", reference))
}

// A provision is one run of Provision, in its transaction.
type provision struct {
	*Directory
	tx *store.Tx
	by Principal
}

// run brings in what others point to first, and takes it away last.
func (p provision) run(ctx context.Context, c Contents) error {
	for _, step := range []func(context.Context, Contents) error{p.references, p.widgets, p.numbers, p.receivers, p.forgetReferences} {
		if err := step(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// modeOf is the mode of a key or widget by its name, as for those made here.
func modeOf(key string) (test bool) { return strings.HasPrefix(key, "pk_test_") }

func (p provision) references(ctx context.Context, c Contents) error {
	for _, n := range c.References {
		if err := p.reference(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (p provision) reference(ctx context.Context, n NewReference) error {
	r := n.reference(p.by, p.now())
	r.Managed = true
	var account, target string
	var isManaged, test bool
	err := p.tx.QueryRow(ctx, `SELECT account, managed, target, test FROM refs WHERE id = $1`, n.ID).Scan(&account, &isManaged, &target, &test)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if err := p.toQueue(ctx, n); err != nil {
			return err
		}
		if _, err := p.insertRef(ctx, p.tx, p.by, r, n.Target); err != nil {
			return err
		}
		return p.tell(p.tx, p.by, "reference.created", r)
	case err != nil:
		return err
	case !isManaged:
		return taken("reference", n.ID)
	case target == n.Target.String() && test == r.Test:
		return nil
	}
	if err := p.toQueue(ctx, n); err != nil {
		return err
	}
	if _, err := p.tx.Exec(ctx, `UPDATE refs SET target = $1, test = $2 WHERE id = $3`, n.Target.String(), r.Test, n.ID); err != nil {
		return err
	}
	return p.tell(p.tx, p.by, "reference.updated", r)
}

// toQueue refuses to lead to a queue that the operator does not have: whoever calls would
// be told that it is no longer in use.
func (p provision) toQueue(ctx context.Context, n NewReference) error {
	if n.Target.Scheme != webtrunk.Queue {
		return nil
	}
	err := p.hasQueue(ctx, p.tx, p.by, n.Target.Value)
	if webtrunk.KindOf(err) == webtrunk.NotFound || webtrunk.KindOf(err) == webtrunk.Invalid {
		return invalid("reference "+n.ID, "its target is a queue that is not there: make the queue first, in /admin or over the API, and write its ID")
	}
	return err
}

// taken refuses a name that something made over the API has.
func taken(what, name string) error {
	return conflict("configuration", fmt.Sprintf("The %s %s in the configuration was made over the API before. Give it another name in the configuration, or delete the other.", what, name))
}

func (p provision) widgets(ctx context.Context, c Contents) error {
	keep := map[string]bool{}
	for _, n := range c.Widgets {
		keep[n.Key] = true
		if err := p.widget(ctx, n); err != nil {
			return err
		}
	}
	old, err := list(ctx, p.tx, readWidget, widgetColumns+`WHERE w.managed`)
	if err != nil {
		return err
	}
	for _, w := range old {
		if !keep[w.Key] {
			if err := p.removeWidget(ctx, p.tx, p.in(w.Test), w); err != nil {
				return err
			}
		}
	}
	return nil
}

// in is the configuration, acting in a mode.
func (p provision) in(test bool) Principal {
	by := p.by
	by.Test = test
	return by
}

func (p provision) widget(ctx context.Context, n NewWidget) error {
	old, err := readWidget(p.tx.QueryRow(ctx, widgetColumns+`WHERE w.key = $1`, n.Key))
	by := p.in(modeOf(n.Key))
	if errors.Is(err, sql.ErrNoRows) {
		w := n.widget(by, p.now())
		w.ID, w.Managed = webtrunk.NewID("widget"), true
		if _, err := insertWidget(ctx, p.tx, by, w); err != nil {
			return err
		}
		return p.tell(p.tx, by, "widget.created", w)
	}
	if err != nil {
		return err
	}
	if !old.Managed {
		return taken("key", n.Key)
	}
	w := n.widget(by, old.Created)
	w.ID, w.Managed, w.secret, w.Identity = old.ID, true, old.secret, old.Identity
	if reflect.DeepEqual(w, old) {
		return nil
	}
	if err := keepWidget(ctx, p.tx, w); err != nil {
		return err
	}
	return p.tell(p.tx, by, "widget.updated", w)
}

func (p provision) numbers(ctx context.Context, c Contents) error {
	keep := map[string]bool{}
	for _, n := range c.Numbers {
		keep[string(n.Number)] = true
		if err := p.number(ctx, n); err != nil {
			return err
		}
	}
	old, err := list(ctx, p.tx, readNumber, numberColumns+`WHERE managed`)
	if err != nil {
		return err
	}
	for _, n := range old {
		if keep[n.Number] {
			continue
		}
		if _, err := p.tx.Exec(ctx, `DELETE FROM numbers WHERE id = $1`, n.ID); err != nil {
			return err
		}
		if err := p.tell(p.tx, p.by, "number.released", n); err != nil {
			return err
		}
	}
	return nil
}

func (p provision) number(ctx context.Context, n NewNumber) error {
	old, err := readNumber(p.tx.QueryRow(ctx, numberColumns+`WHERE number = $1`, string(n.Number)))
	if errors.Is(err, sql.ErrNoRows) {
		made := Number{ID: webtrunk.NewID("num"), Number: string(n.Number), Account: p.by.Account, Test: p.by.Test, Reference: n.Reference, Extensions: []Extension{}, Managed: true, Created: p.now()}
		if err := insertNumber(ctx, p.tx, made); err != nil {
			return err
		}
		return p.tell(p.tx, p.by, "number.assigned", made)
	}
	switch {
	case err != nil:
		return err
	case !old.Managed:
		return taken("number", string(n.Number))
	case old.Reference == n.Reference && old.Test == p.by.Test:
		return nil
	}
	old.Reference, old.Test = n.Reference, p.by.Test
	if _, err := p.tx.Exec(ctx, `UPDATE numbers SET reference = $1, test = $2 WHERE id = $3`, n.Reference, old.Test, old.ID); err != nil {
		return err
	}
	return p.tell(p.tx, p.by, "number.updated", old)
}

// receivers are kept by their tokens' hashes alone, and replaced as a whole.
func (p provision) receivers(ctx context.Context, c Contents) error {
	if _, err := p.tx.Exec(ctx, `DELETE FROM receivers WHERE managed`); err != nil {
		return err
	}
	for _, r := range c.Receivers {
		if _, err := p.tx.Exec(ctx, `INSERT INTO receivers (hash, account, test, name, managed, created) VALUES ($1, $2, $3, $4, $5, $6)`,
			hashOf(r.Token), string(p.by.Account), p.by.Test, r.Name, true, store.Micros(p.now())); err != nil {
			return err
		}
	}
	return nil
}

func (p provision) forgetReferences(ctx context.Context, c Contents) error {
	keep := map[string]bool{}
	for _, r := range c.References {
		keep[r.ID] = true
	}
	old, err := list(ctx, p.tx, readRef, refColumns+`WHERE managed`)
	if err != nil {
		return err
	}
	for _, r := range old {
		if keep[r.ID] {
			continue
		}
		if _, err := p.tx.Exec(ctx, `UPDATE numbers SET reference = '', updated = updated + 1 WHERE reference = $1`, r.ID); err != nil {
			return err
		}
		if _, err := p.tx.Exec(ctx, `UPDATE numbers SET updated = updated + 1 WHERE id IN (SELECT number FROM extensions WHERE reference = $1)`, r.ID); err != nil {
			return err
		}
		if _, err := p.tx.Exec(ctx, `DELETE FROM extensions WHERE reference = $1`, r.ID); err != nil {
			return err
		}
		if _, err := p.tx.Exec(ctx, `DELETE FROM refs WHERE id = $1`, r.ID); err != nil {
			return err
		}
		r.Aliases = []Alias{}
		if err := p.tell(p.tx, p.by, "reference.deleted", r); err != nil {
			return err
		}
	}
	return nil
}
