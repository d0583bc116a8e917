package ledger

import (
	"context"
	"fmt"

	"webtrunk/billing/money"
	"webtrunk/store"
)

// An Audited is what counting the ledger again has found.
type Audited struct {
	Transfers int
	Accounts  int
	Open      int      // holds
	Wrong     []string // a sentence for each thing that does not add up
}

// Audit counts all balances and holds again from the transfers, and compares, as they were
// at one moment. The whole ledger passes through it, and only its accounts and holds stay in
// memory.
func (l *Ledger) Audit(ctx context.Context) (Audited, error) {
	var a *auditor
	err := l.db.Snapshot(ctx, func(tx *store.Tx) error {
		a = &auditor{accounts: map[Name]Account{}, holds: map[string]Held{}}
		if err := a.replay(ctx, tx); err != nil {
			return err
		}
		return a.compare(ctx, tx)
	})
	if err != nil {
		return Audited{}, err
	}
	a.balance()
	return a.found, nil
}

// An auditor counts for itself: it shares nothing with the book that decides.
type auditor struct {
	accounts map[Name]Account
	holds    map[string]Held
	found    Audited
}

func (a *auditor) wrong(format string, args ...any) {
	a.found.Wrong = append(a.found.Wrong, fmt.Sprintf(format, args...))
}

func (a *auditor) change(n Name, credits, debits, held int64) {
	x := a.accounts[n]
	a.accounts[n] = Account{n, x.Credits + credits, x.Debits + debits, x.Held + held}
}

// replay adds all transfers up. Holds come first: a draw may have the same time as its hold.
func (a *auditor) replay(ctx context.Context, tx *store.Tx) error {
	for _, which := range []string{`op = 'hold'`, `op <> 'hold'`} {
		rows, err := tx.Query(ctx, `SELECT id, op, hold, debit, credit, amount FROM ledger_transfers WHERE `+which)
		if err != nil {
			return err
		}
		for rows.Next() {
			var id, hold, debit, credit string
			var op Op
			var amount int64
			if err := rows.Scan(&id, &op, &hold, &debit, &credit, &amount); err != nil {
				return err
			}
			a.add(id, op, hold, NameOf(debit), NameOf(credit), amount)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
	}
	return nil
}

func (a *auditor) add(id string, op Op, hold string, from, to Name, amount int64) {
	a.found.Transfers++
	if amount < 0 {
		a.wrong("The transfer %s moves %d.", id, amount)
	}
	h := a.holds[hold]
	switch op {
	case Move:
		a.change(from, 0, amount, 0)
		a.change(to, amount, 0, 0)
	case Hold:
		a.change(from, 0, 0, amount)
		a.holds[id] = Held{ID: id, From: from, Amount: amount, State: Pending}
		return
	case Draw:
		a.change(from, 0, amount, -amount)
		a.change(to, amount, 0, 0)
		h.Drawn += amount
	case Release, Expire:
		a.change(from, 0, 0, -amount)
		h.Amount -= amount
	}
	if hold != "" {
		if h.From != from || h.Drawn > h.Amount {
			a.wrong("The transfer %s takes more than its hold %s has.", id, hold)
		}
		a.holds[hold] = h
	}
}

// compare holds what was counted against the rows that are kept.
func (a *auditor) compare(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT id, credits, debits, held FROM ledger_accounts`)
	accounts, err := store.All(rows, err, scanAccount)
	if err != nil {
		return err
	}
	moved := 0 // of which there are transfers: of an account that was only named there are none
	for _, kept := range accounts {
		counted, is := a.accounts[kept.Name]
		if counted.Name = kept.Name; is {
			moved++
		}
		if counted != kept {
			a.wrong("The account %s has %d in, %d out and %d held; its transfers say %d, %d and %d.", kept.Name, kept.Credits, kept.Debits, kept.Held, counted.Credits, counted.Debits, counted.Held)
		}
	}
	a.found.Accounts = len(accounts)
	if len(a.accounts) > moved {
		a.wrong("Transfers are about %d accounts, of which %d are kept.", len(a.accounts), moved)
	}
	rows, err = tx.Query(ctx, `SELECT id, debit, amount, drawn, state, expires FROM ledger_holds`)
	holds, err := store.All(rows, err, scanHold)
	for _, kept := range holds {
		a.compareHold(kept)
	}
	return err
}

func (a *auditor) compareHold(kept Held) {
	counted := a.holds[kept.ID]
	left := counted.Amount - counted.Drawn
	if kept.Drawn != counted.Drawn || kept.Left() != left {
		a.wrong("The hold %s is %s with %d drawn and %d left; its transfers say %d and %d.", kept.ID, kept.State, kept.Drawn, kept.Left(), counted.Drawn, left)
	}
	if kept.State == Pending {
		a.found.Open++
	}
}

// balance checks what must be true of any ledger: sums of zero, and nobody prepaid below it.
func (a *auditor) balance() {
	sums := map[money.Currency]int64{}
	for n, x := range a.accounts {
		sums[n.Currency] += x.Balance()
		if n.Kind.prepaid() && x.Available() < 0 || x.Held < 0 {
			a.wrong("The account %s has %d, of which %d are held.", n, x.Balance(), x.Held)
		}
	}
	for c, sum := range sums {
		if sum != 0 {
			a.wrong("All balances in %s together are %d, and not zero.", c, sum)
		}
	}
}
