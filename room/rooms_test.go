package room

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A page is a member as the test sees it: what it was told.
type page struct {
	t    testing.TB
	seat *Seat

	mu      sync.Mutex
	told    []Operation
	others  int
	refused map[string]error
	changed chan struct{}
}

func (r *testRooms) enter(c Call, m Member) *page {
	p := &page{t: r.t, others: -1, refused: map[string]error{}, changed: make(chan struct{}, 1)}
	p.seat = r.Enter(c, m, func(n News) {
		p.note(func() { p.told, p.others = append(p.told, n.Operations...), n.Others })
	})
	return p
}

func (p *page) note(f func()) {
	p.mu.Lock()
	f()
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// post asks for an operation, as JSON has it.
func (p *page) post(d Draft) {
	raw, err := json.Marshal(d)
	if err != nil {
		p.t.Fatal(err)
	}
	p.seat.Post(raw, func(id string, err error) { p.note(func() { p.refused[id] = err }) })
}

// sees waits until something is so for the page.
func (p *page) sees(what string, so func() bool) {
	p.t.Helper()
	late := time.After(30 * time.Second)
	for {
		p.mu.Lock()
		done := so()
		p.mu.Unlock()
		if done {
			return
		}
		select {
		case <-p.changed:
		case <-late:
			p.t.Fatalf("%s: the page knows of %+v, %d others, refused %v", what, p.told, p.others, p.refused)
		}
	}
}

// said are the texts that the page was told, in order.
func (p *page) said() (all []string) {
	for _, o := range p.told {
		if o.Kind == Message {
			all = append(all, o.Text)
		}
	}
	return all
}

func (p *page) hears(texts ...string) {
	p.t.Helper()
	p.sees(fmt.Sprintf("%q is to be read", texts), func() bool { return reflect.DeepEqual(p.said(), texts) })
}

// testRooms are the rooms of a test.
type testRooms struct {
	*Rooms
	t testing.TB
}

func open(t testing.TB, db *store.DB, o Options) *testRooms {
	r := New(db, o)
	t.Cleanup(r.Close)
	return &testRooms{r, t}
}

func aCall() Call { return Call{ID: webtrunk.NewCallID(), Account: "acct_shop"} }

// Two write to each other, a third who comes later reads all of it, and the record
// afterwards is what they have seen, also for a process that begins anew.
func TestWhatIsWrittenIsSeenByAllAndKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, c := open(t, db, Options{}), aCall()
		ann := r.enter(c, visitor)
		ann.sees("alone", func() bool { return ann.others == 0 })
		ann.post(say("1", "Is anybody there?"))
		ann.hears("Is anybody there?")
		ada := r.enter(c, agent)
		ada.hears("Is anybody there?")
		ann.sees("together", func() bool { return ann.others == 1 })
		ada.post(Draft{Kind: Typing})
		ann.sees("that she types", func() bool { return ann.told[len(ann.told)-1].Kind == Typing })
		ada.post(say("1", "I am."))
		ann.post(say("1", "Is anybody there?")) // the answer was lost
		ada.post(Draft{ID: "r1", Kind: Read, Body: Body{Upto: 1}})
		ada.hears("Is anybody there?", "I am.")
		ann.sees("that it was read", func() bool { return ann.told[len(ann.told)-1].Kind == Read })
		bob := r.enter(c, Member{Leg: 3, Role: Agent, Name: "Bob"})
		bob.hears("Is anybody there?", "I am.")
		if bob.told[1].By.Name != "Ada" || bob.told[0].By.Name != "Ann" {
			t.Errorf("who wrote is told as %+v", bob.told)
		}

		kept, err := r.Chat(context.Background(), c)
		seen := bob.told[:len(bob.told):len(bob.told)]
		for i := range seen {
			seen[i].By.Name = ""
		}
		if err != nil || !reflect.DeepEqual(kept, seen) {
			t.Errorf("on record is\n%+v\nand was seen\n%+v\n%v", kept, seen, err)
		}
		for _, elsewhere := range []Call{{c.ID, "acct_other", false}, {c.ID, c.Account, true}} {
			if got, err := r.Chat(context.Background(), elsewhere); err != nil || len(got) != 0 {
				t.Errorf("%+v reads %+v, %v", elsewhere, got, err)
			}
		}
		anew := open(t, db, Options{}).enter(c, visitor)
		anew.post(say("2", "And again?"))
		anew.hears("Is anybody there?", "I am.", "And again?")
	})
}

// The log tells that there is a message, and not what it says.
func TestAMessageIsToldOfInTheLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, c := open(t, db, Options{}), aCall()
		ann := r.enter(c, visitor)
		ann.post(say("1", "My card is 4711"))
		ann.hears("My card is 4711")
		ann.post(Draft{ID: "r", Kind: Read, Body: Body{Upto: 1}})
		ann.sees("the mark", func() bool { return len(ann.told) == 2 })
		var told []event.Record
		for e, err := range db.Read(context.Background(), event.Stream{}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, e)
		}
		want := fmt.Sprintf(`{"call":%q,"message_seq":1,"leg":%q,"role":"visitor"}`, c.ID, visitor.Leg.Public(c.ID))
		if len(told) != 1 || told[0].Type != "message.created" || string(told[0].Data) != want || told[0].Account != c.Account {
			t.Errorf("the log says %+v, want %s", told, want)
		}
	})
}

// Whoever asks for too much is told so, and the others go on.
func TestTheHostileAreRefusedAndTheRoomGoesOn(t *testing.T) {
	r, c := open(t, storetest.Open(t, storetest.SQLite(t)), Options{Limits: Limits{Rate: 1e-9, Burst: 3}}), aCall()
	evil, ada := r.enter(c, visitor), r.enter(c, agent)
	evil.seat.Post([]byte(`{"id":`), func(string, error) { evil.note(func() { evil.refused["broken"] = errSeen }) })
	evil.sees("that it is broken", func() bool { return evil.refused["broken"] != nil })
	evil.post(say("long", strings.Repeat("x", 2001)))
	evil.sees("that it is too long", func() bool {
		return webtrunk.KindOf(evil.refused["long"]) == webtrunk.Invalid && evil.refused["long"] != nil
	})
	evil.post(say("a", "one"))
	evil.post(say("b", "two"))
	evil.post(say("c", "three"))
	evil.sees("that it is too fast", func() bool { return webtrunk.KindOf(evil.refused["c"]) == webtrunk.Exhausted })
	for range 4 {
		evil.seat.Replay(0, func(string, error) {})
	}
	evil.seat.Replay(0, func(_ string, err error) { evil.note(func() { evil.refused["replay"] = err }) })
	evil.sees("that it asks too often", func() bool { return webtrunk.KindOf(evil.refused["replay"]) == webtrunk.Exhausted })
	ada.post(say("a", "We go on."))
	ada.hears("one", "two", "We go on.")
}

var errSeen = unfit("seen")

// What the database cannot take is refused, and sent again it is there once, for all.
func TestAMessageThatCouldNotBeKeptIsSentAgain(t *testing.T) {
	d := storetest.FaultySQLite(t)
	r, c := open(t, storetest.Open(t, d.URL), Options{Keep: 2 * time.Second}), aCall()
	ann, ada := r.enter(c, visitor), r.enter(c, agent)
	ann.post(say("1", "before"))
	ada.hears("before")
	undo := d.Stop(t)
	ann.post(say("2", "meanwhile"))
	ann.sees("that it is not kept", func() bool { return webtrunk.KindOf(ann.refused["2"]) == webtrunk.Unavailable })
	undo()
	ann.post(say("2", "meanwhile"))
	ann.hears("before", "meanwhile")
	ada.hears("before", "meanwhile")
}

// Erasure takes a call's chat, retention what is old and of no call that runs.
func TestForgettingAndPruning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := context.Background(), noon
		r := open(t, db, Options{Now: func() time.Time { return now }})
		write := func(c Call) Call {
			ann := r.enter(c, visitor)
			ann.post(say("1", "Hello"))
			ann.hears("Hello")
			ann.seat.Leave()
			return c
		}
		old, running, test := write(aCall()), write(aCall()), write(Call{webtrunk.NewCallID(), "acct_shop", true})
		begun, err := event.New(running.Account, false, "call.created", struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		begun.Call, begun.CallSeq = running.ID, 1
		if err := db.Append(ctx, begun); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		young := write(aCall())
		if n, err := r.Prune(ctx, "acct_shop", false, noon.Add(time.Minute)); n != 1 || err != nil {
			t.Errorf("pruned %d, %v", n, err)
		}
		for i, n := range []int{1, 0} {
			if got, err := r.Forget(ctx, "acct_shop", young.ID); got != n || err != nil {
				t.Errorf("forgetting for the %d. time takes %d, %v", i+1, got, err)
			}
		}
		if n, _ := r.Forget(ctx, "acct_other", test.ID); n != 0 {
			t.Error("another account has erased it")
		}
		for c, want := range map[Call]int{old: 0, young: 0, running: 1, test: 1} {
			if got, err := r.Chat(ctx, c); len(got) != want || err != nil {
				t.Errorf("%+v has %d operations, want %d; %v", c, len(got), want, err)
			}
		}
	})
}

// A room without members is gone, and one that is left with work to do finishes it.
func TestRoomsClose(t *testing.T) {
	r, c := open(t, storetest.Open(t, storetest.SQLite(t)), Options{}), aCall()
	ann := r.enter(c, visitor)
	ann.post(say("1", "And bye"))
	ann.seat.Leave()
	r.Close()
	if got, err := r.Chat(context.Background(), c); len(got) != 1 || err != nil {
		t.Errorf("what was written last is %+v, %v", got, err)
	}
	if len(r.rooms) != 0 {
		t.Errorf("%d rooms are left", len(r.rooms))
	}
	ann.post(say("2", "Too late"))
	ann.sees("that it is too late", func() bool {
		return webtrunk.KindOf(ann.refused["2"]) == webtrunk.Unavailable && ann.refused["2"] != nil
	})
}
