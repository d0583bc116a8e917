package main

import (
	"bytes"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
)

// demoConsole opens the console of one of the demo's agents, who says that they
// take calls.
func demoConsole(t *testing.T, d *demo, email, password, agent string) *visitor.Visitor {
	t.Helper()
	in, err := d.directory.Login(t.Context(), directory.Login{Email: email, Password: password, Address: netip.MustParseAddr("192.0.2.1")})
	must(t, err)
	in.Principal.Test = true
	_, token, _, err := d.directory.AgentToken(t.Context(), in.Principal, in.Cookie)
	must(t, err)
	page, err := visitor.Dial(t.Context(), "ws://"+d.site.addr().String()+"/v1/ws", visitor.Config{Key: directory.AgentKey, Token: token, Origin: d.urls()[0]})
	must(t, err)
	t.Cleanup(page.Close)
	comesTrue(t, agent+" takes calls", func() bool {
		of := dispatch.Tenant{Account: in.Principal.Account, Test: true}
		return d.desk.Choose(t.Context(), of, agent, dispatch.Available, "") == nil && d.desk.Presence(t.Context(), of, agent).State == dispatch.Available
	})
	return page
}

// The cart's caller is brought to the agent who knows about mugs, and nobody else
// rings; who calls with something else is anybody's.
func TestTheDemosCartCallsWhoKnows(t *testing.T) {
	t.Parallel()
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	robin := demoConsole(t, d, demoAgentEmail, d.account.agentPassword, directory.AgentName(demoAgent))
	sam := demoConsole(t, d, demoSecondEmail, d.account.secondPassword, directory.AgentName(demoSecond))

	cart := map[string]string{"cart": "2 × Harbour mug, 1 × Harbour plate: € 80"}
	call, err := shopper(t, d).Call(t.Context(), d.pages.Queue, cart)
	must(t, err)
	ring, err := robin.Incoming(t.Context())
	must(t, err)
	if ring.Metadata["cart"] != cart["cart"] {
		t.Errorf("Robin sees %v before answering", ring.Metadata)
	}
	must(t, ring.Accept(t.Context()))
	_, err = call.Wait(t.Context(), "answered")
	must(t, err)

	// Robin talks; who asks for no mugs comes to Sam.
	other, err := shopper(t, d).Call(t.Context(), d.pages.Queue, map[string]string{"cart": "1 × vase"})
	must(t, err)
	second, err := sam.Incoming(t.Context())
	must(t, err)
	must(t, second.Accept(t.Context()))
	_, err = other.Wait(t.Context(), "answered")
	must(t, err)
	if offers := offersMade(t, d); len(offers) != 2 || offers[0] != directory.AgentName(demoAgent) || offers[1] != directory.AgentName(demoSecond) {
		t.Errorf("offered were the calls to %q", offers)
	}
	for _, c := range []*visitor.Call{call, other} {
		_, err = c.Hangup(t.Context())
		must(t, err)
	}
}

// shopper opens a page of the shop.
func shopper(t *testing.T, d *demo) *visitor.Visitor {
	t.Helper()
	page, err := visitor.Dial(t.Context(), "ws://"+d.site.addr().String()+"/v1/ws", visitor.Config{Key: d.pages.Key, Origin: d.urls()[0]})
	must(t, err)
	t.Cleanup(page.Close)
	return page
}

// offersMade are the agents to whom calls were offered, in that order.
func offersMade(t *testing.T, d *demo) (agents []string) {
	t.Helper()
	by, err := d.operator(t.Context())
	must(t, err)
	for r, err := range d.store.Read(t.Context(), event.Stream{Account: by.Account}, 0) {
		must(t, err)
		if r.Type == "offer.created" {
			agents = append(agents, between(string(r.Data), `"agent":"`, `"`))
		}
	}
	return agents
}

// between is what stands between two texts.
func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// A demo that keeps what happens finds its queue again, as it was changed.
func TestADemosQueueIsMadeOnce(t *testing.T) {
	t.Parallel()
	command := demoCommand{HTTP: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(t.TempDir(), "demo.db")}
	first, err := startDemo(command, discard())
	must(t, err)
	by, err := first.operator(t.Context())
	must(t, err)
	all, err := first.queues.Queues(t.Context(), by, directory.Page{})
	must(t, err)
	_, err = first.queues.UpdateQueue(t.Context(), by, all[0].ID, func(q *dispatch.Queue) { q.Strategy = dispatch.RingAll })
	must(t, err)
	first.close()

	again := startTestDemo(t, command)
	queues, err := again.queues.Queues(t.Context(), by, directory.Page{})
	must(t, err)
	if len(queues) != 1 || queues[0].ID != all[0].ID || queues[0].Strategy != dispatch.RingAll {
		t.Errorf("after another start there are %+v", queues)
	}
	agents, err := again.queues.Agents(t.Context(), by, directory.Page{})
	must(t, err)
	known, err := again.queues.Rules(t.Context(), by, directory.Page{})
	must(t, err)
	if len(agents) != 2 || len(known) != 1 {
		t.Errorf("after another start there are %d agents and %d rules", len(agents), len(known))
	}
	if status, body, _ := get(t, client(nil), again.urls()[0]+"/cart"); status != 200 || !strings.Contains(body, again.pages.Queue) {
		t.Errorf("the cart: %d, without %q", status, again.pages.Queue)
	}
}

// Both agents' logins are printed, and what each knows about.
func TestTheDemoIntroducesItsAgents(t *testing.T) {
	t.Parallel()
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	var words bytes.Buffer
	d.introduce(&words)
	for _, want := range []string{"Robin", demoAgentEmail, d.account.agentPassword, "ceramics", "Sam", demoSecondEmail, d.account.secondPassword, "delivery", "Take calls"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("nothing is said of %q:\n%s", want, &words)
		}
	}
}
