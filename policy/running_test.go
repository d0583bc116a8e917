package policy

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// commands are what running calls were told, and when.
type commands struct {
	began time.Time
	mu    sync.Mutex
	all   []command
}

type command struct {
	after time.Duration
	in    call.Input
}

func (c *commands) Do(_ context.Context, _ webtrunk.CallID, in call.Input) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, command{time.Since(c.began), in})
	return nil
}

// inBubble runs a test over a database whose clock is the bubble's.
func inBubble(t *testing.T, f func(t *testing.T, db *store.DB)) {
	url := storetest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		f(t, db)
	})
}

// A call that talks holds its minutes slice by slice, and is ended with a
// sentence when its account has none left.
func TestACallGoesOnSliceBySlice(t *testing.T) {
	inBubble(t, func(t *testing.T, db *store.DB) {
		told := &commands{}
		g := newGuard(t, db, limited(Limits{Account: Limit{Minutes: 25}}), func(c *Config) { c.Calls = told })
		terms, err := g.Admit(t.Context(), visit("call_1", berlin))
		if err != nil || terms.Credit != 10*time.Minute {
			t.Fatal(terms, err)
		}
		time.Sleep(20 * time.Second) // it rings
		told.began = time.Now()
		g.Follow("call_1", []call.Event{call.CallAnswered{}})
		time.Sleep(26 * time.Minute)
		g.Close()
		credit := 10 * time.Minute
		var end command
		for _, c := range told.all {
			switch in := c.in.(type) {
			case call.Extend:
				if c.after > credit {
					t.Errorf("told after %v, when its credit of %v was over", c.after, credit)
				}
				credit = c.after + in.Credit
			case call.HangUp:
				end = c
			}
		}
		if credit != 25*time.Minute || len(told.all) != 3 {
			t.Errorf("it may talk for %v: %+v", credit, told.all)
		}
		if h, ok := end.in.(call.HangUp); !ok || end.after != 25*time.Minute-farewell || h.Cause != call.CreditEnded || !strings.Contains(h.Message, "minutes for today are used up") {
			t.Errorf("it was ended by %+v", end)
		}
	})
}

// A call that ends in time is told nothing, and its timer is gone.
func TestACallThatEndsIsNotTold(t *testing.T) {
	inBubble(t, func(t *testing.T, db *store.DB) {
		told := &commands{}
		g := newGuard(t, db, limited(Limits{Account: Limit{Minutes: 25}}), func(c *Config) { c.Calls = told })
		if _, err := g.Admit(t.Context(), visit("call_1", berlin)); err != nil {
			t.Fatal(err)
		}
		g.Follow("call_1", []call.Event{call.CallAnswered{}, call.CallEnded{}})
		time.Sleep(time.Hour)
		g.Close()
		if len(told.all) != 0 {
			t.Errorf("told %+v", told.all)
		}
	})
}

// A telephone that joins a call holds minutes of its own, also where the call
// had none before; where there are too few it may not join.
func TestATelephoneThatJoinsHoldsItsOwn(t *testing.T) {
	inBubble(t, func(t *testing.T, db *store.DB) {
		told := &commands{began: time.Now()}
		g := newGuard(t, db, limited(Limits{Account: Limit{Minutes: 25}}), func(c *Config) { c.Calls = told })
		v := visit("call_1", "")
		v.To = webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}
		if terms, err := g.Admit(t.Context(), v); err != nil || terms.Credit != 0 {
			t.Fatalf("between pages: %+v, %v", terms, err)
		}
		g.Follow("call_1", []call.Event{call.CallAnswered{}})
		time.Sleep(time.Minute)
		join := func(to string) error {
			return g.Join(t.Context(), v, tel(to), tel(to), call.Invited)
		}
		if err := join(paris); rule(err) != RuleCountry {
			t.Errorf("to Paris: %v", err)
		}
		if err := join(berlin); err != nil {
			t.Fatal(err)
		}
		if _, _, held, _ := usage(t, db); held != 11*60_000 {
			t.Errorf("one telephone holds %d ms", held)
		}
		if err := join(vienna); err != nil {
			t.Fatal(err)
		}
		if err := join(vienna); rule(err) != RuleMinutes {
			t.Errorf("a third: %v", err)
		}
		synctest.Wait()
		if len(told.all) != 1 || told.all[0].in != (call.Extend{Credit: 10 * time.Minute}) {
			t.Errorf("told %+v", told.all)
		}
		g.Follow("call_1", []call.Event{call.InviteFailed{}})
		if n := len(g.running["call_1"].claim.ends); n != 1 {
			t.Errorf("%d telephones hold, one of two has not joined", n)
		}
		g.Follow("call_1", []call.Event{call.CallEnded{}})
	})
}
