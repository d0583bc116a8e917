package webhook

import (
	"context"
	"database/sql"
	"time"

	"webtrunk"
	"webtrunk/store"
)

const (
	// KeepSecret is how long a rotated secret signs beside its successor unless
	// somebody chooses otherwise.
	KeepSecret = 24 * time.Hour
	// maxKeep is the longest choice.
	maxKeep = 7 * 24 * time.Hour
	// maxSecrets bounds how many sign at once, so that the header stays short.
	maxSecrets = 5
)

// Rotate gives an endpoint a new secret, which is not shown again. The one in
// use goes on signing beside it for keep, so that the receiver can change over
// without losing a message; 0 ends it at once.
func (e *Endpoints) Rotate(ctx context.Context, in Scope, id string, keep time.Duration) (Secret, error) {
	if keep < 0 || keep > maxKeep {
		return Secret{}, invalid("rotate", "The old secret can be kept for at most 7 days, that is 604800 seconds.")
	}
	secret := NewSecret()
	err := e.DB.Tx(ctx, func(tx *store.Tx) error {
		if _, err := own(ctx, tx, in, id); err != nil {
			return err
		}
		now := time.Now()
		if _, err := tx.Exec(ctx, `DELETE FROM webhook_secrets WHERE endpoint = $1 AND expires <> 0 AND expires <= $2`, id, store.Micros(now)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE webhook_secrets SET expires = $1 WHERE endpoint = $2 AND expires = 0`, store.Micros(now.Add(keep)), id); err != nil {
			return err
		}
		signing, err := secrets(tx.Query(ctx, selectSecrets, id, store.Micros(now)))
		if err != nil {
			return err
		}
		if len(signing) >= maxSecrets {
			return &webtrunk.Error{Op: "rotate", Kind: webtrunk.Exhausted, Message: "Five secrets of this endpoint are valid already. Wait until one has ended, or let the old one end at once."}
		}
		return addSecret(ctx, tx, id, secret)
	})
	return secret, err
}

func addSecret(ctx context.Context, tx *store.Tx, endpoint string, s Secret) error {
	_, err := tx.Exec(ctx, `INSERT INTO webhook_secrets (id, endpoint, secret, expires) VALUES ($1, $2, $3, 0)`, webtrunk.NewID("whs"), endpoint, s.Reveal())
	return err
}

// selectSecrets reads those that sign at a time, newest first.
const selectSecrets = `SELECT secret FROM webhook_secrets WHERE endpoint = $1 AND (expires = 0 OR expires > $2) ORDER BY id DESC`

func secrets(rows *sql.Rows, err error) (all []Secret, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		secret, err := ParseSecret(s)
		if err != nil {
			return nil, err
		}
		all = append(all, secret)
	}
	return all, rows.Err()
}
