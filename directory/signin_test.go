package directory

import (
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
)

func (w *world) signIn(key, email, password string) (CustomerAccess, error) {
	return w.SignIn(w.t.Context(), SignIn{Key: key, Email: email, Password: password}, Browser{Address: home, Agent: "test\r\nbrowser"})
}

func (w *world) mustSignIn(key, email, password string) CustomerAccess {
	w.t.Helper()
	a, err := w.signIn(key, email, password)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func TestACustomersSessionEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		key, c := w.page(shop).Key, w.customer(shop, "grace@example.com")
		operator := Principal{Account: shop.Account, Operator: true}
		suspend := func(s Status) error {
			_, err := w.UpdateAccount(t.Context(), operator, shop.Account, AccountChange{Status: &s})
			return err
		}
		disable := func(off bool) error {
			_, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Disabled: &off})
			return err
		}
		password := passphrase
		for _, ends := range []struct {
			name string
			end  func(CustomerAccess) error
		}{
			{"signed out", func(a CustomerAccess) error { return w.SignOut(t.Context(), a.Cookie) }},
			{"disabled", func(CustomerAccess) error { return disable(true) }},
			{"idle", func(CustomerAccess) error { w.clock.pass(SessionIdle); return nil }},
			{"suspended", func(CustomerAccess) error { return suspend(Suspended) }},
			{"another password, by the site", func(CustomerAccess) error {
				password = "the site's own new words"
				_, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Password: &password})
				return err
			}},
			{"another password, by a link", func(CustomerAccess) error {
				ticket, _, err := w.PasswordTicket(t.Context(), shop, c.ID)
				if err != nil {
					return err
				}
				password = "a link's own new words"
				return w.ChoosePassword(t.Context(), ticket, password, Browser{Address: home})
			}},
			{"deleted", func(CustomerAccess) error { return w.DeleteCustomer(t.Context(), shop, c.ID) }},
		} {
			if err := suspend(Active); err != nil {
				t.Fatal(err)
			}
			if err := disable(false); err != nil {
				t.Fatal(err)
			}
			a := w.mustSignIn(key, " Grace@example.com", password)
			p, csrf, err := w.CustomerSession(t.Context(), a.Cookie)
			if err != nil || p.ID != c.ID || p.Account != shop.Account || p.Test || p.Operator || len(p.Rights) != 0 || csrf != a.CSRF {
				t.Fatalf("%s: signed in as %+v, %v", ends.name, p, err)
			}
			if _, _, err := w.Session(t.Context(), a.Cookie); err == nil {
				t.Fatalf("%s: a customer is logged in as one who works here", ends.name)
			}
			if err := ends.end(a); err != nil {
				t.Fatalf("%s: %v", ends.name, err)
			}
			_, _, err = w.CustomerSession(t.Context(), a.Cookie)
			refused(t, err, webtrunk.Forbidden, "Sign in again")
		}
	})
}

func TestWhoWorksHereIsNoCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		w.person(shop, "ada@example.com", Owner)
		a := w.mustLogin("ada@example.com", passphrase, "")
		_, _, err := w.CustomerSession(t.Context(), a.Cookie)
		refused(t, err, webtrunk.Forbidden)
		_, err = w.signIn(w.page(shop).Key, "ada@example.com", passphrase)
		refused(t, err, webtrunk.Forbidden)
		w.customer(shop, "grace@example.com")
		_, err = w.login("grace@example.com", passphrase, "")
		refused(t, err, webtrunk.Forbidden)
	})
}

func TestASignInTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		key, test := w.page(shop).Key, shop
		test.Test = true
		w.customer(shop, "grace@example.com")
		off, gone := true, w.customer(shop, "off@example.com")
		if _, err := w.UpdateCustomer(t.Context(), shop, gone.ID, CustomerChange{Disabled: &off}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.CreateCustomer(t.Context(), shop, NewCustomer{Email: "none@example.com"}); err != nil {
			t.Fatal(err)
		}
		_, wrong := w.signIn(key, "grace@example.com", "wrong, quite wrong")
		refused(t, wrong, webtrunk.Forbidden, "email address or the password")
		for name, try := range map[string][3]string{
			"unknown":           {key, "bob@example.com", passphrase},
			"disabled":          {key, "off@example.com", passphrase},
			"no password":       {key, "none@example.com", ""},
			"no email":          {key, "", ""},
			"another's account": {w.page(other).Key, "grace@example.com", passphrase},
			"the other mode":    {w.page(test).Key, "grace@example.com", passphrase},
		} {
			_, err := w.signIn(try[0], try[1], try[2])
			if err == nil || err.Error() != wrong.Error() {
				t.Errorf("%s: %v is told from %v", name, err, wrong)
			}
		}
	})
}

func TestPasswordsOfCustomersAreNotTriedOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		key := w.page(shop).Key
		w.customer(shop, "grace@example.com")
		w.customer(other, "grace@example.com")
		w.person(shop, "ada@example.com", Owner)
		var all sync.WaitGroup
		for range perEmail.attempts {
			all.Go(func() { w.signIn(key, "grace@example.com", "wrong, quite wrong") })
		}
		all.Wait()
		_, err := w.signIn(key, "Grace@example.com", passphrase)
		refused(t, err, webtrunk.Exhausted, "Too many attempts")
		w.mustSignIn(w.page(other).Key, "grace@example.com", passphrase)
		w.mustLogin("ada@example.com", passphrase, "")
		w.clock.pass(perEmail.window)
		w.mustSignIn(key, "grace@example.com", passphrase)
		for range perAddress.attempts {
			w.signIn(key, "nobody@example.com", "wrong, quite wrong")
			w.clock.pass(time.Second)
		}
		_, err = w.signIn(key, "grace@example.com", passphrase)
		refused(t, err, webtrunk.Exhausted)
		w.mustLogin("ada@example.com", passphrase, "") // from the same address
		elsewhere := Browser{Address: netip.MustParseAddr("198.51.100.7")}
		if _, err := w.SignIn(t.Context(), SignIn{key, "grace@example.com", passphrase}, elsewhere); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
	})
}

// token makes a client token whose identity is of a subject.
func (w *world) token(by Principal, subject string) (ClientToken, string) {
	w.t.Helper()
	made, token, err := w.CreateClientToken(w.t.Context(), by, NewClientToken{Identity: Visitor{Subject: subject}, Life: time.Minute})
	if err != nil {
		w.t.Fatal(err)
	}
	return made, token
}

func TestASiteSignsItsCustomerIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		c := w.customer(shop, "grace@example.com")
		from := Browser{Address: home}
		_, token := w.token(shop, c.Subject)
		a, err := w.SignInByToken(t.Context(), token, from)
		if err != nil || a.Customer.ID != c.ID {
			t.Fatalf("signed in %+v, %v", a, err)
		}
		if p, _, err := w.CustomerSession(t.Context(), a.Cookie); err != nil || p.ID != c.ID {
			t.Fatalf("it is %+v, %v", p, err)
		}
		_, err = w.SignInByToken(t.Context(), token, from)
		refused(t, err, webtrunk.Forbidden, "used before")
		_, unknown := w.token(shop, "user-nobody")
		_, others := w.token(other, c.Subject)
		test := shop
		test.Test = true
		_, modes := w.token(test, c.Subject)
		withdrawn, gone := w.token(shop, c.Subject)
		if err := w.RevokeClientToken(t.Context(), shop, withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		_, late := w.token(shop, c.Subject)
		for name, token := range map[string]string{"of nobody": unknown, "of another account": others, "of the other mode": modes,
			"withdrawn": gone, "no token": "eyJ", "nothing": "", "too long": strings.Repeat("e", maxToken+1)} {
			if _, err := w.SignInByToken(t.Context(), token, from); webtrunk.KindOf(err) != webtrunk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if all, err := w.Customers(t.Context(), shop, CustomersAsked{Subject: "user-nobody"}); err != nil || len(all) != 0 {
			t.Errorf("an unknown subject has become the customer %v, %v", all, err)
		}
		w.clock.pass(2 * time.Minute)
		_, err = w.SignInByToken(t.Context(), late, from)
		refused(t, err, webtrunk.Forbidden)
		off := true
		if _, err := w.UpdateCustomer(t.Context(), shop, c.ID, CustomerChange{Disabled: &off}); err != nil {
			t.Fatal(err)
		}
		_, disabled := w.token(shop, c.Subject)
		_, err = w.SignInByToken(t.Context(), disabled, from)
		refused(t, err, webtrunk.Forbidden)
	})
}

func TestATokenOfManyTabsSignsInOne(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		c := w.customer(shop, "grace@example.com")
		_, token := w.token(shop, c.Subject)
		in := make(chan string, 8)
		var all sync.WaitGroup
		for range cap(in) {
			all.Go(func() {
				if a, err := w.SignInByToken(t.Context(), token, Browser{Address: home}); err == nil {
					in <- a.Cookie
				}
			})
		}
		all.Wait()
		if len(in) != 1 {
			t.Errorf("%d tabs are signed in by one token, want 1", len(in))
		}
	})
}

func TestALinkChoosesOnePasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		key, from := w.page(shop).Key, Browser{Address: home}
		c := w.customer(shop, "grace@example.com")
		old, _, err := w.PasswordTicket(t.Context(), shop, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		ticket, until, err := w.PasswordTicket(t.Context(), shop, c.ID)
		if err != nil || !until.Equal(w.clock.read().UTC().Truncate(time.Microsecond).Add(ticketLife)) {
			t.Fatalf("it counts until %v, %v", until, err)
		}
		const chosen = "my own several words"
		refused(t, w.ChoosePassword(t.Context(), old, chosen, from), webtrunk.Forbidden, "Ask the site")
		refused(t, w.ChoosePassword(t.Context(), "", chosen, from), webtrunk.Forbidden)
		refused(t, w.ChoosePassword(t.Context(), newSecret("cpt_"), chosen, from), webtrunk.Forbidden)
		refused(t, w.ChoosePassword(t.Context(), ticket, "short", from), webtrunk.Invalid)
		refused(t, w.ChoosePassword(t.Context(), ticket, "", from), webtrunk.Invalid)
		w.mustSignIn(key, "grace@example.com", passphrase) // it counts until another is chosen
		if err := w.ChoosePassword(t.Context(), ticket, chosen, from); err != nil {
			t.Fatal(err)
		}
		refused(t, w.ChoosePassword(t.Context(), ticket, "yet some other words", from), webtrunk.Forbidden)
		_, err = w.signIn(key, "grace@example.com", passphrase)
		refused(t, err, webtrunk.Forbidden)
		w.mustSignIn(key, "grace@example.com", chosen)
		late, _, err := w.PasswordTicket(t.Context(), shop, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.pass(ticketLife)
		refused(t, w.ChoosePassword(t.Context(), late, "yet some other words", from), webtrunk.Forbidden)
		mute, err := w.CreateCustomer(t.Context(), shop, NewCustomer{})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.PasswordTicket(t.Context(), shop, mute.ID)
		refused(t, err, webtrunk.Conflict, "no email address")
	})
}

func TestWhoChangesTheirPasswordStaysSignedInHereAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		key, c := w.page(shop).Key, w.customer(shop, "grace@example.com")
		here, there := w.mustSignIn(key, "grace@example.com", passphrase), w.mustSignIn(key, "grace@example.com", passphrase)
		me := Principal{Account: shop.Account, ID: c.ID}
		const chosen = "my own several words"
		refused(t, w.ReplacePassword(t.Context(), me, here.Cookie, "wrong, quite wrong", chosen), webtrunk.Forbidden, "old password")
		if err := w.ReplacePassword(t.Context(), me, here.Cookie, passphrase, chosen); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.CustomerSession(t.Context(), here.Cookie); err != nil {
			t.Errorf("signed out here: %v", err)
		}
		_, _, err := w.CustomerSession(t.Context(), there.Cookie)
		refused(t, err, webtrunk.Forbidden)
		w.mustSignIn(key, "grace@example.com", chosen)
	})
}

func TestNoCookieOfACustomerIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		key := w.page(shop).Key
		w.customer(shop, "grace@example.com")
		planted := w.mustSignIn(key, "grace@example.com", passphrase)
		a, err := w.SignIn(t.Context(), SignIn{key, "grace@example.com", passphrase}, Browser{Previous: planted.Cookie, Address: home, Agent: "a\r\nb"})
		if err != nil || a.Cookie == planted.Cookie || len(a.Cookie) < 43 {
			t.Fatalf("signed in with %q, %v", a.Cookie, err)
		}
		if _, _, err := w.CustomerSession(t.Context(), planted.Cookie); err == nil {
			t.Error("the session that the browser had goes on")
		}
		var kept int
		var agent string
		if err := w.db.QueryRow(t.Context(), `SELECT count(*), max(agent) FROM customer_sessions`).Scan(&kept, &agent); err != nil || kept != 1 || strings.ContainsAny(agent, "\r\n") {
			t.Errorf("%d sessions are kept, of %q, %v", kept, agent, err)
		}
		if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM customer_sessions WHERE hash = $1 OR id = $1`, a.Cookie).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("the cookie itself is kept: %d, %v", kept, err)
		}
	})
}
