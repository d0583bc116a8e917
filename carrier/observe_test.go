package carrier

import (
	"sync"
	"testing"
)

// While a call is up and nobody presses a key, packets alone come: who waits
// for the carrier's calls or counters is woken by them.
func TestPacketsWakeWhoWaits(t *testing.T) {
	t.Parallel()
	n := connect(t, short(), short())
	near, far := n.dial(t, "+15550100101", nil)
	await(t, near, Reached(Confirmed), HeardPackets(1))
	await(t, far, Reached(Confirmed), HeardPackets(1))
	enough := far.RTP().In + 20
	found, err := n.far.WaitCall(limit(t), HeardPackets(enough))
	if err != nil || found != far {
		t.Errorf("a call that hears %d packets: %v, %v", enough, found, err)
	}
	enough = n.far.Stats().RTPIn + 20
	if s, err := n.far.WaitStats(limit(t), func(s Stats) bool { return s.RTPIn >= enough }); err != nil {
		t.Errorf("%d packets, want %d: %v", s.RTPIn, enough, err)
	}
	must(t, near.Hangup(limit(t)))
}

// Whoever listens before a change and waits after it is woken, however many do.
func TestABellIsHeardByAllWhoListenedBefore(t *testing.T) {
	t.Parallel()
	var b bell
	b.ring() // nobody listens
	var rung, listening sync.WaitGroup
	for range 8 {
		listening.Add(1)
		rung.Go(func() {
			heard := b.listen()
			listening.Done()
			<-heard
		})
	}
	listening.Wait()
	b.ring()
	rung.Wait()
	select {
	case <-b.listen():
		t.Error("who listens after the bell hears it")
	default:
	}
}

// While nobody waits, a packet pays no more than a look.
func TestABellThatNobodyHearsCostsNothing(t *testing.T) {
	var b bell
	if n := testing.AllocsPerRun(100, b.ring); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
