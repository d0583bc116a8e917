package policy

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// The operator sets an account's bounds, the account narrows them, and both are
// kept.
func TestBoundsAndWhatAnAccountNarrows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		g := newGuard(t, db)
		shop := directory.Principal{Account: "acct_shop", ID: "key_1"}
		operator := directory.Principal{Account: "acct_operator", ID: "key_2", Operator: true}
		permits := func(number string, want Rule) {
			t.Helper()
			if err := g.Permit(t.Context(), "acct_shop", false, tel(number)); rule(err) != want {
				t.Errorf("%s: %v, want %q", number, err, want)
			}
		}
		if _, err := g.Narrow(t.Context(), shop, Rules{Countries: []string{"AT", "FR"}}); err != nil {
			t.Fatal(err)
		}
		permits(vienna, "")
		permits(berlin, RuleCountry)
		permits(paris, RuleCountry)
		if _, err := g.Bound(t.Context(), shop, "acct_shop", Rules{}); webtrunk.KindOf(err) != webtrunk.Forbidden {
			t.Errorf("an account bounds itself: %v", err)
		}
		p, err := g.Bound(t.Context(), operator, "acct_shop", Rules{Countries: []string{"FR"}, Limits: Limits{Account: Limit{Spend: 1}, Currency: "EUR"}})
		if err != nil || !p.Bound || len(p.Own.Countries) != 2 || p.Updated.IsZero() {
			t.Fatal(p, err)
		}
		permits(paris, "")
		permits(vienna, RuleCountry)
		if err := g.Permit(t.Context(), "acct_other", false, tel(vienna)); err != nil {
			t.Errorf("another account: %v", err)
		}
		if _, err := g.Narrow(t.Context(), shop, Rules{Limits: Limits{Account: Limit{Spend: 1}, Currency: "USD"}}); webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("money of another currency: %v", err)
		}
		if p, err := g.Unbound(t.Context(), operator, "acct_shop"); err != nil || p.Bound {
			t.Fatal(p, err)
		}
		permits(vienna, "")
		kept, err := newGuard(t, db).Policy(t.Context(), "acct_shop")
		if err != nil || len(kept.Own.Countries) != 2 || kept.Bound {
			t.Errorf("kept %+v, %v", kept, err)
		}
	})
}

// One call asks three times and the database once; what another gateway changes
// counts a second later.
func TestPoliciesAreReadOnceForACall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		here, there := newGuard(t, db), newGuard(t, db)
		shop := directory.Principal{Account: "acct_shop", ID: "key_1"}
		permits := func(want Rule) bool { return rule(here.Permit(t.Context(), "acct_shop", false, tel(vienna))) == want }
		if !permits("") {
			t.Fatal("refused")
		}
		if _, err := there.Narrow(t.Context(), shop, Rules{Countries: []string{"DE"}}); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); !permits(RuleCountry); time.Sleep(20 * time.Millisecond) {
			if time.Since(begin) > 10*time.Second {
				t.Fatal("what another gateway has changed never counts")
			}
		}
		if _, err := here.Narrow(t.Context(), shop, Rules{}); err != nil || !permits("") {
			t.Errorf("what this one has changed does not count at once: %v", err)
		}
	})
}

func TestTheTighterLimitHolds(t *testing.T) {
	bounds := Limits{Visitor: Limit{PerHour: 10, AtOnce: 2}, Account: Limit{Spend: 100}, Currency: "EUR"}
	both := bounds.narrowed(Limits{Visitor: Limit{PerHour: 5, AtOnce: 9, Minutes: 7}, Account: Limit{Spend: 1000}, UnknownRate: 1, Currency: "EUR"})
	if want := (Limits{Visitor: Limit{PerHour: 5, AtOnce: 2, Minutes: 7}, Account: Limit{Spend: 100}, Currency: "EUR"}); both != want {
		t.Errorf("%+v, want %+v", both, want)
	}
}
