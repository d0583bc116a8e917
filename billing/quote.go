package billing

import (
	"context"
	"encoding/json"
	"time"

	"webtrunk"
	"webtrunk/billing/ledger"
	"webtrunk/billing/price"
	"webtrunk/directory"
	"webtrunk/directory/shelf"
	"webtrunk/store"
)

// A Quote is what was offered for one call. Only its answer is added to it, by its payer.
type Quote struct {
	ID         string
	Tenant     shelf.Tenant
	Call       webtrunk.CallID
	Price      string // the price's ID
	Terms      price.Terms
	Payer      ledger.Name
	SellerPart int64  // hundredths of a percent
	OfferedBy  string // who asked for it during the call; empty for what the call was quoted when it began
	Created    time.Time

	Answer   Answer
	Answered time.Time // zero: not yet
	By       string    // whose answer it is: a customer's ID, or a leg of the call
	Method   Method
}

// An Answer is what was said to a quote.
type Answer string

const (
	NoAnswer   Answer = ""
	Accepted   Answer = "accepted"
	Declined   Answer = "declined"
	Unanswered Answer = "unanswered" // in time
)

// A Method is how a quote was answered.
type Method string

const (
	ByPage    Method = "page"
	ByDigits  Method = "digits"  // on a telephone
	ByUse     Method = "use"     // calling where the price is shown
	BySponsor Method = "sponsor" // who has paid in for such calls
)

const quoteColumns = `SELECT id, account, test, call_id, price, terms, payer, seller_part, created, answer, answered, answered_by, method, offered_by FROM quotes `

func scanQuote(row store.Row) (q Quote, err error) {
	var terms, payer string
	var created, answered int64
	if err := row.Scan(&q.ID, &q.Tenant.Account, &q.Tenant.Test, &q.Call, &q.Price, &terms, &payer, &q.SellerPart, &created, &q.Answer, &answered, &q.By, &q.Method, &q.OfferedBy); err != nil {
		return q, err
	}
	q.Payer, q.Created = ledger.NameOf(payer), store.Time(created)
	if answered > 0 {
		q.Answered = store.Time(answered)
	}
	return q, json.Unmarshal([]byte(terms), &q.Terms)
}

func (q Quote) insert(ctx context.Context, tx *store.Tx) error {
	terms, err := json.Marshal(q.Terms)
	if err != nil {
		return err
	}
	answered := int64(0)
	if !q.Answered.IsZero() {
		answered = store.Micros(q.Answered)
	}
	_, err = tx.Exec(ctx, `INSERT INTO quotes (id, account, test, call_id, price, terms, payer, seller_part, created, answer, answered, answered_by, method, offered_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		q.ID, string(q.Tenant.Account), q.Tenant.Test, string(q.Call), q.Price, string(terms), q.Payer.String(), q.SellerPart, store.Micros(q.Created),
		string(q.Answer), answered, q.By, string(q.Method), q.OfferedBy)
	return err
}

// answer writes what was said to the quote, and returns it as it then is.
func (q Quote) answer(ctx context.Context, tx *store.Tx, is Answer, by string, method Method, now time.Time) (Quote, error) {
	q.Answer, q.By, q.Method, q.Answered = is, by, method, now
	_, err := tx.Exec(ctx, `UPDATE quotes SET answer = $1, answered = $2, answered_by = $3, method = $4 WHERE id = $5`, string(is), store.Micros(now), by, string(method), q.ID)
	return q, err
}

// Quotes returns quotes of a tenant's by their IDs.
func (b *Book) Quotes(ctx context.Context, of shelf.Tenant, ids []string) (map[string]Quote, error) {
	found := make(map[string]Quote, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(of.Account), of.Test)
	store.OneOf(c, "id", ids)
	all, err := b.quotesWhere(ctx, `WHERE `+c.All(), c.Args...)
	for _, q := range all {
		found[q.ID] = q
	}
	return found, err
}

// quotesWhere returns the quotes of a condition, in its order.
func (b *Book) quotesWhere(ctx context.Context, where string, args ...any) ([]Quote, error) {
	rows, err := b.o.DB.Query(ctx, quoteColumns+where, args...)
	all, err := store.All(rows, err, scanQuote)
	return all, directory.Unavailable("quote", err)
}

// Quote returns a quote of a tenant's.
func (b *Book) Quote(ctx context.Context, of shelf.Tenant, id string) (Quote, error) {
	q, err := scanQuote(b.o.DB.QueryRow(ctx, quoteColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(of.Account), of.Test))
	return q, directory.Found("quote", "quote", err)
}
