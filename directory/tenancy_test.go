package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
)

func TestAKeyOpensItsAccountAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		k, secret, err := w.CreateKey(t.Context(), shop, NewKey{Name: "server", Kind: Secret, Expires: w.clock.read().Add(24 * time.Hour)})
		if err != nil || !strings.HasPrefix(secret, "sk_live_") || !strings.HasSuffix(secret, k.Hint[len(k.Hint)-4:]) {
			t.Fatalf("made %+v, %v", k, err)
		}
		p, err := w.Authenticate(t.Context(), secret)
		if err != nil || p.Account != shop.Account || p.ID != k.ID || p.Test || p.Operator || p.lacks(AllRights()) != "" {
			t.Fatalf("it opens %+v, %v", p, err)
		}
		used := func() time.Time {
			k, err := w.Key(t.Context(), shop, k.ID)
			if err != nil {
				t.Fatal(err)
			}
			return k.Used
		}
		first := used()
		w.clock.pass(30 * time.Second)
		w.Authenticate(t.Context(), secret)
		if !used().Equal(first) {
			t.Error("its use is written twice within a minute")
		}
		w.clock.pass(30 * time.Second)
		w.Authenticate(t.Context(), secret)
		if used().Equal(first) {
			t.Error("its use is not written after a minute")
		}
		end := len(secret) - 1
		for _, wrong := range []string{"", "x", "sk_live_", secret[:end], secret + "0", strings.Replace(secret, "sk_live_", "sk_test_", 1), newSecret("sk_live_")} {
			_, err := w.Authenticate(t.Context(), wrong)
			refused(t, err, webtrunk.Forbidden, "This API key does not work")
		}
		_, err = w.Authenticate(t.Context(), "pk_live_something")
		refused(t, err, webtrunk.Forbidden, "publishable")
		w.clock.pass(24 * time.Hour)
		_, err = w.Authenticate(t.Context(), secret)
		refused(t, err, webtrunk.Forbidden, "does not work")
		_, said := w.happened(shop.Account)
		if strings.Contains(said, secret) || strings.Contains(said, hashOf(secret)) {
			t.Error("the log tells the key")
		}
	})
}

func TestARevokedKeyAndOneOfASuspendedAccountOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		_, one, _ := w.CreateKey(t.Context(), shop, NewKey{Name: "a", Kind: Restricted, Rights: []Right{CallsRead}})
		k, two, err := w.CreateKey(t.Context(), shop, NewKey{Name: "b", Kind: Secret})
		if err != nil || !strings.HasPrefix(one, "rk_live_") {
			t.Fatal(one, err)
		}
		if p, err := w.Authenticate(t.Context(), one); err != nil || p.May(CallsRead) != nil || p.May(CallsWrite) == nil {
			t.Errorf("it may %v, %v", p.Rights, err)
		}
		for range 2 {
			if _, err := w.RevokeKey(t.Context(), shop, k.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.Authenticate(t.Context(), two)
		refused(t, err, webtrunk.Forbidden)
		off := Suspended
		if _, err := w.UpdateAccount(t.Context(), Principal{Operator: true}, shop.Account, AccountChange{Status: &off}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Authenticate(t.Context(), one)
		refused(t, err, webtrunk.Forbidden)
		types, _ := w.happened(shop.Account)
		if want := []string{"account.created", "key.created", "key.created", "key.revoked", "account.updated"}; !slices.Equal(types, want) {
			t.Errorf("told %v, want %v", types, want)
		}
	})
}

// reference makes a reference and returns its ID.
func (w *world) reference(by Principal, target string) string {
	w.t.Helper()
	r, err := w.CreateReference(w.t.Context(), by, NewReference{Target: addr(w.t, target)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.ID
}

func TestAReferenceIsReachedByAnyOfItsNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop", "+1555")
		till, desk := w.reference(shop, "+15550100123"), w.reference(shop, "browser:desk")
		n, err := w.CreateNumber(t.Context(), shop, NewNumber{Account: shop.Account, Number: "+15550100001", Reference: till})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.UpdateNumber(t.Context(), shop, n.ID, NumberChange{Extensions: &[]Extension{{"12", desk}}}); err != nil {
			t.Fatal(err)
		}
		seen, err := w.Reference(t.Context(), shop, till)
		if err != nil || len(seen.Aliases) != 4 {
			t.Fatalf("shown %+v, %v", seen, err)
		}
		for i, alias := range seen.Aliases {
			to, err := w.Address(alias.Value)
			if err != nil {
				t.Fatal(err)
			}
			call := webtrunk.CallID(fmt.Sprint("call_", i))
			got, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: to, Call: call})
			if err != nil || got.Address.Value != "+15550100123" || got.Shown != to {
				t.Errorf("%s reaches %v, %v", alias.Value, got, err)
			}
		}
		got, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, "+15550100001"), Extension: "12"})
		if err != nil || got.Address.Scheme != webtrunk.Browser {
			t.Errorf("the extension reaches %v, %v", got, err)
		}
		types, said := w.happened(shop.Account)
		if n := len(slices.DeleteFunc(types, func(s string) bool { return s != "reference.resolved" })); n != 4 {
			t.Errorf("%d resolutions are told, want those of the 4 calls", n)
		}
		if strings.Contains(said, "5550100123") {
			t.Errorf("the log tells the contact: %s", said)
		}
		refused(t, w.DeleteReference(t.Context(), shop, till), webtrunk.Conflict, "+15550100001 leads to this reference")
	})
}

func TestWhatIsNotThereAndWhatIsNotYoursAreTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop", "+1555"), w.account("Other", "+1555")
		test := shop
		test.Test = true
		soon := w.clock.read().Add(time.Hour)
		expiring, err := w.CreateReference(t.Context(), shop, NewReference{Target: addr(t, "+15550100123"), Expires: soon})
		if err != nil {
			t.Fatal(err)
		}
		disabled, withdrawn := w.reference(shop, "+15550100123"), w.reference(shop, "+15550100123")
		off := false
		if _, err := w.UpdateReference(t.Context(), shop, disabled, ReferenceChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, expiring.ID)}); err != nil {
			t.Fatal(err)
		}
		fewer := destinations(t, "+44")
		if _, err := w.UpdateAccount(t.Context(), Principal{Operator: true}, shop.Account, AccountChange{Destinations: &fewer}); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Hour)
		_, gone := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, "ref_gone")})
		for name, id := range map[string]string{"foreign": w.reference(other, "+15550100123"), "test": w.reference(test, "+15550100123"),
			"disabled": disabled, "expired": expiring.ID, "not allowed any more": withdrawn} {
			_, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, id)})
			if err == nil || strings.ReplaceAll(err.Error(), id, "ref_gone") != gone.Error() {
				t.Errorf("%s: %v, want %v", name, err, gone)
			}
		}
		foreign := w.reference(other, "+15550100123")
		n, err := w.CreateNumber(t.Context(), shop, NewNumber{Account: shop.Account, Number: "+15550100001"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.UpdateNumber(t.Context(), shop, n.ID, NumberChange{Reference: &foreign})
		refused(t, err, webtrunk.NotFound, "no such reference")
		_, err = w.CreateWidget(t.Context(), shop, NewWidget{Origins: []Origin{"https://shop.example"}, Destinations: destinations(t, foreign)})
		refused(t, err, webtrunk.NotFound)
		_, err = w.CreateNumber(t.Context(), shop, NewNumber{Account: other.Account, Number: "+15550100001"})
		refused(t, err, webtrunk.Conflict, "assigned already")
	})
}

func TestTwoDesksNeverAnswerEachOthersCalls(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.provision(shop(t))
		operator, a, b := Principal{Account: w.operator.ID}, w.account("A"), w.account("B")
		testing := a
		testing.Test = true
		at := map[webtrunk.Address]string{}
		for name, by := range map[string]Principal{"operator": operator, "a": a, "b": b, "a's test": testing} {
			got, err := w.Resolve(t.Context(), Query{Account: by.Account, Test: by.Test, To: addr(t, "browser:desk")})
			if err != nil || at[got.Address] != "" {
				t.Errorf("%s's desk is %v, as is %s's: %v", name, got.Address, at[got.Address], err)
			}
			if _, err := webtrunk.ParseAddress(got.Address.String()); err != nil {
				t.Error(err)
			}
			at[got.Address] = name
		}
		_, err := w.CreateReference(t.Context(), a, NewReference{Target: addr(t, "browser:desk."+strings.TrimPrefix(string(b.Account), "acct_"))})
		refused(t, err, webtrunk.Invalid, "1 to 32 letters")
	})
}

func TestTheConfigurationOwnsWhatItSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.provision(shop(t))
		operator := Principal{Account: w.operator.ID, Operator: true}
		w.provision(shop(t))
		types, said := w.happened(w.operator.ID)
		if want := []string{"account.created", "reference.created", "reference.created", "widget.created", "number.assigned"}; !slices.Equal(types, want) {
			t.Errorf("two starts told %v, want %v", types, want)
		}
		if strings.Contains(said, "447700900123") || strings.Contains(said, deskToken) {
			t.Errorf("the log tells a contact or a token: %s", said)
		}
		kept := w.reference(operator, "browser:till")

		off := false
		_, err := w.UpdateReference(t.Context(), operator, "ref_shop", ReferenceChange{Enabled: &off})
		refused(t, err, webtrunk.Conflict, "configuration")
		refused(t, w.DeleteReference(t.Context(), operator, "ref_shop"), webtrunk.Conflict, "configuration")
		widget := w.widget("pk_shop1")
		_, err = w.UpdateWidget(t.Context(), operator, widget.ID, WidgetChange{Enabled: &off})
		refused(t, err, webtrunk.Conflict, "configuration")
		refused(t, w.DeleteWidget(t.Context(), operator, widget.ID), webtrunk.Conflict, "configuration")
		numbers, err := w.Numbers(t.Context(), operator, Page{})
		if err != nil || len(numbers) != 1 {
			t.Fatal(numbers, err)
		}
		_, err = w.UpdateNumber(t.Context(), operator, numbers[0].ID, NumberChange{Reference: &kept})
		refused(t, err, webtrunk.Conflict, "configuration")

		fewer := shop(t)
		fewer.Widgets, fewer.Numbers, fewer.Receivers, fewer.References = nil, nil, nil, fewer.References[1:]
		w.provision(fewer)
		if _, err := w.Publishable(t.Context(), "pk_shop1"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a key that is gone from the file: %v", err)
		}
		if served, err := w.Serves(t.Context(), "https://shop.example"); served || err != nil {
			t.Errorf("its origin: %v, %v", served, err)
		}
		if _, err := w.resolve("ref_shop"); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("a reference that is gone: %v", err)
		}
		if _, err := w.resolve(kept); err != nil {
			t.Errorf("what was made over the API is gone too: %v", err)
		}
		taken := shop(t)
		taken.References = append(taken.References, NewReference{ID: kept, Target: addr(t, "browser:x")})
		_, err = w.Provision(t.Context(), taken)
		refused(t, err, webtrunk.Conflict, "made over the API")
	})
}

func TestThereIsOneOperator(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := Founding{Account: NewAccount{Name: "Us", Operator: true}, Owner: NewPerson{Email: "us@example.com", Name: "Us"}, Key: "first"}
		made, err := w.Found(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for secret, test := range map[string]bool{made.Secret: false, made.Test: true} {
			if p, err := w.Authenticate(t.Context(), secret); err != nil || !p.Operator || p.Account != made.Account.ID || p.Test != test {
				t.Errorf("its key opens %+v, %v", p, err)
			}
		}
		w.provision(shop(t))
		if w.operator.ID != made.Account.ID {
			t.Error("the configuration belongs to another account")
		}
		f.Account.Name, f.Owner.Email = "Them", "them@example.com"
		_, err = w.Found(t.Context(), f)
		refused(t, err, webtrunk.Conflict, `"Us" runs this gateway already`)
		f.Account.Operator, f.Owner.Email = false, "us@example.com"
		_, err = w.Found(t.Context(), f)
		refused(t, err, webtrunk.Conflict, "login with this email address")
		all, err := w.Accounts(t.Context(), Page{})
		if err != nil || len(all) != 1 {
			t.Errorf("what failed left something behind: %v, %v", all, err)
		}
	})
}

func TestListsGoOnWhereTheyEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		for range 5 {
			w.reference(shop, "browser:desk")
		}
		var seen []string
		for after := ""; ; {
			some, err := w.References(t.Context(), shop, Page{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			if len(some) == 0 {
				break
			}
			for _, r := range some {
				seen = append(seen, r.ID)
			}
			after = seen[len(seen)-1]
		}
		if len(seen) != 5 || !slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("listed %v", seen)
		}
	})
}

// A gateway that was started before anybody made an account has an operator's
// account without anybody in it; the first founder gets that one.
func TestTheOperatorsAccountGetsItsOwner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.provision(shop(t))
		f := Founding{Account: NewAccount{Name: "Us", Operator: true}, Owner: NewPerson{Email: "us@example.com", Name: "Us"}, Key: "first"}
		made, err := w.Found(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if made.Account.ID != w.operator.ID || made.Account.Name != "Us" {
			t.Errorf("founded %+v beside the operator's %s", made.Account, w.operator.ID)
		}
		if p, err := w.Authenticate(t.Context(), made.Secret); err != nil || p.Account != w.operator.ID {
			t.Errorf("its key opens %+v, %v", p, err)
		}
		f.Owner.Email = "them@example.com"
		_, err = w.Found(t.Context(), f)
		refused(t, err, webtrunk.Conflict, `"Us" runs this gateway already`)
	})
}

func TestASecretKeyHasEveryRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.provision(shop(t))
		by := Principal{Account: w.operator.ID, ID: CommandLine, Rights: AllRights()}
		_, _, err := w.CreateKey(t.Context(), by, NewKey{Name: "k", Kind: Secret, Rights: []Right{CallsRead}})
		refused(t, err, webtrunk.Invalid, "Make a restricted key")
	})
}
