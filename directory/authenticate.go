package directory

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// errKey is the one answer for every key that does not work, so that nobody
// learns which there were.
func errKey() error {
	return &webtrunk.Error{Op: "authenticate", Kind: webtrunk.Forbidden,
		Message: "This API key does not work."}
}

// Authenticate returns who holds a secret or restricted key.
func (d *Directory) Authenticate(ctx context.Context, bearer string) (Principal, error) {
	if strings.HasPrefix(bearer, "pk_") {
		return Principal{}, forbidden("authenticate", "A publishable key is for pages and opens nothing here. Use a secret key, sk_…, and keep it on your server.")
	}
	if !wellFormed(bearer) {
		return Principal{}, errKey()
	}
	var p Principal
	var rights string
	var expires, used int64
	err := d.db.QueryRow(ctx, `SELECT k.id, k.account, k.test, k.rights, k.expires, k.used, a.operator FROM api_keys k JOIN accounts a ON a.id = k.account
		WHERE k.hash = $1 AND k.revoked = 0 AND a.status = 'active'`, hashOf(bearer)).Scan(&p.ID, &p.Account, &p.Test, &rights, &expires, &used, &p.Operator)
	now := d.now()
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && expires != 0 && expires <= store.Micros(now):
		return Principal{}, errKey()
	case err != nil:
		return Principal{}, Unavailable("authenticate", err)
	}
	if now.Sub(store.Time(used)) >= time.Minute {
		d.note(ctx, p.ID, `UPDATE api_keys SET used = $1 WHERE id = $2 AND used < $1`, store.Micros(now), p.ID)
	}
	return p, untext(rights, &p.Rights)
}
