package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/billing/money"
	"webtrunk/billing/price"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/signaling/visitor"
)

// A till is a gateway whose calls cost a euro a second, and a page of Ann's in front of it.
type till struct {
	*testing.T
	*demo
	by   directory.Principal
	ann  ledger.Name
	page *visitor.Visitor
}

// tollNumber is a telephone that plays a tone.
const tollNumber = "+15550100103"

// openTill lets Ann's page offer pictures, where codecs of them are named.
func openTill(t *testing.T, change func(*billing.Price), pictures ...string) till {
	t.Helper()
	return openTillBeside(t, carrier.Config{}, change, pictures...)
}

// openTillBeside opens a till beside another telephone network.
func openTillBeside(t *testing.T, box carrier.Config, change func(*billing.Price), pictures ...string) till {
	t.Helper()
	d := liveBoxOf(t, box, openToTheBox, func(g *gateway) { g.tick = 200 * time.Millisecond; g.cfg.Trunks[0].Identity.Believe = true })
	operator, err := d.directory.Operator(t.Context())
	must(t, err)
	k := till{T: t, demo: d, by: directory.Principal{Account: operator.ID, ID: "key_own", Test: d.simulated, Rights: directory.AllRights()}}
	k.ann = billing.Wallet(shelf.TenantOf(k.by), "ann", "EUR")
	p := billing.Price{Name: "Advice", Active: true, Terms: price.Terms{Currency: "EUR", PerMinute: 60_000_000}}
	if change != nil {
		change(&p)
	}
	_, err = d.billing.CreatePrice(t.Context(), k.by, p)
	must(t, err)
	_, token, err := d.directory.CreateClientToken(t.Context(), k.by, directory.NewClientToken{Destinations: destinations(t, "+1555", "ref_desk"), Identity: directory.Visitor{Subject: "ann", Name: "Ann"}})
	must(t, err)
	k.page, err = visitor.Dial(t.Context(), "ws://"+d.site.addr().String()+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example", ClientToken: token, Video: pictures})
	must(t, err)
	t.Cleanup(func() { k.page.Close() })
	return k
}

// opensDesk opens the page that answers as ref_desk, with codecs of pictures where it has some.
func (k till) opensDesk(pictures ...string) *visitor.Visitor {
	k.Helper()
	desk, err := visitor.Dial(k.Context(), "ws://"+k.site.addr().String()+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example", Token: "0123456789abcdef", Video: pictures})
	must(k.T, err)
	k.Cleanup(func() { desk.Close() })
	return desk
}

func (k till) pays(id string, cents int64) {
	k.Helper()
	_, err := k.billing.Deposit(k.Context(), billing.Deposit{ID: id, To: k.ann, Amount: money.Amount{Minor: cents, Currency: "EUR"}})
	must(k.T, err)
}

// calls has Ann's page call, until somebody answers.
func (k till) calls() *visitor.Call {
	k.Helper()
	c, err := k.page.Call(k.Context(), tollNumber, nil)
	must(k.T, err)
	_, err = c.Wait(k.Context(), "answered")
	must(k.T, err)
	return c
}

// shows waits until the page's newest bill is as wanted.
func (k till) shows(c *visitor.Call, what string, is func(billing.News) bool) {
	k.Helper()
	comesTrue(k.T, what, func() bool {
		all := c.Messages("bill")
		if len(all) == 0 {
			return false
		}
		var n billing.News
		must(k.T, json.Unmarshal(all[len(all)-1].Bill, &n))
		return is(n)
	})
}

// settled waits until a call is paid, and holds the ledger against its record.
func (k till) settled(c *visitor.Call, deposited int64) billing.Session {
	k.Helper()
	return k.settledCall(webtrunk.CallID(c.Gateway), deposited)
}

func (k till) settledCall(id webtrunk.CallID, deposited int64) billing.Session {
	k.Helper()
	var s billing.Session
	comesTrue(k.T, "the call is settled", func() (over bool) {
		var err error
		s, err = k.billing.SessionOf(k.Context(), shelf.TenantOf(k.by), id)
		must(k.T, err)
		return s.Over()
	})
	a, err := k.ledger.Account(k.Context(), k.ann)
	must(k.T, err)
	if a.Balance() != deposited-s.Charged || a.Held != 0 {
		k.Errorf("%d cents were charged, and of %d there are %d, of which %d are held", s.Charged, deposited, a.Balance(), a.Held)
	}
	found, err := k.ledger.Audit(k.Context())
	must(k.T, err)
	for _, wrong := range found.Wrong {
		k.Error(wrong)
	}
	return s
}

// TestAPageAcceptsAPrice: asked for it in the free time, charged from its yes on, a second
// for a euro, as its own bill shows.
func TestAPageAcceptsAPrice(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Free = 1 })
	k.pays("dep_1", 100_00)
	c := k.calls()
	k.shows(c, "the page is asked", func(n billing.News) bool { return n.Pays && n.Within > 0 && n.Answer == "" && n.Charged == 0 })
	must(t, c.Send("price", map[string]any{"accept": true}))
	k.shows(c, "it is charged", func(n billing.News) bool {
		return n.State == meter.Metering && n.Answer == billing.Accepted && n.Charged >= 200
	})
	must(t, c.Send("price", map[string]any{"accept": false}))
	if m, err := c.Wait(t.Context(), "error"); err != nil || m.Code != "no_price" {
		t.Errorf("a no after the yes is answered %+v, %v", m, err)
	}
	_, err := c.Hangup(t.Context())
	must(t, err)
	s := k.settled(c, 100_00)
	if steps := int64((s.Talk.Voice + time.Second - time.Millisecond) / time.Second); s.State != meter.Settled || s.Charged != 100*steps || s.Charged < 200 {
		t.Errorf("for %v of talk %d cents were charged (%s)", s.Talk.Voice, s.Charged, s.State)
	}
	if first := s.Intervals[0].Reason; first != meter.Free && first != meter.Silent && first != meter.Waiting {
		t.Errorf("the call began with %s: %+v", first, s.Intervals)
	}
}

// TestAPageDeclinesAPrice: nothing is charged, and the call ends with its free time.
func TestAPageDeclinesAPrice(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Free = 1 })
	k.pays("dep_1", 100_00)
	c := k.calls()
	must(t, c.Send("price", map[string]any{"accept": false}))
	if m, err := c.Wait(t.Context(), "ended"); err != nil || m.Reason != string(call.CreditEnded) {
		t.Errorf("it ended with %+v, %v", m, err)
	}
	if s := k.settled(c, 100_00); s.State != meter.Voided || s.Charged != 0 {
		t.Errorf("it is %s, %d cents", s.State, s.Charged)
	}
}

// TestTheMoneyOfACallIsUsedUp to the cent, and the page is told why the call ended.
func TestTheMoneyOfACallIsUsedUp(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Shown = true })
	k.pays("dep_1", 3_50)
	k.shownCost(tollNumber)
	c := k.calls()
	if m, err := c.Wait(t.Context(), "ended"); err != nil || m.Reason != string(call.CreditEnded) {
		t.Errorf("it ended with %+v, %v", m, err)
	}
	if s := k.settled(c, 3_50); s.Charged != 300 {
		t.Errorf("of € 3.50, at a euro a second, %d cents were charged", s.Charged)
	}
	again, err := k.page.Call(t.Context(), tollNumber, nil)
	must(t, err)
	if m, err := again.Wait(t.Context(), "ended"); err != nil || m.Reason != string(call.Unreachable) || !strings.Contains(m.Text, "costs 1.00 EUR") {
		t.Errorf("with 50 cents left a call ended with %+v, %v", m, err)
	}
}

// TestPicturesBetweenPagesCostTheirRate while they flow: agreed they were from the beginning.
func TestPicturesBetweenPagesCostTheirRate(t *testing.T) {
	t.Parallel()
	k := openTill(t, func(p *billing.Price) { p.Shown, p.Video = true, 120_000_000 }, webrtc.MimeTypeVP8)
	k.pays("dep_1", 1000_00)
	desk := k.opensDesk(webrtc.MimeTypeVP8)
	k.shownCost("ref_desk")
	c, err := k.page.Call(t.Context(), "ref_desk", nil)
	must(t, err)
	in, err := desk.Incoming(t.Context())
	must(t, err)
	must(t, in.Accept(t.Context()))
	k.shows(c, "talk is charged", func(n billing.News) bool { return n.Reason == meter.Talk })
	k.shows(c, "pictures are charged", func(n billing.News) bool {
		c.Show(100, []byte("a smile"))
		return n.Reason == meter.Video
	})
	k.shows(c, "they stop", func(n billing.News) bool { return n.Reason == meter.Talk })
	_, err = c.Hangup(t.Context())
	must(t, err)
	if s := k.settled(c, 1000_00); s.Talk.Video == 0 || s.Talk.Voice == 0 {
		t.Errorf("charged were %+v", s.Talk)
	}
}
