package cashier

import (
	"context"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/billing/pay"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
)

// A State is how far a top-up is.
type State string

const (
	Pending State = "pending"               // the provider has not said yes or no
	Confirm State = "requires_confirmation" // the payer has to say yes, at Confirm
	Paid    State = "paid"                  // it is in the wallet
	Failed  State = "failed"                // nothing was paid
)

// A TopUp is money that comes into a wallet by the payment provider.
type TopUp struct {
	ID       string // "top_…", and the key under which the provider is asked
	Tenant   shelf.Tenant
	Wallet   string
	Amount   money.Amount
	Method   pay.MethodID // by which it is paid
	ReturnTo string       // where the payer comes back to from confirming
	State    State
	Payment  pay.PaymentID
	Reason   string // why it failed: a sentence for the payer
	Confirm  string // where the payer confirms
	Refunded int64  // minor units that went back
	Created  time.Time
	Updated  time.Time

	refunding string // the hold of a refund that is on its way
	refund    int64  // and how much that is
}

func (u TopUp) payer() Payer { return Payer{u.Tenant, u.Wallet} }

// account is where the money comes to.
func (u TopUp) account() ledger.Name {
	return billing.Wallet(u.Tenant, u.Wallet, u.Amount.Currency)
}

// clearing is what the provider has of ours.
func (u TopUp) clearing() ledger.Name {
	return ledger.Name{Tenant: u.Tenant.Account, Test: u.Tenant.Test, Kind: ledger.Clearing, Currency: u.Amount.Currency}
}

const topUpColumns = `SELECT id, account, test, wallet, currency, amount, method, return_to, state, payment, reason, confirm, refunded, refunding, refund, created, updated FROM top_ups `

func readTopUp(row interface{ Scan(...any) error }) (u TopUp, err error) {
	var created, updated int64
	err = row.Scan(&u.ID, &u.Tenant.Account, &u.Tenant.Test, &u.Wallet, &u.Amount.Currency, &u.Amount.Minor, &u.Method, &u.ReturnTo, &u.State, &u.Payment,
		&u.Reason, &u.Confirm, &u.Refunded, &u.refunding, &u.refund, &created, &updated)
	u.Created, u.Updated = store.Time(created), store.Time(updated)
	return u, err
}

// New is what a top-up is made from. The same ID again is the same top-up.
type New struct {
	ID       string
	Payer    Payer
	Amount   money.Amount
	Method   pay.MethodID // empty: the card that was given last
	ReturnTo string
}

// TopUp charges a payer's card, and puts that into their wallet. A card that is declined is
// no error: the top-up has Failed then, and says why.
func (t *Cashier) TopUp(ctx context.Context, n New) (u TopUp, err error) {
	if u, err = t.One(ctx, n.Payer.Tenant, n.ID); err == nil {
		if u.Wallet != n.Payer.Wallet || u.Amount != n.Amount {
			return u, refuse(webtrunk.Conflict, "There is another top-up of this ID. Use a new one.")
		}
		return t.ask(ctx, u)
	}
	if webtrunk.KindOf(err) != webtrunk.NotFound {
		return u, err
	}
	if err := n.check(); err != nil {
		return u, err
	}
	if n.Method, err = t.method(ctx, n); err != nil {
		return u, err
	}
	now := t.now()
	u = TopUp{ID: n.ID, Tenant: n.Payer.Tenant, Wallet: n.Payer.Wallet, Amount: n.Amount, Method: n.Method, ReturnTo: n.ReturnTo, State: Pending, Created: now, Updated: now}
	if err := t.insert(ctx, u); err != nil {
		return u, directory.Unavailable("top-up", err)
	}
	return t.ask(ctx, u)
}

func (n New) check() error {
	if n.Amount.Minor <= 0 || n.Amount.Minor > money.Most || !n.Amount.Currency.Known() {
		return refuse(webtrunk.Invalid, "Say how much to pay in, in the smallest unit of a currency: 2500 and EUR are 25.00 EUR.")
	}
	return billing.CheckWallet(n.Payer.Wallet)
}

// method is the card to charge: one of the payer's own.
func (t *Cashier) method(ctx context.Context, n New) (pay.MethodID, error) {
	all, err := t.Methods(ctx, n.Payer)
	if err != nil {
		return "", err
	}
	for _, m := range all {
		if n.Method == "" || m.ID == n.Method {
			return m.ID, nil
		}
	}
	return "", refuse(webtrunk.Conflict, "No such card was given yet. Give one to the payment provider first.")
}

func (t *Cashier) insert(ctx context.Context, u TopUp) error {
	return t.change(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO top_ups (id, account, test, wallet, currency, amount, method, return_to, state, payment, reason, confirm, refunded, refunding, refund, created, updated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', 0, '', 0, $10, $10)`, u.ID, string(u.Tenant.Account), u.Tenant.Test, u.Wallet,
			string(u.Amount.Currency), u.Amount.Minor, string(u.Method), u.ReturnTo, string(u.State), store.Micros(u.Created))
		if err != nil {
			return err
		}
		return u.tell(tx, "top_up.created")
	})
}

// tell emits an event of a top-up. Of the card it says nothing.
func (u TopUp) tell(tx *store.Tx, kind string) error {
	data := map[string]any{"top_up": u.ID, "wallet": u.Wallet, "amount": u.Amount, "state": u.State}
	if u.Reason != "" {
		data["reason"] = u.Reason
	}
	if u.Refunded > 0 {
		data["refunded"] = money.Amount{Minor: u.Refunded, Currency: u.Amount.Currency}
	}
	r, err := event.New(u.Tenant.Account, u.Tenant.Test, kind, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}

// One returns a tenant's top-up.
func (t *Cashier) One(ctx context.Context, of shelf.Tenant, id string) (TopUp, error) {
	u, err := readTopUp(t.o.DB.QueryRow(ctx, topUpColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return u, directory.Found("top-up", "top-up", err)
}

// Of are a payer's top-ups, the newest first.
func (t *Cashier) Of(ctx context.Context, of Payer, limit int, after string) ([]TopUp, error) {
	var c store.Clause
	c.Where(`account = ?`, string(of.Tenant.Account))
	c.Where(`test = ?`, of.Tenant.Test)
	c.Where(`wallet = ?`, of.Wallet)
	if after != "" {
		c.Where(`id < ?`, after)
	}
	return t.list(ctx, c, `id DESC`, limit)
}
