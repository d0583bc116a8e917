package directory

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"webtrunk"
	"webtrunk/store"
)

const passphrase = "several words make one"

var home = netip.MustParseAddr("192.0.2.1")

// person makes a person with a password.
func (w *world) person(by Principal, email string, role Role) Person {
	w.t.Helper()
	p, _, err := w.CreatePerson(w.t.Context(), by, NewPerson{Email: email, Name: "Ada", Role: role, Password: passphrase})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) login(email, password, code string) (Access, error) {
	return w.Login(w.t.Context(), Login{Email: email, Password: password, Code: code, Address: home, Agent: "test\r\nbrowser"})
}

func (w *world) mustLogin(email, password, code string) Access {
	w.t.Helper()
	a, err := w.login(email, password, code)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func TestASessionEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		ada := w.person(shop, "ada@example.com", Agent)
		operator := Principal{Account: shop.Account, Operator: true}
		suspend := func(s Status) error {
			_, err := w.UpdateAccount(t.Context(), operator, shop.Account, AccountChange{Status: &s})
			return err
		}
		for _, c := range []struct {
			name string
			end  func(Access) error
		}{
			{"logged out", func(a Access) error { return w.Logout(t.Context(), a.Cookie) }},
			{"revoked", func(Access) error { return w.RevokeSessions(t.Context(), shop, ada.ID) }},
			{"idle", func(Access) error { w.clock.pass(SessionIdle); return nil }},
			{"suspended", func(Access) error { return suspend(Suspended) }},
			{"reset", func(Access) error { _, _, err := w.ResetPassword(t.Context(), shop, ada.ID, false); return err }},
		} {
			if err := suspend(Active); err != nil {
				t.Fatal(err)
			}
			a := w.mustLogin("ada@example.com", passphrase, "")
			if p, csrf, err := w.Session(t.Context(), a.Cookie); err != nil || p.ID != ada.ID || csrf != a.CSRF || p.May(CallsWrite) != nil || p.May(KeysWrite) == nil {
				t.Fatalf("%s: logged in as %+v, %v", c.name, p, err)
			}
			if err := c.end(a); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			_, _, err := w.Session(t.Context(), a.Cookie)
			refused(t, err, webtrunk.Forbidden, "Log in again")
		}
	})
}

func TestASessionLivesSevenDaysAtMostHoweverBusy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person(w.account("Shop"), "ada@example.com", Agent)
		a := w.mustLogin("ada@example.com", passphrase, "")
		for begun := w.clock.read(); w.clock.read().Sub(begun) < SessionLife-time.Hour; w.clock.pass(6 * time.Hour) {
			if _, _, err := w.Session(t.Context(), a.Cookie); err != nil {
				t.Fatalf("after %v: %v", w.clock.read().Sub(begun), err)
			}
		}
		w.clock.pass(2 * time.Hour)
		_, _, err := w.Session(t.Context(), a.Cookie)
		refused(t, err, webtrunk.Forbidden)
	})
}

func TestALoginBeginsASessionThatNobodyHasSeen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		ada := w.person(shop, "ada@example.com", Owner)
		planted := w.mustLogin("ada@example.com", passphrase, "")
		a, err := w.Login(t.Context(), Login{Email: "ada@example.com", Password: passphrase, Previous: planted.Cookie, Address: home})
		if err != nil || a.Cookie == planted.Cookie || len(a.Cookie) < 43 {
			t.Fatalf("logged in with %q, %v", a.Cookie, err)
		}
		if _, _, err := w.Session(t.Context(), planted.Cookie); err == nil {
			t.Error("the session that the browser had goes on")
		}
		all, err := w.Sessions(t.Context(), shop, ada.ID, a.Cookie)
		if err != nil || len(all) != 1 || !all[0].Current || strings.ContainsAny(all[0].Agent, "\r\n") {
			t.Errorf("listed %+v, %v", all, err)
		}
		var kept int
		if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM sessions WHERE hash = $1 OR id = $1`, a.Cookie).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("the cookie itself is kept: %d, %v", kept, err)
		}
	})
}

func TestALoginTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person(w.account("Shop"), "ada@example.com", Owner)
		_, wrong := w.login("ada@example.com", "wrong, quite wrong", "")
		_, unknown := w.login("bob@example.com", "wrong, quite wrong", "")
		refused(t, wrong, webtrunk.Forbidden, "email address, the password or the code")
		if wrong.Error() != unknown.Error() {
			t.Errorf("%v is told from %v", wrong, unknown)
		}
	})
}

// The work is the same: one hash of the usual cost for each, so that no clock
// tells who exists. What is compared is what the two cost the processor, for a
// busy machine takes any time over either; the least of several in turn, for it
// lends its caches too.
func TestALoginTakesAsLongForNobody(t *testing.T) {
	w := empty(t, Options{})
	w.person(w.account("Shop"), "ada@example.com", Owner)
	there, gone := time.Hour, time.Hour
	for i := range 5 {
		there = min(there, w.wrongLogin("ada@example.com", i))
		gone = min(gone, w.wrongLogin("bob@example.com", i))
	}
	if gone < there/3 || there < gone/3 {
		t.Errorf("somebody takes %v, nobody %v", there, gone)
	}
}

// wrongLogin returns what the processors spend on a login with a wrong password.
// No other test runs meanwhile: those that run in parallel wait for this one.
func (w *world) wrongLogin(email string, i int) time.Duration {
	w.t.Helper()
	if err := w.db.Tx(w.t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(w.t.Context(), `DELETE FROM attempts`); return err }); err != nil {
		w.t.Fatal(err)
	}
	before := spentByProcess(w.t)
	if _, err := w.login(email, fmt.Sprint("wrong, quite wrong", i), ""); webtrunk.KindOf(err) != webtrunk.Forbidden {
		w.t.Fatal(err)
	}
	return spentByProcess(w.t) - before
}

func spentByProcess(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestAttemptsRunOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person(w.account("Shop"), "ada@example.com", Owner)
		var wrong, many int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range perEmail.attempts + 5 { // at once, so that checking before counting would let them all through
			all.Go(func() {
				_, err := w.login("ADA@example.com ", "wrong, quite wrong", "")
				mu.Lock()
				defer mu.Unlock()
				switch webtrunk.KindOf(err) {
				case webtrunk.Forbidden:
					wrong++
				case webtrunk.Exhausted:
					many++
				}
			})
		}
		all.Wait()
		if wrong != perEmail.attempts || many != 5 {
			t.Errorf("%d were tried and %d refused, want %d and 5", wrong, many, perEmail.attempts)
		}
		_, err := w.login("ada@example.com", passphrase, "")
		refused(t, err, webtrunk.Exhausted, "Too many attempts. Wait 1", "minutes")
		_, err = w.login("nobody@example.com", passphrase, "") // others are not kept out
		refused(t, err, webtrunk.Forbidden)
		w.clock.pass(perEmail.window)
		w.mustLogin("ada@example.com", passphrase, "")
	})
}

func TestASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		ada := w.person(shop, "ada@example.com", Developer)
		me := Principal{Account: shop.Account, ID: ada.ID}
		e, err := w.EnrolSecondFactor(t.Context(), me)
		if err != nil || !strings.HasPrefix(e.URL, "otpauth://totp/Webtrunk:ada@example.com?") {
			t.Fatalf("enrolled %+v, %v", e, err)
		}
		code := func() string {
			c, err := totp.GenerateCode(e.Secret, w.clock.read())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		w.mustLogin("ada@example.com", passphrase, "") // it does not count yet
		_, err = w.ConfirmSecondFactor(t.Context(), me, "000000")
		refused(t, err, webtrunk.Forbidden, "code is wrong")
		recovery, err := w.ConfirmSecondFactor(t.Context(), me, code())
		if err != nil || len(recovery) != recoveryCodes {
			t.Fatalf("confirmed with %v, %v", recovery, err)
		}

		_, err = w.login("ada@example.com", passphrase, "")
		if !errors.Is(err, ErrSecondFactor) {
			t.Errorf("without a code: %v", err)
		}
		_, err = w.login("ada@example.com", "wrong, quite wrong", code())
		refused(t, err, webtrunk.Forbidden)
		if errors.Is(err, ErrSecondFactor) {
			t.Error("who does not know the password learns of the second factor")
		}
		_, err = w.login("ada@example.com", passphrase, code()) // it confirmed, so it is used up
		refused(t, err, webtrunk.Forbidden)
		w.clock.pass(time.Minute)
		w.mustLogin("ada@example.com", passphrase, code())
		_, err = w.login("ada@example.com", passphrase, code())
		refused(t, err, webtrunk.Forbidden)

		w.mustLogin("ada@example.com", passphrase, strings.ToUpper(recovery[3]))
		_, err = w.login("ada@example.com", passphrase, recovery[3])
		refused(t, err, webtrunk.Forbidden)

		if err := w.DisableSecondFactor(t.Context(), me, recovery[4]); err != nil {
			t.Fatal(err)
		}
		w.mustLogin("ada@example.com", passphrase, "")
		types, said := w.happened(shop.Account)
		if !slices.Contains(types, "person.second_factor_enabled") || strings.Contains(said, e.Secret) || strings.Contains(said, recovery[0]) {
			t.Errorf("told %v: %s", types, said)
		}
	})
}

func TestPasswords(t *testing.T) {
	w := empty(t, Options{})
	h := w.hashing
	first, err := h.hash(t.Context(), passphrase)
	if err != nil || !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hashed as %q, %v", first, err)
	}
	if second, _ := h.hash(t.Context(), passphrase); second == first {
		t.Error("two people with one password have one hash")
	}
	for password, fits := range map[string]bool{passphrase: true, passphrase + " ": false, "": false} {
		if got, err := h.verify(t.Context(), password, first); got != fits || err != nil {
			t.Errorf("%q fits: %v, %v", password, got, err)
		}
	}
	for _, broken := range []string{"x", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA", strings.Replace(first, "t=2", "t=0", 1)} {
		if fits, err := h.verify(t.Context(), passphrase, broken); fits || err == nil {
			t.Errorf("%q: %v, %v", broken, fits, err)
		}
	}
	for password, says := range map[string]string{
		"short": "at least 12", strings.Repeat("ab", 65): "at most 128", "Ada@Example.com": "not be the email", "aaaaaaaaaaaaaaa": "one character", "": "at least 12", "abcdefghijkl\xff": "UTF-8",
	} {
		refused(t, checkPassword(password, "ada@example.com"), webtrunk.Invalid, says)
	}
}

func TestHashingIsBounded(t *testing.T) {
	h := newHashing(1)
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range cap(h.waiting) {
		h.waiting <- struct{}{}
	}
	_, err = h.hash(t.Context(), passphrase)
	refused(t, err, webtrunk.Exhausted, "Too many people")
	leave()
}

func TestPeopleGiveNoMoreThanTheyHave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		owner, dev := w.person(shop, "owner@example.com", Owner), w.person(shop, "dev@example.com", Developer)
		as := func(p Person) Principal { return w.mustLogin(p.Email, passphrase, "").Principal }
		admin := as(w.person(shop, "admin@example.com", Admin))
		fewer := Principal{Account: shop.Account, ID: "key_1", Rights: []Right{PeopleWrite, PeopleRead}}
		up := Owner
		_, _, err := w.CreatePerson(t.Context(), fewer, NewPerson{Email: "x@example.com", Name: "X", Role: Viewer})
		refused(t, err, webtrunk.Forbidden, "you do not have")
		_, err = w.UpdatePerson(t.Context(), admin, dev.ID, PersonChange{Role: &up})
		refused(t, err, webtrunk.Forbidden, "Only an owner")
		_, _, err = w.ResetPassword(t.Context(), admin, owner.ID, true)
		refused(t, err, webtrunk.Forbidden, "Only an owner")
		refused(t, w.DeletePerson(t.Context(), admin, owner.ID), webtrunk.Forbidden, "Only an owner")
		refused(t, w.DeletePerson(t.Context(), as(owner), owner.ID), webtrunk.Conflict, "only owner")
		if _, err := w.UpdatePerson(t.Context(), as(owner), dev.ID, PersonChange{Role: &up}); err != nil {
			t.Error(err)
		}
		if err := w.DeletePerson(t.Context(), as(dev), owner.ID); err != nil {
			t.Error(err)
		}
		_, _, err = w.CreatePerson(t.Context(), shop, NewPerson{Email: "DEV@example.com", Name: "X", Role: Viewer})
		refused(t, err, webtrunk.Conflict, "already")
		_, said := w.happened(shop.Account)
		if strings.Contains(said, "argon2") || strings.Contains(said, passphrase) {
			t.Errorf("a password is told: %s", said)
		}
	})
}

func TestAnInvitationLapses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, oneTime, err := w.CreatePerson(t.Context(), w.account("Shop"), NewPerson{Email: "bob@example.com", Name: "Bob", Role: Viewer})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.login("bob@example.com", oneTime, "")
		if !errors.Is(err, ErrNewPassword) {
			t.Errorf("the one-time password opens: %v", err)
		}
		w.clock.pass(oneTimeLife)
		_, err = w.Login(t.Context(), Login{Email: "bob@example.com", Password: oneTime, NewPassword: passphrase, Address: home})
		refused(t, err, webtrunk.Forbidden, "expired")
	})
}

func TestAPasswordIsChangedByWhoKnowsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person(w.account("Shop"), "ada@example.com", Viewer)
		other, mine := w.mustLogin("ada@example.com", passphrase, ""), w.mustLogin("ada@example.com", passphrase, "")
		const chosen = "another set of words"
		refused(t, w.ChangePassword(t.Context(), mine.Principal, mine.Cookie, "wrong, quite wrong", chosen), webtrunk.Forbidden, "old password")
		if err := w.ChangePassword(t.Context(), mine.Principal, mine.Cookie, passphrase, chosen); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Session(t.Context(), mine.Cookie); err != nil {
			t.Error("the session that changed it has ended")
		}
		if _, _, err := w.Session(t.Context(), other.Cookie); err == nil {
			t.Error("the other session goes on")
		}
		w.mustLogin("ada@example.com", chosen, "")
	})
}
