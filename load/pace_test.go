package load

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestACrowdWaitsItsTurn: a few begin at once, the next one after the other, and
// those who would have to wait too long are not taken. Once it was quiet, a few
// begin at once again.
func TestACrowdWaitsItsTurn(t *testing.T) {
	var p pace
	now := time.Unix(100, 0)
	for i := range few {
		if wait, ok := p.next(now, 10); !ok || wait != 0 {
			t.Fatalf("the %dth waits %v, %v", i+1, wait, ok)
		}
	}
	for i := range 10 {
		if wait, ok := p.next(now, 10); !ok || wait != time.Duration(i+1)*100*ms {
			t.Fatalf("the %dth after the first few waits %v, %v", i+1, wait, ok)
		}
	}
	if wait, ok := p.next(now, 10); ok {
		t.Errorf("one more waits %v", wait)
	}
	if wait, ok := p.next(now.Add(500*ms), 10); !ok || wait != 600*ms {
		t.Errorf("half a second later the next waits %v, %v", wait, ok)
	}
	if wait, ok := p.next(now.Add(time.Minute), 10); !ok || wait != 0 {
		t.Errorf("a minute later the next waits %v, %v", wait, ok)
	}
}

// TestACrowdFillsWhatThereIs has a hundred offers a second come, for half a
// minute, to machines on which calls and set-ups cost more and less than usual.
// Each takes what it can hold and no more, and is not much busier on the way.
func TestACrowdFillsWhatThereIs(t *testing.T) {
	for _, c := range []struct{ call, setup float64 }{{0.0052, 0.010}, {0.0052, 0.004}, {0.0035, 0.008}, {0.010, 0.015}, {0.003, 0.020}} {
		m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
		m.call, m.setup = c.call, c.setup
		most := 0.0
		for range 30 {
			before := m.used
			for range 10 {
				for range 10 {
					m.enter()
				}
				m.pass(sampleEvery)
			}
			most = max(most, (m.used - before).Seconds())
		}
		if holds := 0.93 / c.call; float64(m.talking) < 0.8*holds || float64(m.talking) > 0.93*holds {
			t.Errorf("%+v: %d calls talk, where %.0f would fill the core", c, m.talking, holds)
		}
		if most > 1.1 { // before it is known that a machine is half as fast as usual
			t.Errorf("%+v: in one second the CPU was used to %.2f", c, most)
		}
	}
}

// TestCallsThatComeAndGoAreTakenAtTheLimit: of a full gateway's calls one in
// thirty ends each second, and as many are taken.
func TestCallsThatComeAndGoAreTakenAtTheLimit(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	m.setup = 0.008
	m.running, m.talking = 150, 150
	m.pass(10 * time.Second)
	taken := m.taken
	for range 600 {
		if m.enter(); m.now.UnixMilli()%500 == 0 {
			m.running, m.talking = m.running-2, m.talking-2
		}
		m.pass(sampleEvery)
	}
	if came := m.taken - taken; came < 180 || m.talking < 125 {
		t.Errorf("in a minute %d were taken, and %d talk", came, m.talking)
	}
}

func TestTheDoorHasOneWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGauge(Config{CPU: 0.85, Always: 1, Meter: &needless{}}, time.Now())
		g.forecast.running = 1
		begin := time.Now()
		for range few {
			if err := g.Enter(); err != nil || time.Since(begin) != 0 {
				t.Fatalf("one of the first waits %v: %v", time.Since(begin), err)
			}
		}
		if err := g.Enter(); err != nil || time.Since(begin) == 0 || time.Since(begin) > patience {
			t.Errorf("the next waits %v: %v", time.Since(begin), err)
		}
		begin = time.Now()
		close(g.stop)
		for range few {
			if err := g.Enter(); err != nil || time.Since(begin) != 0 {
				t.Errorf("at the end one waits %v: %v", time.Since(begin), err)
			}
		}
	})
}

// needless is a meter of a process that does nothing.
type needless struct{}

func (*needless) CPU() (time.Duration, float64) { return 0, 1 }
