package charge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/billing/ledger"
	"webtrunk/billing/money"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/event"
	"webtrunk/store"
)

// A State is how a charge stands.
type State string

const (
	Requested State = "requested" // the payer is asked
	Paid      State = "paid"
	Declined  State = "declined"
	Expired   State = "expired" // nobody answered in time, or the call ended first
	Failed    State = "failed"  // it was accepted and could not be paid
	Partly    State = "partly_refunded"
	Refunded  State = "refunded"
)

// Uncovered is why a charge failed whose payer's balance is too small.
const Uncovered = "insufficient_balance"

// A Charge is what a seller has asked for, and what came of it.
type Charge struct {
	ID          string
	Tenant      shelf.Tenant
	Call        webtrunk.CallID
	Leg         call.LegID // the payer's
	Seller      string     // the agent's name
	Payer       ledger.Name
	Unit        int64 // minor units
	Quantity    int64
	Description string
	SellerPart  int64 // hundredths of a percent
	AskedBy     string

	State    State
	Reason   string         // why it failed
	Method   billing.Method // how it was answered; empty: it was not
	Phrase   string         // by which a telephone was asked
	Answered time.Time

	Refunded       int64
	RefundedSeller int64 // of it

	Created time.Time
	Until   time.Time // when silence is a no
}

// Amount is what all of it costs.
func (c Charge) Amount() money.Amount {
	return money.Amount{Minor: c.Unit * c.Quantity, Currency: c.Payer.Currency}
}

// ToSeller is the seller's part, as long as nothing is given back.
func (c Charge) ToSeller() int64 { return c.Amount().Share(c.SellerPart).Minor }

// account is an account of whoever is paid.
func (c Charge) account(k ledger.Kind, owner string) ledger.Name {
	return ledger.Name{Tenant: c.Payer.Tenant, Test: c.Payer.Test, Kind: k, Owner: owner, Currency: c.Payer.Currency}
}

func (c Charge) seller() ledger.Name  { return c.account(ledger.Seller, c.Seller) }
func (c Charge) revenue() ledger.Name { return c.account(ledger.Revenue, "") }

const columns = `SELECT id, account, test, call_id, leg, seller, payer, unit, quantity, description, seller_part, asked_by, state, reason, method, phrase, refunded, refunded_seller, created, until, answered FROM charges `

func scan(row store.Row) (c Charge, err error) {
	var payer string
	var created, until, answered int64
	err = row.Scan(&c.ID, &c.Tenant.Account, &c.Tenant.Test, &c.Call, &c.Leg, &c.Seller, &payer, &c.Unit, &c.Quantity, &c.Description, &c.SellerPart, &c.AskedBy,
		&c.State, &c.Reason, &c.Method, &c.Phrase, &c.Refunded, &c.RefundedSeller, &created, &until, &answered)
	c.Payer, c.Created, c.Until = ledger.NameOf(payer), store.Time(created), store.Time(until)
	if answered > 0 {
		c.Answered = store.Time(answered)
	}
	return c, err
}

func (c Charge) insert(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO charges (id, account, test, call_id, leg, seller, payer, unit, quantity, description, seller_part, asked_by, state, reason, method, phrase, refunded, refunded_seller, created, until, answered)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', $14, 0, 0, $15, $16, 0)`,
		c.ID, string(c.Tenant.Account), c.Tenant.Test, string(c.Call), int64(c.Leg), c.Seller, c.Payer.String(), c.Unit, c.Quantity, c.Description, c.SellerPart, c.AskedBy,
		string(c.State), c.Phrase, store.Micros(c.Created), store.Micros(c.Until))
	return err
}

// ends writes what came of a charge that was asked for, and reports whether nothing else had.
func (c Charge) ends(ctx context.Context, tx *store.Tx) (bool, error) {
	answered := int64(0)
	if !c.Answered.IsZero() {
		answered = store.Micros(c.Answered)
	}
	n, err := tx.Exec(ctx, `UPDATE charges SET state = $1, reason = $2, method = $3, answered = $4 WHERE id = $5 AND state = $6`,
		string(c.State), c.Reason, string(c.Method), answered, c.ID, string(Requested))
	if err != nil || n == 0 {
		return false, err
	}
	return true, c.tell(tx, string(c.State))
}

// told is what events say of a charge. Who pays is named by their wallet, and by nothing else.
type told struct {
	Charge      string          `json:"charge"`
	Call        webtrunk.CallID `json:"call"`
	Seller      string          `json:"seller"`
	Payer       string          `json:"payer"`
	Amount      money.Amount    `json:"amount"`
	Quantity    int64           `json:"quantity"`
	Description string          `json:"description"`
	State       State           `json:"state"`
	Reason      string          `json:"reason,omitempty"`
	Method      billing.Method  `json:"method,omitempty"`
	Refunded    int64           `json:"refunded"`
}

func (c Charge) tell(tx *store.Tx, what string) error {
	return emit(tx, c.Tenant, "charge."+what, told{Charge: c.ID, Call: c.Call, Seller: c.Seller, Payer: string(c.Payer.Kind) + ":" + c.Payer.Owner, Amount: c.Amount(),
		Quantity: c.Quantity, Description: c.Description, State: c.State, Reason: c.Reason, Method: c.Method, Refunded: c.Refunded})
}

func emit(tx *store.Tx, of shelf.Tenant, what string, data any) error {
	r, err := event.New(of.Account, of.Test, what, data)
	if err == nil {
		tx.Emit(r)
	}
	return err
}

// check refuses what nobody can be asked to pay.
func (n *New) check() error {
	n.Description = strings.TrimSpace(n.Description)
	switch {
	case n.Unit < 1 || n.Quantity < 1 || n.Quantity > 10_000 || n.Unit > mostAmount/n.Quantity:
		return refuse(webtrunk.Invalid, "A charge is for 1 to 10,000 of something, and for 1 to %d of the currency's smallest unit in all.", int64(mostAmount))
	case !n.Currency.Known():
		return refuse(webtrunk.Invalid, "%q is no currency that can be charged.", n.Currency)
	case n.Description == "" || len(n.Description) > 300 || strings.ContainsFunc(n.Description, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return refuse(webtrunk.Invalid, "Say on one line, in 1 to 300 bytes, what is paid for.")
	}
	return nil
}

// mostAmount is how much one charge may be: a slip of the hand is not a fortune.
const mostAmount = 10_000_000_000

func refuse(kind webtrunk.Kind, format string, args ...any) error {
	return &webtrunk.Error{Op: "charge", Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// One returns a charge of a tenant's.
func (d *Desk) One(ctx context.Context, of shelf.Tenant, id string) (Charge, error) {
	c, err := one(ctx, d.o.DB, of, id)
	return c, err
}

func one(ctx context.Context, from directory.Source, of shelf.Tenant, id string) (Charge, error) {
	c, err := scan(from.QueryRow(ctx, columns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return c, directory.Found("charge", "charge", err)
}

// A Query says which charges are listed: of a seller's, or in a call; newest first.
type Query struct {
	Seller string
	Call   webtrunk.CallID
	Limit  int
	After  string
}

// List returns charges of a tenant's.
func (d *Desk) List(ctx context.Context, of shelf.Tenant, q Query) ([]Charge, error) {
	c := clause(of, q.After)
	if q.Seller != "" {
		c.Where(`seller = ?`, q.Seller)
	}
	if q.Call != "" {
		c.Where(`call_id = ?`, string(q.Call))
	}
	rows, err := d.o.DB.Query(ctx, columns+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, q.Limit), c.Args...)
	found, err := store.All(rows, err, scan)
	return found, directory.Unavailable("charge", err)
}

func clause(of shelf.Tenant, after string) *store.Clause {
	c := &store.Clause{}
	c.Where(`account = ?`, string(of.Account))
	c.Where(`test = ?`, of.Test)
	if after != "" {
		c.Where(`id < ?`, after)
	}
	return c
}

// PaidBy lists what somebody has paid for from their wallet, in any currency, newest first.
func (d *Desk) PaidBy(ctx context.Context, wallet ledger.Name, limit int, after string) ([]Charge, error) {
	theirs, err := d.o.Ledger.Accounts(ctx, wallet.Tenant, wallet.Test, wallet.Kind, wallet.Owner)
	if err != nil || len(theirs) == 0 {
		return nil, directory.Unavailable("charge", err)
	}
	payers := make([]string, len(theirs))
	for i, a := range theirs {
		payers[i] = a.Name.String()
	}
	c := clause(shelf.Tenant{Account: wallet.Tenant, Test: wallet.Test}, after)
	c.Where(`state IN ('paid', 'partly_refunded', 'refunded')`)
	store.OneOf(c, "payer", payers)
	rows, err := d.o.DB.Query(ctx, columns+`WHERE `+c.All()+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, limit), c.Args...)
	found, err := store.All(rows, err, scan)
	return found, directory.Unavailable("charge", err)
}
