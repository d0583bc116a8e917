package directory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// customer makes a customer of a shop with a password.
func (w *world) customer(by Principal, email string) Customer {
	w.t.Helper()
	c, err := w.CreateCustomer(w.t.Context(), by, NewCustomer{Subject: "user-" + email, Name: "Grace", Email: email, Phone: "+1 555 010 0101", Password: passphrase})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func TestACustomerIsKeptAsTheyAreCalled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c, err := w.CreateCustomer(t.Context(), shop, NewCustomer{Subject: "user-1", Name: " Grace ", Email: " Grace@Example.com", Phone: "+1 (555) 010-0101",
			Locale: "zh-CN", Metadata: map[string]string{"tier": "gold"}})
		if err != nil {
			t.Fatal(err)
		}
		for name, get := range map[string]func() (Customer, error){
			"by ID":      func() (Customer, error) { return w.Customer(t.Context(), shop, c.ID) },
			"by subject": func() (Customer, error) { return w.CustomerBySubject(t.Context(), shop.Account, false, "user-1") },
		} {
			got, err := get()
			if err != nil || got.ID != c.ID || got.Name != "Grace" || got.Email != "grace@example.com" || got.Phone != "+15550100101" ||
				!got.Verified.IsZero() || got.Locale != "zh-CN" || got.Metadata["tier"] != "gold" || got.Password || !got.Created.Equal(c.Created) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		again, err := w.CreateCustomer(t.Context(), shop, NewCustomer{ID: c.ID, Subject: "user-1"})
		if err != nil || again.Name != "Grace" {
			t.Errorf("the same request again: %+v, %v", again, err)
		}
		unnamed, err := w.CreateCustomer(t.Context(), shop, NewCustomer{})
		if err != nil || unnamed.Subject != unnamed.ID {
			t.Errorf("without a subject: %+v, %v", unnamed, err)
		}
	})
}

func TestACustomerIsOneOfTheirAccountAndMode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		c := w.customer(shop, "grace@example.com")
		test := shop
		test.Test = true
		for _, stranger := range []Principal{other, test} {
			_, err := w.Customer(t.Context(), stranger, c.ID)
			refused(t, err, webtrunk.NotFound)
			_, err = w.UpdateCustomer(t.Context(), stranger, c.ID, CustomerChange{Name: new(string)})
			refused(t, err, webtrunk.NotFound)
			refused(t, w.DeleteCustomer(t.Context(), stranger, c.ID), webtrunk.NotFound)
			_, err = w.CustomerBySubject(t.Context(), stranger.Account, stranger.Test, c.Subject)
			refused(t, err, webtrunk.NotFound)
			_, _, err = w.PasswordTicket(t.Context(), stranger, c.ID)
			refused(t, err, webtrunk.NotFound)
			if all, err := w.Customers(t.Context(), stranger, CustomersAsked{}); err != nil || len(all) != 0 {
				t.Errorf("a stranger lists %v, %v", all, err)
			}
			w.customer(stranger, "grace@example.com") // the same person, another's customer
		}
		_, err := w.CreateCustomer(t.Context(), shop, NewCustomer{Subject: c.Subject})
		refused(t, err, webtrunk.Conflict, "subject")
		_, err = w.CreateCustomer(t.Context(), shop, NewCustomer{Email: "GRACE@example.com"})
		refused(t, err, webtrunk.Conflict, "email")
		alan := w.customer(shop, "alan@example.com")
		taken := "grace@example.com"
		_, err = w.UpdateCustomer(t.Context(), shop, alan.ID, CustomerChange{Email: &taken})
		refused(t, err, webtrunk.Conflict, "email")
	})
}

func TestCustomersAreListedAndFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		var ids []string
		for _, email := range []string{"a@example.com", "b@example.com", "c@example.com"} {
			ids = append(ids, w.customer(shop, email).ID)
		}
		slices.Sort(ids)
		slices.Reverse(ids)
		listed := func(asked CustomersAsked) (got []string) {
			all, err := w.Customers(t.Context(), shop, asked)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range all {
				got = append(got, c.ID)
			}
			return got
		}
		if got := listed(CustomersAsked{}); !slices.Equal(got, ids) {
			t.Errorf("listed %v, want %v", got, ids)
		}
		if got := listed(CustomersAsked{Page: Page{After: ids[0], Limit: 1}}); !slices.Equal(got, ids[1:2]) {
			t.Errorf("the second page is %v, want %v", got, ids[1:2])
		}
		b, err := w.CustomerBySubject(t.Context(), shop.Account, false, "user-b@example.com")
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range []CustomersAsked{{Subject: "user-b@example.com"}, {Email: "B@example.com"}} {
			if got := listed(asked); !slices.Equal(got, []string{b.ID}) {
				t.Errorf("%+v finds %v", asked, got)
			}
		}
		if got := listed(CustomersAsked{Subject: "user-a@example.com", Email: "b@example.com"}); got != nil {
			t.Errorf("what nobody is finds %v", got)
		}
	})
}

func TestAnotherNumberIsNotVerified(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c := w.customer(shop, "grace@example.com")
		err := w.db.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE customers SET phone_verified = $1 WHERE id = $2`, store.Micros(w.clock.read()), c.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		name, same, another := "Grace H.", "+1 555 010-0101", "+15550100102"
		got, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Name: &name, Phone: &same})
		if err != nil || got.Verified.IsZero() || got.Name != name {
			t.Fatalf("the same number in other words: %+v, %v", got, err)
		}
		got, err = w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Phone: &another})
		if err != nil || !got.Verified.IsZero() || got.Phone != another {
			t.Fatalf("another number: %+v, %v", got, err)
		}
	})
}

func TestWhatCannotBeACustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		for words, n := range map[string]NewCustomer{
			"subject":         {Subject: "a/b"},
			"64":              {Subject: strings.Repeat("x", 65)},
			"one line":        {Name: "a\nb"},
			"email address":   {Email: "nobody"},
			"cannot be calle": {Phone: "0301234"},
			"BCP 47":          {Locale: "de_DE"},
			"needs an email":  {Password: passphrase},
			"12 characters":   {Email: "a@example.com", Password: "short"},
			"must not be the": {Email: "grace@example.com", Password: "grace@example.com"},
		} {
			_, err := w.CreateCustomer(t.Context(), shop, n)
			refused(t, err, webtrunk.Invalid, words)
		}
		c := w.customer(shop, "grace@example.com")
		none := ""
		_, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Email: &none})
		refused(t, err, webtrunk.Invalid, "needs an email")
		stale := errors.New("changed")
		_, err = w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Name: &none, If: func(time.Time) error {
			return &webtrunk.Error{Op: "match", Kind: webtrunk.Conflict, Message: "It has changed.", Err: stale}
		}})
		if got, _ := w.Customer(t.Context(), shop, c.ID); !errors.Is(err, stale) || got.Name != "Grace" {
			t.Errorf("a change of another version: %+v, %v", got, err)
		}
	})
}

func TestEventsTellOfCustomersAndNotWhoTheyAre(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c := w.customer(shop, "grace@example.com")
		name := "Grace Hopper"
		if _, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Name: &name, Metadata: &map[string]string{"note": "vip"}}); err != nil {
			t.Fatal(err)
		}
		ticket, _, err := w.PasswordTicket(t.Context(), shop, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.ChoosePassword(t.Context(), ticket, "other words make another", Browser{Address: home}); err != nil {
			t.Fatal(err)
		}
		if err := w.DeleteCustomer(t.Context(), shop, c.ID); err != nil {
			t.Fatal(err)
		}
		types, said := w.happened(shop.Account)
		want := []string{"account.created", "customer.created", "customer.updated", "customer.password_requested", "customer.password_changed", "customer.deleted"}
		if !slices.Equal(types, want) {
			t.Errorf("told %v, want %v", types, want)
		}
		if !strings.Contains(said, c.ID) {
			t.Errorf("nobody learns of whom it is told: %s", said)
		}
		for _, hidden := range []string{"Grace", "grace", "example.com", "5550100101", "user-", "vip", ticket, hashOf(ticket)} {
			if strings.Contains(said, hidden) {
				t.Errorf("the log tells %q: %s", hidden, said)
			}
		}
	})
}

func TestWhoHasMoneyLeftIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c := w.customer(shop, "grace@example.com")
		owes := true
		w.o.Leaving = func(_ context.Context, leaving Customer) error {
			if owes && leaving.Subject == c.Subject {
				return conflict("customer", "There is money left.")
			}
			return nil
		}
		refused(t, w.DeleteCustomer(t.Context(), shop, c.ID), webtrunk.Conflict, "money left")
		if _, err := w.Customer(t.Context(), shop, c.ID); err != nil {
			t.Errorf("refused, and gone: %v", err)
		}
		owes = false
		if err := w.DeleteCustomer(t.Context(), shop, c.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.Customer(t.Context(), shop, c.ID)
		refused(t, err, webtrunk.NotFound)
	})
}
