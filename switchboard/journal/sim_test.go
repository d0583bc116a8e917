package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/transcode"
)

// TestSimulation runs a gateway's calls on a log that is slow, fails, is away,
// loses its answers and, once, its process: another recovers while the dead
// one's last writes still arrive. 100 seeds, or as many as SEEDS says; a seed
// that failed is run again by SEED.
func TestSimulation(t *testing.T) {
	first, n := uint64(1), 100
	if seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		first, n = seed, 1
	}
	if seeds, err := strconv.Atoi(os.Getenv("SEEDS")); err == nil {
		n = seeds
	}
	for seed := first; seed < first+uint64(n); seed++ {
		synctest.Test(t, func(t *testing.T) { simulate(t, seed) })
		if t.Failed() {
			t.Fatalf("run again with SEED=%d", seed)
		}
	}
}

// A world is what outlives a process: the log, and what the carriers believe.
type world struct {
	t    *testing.T
	log  *memory
	seed uint64

	mu       sync.Mutex
	rand     *rand.Rand
	up       map[string]bool // legs that their carrier believes to be up
	offered  map[webtrunk.CallID]bool
	acked    map[webtrunk.CallID][]call.Event // what Append said is kept
	awayTill time.Time
}

// pick returns a number below n. Who asks when is for the scheduler to say, so
// a seed is a kind of weather rather than a script.
func (w *world) pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rand.IntN(n)
}

func (w *world) between(from, to time.Duration) time.Duration {
	return from + time.Duration(w.pick(int(to-from)))
}

// weather decides how an append goes.
func (w *world) weather(int, []event.Record) (takes time.Duration, err error, late bool) {
	takes = time.Duration(w.pick(int(20 * time.Millisecond)))
	w.mu.Lock()
	away := time.Now().Before(w.awayTill)
	w.mu.Unlock()
	switch dice := w.pick(100); {
	case away:
		return takes, errAway, false
	case dice < 2:
		w.mu.Lock()
		w.awayTill = time.Now().Add(time.Duration(w.rand.IntN(int(20 * time.Second))))
		w.mu.Unlock()
		return takes, errAway, false
	case dice < 8:
		return takes, errAway, true // it is kept, but nobody hears so
	case dice < 12:
		return w.between(time.Second, 9*time.Second), nil, false
	case dice < 14:
		return takes, errors.New("something else went wrong"), false
	}
	return takes, nil, false
}

// A process is a gateway. Once dead, what it still does has no effect.
type process struct {
	*world
	board   *switchboard.Switchboard
	journal *Journal
	mu      sync.Mutex
	dead    bool
	wg      sync.WaitGroup
}

func (p *process) isDead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// claimed is the log as the process may use it: not at all after its death.
type claimed struct {
	*memory
	p *process
}

func (c claimed) Append(ctx context.Context, recs ...event.Record) error {
	takes, err, late := c.p.weather(0, recs)
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return ctx.Err()
	}
	if err != nil && !late {
		return err
	}
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if c.p.dead {
		return &webtrunk.Error{Kind: webtrunk.Forbidden, Message: "Another process is this node."}
	}
	if kept := c.memory.Append(ctx, recs...); kept != nil {
		return kept
	}
	return err
}

// Append notes what the journal acknowledges.
func (p *process) Append(ctx context.Context, v call.View, events []call.Event) error {
	err := p.journal.Append(ctx, v, events)
	if err == nil {
		p.world.mu.Lock()
		defer p.world.mu.Unlock()
		p.acked[v.ID] = append(p.acked[v.ID], events...)
	}
	return err
}

func (p *process) Ready() error { return p.journal.Ready() }

func start(w *world) *process {
	p := &process{world: w}
	p.journal = New(Config{Log: claimed{w.log, p}, Fenced: func(id webtrunk.CallID, why error) {
		_ = p.board.Do(context.Background(), id, call.HangUp{Cause: call.Failed, Message: webtrunk.MessageOf(why, "")})
	}})
	p.board = switchboard.New(switchboard.Config{Router: p, Journal: p, Edges: map[call.Kind]switchboard.Edge{call.PSTN: p}})
	return p
}

// Route sends a call to one telephone, or to two in turn.
func (p *process) Route(context.Context, call.View, call.AskRoute) (call.Plan, error) {
	var plan call.Plan
	for range 1 + p.pick(2) {
		plan.Stages = append(plan.Stages, call.Stage{Targets: []call.Target{{Address: phone}}})
	}
	return plan, nil
}

// onRecord fails the test unless the log holds an event of a call.
func (p *process) onRecord(what string, id webtrunk.CallID, is func(call.Event) bool) {
	if p.isDead() {
		return
	}
	for _, r := range p.log.of(id) {
		events, err := Events(r)
		if err != nil {
			p.t.Error(err)
		}
		for _, e := range events {
			if is(e) {
				return
			}
		}
	}
	p.t.Errorf("seed %d: %s of %s was carried out, but is not on record", p.seed, what, id)
}

// A party is a leg, and whoever is at its end.
type party struct {
	p    *process
	leg  call.Leg
	port *media.Port
	gone chan struct{}
	end  sync.Once
}

func (p *process) party(l call.Leg) *party {
	port := media.NewPort("sim", p)
	port.SetFormat(media.Format{Codec: transcode.PCMU})
	return &party{p: p, leg: l, port: port, gone: make(chan struct{})}
}

// Send takes sound that nobody hears.
func (p *process) Send(media.Frame) {}

// Dial reaches a telephone, which does what people do.
func (p *process) Dial(_ context.Context, l call.Leg, report func(call.Input)) (switchboard.Leg, error) {
	p.onRecord(fmt.Sprintf("dialling leg %v", l.ID), l.Call, func(e call.Event) bool { a, ok := e.(call.LegAdded); return ok && a.Leg.ID == l.ID })
	x := p.party(l)
	p.wg.Go(func() { x.live(report) })
	return x, nil
}

// live is a telephone's part in a call.
func (x *party) live(report func(call.Input)) {
	wait := func(from, to time.Duration) bool {
		select {
		case <-time.After(x.p.between(from, to)):
			return true
		case <-x.gone:
			return false
		}
	}
	if !wait(0, 3*time.Second) {
		return
	}
	if x.p.pick(4) == 0 {
		report(call.LegEnded{SIPCode: 486})
		return
	}
	report(call.LegRinging{})
	if !wait(0, 5*time.Second) {
		return
	}
	report(call.LegDialog{State: []byte(x.name())})
	report(call.LegAnswered{})
	for range x.p.pick(4) {
		if !wait(0, 5*time.Second) {
			return
		}
		report(call.LegDigit{Digit: "5"})
		report(call.LegHeld{})
		report(call.LegResumed{})
	}
	if wait(0, 40*time.Second) {
		x.hungUp()
		report(call.LegEnded{})
	}
}

func (x *party) name() string { return fmt.Sprintf("%s %v", x.leg.Call, x.leg.ID) }

func (x *party) hungUp() {
	x.end.Do(func() { close(x.gone) })
	x.p.tells(x.name(), false)
}

// tells has a leg's carrier believe what the process says, unless it is dead.
func (p *process) tells(leg string, up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.dead {
		p.believe(leg, up)
	}
}

func (w *world) believe(leg string, up bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if up {
		w.up[leg] = true
	} else {
		delete(w.up, leg)
	}
}

func (x *party) Confirm() error {
	x.p.onRecord(fmt.Sprintf("confirming leg %v", x.leg.ID), x.leg.Call, func(e call.Event) bool { j, ok := e.(call.LegJoined); return ok && j.Leg == x.leg.ID })
	x.p.tells(x.name(), true)
	return nil
}

func (x *party) Answer() error {
	x.p.onRecord("answering leg a", x.leg.Call, func(e call.Event) bool { j, ok := e.(call.LegJoined); return ok && j.Leg == 1 })
	return nil
}
func (x *party) Progress(bool) error                  { return nil }
func (x *party) Hold() error                          { return nil }
func (x *party) Resume() error                        { return nil }
func (x *party) Refer(webtrunk.Address) error         { return nil }
func (x *party) Transferring(call.TellTransfer) error { return nil }
func (x *party) SendDigits(string) error              { return nil }
func (x *party) Quality() call.Quality                { return call.Quality{Loss: float64(x.p.pick(2)) / 10} }
func (x *party) Port() *media.Port                    { return x.port }
func (x *party) Hangup(call.HangUpLeg) {
	x.hungUp()
	x.port.Close()
}

// Rescue hangs up what a dead process left, by what it saved.
func (p *process) Rescue(l call.Leg) { p.believe(string(l.Dialog), false) }

// visit lets visitors call for a while.
func (p *process) visit(name string, n int) {
	for i := range n {
		p.wg.Go(func() {
			time.Sleep(p.between(0, time.Minute))
			id := webtrunk.CallID(fmt.Sprintf("call_%s%d", name, i))
			x := p.party(call.Leg{ID: 1, Call: id})
			report, err := p.board.Offer(call.Arrived{ID: id, Account: "acct_1", From: visitor, To: shop}, x)
			if err != nil {
				x.port.Close()
				return
			}
			p.world.mu.Lock()
			p.offered[id] = true
			p.world.mu.Unlock()
			select {
			case <-x.gone:
			case <-time.After(p.between(0, 3*time.Minute)):
				report(call.LegEnded{})
				x.port.Close()
			}
		})
	}
}

// stop ends a process, dead or alive.
func (p *process) stop() {
	now, cancel := context.WithCancel(p.t.Context())
	cancel()
	p.board.Drain(now)
	p.wg.Wait()
	ctx, done := context.WithTimeout(p.t.Context(), time.Hour)
	defer done()
	if err := p.journal.Close(ctx); err != nil && !p.isDead() {
		p.t.Errorf("seed %d: %v", p.seed, err)
	}
}

func simulate(t *testing.T, seed uint64) {
	w := &world{
		t: t, log: newMemory(), seed: seed, rand: rand.New(rand.NewPCG(seed, 0)), up: map[string]bool{},
		offered: map[webtrunk.CallID]bool{}, acked: map[webtrunk.CallID][]call.Event{},
	}
	before := start(w)
	before.visit("a", 12)
	time.Sleep(w.between(10*time.Second, 2*time.Minute))
	before.mu.Lock()
	before.dead = true
	before.mu.Unlock()

	after := start(w)
	recovered(t, w, after)
	after.visit("b", 6)
	time.Sleep(2 * time.Minute)
	before.stop()
	after.stop()
	w.judge()
}

// recovered ends the dead process's calls. The database may be away meanwhile;
// what it could not record then is repeated by the journal.
func recovered(t *testing.T, w *world, p *process) {
	calls := Calls{Log: w.log, Left: w.log}
	if _, err := switchboard.Recover(t.Context(), calls, p, map[call.Kind]switchboard.Edge{call.PSTN: p}, nil); err != nil {
		t.Errorf("seed %d: %v", w.seed, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.up) > 0 {
		t.Errorf("seed %d: after the recovery carriers believe that %v are up", w.seed, w.up)
	}
}

// judge checks what must hold however the weather was.
func (w *world) judge() {
	for id := range w.offered {
		recs := w.log.of(id)
		if len(recs) == 0 {
			if len(w.acked[id]) > 0 {
				w.t.Errorf("seed %d: %s was acknowledged and is not on record", w.seed, id)
			}
			continue
		}
		wellFormed(w.t, recs)
		w.complete(id, recs)
	}
	for _, r := range w.log.recs {
		if !w.offered[r.Call] {
			w.t.Errorf("seed %d: %s is of no call", w.seed, r.Call)
		}
	}
	if len(w.up) > 0 {
		w.t.Errorf("seed %d: at the end carriers believe that %v are up", w.seed, w.up)
	}
}

// complete checks that each acknowledged event is on record, in its order.
func (w *world) complete(id webtrunk.CallID, recs []event.Record) {
	var kept []call.Event
	for _, r := range recs {
		events, err := Events(r)
		if err != nil {
			w.t.Fatal(err)
		}
		kept = append(kept, events...)
	}
	for _, e := range w.acked[id] {
		if internalAnyway(e) {
			continue
		}
		i := 0
		for i < len(kept) && !reflect.DeepEqual(kept[i], e) {
			i++
		}
		if i == len(kept) {
			w.t.Errorf("seed %d: %s: %s was acknowledged and is not on record", w.seed, id, e.Type())
			return
		}
		kept = kept[i+1:]
	}
}

// internalAnyway are events that wait for the next record.
func internalAnyway(e call.Event) bool {
	switch e.(type) {
	case call.StageTried, call.DigitTaken, call.DialogSaved:
		return true
	}
	return false
}
