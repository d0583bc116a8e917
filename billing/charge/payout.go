package charge

import (
	"context"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A PayoutState is how a payout stands.
type PayoutState string

const (
	PayoutPending PayoutState = "pending" // set aside, to be paid outside
	PayoutPaid    PayoutState = "paid"    // as somebody says who has paid it
	PayoutFailed  PayoutState = "failed"  // it was not, and is the seller's balance again
)

// A Payout is what a seller is paid of what they have earned, by a bank transfer or another
// way that is made outside, and is recorded here.
type Payout struct {
	ID      string // the same again is the same payout
	Tenant  shelf.Tenant
	Seller  string
	Amount  money.Amount
	State   PayoutState
	Note    string
	By      string // who asked for it
	Created time.Time
	Updated time.Time
}

// Earned is the account of what a seller has earned and was not paid.
func Earned(of shelf.Tenant, seller string, c money.Currency) ledger.Name {
	return ledger.Name{Tenant: of.Account, Test: of.Test, Kind: ledger.Seller, Owner: seller, Currency: c}
}

// Earnings are a seller's accounts, one for each currency that they have earned in.
func (d *Desk) Earnings(ctx context.Context, of shelf.Tenant, seller string) ([]ledger.Account, error) {
	found, err := d.o.Ledger.Accounts(ctx, of.Account, of.Test, ledger.Seller, seller)
	return found, directory.Unavailable("earnings", err)
}

// Movements are a seller's statement in one currency, newest first.
func (d *Desk) Movements(ctx context.Context, n ledger.Name, limit int, after string) ([]ledger.Line, error) {
	return d.o.Ledger.Statement(ctx, n, ledger.Period{}, limit, after)
}

// Pay sets some of a seller's earnings aside, to be paid outside.
func (d *Desk) Pay(ctx context.Context, p Payout) (Payout, error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	before, err := d.Payout(ctx, p.Tenant, p.ID)
	if err == nil && (before.Seller != p.Seller || before.Amount != p.Amount) {
		err = refuse(webtrunk.Conflict, "There is a payout of this ID for something else.")
	}
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		return before, err
	}
	if len(p.Note) > 500 {
		return p, refuse(webtrunk.Invalid, "A note has at most 500 characters.")
	}
	from := Earned(p.Tenant, p.Seller, p.Amount.Currency)
	p.State, p.Created = PayoutPending, d.now()
	p.Updated = p.Created
	_, err = d.o.Ledger.Post(ctx, ledger.Entry{
		Transfers: []ledger.Transfer{{ID: p.ID, Op: ledger.Hold, From: from, Amount: p.Amount.Minor, Reason: ledger.Payout, Subject: p.ID}},
		With:      func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return p.insert(ctx, tx) },
	})
	if webtrunk.KindOf(err) == webtrunk.Exhausted {
		err = d.tooMuch(ctx, from)
	}
	return p, err
}

// tooMuch refuses a payout, and says how much a seller can be paid.
func (d *Desk) tooMuch(ctx context.Context, from ledger.Name) error {
	has, err := d.o.Ledger.Account(ctx, from)
	if err != nil {
		return directory.Unavailable("payout", err)
	}
	return refuse(webtrunk.Conflict, "The seller has earned %s that are neither paid nor set aside.", money.Amount{Minor: max(0, has.Available()), Currency: from.Currency})
}

// Settle says what came of a payout that is pending: it was paid, or was not.
func (d *Desk) Settle(ctx context.Context, of shelf.Tenant, id string, is PayoutState) (Payout, error) {
	p, err := d.Payout(ctx, of, id)
	switch {
	case err != nil || p.State == is:
		return p, err
	case p.State != PayoutPending:
		return p, refuse(webtrunk.Conflict, "This payout is %s already.", p.State)
	}
	p.State, p.Updated = is, d.now()
	t := ledger.Transfer{ID: id + ".end", Op: ledger.Release, Hold: id, Reason: ledger.Payout, Subject: id}
	if is == PayoutPaid {
		t.Op, t.Amount = ledger.Draw, p.Amount.Minor
		t.To = Earned(of, "", p.Amount.Currency)
		t.To.Kind = ledger.Clearing
	}
	_, err = d.o.Ledger.Post(ctx, ledger.Entry{Transfers: []ledger.Transfer{t}, With: func(ctx context.Context, tx *store.Tx, _ []ledger.Result) error { return p.end(ctx, tx) }})
	return p, err
}

func (p Payout) insert(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO payouts (id, account, test, seller, currency, amount, state, note, by_whom, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, string(p.Tenant.Account), p.Tenant.Test, p.Seller, string(p.Amount.Currency), p.Amount.Minor, string(p.State), p.Note, p.By, store.Micros(p.Created), store.Micros(p.Updated))
	if err != nil {
		return err
	}
	return p.tell(tx, "created")
}

func (p Payout) end(ctx context.Context, tx *store.Tx) error {
	n, err := tx.Exec(ctx, `UPDATE payouts SET state = $1, updated = $2 WHERE id = $3 AND state = $4`, string(p.State), store.Micros(p.Updated), p.ID, string(PayoutPending))
	if err != nil {
		return err
	}
	if n == 0 {
		return refuse(webtrunk.Conflict, "Somebody has said meanwhile what came of this payout.")
	}
	return p.tell(tx, string(p.State))
}

func (p Payout) tell(tx *store.Tx, what string) error {
	return emit(tx, p.Tenant, "payout."+what, map[string]any{"payout": p.ID, "seller": p.Seller, "amount": p.Amount, "state": p.State, "note": p.Note, "by": p.By})
}

const payoutColumns = `SELECT id, account, test, seller, currency, amount, state, note, by_whom, created, updated FROM payouts `

func scanPayout(row store.Row) (p Payout, err error) {
	var created, updated int64
	err = row.Scan(&p.ID, &p.Tenant.Account, &p.Tenant.Test, &p.Seller, &p.Amount.Currency, &p.Amount.Minor, &p.State, &p.Note, &p.By, &created, &updated)
	p.Created, p.Updated = store.Time(created), store.Time(updated)
	return p, err
}

// Payout returns a payout of a tenant's.
func (d *Desk) Payout(ctx context.Context, of shelf.Tenant, id string) (Payout, error) {
	p, err := scanPayout(d.o.DB.QueryRow(ctx, payoutColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return p, directory.Found("payout", "payout", err)
}

// Payouts lists payouts of a tenant's, newest first; of one seller, where one is named.
func (d *Desk) Payouts(ctx context.Context, of shelf.Tenant, seller string, limit int, after string) ([]Payout, error) {
	c := clause(of, after)
	if seller != "" {
		c.Where(`seller = ?`, seller)
	}
	rows, err := d.o.DB.Query(ctx, payoutColumns+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, limit), c.Args...)
	found, err := store.All(rows, err, scanPayout)
	return found, directory.Unavailable("payout", err)
}
