package journal

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/switchboard"
)

// opened is a journal over a real database.
func opened(t *testing.T, db *store.DB, set func(*Config)) *desk {
	d := &desk{t: t}
	cfg := Config{Log: db}
	if set != nil {
		set(&cfg)
	}
	d.Journal = New(cfg)
	return d
}

// wellKept reads a call back and checks its records.
func wellKept(t *testing.T, db *store.DB, id webtrunk.CallID) Kept {
	t.Helper()
	kept, err := Calls{Log: db}.View(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	recs := newMemory()
	for r, err := range db.Read(t.Context(), streamOf(id), 0) {
		if err != nil {
			t.Fatal(err)
		}
		recs.recs = append(recs.recs, r)
	}
	wellFormed(t, recs.recs)
	return kept
}

// A call is on the database as it was, and a start after its process died ends
// it.
func TestOnADatabase(t *testing.T) {
	url := storetest.SQLite(t)
	before := storetest.Open(t, url)
	d := opened(t, before, nil)
	whole := d.up("call_whole")
	whole.must(call.HangUp{By: 1})
	d.up("call_left").must(call.LegDialog{Leg: 2, State: []byte("dialog")})
	d.close()
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}

	db := storetest.Open(t, url)
	if kept := wellKept(t, db, "call_whole"); kept.End.Reason != call.Hangup || kept.End.By != 1 {
		t.Errorf("read back as %+v", kept)
	}
	calls := Calls{Log: db, Left: db}
	left, err := calls.Orphans(t.Context())
	if err != nil || len(left) != 1 || left[0] != "call_left" {
		t.Fatalf("left are %q, %v", left, err)
	}
	events, err := calls.Events(t.Context(), "call_left")
	if err != nil {
		t.Fatal(err)
	}
	c := call.Replay(events)
	if dialog := string(c.View().Legs[1].Dialog); dialog != "dialog" {
		t.Errorf("the saved dialog is %q", dialog)
	}
	out := c.Step(call.NodeDied{})
	next := opened(t, db, nil)
	if err := next.Append(t.Context(), c.View(), out.Events); err != nil {
		t.Fatal(err)
	}
	if kept := wellKept(t, db, "call_left"); kept.End.Reason != call.NodeLost || kept.View.Status != call.StatusFailed {
		t.Errorf("ended as %+v", kept.End)
	}
	if left, err := calls.Orphans(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("left are %q, %v", left, err)
	}
	next.close()
}

// A database that somebody else has locked: no call begins, the running one
// ends, and its record is complete when the lock is gone.
func TestALockedDatabase(t *testing.T) {
	faulty := storetest.FaultySQLite(t)
	db := storetest.Open(t, faulty.URL)
	d := opened(t, db, func(c *Config) { c.Slow = 20 * time.Millisecond })
	k := d.up("call_1")
	undo := faulty.Stop(t)
	out := k.c.Step(call.HangUp{By: 1})
	ctx, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	if err := d.Append(ctx, k.c.View(), out.Events); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("the end, while the database is locked: %v", err)
	}
	if err := d.Ready(); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("Ready while the database is locked: %v", err)
	}
	if err := d.call("call_2").step(arrived("call_2")); webtrunk.KindOf(err) != webtrunk.Unavailable {
		t.Errorf("a new call while the database is locked: %v", err)
	}
	undo()
	for deadline := time.Now().Add(20 * time.Second); d.Stats().Waiting > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still waiting: %+v", d.Stats())
		}
	}
	if kept := wellKept(t, db, "call_1"); kept.End.By != 1 {
		t.Errorf("ended as %+v", kept.End)
	}
	if _, err := (Calls{Log: db}).View(t.Context(), "call_2"); webtrunk.KindOf(err) != webtrunk.NotFound {
		t.Errorf("the refused call: %v", err)
	}
	d.close()
}

// Another process takes the node over: the late one's calls are given up.
func TestLateProcess(t *testing.T) {
	db := storetest.OpenUnclaimed(t, storetest.SQLite(t))
	told := make(chan webtrunk.CallID, 1)
	d := opened(t, db, func(c *Config) { c.Fenced = func(id webtrunk.CallID, _ error) { told <- id } })
	if err := d.call("call_1").step(arrived("call_1")); webtrunk.KindOf(err) != webtrunk.Forbidden {
		t.Errorf("a call of a process that is no node: %v", err)
	}
	if id := <-told; id != "call_1" {
		t.Errorf("told of %s", id)
	}
	d.close()
}

// A call that a newer version of the gateway began, and whose records this one
// cannot read, is ended at the next start all the same, once; the others are
// ended as ever.
func TestACallThatCannotBeReadIsEnded(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		before := storetest.Open(t, url)
		d := opened(t, before, nil)
		d.up("call_good")
		d.up("call_new")
		d.close()
		r, err := event.New("acct_1", false, "call.enchanted", map[string]string{"call": "call_new"})
		if err != nil {
			t.Fatal(err)
		}
		_, newest, err := before.Bounds(t.Context(), streamOf("call_new"))
		if err != nil {
			t.Fatal(err)
		}
		r.Call, r.CallSeq, r.Private = "call_new", newest+1, []byte(`[{"type":"call.enchanted","event":{}}]`)
		if err := before.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}

		db := storetest.Open(t, url)
		next := opened(t, db, nil)
		calls := Calls{Log: db, Left: db}
		for range 2 { // the second start finds nothing to do
			if _, err := switchboard.Recover(t.Context(), calls, next.Journal, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		if left, err := calls.Orphans(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("left are %q, %v", left, err)
		}
		if kept := wellKept(t, db, "call_good"); kept.End.Reason != call.NodeLost {
			t.Errorf("the other call ended as %+v", kept.End)
		}
		var recs []event.Record
		for r, err := range db.Read(t.Context(), streamOf("call_new"), 0) {
			if err != nil {
				t.Fatal(err)
			}
			recs = append(recs, r)
		}
		end := recs[len(recs)-1]
		var said Data
		if err := json.Unmarshal(end.Data, &said); err != nil || said.End == nil {
			t.Fatalf("its end says %s, %v", end.Data, err)
		}
		if !end.Last || end.Type != "call.ended" || end.CallSeq != newest+2 || said.Status != call.StatusFailed || said.EndReason != call.NodeLost || said.AnsweredAt == nil || said.Message == "" {
			t.Errorf("its end is %+v: %s", end, end.Data)
		}
		next.close()
	})
}
