package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"webtrunk/bench/choir"
)

type backCommand struct {
	Calls int    `default:"10" help:"How many calls' paths fall away."`
	Away  int    `default:"1000" help:"For how many milliseconds each page has no network, or is being loaded. At least 200, so that what decoders make up has died away."`
	Pages string `default:"narrowband" enum:"narrowband,hybrid" help:"What the pages send."`
	Cores int    `default:"1" help:"How many cores the gateway has."`
}

// backWithin is how long sound may stay away: ten times what a person bears.
const backWithin = 50 * time.Second

// A change is one way in which a page loses its path and finds another.
type change struct {
	name, key string
	lose      func(*choir.Call, link)
	find      func(context.Context, *choir.Call, link) error
}

var changes = []change{
	{"another address, by an ICE restart", "restarted", cut, restart},
	{"another address, by checks alone", "moved", cut, move},
	{"loaded again, with another WebSocket", "reloaded", quit, reload},
	{"UDP blocked: ICE-TCP", "tcp", cut, overTCP},
}

func cut(c *choir.Call, _ link) { c.Cut() }

func quit(c *choir.Call, l link) {
	l.page.Drop()
	c.Quit()
}

func restart(ctx context.Context, c *choir.Call, l link) error { return c.Restart(ctx, l.call.Renew) }
func move(ctx context.Context, c *choir.Call, _ link) error    { return c.Move(ctx) }
func overTCP(ctx context.Context, c *choir.Call, l link) error { return c.OverTCP(ctx, l.call.Renew) }

func reload(ctx context.Context, c *choir.Call, l link) error {
	welcome, err := l.page.Resume(ctx)
	if err != nil {
		return err
	}
	if !welcome.Resumed {
		return errors.New("the gateway does not know the page's session any more")
	}
	return c.Reload(ctx, l.call.Renew)
}

// An absence is how long sound was away, from the cut on, at each end.
type absence struct{ page, telephone time.Duration }

// Run takes the paths of calls away, in one way after the other.
func (c backCommand) Run(ctx context.Context) error {
	if c.Away < 200 || c.Calls < 1 {
		return fmt.Errorf("at least one call is to be without its path for at least 200 ms: --calls=%d --away=%d", c.Calls, c.Away)
	}
	found := make([][]absence, len(changes))
	err := staging{pages: c.Pages, cores: c.Cores}.onStage(ctx, func(l *load, g *gateway) error {
		if err := l.grow(ctx, c.Calls); err != nil {
			return err
		}
		for i, change := range changes {
			all, err := c.all(ctx, l, g, change)
			if err != nil {
				return fmt.Errorf("%s: %w", change.name, err)
			}
			found[i] = all
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.print(found)
	return nil
}

// all has each call change its path, one soon after the other.
func (c backCommand) all(ctx context.Context, l *load, g *gateway, by change) (all []absence, err error) {
	var mu sync.Mutex
	var changing sync.WaitGroup
	for _, s := range l.calls {
		changing.Go(func() {
			a, failed := c.one(ctx, s.Call, g.link(s.Call), by)
			mu.Lock()
			defer mu.Unlock()
			all, err = append(all, a), errors.Join(err, failed)
		})
		if stopped := pass(ctx, apart); stopped != nil {
			break
		}
	}
	changing.Wait()
	return all, errors.Join(err, ctx.Err())
}

// one cuts a call's path, has its page find another after a while, and waits
// until both ends hear each other.
func (c backCommand) one(ctx context.Context, call *choir.Call, l link, by change) (a absence, err error) {
	ctx, done := context.WithTimeout(ctx, backWithin)
	defer done()
	lost := time.Now()
	by.lose(call, l)
	if err := pass(ctx, time.Duration(c.Away)*time.Millisecond); err != nil {
		return a, err
	}
	page, telephone := call.Page.Watch(), call.Telephone.Watch()
	if err := by.find(ctx, call, l); err != nil {
		return a, err
	}
	var waiting sync.WaitGroup
	var failed error
	waiting.Go(func() { a.page, failed = since(ctx, lost, page) })
	a.telephone, err = since(ctx, lost, telephone)
	waiting.Wait()
	return a, errors.Join(err, failed)
}

func since(ctx context.Context, lost time.Time, w *choir.Watch) (time.Duration, error) {
	at, err := w.Back(ctx)
	return at.Sub(lost), err
}

// link is how a call's page speaks of it.
func (o *gateway) link(c *choir.Call) link {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.links[c]
}

func (c backCommand) print(found [][]absence) {
	s := newSheet()
	s.head(fmt.Sprintf("%d calls, %s ↔ pcmu, from the cut", c.Calls, c.Pages),
		"the telephone hears again: p50", "longest", "the page hears again: p50", "longest")
	var worst time.Duration
	for i, all := range found {
		var page, telephone, both []time.Duration
		for _, a := range all {
			page, telephone, both = append(page, a.page), append(telephone, a.telephone), append(both, max(a.page, a.telephone))
		}
		p, t, b := spreadOf(page), spreadOf(telephone), spreadOf(both)
		s.row(changes[i].name, t.p50, t.longest, p.p50, p.longest)
		s.pair(changes[i].key+"_back_p50_ms", "%.0f", ms(b.p50))
		s.pair(changes[i].key+"_back_ms", "%.0f", ms(b.longest))
		worst = slices.Max([]time.Duration{worst, b.longest})
	}
	s.say("in each of these times the page had no network, or was being loaded, for %d ms", c.Away)
	s.pair("away_ms", "%d", c.Away)
	s.pair("sound_back_ms", "%.0f", ms(worst))
	s.print()
}
