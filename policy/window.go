package policy

import (
	"container/list"
	"fmt"
	"sync"
	"time"

	"webtrunk"
)

// windows count the calls of each party that run, and that began within the last
// hour. They remember so many parties and forget whoever has called least
// lately, so that a stranger with many addresses gets no memory for them. A
// party with running calls is never forgotten; those are as many as calls.
type windows struct {
	now  func() time.Time
	most int

	mu      sync.Mutex
	parties map[string]*list.Element // of *callers
	recent  *list.List               // the latest first
	calls   map[webtrunk.CallID][]string
}

// callers is what is remembered of one party.
type callers struct {
	name    string
	running int
	began   []time.Time // within the last hour, the oldest first, no more than are counted
}

func newWindows(now func() time.Time, most int) *windows {
	return &windows{now: now, most: most, parties: map[string]*list.Element{}, recent: list.New(), calls: map[webtrunk.CallID][]string{}}
}

// enter counts a call for all its parties, or for none and says whose limit is
// reached. A call that is counted already is not counted again.
func (w *windows) enter(id webtrunk.CallID, all []party) *Refusal {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, counted := w.calls[id]; counted {
		return nil
	}
	now := w.now()
	for _, p := range all {
		if e := w.parties[p.name]; e != nil {
			if r := e.Value.(*callers).refuse(p, now); r != nil {
				return r
			}
		}
	}
	names := make([]string, 0, len(all))
	for _, p := range all {
		w.of(p.name).begin(p.limit, now)
		names = append(names, p.name)
	}
	w.calls[id] = names
	w.forget()
	return nil
}

// leave notes that a call has ended.
func (w *windows) leave(id webtrunk.CallID) { w.end(id, false) }

// undo takes back a call that did not come about: it does not count.
func (w *windows) undo(id webtrunk.CallID) { w.end(id, true) }

func (w *windows) end(id webtrunk.CallID, never bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range w.calls[id] {
		e := w.parties[name]
		of := e.Value.(*callers)
		of.running--
		if n := len(of.began); never && n > 0 {
			of.began = of.began[:n-1]
		}
		if of.running == 0 && len(of.began) == 0 {
			w.remove(e)
		}
	}
	delete(w.calls, id)
	w.forget()
}

func (w *windows) of(name string) *callers {
	if e := w.parties[name]; e != nil {
		w.recent.MoveToFront(e)
		return e.Value.(*callers)
	}
	of := &callers{name: name}
	w.parties[name] = w.recent.PushFront(of)
	return of
}

// forget keeps to what may be remembered.
func (w *windows) forget() {
	for e := w.recent.Back(); e != nil && len(w.parties) > w.most; {
		before := e.Prev()
		if e.Value.(*callers).running == 0 {
			w.remove(e)
		}
		e = before
	}
}

func (w *windows) remove(e *list.Element) {
	w.recent.Remove(e)
	delete(w.parties, e.Value.(*callers).name)
}

// begin counts a call that begins. When it began is kept only as far as a limit
// will ask.
func (c *callers) begin(l Limit, now time.Time) {
	c.running++
	if l.PerMinute > 0 || l.PerHour > 0 {
		c.began = append(c.began, now)
	}
}

// refuse says which limit of a party is reached.
func (c *callers) refuse(p party, now time.Time) *Refusal {
	for len(c.began) > 0 && now.Sub(c.began[0]) >= time.Hour {
		c.began = c.began[1:]
	}
	if p.limit.PerHour == 0 { // only the last minute is asked for
		for len(c.began) > p.limit.PerMinute {
			c.began = c.began[1:]
		}
	}
	switch {
	case p.limit.AtOnce > 0 && c.running >= p.limit.AtOnce && p.scope == Widget:
		return refuse(RuleAtOnce, "All lines of this page are in use. Try again when another call has ended.").by(p.scope)
	case p.limit.AtOnce > 0 && c.running >= p.limit.AtOnce:
		return refuse(RuleAtOnce, "%s as many calls at once as there may be. Try again when one of them has ended.", p.has()).by(p.scope)
	}
	if wait := c.wait(p.limit.PerMinute, time.Minute, now); wait > 0 {
		return refuse(RulePerMinute, "%s made as many calls as may be in a minute. Try again in %d seconds.", p.has(), 1+int(wait/time.Second)).by(p.scope)
	}
	if wait := c.wait(p.limit.PerHour, time.Hour, now); wait > 0 {
		return refuse(RulePerHour, "%s made as many calls as may be in an hour. Try again in %s.", p.has(), minutes(wait)).by(p.scope)
	}
	return nil
}

// wait is how long it takes until one more of so many may begin within a while.
func (c *callers) wait(most int, within time.Duration, now time.Time) time.Duration {
	if most == 0 || len(c.began) < most {
		return 0
	}
	return c.began[len(c.began)-most].Add(within).Sub(now)
}

func minutes(wait time.Duration) string {
	if n := 1 + int(wait/time.Minute); n > 1 {
		return fmt.Sprintf("%d minutes", n)
	}
	return "a minute"
}
