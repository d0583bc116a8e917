//go:build e2e

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/meter"
	"webtrunk/directory/shelf"
	"webtrunk/signaling/visitor"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// aTick is how much talk a process may take with it, as it is served.
const aTick = 6 * time.Second

// TestKilledWhereMoneyMoves: a gateway that dies before or after anything is set aside,
// agreed, charged or settled is started again. Nothing is held any more, the ledger adds up,
// and the payer has paid for what they agreed to and no more, less a tick at most.
func TestKilledWhereMoneyMoves(t *testing.T) {
	binary := build(t, "failpoint")
	for _, place := range []string{"hold", "held", "answer", "answered", "tick", "ticked", "settle", "settled"} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			storetest.EachURL(t, func(t *testing.T, url string) {
				p := &prepaid{victim: newVictim(t, binary, url), url: url}
				p.opens()
				p.kill()
				p.place = place
				p.start()
				p.callsUntilDead()
				p.place = ""
				p.start()
				p.wantPaid()
			})
		})
	}
}

// A prepaid is a victim whose calls cost a euro a second, and who pays for one.
type prepaid struct {
	*victim
	url      string
	accepted time.Time // zero: there was no yes yet
	died     time.Time
}

const paidIn = 100_000

func (p *prepaid) makes(path, body string) (made struct{ ID, Token string }) {
	p.t.Helper()
	if status := p.post(path, body, &made); status != http.StatusCreated {
		p.t.Fatalf("%s is answered %d", path, status)
	}
	return made
}

// opens makes the price, and pays in.
func (p *prepaid) opens() {
	p.start()
	p.makes("/v1/prices", `{"name": "Advice", "currency": "EUR", "per_minute": "60"}`)
	p.makes("/v1/wallets/ann/deposits", `{"amount": 100000, "currency": "EUR"}`)
}

// callsUntilDead has the payer's page call, accept, and hang up after a tick, until the
// gateway is no more.
func (p *prepaid) callsUntilDead() {
	p.t.Helper()
	dead, over := context.WithTimeout(p.t.Context(), time.Minute)
	defer over()
	gone := make(chan struct{})
	process := p.process
	go func() { defer close(gone); process.Wait(); over() }()
	p.callsOnce(dead)
	select {
	case <-gone:
		p.died, p.process = time.Now(), nil
	case <-time.After(time.Minute):
		p.t.Fatalf("it did not die at %q", p.place)
	}
}

// callsOnce goes as far as the gateway lives.
func (p *prepaid) callsOnce(ctx context.Context) {
	token := p.makes("/v1/client_tokens", `{"identity": {"sub": "ann", "name": "Ann"}, "destinations": ["ref_echo"]}`).Token
	page, err := visitor.Dial(ctx, strings.Replace(p.base, "http:", "ws:", 1)+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example", ClientToken: token})
	if err != nil {
		p.t.Fatal(err)
	}
	defer page.Close()
	c, err := page.Call(ctx, "ref_echo", nil)
	if err != nil {
		return
	}
	defer c.Close()
	if _, err := c.Wait(ctx, "answered"); err != nil {
		return
	}
	p.accepted = time.Now()
	if err := c.Send("price", map[string]any{"accept": true}); err != nil {
		return
	}
	charged := func() bool {
		all := c.Messages("bill")
		var n billing.News
		return len(all) > 0 && json.Unmarshal(all[len(all)-1].Bill, &n) == nil && n.Charged >= 100
	}
	for !charged() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
	if strings.HasPrefix(p.place, "settle") {
		_, _ = c.Hangup(ctx)
	}
	<-ctx.Done()
}

// wantPaid waits until nothing is held any more, and holds what was paid against what was agreed.
func (p *prepaid) wantPaid() {
	p.t.Helper()
	var w struct {
		Balances []struct{ Amount, Held int64 }
	}
	p.within(3*time.Minute, "settled", func() bool {
		p.ask(http.MethodGet, "/v1/wallets/ann", "", &w)
		return len(w.Balances) == 1 && w.Balances[0].Held == 0
	})
	p.kill()
	db := storetest.OpenUnclaimed(p.t, p.url)
	l := ledger.Open(db, time.Now)
	defer l.Close()
	found, err := l.Audit(p.t.Context())
	if err != nil || len(found.Wrong) > 0 || found.Open > 0 {
		p.t.Errorf("%d holds are open; %v, %v", found.Open, found.Wrong, err)
	}
	paid := paidIn - w.Balances[0].Amount
	p.onRecord(db, l, paid)
	agreed := time.Duration(0)
	if !p.accepted.IsZero() {
		agreed = max(0, p.died.Sub(p.accepted)-meter.Grace)
	}
	least := 100 * int64((agreed-aTick-2*time.Second)/time.Second)
	most := 100 * int64((agreed+2*time.Second-1)/time.Second)
	if agreed == 0 || p.place == "answer" || p.place == "answered" {
		most = 0
	}
	if paid > most || paid < least {
		p.t.Errorf("%d cents were paid for %v that were agreed: want %d to %d", paid, agreed, least, most)
	}
	if paid == 0 && slices.Contains([]string{"ticked", "settled"}, p.place) {
		p.t.Error("what was posted is gone")
	}
}

// onRecord holds the sessions to what was paid: all are over, and none was charged without
// a yes.
func (p *prepaid) onRecord(db *store.DB, l *ledger.Ledger, paid int64) {
	p.t.Helper()
	book := billing.Open(billing.Options{DB: db, Ledger: l})
	defer book.Close()
	var account string
	if err := db.QueryRow(p.t.Context(), `SELECT account FROM ledger_accounts WHERE kind = 'customer_wallet'`).Scan(&account); err != nil {
		p.t.Fatal(err)
	}
	of := shelf.Tenant{Account: webtrunk.AccountID(account)}
	all, err := book.Sessions(p.t.Context(), of, billing.SessionQuery{Limit: 10})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, s := range all {
		q, err := book.Quote(p.t.Context(), of, s.Quote)
		if paid -= s.Charged; err != nil || !s.Over() || s.Charged > 0 && q.Answer != billing.Accepted {
			p.t.Errorf("%s is %s with %d cents, and the answer was %q, %v", s.Call, s.State, s.Charged, q.Answer, err)
		}
	}
	if paid != 0 || len(all) > 1 {
		p.t.Errorf("%d sessions say %d cents less than was paid", len(all), paid)
	}
}
