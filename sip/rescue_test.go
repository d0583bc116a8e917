package sip

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/trunk"
)

// TestCrashWithCallsUp: the gateway is killed with calls up in both directions
// and one ringing. The next one is told of them, and the carrier, which
// challenges every request, gets one BYE for each that was up.
func TestCrashWithCallsUp(t *testing.T) {
	t.Parallel()
	l := newCompany(t, carrier.Config{Username: "alice", Password: "secret", ChallengeAll: true}, func(c *Config) {
		c.Network.Trunks[0].Username, c.Network.Trunks[0].Password = "alice", "secret"
	})
	var left []call.Leg
	up := func(r *recorder, state []byte) {
		left = append(left, call.Leg{ID: 2, Call: webtrunk.NewCallID(), State: call.Connected, Dialog: state})
	}
	for range 10 {
		r, reports := &recorder{}, make(chan call.Input, 8)
		_, err := dialRecorded(l.edge, call.Leg{ID: 2, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}}, r, func(in call.Input) { reports <- in })
		if err != nil {
			t.Fatal(err)
		}
		l.expect(reports, "ringing", "answered")
		up(r, r.state())
	}
	for range 10 {
		far, err := l.carrier.Call(l.ctx, "+15550100200", "+15550100001", carrier.Manual)
		if err != nil {
			t.Fatal(err)
		}
		o := <-l.desk.offers
		o.leg.Answer()
		if err := far.Wait(l.ctx, carrier.Reached(carrier.Confirmed)); err != nil {
			t.Fatal(err)
		}
		up(nil, o.in.Dialog)
	}
	if s, err := l.carrier.WaitStats(l.ctx, func(s carrier.Stats) bool { return s.CallsUp == 20 }); err != nil {
		t.Fatalf("%d calls are up", s.CallsUp)
	}

	cfg := l.edge.cfg
	cfg.Listen = l.edge.Addr()
	l.edge.letGo()
	next, _ := startEdge(t, cfg)
	for _, leg := range left {
		next.Rescue(leg)
	}
	if _, err := l.carrier.WaitStats(l.ctx, func(s carrier.Stats) bool { return s.CallsUp == 0 }); err != nil {
		t.Fatal("the carrier believes in calls that are over")
	}
	if err := next.quiet(l.ctx); err != nil {
		t.Fatal(err)
	}
	if s := next.Stats(); s.Rescued != 20 || s.Confirmed != 20 || s.Lost != 0 || s.Ghosts != 0 {
		t.Errorf("counted %+v", s)
	}
	for _, c := range l.carrier.Calls() {
		if end := c.End(); !end.HungUp() {
			t.Errorf("a call ended %+v:\n%s", end, c.Transcript())
		}
	}
}

// TestRescueOfWhatCannotBeRead: a state of another form, or spoiled, is logged
// and counted with its call, and nothing is sent.
func TestRescueOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	var log lockedBuffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	e, _ := startEdge(t, cfg)
	good := saved{
		Version: savedVersion, Trunk: "carrier", CallID: "c", LocalTag: "l", RemoteTag: "r",
		Local: "sip:a@127.0.0.1", Remote: "sip:b@127.0.0.1", Target: "sip:b@127.0.0.1",
	}
	states := []string{"garbage", `{"v":1`, `{}`, `null`, `[]`, `"x"`, `{"v":"1"}`}
	for _, spoil := range []func(*saved){
		func(s *saved) { s.Version = 0 }, func(s *saved) { s.Version = 2 },
		func(s *saved) { s.Trunk = "another" },
		func(s *saved) { s.CallID = "" }, func(s *saved) { s.LocalTag = "" }, func(s *saved) { s.RemoteTag = "" },
		func(s *saved) { s.Local = "" }, func(s *saved) { s.Remote = "x" }, func(s *saved) { s.Target = "" },
		func(s *saved) { s.Routes = []string{""} }, func(s *saved) { s.Seq = 1 << 31 },
	} {
		s := good
		spoil(&s)
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, string(b))
	}
	for i, state := range states {
		e.Rescue(call.Leg{ID: 2, Call: webtrunk.CallID(fmt.Sprint("call_", i)), State: call.Connected, Dialog: []byte(state)})
		if !strings.Contains(log.String(), fmt.Sprint("call=call_", i, " leg=b")) {
			t.Errorf("nothing is logged of %s", state)
		}
	}
	if s := e.Stats(); s.Lost != uint64(len(states)) || s.Rescued != 0 || s.Sent != 0 || s.Panics != 0 || s.Known != 0 {
		t.Errorf("counted %+v", s)
	}
	e.Rescue(call.Leg{ID: 2, Call: "call_test", State: call.Ringing}) // dialled, never answered: no dialog
	if s := e.Stats(); s.Lost != uint64(len(states)) || s.Rescued != 0 {
		t.Errorf("counted %+v", s)
	}
}

// TestRescueKeepsToTheLiving: a leg of this process is not ended by a rescue,
// and one that is being rescued gets one BYE.
func TestRescueKeepsToTheLiving(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	r, reports := &recorder{}, make(chan call.Input, 8)
	leg, err := dialRecorded(c.edge, call.Leg{ID: 2, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}}, r, func(in call.Input) { reports <- in })
	if err != nil {
		t.Fatal(err)
	}
	c.answer(c.want("INVITE"), "200")
	c.want("ACK")
	if got := describeInput(c.next(reports)); got != "answered" {
		t.Fatal(got)
	}
	dead := call.Leg{ID: 2, Call: "call_test", State: call.Connected, Dialog: r.state()}
	c.edge.Rescue(dead)
	if s := c.edge.Stats(); s.Rescued != 0 {
		t.Errorf("counted %+v", s)
	}
	leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	c.answer(c.want("BYE"), "200")
	c.idle()
}

// TestGhostsAreBounded: a carrier that claims ringing telephones without end
// gets no more out of us than the bounds say, and a new call is not disturbed.
func TestGhostsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	const claims = 2000
	begun := time.Now()
	for range claims {
		m := raw{start: "SIP/2.0 486 Busy"}
		m.set("Via", "SIP/2.0/UDP "+c.wire.edge.String()+";branch=z9hG4bK"+token())
		m.set("From", "<sip:+15550100001@127.0.0.1>;tag="+token())
		m.set("To", "<sip:+15550100200@127.0.0.1>;tag=far")
		m.set("Call-ID", token()+"@127.0.0.1")
		m.set("CSeq", "7 INVITE")
		c.send(m.String())
	}
	eventually(t, "all seen", func() bool { return c.edge.Stats().Stray == claims })
	c.idle()
	most := uint64(ghostBurst + ghostRate*time.Since(begun).Seconds() + 1)
	if s := c.edge.Stats(); s.Ghosts == 0 || s.Ghosts > most || s.Sent > s.Ghosts || s.Known > maxGhosts {
		t.Errorf("at most %d ghosts may be met; counted %+v", most, s)
	}
	c.send(c.arriving(1).String())
	select {
	case o := <-c.desk.offers:
		o.leg.Hangup(call.HangUpLeg{Cause: call.Busy})
	case <-time.After(patience):
		t.Fatal("a call does not get through")
	}
}

// TestGhostsOfStrangers: nobody but a trunk can make us speak to a ghost.
func TestGhostsOfStrangers(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	stranger := newWire(t, "127.0.0.2:0")
	stranger.edge = c.edge.Addr()
	m := raw{start: "SIP/2.0 200 OK"}
	m.set("Via", "SIP/2.0/UDP "+c.wire.edge.String()+";branch=z9hG4bK"+token())
	m.set("From", "<sip:+15550100001@127.0.0.1>;tag="+token())
	m.set("To", "<sip:+15550100200@127.0.0.1>;tag=far")
	m.set("Call-ID", token()+"@127.0.0.1")
	m.set("CSeq", "7 INVITE")
	stranger.send(m.String())
	eventually(t, "seen", func() bool { return c.edge.Stats().Strangers == 1 })
	if s := c.edge.Stats(); s.Ghosts != 0 || s.Sent != 0 {
		t.Errorf("counted %+v", s)
	}
}

// TestGhostsAreForgotten: what is kept of ghosts goes after the linger time.
func TestGhostsAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	cfg.Timers.Linger = 20 * time.Millisecond
	e, _ := startEdge(t, cfg)
	w.edge = e.Addr()
	for i := range 10 {
		m := raw{start: "SIP/2.0 486 Busy"}
		m.set("Via", "SIP/2.0/UDP "+e.Addr().String()+";branch=z9hG4bK"+token())
		m.set("From", "<sip:+15550100001@127.0.0.1>;tag="+token())
		m.set("To", fmt.Sprintf("<sip:+15550100200@127.0.0.1>;tag=%d", i))
		m.set("Call-ID", token()+"@127.0.0.1")
		m.set("CSeq", "7 INVITE")
		w.send(m.String())
	}
	eventually(t, "all met and forgotten", func() bool { s := e.Stats(); return s.Ghosts == 10 && s.Known == 0 })
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ghosts != 0 {
		t.Errorf("%d ghosts are counted, none is known", e.ghosts)
	}
}

// FuzzSavedDialog: whatever a saved state holds, it makes an error or a dialog
// whose BYE can be written.
func FuzzSavedDialog(f *testing.F) {
	e := &Edge{cfg: Config{UserAgent: "Webtrunk"}, host: "127.0.0.1", port: 5060}
	l := &leg{e: e, line: e.newLine(trunk.Trunk{Name: "carrier", Proxy: "127.0.0.1:5060"})}
	l.dialog = dialog{callID: "c", localTag: "l", remoteTag: "r", seq: 7}
	f.Add(l.save())
	f.Add([]byte(`{"v":1,"call_id":"c","local_tag":"l","remote_tag":"r","local":"sip:a@b","remote":"tel:+1","target":"sip:*@[::1]:70000;lr?x=y"}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		_, d, err := load(state)
		if err != nil {
			return
		}
		req := l.line.request(&d, "BYE")
		l.toward(req, &d)
		_ = seal(req)
	})
}
