package policy

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// A metered is a running call that holds minutes or money. Guard.mu guards it.
type metered struct {
	turn sync.Mutex // of whoever asks the book for it: one at a time

	claim    claim
	talk     time.Duration // from the answer, for which it holds
	answered time.Time     // zero before
	next     *time.Timer   // until more must be held
}

// ahead is how long before its end a call asks for more: longer than a busy
// database takes to answer.
const ahead = 15 * time.Second

// farewell is how long before its credit ends a call is ended with a sentence
// that says why.
const farewell = time.Second

// meter holds minutes and money for a call whose parties' are limited, and
// returns how long it may talk.
func (g *Guard) meter(ctx context.Context, v call.View, p policies, all []party, reached []webtrunk.Address) (call.Terms, error) {
	limited := meteredOf(all)
	roles := []call.Role{call.Callee, call.Caller}
	var ends []end
	for i, to := range reached {
		e, r := g.end(p, v.Test, to, roles[i], limited)
		if r != nil {
			return call.Terms{}, r
		}
		if e != nil {
			ends = append(ends, *e)
		}
	}
	if len(limited) == 0 {
		return call.Terms{}, nil
	}
	m := &metered{claim: claim{call: v.ID, day: dayOf(g.cfg.Now()), parties: limited, ends: ends, from: min(leastTalk, g.cfg.Slice), to: g.cfg.Slice}}
	if len(ends) > 0 {
		if err := g.hold(ctx, m); err != nil {
			return call.Terms{}, err
		}
	}
	g.mu.Lock()
	g.running[v.ID] = m
	g.mu.Unlock()
	return call.Terms{Credit: m.talk}, nil
}

// hold asks for what a call's claim wants, and notes what it got.
func (g *Guard) hold(ctx context.Context, m *metered) error {
	talk, refused, err := g.book.hold(ctx, m.claim)
	switch {
	case err != nil:
		return unavailable(err)
	case refused != nil:
		return refused
	}
	m.talk = talk
	return nil
}

// end is what a telephone costs; nil for what is none.
func (g *Guard) end(p policies, test bool, to webtrunk.Address, role call.Role, limited []party) (*end, *Refusal) {
	if to.Scheme != webtrunk.Tel && to.Scheme != webtrunk.SIP {
		return nil, nil
	}
	l := p.limits()
	r, known := rate(g.cfg.Network(), to, test, l)
	if !known {
		for _, party := range limited {
			if party.limit.Spend > 0 {
				return nil, refuse(RuleUnknownRate, "What this call costs is not known, and money for calls is limited here. The gateway's operator has to name a rate for it.").by(party.scope)
			}
		}
	}
	return &end{role, r}, nil
}

// meteredOf are the parties whose minutes or money are limited.
func meteredOf(all []party) []party {
	var limited []party
	for _, p := range all {
		if p.limit.metered() {
			limited = append(limited, p)
		}
	}
	return limited
}

// Join holds what one more telephone in a running call may use, for as long as
// the call may talk as it stands. It returns a *Refusal where that is too much.
func (g *Guard) Join(ctx context.Context, v call.View, asked, contact webtrunk.Address, role call.Role) error {
	return g.reach(ctx, v, asked, contact, role, func(ends []end, e end) []end { return append(ends[:len(ends):len(ends)], e) })
}

// Move is Join for a telephone that takes the place of another of the same role:
// the carrier sends the call on. What it holds is the dearer one's, for nobody
// knows yet which of the two is billed.
func (g *Guard) Move(ctx context.Context, v call.View, asked, contact webtrunk.Address, role call.Role) error {
	return g.reach(ctx, v, asked, contact, role, func(ends []end, e end) []end {
		moved := slices.Clone(ends)
		for i, was := range slices.Backward(moved) {
			if was.Role == role {
				if cost(e.Rate, yardstick) > cost(was.Rate, yardstick) {
					moved[i] = e
				}
				return moved
			}
		}
		return append(moved, e)
	})
}

// reach holds what a call may use that reaches one more telephone; with says what
// its ends are then.
func (g *Guard) reach(ctx context.Context, v call.View, asked, contact webtrunk.Address, role call.Role, with func([]end, end) []end) error {
	p, err := g.policies(ctx, v.Account)
	if err != nil {
		return err
	}
	q := Question{Account: v.Account, Test: v.Test, Call: v.ID, Asked: asked, Contact: contact}
	if r := g.judge(p, q); r != nil {
		return g.refused(ctx, q, r)
	}
	g.mu.Lock()
	m := g.running[v.ID]
	g.mu.Unlock()
	if m == nil {
		return nil // nothing of it is limited
	}
	e, r := g.end(p, v.Test, contact, role, m.claim.parties)
	if r != nil {
		return g.refused(ctx, q, r)
	}
	if e == nil {
		return nil
	}
	return g.why(ctx, q, g.widen(ctx, v.ID, m, func(ends []end) []end { return with(ends, *e) }))
}

// widen changes the ends that a call holds for.
func (g *Guard) widen(ctx context.Context, id webtrunk.CallID, m *metered, with func([]end) []end) error {
	m.turn.Lock()
	defer m.turn.Unlock()
	g.mu.Lock()
	c := m.claim
	c.ends = with(c.ends)
	c.from, c.to = m.talk, m.talk
	if m.talk == 0 { // it had no telephone before: from here on it is one to be watched
		elapsed := g.elapsed(m)
		c.from, c.to = elapsed+min(leastTalk, g.cfg.Slice), elapsed+g.cfg.Slice
	}
	g.mu.Unlock()
	talk, refused, err := g.book.hold(ctx, c)
	switch {
	case err != nil:
		return unavailable(err)
	case refused != nil:
		return refused
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running[id] != m {
		return nil // it has ended; its records settle what it held
	}
	first := m.talk == 0
	m.claim.ends, m.talk = c.ends, talk
	if first && !m.answered.IsZero() {
		g.schedule(id, m)
		g.busy.Go(func() { g.extend(id, talk-g.elapsedSince(m.answered)) })
	}
	return nil
}

func (g *Guard) elapsed(m *metered) time.Duration {
	if m.answered.IsZero() {
		return 0
	}
	return g.elapsedSince(m.answered)
}

func (g *Guard) elapsedSince(t time.Time) time.Duration { return g.cfg.Now().Sub(t) }

func unavailable(err error) error {
	if errors.As(err, new(*webtrunk.Error)) {
		return err
	}
	return &webtrunk.Error{Op: "policy", Kind: webtrunk.Unavailable, Err: err,
		Message: "The gateway cannot check at the moment whether this call may be made. Try again in a minute."}
}
