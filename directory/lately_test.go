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
		var l lately[string, int]
		looked := 0
		ask := func(want int) {
			t.Helper()
			got, err := l.ask("a", func() (int, error) { looked++; return looked, nil })
			if got != want || err != nil {
				t.Errorf("%d %v, want %d", got, err, want)
			}
		}
		ask(1)
		ask(1)
		time.Sleep(lateness)
		ask(2)
		l.forget()
		ask(3)
		if _, err := l.ask("b", func() (int, error) { return 0, errors.New("away") }); err == nil {
			t.Error("the failure is not told")
		}
		got, err := l.ask("b", func() (int, error) { l.forget(); return 7, nil })
		if got != 7 || err != nil || len(l.answers) != 0 {
			t.Error(got, err, l.answers)
		}
		ask(4)
	})
}

// TestLatelyIsBounded: whoever dials every number there is fills no memory.
func TestLatelyIsBounded(t *testing.T) {
	var l lately[int, int]
	for i := range 3 * mostLately {
		if got, err := l.ask(i, func() (int, error) { return i, nil }); got != i || err != nil {
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
