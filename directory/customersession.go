package directory

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// CustomerAccess is a customer who has just signed in.
type CustomerAccess struct {
	Cookie   string // the session's secret, for the browser alone
	CSRF     string // what its pages send with whatever they change
	Customer Customer
}

// errSignedOut is the one answer for every customer's session that does not count.
func errSignedOut() error {
	return forbidden("customer", "You are not signed in, or no longer. Sign in again.")
}

// CustomerSession returns which customer is signed in with a cookie, and the token that the
// pages of this session send with whatever they change. Such a session is none of the
// people who work for the account: it has no rights, and each knows nothing of the other's.
func (d *Directory) CustomerSession(ctx context.Context, cookie string) (p Principal, csrf string, err error) {
	if cookie == "" {
		return Principal{}, "", errSignedOut()
	}
	var seen int64
	now, hash := d.now(), hashOf(cookie)
	err = d.db.QueryRow(ctx, `SELECT c.id, c.account, c.test, s.seen FROM customer_sessions s JOIN customers c ON c.id = s.customer JOIN accounts a ON a.id = c.account
		WHERE s.hash = $1 AND s.created > $2 AND s.seen > $3 AND NOT c.disabled AND a.status = 'active'`, hash,
		store.Micros(now.Add(-SessionLife)), store.Micros(now.Add(-SessionIdle))).Scan(&p.ID, &p.Account, &p.Test, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return Principal{}, "", errSignedOut()
	}
	if err != nil {
		return Principal{}, "", Unavailable("customer", err)
	}
	if now.Sub(store.Time(seen)) >= time.Minute {
		d.note(ctx, "customer", `UPDATE customer_sessions SET seen = $1 WHERE hash = $2 AND seen < $1`, store.Micros(now), hash)
	}
	return p, csrfOf(cookie), nil
}

// beginFor begins a customer's session in a browser, whose secret nobody has seen before,
// and ends the one that the browser had.
func (d *Directory) beginFor(ctx context.Context, tx *store.Tx, c Customer, from Browser) (a CustomerAccess, err error) {
	now := d.now()
	a = CustomerAccess{Cookie: newCookie(), Customer: c}
	a.CSRF = csrfOf(a.Cookie)
	if _, err := tx.Exec(ctx, `DELETE FROM customer_sessions WHERE created <= $1 OR hash = $2`, store.Micros(now.Add(-SessionLife)), hashOf(from.Previous)); err != nil {
		return a, err
	}
	id := webtrunk.NewID("session")
	if _, err := tx.Exec(ctx, `INSERT INTO customer_sessions (hash, id, customer, created, seen, address, agent) VALUES ($1, $2, $3, $4, $4, $5, $6)`,
		hashOf(a.Cookie), id, c.ID, store.Micros(now), from.Address.String(), clip(from.Agent)); err != nil {
		return a, err
	}
	return a, d.tell(tx, Principal{Account: c.Account, Test: c.Test}, "customer.signed_in", map[string]any{"id": c.ID, "session": id})
}

// SignOut ends the session of a customer's cookie.
func (d *Directory) SignOut(ctx context.Context, cookie string) error {
	return d.change(ctx, "customer", func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM customer_sessions WHERE hash = $1`, hashOf(cookie))
		return err
	})
}

// signOut ends all sessions of a customer, but that of a cookie.
func signOut(ctx context.Context, tx *store.Tx, customer, cookie string) error {
	_, err := tx.Exec(ctx, `DELETE FROM customer_sessions WHERE customer = $1 AND hash <> $2`, customer, hashOf(cookie))
	return err
}
