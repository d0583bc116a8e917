package main

import (
	"encoding/json"
	"net/netip"
	"testing"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/charge"
	"webtrunk/billing/ledger"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/signaling/visitor"
)

// suesNumber leads to Sue.
const suesNumber = "+15550100002"

// hires makes the agent Sue, whose page is open, and whom the reference reaches.
func (m memberAt) hires() (sue string, page *visitor.Visitor, ref string) {
	m.Helper()
	const email, password = "sue@shop.example", "a password of some length"
	p, _, err := m.directory.CreatePerson(m.Context(), m.by, directory.NewPerson{Email: email, Name: "Sue", Role: directory.Agent, Password: password})
	must(m.T, err)
	in, err := m.directory.Login(m.Context(), directory.Login{Email: email, Password: password, Address: netip.MustParseAddr("192.0.2.1")})
	must(m.T, err)
	in.Principal.Test = m.by.Test
	_, token, _, err := m.directory.AgentToken(m.Context(), in.Principal, in.Cookie)
	must(m.T, err)
	page, err = visitor.Dial(m.Context(), "ws://"+m.site.addr().String()+"/v1/ws", visitor.Config{Key: directory.AgentKey, Token: token, Origin: m.urls()[0]})
	must(m.T, err)
	m.Cleanup(page.Close)
	sue = directory.AgentName(p.ID)
	r, err := m.directory.CreateReference(m.Context(), m.by, directory.NewReference{Target: address(m.T, "browser:"+sue)})
	must(m.T, err)
	_, err = m.directory.CreateNumber(m.Context(), directory.Principal{Account: m.by.Account, Test: m.by.Test, Rights: m.by.Rights, Operator: true}, directory.NewNumber{Account: m.by.Account, Number: suesNumber, Reference: r.ID})
	must(m.T, err)
	return sue, page, r.ID
}

// sells has Sue ask for € 12.50 in a call.
func (m memberAt) sells(id, sue string, in webtrunk.CallID) charge.Charge {
	m.Helper()
	c, err := m.charges.Request(m.Context(), shelf.TenantOf(m.by), charge.New{ID: id, Call: in, Seller: sue, Unit: 6_25, Quantity: 2, Currency: "EUR", Description: "Birth chart", By: "person_sue"})
	must(m.T, err)
	return c
}

// became waits until a charge is as wanted.
func (m memberAt) became(id string, want charge.State) (c charge.Charge) {
	m.Helper()
	comesTrue(m.T, id+" is "+string(want), func() bool {
		var err error
		c, err = m.charges.One(m.Context(), shelf.TenantOf(m.by), id)
		must(m.T, err)
		return c.State == want
	})
	return c
}

// newestCharge is what a page was told last of what is sold.
func newestCharge(t *testing.T, c *visitor.Call) (n charge.News) {
	t.Helper()
	if all := c.Messages("charge"); len(all) > 0 {
		must(t, json.Unmarshal(all[len(all)-1].Charge, &n))
	}
	return n
}

// TestASellerChargesATelephone: it is asked in words, declines by a key and accepts by another,
// and Sue has earned what Ann's wallet paid.
func TestASellerChargesATelephone(t *testing.T) {
	t.Parallel()
	m := openMember(t, func(p *billing.Price) { p.Free, p.PerMinute = 3600, 600_000 }) // what talk may cost is set aside, and is not there for more
	m.pays("dep_1", 100_00)
	m.verifies()
	sue, page, _ := m.hires()
	phone, err := m.carrier.Call(t.Context(), annsNumber, suesNumber, nil)
	must(t, err)
	in, err := page.Incoming(t.Context())
	must(t, err)
	must(t, in.Accept(t.Context()))
	reaches(t, phone, carrier.Reached(carrier.Confirmed))
	id := m.latest()

	for i, key := range []string{"2", "1"} {
		chg, want := []string{"chg_no", "chg_yes"}[i], []charge.State{charge.Declined, charge.Paid}[i]
		if c := m.sells(chg, sue, id); c.Phrase != "asked_to_pay,money:EUR:12.50,press_one_to_accept" {
			t.Errorf("it is asked by %q", c.Phrase)
		}
		comesTrue(t, "it is asked", func() bool { return m.happened(id, "prompt.started") == i+1 })
		must(t, phone.SendDigits(t.Context(), key))
		m.became(chg, want)
		comesTrue(t, "the seller sees it", func() bool { n := newestCharge(t, in); return n.ID == chg && n.State == want && !n.Pays })
	}
	if c := m.became("chg_yes", charge.Paid); c.Method != billing.ByDigits {
		t.Errorf("on record is %+v", c)
	}
	earned, err := m.ledger.Account(t.Context(), charge.Earned(shelf.TenantOf(m.by), sue, "EUR"))
	must(t, err)
	quoted, err := m.billing.SessionOf(t.Context(), shelf.TenantOf(m.by), id)
	must(t, err)
	q, err := m.billing.Quote(t.Context(), quoted.Tenant, quoted.Quote)
	must(t, err)
	income, err := m.ledger.Account(t.Context(), ledger.Name{Tenant: m.by.Account, Test: m.by.Test, Kind: ledger.Revenue, Currency: "EUR"})
	must(t, err)
	if want := int64(12_50) * q.SellerPart / 10_000; earned.Balance() != want || income.Balance() != 12_50-want {
		t.Errorf("Sue has earned %d and the platform %d, by a part of %d", earned.Balance(), income.Balance(), q.SellerPart)
	}
	must(t, phone.Hangup(t.Context()))
}

// TestASellerChargesAPage: it is asked beside the call, its yes is paid, and the seller's page
// says no such thing for it.
func TestASellerChargesAPage(t *testing.T) {
	t.Parallel()
	m := openMember(t, func(p *billing.Price) { p.Free, p.PerMinute, p.SellerPart = 3600, 600_000, 8000 })
	m.pays("dep_1", 100_00)
	sue, page, ref := m.hires()
	_, token, err := m.directory.CreateClientToken(t.Context(), m.by, directory.NewClientToken{Destinations: destinations(t, ref), Identity: directory.Visitor{Subject: "ann", Name: "Ann"}})
	must(t, err)
	ann, err := visitor.Dial(t.Context(), "ws://"+m.site.addr().String()+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example", ClientToken: token})
	must(t, err)
	t.Cleanup(ann.Close)
	c, err := ann.Call(t.Context(), ref, nil)
	must(t, err)
	in, err := page.Incoming(t.Context())
	must(t, err)
	must(t, in.Accept(t.Context()))
	_, err = c.Wait(t.Context(), "answered")
	must(t, err)
	m.sells("chg_1", sue, webtrunk.CallID(c.Gateway))
	comesTrue(t, "both see it", func() bool {
		a, b := newestCharge(t, c), newestCharge(t, in)
		return a.Pays && a.State == charge.Requested && a.Within > 0 && !b.Pays && b.ID == "chg_1"
	})
	must(t, in.Send("charge", map[string]any{"charge": "chg_1", "accept": true}))
	if e, err := in.Wait(t.Context(), "error"); err != nil || e.Code != "no_price" {
		t.Errorf("the seller's yes is answered %+v, %v", e, err)
	}
	m.became("chg_1", charge.Requested)
	for range 2 {
		must(t, c.Send("charge", map[string]any{"charge": "chg_1", "accept": true}))
	}
	m.became("chg_1", charge.Paid)
	comesTrue(t, "both see that", func() bool {
		return newestCharge(t, c).State == charge.Paid && newestCharge(t, in).State == charge.Paid
	})
	earned, err := m.ledger.Account(t.Context(), charge.Earned(shelf.TenantOf(m.by), sue, "EUR"))
	must(t, err)
	if earned.Balance() != 10_00 {
		t.Errorf("of € 12.50, Sue has %d", earned.Balance())
	}
	_, err = c.Hangup(t.Context())
	must(t, err)
}
