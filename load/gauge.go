package load

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"webtrunk"
)

// A Config says what is too much. Its zero value measures and refuses nothing.
type Config struct {
	CPU      float64       // share of the CPUs that the process may use, 0 to 1; 0 sets no bound
	Lateness time.Duration // of a packet; 0 sets no bound
	// Always is how many calls are carried whatever the load; 0 means
	// DefaultAlways for each CPU.
	Always int
	// Calls counts the calls that run, and of those the ones that talk.
	Calls func() (running, talking int)
	// Late is what else is known to run late, such as a mixing clock. It is asked
	// ten times a second, by one goroutine, and tells of the last second. May be nil.
	Late func() time.Duration
	// Calm is how long both must be well below their bounds before calls are
	// taken again; 0 means DefaultCalm.
	Calm  time.Duration
	Meter Meter        // nil measures this process
	Log   *slog.Logger // nil discards
}

const (
	// DefaultCPU leaves room for what a second brings: answers, hang-ups,
	// garbage collection.
	DefaultCPU = 0.85
	// DefaultLateness is half a packet: a listener's jitter buffer, which is
	// never below one, hides it.
	DefaultLateness = 10 * time.Millisecond
	// DefaultAlways is what the slowest CPU carries.
	DefaultAlways = 8

	// DefaultCalm is twice what the measure needs to show the calls that were
	// taken last.
	DefaultCalm = 2 * time.Second

	sampleEvery = 100 * time.Millisecond
	loadedShare = 0.7 // of the bounds, where calls should begin to cost less
	loadedCalm  = 5   // times as long, for a call that changes is heard by two
)

// A Gauge measures from Open until Close.
type Gauge struct {
	cfg     Config
	late    lateness
	probe   *probe
	stop    chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	forecast forecast
	lateness time.Duration
	machine  float64
	full     level
	loaded   level
	pace     pace
	coming   int // who has a turn, and waits for it
	refused  uint64
	last     sample
}

// A sample is what a measure begins from.
type sample struct {
	at      time.Time
	used    time.Duration
	machine jiffies
}

// Open returns a gauge that measures.
func Open(cfg Config) (*Gauge, error) {
	g := newGauge(cfg, time.Now())
	p, err := openProbe(&g.late)
	if err != nil {
		return nil, &webtrunk.Error{Op: "load", Kind: webtrunk.Unavailable, Message: "the load cannot be measured: no pipe could be opened. Raise the limit on open files", Err: err}
	}
	g.probe = p
	g.running.Go(g.run)
	return g, nil
}

func newGauge(cfg Config, now time.Time) *Gauge {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = &process{}
	}
	g := &Gauge{cfg: cfg, stop: make(chan struct{})}
	calm := cmp.Or(cfg.Calm, DefaultCalm)
	g.full = level{cpu: cfg.CPU, lateness: cfg.Lateness, dwell: calm}
	g.loaded = g.full.scaled(loadedShare, loadedCalm*calm)
	used, cpus := cfg.Meter.CPU()
	g.forecast.cpus = cpus
	g.last = sample{now, used, machineCPU()}
	return g
}

// Close stops measuring and returns when both goroutines have ended. What was
// decided last stays.
func (g *Gauge) Close() {
	close(g.stop)
	g.running.Wait()
	g.probe.close()
}

// run sends the probes at their moments and samples in between.
func (g *Gauge) run() {
	due := time.Now().Add(probeEvery)
	clock := time.NewTimer(probeEvery)
	defer clock.Stop()
	for {
		select {
		case <-g.stop:
			return
		case now := <-clock.C:
			g.probe.send(due)
			if now.Sub(g.last.at) >= sampleEvery {
				g.sample(now)
			}
			due = following(due, time.Now())
			clock.Reset(time.Until(due))
		}
	}
}

// following is the next moment of the schedule that lies ahead: after a stall,
// which one probe has told of, those that were missed are not made up.
func following(due, now time.Time) time.Time {
	due = due.Add(probeEvery)
	if behind := now.Sub(due); behind > 0 {
		due = due.Add((behind/probeEvery + 1) * probeEvery)
	}
	return due
}

// sample measures and decides.
func (g *Gauge) sample(now time.Time) {
	used, cpus := g.cfg.Meter.CPU()
	machine := machineCPU()
	running, talking := 0, 0
	if g.cfg.Calls != nil {
		running, talking = g.cfg.Calls()
	}
	late := g.late.felt()
	if g.cfg.Late != nil {
		late = max(late, g.cfg.Late())
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	over := now.Sub(g.last.at)
	g.forecast.take((used-g.last.used).Seconds()/over.Seconds(), cpus, over, running, talking)
	g.lateness, g.machine = late, machine.since(g.last.machine)
	g.last = sample{now, used, machine}
	g.judge(reading{g.forecast.expected(0), late}, now)
}

// judge takes a reading to both levels. g.mu is held.
func (g *Gauge) judge(r reading, now time.Time) {
	before := g.full.reached
	if before || g.forecast.running >= g.always() {
		g.full = g.full.next(r, now)
	}
	g.loaded = g.loaded.next(r, now)
	if g.full.reached != before {
		g.tell(r)
	}
}

// tell logs a change of the state, with what led to it.
func (g *Gauge) tell(r reading) {
	say, level := "load: new calls are taken again", slog.LevelInfo
	if g.full.reached {
		say, level = "load: new calls are refused; running calls go on", slog.LevelWarn
	}
	call, setup := g.forecast.costs.known()
	g.cfg.Log.Log(context.Background(), level, say, "limit", g.full.passes(r), "calls", g.forecast.running, "cpu", round(g.forecast.measured()), "cpu_expected", round(r.cpu),
		"cpu_limit", g.cfg.CPU, "lateness", r.lateness, "lateness_limit", g.cfg.Lateness,
		"call_ms", round(1000*call), "setup_ms", round(1000*setup))
}

func round(share float64) float64 { return math.Round(share*100) / 100 }

func (g *Gauge) always() int {
	return cmp.Or(g.cfg.Always, int(DefaultAlways*max(1, min(g.forecast.cpus, 1024))))
}

// Admit takes another call, or refuses it with a sentence for the caller. A
// call that is taken counts from now on.
func (g *Gauge) Admit() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.forecast.running >= g.always() && !g.full.reached {
		g.judge(reading{g.forecast.expected(1), g.lateness}, time.Now())
	}
	if err := g.refusal(); err != nil {
		return err
	}
	g.forecast.admitted()
	return nil
}

// Enter is for doors that do much before they ask Admit. It says why another
// call would be refused at this moment, or has its caller wait until there is
// time for a set-up: a second at most.
func (g *Gauge) Enter() error {
	wait, err := g.turn(time.Now())
	if err != nil || wait == 0 {
		return err
	}
	select {
	case <-time.After(wait):
	case <-g.stop:
	}
	return g.came()
}

// came ends the wait for a turn.
func (g *Gauge) came() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.coming--
	return g.refusal()
}

// turn gives out a turn for a set-up.
func (g *Gauge) turn(now time.Time) (wait time.Duration, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.refusal(); err != nil {
		return 0, err
	}
	if g.cfg.CPU <= 0 || g.forecast.running < g.always() {
		return 0, nil
	}
	wait, ok := g.pace.next(now, g.forecast.pace(g.cfg.CPU, g.coming))
	if !ok {
		return 0, g.busy()
	}
	if wait > 0 {
		g.coming++
	}
	return wait, nil
}

// Full says why another call would be refused at this moment, or nil.
func (g *Gauge) Full() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refusal()
}

// refusal refuses and counts, where a call is too much. g.mu is held.
func (g *Gauge) refusal() error {
	if !g.full.reached || g.forecast.running < g.always() {
		return nil
	}
	return g.busy()
}

// busy refuses a call. g.mu is held.
func (g *Gauge) busy() error {
	g.refused++
	return &webtrunk.Error{Op: "load", Kind: webtrunk.Unavailable, Retry: retryAfter,
		Message: "All lines are busy at the moment. Try again in a minute."}
}

// retryAfter is when it is worth to try again: load falls as calls end, which
// takes longer than the dwell.
const retryAfter = 15 * time.Second

// Loaded reports whether calls should cost less where they can: the gateway is
// not far from refusing some.
func (g *Gauge) Loaded() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.loaded.reached
}
