package directory

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A patience is how many attempts at a secret are let through, and for how long
// they count.
type patience struct {
	attempts int
	window   time.Duration
}

// Each attempt is counted before it is made, so that many at once are no way
// around. An office behind one address has more people than one login has
// mistakes.
var (
	perEmail   = patience{10, 15 * time.Minute}
	perAddress = patience{100, 15 * time.Minute}
	perPerson  = patience{10, 15 * time.Minute}
)

// spend counts an attempt, or says how long to wait. What it is about is kept
// as a hash: people type passwords where their email address belongs.
func (d *Directory) spend(ctx context.Context, subject string, p patience) error {
	now := d.now()
	old := store.Micros(now.Add(-p.window))
	var count int
	var since int64
	err := d.change(ctx, "login", func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM attempts WHERE since < $1`, store.Micros(now.Add(-24*time.Hour))); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `INSERT INTO attempts (subject, count, since) VALUES ($1, 1, $2) ON CONFLICT (subject) DO UPDATE SET
			count = CASE WHEN attempts.since <= $3 THEN 1 ELSE attempts.count + 1 END,
			since = CASE WHEN attempts.since <= $3 THEN $2 ELSE attempts.since END RETURNING count, since`, hashOf(subject), store.Micros(now), old).Scan(&count, &since)
	})
	if err != nil || count <= p.attempts {
		return err
	}
	wait := store.Time(since).Add(p.window).Sub(now)
	return &webtrunk.Error{Op: "login", Kind: webtrunk.Exhausted,
		Message: fmt.Sprintf("Too many attempts. Wait %d minutes and try again.", 1+int(wait/time.Minute))}
}

// pardon forgets the attempts at what was found right in the end.
func pardon(ctx context.Context, tx *store.Tx, subject string) error {
	_, err := tx.Exec(ctx, `DELETE FROM attempts WHERE subject = $1`, hashOf(subject))
	return err
}

// neighbourhood is whom an address is counted as: a household has one IPv4
// address, or an IPv6 network of 64 bits.
func neighbourhood(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
