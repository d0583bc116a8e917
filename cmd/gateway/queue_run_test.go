package main

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
)

// A switchroom is a demo's account with a queue that a reference leads to.
type switchroom struct {
	*demo
	t     *testing.T
	ctx   context.Context
	by    directory.Principal
	queue dispatch.Queue
	ref   string
}

func startSwitchroom(t *testing.T, q dispatch.Queue) *switchroom {
	t.Helper()
	return furnishSwitchroom(t, startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"}), q)
}

// furnishSwitchroom is startSwitchroom in a demo that runs.
func furnishSwitchroom(t *testing.T, d *demo, q dispatch.Queue) *switchroom {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	account, err := d.directory.Operator(ctx)
	must(t, err)
	c := &switchroom{demo: d, t: t, ctx: ctx, by: directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights(), Test: true, Operator: true}}
	c.queue, err = d.queues.CreateQueue(ctx, c.by, q)
	must(t, err)
	r, err := d.directory.CreateReference(ctx, c.by, directory.NewReference{Target: address(t, "queue:"+c.queue.ID)})
	must(t, err)
	c.ref = r.ID
	return c
}

// agent makes an agent of the queue, who is available and has so many tabs open.
func (c *switchroom) agent(name string, tabs int) (id string, pages []*visitor.Visitor) {
	c.t.Helper()
	email, password := name+"@shop.example", "a password of some length"
	p, _, err := c.directory.CreatePerson(c.ctx, c.by, directory.NewPerson{Email: email, Name: name, Role: directory.Agent, Password: password})
	must(c.t, err)
	a, err := c.queues.CreateAgent(c.ctx, c.by, dispatch.Agent{Person: p.ID, Queues: []string{c.queue.ID}})
	must(c.t, err)
	in, err := c.directory.Login(c.ctx, directory.Login{Email: email, Password: password, Address: netip.MustParseAddr("192.0.2.1")})
	must(c.t, err)
	in.Principal.Test = true
	_, token, _, err := c.directory.AgentToken(c.ctx, in.Principal, in.Cookie)
	must(c.t, err)
	for range tabs {
		page, err := visitor.Dial(c.ctx, "ws://"+c.site.addr().String()+"/v1/ws", visitor.Config{Key: directory.AgentKey, Token: token, Origin: c.urls()[0]})
		must(c.t, err)
		c.t.Cleanup(page.Close)
		pages = append(pages, page)
	}
	c.until(func() bool {
		return c.desk.Choose(c.ctx, c.of(), a.ID, dispatch.Available, "") == nil && c.desk.Presence(c.ctx, c.of(), a.ID).Places == tabs
	})
	return a.ID, pages
}

func (c *switchroom) of() dispatch.Tenant { return dispatch.Tenant{Account: c.by.Account, Test: true} }

// waiting is how many callers wait in the queue.
func (c *switchroom) waiting() int {
	for _, l := range c.desk.Live(c.ctx, c.of()) {
		if l.Queue == c.queue.ID {
			return l.Waiting
		}
	}
	return 0
}

// until waits until something is true.
func (c *switchroom) until(is func() bool) {
	c.t.Helper()
	for !is() {
		select {
		case <-c.ctx.Done():
			c.t.Fatal("it did not come true")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// rings waits until a page rings.
func (c *switchroom) rings(page *visitor.Visitor) *visitor.Call {
	c.t.Helper()
	ring, err := page.Incoming(c.ctx)
	must(c.t, err)
	return ring
}

// types are the account's events of some types so far.
func (c *switchroom) types(of ...string) (found []string) {
	c.t.Helper()
	for r, err := range c.store.Read(c.ctx, event.Stream{Account: c.by.Account}, 0) {
		must(c.t, err)
		if event.Types(of).Match(r.Type) {
			found = append(found, r.Type)
		}
	}
	return found
}

// A telephone calls the queue's number and hears music; an agent with two tabs and
// another agent ring; one tab answers, and all others stop. The call ends, and the
// agent is free.
func TestATelephoneIsBroughtToAnAgent(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support", Strategy: dispatch.RingAll})
	phone := dial(t, c.demo, c.ref)
	reaches(t, phone, carrier.Reached(carrier.Confirmed)) // it waits, and that it hears
	c.until(func() bool { return c.waiting() == 1 })

	ada, pages := c.agent("ada", 2)
	tabs := []*visitor.Call{c.rings(pages[0]), c.rings(pages[1])}
	if tabs[0].From == "" || tabs[0].Gateway == "" || tabs[0].Gateway != tabs[1].Gateway {
		t.Errorf("rings as %+v and %+v", tabs[0], tabs[1])
	}
	must(t, tabs[1].Accept(c.ctx))
	if m, err := tabs[0].Wait(c.ctx, "ended"); err != nil || m.Reason != "answered" {
		t.Errorf("the other tab was told %+v, %v", m, err)
	}
	c.until(func() bool { return c.desk.Presence(c.ctx, c.of(), ada).State == dispatch.OnCall })
	must(t, phone.Hangup(c.ctx))
	_, err := tabs[1].Wait(c.ctx, "ended")
	must(t, err)
	c.until(func() bool { return c.desk.Presence(c.ctx, c.of(), ada).State == dispatch.Available })

	bert, others := c.agent("bert", 1)
	next := dial(t, c.demo, c.ref)
	one, two := c.rings(pages[0]), c.rings(others[0])
	must(t, two.Accept(c.ctx))
	_, err = one.Wait(c.ctx, "ended")
	must(t, err)
	c.until(func() bool { return c.desk.Presence(c.ctx, c.of(), bert).State == dispatch.OnCall })
	if p := c.desk.Presence(c.ctx, c.of(), ada); p.State != dispatch.Available {
		t.Errorf("Ada is %+v", p)
	}
	must(t, next.Hangup(c.ctx))
	c.until(func() bool { return len(c.types("offer.*", "queue.entry_left")) == 8 })
	if got := c.types("offer.accepted"); len(got) != 2 {
		t.Errorf("%d offers were accepted", len(got))
	}
}

// A caller whose agent's browser dies while it rings comes to the next agent.
func TestABrowserDiesWhileItRings(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	ada, pages := c.agent("ada", 1)
	phone := dial(t, c.demo, c.ref)
	c.rings(pages[0])
	bert, others := c.agent("bert", 1)
	pages[0].Drop()
	ring := c.rings(others[0])
	must(t, ring.Accept(c.ctx))
	c.until(func() bool { return c.desk.Presence(c.ctx, c.of(), bert).State == dispatch.OnCall })
	if p := c.desk.Presence(c.ctx, c.of(), ada); p.State != dispatch.Offline {
		t.Errorf("Ada is %+v", p)
	}
	must(t, phone.Hangup(c.ctx))
}
