package store_test

import (
	"slices"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// TestKilled kills a gateway in the middle of its calls: whatever it was told
// is kept is there, and its successor is told which calls it left.
func TestKilled(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		g := startGateway(t, url, "busy")
		for len(g.kept) < gatewayCalls || len(g.kept) > 0 && slices.Min(values(g.kept)) < 5 {
			if line := g.next(); strings.HasPrefix(line, "refused") || line == "" {
				t.Fatal(line)
			}
		}
		g.kill()
		db := storetest.Open(t, url)
		gapless(t, db)
		for call, seq := range g.kept {
			_, newest, err := db.Bounds(t.Context(), event.Stream{Call: call})
			if newest < seq || err != nil {
				t.Errorf("%s ends at %d, %v, but %d was acknowledged", call, newest, err, seq)
			}
		}
		orphans, err := db.Orphans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(orphans, byFirst(read(t, db, event.Stream{}, 0))) {
			t.Errorf("orphans are %v", orphans)
		}
		for _, call := range orphans {
			_, newest, err := db.Bounds(t.Context(), event.Stream{Call: call})
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Append(t.Context(), of(t, webtrunk.NewCallID(), 1), last(of(t, call, newest+1))); err != nil {
				t.Fatal(err)
			}
		}
		if orphans, err := db.Orphans(t.Context()); len(orphans) > 0 || err != nil {
			t.Errorf("still orphans are %v, %v", orphans, err)
		}
	})
}

func values(kept map[webtrunk.CallID]int64) []int64 {
	var all []int64
	for _, seq := range kept {
		all = append(all, seq)
	}
	return all
}

// byFirst is the calls of a log in the order in which they began.
func byFirst(recs []event.Record) []webtrunk.CallID {
	var calls []webtrunk.CallID
	for _, r := range recs {
		if r.CallSeq == 1 {
			calls = append(calls, r.Call)
		}
	}
	return calls
}

// TestSecondGateway is refused while the first runs, and taken as soon as that
// is killed.
func TestSecondGateway(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		first := startGateway(t, url)
		if line := first.next(); line != "claimed" {
			t.Fatal(line)
		}
		second := startGateway(t, url, "impatient")
		if line := second.next(); !strings.HasPrefix(line, "refused: conflict") || !strings.Contains(line, "Stop it first") {
			t.Fatal(line)
		}
		first.kill()
		third := startGateway(t, url)
		if line := third.next(); line != "claimed" {
			t.Fatal(line)
		}
	})
}

// TestWithoutClaim tells what a tool beside the gateway may do.
func TestWithoutClaim(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateway, tool := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
		kind(t, tool.Append(t.Context(), of(t, "call_a", 1)), webtrunk.Forbidden)
		kind(t, tool.Tx(t.Context(), func(tx *store.Tx) error {
			tx.Emit(of(t, "call_a", 1))
			return nil
		}), webtrunk.Forbidden)
		made, err := event.New(account, false, "account.created", nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second is a repetition
			if err := tool.Append(t.Context(), made); err != nil {
				t.Fatal(err)
			}
		}
		if err := gateway.Append(t.Context(), of(t, "call_a", 1)); err != nil {
			t.Fatal(err)
		}
		if _, err := tool.Orphans(t.Context()); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Error(err)
		}
		if n := gapless(t, tool); n != 2 {
			t.Errorf("the log has %d records, want 2", n)
		}
	})
}

// TestWokeUpTooLate has another process count the node's claims up, as one does
// that could take its lock while this one seemed dead.
func TestWokeUpTooLate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Append(t.Context(), of(t, "call_a", 1)); err != nil {
			t.Fatal(err)
		}
		if err := db.Claimed(t.Context()); err != nil {
			t.Error(err)
		}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE nodes SET epoch = epoch + 1 WHERE node = $1`, storetest.Node)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		kind(t, db.Append(t.Context(), last(of(t, "call_a", 2))), webtrunk.Forbidden)
		kind(t, db.Append(t.Context(), of(t, "call_b", 1)), webtrunk.Forbidden)
		kind(t, db.Claimed(t.Context()), webtrunk.Forbidden)
		if n := gapless(t, db); n != 1 {
			t.Errorf("the log has %d records, want 1", n)
		}
	})
}

// TestTwoNodes tells that on PostgreSQL each node has its own calls.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	url := storetest.Postgres(t)
	a, b := storetest.Open(t, url), storetest.OpenUnclaimed(t, url)
	if err := b.Claim(t.Context(), "other"); err != nil {
		t.Fatal(err)
	}
	kind(t, b.Claim(t.Context(), "third"), webtrunk.Conflict)
	if err := a.Append(t.Context(), of(t, "call_a", 1)); err != nil {
		t.Fatal(err)
	}
	if err := b.Append(t.Context(), of(t, "call_b", 1)); err != nil {
		t.Fatal(err)
	}
	kind(t, b.Append(t.Context(), last(of(t, "call_a", 2))), webtrunk.Forbidden)
	if orphans, err := b.Orphans(t.Context()); len(orphans) > 0 || err != nil {
		t.Error(orphans, err)
	}
}

// TestClaimOutlivesARestart stops PostgreSQL: the node's lock is taken again
// when it is back.
func TestClaimOutlivesARestart(t *testing.T) {
	t.Parallel()
	server := storetest.NewServer(t)
	url := server.URL(t)
	db := storetest.Open(t, url)
	server.Kill()
	kind(t, db.Append(t.Context(), of(t, "call_a", 1)), webtrunk.Unavailable)
	server.Start(t)
	holders := func() (n int) {
		err := db.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted`).Scan(&n)
		if err != nil {
			t.Log(err)
		}
		return n
	}
	eventually(t, func() bool { return holders() == 1 })
	if err := db.Append(t.Context(), of(t, "call_a", 1)); err != nil {
		t.Fatal(err)
	}
}
