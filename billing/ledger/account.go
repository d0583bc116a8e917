package ledger

import (
	"strings"

	"webtrunk"
	"webtrunk/billing/money"
)

// A Kind is what an account is for.
type Kind string

// The kinds of accounts. Those of Wallet, Promo and Sponsor are prepaid: they never go below
// zero.
const (
	Wallet    Kind = "customer_wallet"     // what a customer has paid in, and can have back
	Promo     Kind = "customer_promo"      // what a customer was given to spend
	Sponsor   Kind = "sponsor_budget"      // what a third party has paid in, for others' calls
	Seller    Kind = "seller_payable"      // what a seller has earned and was not paid yet
	Revenue   Kind = "platform_revenue"    // what the platform has earned
	Carrier   Kind = "carrier_cost"        // what calls cost at the carrier
	Clearing  Kind = "processor_clearing"  // what the payment provider has, or has paid out
	Tax       Kind = "tax"                 // what is owed to the tax office
	Disputed  Kind = "dispute_reserve"     // what is kept until a dispute is over
	Marketing Kind = "promotional_expense" // what the platform has given away
)

// prepaid reports whether accounts of a kind never go below zero.
func (k Kind) prepaid() bool { return k == Wallet || k == Promo || k == Sponsor }

// known reports whether there is such a kind.
func (k Kind) known() bool {
	switch k {
	case Wallet, Promo, Sponsor, Seller, Revenue, Carrier, Clearing, Tax, Disputed, Marketing:
		return true
	}
	return false
}

// A Name names an account. It need not be opened: one that nothing was moved to is empty.
type Name struct {
	Tenant   webtrunk.AccountID
	Test     bool
	Kind     Kind
	Owner    string // an ID; empty for what the tenant has one of
	Currency money.Currency
}

// String is the account's ID.
func (n Name) String() string {
	mode := "live"
	if n.Test {
		mode = "test"
	}
	return strings.Join([]string{string(n.Tenant), mode, string(n.Kind), n.Owner, string(n.Currency)}, "/")
}

// NameOf reads what String has written.
func NameOf(id string) Name {
	p := strings.Split(id, "/")
	if len(p) != 5 {
		return Name{}
	}
	return Name{webtrunk.AccountID(p[0]), p[1] == "test", Kind(p[2]), p[3], money.Currency(p[4])}
}

// valid reports a name that can be an account's.
func (n Name) valid() bool {
	return n.Tenant != "" && n.Kind.known() && n.Currency.Known() && !strings.ContainsAny(string(n.Tenant)+n.Owner, "/\x00") && len(n.Owner) <= 64
}

// An Account is how much is in one, in minor units of its currency.
type Account struct {
	Name
	Credits int64 // that ever came in
	Debits  int64 // that ever went out
	Held    int64 // that is set aside
}

// Balance is what is in the account; below zero it owes.
func (a Account) Balance() int64 { return a.Credits - a.Debits }

// Available is what of it is not set aside.
func (a Account) Available() int64 { return a.Balance() - a.Held }

// spare is how much may be taken from the account.
func (a Account) spare() int64 {
	if a.Kind.prepaid() {
		return a.Available()
	}
	return money.Most
}
