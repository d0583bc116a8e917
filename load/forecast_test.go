package load

import (
	"math"
	"testing"
	"time"
)

// settle feeds the same sample until the filter shows nothing else.
func (f *forecast) settle(used float64, running, talking int) {
	for range 100 {
		f.take(used, f.cpus, sampleEvery, running, talking)
	}
}

// cost is what a call is taken to cost, in CPUs.
func (f *forecast) cost() float64 {
	call, _ := f.costs.known()
	return call
}

func near(a, b float64) bool { return math.Abs(a-b) < 0.01*max(math.Abs(a), math.Abs(b), 0.01) }

func TestTheCostOfACallIsMeasured(t *testing.T) {
	f := forecast{cpus: 1}
	if f.cost() != usualCall {
		t.Errorf("before anything is known: %v", f.cost())
	}
	f.settle(0.3, enough-1, enough-1)
	if f.cost() != usualCall {
		t.Errorf("a few calls are too few to tell: %v", f.cost())
	}
	f.settle(0.4, 100, 100)
	if !near(f.cost(), 0.004) || !near(f.measured(), 0.4) || !near(f.expected(0), 0.4) {
		t.Errorf("100 calls at 0.4: a call %v, measured %v, expected %v", f.cost(), f.measured(), f.expected(0))
	}
	f.settle(0.02, 0, 0)
	if f.cost() > 0.005 {
		t.Errorf("with the calls gone, the rest of the process is taken for a call's cost: %v", f.cost())
	}
	f.settle(90, enough+10, enough+10)
	if f.cost() != mostCall {
		t.Errorf("what cannot be is believed: %v", f.cost())
	}
}

func TestWhatDoesNotTalkYetIsExpected(t *testing.T) {
	f := forecast{cpus: 2}
	f.settle(0.4, 100, 100) // 0.004 CPUs each, 0.2 of two CPUs
	for range 50 {
		f.admitted()
	}
	if want := (0.4 + 50*0.004) / 2; !near(f.expected(0), want) {
		t.Errorf("with 50 more: %v, want %v", f.expected(0), want)
	}
	if want := (0.4 + 51*0.004) / 2; !near(f.expected(1), want) {
		t.Errorf("and one: %v, want %v", f.expected(1), want)
	}
	// They ring for a minute: still expected, still not measured.
	f.settle(0.4, 150, 100)
	if want := 0.3; !near(f.expected(0), want) || !near(f.measured(), 0.2) {
		t.Errorf("while they ring: expected %v, measured %v", f.expected(0), f.measured())
	}
	// They answer. What is expected does not jump while the measure follows.
	for i := range 60 {
		f.take(0.6, 2, sampleEvery, 150, 150)
		if !near(f.expected(0), 0.3) {
			t.Fatalf("%d samples after the answers: expected %v", i, f.expected(0))
		}
	}
	if !near(f.measured(), 0.3) {
		t.Errorf("in the end: %v", f.measured())
	}
}

func TestALongStallCountsAsLongAsItWas(t *testing.T) {
	often, once := forecast{cpus: 1}, forecast{cpus: 1}
	for range 30 {
		often.take(1, 1, sampleEvery, 0, 0)
	}
	once.take(1, 1, 3*time.Second, 0, 0)
	if once.measured() < 0.7 || often.measured() < 0.9 {
		t.Errorf("three seconds at full use: %v in one sample, %v in thirty", once.measured(), often.measured())
	}
}

// Set-ups have a third of an empty machine, less the fuller it is, and never
// nothing.
func TestSetUpsLeaveRoomForPackets(t *testing.T) {
	f := forecast{cpus: 2}
	_, setup := f.costs.known()
	share := func(talk float64) float64 {
		f.settle(2*talk, 200, 200)
		return f.pace(0.8, 0) * setup / f.cpus
	}
	for talk, want := range map[float64]float64{0.1: setupMost, 0.5: 0.85*0.8 - 0.5, 0.7: setupShare, 0.9: setupShare} {
		if got := share(talk); !near(got, want) {
			t.Errorf("with calls on %v of the CPUs set-ups have %v, want %v", talk, got, want)
		}
	}
}
