package directory

import (
	"context"
	"testing"

	"webtrunk"
)

func TestParseDDI(t *testing.T) {
	for s, want := range map[string]DDI{
		"+1 (555) 010-0001": "+15550100001", "+49 30 12345*": "+493012345*", "+49301*": "+49301*",
		"+4930*": "", "+49*": "", "+*": "", "*": "", "": "", "0301234*": "", "+49301*2": "", "+49301**": "", "+4930123456789012*": "", "+49301\r\n*": "",
	} {
		if got, err := ParseDDI(s); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", s, got, err, want)
		}
	}
}

// A number plan: the longest block counts, whose ever it is, a number of its own
// before every block, and the digits behind a block are extensions.
func TestANumberPlan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop", "+1555"), w.account("Other", "+1555")
		desk, boss, ward := w.reference(shop, "browser:desk"), w.reference(shop, "browser:boss"), w.reference(other, "browser:ward")
		number := func(by Principal, ddi DDI, reference string, extensions ...Extension) {
			t.Helper()
			n, err := w.CreateNumber(t.Context(), by, NewNumber{Account: by.Account, Number: ddi, Reference: reference})
			if err == nil && extensions != nil {
				_, err = w.UpdateNumber(t.Context(), by, n.ID, NumberChange{Extensions: &extensions})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		number(shop, "+4930123*", desk, Extension{"45", boss})
		number(other, "+49301239*", ward)
		number(shop, "+493012399", boss)
		place := func(by Principal, who string) string { return place(Account{ID: by.Account}, false, who).Value }
		for dialled, want := range map[string]struct {
			of  Principal
			who string
		}{
			"+4930123":     {shop, "desk"}, // the block's beginning is a number of it
			"+49301230":    {shop, "desk"},
			"+493012344":   {shop, "desk"},
			"+493012345":   {shop, "boss"}, // an extension
			"+4930123456":  {shop, "desk"}, // 456 is none
			"+49301239":    {other, "ward"},
			"+493012391":   {other, "ward"},
			"+493012399":   {shop, "boss"}, // a number of its own within another's block
			"+4930123990":  {other, "ward"},
			"+49301234567": {shop, "desk"},
		} {
			to := addr(t, dialled)
			account, _, ok, err := w.Owner(t.Context(), to)
			if !ok || err != nil || account != want.of.Account {
				t.Errorf("%s is %v's, %v %v; want %v's", dialled, account, ok, err, want.of.Account)
			}
			got, err := w.Resolve(t.Context(), Query{Account: want.of.Account, To: to})
			if err != nil || got.Address.Value != place(want.of, want.who) || got.Shown != to {
				t.Errorf("%s reaches %+v, %v; want %s", dialled, got, err, want.who)
			}
		}
		for _, dialled := range []string{"+493012", "+4930124", "+15550100001"} {
			if account, _, ok, err := w.Owner(t.Context(), addr(t, dialled)); ok || err != nil {
				t.Errorf("%s is %v's, %v", dialled, account, err)
			}
		}
		// Another's block, and one's own beneath it, is a telephone outside.
		outside := addr(t, "+493012391")
		if got, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: outside}); err != nil || got.Address != outside {
			t.Errorf("another's number reaches %+v, %v", got, err)
		}
		if got, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, "+4930123"), Extension: "45"}); err != nil || got.Address.Value != place(shop, "boss") {
			t.Errorf("an extension that somebody keyed reaches %+v, %v", got, err)
		}
		_, err := w.CreateNumber(t.Context(), shop, NewNumber{Account: other.Account, Number: "+49 30 123*"})
		refused(t, err, webtrunk.Conflict, "+4930123* is assigned already")
	})
}

// The configuration's blocks lead as its numbers do.
func TestAConfiguredBlock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		desk := NewReference{ID: "ref_desk", Target: webtrunk.Address{Scheme: webtrunk.Browser, Value: "desk"}}
		operator, err := w.Provision(context.Background(), Contents{References: []NewReference{desk}, Numbers: []NewNumber{{Number: "+493012345*", Reference: "ref_desk"}}})
		if err != nil {
			t.Fatal(err)
		}
		to := addr(t, "+49301234567")
		if got, err := w.Resolve(t.Context(), Query{Account: operator.ID, To: to}); err != nil || got.Address.Scheme != webtrunk.Browser {
			t.Errorf("it reaches %+v, %v", got, err)
		}
		if _, err := w.Provision(context.Background(), Contents{References: []NewReference{desk}}); err != nil {
			t.Fatal(err)
		}
		if _, _, ok, _ := w.Owner(t.Context(), to); ok {
			t.Error("a block that is gone from the configuration is still ours")
		}
	})
}
