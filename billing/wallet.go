package billing

import (
	"context"

	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/event"
	"webtrunk/store"
)

// A Deposit is money that has reached the tenant by a way of its own, such as a bank transfer,
// and is put into an account for whoever paid it.
type Deposit struct {
	ID     string // whoever asks gives it: the same again is the same
	To     ledger.Name
	Amount money.Amount
	Note   string // for the statement of whoever keeps the books
	By     string // who put it in
}

// Deposit puts money into an account, once. Calls that are short of it go on.
func (b *Book) Deposit(ctx context.Context, d Deposit) (ledger.Result, error) {
	if len(d.Note) > 500 {
		return ledger.Result{}, invalid("note", "A note has at most 500 characters.")
	}
	clearing := d.To
	clearing.Kind, clearing.Owner = ledger.Clearing, ""
	rec, err := event.New(d.To.Tenant, d.To.Test, "wallet.deposited", map[string]any{
		"deposit": d.ID, "wallet": string(d.To.Kind) + ":" + d.To.Owner, "amount": d.Amount, "note": d.Note, "by": d.By,
	})
	if err != nil {
		return ledger.Result{}, err
	}
	done, err := b.o.Ledger.Post(ctx, ledger.Entry{
		Transfers: []ledger.Transfer{{ID: d.ID, Op: ledger.Move, From: clearing, To: d.To, Amount: d.Amount.Minor, Reason: ledger.TopUp, Subject: d.ID}},
		With:      func(_ context.Context, tx *store.Tx, _ []ledger.Result) error { tx.Emit(rec); return nil },
	})
	if err != nil {
		return ledger.Result{}, err
	}
	b.Funded(d.To)
	return done[0], nil
}

// A DailyCap bounds what may leave a sponsor's budget in one day, by UTC.
type DailyCap struct {
	Of     ledger.Name
	Amount int64  // in minor units; 0: nothing bounds it
	By     string // who set it
}

// SetDailyCap sets it, for calls that begin and for what running ones set aside next. Calls
// that the day's end, or the cap of before, would have ended go on.
func (b *Book) SetDailyCap(ctx context.Context, c DailyCap) error {
	rec, err := event.New(c.Of.Tenant, c.Of.Test, "wallet.daily_cap_set", map[string]any{
		"wallet": string(c.Of.Kind) + ":" + c.Of.Owner, "amount": money.Amount{Minor: c.Amount, Currency: c.Of.Currency}, "by": c.By,
	})
	if err != nil {
		return err
	}
	if err := b.o.Ledger.SetCap(ctx, c.Of, c.Amount, func(tx *store.Tx) { tx.Emit(rec) }); err != nil {
		return err
	}
	b.Funded(c.Of)
	return nil
}

// DailyCap returns what may leave an account in one day, 0 where nothing bounds that, and what
// has left it today.
func (b *Book) DailyCap(ctx context.Context, n ledger.Name) (daily, today int64, err error) {
	return b.o.Ledger.Cap(ctx, n)
}

// newDay tells calls of sponsors that another day has begun: they may have more again.
func (b *Book) newDay() {
	b.funded(func(payer ledger.Name) bool { return payer.Kind == ledger.Sponsor })
}

// Funded tells calls that run on an account that there is more in it.
func (b *Book) Funded(payer ledger.Name) {
	b.funded(func(n ledger.Name) bool { return n == payer })
}

func (b *Book) funded(has func(payer ledger.Name) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.running {
		if has(s.payer) {
			s.post(funded{})
		}
	}
}

// Wallets returns the accounts of who owns one, one for each currency that they have had.
func (b *Book) Wallets(ctx context.Context, of ledger.Name) ([]ledger.Account, error) {
	return b.o.Ledger.Accounts(ctx, of.Tenant, of.Test, of.Kind, of.Owner)
}

// Statement returns up to limit movements of an account, as ledger.Statement does.
func (b *Book) Statement(ctx context.Context, n ledger.Name, p ledger.Period, limit int, after string) ([]ledger.Line, error) {
	return b.o.Ledger.Statement(ctx, n, p, limit, after)
}
