package policy

import (
	"context"
	"errors"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// askTime bounds what a running call waits for the database.
const askTime = 10 * time.Second

// Follow notes what happens to a call. Whoever keeps its events says it, in
// their order, before or after they are kept.
func (g *Guard) Follow(id webtrunk.CallID, events []call.Event) {
	for _, e := range events {
		switch e.(type) {
		case call.CallAnswered:
			g.answered(id)
		case call.TransferFailed, call.TransferCanceled:
			g.parted(id, call.TransferTarget)
		case call.InviteFailed:
			g.parted(id, call.Invited)
		case call.CallEnded:
			g.ended(id)
		}
	}
}

func (g *Guard) answered(id webtrunk.CallID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.running[id]
	if m == nil || !m.answered.IsZero() || g.closed {
		return
	}
	m.answered = g.cfg.Now()
	if m.talk > 0 {
		g.schedule(id, m)
	}
}

// parted notes that a telephone which was to join a call did not: no more is
// held for it from the next slice on.
func (g *Guard) parted(id webtrunk.CallID, role call.Role) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.running[id]
	if m == nil {
		return
	}
	for i, e := range slices.Backward(m.claim.ends) {
		if e.Role == role {
			m.claim.ends = slices.Concat(m.claim.ends[:i], m.claim.ends[i+1:])
			return
		}
	}
}

// late is how long after its end a call may still be asked about: longer than
// the switchboard waits for an answer.
const late = 15 * time.Second

func (g *Guard) ended(id webtrunk.CallID) {
	g.windows.leave(id)
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.running[id]; m != nil && m.next != nil {
		m.next.Stop()
	}
	delete(g.running, id)
	now := g.cfg.Now()
	for len(g.gone) > 0 && now.Sub(g.gone[0].at) > late {
		g.gone = g.gone[1:]
	}
	g.gone = append(g.gone, departed{id, now})
}

// A departed is a call that has ended a moment ago.
type departed struct {
	id webtrunk.CallID
	at time.Time
}

// missed takes back what was counted for a call whose caller hung up while it
// was asked about: nobody will say again that it ended.
func (g *Guard) missed(ctx context.Context, id webtrunk.CallID) error {
	g.mu.Lock()
	over := slices.ContainsFunc(g.gone, func(d departed) bool { return d.id == id })
	if over {
		delete(g.running, id)
	}
	g.mu.Unlock()
	if !over {
		return nil
	}
	g.windows.leave(id)
	return g.book.settle(ctx, settlement{id, func([]end, use) use { return use{} }})
}

// schedule has a call ask for more before what it holds is used up.
func (g *Guard) schedule(id webtrunk.CallID, m *metered) {
	if m.next != nil {
		m.next.Stop()
	}
	left := m.talk - g.elapsedSince(m.answered)
	lead := min(ahead, left/2)
	m.next = time.AfterFunc(left-lead, func() { g.started(func() { g.goOn(id, m) }) })
}

// started runs what a timer has begun, unless the guard is closed, which waits
// for it.
func (g *Guard) started(f func()) {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return
	}
	g.busy.Add(1)
	g.mu.Unlock()
	defer g.busy.Done()
	f()
}

// goOn holds the next slice for a call, or has it end when what it holds is
// used up.
func (g *Guard) goOn(id webtrunk.CallID, m *metered) {
	ctx, done := context.WithTimeout(context.Background(), askTime)
	defer done()
	m.turn.Lock()
	defer m.turn.Unlock()
	g.mu.Lock()
	c, talk := m.claim, m.talk
	g.mu.Unlock()
	c.from, c.to = talk, talk+g.cfg.Slice
	more, refused, err := g.book.hold(ctx, c)
	if err != nil {
		g.cfg.Log.Error("policy: a running call's minutes could not be held, and it ends", "call", id, "error", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[id] != m || g.closed {
		return
	}
	left := talk - g.elapsedSince(m.answered)
	if err != nil || refused != nil || more-talk < time.Second {
		m.next = time.AfterFunc(max(0, left-farewell), func() { g.started(func() { g.farewell(id, c) }) })
		return
	}
	m.talk = more
	g.schedule(id, m)
	g.busy.Go(func() { g.extend(id, more-talk+left) })
}

// extend gives a call credit from now on.
func (g *Guard) extend(id webtrunk.CallID, credit time.Duration) {
	g.command(id, call.Extend{Credit: credit})
}

// farewell ends a call whose parties have nothing left, and says why.
func (g *Guard) farewell(id webtrunk.CallID, c claim) {
	message := "The calling minutes for today are used up. Call again tomorrow."
	for _, p := range c.parties {
		if p.limit.Spend > 0 && p.limit.Minutes == 0 {
			message = "The money for calls of today is used up. Call again tomorrow."
		}
	}
	g.command(id, call.HangUp{Cause: call.CreditEnded, Message: message})
}

func (g *Guard) command(id webtrunk.CallID, in call.Input) {
	if g.cfg.Calls == nil {
		return
	}
	err := g.cfg.Calls.Do(context.Background(), id, in)
	if err != nil && !errors.Is(err, context.Canceled) && webtrunk.KindOf(err) != webtrunk.NotFound {
		g.cfg.Log.Warn("policy: a running call could not be told", "call", id, "error", err)
	}
}

// Close ends the guard's timers and waits for what they have started.
func (g *Guard) Close() {
	g.mu.Lock()
	g.closed = true
	for _, m := range g.running {
		if m.next != nil {
			m.next.Stop()
		}
	}
	g.mu.Unlock()
	g.busy.Wait()
}
