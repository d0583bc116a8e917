package directory

import (
	"testing"
	"time"

	"webtrunk"
)

// verify begins a verification of a customer's number.
func (w *world) verify(c Customer) Verification {
	w.t.Helper()
	v, err := w.BeginVerification(w.t.Context(), Principal{Account: c.Account, Test: c.Test, ID: c.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// wrong is a code that is not this one.
func wrong(code string) string {
	return code[1:] + string('0'+(code[0]-'0'+1)%10)
}

func TestANumberIsVerified(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		grace, other := w.customer(shop, "grace@example.com"), w.customer(shop, "ada@example.com") // who give the same number
		if _, err := w.CustomerByNumber(t.Context(), shop.Account, shop.Test, grace.Phone); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("before: %v", err)
		}
		first := w.verify(other)
		if right, _, err := w.KeyedIn(t.Context(), first.ID, first.Code); !right || err != nil {
			t.Fatalf("the code is %v, %v", right, err)
		}
		v := w.verify(grace)
		for _, digits := range []string{wrong(v.Code), ""} {
			if right, more, err := w.KeyedIn(t.Context(), v.ID, digits); right || !more || err != nil {
				t.Errorf("%q is right: %v, may be tried again: %v, %v", digits, right, more, err)
			}
		}
		by := Principal{Account: shop.Account, Test: shop.Test, ID: grace.ID}
		if got, err := w.Verification(t.Context(), by, v.ID); err != nil || got.State != Verifying || got.Code != "" || got.Phone != grace.Phone {
			t.Errorf("meanwhile it is %+v, %v", got, err)
		}
		if right, _, err := w.KeyedIn(t.Context(), v.ID, v.Code); !right || err != nil {
			t.Fatalf("the third try: %v, %v", right, err)
		}
		whose, err := w.CustomerByNumber(t.Context(), shop.Account, shop.Test, grace.Phone)
		if err != nil || whose.ID != grace.ID {
			t.Errorf("the number is %q's, %v", whose.ID, err)
		}
		if before, err := w.Customer(t.Context(), shop, other.ID); err != nil || !before.Verified.IsZero() {
			t.Errorf("who had it verified before still has: %v, %v", before.Verified, err)
		}
		if got, err := w.Verification(t.Context(), by, v.ID); err != nil || got.State != Verified {
			t.Errorf("afterwards it is %+v, %v", got, err)
		}
		_, err = w.Verification(t.Context(), Principal{Account: shop.Account, Test: shop.Test, ID: other.ID}, v.ID)
		refused(t, err, webtrunk.NotFound)
		_, err = w.BeginVerification(t.Context(), by)
		refused(t, err, webtrunk.Conflict, "verified already")
	})
}

func TestACodeCountsThriceAndForTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c := w.customer(shop, "grace@example.com")
		guessed := w.verify(c)
		for i := range CodeTries {
			_, more, err := w.KeyedIn(t.Context(), guessed.ID, wrong(guessed.Code))
			if err != nil || more != (i < CodeTries-1) {
				t.Errorf("after %d tries there are more: %v, %v", i+1, more, err)
			}
		}
		if right, _, err := w.KeyedIn(t.Context(), guessed.ID, guessed.Code); right || err != nil {
			t.Errorf("the fourth try is taken: %v", err)
		}
		late := w.verify(c)
		w.clock.pass(codeLife)
		if right, _, err := w.KeyedIn(t.Context(), late.ID, late.Code); right || err != nil {
			t.Errorf("after ten minutes it is taken: %v", err)
		}
		by := Principal{Account: shop.Account, Test: shop.Test, ID: c.ID}
		if got, err := w.Verification(t.Context(), by, late.ID); err != nil || got.State != NotVerifiable || got.Reason == "" {
			t.Errorf("it is %+v, %v", got, err)
		}
		changed := w.verify(c)
		number := "+15550100102"
		if _, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Phone: &number}); err != nil {
			t.Fatal(err)
		}
		if right, _, err := w.KeyedIn(t.Context(), changed.ID, changed.Code); right || err != nil {
			t.Errorf("the code of the number before counts for another: %v", err)
		}
	})
}

// TestNobodyIsCalledWithoutEnd to verify a number: neither by a customer who gives one
// number after the other, nor at a number that many give.
func TestNobodyIsCalledWithoutEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c, other := w.customer(shop, "grace@example.com"), w.customer(shop, "ada@example.com")
		of := func(c Customer) Principal { return Principal{Account: shop.Account, Test: shop.Test, ID: c.ID} }
		for range perVerification.attempts {
			w.verify(c)
		}
		_, err := w.BeginVerification(t.Context(), of(other)) // who gives the same number
		refused(t, err, webtrunk.Exhausted)
		number := "+15550100102"
		if _, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Phone: &number}); err != nil {
			t.Fatal(err)
		}
		_, err = w.BeginVerification(t.Context(), of(c))
		refused(t, err, webtrunk.Exhausted)
		w.clock.pass(time.Hour)
		w.verify(c)
		none := ""
		if _, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Phone: &none}); err != nil {
			t.Fatal(err)
		}
		_, err = w.BeginVerification(t.Context(), of(c))
		refused(t, err, webtrunk.Conflict, "no telephone number")
	})
}
