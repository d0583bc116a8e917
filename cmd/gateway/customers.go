package main

import (
	"context"
	"fmt"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// leaving refuses to delete a customer whose money would be nobody's then.
func (g *gateway) leaving(ctx context.Context, c directory.Customer) error {
	wallets, err := g.billing.Wallets(ctx, billing.Wallet(shelf.Tenant{Account: c.Account, Test: c.Test}, c.Subject, ""))
	if err != nil {
		return directory.Unavailable("customer", err)
	}
	for _, w := range wallets {
		if w.Balance() != 0 || w.Held != 0 {
			return &webtrunk.Error{Op: "customer", Kind: webtrunk.Conflict,
				Message: fmt.Sprintf("There is money in this customer's wallet (%s). Pay it out first, or disable the customer instead.", w.Name.Currency)}
		}
	}
	return nil
}
