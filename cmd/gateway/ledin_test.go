package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/dispatch"
	"webtrunk/event"
	"webtrunk/soundcheck"
)

// leads has a server of the account lead a telephone to the queue, and returns the call.
func (c *switchroom) leads(number string) (id string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"from": number, "to": "queue:" + c.queue.ID})
	must(c.t, err)
	q, err := http.NewRequestWithContext(c.ctx, "POST", c.urls()[0]+"/v1/calls", bytes.NewReader(body))
	must(c.t, err)
	q.Header.Set("Authorization", "Bearer "+c.account.key)
	q.Header.Set("Content-Type", "application/json")
	res, err := client(nil).Do(q)
	must(c.t, err)
	defer res.Body.Close()
	var made struct {
		ID, Status string
		Error      struct{ Message string }
	}
	must(c.t, json.NewDecoder(res.Body).Decode(&made))
	if res.StatusCode != http.StatusCreated {
		c.t.Fatalf("%s: %+v", res.Status, made)
	}
	return made.ID
}

// A server of the account has a telephone called and led to the queue. Who declines
// waits nowhere, and no agent hears of them. Who answers hears the greeting,
// waits, and comes to an agent as if they had called.
func TestATelephoneIsCalledAndLedToAQueue(t *testing.T) {
	t.Parallel()
	const refuses, number = "+15550100106", "+15550100101" // declines; says back what it hears
	c := startSwitchroom(t, dispatch.Queue{Name: "Support", Greeting: "hold", Ring: 120})
	_, pages := c.agent("ada", 1)
	inVain := c.leads(refuses)
	c.until(func() bool { return len(c.ofCall(inVain, "call.ended")) == 1 })
	if waited := append(c.ofCall(inVain, "call.queued"), c.types("queue.entry_added", "offer.created")...); len(waited) > 0 {
		t.Errorf("for who did not answer: %v", waited)
	}

	c.leads(number)
	phone, err := c.carrier.WaitCall(c.ctx, carrier.To(number), carrier.Reached(carrier.Confirmed), carrier.Up)
	must(t, err)
	ring := c.rings(pages[0])
	if !strings.HasSuffix(ring.From, number) {
		t.Errorf("the agent's page shows %q", ring.From)
	}
	listen(t, phone.Heard, "the greeting", begins(t, c.phrases, "hold"))
	must(t, ring.Accept(c.ctx))
	harbour := soundcheck.Sentence(soundcheck.Harbour)
	stop := saysOn(c.ctx, ring.Speak, harbour)
	listen(t, phone.Heard, "the agent, at the telephone", harbour)
	stop()
	must(t, phone.Hangup(c.ctx))
	_, err = ring.Wait(c.ctx, "ended")
	must(t, err)
	c.until(func() bool { return len(c.types("queue.entry_left")) == 1 && len(c.types("offer.accepted")) == 1 })
}

// ofCall are one call's events of a type so far.
func (c *switchroom) ofCall(id, kind string) (found []string) {
	c.t.Helper()
	for r, err := range c.store.Read(c.ctx, event.Stream{Call: webtrunk.CallID(id)}, 0) {
		must(c.t, err)
		if r.Type == kind {
			found = append(found, r.Type)
		}
	}
	return found
}
