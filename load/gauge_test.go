package load

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

// A machine is what a gauge measures in these tests: its calls, what each costs,
// and the time, which passes by samples.
type machine struct {
	t                *testing.T
	gauge            *Gauge
	now              time.Time
	used             time.Duration
	cpus, call, rest float64 // rest is what the process uses beside calls, in CPUs
	setup            float64 // what a set-up takes, in seconds of a CPU
	running, talking int
	fresh            []time.Time // when the set-ups under way get their turn
	taken            int
	log              bytes.Buffer
}

func newMachine(t *testing.T, cfg Config) *machine {
	m := &machine{t: t, now: time.Unix(1000, 0), cpus: 1, call: 0.005}
	cfg.Meter, cfg.Calls = m, func() (int, int) { return m.running, m.talking }
	cfg.Log = slog.New(slog.NewTextHandler(&m.log, nil))
	m.gauge = newGauge(cfg, m.now)
	return m
}

func (m *machine) CPU() (time.Duration, float64) { return m.used, m.cpus }

// pass lets time pass.
func (m *machine) pass(d time.Duration) {
	for ; d > 0; d -= sampleEvery {
		m.now = m.now.Add(sampleEvery)
		m.begin()
		m.used += time.Duration((m.rest + m.call*float64(m.talking)) * float64(sampleEvery))
		m.gauge.sample(m.now)
	}
}

// enter has one come to the door, and its call talk once it had its turn.
func (m *machine) enter() {
	wait, err := m.gauge.turn(m.now)
	switch {
	case err != nil:
	case wait == 0:
		m.setUp()
	default:
		m.fresh = append(m.fresh, m.now.Add(wait))
	}
}

// begin sets up the calls whose turn it is.
func (m *machine) begin() {
	waiting := m.fresh[:0]
	for _, turn := range m.fresh {
		switch {
		case turn.After(m.now):
			waiting = append(waiting, turn)
		case m.gauge.came() == nil:
			m.setUp()
		}
	}
	m.fresh = waiting
}

// setUp has a call talk, if it is let in.
func (m *machine) setUp() {
	if m.gauge.Admit() == nil {
		m.used += time.Duration(m.setup * float64(time.Second))
		m.running, m.talking, m.taken = m.running+1, m.talking+1, m.taken+1
	}
}

// offer offers calls at one moment and returns how many were taken.
func (m *machine) offer(n int) (taken int) {
	for range n {
		if m.gauge.Full() == nil && m.gauge.Admit() == nil {
			taken++
		}
	}
	m.running += taken
	return taken
}

// probes has every probe of the last second be that late.
func (m *machine) probes(late time.Duration) {
	for range probesPerSecond {
		m.gauge.late.add(late)
	}
}

func TestABurstIsNotLetInAsAWhole(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	taken := m.offer(500)
	if want := 141; taken < want-2 || taken > want+2 {
		t.Errorf("of 500 calls at one moment %d were taken, want about %d", taken, want)
	}
	m.pass(5 * time.Second) // they ring: nothing is measured, and nobody else fits
	if more := m.offer(100); more != 0 {
		t.Errorf("%d more were taken while those ring", more)
	}
	if got := m.gauge.Stats(); got.CPU > 0.01 || got.Expected < 0.8 || !got.Refusing || got.Refused == 0 {
		t.Errorf("while they ring: %+v", got)
	}
}

func TestOffersBeyondWhatFits(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	m.call = 0.01
	for range 300 { // half a minute, ten offers a second; each is answered at once
		m.offer(1)
		m.talking = m.running
		m.pass(sampleEvery)
	}
	if m.talking < 70 || m.talking > 86 {
		t.Errorf("%d calls talk, where 85 use what may be used", m.talking)
	}
	if used := m.gauge.Stats().CPU; used > 0.87 {
		t.Errorf("the CPU is used to %v", used)
	}
}

func TestCallsAreTakenAgainAfterCalm(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	m.running, m.talking = 180, 180 // 0.9
	m.pass(8 * time.Second)
	if m.offer(1) != 0 {
		t.Fatal("a call was taken at 0.9")
	}
	err := m.gauge.Admit()
	if webtrunk.KindOf(err) != webtrunk.Unavailable || webtrunk.RetryOf(err) <= 0 || !strings.Contains(webtrunk.MessageOf(err, ""), "All lines are busy") {
		t.Errorf("refused by %#v", err)
	}
	m.running, m.talking = 160, 160 // 0.8: below, not well below
	m.pass(10 * time.Second)
	if m.offer(1) != 0 {
		t.Error("a call was taken as soon as the load fell below the limit")
	}
	m.running, m.talking = 120, 120
	m.pass(2 * time.Second) // the measure falls
	m.pass(3 * time.Second)
	if m.offer(1) != 1 {
		t.Errorf("no call is taken again: %+v", m.gauge.Stats())
	}
	for what, n := range map[string]int{"refused; running calls go on": 1, "taken again": 1} {
		if got := strings.Count(m.log.String(), what); got != n {
			t.Errorf("%q was logged %d times:\n%s", what, got, m.log.String())
		}
	}
}

func TestLatenessRefusesToo(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	m.running, m.talking = 20, 20
	m.probes(9 * ms)
	m.pass(time.Second)
	if m.offer(1) != 1 {
		t.Error("refused before the limit")
	}
	m.probes(30 * ms)
	m.pass(sampleEvery)
	if m.offer(1) != 0 {
		t.Error("taken while packets are 30 ms late")
	}
	m.probes(ms)
	m.pass(DefaultCalm + 2*sampleEvery)
	if m.offer(1) != 1 {
		t.Error("refused while packets are in time")
	}
}

func TestWhatElseRunsLateCounts(t *testing.T) {
	clock := 50 * ms
	m := newMachine(t, Config{Lateness: 10 * ms, Always: 1, Late: func() time.Duration { return clock }})
	m.running, m.talking = 1, 1
	m.pass(sampleEvery)
	if m.offer(1) != 0 {
		t.Error("taken while the clock is late")
	}
	clock = 0
	m.pass(DefaultCalm + 2*sampleEvery)
	if m.offer(1) != 1 {
		t.Error("refused while nothing is late")
	}
}

// TestAFewCallsAreAlwaysCarried: others keep the machine busy, and the gateway
// that hardly does anything stays of use.
func TestAFewCallsAreAlwaysCarried(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.85, Lateness: 10 * ms})
	m.rest = 1
	m.probes(time.Second)
	m.pass(5 * time.Second)
	if got := m.gauge.Stats(); got.Refusing {
		t.Errorf("without a call: %+v", got)
	}
	if taken := m.offer(50); taken != DefaultAlways {
		t.Errorf("%d calls were taken", taken)
	}
	m.running -= 3
	m.pass(sampleEvery)
	if taken := m.offer(50); taken != 3 {
		t.Errorf("in the places of three that ended %d were taken", taken)
	}
}

func TestNoBoundRefusesNothing(t *testing.T) {
	m := newMachine(t, Config{})
	m.rest = 1
	m.probes(time.Second)
	m.pass(5 * time.Second)
	if taken := m.offer(5000); taken != 5000 || m.gauge.Loaded() {
		t.Errorf("%d taken", taken)
	}
}

func TestLoadedComesBeforeFull(t *testing.T) {
	m := newMachine(t, Config{CPU: 0.8})
	m.running, m.talking = 120, 120 // 0.6, more than 0.7 × 0.8
	m.pass(8 * time.Second)
	if !m.gauge.Loaded() || m.gauge.Full() != nil {
		t.Errorf("at 0.6: %+v", m.gauge.Stats())
	}
	m.running, m.talking = 60, 60
	m.pass(3 * time.Second)
	if !m.gauge.Loaded() {
		t.Error("a moment of calm, and calls change already")
	}
	m.pass(loadedCalm * DefaultCalm)
	if m.gauge.Loaded() {
		t.Error("calm, and calls still cost less than they may")
	}
}
