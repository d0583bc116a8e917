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

// Funded tells calls that run on an account that there is more in it.
func (b *Book) Funded(payer ledger.Name) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.running {
		if s.payer == payer {
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
