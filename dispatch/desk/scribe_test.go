package desk

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"webtrunk/event"
	"webtrunk/store/storetest"
)

// lines are what a log has said.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// What a slow database did not take in time is recorded later.
func TestASlowDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	db := storetest.Open(t, url)
	well := storetest.LockSQLite(t, url)
	said := make(lines, 1000)
	s := newScribe(db, slog.New(slog.NewTextHandler(said, nil)))
	s.slowest = time.Second / 2
	rec, err := event.New("acct_shop", false, "agent.presence_changed", presenceTold{Agent: "agent_ada"})
	if err != nil {
		t.Fatal(err)
	}
	s.put(note{rec: rec})
	var work sync.WaitGroup
	work.Go(s.run)
	t.Log(<-said) // it was too late once
	well()
	recorded := func() bool {
		_, n, err := db.Bounds(t.Context(), event.Stream{Account: "acct_shop"})
		return err == nil && n == 1
	}
	for end := time.Now().Add(time.Minute); !recorded() && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	s.box.close()
	work.Wait()
	if !recorded() {
		t.Error("it is not on record once")
	}
}
