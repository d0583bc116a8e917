package main

import (
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

// TestACustomerWithMoneyStays until it is spent or paid out.
func TestACustomerWithMoneyStays(t *testing.T) {
	t.Parallel()
	k := openTill(t, nil)
	c, err := k.directory.CreateCustomer(t.Context(), k.by, directory.NewCustomer{Subject: "ann"})
	must(t, err)
	k.pays("dep_1", 1)
	if err := k.directory.DeleteCustomer(t.Context(), k.by, c.ID); webtrunk.KindOf(err) != webtrunk.Conflict {
		t.Errorf("with a cent in the wallet: %v", err)
	}
	other, err := k.directory.CreateCustomer(t.Context(), k.by, directory.NewCustomer{Subject: "bob"})
	must(t, err)
	must(t, k.directory.DeleteCustomer(t.Context(), k.by, other.ID))
}
