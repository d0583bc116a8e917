package dispatch

import (
	"cmp"
	"context"
	"maps"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch/hours"
	"webtrunk/dispatch/rules"
)

// A Question is where a call waits that was made to a queue.
type Question struct {
	Tenant Tenant
	Queue  string        // that it was made to
	Known  rules.Context // what is known of it: see Facts
	Chosen bool          // by somebody who hands the call over: no rule leads it elsewhere
}

// A Way is where a call waits, and how; or, while nobody works, what its caller
// comes to.
type Way struct {
	Queue    Queue // with its own greeting
	Closed   ClosedThen
	Opens    time.Time // where it is closed: when it opens, in the zone of its hours; zero: not within a year
	Greeting string    // the rule's, else the queue's
	Priority int
	Needs    map[string]int

	Rule  string // the name of the rule that decided; empty: none fitted
	Page  string
	Price string

	CallerPage string // that the caller is shown
}

// routing is what calls of a tenant are routed by.
type routing struct {
	queues map[string]opening
	rules  []Rule
	plain  []rules.Rule // rules, for rules.Decide
}

// An opening is a queue, and when it is open.
type opening struct {
	Queue
	hours *hours.Hours // nil: always
}

// Way returns where a call waits that was made to a queue: the account's rules
// may choose another, and one that is closed may lead on.
func (b *Book) Way(ctx context.Context, q Question) (Way, error) {
	r, err := b.routes.Ask(q.Tenant, func() (*routing, error) { return b.routing(ctx, q.Tenant) })
	if err != nil {
		return Way{}, err
	}
	way, id := r.decide(q)
	return way, r.lead(&way, id, b.o.Now())
}

// decide applies the rules.
func (r *routing) decide(q Question) (way Way, queue string) {
	known := rules.Context{}
	maps.Copy(known, q.Known)
	known[CallQueue] = rules.Fact{Value: q.Queue, Trusted: true}
	i := r.fitting(q, known)
	if i < 0 {
		return way, q.Queue
	}
	then := r.rules[i].Then
	way = Way{Rule: r.rules[i].Name, Greeting: then.Greeting, Priority: then.Priority, Needs: then.Needs, Page: then.Page, Price: then.Price, CallerPage: then.CallerPage}
	if then.Queue == "" {
		return way, q.Queue
	}
	return way, then.Queue
}

// fitting is which rule decides, -1 for none. Where somebody has chosen the queue, the
// rules that name another say nothing.
func (r *routing) fitting(q Question, known rules.Context) int {
	for i := 0; i < len(r.plain); i++ {
		found := rules.Decide(r.plain[i:], known)
		if found < 0 {
			return -1
		}
		i += found
		if to := r.rules[i].Then.Queue; !q.Chosen || to == "" || to == q.Queue {
			return i
		}
	}
	return -1
}

// mostClosed is how many closed queues lead on to each other before the caller
// is told that nobody is there.
const mostClosed = 5

// lead completes a way with the queue that is open, or with what the closed one
// says.
func (r *routing) lead(way *Way, id string, now time.Time) error {
	greeting := way.Greeting
	for range mostClosed {
		q, ok := r.queues[id]
		if !ok {
			return &webtrunk.Error{Op: "route", Kind: webtrunk.NotFound, Message: "This queue is no longer in use. Lead calls to another one."}
		}
		way.Queue, way.Closed, way.Opens = q.Queue, "", time.Time{}
		way.Greeting = cmp.Or(greeting, q.Greeting)
		if q.hours == nil || q.hours.At(now) {
			return nil
		}
		way.Closed = q.Closed.Then
		_, way.Opens = q.hours.Open(now)
		if way.Closed != ClosedQueue {
			return nil
		}
		id = q.Closed.Queue
	}
	way.Closed = ClosedHangup // in a circle
	return nil
}

// routing reads what a tenant's calls are routed by.
func (b *Book) routing(ctx context.Context, of Tenant) (*routing, error) {
	r := &routing{queues: map[string]opening{}}
	opened, err := b.compiled(ctx, of)
	if err != nil {
		return nil, err
	}
	all, err := queues.All(ctx, b.o.DB, of)
	if err != nil {
		return nil, err
	}
	for _, q := range all {
		r.queues[q.ID] = opening{b.offered(q), opened[q.Hours]}
	}
	if r.rules, err = contextRules.All(ctx, b.o.DB, of); err != nil {
		return nil, err
	}
	for _, rule := range inOrder(r.rules) {
		r.plain = append(r.plain, rule.Rule)
	}
	return r, nil
}

// compiled reads a tenant's opening hours.
func (b *Book) compiled(ctx context.Context, of Tenant) (map[string]*hours.Hours, error) {
	all, err := openingHours.All(ctx, b.o.DB, of)
	if err != nil {
		return nil, err
	}
	opened := map[string]*hours.Hours{}
	for _, h := range all {
		if opened[h.ID], err = hours.New(h.Table); err != nil {
			return nil, err
		}
	}
	return opened, nil
}

// Opening says whether a queue is open, and until when it stays so: zero is
// longer than a year.
func (b *Book) Opening(ctx context.Context, by directory.Principal, id string) (open bool, until time.Time, err error) {
	of := tenantOf(by)
	r, err := b.routes.Ask(of, func() (*routing, error) { return b.routing(ctx, of) })
	if err != nil {
		return false, time.Time{}, err
	}
	q, ok := r.queues[id]
	switch {
	case !ok:
		return false, time.Time{}, directory.Missing("queue", "queue")
	case q.hours == nil:
		return true, time.Time{}, nil
	}
	open, until = q.hours.Open(b.o.Now())
	return open, until, nil
}
