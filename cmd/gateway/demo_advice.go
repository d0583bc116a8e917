package main

import (
	"context"
	"slices"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
)

// The demo's customer, her first money, and what she pays for.
const (
	demoCustomer, demoCustomerName, demoCustomerEmail = "ada", "Ada", "ada@demo.example"

	demoPrice  = "Advice"
	demoMoney  = 10_00 // cents
	demoFree   = 10    // seconds
	demoMinute = 6 * 1_000_000
)

// advises makes the line that costs money, and the customer who pays for it.
func (d *demo) advises(ctx context.Context, by directory.Principal) error {
	d.pages.Advice = "ref_advice_" + secret()
	d.pages.Signing = func(ctx context.Context) (caller, member string, err error) {
		if caller, err = d.signs(ctx, by, to(d.pages.Advice)...); err == nil {
			member, err = d.signs(ctx, by)
		}
		return caller, member, err
	}
	d.cfg.References = append(d.cfg.References, ReferenceConfig{d.pages.Advice, webtrunk.Address{Scheme: webtrunk.Tel, Value: shopNumber}})
	d.cfg.Keys[0].Destinations = append(d.cfg.Keys[0].Destinations, to(d.pages.Advice)...)
	if err := d.pricesTheLine(ctx, by); err != nil {
		return err
	}
	return d.knowsAda(ctx, by)
}

// signs makes a client token of the demo's customer, as a site's server does.
func (d *demo) signs(ctx context.Context, by directory.Principal, may ...directory.Destination) (string, error) {
	_, token, err := d.directory.CreateClientToken(ctx, by, directory.NewClientToken{
		Destinations: may, Identity: directory.Visitor{Subject: demoCustomer, Name: demoCustomerName},
	})
	return token, err
}

// pricesTheLine says what the line costs, whose reference is another with each start.
func (d *demo) pricesTheLine(ctx context.Context, by directory.Principal) error {
	line := to(d.pages.Advice)
	all, err := d.billing.Prices(ctx, by, directory.Page{Limit: 500})
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(all, func(p billing.Price) bool { return p.Name == demoPrice }); at >= 0 {
		_, err = d.billing.UpdatePrice(ctx, by, all[at].ID, func(p *billing.Price) { p.For = line })
		return err
	}
	_, err = d.billing.CreatePrice(ctx, by, billing.Price{
		Name: demoPrice, Active: true, For: line,
		Terms: price.Terms{Currency: "EUR", PerMinute: demoMinute, Free: demoFree},
	})
	return err
}

// knowsAda makes the customer and gives her money, once.
func (d *demo) knowsAda(ctx context.Context, by directory.Principal) error {
	password := secret() + secret()
	_, err := d.directory.CreateCustomer(ctx, by, directory.NewCustomer{
		Subject: demoCustomer, Name: demoCustomerName, Email: demoCustomerEmail, Phone: echoDemoNumber, Password: password,
	})
	if webtrunk.KindOf(err) == webtrunk.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	d.account.adaPassword = password
	_, err = d.billing.Deposit(ctx, billing.Deposit{
		ID: "demo_" + demoCustomer, To: billing.Wallet(shelf.TenantOf(by), demoCustomer, "EUR"),
		Amount: money.Amount{Minor: demoMoney, Currency: "EUR"}, By: by.ID,
	})
	return err
}
