package sip

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// pair is a joint between two calls whose reports the test takes.
func pair(t *testing.T) (j *joint, calls [2]estate, reports [2]chan call.Input) {
	t.Helper()
	sockets, err := media.NewSockets(netip.MustParseAddr("127.0.0.1"), 20000, 29999)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sockets.Close)
	e := &Edge{joints: map[*joint]bool{}, changed: make(chan struct{}), log: testConfig(t, netip.AddrPort{}).Log}
	t.Cleanup(e.running.Wait)
	j = &joint{e: e}
	e.jointed(j)
	for n := range calls {
		socket, err := sockets.Open(fmt.Sprint("seat ", n))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(socket.Close)
		reports[n] = make(chan call.Input, 16)
		s := &seat{e: e, call: webtrunk.CallID(fmt.Sprint("call_", n)), leg: call.LegID(n + 1), socket: socket}
		calls[n] = estate{seat: s, report: func(in call.Input) { reports[n] <- in }}
	}
	return j, calls, reports
}

// TestJointEndsOnce: however its two calls end, at once too, each has one end.
func TestJointEndsOnce(t *testing.T) {
	t.Parallel()
	for range 50 {
		j, calls, reports := pair(t)
		j.seats(1, calls[1])
		var both sync.WaitGroup
		first := make(chan bool, 1)
		both.Go(func() {
			joined := j.seats(0, calls[0])
			j.connect()
			first <- joined
		})
		both.Go(func() { calls[1].seat.Hangup(call.HangUpLeg{Cause: call.Hangup}) })
		both.Wait()
		calls[1].seat.Hangup(call.HangUpLeg{}) // again, to no effect
		ends := [2]int{}
		for n, c := range reports {
			for len(c) > 0 {
				if _, is := (<-c).(call.LegEnded); is {
					ends[n]++
				}
			}
		}
		if joined := <-first; joined != (ends[0] == 1) || ends[1] != 0 {
			t.Fatalf("joined %v, and the calls heard of %v ends", joined, ends)
		}
		if len(j.e.joints) != 0 {
			t.Fatal("the joint is on the books still")
		}
	}
}

// TestJointPassesWishes: what one call asks of its seat, the other hears, and a wish
// that no telephone can be asked any more is refused in words.
func TestJointPassesWishes(t *testing.T) {
	t.Parallel()
	j, calls, reports := pair(t)
	calls[0].hold, calls[1].held = true, false
	j.seats(1, calls[1])
	j.seats(0, calls[0])
	j.connect()
	one, other := calls[0].seat, calls[1].seat
	want := func(n int, wants ...string) {
		t.Helper()
		for _, w := range wants {
			select {
			case in := <-reports[n]:
				if got := describeInput(in); got != w {
					t.Fatalf("call %d hears %q, want %q", n, got, w)
				}
			case <-time.After(patience):
				t.Fatalf("call %d hears nothing, want %q", n, w)
			}
		}
	}
	want(1, "dialog", "held")
	want(0, "dialog")
	one.Resume()
	want(1, "resumed")
	other.Hold()
	other.Hold()
	other.Resume()
	want(0, "held", "resumed")
	one.SendDigits("*0")
	want(1, "digit *", "digit 0")
	if err := one.Refer(webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100300"}); webtrunk.KindOf(err) != webtrunk.Unsupported {
		t.Errorf("asked to call somebody itself: %v", err)
	}
	for what, err := range map[string]error{"ring": one.Progress(true), "answer": one.Answer(), "confirm": one.Confirm(), "tell": one.Transferring(call.TellTransfer{})} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	(&half{j, 0}).cannotRefer() // a wish that was on its way as the calls were joined
	want(0, "referred 501")
	other.Hangup(call.HangUpLeg{Cause: call.TooLong})
	want(0, "ended too_long")
}
