package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/desk"
	"webtrunk/event"
	"webtrunk/media"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/switchboard"
	"webtrunk/switchboard/journal"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) {
	storetest.AtOnce(4)
	goleak.VerifyTestMain(m)
}

// patience is far longer than anything here takes.
const patience = 30 * time.Second

// A world is a desk with a real switchboard and journal. The far ends of legs are
// the test's.
type world struct {
	*desk.Desk
	t      *testing.T
	ctx    context.Context
	db     *store.DB
	book   *dispatch.Book
	people *directory.Directory
	board  *switchboard.Switchboard
	shop   directory.Principal
	of     dispatch.Tenant
	clock  clock
	queue  dispatch.Queue
	needs  map[string]int // of callers from now on
	hub    *event.Hub
	stop   func()
	tells  atomic.Pointer[func(webtrunk.CallID, call.Input)]
	deaf   atomic.Bool  // what happens in calls is not told
	looked atomic.Int32 // up where an agent's browsers are called

	rings chan *far
	heard *event.Subscription
	past  []event.Record
}

// each tells a story on both databases.
func each(t *testing.T, story func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := open(t, db)
		story(w)
	})
}

func open(t *testing.T, db *store.DB) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	w := &world{t: t, ctx: ctx, db: db, rings: make(chan *far, 1000), hub: &event.Hub{Log: db, Unread: 1 << 16}}
	dir, err := directory.Open(ctx, db, directory.Options{})
	w.check(err)
	w.book = dispatch.Open(dispatch.Options{DB: db, Directory: dir})
	w.people = dir
	to, err := directory.ParseDestination("+1555")
	w.check(err)
	a, err := dir.CreateAccount(ctx, directory.NewAccount{Name: "Shop", Destinations: []directory.Destination{to}})
	w.check(err)
	w.shop = directory.Principal{Account: a.ID, ID: "maker", Rights: directory.AllRights()}
	w.of = dispatch.Tenant{Account: a.ID}
	w.queue, err = w.book.CreateQueue(ctx, w.shop, dispatch.Queue{Name: "Support", ServiceLevel: 20})
	w.check(err)
	w.heard, err = w.hub.Subscribe(ctx, event.Filter{}, event.Stream{Account: a.ID}, event.Latest)
	w.check(err)
	keeps := journal.New(journal.Config{Log: db, Slow: patience}) // nobody is refused because this machine has other things to do
	w.board = switchboard.New(switchboard.Config{Router: w, Admitters: []switchboard.Admitter{w}, Journal: keeps, Saw: func(c call.View, events []call.Event) {
		if !w.deaf.Load() {
			w.Saw(c, events)
		}
	}})
	w.board.SetEdges(map[call.Kind]switchboard.Edge{call.WebRTC: w, call.PSTN: w})
	w.Desk = w.run(ctx)
	t.Cleanup(func() {
		over, done := context.WithTimeout(context.Background(), 0)
		defer done()
		w.board.Drain(over)
		cancel()
		w.stop()
		w.heard.Close()
		w.check(keeps.Close(context.Background()))
	})
	return w
}

// run starts a desk, as a process does, and the hub that it follows.
func (w *world) run(ctx context.Context) *desk.Desk {
	d := desk.New(desk.Options{
		Book: w.book, DB: w.db, Hub: w.hub, Calls: running{w.board, w}, Now: w.clock.now, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil)),
		Place: func(_ context.Context, _ dispatch.Tenant, agent string) (webtrunk.Address, error) {
			w.looked.Add(1)
			return at(agent), nil
		},
		Telephone: func(_ context.Context, _ call.View, number webtrunk.Address) (call.Target, error) {
			return call.Target{Address: number}, nil
		},
		Compare: 50 * time.Millisecond,
	})
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var both sync.WaitGroup
	both.Go(func() { _ = w.hub.Run(running) })
	both.Go(func() { _ = d.Run(running) })
	w.stop = func() { stop(); both.Wait() }
	return d
}

// restart has another process take over: pages are still to return.
func (w *world) restart() {
	w.stop()
	w.heard.Close()
	w.hub = &event.Hub{Log: w.db, Unread: 1 << 16}
	var err error
	w.heard, err = w.hub.Subscribe(w.ctx, event.Filter{}, event.Stream{Account: w.of.Account}, event.Latest) // before it says anything
	w.check(err)
	w.past = nil
	w.Desk = w.run(w.ctx)
}

func at(agent string) webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Browser, Value: agent}
}

// running are the switchboard's calls.
type running struct {
	*switchboard.Switchboard
	w *world
}

// Do implements call.Commander. A test may look at what calls are about to be told.
func (r running) Do(ctx context.Context, id webtrunk.CallID, in call.Input) error {
	if look := r.w.tells.Load(); look != nil {
		(*look)(id, in)
	}
	return r.Switchboard.Do(ctx, id, in)
}

func (r running) Views() (all []call.View) {
	for _, l := range r.Snapshot() {
		all = append(all, l.View)
	}
	return all
}

// A clock is the time of day, which a test may move on.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) move(on time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += on
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Route implements switchboard.Router: who calls a telephone is connected, all
// others wait.
func (w *world) Route(_ context.Context, c call.View, ask call.AskRoute) (call.Plan, error) {
	if ask.To.Scheme == webtrunk.Tel && ask.To != did {
		return call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: ask.To}}}}}, nil
	}
	return call.Plan{Queue: w.queue.ID, Waiting: call.Waiting{Callback: true, Box: w.queue.ID}, Priority: importance(c.From), Needs: w.needs}, nil
}

// Admit implements switchboard.Admitter: nobody may call a premium number, and an
// account that has used up what it may calls nobody for now.
func (w *world) Admit(_ context.Context, c call.View) (call.Terms, error) {
	switch c.To.Value {
	case premium:
		return call.Terms{}, &webtrunk.Error{Op: "admit", Kind: webtrunk.Forbidden, Message: "This number may not be called."}
	case later:
		return call.Terms{}, &webtrunk.Error{Op: "admit", Kind: webtrunk.Exhausted, Message: "Too many calls run. Try again later."}
	}
	return call.Terms{}, nil
}

// Numbers that are not called.
const (
	premium = "+15550100190"
	later   = "+15550100191"
)

// importance is who goes first, by the last digit of the number.
func importance(from webtrunk.Address) int { return int(from.Value[len(from.Value)-1]-'0') / 5 }

var did = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100999"}

// agent makes an agent of the queue, whose page is open, and who is available.
func (w *world) agent(name string) string {
	w.t.Helper()
	return w.sitsDown(dispatch.Agent{Name: name})
}

// sitsDown is agent with what else the row says.
func (w *world) sitsDown(row dispatch.Agent) string {
	w.t.Helper()
	id := w.hire(row)
	w.Here(at(id), true)
	w.choose(id, dispatch.Available)
	w.until("agent.presence_changed", "agent", id)
	return id
}

// hire makes an agent of the queue.
func (w *world) hire(row dispatch.Agent) string {
	w.t.Helper()
	p, _, err := w.people.CreatePerson(w.ctx, w.shop, directory.NewPerson{Email: webtrunk.NewID("x") + "@example.com", Name: row.Name, Role: directory.Agent})
	w.check(err)
	row.Person, row.Queues = p.ID, []string{w.queue.ID}
	a, err := w.book.CreateAgent(w.ctx, w.shop, row)
	w.check(err)
	return a.ID
}

// choose says how an agent is, as soon as the desk knows them.
func (w *world) choose(agent string, to dispatch.State) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		err := w.Choose(w.ctx, w.of, agent, to, "")
		if err == nil {
			return
		}
		if time.Now().After(end) {
			w.t.Fatal(err)
		}
	}
}

// A far is the far end of a leg.
type far struct {
	w      *world
	leg    call.Leg
	id     webtrunk.CallID
	report func(call.Input)
	port   *media.Port
	hung   chan call.HangUpLeg
}

func (w *world) far(l call.Leg) *far {
	p := media.NewPort(fmt.Sprint(l.ID), wire{})
	p.SetFormat(media.Format{Codec: transcode.PCMU})
	return &far{w: w, leg: l, id: l.Call, port: p, hung: make(chan call.HangUpLeg, 1)}
}

type wire struct{}

func (wire) Send(media.Frame) {}

// Dial implements switchboard.Edge.
func (w *world) Dial(_ context.Context, l call.Leg, report func(call.Input)) (switchboard.Leg, error) {
	f := w.far(l)
	f.report = report
	report(call.LegRinging{Leg: l.ID})
	w.rings <- f
	return f, nil
}

func (f *far) Progress(bool) error                  { return nil }
func (f *far) Answer() error                        { return nil }
func (f *far) Hold() error                          { return nil }
func (f *far) Resume() error                        { return nil }
func (f *far) SendDigits(string) error              { return nil }
func (f *far) Confirm() error                       { return nil }
func (f *far) Refer(webtrunk.Address) error         { return nil }
func (f *far) Transferring(call.TellTransfer) error { return nil }
func (f *far) Quality() call.Quality                { return call.Quality{} }
func (f *far) Port() *media.Port                    { return f.port }
func (f *far) Hangup(h call.HangUpLeg)              { f.port.Close(); f.hung <- h }
func (f *far) answer()                              { f.report(call.LegAnswered{Leg: f.leg.ID}) }
func (f *far) decline()                             { f.report(call.LegEnded{Leg: f.leg.ID, Cause: call.Rejected}) }
func (f *far) hangs()                               { f.report(call.LegEnded{Leg: f.leg.ID, Cause: call.Hangup}) }

// stops waits until the leg is hung up, and returns why.
func (f *far) stops() call.Cause {
	f.w.t.Helper()
	select {
	case h := <-f.hung:
		return h.Cause
	case <-time.After(patience):
		f.w.t.Fatalf("leg %v of %s was not hung up", f.leg.ID, f.id)
	}
	return ""
}

// calls has somebody call the shop's number.
func (w *world) calls(number string) *far {
	w.t.Helper()
	f := w.caller(number)
	w.arrives(f, f, call.PSTN)
	return f
}

// writes is calls for a page that is told how the wait goes.
func (w *world) writes(number string) *page {
	w.t.Helper()
	p := &page{far: w.caller(number)}
	w.arrives(p.far, p, call.WebRTC)
	return p
}

func (w *world) caller(number string) *far {
	from := webtrunk.Address{Scheme: webtrunk.Tel, Value: number}
	return w.far(call.Leg{ID: 1, Call: webtrunk.NewCallID(), From: from})
}

func (w *world) arrives(f *far, leg switchboard.Leg, kind call.Kind) {
	w.t.Helper()
	report, err := w.board.Offer(call.Arrived{ID: f.id, Account: w.of.Account, From: f.leg.From, To: did, Kind: kind}, leg)
	w.check(err)
	f.report = report
}

// ring waits for the next leg that is dialled.
func (w *world) ring() *far {
	w.t.Helper()
	select {
	case f := <-w.rings:
		return f
	case <-time.After(patience):
		w.t.Fatal("nothing rings")
	}
	return nil
}

// rung waits for n legs, by their addresses.
func (w *world) rung(n int) map[string]*far {
	w.t.Helper()
	all := map[string]*far{}
	for range n {
		f := w.ring()
		all[f.leg.Address.Value] = f
	}
	return all
}

// until waits for an event of the account that says these things, and returns what
// it says. Events that were passed over are looked at first.
func (w *world) until(kind string, pairs ...string) map[string]any {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	for i := 0; ; i++ {
		if i == len(w.past) {
			r, err := w.heard.Next(ctx)
			if err != nil {
				w.t.Fatalf("no %s %v came: %v", kind, pairs, err)
			}
			w.past = append(w.past, r)
		}
		if said, fits := fits(w.past[i], kind, pairs); fits {
			w.past = append(w.past[:i:i], w.past[i+1:]...)
			return said
		}
	}
}

func fits(r event.Record, kind string, pairs []string) (map[string]any, bool) {
	said := map[string]any{}
	if r.Type != kind || json.Unmarshal(r.Data, &said) != nil {
		return nil, false
	}
	for i := 0; i < len(pairs); i += 2 {
		if fmt.Sprint(said[pairs[i]]) != pairs[i+1] {
			return nil, false
		}
	}
	return said, true
}
