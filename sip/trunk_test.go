package sip

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
	"webtrunk/trunk"
)

// TestTrunkOfALeg: a leg goes over the trunk that it names, the first where it
// names none, and none that is not there. What arrives says over which it came.
func TestTrunkOfALeg(t *testing.T) {
	t.Parallel()
	first, second := newWire(t, "127.0.0.1:0"), newWire(t, "127.0.0.3:0")
	cfg := testConfig(t, first.addr())
	cfg.Network.Trunks = append(cfg.Network.Trunks, trunk.Trunk{Name: "simulated", Proxy: second.addr().String(), Keepalive: -1, Identity: cfg.Network.Trunks[0].Identity, Test: true})
	e, d := startEdge(t, cfg)
	first.edge, second.edge = e.Addr(), e.Addr()
	for name, w := range map[string]*wire{"": first, "carrier": first, "simulated": second} {
		reports := make(chan call.Input, 8)
		leg := call.Leg{ID: 2, Call: "call_test", Trunk: name, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}
		if _, err := dialRecorded(e, leg, &recorder{}, func(in call.Input) { reports <- in }); err != nil {
			t.Fatal(err)
		}
		c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
		c.answer(c.want("INVITE"), "486")
		c.want("ACK")
		if got := describeInput(c.next(reports)); got != "ended busy 486" {
			t.Errorf("over %q the leg reports %s", name, got)
		}
	}
	_, err := e.Dial(t.Context(), call.Leg{Trunk: "third", Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, nil)
	if webtrunk.KindOf(err) != webtrunk.NotFound || !strings.Contains(webtrunk.MessageOf(err, ""), `"third"`) {
		t.Errorf("over a trunk that is not there: %v", err)
	}
	for via, w := range map[string]*wire{"carrier": first, "simulated": second} {
		c := &carrierWire{wire: w, edge: e, last: map[string]raw{}}
		m := c.arriving(len(via))
		c.send(m.String())
		o := <-d.offers
		if o.in.Via != via || o.in.Test != (via == "simulated") {
			t.Errorf("offered over %s: %+v", via, o.in)
		}
		o.leg.Hangup(call.HangUpLeg{Cause: call.Busy})
	}
}

// TestTrunksAreCounted: what each trunk answers, refuses, fails at and leaves
// unanswered is told apart, and when it was last heard.
func TestTrunksAreCounted(t *testing.T) {
	t.Parallel()
	first, second := newWire(t, "127.0.0.1:0"), newWire(t, "127.0.0.3:0")
	cfg := testConfig(t, first.addr())
	cfg.Timers.B = time.Second
	cfg.Network.Trunks = append(cfg.Network.Trunks, trunk.Trunk{Name: "silent", Proxy: second.addr().String(), Keepalive: -1, Identity: cfg.Network.Trunks[0].Identity})
	e, d := startEdge(t, cfg)
	first.edge = e.Addr()
	c := &carrierWire{wire: first, edge: e, last: map[string]raw{}}
	dial := func(over string) (switchboard.Leg, chan call.Input) {
		reports := make(chan call.Input, 8)
		leg, err := dialRecorded(e, call.Leg{ID: 2, Call: "call_test", Trunk: over, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}},
			&recorder{}, func(in call.Input) { reports <- in })
		if err != nil {
			t.Fatal(err)
		}
		return leg, reports
	}
	for _, status := range []string{"486", "503", "200"} {
		leg, reports := dial("carrier")
		c.answer(c.want("INVITE"), status)
		c.want("ACK")
		c.next(reports)
		if status == "200" {
			leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
			c.answer(c.want("BYE"), "200")
		}
	}
	c.send(c.arriving(1).String())
	(<-d.offers).leg.Hangup(call.HangUpLeg{Cause: call.Busy})
	_, reports := dial("silent")
	if got := describeInput(c.next(reports)); got != "ended unreachable" {
		t.Fatal(got)
	}
	s := e.Stats().Trunks
	if len(s) != 2 || s[0].LastHeard.IsZero() || s[0].LastFault.IsZero() || !s[1].LastHeard.IsZero() || s[1].LastFault.IsZero() {
		t.Fatalf("counted %+v", s)
	}
	for i := range s {
		if p := s[i].State.Peers; len(p) != 1 || p[0] != []*wire{first, second}[i].addr() {
			t.Errorf("trunk %s is at %v", s[i].Name, p)
		}
		s[i].LastHeard, s[i].LastFault, s[i].State = time.Time{}, time.Time{}, trunk.State{}
	}
	want := []TrunkStats{
		{Name: "carrier", Arrived: 1, Dialled: 3, Invites: 3, Answered: 1, Refused: 1, Failed: 1},
		{Name: "silent", Dialled: 1, Invites: 1, Failed: 1, Silent: 1},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("counted %+v, want %+v", s, want)
	}
}
