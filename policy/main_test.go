package policy

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
	"webtrunk/trunk"
)

func TestMain(m *testing.M) {
	storetest.AtOnce(8)
	goleak.VerifyTestMain(m)
}

func tel(number string) webtrunk.Address {
	return webtrunk.Address{Scheme: webtrunk.Tel, Value: number}
}

// german are the rules of an operator in Germany, who has opened it and its
// neighbour to the south.
var german = Rules{Countries: []string{"DE", "AT"}, AllowPrefixes: []string{"+1555010"}}

const berlin, vienna, paris = "+493012345678", "+43123456789", "+33142685300"

// newGuard is a guard over a database, of an operator in Germany.
func newGuard(t *testing.T, db *store.DB, change ...func(*Config)) *Guard {
	t.Helper()
	cfg := Config{Store: db, Rules: german, Home: "DE",
		Contact: func(_ context.Context, _ webtrunk.AccountID, _ bool, to webtrunk.Address) (webtrunk.Address, error) {
			return to, nil
		}}
	for _, c := range change {
		c(&cfg)
	}
	g := New(cfg)
	t.Cleanup(g.Close)
	return g
}

// rated has one trunk to everywhere, at a price for a minute in millionths.
func rated(perMinute int64, increment int) func() trunk.Network {
	return func() trunk.Network {
		return trunk.Network{Trunks: []trunk.Trunk{{Name: "carrier", Rates: []trunk.Rate{{Prefix: "+", PerMinute: perMinute, Currency: "EUR", Increment: increment}}}}}
	}
}

// unrated has one trunk to everywhere, of which nobody knows what it costs.
func unrated() trunk.Network { return trunk.Network{Trunks: []trunk.Trunk{{Name: "carrier"}}} }

// visit is a page's call.
func visit(id webtrunk.CallID, to string) call.View {
	return call.View{ID: id, Account: "acct_shop", To: tel(to), Via: "pk_live_shop",
		Legs:   []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller}},
		Source: call.Source{Address: "203.0.113.7/32", Visitor: "sub anna", Widget: "pk_live_shop"}}
}

// refusals returns what an account's log has of refusals.
func refusals(t *testing.T, db *store.DB, account webtrunk.AccountID) (all []event.Record) {
	t.Helper()
	for r, err := range db.Read(t.Context(), event.Stream{Account: account}, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "policy.refused" {
			all = append(all, r)
		}
	}
	return all
}

// A clock is one that the test winds.
type clock struct{ at time.Time }

func newClock() *clock                          { return &clock{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time                 { return c.at }
func (c *clock) pass(d time.Duration)           { c.at = c.at.Add(d) }
func limited(l Limits) func(c *Config)          { return func(c *Config) { c.Rules.Limits = l } }
func on(n func() trunk.Network) func(c *Config) { return func(c *Config) { c.Network = n } }
