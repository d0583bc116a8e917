package trunk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A desk is an operator with a book, and the network that the gateway carries.
type desk struct {
	*testing.T
	ctx      context.Context
	db       *store.DB
	book     *Book
	carried  Network
	applied  int
	lines    bytes.Buffer
	operator webtrunk.AccountID
	broken   error // of what applies
}

// onEach runs a test on each database, with the trunk "written" by the
// configuration.
func onEach(t *testing.T, f func(d *desk)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{T: t, ctx: t.Context(), db: db, operator: webtrunk.NewAccountID()}
		d.open(Network{Trunks: []Trunk{named("written")}})
		f(d)
	})
}

// open reads the book, as a start of the gateway does.
func (d *desk) open(written Network) {
	d.Helper()
	if err := d.reopen(written); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) reopen(written Network) (err error) {
	d.book, err = Open(d.ctx, Options{DB: d.db, Operator: d.operator, Written: written,
		Log: slog.New(slog.NewTextHandler(&d.lines, nil)),
		Apply: func(n Network) error {
			d.carried, d.applied = n, d.applied+1
			return d.broken
		}})
	return err
}

func (d *desk) add(ts ...Trunk) {
	d.Helper()
	for _, t := range ts {
		if _, err := d.book.AddTrunk(d.ctx, t); err != nil {
			d.Fatal(err)
		}
	}
}

// refused demands an error of a kind that says something.
func (d *desk) refused(err error, kind webtrunk.Kind, says string) {
	d.Helper()
	if webtrunk.KindOf(err) != kind || !strings.Contains(fmt.Sprint(err), says) {
		d.Errorf("got %v, want %v that says %q", err, kind, says)
	}
}

// carries demands the names of the trunks that the gateway carries.
func (d *desk) carries(want string) {
	d.Helper()
	var names []string
	for _, t := range d.carried.Trunks {
		names = append(names, t.Name)
	}
	if got := strings.Join(names, " "); got != want {
		d.Errorf("the gateway carries %q, want %q", got, want)
	}
}

// told returns the types of the events in the operator's log, and what they say.
func (d *desk) told() (all string) {
	d.Helper()
	for r, err := range d.db.Read(d.ctx, event.Stream{Account: d.operator}, 0) {
		if err != nil {
			d.Fatal(err)
		}
		all += r.Type + string(r.Data) + " "
	}
	return strings.TrimSpace(all)
}

// everything is a trunk with each of its fields set, which another process reads
// as it was written.
func everything() Trunk {
	t := named("full", costing("+49", 12000))
	t.Username, t.Password = "acme", "open sesame"
	t.Register = &Registration{Registrar: "carrier.example", Expires: 600e9}
	t.Outbound, t.Inbound = Rules{{"+49", "0"}}, Rules{{"0", "+49"}}
	t.Limits, t.Sessions, t.Keepalive = Limits{30, 2.5}, SessionTimer{Expires: 1800e9}, 60e9
	return t
}

func TestTrunksAreKept(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(everything(), named("second"))
		d.carries("written full second")
		before := d.book.Trunks()
		d.open(Network{Trunks: []Trunk{named("written")}})
		after := d.book.Trunks()
		if !reflect.DeepEqual(before, after) {
			d.Errorf("after a start\n%+v, before\n%+v", after, before)
		}
		got, err := d.book.Trunk("full")
		if err != nil || !reflect.DeepEqual(got.Is, everything()) || got.Managed || got.Created.IsZero() {
			d.Errorf("%+v, %v", got, err)
		}
		if first, _ := d.book.Trunk("written"); !first.Managed || !first.Created.IsZero() {
			d.Errorf("the configuration's is %+v", first)
		}
		_, err = d.book.Trunk("nobody")
		d.refused(err, webtrunk.NotFound, "no trunk of this name")
	})
}

func TestTrunksAreChanged(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(everything())
		e, err := d.book.ChangeTrunk(d.ctx, "full", func(t *Trunk, _ time.Time) error { t.Limits.Calls = 5; return nil })
		if err != nil || e.Is.Limits.Calls != 5 || e.Is.Password != "open sesame" || e.Updated.Before(e.Created) {
			d.Fatalf("%+v, %v", e, err)
		}
		if got, _ := d.carried.Named("full"); got.Limits.Calls != 5 {
			d.Errorf("the gateway carries %+v", got)
		}
		_, err = d.book.ChangeTrunk(d.ctx, "full", func(t *Trunk, _ time.Time) error { t.Name = "other"; return nil })
		d.refused(err, webtrunk.Conflict, "keeps its name")
		_, err = d.book.ChangeTrunk(d.ctx, "full", func(t *Trunk, _ time.Time) error { t.Proxy = "no one"; return nil })
		d.refused(err, webtrunk.Invalid, "trunks[1].proxy")
		no := errors.New("no")
		if _, err = d.book.ChangeTrunk(d.ctx, "full", func(_ *Trunk, _ time.Time) error { return no }); !errors.Is(err, no) {
			d.Error(err)
		}
		if got, _ := d.book.Trunk("full"); got.Is.Proxy != everything().Proxy || d.applied != 2 {
			d.Errorf("after changes that were refused: %+v, %d times applied", got, d.applied)
		}
		_, err = d.book.ChangeTrunk(d.ctx, "nobody", func(_ *Trunk, _ time.Time) error { return nil })
		d.refused(err, webtrunk.NotFound, "no trunk")
	})
}

// What the configuration says is changed there.
func TestTheConfigurationsTrunksStay(t *testing.T) {
	onEach(t, func(d *desk) {
		_, err := d.book.ChangeTrunk(d.ctx, "written", func(_ *Trunk, _ time.Time) error { return nil })
		d.refused(err, webtrunk.Conflict, "from the gateway's configuration")
		d.refused(d.book.RemoveTrunk(d.ctx, "written"), webtrunk.Conflict, "from the gateway's configuration")
		_, err = d.book.AddTrunk(d.ctx, named("written"))
		d.refused(err, webtrunk.Conflict, "of this name already")
	})
}

// The names of one book are unique, also those of the next configuration.
func TestNamesAreUnique(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(named("second"))
		d.add(named("second")) // once more, as after an answer that was lost
		if n := len(d.book.Trunks()); n != 2 {
			d.Errorf("%d trunks", n)
		}
		_, err := d.book.AddTrunk(d.ctx, everythingNamed("second"))
		d.refused(err, webtrunk.Conflict, "of this name already")
		for _, name := range []string{"", "test", "pk_shop", "two words"} {
			_, err := d.book.AddTrunk(d.ctx, named(name))
			d.refused(err, webtrunk.Invalid, "name")
		}
		d.refused(d.reopen(Network{Trunks: []Trunk{named("second")}}), webtrunk.Invalid, "do not go with those of the configuration")
	})
}

func everythingNamed(name string) Trunk {
	t := everything()
	t.Name = name
	return t
}

func TestRoutes(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(named("second"))
		r := Route{Name: "germany", Prefixes: []string{"+49"}, Trunks: []string{"second", "written"}}
		if _, err := d.book.AddRoute(d.ctx, r); err != nil {
			d.Fatal(err)
		}
		if got := order(d.carried.Choices(number("+49301"), false)); got != "second written" {
			d.Errorf("Germany goes over %q", got)
		}
		_, err := d.book.AddRoute(d.ctx, Route{Name: "all", Trunks: []string{"third"}})
		d.refused(err, webtrunk.Invalid, `no trunk "third"`)
		d.refused(d.book.RemoveTrunk(d.ctx, "second"), webtrunk.Conflict, "routed over it by germany")
		e, err := d.book.ChangeRoute(d.ctx, "germany", func(r *Route, _ time.Time) error { r.Trunks = []string{"written"}; return nil })
		if err != nil || len(e.Is.Trunks) != 1 {
			d.Fatal(e, err)
		}
		if err := d.book.RemoveTrunk(d.ctx, "second"); err != nil {
			d.Fatal(err)
		}
		d.carries("written")
		if err := d.book.RemoveRoute(d.ctx, "germany"); err != nil || len(d.book.Routes()) != 0 {
			d.Fatal(err)
		}
		d.refused(d.book.RemoveRoute(d.ctx, "germany"), webtrunk.NotFound, "no route")
		_, err = d.book.Route("germany")
		d.refused(err, webtrunk.NotFound, "no route")
	})
}

// A route whose trunk went with the configuration does without it; if none is
// left its numbers go nowhere, and not over a trunk that they were not meant for.
func TestARouteOutlivesItsTrunk(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(named("second"))
		for name, over := range map[string][]string{"both": {"written", "second"}, "one": {"written"}} {
			if _, err := d.book.AddRoute(d.ctx, Route{Name: name, Prefixes: []string{map[string]string{"both": "+49", "one": "+43"}[name]}, Trunks: over}); err != nil {
				d.Fatal(err)
			}
		}
		d.open(Network{Trunks: []Trunk{named("fresh")}})
		if !strings.Contains(d.lines.String(), "do without them") {
			d.Errorf("nobody is told: %s", d.lines.String())
		}
		n := d.book.Network()
		if err := n.Validate(); err != nil {
			d.Error(err)
		}
		if got := order(n.Choices(number("+49301"), false)) + "," + order(n.Choices(number("+431"), false)); got != "second," {
			d.Errorf("the calls go over %q", got)
		}
		d.add(named("third")) // the rest of the book can be changed
		d.carries("fresh second third")
	})
}

// Changes are told in the operator's log, and no secret with them.
func TestChangesAreTold(t *testing.T) {
	onEach(t, func(d *desk) {
		d.add(everything(), everything())
		_, err := d.book.ChangeTrunk(d.ctx, "full", func(t *Trunk, _ time.Time) error { t.Password = "sesame opened"; return nil })
		if err == nil {
			_, err = d.book.AddRoute(d.ctx, Route{Name: "all", Trunks: []string{"full"}})
		}
		if err == nil {
			err = d.book.RemoveRoute(d.ctx, "all")
		}
		if err == nil {
			err = d.book.RemoveTrunk(d.ctx, "full")
		}
		if err != nil {
			d.Fatal(err)
		}
		const want = `trunk.created{"trunk":"full"} trunk.updated{"trunk":"full"} route.created{"route":"all"} route.deleted{"route":"all"} trunk.deleted{"trunk":"full"}`
		if got := d.told(); got != want {
			d.Errorf("told %s\nwant %s", got, want)
		}
	})
}

// Gateways that share a database share its book.
func TestTheBookIsShared(t *testing.T) {
	onEach(t, func(d *desk) {
		other := *d
		other.open(Network{Trunks: []Trunk{named("elsewhere")}})
		d.add(named("second"))
		if err := other.book.Refresh(d.ctx); err != nil {
			d.Fatal(err)
		}
		other.carries("elsewhere second")
		if err := other.book.Refresh(d.ctx); err != nil || other.applied != 1 {
			d.Errorf("refreshed for nothing: %d, %v", other.applied, err)
		}
		if _, err := other.book.ChangeTrunk(d.ctx, "second", func(t *Trunk, _ time.Time) error { t.Refer = true; return nil }); err != nil {
			d.Fatal(err)
		}
		if err := d.book.Refresh(d.ctx); err != nil {
			d.Fatal(err)
		}
		if got, _ := d.carried.Named("second"); !got.Refer {
			d.Error("the other gateway's change is not carried out here")
		}
	})
}

func TestWhatCannotBeCarriedOutIsTold(t *testing.T) {
	onEach(t, func(d *desk) {
		d.broken = errors.New("the edge is closed")
		if _, err := d.book.AddTrunk(d.ctx, named("second")); !errors.Is(err, d.broken) {
			d.Error(err)
		}
	})
}
