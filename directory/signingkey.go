package directory

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// signingLife is how long a key signs. What it signed is believed for as long
// again, which no token outlives.
const signingLife = 30 * 24 * time.Hour

// A signer is a key that signs client tokens.
type signer struct {
	id      string // "sign_…", the kid
	private ed25519.PrivateKey
	created time.Time
}

const signerColumns = `SELECT id, seed, created FROM signing_keys `

func readSigner(row scanner) (s signer, err error) {
	var seed string
	var created int64
	if err = row.Scan(&s.id, &seed, &created); err != nil {
		return s, err
	}
	raw, err := hex.DecodeString(seed)
	if err != nil || len(raw) != ed25519.SeedSize {
		return s, &webtrunk.Error{Op: "token", Message: "A key that signs tokens cannot be read from the database."}
	}
	s.private, s.created = ed25519.NewKeyFromSeed(raw), store.Time(created)
	return s, nil
}

// signer returns the key that signs now, and makes one when the last has
// signed for long enough.
func (d *Directory) signer(ctx context.Context, tx *store.Tx) (signer, error) {
	now := d.now()
	s, err := readSigner(tx.QueryRow(ctx, signerColumns+`ORDER BY created DESC, id DESC LIMIT 1`))
	if err == nil && now.Sub(s.created) < signingLife {
		return s, nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	return makeSigner(ctx, tx, now)
}

func makeSigner(ctx context.Context, tx *store.Tx, now time.Time) (signer, error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	s := signer{webtrunk.NewID("sign"), ed25519.NewKeyFromSeed(seed), now}
	if _, err := tx.Exec(ctx, `DELETE FROM signing_keys WHERE created < $1`, store.Micros(now.Add(-2*signingLife))); err != nil {
		return s, err
	}
	_, err := tx.Exec(ctx, `INSERT INTO signing_keys (id, seed, created) VALUES ($1, $2, $3)`, s.id, hex.EncodeToString(seed), store.Micros(now))
	return s, err
}

// RotateSigningKey has a new key sign from now on. Tokens that others signed
// are believed until they expire.
func (d *Directory) RotateSigningKey(ctx context.Context) error {
	return d.change(ctx, "token", func(tx *store.Tx) error {
		_, err := makeSigner(ctx, tx, d.now())
		return err
	})
}

// verifier returns the public key of a kid that still counts.
func (d *Directory) verifier(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	s, err := readSigner(d.db.QueryRow(ctx, signerColumns+`WHERE id = $1 AND created > $2`, kid, store.Micros(d.now().Add(-2*signingLife))))
	if err != nil {
		return nil, err
	}
	return s.private.Public().(ed25519.PublicKey), nil
}
