package billing

import (
	"strings"

	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/directory/shelf"
)

// sponsored begins the name of a wallet that is a third party's, for others' calls.
const sponsored = "sponsor:"

// Wallet is the account of what somebody has paid in and can spend: of a customer by their
// ID, or of a sponsor by sponsor: and theirs.
func Wallet(of shelf.Tenant, name string, c money.Currency) ledger.Name {
	n := ledger.Name{Tenant: of.Account, Test: of.Test, Kind: ledger.Wallet, Owner: name, Currency: c}
	if id, third := strings.CutPrefix(name, sponsored); third {
		n.Kind, n.Owner = ledger.Sponsor, id
	}
	return n
}

// WalletName is the name by which Wallet finds an account.
func WalletName(n ledger.Name) string {
	if n.Kind == ledger.Sponsor {
		return sponsored + n.Owner
	}
	return n.Owner
}

// mostName is how long a wallet's name may be.
const mostName = 64

// CheckWallet refuses what cannot name a wallet.
func CheckWallet(name string) error {
	id := strings.TrimPrefix(name, sponsored)
	if id == "" || len(name) > mostName || strings.ContainsAny(id, "/\x00") {
		return invalid("wallet", "Name a customer by their ID, or a sponsor by sponsor: and theirs. A name has 1 to %d characters, and no slash.", mostName)
	}
	return nil
}

// CheckCustomer refuses an ID of a customer by which no wallet of theirs can be named.
func CheckCustomer(id string) error {
	if strings.HasPrefix(id, sponsored) {
		return invalid("wallet", "A customer's ID cannot begin with %s, which names sponsors.", sponsored)
	}
	return CheckWallet(id)
}
