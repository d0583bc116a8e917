package main

import (
	"slices"
	"strings"
	"testing"

	"webtrunk/carrier"
	"webtrunk/dispatch"
	"webtrunk/soundcheck"
)

// wishes has a telephone call the queue and press 1.
func (c *switchroom) wishes(number string) {
	c.t.Helper()
	before := len(c.types("queue.callback_requested"))
	phone, err := c.carrier.Call(c.ctx, number, c.ref, nil)
	must(c.t, err)
	reaches(c.t, phone, carrier.Reached(carrier.Confirmed))
	c.until(func() bool { return c.waiting() == before+1 })
	must(c.t, phone.SendDigits(c.ctx, "1"))
	c.until(func() bool { return len(c.types("queue.callback_requested")) == before+1 })
	reaches(c.t, phone, carrier.Ended)
}

// Two telephones would rather be called back. One of them says that it is an
// emergency number, as anybody's may: nobody is called there. An agent comes, is rung
// for the other, accepts; that telephone rings, and they talk.
func TestATelephoneIsCalledBack(t *testing.T) {
	t.Parallel()
	const number = "+15550100101" // says back what it hears
	c := startSwitchroom(t, dispatch.Queue{Name: "Support", Callback: true})
	c.wishes("+1911")
	c.wishes(number)
	ada, pages := c.agent("ada", 1)
	ring := c.rings(pages[0])
	if !strings.HasSuffix(ring.From, number) {
		t.Errorf("rings for %q", ring.From)
	}
	c.until(func() bool { return len(c.types("queue.entry_left")) == 1 })
	must(t, ring.Accept(c.ctx))
	phone, err := c.carrier.WaitCall(c.ctx, carrier.To(number), carrier.Reached(carrier.Confirmed), carrier.Up)
	must(t, err)
	harbour := soundcheck.Sentence(soundcheck.Harbour)
	stop := saysOn(c.ctx, ring.Speak, harbour)
	listen(t, phone.Heard, "the agent, at the telephone", harbour)
	listen(t, ring.Heard, "the telephone, at the agent", harbour)
	stop()
	must(t, phone.Hangup(c.ctx))
	_, err = ring.Wait(c.ctx, "ended")
	must(t, err)
	c.until(func() bool { return c.desk.Presence(c.ctx, c.of(), ada).State == dispatch.Available })
	want := []string{"offer.created", "offer.rescinded", "offer.created", "offer.accepted"}
	c.until(func() bool { return slices.Equal(c.types("offer.*"), want) })
}
