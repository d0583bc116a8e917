package billing

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/meter"
	"webtrunk/call"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// atOnce does something n times at the same time, and returns what came of each.
func atOnce(n int, do func(i int) error) []error {
	all := make([]error, n)
	var begin, done sync.WaitGroup
	begin.Add(1)
	for i := range n {
		done.Go(func() {
			begin.Wait()
			all[i] = do(i)
		})
	}
	begin.Done()
	done.Wait()
	return all
}

// paid is a call of Ann's page as the switchboard shows it.
func paid(id webtrunk.CallID) call.View {
	return call.View{ID: id, Account: shop.Account, Via: "widget_1", To: berlin, Context: map[string]string{"identity.sub": "cus_ann"},
		Legs: []call.Leg{{ID: 1, Kind: call.WebRTC, Role: call.Caller, State: call.Connected}, {ID: 2, Role: call.Callee, State: call.Connected}}}
}

// over waits until a call is on record as over.
func (w *world) over(id webtrunk.CallID) Session {
	w.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		s, err := w.SessionOf(w.Context(), shop, id)
		if err == nil && s.Over() {
			return s
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s is %s, %v", id, s.State, err)
		}
	}
}

// TestFiftyCallsOnTwoNodes on a balance for one, all at once: exactly one is let in, by
// whichever node, and what the others asked for is held for nobody.
func TestFiftyCallsOnTwoNodes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		nodes := []*world{open(t, db), open(t, db)}
		for _, w := range nodes {
			defer w.close()
		}
		nodes[0].costs(func(p *Price) { p.Increment = 60 })
		nodes[0].deposit("dep_1", ann, 239)
		id := func(i int) webtrunk.CallID { return webtrunk.CallID(fmt.Sprint("call_", i)) }
		in := -1
		for i, err := range atOnce(50, func(i int) error {
			_, err := nodes[i%2].Admit(t.Context(), paid(id(i)))
			return err
		}) {
			switch {
			case err == nil && in < 0:
				in = i
			case err == nil:
				t.Errorf("calls %d and %d are let in", in, i)
			case webtrunk.KindOf(err) != webtrunk.Exhausted:
				t.Error(err)
			}
		}
		if in < 0 {
			t.Fatal("nobody is let in")
		}
		nodes[in%2].Saw(paid(id(in)), []call.Event{call.CallEnded{}})
		if s := nodes[0].over(id(in)); s.State != meter.Voided {
			t.Errorf("the call is %s", s.State)
		}
		nodes[0].stands(ann, 239, 0)
		nodes[0].adds()
	})
}

// TestManyTabsAcceptAtOnce: one acceptance, however many pages say yes, and a no with them
// either is the answer or is told that it comes too late.
func TestManyTabsAcceptAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := open(t, db)
		defer w.close()
		w.costs(nil)
		w.deposit("dep_1", ann, 10_000)
		_, err := w.Admit(t.Context(), paid("call_1"))
		if err != nil {
			t.Fatal(err)
		}
		w.Saw(paid("call_1"), []call.Event{call.CallAnswered{Leg: 2}})
		said := func(i int) Answer {
			if i == 0 {
				return Declined
			}
			return Accepted
		}
		answers := atOnce(20, func(i int) error { return w.Answer(t.Context(), "call_1", 1, "", said(i)) })
		w.Saw(paid("call_1"), []call.Event{call.CallEnded{}})
		q, err := w.Quote(t.Context(), shop, w.over("call_1").Quote)
		if err != nil {
			t.Fatal(err)
		}
		for i, err := range answers {
			if late := said(i) != q.Answer; late == (err == nil) {
				t.Errorf("the price is %s, and tab %d, which said %s, is told %v", q.Answer, i, said(i), err)
			}
		}
		if n := len(slices.DeleteFunc(w.told(), func(kind string) bool { return kind != "billing.accepted" && kind != "billing.declined" })); n != 1 {
			t.Errorf("answered %d times", n)
		}
		if a, err := w.ledger.Account(t.Context(), ann); err != nil || a.Held != 0 || a.Balance() < 9_998 {
			t.Errorf("the wallet is %+v, %v", a, err)
		}
		w.adds()
	})
}
