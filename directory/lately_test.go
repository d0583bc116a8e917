package directory

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestAnAnswerIsBelievedForAMoment: it is looked up again after a second, after
// a change, and after a failure; and one that a change overtook is given but not
// kept.
func TestAnAnswerIsBelievedForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Lately[string, int]
		looked := 0
		ask := func(want int) {
			t.Helper()
			got, err := l.Ask("a", func() (int, error) { looked++; return looked, nil })
			if got != want || err != nil {
				t.Errorf("%d %v, want %d", got, err, want)
			}
		}
		ask(1)
		ask(1)
		time.Sleep(lateness)
		ask(2)
		l.Forget()
		ask(3)
		if _, err := l.Ask("b", func() (int, error) { return 0, errors.New("away") }); err == nil {
			t.Error("the failure is not told")
		}
		got, err := l.Ask("b", func() (int, error) { l.Forget(); return 7, nil })
		if got != 7 || err != nil || len(l.answers) != 0 {
			t.Error(got, err, l.answers)
		}
		ask(4)
	})
}

// TestLatelyIsBounded: whoever dials every number there is fills no memory.
func TestLatelyIsBounded(t *testing.T) {
	var l Lately[int, int]
	for i := range 3 * mostLately {
		if got, err := l.Ask(i, func() (int, error) { return i, nil }); got != i || err != nil {
			t.Fatal(got, err)
		}
		if len(l.answers) > mostLately {
			t.Fatal(len(l.answers))
		}
	}
}

// TestACallSeesEveryChange: where a number leads is asked of the database once
// for a call, and yet each change of this process counts for the next.
func TestACallSeesEveryChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := w.account("Shop", "+1555")
		first, second := w.reference(by, "tel:+15550100111"), w.reference(by, "tel:+15550100112")
		number := addr(t, "tel:+15550100001")
		leads := func(want string) {
			t.Helper()
			account, _, ok, err := w.Owner(t.Context(), number)
			if err != nil || ok != (want != "") || ok && account != by.Account {
				t.Fatalf("it is of %q, %v, %v", account, ok, err)
			}
			got, err := w.Resolve(t.Context(), Query{Account: by.Account, To: number})
			if err != nil || got.Address.String() != want && want != "" {
				t.Errorf("it leads to %v, %v, want %q", got.Address, err, want)
			}
		}
		leads("")
		n, err := w.CreateNumber(t.Context(), by, NewNumber{Account: by.Account, Number: "+15550100001", Reference: first})
		if err != nil {
			t.Fatal(err)
		}
		leads("tel:+15550100111")
		if _, err := w.UpdateNumber(t.Context(), by, n.ID, NumberChange{Reference: &second}); err != nil {
			t.Fatal(err)
		}
		leads("tel:+15550100112")
		if _, err := w.UpdateNumber(t.Context(), by, n.ID, NumberChange{Extensions: &[]Extension{{"7", first}}}); err != nil {
			t.Fatal(err)
		}
		got, err := w.Resolve(t.Context(), Query{Account: by.Account, To: number, Extension: "7"})
		if err != nil || got.Address.Value != "+15550100111" {
			t.Errorf("the extension leads to %v, %v", got, err)
		}
		other := w.account("Other", "+1555")
		if _, err := w.AssignNumber(t.Context(), by, n.ID, other.Account, false); err != nil {
			t.Fatal(err)
		}
		if account, _, ok, err := w.Owner(t.Context(), number); account != other.Account || !ok || err != nil {
			t.Errorf("it is of %q, %v, %v", account, ok, err)
		}
	})
}

// TestACallSeesEveryChangeOfItsKeyAndReference: what a call asks three times is
// asked of the database once, and yet each change of this process counts for the
// next call, and a reference ends at its time.
func TestACallSeesEveryChangeOfItsKeyAndReference(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := w.account("Shop", "+1555")
		it, err := w.CreateWidget(t.Context(), by, NewWidget{Origins: []Origin{"https://shop.example"}})
		if err != nil {
			t.Fatal(err)
		}
		soon := w.clock.read().Add(time.Minute)
		r, err := w.CreateReference(t.Context(), by, NewReference{Target: addr(t, "tel:+15550100111"), Expires: soon})
		if err != nil {
			t.Fatal(err)
		}
		there := func(key, reference bool) {
			t.Helper()
			for range 2 { // as the database has it, and as it is remembered
				if _, err := w.Publishable(t.Context(), it.Key); (err == nil) != key {
					t.Errorf("the key: %v, want %v", err, key)
				}
				if _, err := w.Resolve(t.Context(), Query{Account: by.Account, To: addr(t, r.ID)}); (err == nil) != reference {
					t.Errorf("the reference: %v, want %v", err, reference)
				}
			}
		}
		on, off := true, false
		there(true, true)
		if _, err := w.UpdateWidget(t.Context(), by, it.ID, WidgetChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		there(false, true)
		if _, err := w.UpdateWidget(t.Context(), by, it.ID, WidgetChange{Enabled: &on}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.UpdateReference(t.Context(), by, r.ID, ReferenceChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		there(true, false)
		if _, err := w.UpdateReference(t.Context(), by, r.ID, ReferenceChange{Enabled: &on}); err != nil {
			t.Fatal(err)
		}
		there(true, true)
		w.clock.pass(time.Minute)
		there(true, false)
	})
}
