package sip

import (
	"context"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
)

// TestCloseHasTheLastWord: an answer whose ACK never came, and an INVITE of
// which nothing was heard, must wait before they may be ended; a gateway that
// goes away cannot, and tells the carrier before it does.
func TestCloseHasTheLastWord(t *testing.T) {
	t.Parallel()
	c := newCarrierWire(t)
	invite := c.arriving(1)
	c.send(invite.String())
	leg := <-c.desk.offers
	if err := leg.leg.Answer(); err != nil {
		t.Fatal(err)
	}
	c.want("200")
	c.dial(make(chan call.Input, 8))
	dialled := c.want("INVITE")

	closed := make(chan error)
	go func() { closed <- c.edge.Close() }()
	said := map[string]raw{}
	for len(said) < 2 {
		m, repeated, ok := c.receive(patience)
		if !ok {
			t.Fatalf("the edge said %d last words", len(said))
		}
		if is, what := m.isRequest(); is && !repeated {
			said[what] = m
			c.answer(m, "200")
		}
	}
	if got := said["BYE"].get("Call-ID"); got != invite.get("Call-ID") {
		t.Errorf("the BYE is of call %q", got)
	}
	if got := said["CANCEL"].get("Call-ID"); got != dialled.get("Call-ID") {
		t.Errorf("the CANCEL is of call %q", got)
	}
	c.answer(dialled, "487")
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// TestDialWhileClosing: whoever dials while the edge closes is refused or gets
// a leg that ends, and no port stays open.
func TestDialWhileClosing(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	to := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}
	for range 20 {
		cfg := testConfig(t, w.addr())
		cfg.Timers.T1, cfg.Timers.Close = time.Millisecond, time.Millisecond
		e, _ := startEdge(t, cfg)
		ends := make(chan call.Input, 64)
		var dialling sync.WaitGroup
		var mu sync.Mutex
		dialled := 0
		for range 4 {
			dialling.Go(func() {
				for range 4 {
					if _, err := e.Dial(context.Background(), call.Leg{ID: 2, Call: "call_test", Address: to}, func(in call.Input) { ends <- in }); err == nil {
						mu.Lock()
						dialled++
						mu.Unlock()
					}
				}
			})
		}
		e.Close()
		dialling.Wait()
		if len(ends) != dialled {
			t.Fatalf("%d calls dialled, %d ended", dialled, len(ends))
		}
		if open, _ := cfg.Sockets.InUse(); open != 0 {
			t.Fatalf("%d ports are open", open)
		}
	}
}
