package main

import (
	"testing"

	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/soundcheck"
)

// An agent without a browser has a telephone, which the trunk reaches: it rings there
// for a caller of the queue, and the two talk.
func TestAnAgentsTelephoneTakesACall(t *testing.T) {
	t.Parallel()
	const number = "+15550100101" // answers, and says back what it hears
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	person, _, err := c.directory.CreatePerson(c.ctx, c.by, directory.NewPerson{Email: "ada@shop.example", Name: "Ada", Role: directory.Agent, Password: "a password of some length"})
	must(t, err)
	ada, err := c.queues.CreateAgent(c.ctx, c.by, dispatch.Agent{Person: person.ID, Queues: []string{c.queue.ID}, Phone: address(t, number)})
	must(t, err)
	c.until(func() bool { return c.desk.Choose(c.ctx, c.of(), ada.ID, dispatch.Available, "") == nil })

	caller := dial(t, c.demo, c.ref)
	phone, err := c.carrier.WaitCall(c.ctx, carrier.To(number), carrier.Reached(carrier.Confirmed), carrier.Up)
	must(t, err)
	harbour := soundcheck.Sentence(soundcheck.Harbour)
	stop := saysOn(c.ctx, caller.Play, harbour)
	listen(t, phone.Heard, "the caller, at the agent's telephone", harbour)
	listen(t, caller.Heard, "the agent's telephone, at the caller", harbour)
	stop()
	must(t, phone.Hangup(c.ctx))
	reaches(t, caller, carrier.Ended)
	c.until(func() bool { return len(c.types("offer.accepted")) == 1 && len(c.types("agent.presence_changed")) >= 4 })
}

// Who works for the account hands a call over to whom that may call, at a telephone as
// in a page: other parties of the call do not.
func TestWhoAsksForTheAccount(t *testing.T) {
	page, number := address(t, "browser:agent_ada"), address(t, "tel:+15550100101")
	c := call.View{Legs: []call.Leg{{ID: 1, Address: address(t, "browser:v_1")}, {ID: 2, Address: page}, {ID: 3, Address: number, Shown: page}, {ID: 4, Address: number}}}
	for leg, want := range map[call.LegID]bool{1: false, 2: true, 3: true, 4: false} {
		c.By = leg
		if got := asksForTheAccount(c, call.AskRoute{For: call.ForTransfer, To: number}); got != want {
			t.Errorf("leg %d asks for the account: %v", leg, got)
		}
	}
}
