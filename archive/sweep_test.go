package archive

import (
	"context"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

const day = 24 * time.Hour

func days(n int) *int { return &n }

func (w *world) policy(account webtrunk.AccountID, test bool, p Policy) {
	w.Helper()
	if _, err := w.a.SetPolicy(context.Background(), account, test, "person_ann", p); err != nil {
		w.Fatal(err)
	}
}

func (w *world) sweep() {
	w.Helper()
	if err := w.a.Sweep(context.Background()); err != nil {
		w.Fatal(err)
	}
}

// Recordings go after 10 days, identity after 30, events after 60, records
// after 90; money, and what is younger, of others or in test mode, stays.
func TestRetention(t *testing.T) {
	each(t, func(w *world) {
		sound := &shelf{class: Recordings, of: map[webtrunk.CallID]time.Time{}}
		w.a.o.Keepers = []Keeper{sound}
		old := w.call(shop, false, noon).begin("tel:+15550100100", "ref:ref_shop", "trunk_1", `{"order":"4711"}`).talk(time.Minute)
		paid := w.call(shop, false, noon).begin("tel:+15550100100", "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		running := w.call(shop, false, noon).begin("tel:+15550100102", "ref:ref_shop", "trunk_1", `{}`)
		young := w.call(shop, false, noon.Add(40*day)).begin("tel:+15550100103", "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		test := w.call(shop, true, noon).begin("tel:+15550100104", "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		foreign := w.call(other, false, noon).begin("tel:+15550100105", "ref:ref_other", "trunk_1", `{}`).talk(time.Minute)
		sound.of[old.id], sound.of[young.id] = old.at, young.at
		w.catchUp(100)
		if err := w.db.Tx(context.Background(), func(tx *store.Tx) error {
			return w.a.SetPrice(context.Background(), tx, paid.id, Price{199, "EUR"})
		}); err != nil {
			w.Fatal(err)
		}
		w.now = noon.Add(40 * day)
		w.sweep()
		if old.get().Erased != nil || len(sound.of) != 2 {
			w.Error("an account without a policy lost something")
		}

		w.policy(shop, false, Policy{Recordings: days(10), Identity: days(30), Events: days(60), Records: days(90)})
		w.sweep()
		if len(sound.of) != 1 {
			w.Errorf("%d recordings are left", len(sound.of))
		}
		if r := old.get(); r.Erased == nil || r.Metadata != nil || r.From != paid.get().From || !r.Erased.Equal(w.now) {
			w.Errorf("%s", asJSON(w, r))
		}
		for _, s := range []*story{running, young, test, foreign} {
			if r := s.get(); r.Erased != nil || r.From != s.from {
				w.Errorf("%s", asJSON(w, r))
			}
		}
		if containsAny(w.log(), "5550100100", "4711") || !containsAny(w.log(), "5550100102") {
			w.Errorf("the log is %s", w.log())
		}

		w.now = noon.Add(91 * day)
		w.sweep()
		w.shows("records", Query{Account: shop}, young, running, paid)
		if r := paid.get(); r.Price.Amount != 199 || r.Erased == nil {
			w.Errorf("%s", asJSON(w, r))
		}
		oldest, _, err := w.db.Bounds(context.Background(), event.Stream{Account: shop})
		if err != nil || oldest < 10 {
			w.Errorf("the account's oldest event is %d, %v", oldest, err)
		}
		if foreign.get().From != "tel:+15550100105" || test.get().From != "tel:+15550100104" {
			w.Error("others' records have changed")
		}
		if oldest, _, err := w.db.Bounds(context.Background(), event.Stream{Call: running.id}); oldest != 1 || err != nil {
			w.Errorf("a running call lost events: oldest is %d, %v", oldest, err)
		}
	})
}

// Records that go before identity would take its trace along: identity goes first.
func TestIdentityIsKeptNoLongerThanRecords(t *testing.T) {
	alone(t, func(w *world) {
		w.call(shop, false, noon).begin("tel:+15550100100", "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		w.catchUp(100)
		w.policy(shop, false, Policy{Records: days(10), Identity: days(30)})
		w.now = noon.Add(11 * day)
		w.sweep()
		w.shows("records", Query{})
		if containsAny(w.log(), "5550100100") {
			w.Errorf("the log is %s", w.log())
		}
	})
}

func TestPolicies(t *testing.T) {
	alone(t, func(w *world) {
		ctx := context.Background()
		if p, err := w.a.Policy(ctx, shop, false); err != nil || p != (Policy{}) {
			w.Errorf("never set: %v, %v", p, err)
		}
		w.policy(shop, false, Policy{Identity: days(0), Events: days(7)})
		p, err := w.a.Policy(ctx, shop, false)
		if err != nil || *p.Identity != 0 || *p.Events != 7 || p.Records != nil || p.UpdatedBy != "person_ann" || !p.Updated.Equal(noon) {
			w.Errorf("%s, %v", asJSON(w, p), err)
		}
		for _, as := range []tenant{{shop, true}, {other, false}} {
			if p, err := w.a.Policy(ctx, as.account, as.test); err != nil || p != (Policy{}) {
				w.Errorf("of %v: %v, %v", as, p, err)
			}
		}
		for _, bad := range []Policy{{Identity: days(-1)}, {Records: days(40000)}} {
			if _, err := w.a.SetPolicy(ctx, shop, false, "key_1", bad); webtrunk.KindOf(err) != webtrunk.Invalid {
				w.Errorf("%s: %v", asJSON(w, bad), err)
			}
		}
		if _, err := w.a.SetPolicy(ctx, shop, true, "key_1", Policy{Events: days(7)}); webtrunk.KindOf(err) != webtrunk.Invalid {
			w.Errorf("test events alone: %v", err)
		}
		if !containsAny(w.log(), `retention_policy.updated {"identity_days":0,`) {
			w.Errorf("nobody is told: %s", w.log())
		}
	})
}

// Run sweeps, carries out what is asked, and ends with its context.
func TestRun(t *testing.T) {
	alone(t, func(w *world) {
		s := w.call(shop, false, noon).begin("tel:+15550100100", "ref:ref_shop", "trunk_1", `{}`).talk(time.Minute)
		asked := w.call(shop, false, noon).begin("tel:+15550100200", "ref:ref_shop", "trunk_1", `{}`)
		w.catchUp(100)
		w.policy(shop, false, Policy{Identity: days(30)})
		w.now = noon.Add(31 * day)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.a.Run(ctx)
		}()
		w.await("the first sweep", func() bool { return s.get().Erased != nil })
		e, err := w.a.RequestErasure(ctx, "era_1", shop, false, "key_1", Subject{Number: "+15550100200"})
		if err != nil {
			w.Fatal(err)
		}
		asked.talk(time.Minute)
		w.catchUp(100)
		w.await("the erasure", func() bool {
			e, err = w.a.Erasure(ctx, shop, false, e.ID)
			return err == nil && e.Status == Completed
		})
		stop()
		<-ended
	})
}

// await waits for something that another goroutine does.
func (w *world) await(what string, so func() bool) {
	w.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("%s did not come", what)
		}
	}
}
