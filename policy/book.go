package policy

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A book counts the minutes and the money of each party's day. A call holds
// what it may use before it uses it, in one transaction with all its parties,
// so that calls at once, also of other gateways, never promise the same twice.
type book struct{ db *store.DB }

// A claim is what a call wants to hold.
type claim struct {
	call    webtrunk.CallID
	day     int64 // in which the call began, and to which it counts to its end
	parties []party
	ends    []end
	from    time.Duration // as long as the call must at least be able to talk, from its answer
	to      time.Duration // as long as it would like to
}

// dayOf numbers the days since 1970, in UTC.
func dayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

// hold holds as much of a claim as all parties' limits leave, instead of what
// the call has held before. It returns how long the call may talk, or whose
// limit leaves too little.
func (b book) hold(ctx context.Context, c claim) (talk time.Duration, refused *Refusal, err error) {
	err = b.db.Tx(ctx, func(tx *store.Tx) error {
		salt, err := saltOf(ctx, tx, c.day)
		if err != nil {
			return err
		}
		var others []use // what each party has used and holds, but for this call
		var own []use    // what the call holds of each party's
		for _, p := range c.parties {
			all, held, err := usedBy(ctx, tx, c, p.pseudonym(salt))
			if err != nil {
				return err
			}
			others, own = append(others, all.minus(held)), append(own, held)
		}
		if talk, refused = c.fit(others); refused != nil {
			return nil
		}
		for i, p := range c.parties {
			if err := keep(ctx, tx, c, p.pseudonym(salt), own[i], together(c.ends, talk)); err != nil {
				return err
			}
		}
		return nil
	})
	return talk, refused, err
}

// fit returns how long a call may talk beside what others use, to the second.
func (c claim) fit(others []use) (time.Duration, *Refusal) {
	fits := func(talk time.Duration) *Refusal {
		for i, p := range c.parties {
			if rule, ok := others[i].plus(together(c.ends, talk)).within(p.limit); !ok {
				return used(p, rule)
			}
		}
		return nil
	}
	if r := fits(c.from); r != nil {
		return 0, r
	}
	low, high := int64(c.from/time.Second), int64(c.to/time.Second)
	for low < high {
		middle := (low + high + 1) / 2
		if fits(time.Duration(middle)*time.Second) == nil {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return max(c.from, time.Duration(low)*time.Second), nil
}

// used says that a party's minutes or money of the day are used up.
func used(p party, rule Rule) *Refusal {
	what := "calling minutes"
	if rule == RuleSpend {
		what = "money for calls"
	}
	return refuse(rule, "For today, %s %s are used up, or kept for calls that still run. Try again when those have ended, or tomorrow.", p.whose(), what).by(p.scope)
}

// saltOf returns a day's salt. The first call of a day makes it, and forgets
// what is two days old: calls that began yesterday may still run.
func saltOf(ctx context.Context, tx *store.Tx, day int64) (salt []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT salt FROM policy_days WHERE day = $1`, day).Scan(&salt)
	if !errors.Is(err, sql.ErrNoRows) {
		return salt, err
	}
	salt = make([]byte, 32)
	rand.Read(salt)
	if _, err := tx.Exec(ctx, `INSERT INTO policy_days (day, salt) VALUES ($1, $2)`, day, salt); err != nil {
		return nil, err
	}
	for _, table := range []string{"policy_days", "policy_usage", "policy_holds"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE day < $1`, day-1); err != nil {
			return nil, err
		}
	}
	return salt, nil
}

// usedBy returns what a party has used and holds on a day, and what one call holds
// of that.
func usedBy(ctx context.Context, tx *store.Tx, c claim, party string) (all, own use, err error) {
	all, err = scanUse(tx.QueryRow(ctx, `SELECT talk_ms + held_ms, spend + held_spend FROM policy_usage WHERE day = $1 AND party = $2`, c.day, party))
	if err == nil {
		own, err = heldBy(ctx, tx, c.call, party)
	}
	return all, own, err
}

func heldBy(ctx context.Context, tx *store.Tx, id webtrunk.CallID, party string) (use, error) {
	return scanUse(tx.QueryRow(ctx, `SELECT held_ms, held_spend FROM policy_holds WHERE call = $1 AND party = $2`, string(id), party))
}

func scanUse(row store.Row) (use, error) {
	var ms, spend int64
	err := row.Scan(&ms, &spend)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return use{time.Duration(ms) * time.Millisecond, spend}, err
}

// keep has a party's row and the call's say what the call holds instead of what it
// held before.
func keep(ctx context.Context, tx *store.Tx, c claim, party string, before, held use) error {
	ends, err := json.Marshal(c.ends)
	if err != nil {
		return err
	}
	more := held.minus(before)
	if _, err := tx.Exec(ctx, `INSERT INTO policy_usage (day, party, talk_ms, spend, held_ms, held_spend) VALUES ($1, $2, 0, 0, $3, $4)
		ON CONFLICT (day, party) DO UPDATE SET held_ms = policy_usage.held_ms + excluded.held_ms, held_spend = policy_usage.held_spend + excluded.held_spend`,
		c.day, party, more.talk.Milliseconds(), more.spend); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO policy_holds (call, day, party, held_ms, held_spend, ends) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (call, party) DO UPDATE SET held_ms = excluded.held_ms, held_spend = excluded.held_spend, ends = excluded.ends`,
		string(c.call), c.day, party, held.talk.Milliseconds(), held.spend, string(ends))
	return err
}

// A held is what a call holds of one party's.
type held struct {
	day   int64
	party string
	use   use
	ends  []end
}

func readHeld(row store.Row) (h held, err error) {
	var ms int64
	var ends string
	if err = row.Scan(&h.day, &h.party, &ms, &h.use.spend, &ends); err != nil {
		return h, err
	}
	h.use.talk = time.Duration(ms) * time.Millisecond
	return h, json.Unmarshal([]byte(ends), &h.ends)
}

const heldColumns = `SELECT day, party, held_ms, held_spend, ends FROM policy_holds WHERE call = $1`

// holds reports whether a call holds anything.
func (b book) holds(ctx context.Context, id webtrunk.CallID) (bool, error) {
	rows, err := b.db.Query(ctx, heldColumns, string(id))
	all, err := store.All(rows, err, readHeld)
	return len(all) > 0, err
}

// settle puts what calls have used in the place of what they held. Settling one
// again changes nothing.
func (b book) settle(ctx context.Context, all ...settlement) error {
	return b.db.Tx(ctx, func(tx *store.Tx) error {
		for _, s := range all {
			if err := s.settle(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s settlement) settle(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, heldColumns, string(s.call))
	all, err := store.All(rows, err, readHeld)
	if err != nil {
		return err
	}
	for _, h := range all {
		u := s.really(h.ends, h.use)
		if _, err := tx.Exec(ctx, `UPDATE policy_usage SET talk_ms = talk_ms + $1, spend = spend + $2, held_ms = held_ms - $3, held_spend = held_spend - $4 WHERE day = $5 AND party = $6`,
			u.talk.Milliseconds(), u.spend, h.use.talk.Milliseconds(), h.use.spend, h.day, h.party); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `DELETE FROM policy_holds WHERE call = $1`, string(s.call))
	return err
}
