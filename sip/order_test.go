package sip

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// How many calls each order test makes. The library alone, one goroutine a
// message, misorders 2 to 11 in 100 of them.
const orderCalls = 1000

// TestOrderOfResponses: 180, 183 and 200 come back to back, and the call hears
// of them in that order, every time.
func TestOrderOfResponses(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for range orderCalls {
		reports := make(chan call.Input, 8)
		leg := c.dial(reports)
		invite := c.want("INVITE")
		for _, status := range []string{"180", "183", "200"} {
			c.answer(invite, status)
		}
		for _, want := range []string{"ringing", "progress", "answered"} {
			if got := describeInput(c.next(reports)); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		c.want("ACK")
		leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
		c.answer(c.want("BYE"), "200")
	}
	c.idle()
}

// TestOrderOfCancel: CANCEL comes right behind its INVITE. The call is offered
// and canceled, the INVITE is answered 487, the CANCEL 200 and never 481.
func TestOrderOfCancel(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for i := range orderCalls {
		invite, cancel := c.arriving(i), c.arriving(i)
		cancel.start = strings.Replace(invite.start, "INVITE", "CANCEL", 1)
		cancel.set("CSeq", "1 CANCEL")
		cancel.body = ""
		c.send(invite.String())
		c.send(cancel.String())
		select {
		case <-c.desk.offers:
		case <-time.After(patience):
			t.Fatal("not offered")
		}
		if got := describeInput(c.next(c.desk.reports)); got != "ended canceled 487" {
			t.Fatalf("got %s", got)
		}
		final := c.want("487")
		if ok := c.last["200"]; !strings.HasSuffix(ok.get("CSeq"), "CANCEL") || ok.tag("To") != final.tag("To") {
			t.Fatalf("CANCEL was answered\n%s", ok.bytes)
		}
		ack := c.arriving(i)
		ack.start = strings.Replace(invite.start, "INVITE", "ACK", 1)
		ack.set("CSeq", "1 ACK")
		ack.set("To", final.get("To"))
		ack.body = ""
		c.send(ack.String())
	}
	c.idle()
}

// TestOrderOfBye: ACK and BYE come back to back. The answer counts as
// acknowledged, so that nothing is repeated, and then as hung up.
func TestOrderOfBye(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	for i := range orderCalls {
		invite := c.arriving(i)
		c.send(invite.String())
		var leg offer
		select {
		case leg = <-c.desk.offers:
		case <-time.After(patience):
			t.Fatal("not offered")
		}
		if err := leg.leg.Answer(); err != nil {
			t.Fatal(err)
		}
		ok := c.want("200")
		for n, m := range []string{"ACK", "INFO", "BYE"} {
			req := c.arriving(i)
			req.start = strings.Replace(invite.start, "INVITE", m, 1)
			req.set("Via", fmt.Sprintf("%s;n=%s", strings.Replace(invite.get("Via"), ";rport", m+";rport", 1), m))
			req.set("CSeq", fmt.Sprintf("%d %s", 1+n, m))
			req.set("To", ok.get("To"))
			req.body = ""
			if m == "INFO" {
				req.set("Content-Type", "application/dtmf")
				req.body = "7"
			}
			c.send(req.String())
		}
		for _, want := range []string{"digit 7", "ended hangup"} {
			if got := describeInput(c.next(c.desk.reports)); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		for _, want := range []string{"2 INFO", "3 BYE"} {
			if got := c.want("200").get("CSeq"); got != want {
				t.Fatalf("answered %s, want %s", got, want)
			}
		}
	}
	c.idle()
}

// A carrierWire is a carrier that a Go test speaks for.
type carrierWire struct {
	*wire
	edge *Edge
	desk *desk
	run  uint32
	last map[string]raw
	tag  string // its own; "far" when empty
	sdp  string // what it answers with; "pcmu" when empty
}

func newCarrierWire(t *testing.T) *carrierWire {
	w := newWire(t, "127.0.0.1:0")
	e, d := startEdge(t, testConfig(t, w.addr()))
	w.edge = e.Addr()
	return &carrierWire{wire: w, edge: e, desk: d, run: rand.Uint32(), last: map[string]raw{}}
}

func (c *carrierWire) dial(reports chan call.Input) interface{ Hangup(call.HangUpLeg) } {
	c.t.Helper()
	leg, err := dialRecorded(c.edge, call.Leg{ID: 2, Call: "call_test", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}},
		&recorder{}, func(in call.Input) { reports <- in })
	if err != nil {
		c.t.Fatal(err)
	}
	return leg
}

// want waits for a method or status, past repetitions and other responses.
func (c *carrierWire) want(what string) raw {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		m, repeated, ok := c.receive(time.Until(deadline))
		if !ok {
			c.t.Fatalf("no %s", what)
		}
		if repeated { // a timer's doing
			continue
		}
		request, got := m.isRequest()
		c.last[got] = m
		if got == what {
			return m
		}
		if request {
			c.t.Fatalf("want %s, got\n%s", what, m.bytes)
		}
	}
}

func (c *carrierWire) next(reports chan call.Input) call.Input {
	c.t.Helper()
	select {
	case in := <-reports:
		return in
	case <-time.After(patience):
		c.t.Fatal("no report")
		return nil
	}
}

func (c *carrierWire) answer(req raw, status string) {
	m := raw{start: "SIP/2.0 " + status + " Whatever"}
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		m.set(name, req.get(name))
	}
	if req.tag("To") == "" {
		m.set("To", req.get("To")+";tag="+cmp.Or(c.tag, "far"))
	}
	m.set("Contact", "<sip:carrier@"+c.addr().String()+">")
	if _, method := req.cseq(); method == "INVITE" && status != "180" {
		m.set("Content-Type", "application/sdp")
		m.body = sdpOf(cmp.Or(c.sdp, "pcmu"))
	}
	c.send(m.String())
}

// arriving is the INVITE of the i-th call to us.
func (c *carrierWire) arriving(i int) raw {
	m := raw{start: "INVITE sip:+15550100001@" + c.wire.edge.String() + " SIP/2.0"}
	m.set("Via", fmt.Sprintf("%s;branch=z9hG4bK%d-%d;rport", c.via(), c.run, i))
	m.set("From", fmt.Sprintf("<sip:+15550100200@127.0.0.1>;tag=t%d", i))
	m.set("To", "<sip:+15550100001@127.0.0.1>")
	m.set("Call-ID", fmt.Sprintf("%d-%d", c.run, i))
	m.set("CSeq", "1 INVITE")
	m.set("Contact", "<sip:carrier@"+c.addr().String()+">")
	m.set("Max-Forwards", "70")
	m.set("Content-Type", "application/sdp")
	m.body = sdpOf("pcmu")
	return m
}

// idle waits until the edge has no leg left.
func (c *carrierWire) idle() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.edge.quiet(ctx); err != nil {
		c.t.Fatalf("%d legs left", c.edge.Stats().Legs)
	}
	if n := c.edge.Stats().Panics; n != 0 {
		c.t.Fatalf("%d panics", n)
	}
}
