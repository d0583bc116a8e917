package ledger

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// read reads what the entries of some jobs are about.
func read(ctx context.Context, tx *store.Tx, jobs []*job, now time.Time) (*book, error) {
	b := newBook()
	ids, holds, names := map[string]bool{}, map[string]bool{}, map[Name]bool{}
	for _, j := range jobs {
		for _, t := range j.entry.Transfers {
			ids[t.ID] = true
			for _, id := range []string{t.Hold, holdOf(t)} {
				holds[id] = true
			}
			names[t.From], names[t.To] = true, true
		}
	}
	rows, err := tx.Among(ctx, `SELECT `+transferColumns+` FROM ledger_transfers WHERE id IN`, keys(ids))
	done, err := store.All(rows, err, scanTransfer)
	if err != nil {
		return nil, err
	}
	for _, r := range done {
		b.done[r.ID] = r
	}
	if err := b.readHolds(ctx, tx, keys(holds), names); err != nil {
		return nil, err
	}
	if err := b.readAccounts(ctx, tx, names); err != nil {
		return nil, err
	}
	return b, b.readCaps(ctx, tx, jobs, now)
}

// holdOf is the hold that a transfer makes.
func holdOf(t Transfer) string {
	if t.Op == Hold {
		return t.ID
	}
	return ""
}

// readHolds reads holds, and adds the accounts that they are of.
func (b *book) readHolds(ctx context.Context, tx *store.Tx, ids []string, names map[Name]bool) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.Among(ctx, `SELECT id, debit, amount, drawn, state, expires FROM ledger_holds WHERE id IN`, ids)
	all, err := store.All(rows, err, scanHold)
	for _, h := range all {
		b.holds[h.ID] = h
		names[h.From] = true
	}
	return err
}

func (b *book) readAccounts(ctx context.Context, tx *store.Tx, names map[Name]bool) error {
	delete(names, Name{})
	ids := make([]string, 0, len(names))
	for n := range names {
		ids = append(ids, n.String())
	}
	slices.Sort(ids)
	rows, err := tx.Among(ctx, `SELECT id, credits, debits, held FROM ledger_accounts WHERE id IN`, ids)
	all, err := store.All(rows, err, scanAccount)
	for _, a := range all {
		b.accounts[a.Name] = a
	}
	return err
}

// keys are the keys of a set, but for the empty one.
func keys(of map[string]bool) []string {
	delete(of, "")
	return slices.Sorted(maps.Keys(of))
}

func scanAccount(row store.Row) (a Account, err error) {
	var id string
	err = row.Scan(&id, &a.Credits, &a.Debits, &a.Held)
	a.Name = NameOf(id)
	return a, err
}

func scanHold(row store.Row) (h Held, err error) {
	var debit string
	var expires int64
	err = row.Scan(&h.ID, &debit, &h.Amount, &h.Drawn, &h.State, &expires)
	h.From, h.Expires = NameOf(debit), timeOf(expires)
	return h, err
}

const transferColumns = `id, op, hold, debit, credit, asked, least, amount, reason, call_id, subject, expires, created`

// scanTransfer reads a transfer as it was asked for, and what became of it.
func scanTransfer(row store.Row) (r Result, err error) {
	var debit, credit string
	var expires, created int64
	err = row.Scan(&r.ID, &r.Op, &r.Hold, &debit, &credit, &r.Amount, &r.Least, &r.Moved, &r.Reason, &r.Call, &r.Subject, &expires, &created)
	if r.Hold == "" {
		r.From = NameOf(debit)
	}
	r.To, r.Expires, r.At = NameOf(credit), timeOf(expires), store.Time(created)
	return r, err
}

// write writes what has changed in the book, and the transfers that changed it.
func (b *book) write(ctx context.Context, tx *store.Tx, made []Result) error {
	if len(made) == 0 {
		return nil
	}
	transfers := make([][]any, len(made))
	for i, r := range made {
		from := b.from(r.Transfer)
		transfers[i] = []any{r.ID, string(from.Tenant), from.Test, string(r.Op), r.Hold, from.String(), idOf(r.To), r.Amount, r.Least, r.Moved,
			string(r.Reason), string(r.Call), r.Subject, microsOf(r.Expires), store.Micros(r.At)}
	}
	if err := tx.Insert(ctx, `ledger_transfers (id, account, test, op, hold, debit, credit, asked, least, amount, reason, call_id, subject, expires, created)`, "", transfers); err != nil {
		return err
	}
	if err := tx.Insert(ctx, `ledger_accounts (id, account, test, kind, owner, currency, credits, debits, held)`,
		`ON CONFLICT (id) DO UPDATE SET credits = excluded.credits, debits = excluded.debits, held = excluded.held`, b.accountRows()); err != nil {
		return err
	}
	return tx.Insert(ctx, `ledger_holds (id, debit, amount, drawn, state, expires)`,
		`ON CONFLICT (id) DO UPDATE SET drawn = excluded.drawn, state = excluded.state`, b.holdRows())
}

// from is the account that a transfer takes from: that of its hold, where it has one.
func (b *book) from(t Transfer) Name {
	if t.Hold != "" {
		return b.holds[t.Hold].From
	}
	return t.From
}

// accountRows are the accounts that have changed, in one order for all gateways: who locks
// rows in two orders waits for each other.
func (b *book) accountRows() (rows [][]any) {
	for _, n := range slices.SortedFunc(maps.Keys(b.touched), func(a, b Name) int { return cmp.Compare(a.String(), b.String()) }) {
		a := b.accounts[n]
		rows = append(rows, []any{n.String(), string(n.Tenant), n.Test, string(n.Kind), n.Owner, string(n.Currency), a.Credits, a.Debits, a.Held})
	}
	return rows
}

func (b *book) holdRows() (rows [][]any) {
	for _, id := range keys(b.moved) {
		h := b.holds[id]
		rows = append(rows, []any{h.ID, h.From.String(), h.Amount, h.Drawn, string(h.State), microsOf(h.Expires)})
	}
	return rows
}

func idOf(n Name) string {
	if n == (Name{}) {
		return ""
	}
	return n.String()
}

// A time that is zero is 0 in a row.
func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return store.Micros(t)
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return store.Time(micros)
}

// of begins a query about one tenant's accounts.
func of(tenant webtrunk.AccountID, test bool) *store.Clause {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(tenant), test)
	return c
}
