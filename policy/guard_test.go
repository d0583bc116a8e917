package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/trunk"
)

func rule(err error) Rule {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Rule
	}
	return ""
}

// Every refusal is an event in the account's log, with its rule, whose it was
// and the sentence that the caller hears, and counted by its rule.
func TestEveryRefusalIsAnEvent(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db)
	_, err := g.Admit(t.Context(), visit("call_1", "+19005550100"))
	if webtrunk.KindOf(err) != webtrunk.Forbidden || rule(err) != RuleCountry {
		t.Fatal(err)
	}
	if err := g.Permit(t.Context(), "acct_shop", true, tel("+49112")); rule(err) != RuleEmergency {
		t.Errorf("an emergency number: %v", err)
	}
	if err := g.Permit(t.Context(), "acct_shop", false, tel(berlin)); err != nil {
		t.Error(err)
	}
	all := refusals(t, db, "acct_shop")
	if len(all) != 2 || all[0].Test || !all[1].Test {
		t.Fatalf("told: %+v", all)
	}
	var d Refused
	if err := json.Unmarshal(all[0].Data, &d); err != nil {
		t.Fatal(err)
	}
	if want := (Refused{Call: "call_1", To: "tel:+19005550100", Rule: RuleCountry, Scope: Gateway, Reason: webtrunk.MessageOf(err, "")}); d != want || d.Reason == "" {
		t.Errorf("told %+v, want %+v", d, want)
	}
	if n := g.Refused(); n[RuleCountry] != 1 || n[RuleEmergency] != 1 || len(n) != len(AllRules()) {
		t.Errorf("counted %v", n)
	}
}

// What a reference hides stays hidden when the contact may not be called.
func TestARefusalHidesTheContact(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db, func(c *Config) {
		c.Contact = func(context.Context, webtrunk.AccountID, bool, webtrunk.Address) (webtrunk.Address, error) {
			return tel(paris), nil
		}
	})
	v := visit("call_1", "")
	v.To = webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"}
	_, err := g.Admit(t.Context(), v)
	if rule(err) != RuleCountry {
		t.Fatal(err)
	}
	told := string(refusals(t, db, "acct_shop")[0].Data) + err.Error()
	for _, secret := range []string{"33", "FR", "1426"} {
		if strings.Contains(told, secret) {
			t.Errorf("%s is told in %s", secret, told)
		}
	}
}

// A call-back dials both its ends: both must be open.
func TestBothEndsOfACallBackMustBeOpen(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db)
	for i, c := range []struct {
		from, to string
		want     Rule
	}{{berlin, vienna, ""}, {paris, vienna, RuleCountry}, {berlin, paris, RuleCountry}, {berlin, "+43112", RuleEmergency}} {
		v := call.View{ID: webtrunk.CallID(fmt.Sprint("call_", i)), Account: "acct_shop", Via: "key_1", Caller: call.Target{Address: tel(c.from)}, From: tel(c.from), To: tel(c.to)}
		if _, err := g.Admit(t.Context(), v); rule(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
}

// A call counts against its visitor, its widget also where a client token was
// shown, its address and its account, each by itself.
func TestWhomACallCountsAgainst(t *testing.T) {
	one := Limit{AtOnce: 1}
	other := func(change func(*call.View)) call.View {
		v := visit("call_2", berlin)
		v.Source = call.Source{Address: "198.51.100.1/32", Visitor: "sub bert", Widget: "pk_live_other"}
		v.Via = "pk_live_other"
		change(&v)
		return v
	}
	for name, c := range map[string]struct {
		limits Limits
		second call.View
		want   Scope
	}{
		"the same visitor":           {Limits{Visitor: one}, other(func(v *call.View) { v.Source.Visitor = "sub anna" }), Visitor},
		"another visitor":            {Limits{Visitor: one}, other(func(*call.View) {}), ""},
		"the same widget":            {Limits{Widget: one}, other(func(v *call.View) { v.Via = "pk_live_shop" }), Widget},
		"the same widget by a token": {Limits{Widget: one}, other(func(v *call.View) { v.Via, v.Source.Widget = "token_1", "pk_live_shop" }), Widget},
		"another widget":             {Limits{Widget: one}, other(func(*call.View) {}), ""},
		"the same address":           {Limits{Address: one}, other(func(v *call.View) { v.Source.Address = "203.0.113.7/32" }), Address},
		"another address":            {Limits{Address: one}, other(func(*call.View) {}), ""},
		"the same account":           {Limits{Account: one}, other(func(*call.View) {}), Account},
		"another account":            {Limits{Account: one, Visitor: one}, other(func(v *call.View) { v.Account = "acct_other" }), ""},
		"the same key":               {Limits{Key: one}, other(func(v *call.View) { v.Via = "key_1" }), ""}, // the first came by a page
		"in test mode":               {Limits{Account: one}, other(func(v *call.View) { v.Test = true }), ""},
		"brought by a telephone": {Limits{Account: one}, call.View{ID: "call_2", Account: "acct_shop", Via: "carrier", To: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"},
			Legs: []call.Leg{{ID: 1, Kind: call.PSTN, Role: call.Caller}}}, ""},
		"brought by a telephone and sent on to one": {Limits{Account: one}, call.View{ID: "call_2", Account: "acct_shop", Via: "carrier", To: tel(berlin),
			Legs: []call.Leg{{ID: 1, Kind: call.PSTN, Role: call.Caller}}}, Account},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, storetest.Open(t, storetest.SQLite(t)), limited(c.limits))
			if _, err := g.Admit(t.Context(), visit("call_1", berlin)); err != nil {
				t.Fatal(err)
			}
			_, err := g.Admit(t.Context(), c.second)
			var r *Refusal
			if got := Scope(""); errors.As(err, &r) || err == nil {
				if r != nil {
					got = r.Scope
				}
				if got != c.want {
					t.Errorf("counted against %q, want %q", got, c.want)
				}
			} else {
				t.Fatal(err)
			}
			g.Follow("call_1", []call.Event{call.CallEnded{}})
			c.second.ID = "call_3"
			if _, err := g.Admit(t.Context(), c.second); c.want != "" && err != nil {
				t.Errorf("when the first has ended: %v", err)
			}
		})
	}
}

// A widget's owner narrows what its pages may do.
func TestAWidgetsOwnLimitsHold(t *testing.T) {
	g := newGuard(t, storetest.Open(t, storetest.SQLite(t)), limited(Limits{Widget: Limit{AtOnce: 5}}), func(c *Config) {
		c.Widget = func(context.Context, string) (directory.Widget, error) { return directory.Widget{CallsAtOnce: 1}, nil }
	})
	for i, want := range []Rule{"", RuleAtOnce} {
		if _, err := g.Admit(t.Context(), visit(webtrunk.CallID(fmt.Sprint("call_", i)), berlin)); rule(err) != want {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

// Whoever hangs up while the gateway still asks counts as ended, and holds
// nothing.
func TestACallThatEndsWhileItIsAskedAboutHoldsNothing(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db, limited(Limits{Visitor: Limit{AtOnce: 1, Minutes: 5}}))
	g.Follow("call_1", []call.Event{call.CallEnded{}})
	if _, err := g.Admit(t.Context(), visit("call_1", berlin)); err != nil {
		t.Fatal(err)
	}
	if held, err := g.book.holds(t.Context(), "call_1"); held || err != nil || len(g.running) != 0 {
		t.Errorf("held %v, %v, running %v", held, err, g.running)
	}
	if _, err := g.Admit(t.Context(), visit("call_2", berlin)); err != nil {
		t.Errorf("the next: %v", err)
	}
}

// Two calls at once never both take the last minute, on either database and
// through two gateways.
func TestTheLastMinuteIsTakenOnce(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		gateways := []*Guard{}
		db := storetest.Open(t, url)
		for range 2 {
			gateways = append(gateways, newGuard(t, db, limited(Limits{Account: Limit{Minutes: 3}}), func(c *Config) { c.Slice, c.Calls = 2*time.Minute, &commands{} }))
		}
		var mu sync.Mutex
		var talk []time.Duration
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				terms, err := gateways[i%2].Admit(t.Context(), visit(webtrunk.CallID(fmt.Sprint("call_", i)), berlin))
				if err != nil && rule(err) != RuleMinutes {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					talk = append(talk, terms.Credit)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		var sum time.Duration
		for _, d := range talk {
			sum += d
		}
		if sum != 3*time.Minute || len(talk) != 2 {
			t.Errorf("the calls may talk for %v", talk)
		}
	})
}

// record appends a call that talked, as the journal writes it.
func record(t *testing.T, db *store.DB, id webtrunk.CallID, reason call.Cause, talk time.Duration) []event.Record {
	t.Helper()
	began := time.Now().UTC().Truncate(time.Microsecond)
	leg := map[string]any{"id": "leg_b", "kind": "pstn", "role": "callee"}
	page := map[string]any{"id": "leg_a", "kind": "webrtc", "role": "caller"}
	var recs []event.Record
	for i, e := range []struct {
		kind string
		at   time.Duration
		data map[string]any
	}{
		{"call.created", 0, nil}, {"leg.joined", time.Second, map[string]any{"leg": page}}, {"leg.joined", 5 * time.Second, map[string]any{"leg": leg}},
		{"leg.left", 5*time.Second + talk, map[string]any{"leg": leg}}, {"call.ended", time.Hour, map[string]any{"end_reason": reason}},
	} {
		r, err := event.New("acct_shop", false, e.kind, e.data)
		if err != nil {
			t.Fatal(err)
		}
		r.Call, r.CallSeq, r.Time, r.Last = id, int64(i+1), began.Add(e.at), e.kind == "call.ended"
		recs = append(recs, r)
	}
	if err := db.Append(t.Context(), recs...); err != nil {
		t.Fatal(err)
	}
	return recs
}

func usage(t *testing.T, db *store.DB) (talkMS, spend, heldMS, heldSpend int64) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT coalesce(sum(talk_ms), 0), coalesce(sum(spend), 0), coalesce(sum(held_ms), 0), coalesce(sum(held_spend), 0) FROM policy_usage`).Scan(&talkMS, &spend, &heldMS, &heldSpend); err != nil {
		t.Fatal(err)
	}
	return talkMS, spend, heldMS, heldSpend
}

// What a call has really used is settled from its end, once however often its
// records are given, and by whichever gateway reads them.
func TestACallIsSettledByWhatItUsed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		spend := limited(Limits{Account: Limit{Spend: 10_000_000, Minutes: 60}, Currency: "EUR"})
		g := newGuard(t, db, spend, on(rated(60_000, 60)))
		terms, err := g.Admit(t.Context(), visit("call_1", berlin))
		if err != nil || terms.Credit != time.Hour { // nobody can give it more later

			t.Fatal(terms, err)
		}
		if _, _, ms, money := usage(t, db); ms != 60*60_000 || money != 60*60_000 {
			t.Errorf("held %d ms and %d", ms, money)
		}
		recs := record(t, db, "call_1", call.Hangup, 61*time.Second)
		after := newGuard(t, db, spend) // the process was started again in between
		for range 2 {
			if err := after.Handle(t.Context(), recs); err != nil {
				t.Fatal(err)
			}
		}
		if ms, money, heldMS, heldMoney := usage(t, db); ms != 61_000 || money != 120_000 || heldMS != 0 || heldMoney != 0 {
			t.Errorf("used %d ms and %d, held %d and %d", ms, money, heldMS, heldMoney)
		}
		var left int
		if err := db.QueryRow(t.Context(), `SELECT count(*) FROM policy_holds`).Scan(&left); err != nil || left != 0 {
			t.Error(left, err)
		}
	})
}

// Calls that end together are settled together, each by what it used: a busy
// gateway's commits are for calls that are being set up.
func TestCallsThatEndTogetherAreSettledTogether(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db, limited(Limits{Account: Limit{Minutes: 6000}}))
	const calls = settledTogether + 4
	var recs []event.Record
	for i := range calls {
		id := webtrunk.CallID(fmt.Sprint("call_", i))
		v := visit(id, berlin)
		if _, err := g.Admit(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		recs = append(recs, record(t, db, id, call.Hangup, time.Duration(i)*time.Second)...)
	}
	before := db.Stats().Commits
	if err := g.Handle(t.Context(), recs); err != nil {
		t.Fatal(err)
	}
	if ms, _, held, _ := usage(t, db); ms != calls*(calls-1)/2*1000 || held != 0 {
		t.Errorf("used %d ms, holds %d", ms, held)
	}
	if n := db.Stats().Commits - before; n != 2 {
		t.Errorf("settled in %d commits, want 2", n)
	}
}

// When the process that ran a call has died, nobody knows when the call ended:
// it has used at most what it held.
func TestALostCallUsesAtMostWhatItHeld(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	g := newGuard(t, db, limited(Limits{Account: Limit{Minutes: 5}}))
	if _, err := g.Admit(t.Context(), visit("call_1", berlin)); err != nil {
		t.Fatal(err)
	}
	if err := g.Handle(t.Context(), record(t, db, "call_1", call.NodeLost, 50*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if ms, _, held, _ := usage(t, db); ms != 5*60_000 || held != 0 {
		t.Errorf("used %d ms, holds %d", ms, held)
	}
}

// A limit of money needs a rate: a number for which no trunk names one is
// refused, unless the operator says what to count for it.
func TestMoneyNeedsARate(t *testing.T) {
	money := Limits{Account: Limit{Spend: 1_000_000}, Currency: "EUR"}
	for name, c := range map[string]struct {
		change []func(*Config)
		want   Rule
		talk   time.Duration
	}{
		"a rate":              {[]func(*Config){limited(money), on(rated(200_000, 1))}, "", 5 * time.Minute},
		"no rate":             {[]func(*Config){limited(money), on(unrated)}, RuleUnknownRate, 0},
		"another currency":    {[]func(*Config){limited(Limits{Account: Limit{Spend: 1}, Currency: "USD"}), on(rated(1, 1))}, RuleUnknownRate, 0},
		"what the unknown is": {[]func(*Config){limited(Limits{Account: money.Account, Currency: "EUR", UnknownRate: 500_000}), on(unrated)}, "", 2 * time.Minute},
		"too dear":            {[]func(*Config){limited(money), on(rated(1_000_001, 60))}, RuleSpend, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, storetest.Open(t, storetest.SQLite(t)), c.change...)
			terms, err := g.Admit(t.Context(), visit("call_1", berlin))
			if rule(err) != c.want || terms.Credit != c.talk {
				t.Errorf("%+v, %v", terms, err)
			}
		})
	}
}

// A carrier that sends a call on to a dearer number makes it hold, and be settled
// at, what that costs: once, and not beside what the first would have.
func TestARedirectedCallHoldsTheDearerPrice(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	network := trunk.Network{Trunks: []trunk.Trunk{{Name: "carrier", Rates: []trunk.Rate{
		{Prefix: "+49", PerMinute: 10_000, Currency: "EUR"}, {Prefix: "+43", PerMinute: 2_000_000, Currency: "EUR"},
	}}}}
	g := newGuard(t, db, limited(Limits{Currency: "EUR", Account: Limit{Spend: 30_000_000}}), on(func() trunk.Network { return network }))
	v := visit("call_1", berlin)
	if _, err := g.Admit(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	g.running["call_1"].talk = 10 * time.Minute   // as a slice holds
	for _, to := range []string{vienna, berlin} { // and back: the dearer stays
		if err := g.Move(t.Context(), v, tel(berlin), tel(to), call.Callee); err != nil {
			t.Fatal(err)
		}
		if ends := g.running["call_1"].claim.ends; len(ends) != 1 || ends[0].Rate.PerMinute != 2_000_000 {
			t.Errorf("sent on to %s, it holds for %+v", to, ends)
		}
	}
	if err := g.Move(t.Context(), v, tel(berlin), tel(paris), call.Callee); rule(err) != RuleCountry {
		t.Errorf("to Paris: %v", err)
	}
	g.running["call_1"].talk = 20 * time.Minute
	if err := g.Move(t.Context(), v, tel(berlin), tel(vienna), call.Callee); rule(err) != RuleSpend {
		t.Errorf("for more than there is: %v", err)
	}
}
