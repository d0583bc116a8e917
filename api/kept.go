package api

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"

	"webtrunk"
	"webtrunk/store"
)

// keyed is a request with an Idempotency-Key.
type keyed struct {
	name    string // of the account, its mode and the key, hashed
	print   string // of what is asked for, hashed
	account webtrunk.AccountID
	secret  bool // the answer holds a secret
}

// keptRow is what is known of a key.
type keptRow struct {
	print  string
	seed   string // of the IDs that the request makes
	status int    // of the answer; 0 while there is none
	body   []byte
	tries  int // how often it was begun
	until  int64
}

// claim makes the key's row, or takes over one whose process died; then the
// request is ours to carry out. Else it returns the row as it is.
func (s *Server) claim(ctx context.Context, k keyed) (row keptRow, mine bool, err error) {
	now := s.cfg.Now()
	err = s.cfg.Store.Tx(ctx, func(tx *store.Tx) error {
		row, mine = keptRow{print: k.print, seed: strings.TrimPrefix(webtrunk.NewID("x"), "x_"), tries: 1}, false
		until := store.Micros(now.Add(leaseTime))
		n, err := tx.Exec(ctx, `INSERT INTO api_answers (name, account, print, seed, status, body, tries, until, at)
			VALUES ($1, $2, $3, $4, 0, $5, 1, $6, $7) ON CONFLICT (name) DO NOTHING`,
			k.name, string(k.account), k.print, row.seed, []byte{}, until, store.Micros(now))
		if err != nil || n == 1 {
			mine = err == nil
			return err
		}
		err = tx.QueryRow(ctx, `SELECT print, seed, status, body, tries, until FROM api_answers WHERE name = $1`, k.name).
			Scan(&row.print, &row.seed, &row.status, &row.body, &row.tries, &row.until)
		if errors.Is(err, sql.ErrNoRows) { // pruned in between: look again
			row = keptRow{print: k.print}
			return nil
		}
		if err != nil || row.status != 0 || row.print != k.print || row.until > store.Micros(now) {
			return err
		}
		row.tries++
		n, err = tx.Exec(ctx, `UPDATE api_answers SET tries = tries + 1, until = $1 WHERE name = $2 AND tries = $3 AND status = 0`, until, k.name, row.tries-1)
		mine = n == 1
		return err
	})
	if err == nil && row.print != k.print {
		err = &Problem{Kind: webtrunk.Conflict, Code: "idempotency_key_reused", Param: "Idempotency-Key",
			Message:  "This Idempotency-Key was used for another request within the last 24 hours.",
			Remedies: []string{"Use a new key for each thing that you want done.", "To repeat the earlier request, send exactly the same method, path and body."}}
	}
	return row, mine, err
}

// keep writes the answer into the row, if it is final; else it lets the next
// request with the key try again at once.
func (s *Server) keep(ctx context.Context, k keyed, row keptRow, got *recorded, credential string) error {
	status, body := got.status, got.body.Bytes()
	if !final(status) {
		status, body = 0, []byte{}
	} else if k.secret && status < 300 {
		body = seal(credential, body)
	}
	return s.cfg.Store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE api_answers SET status = $1, body = $2, until = 0 WHERE name = $3 AND tries = $4`, status, append([]byte{}, body...), k.name, row.tries)
		return err
	})
}

// pruneBatch is how many answers one transaction forgets: calls wait behind it.
const pruneBatch = 500

// Prune forgets what is kept for repetitions longer than 24 hours. The gateway
// calls it now and then.
func (s *Server) Prune(ctx context.Context) error {
	before := store.Micros(s.cfg.Now().Add(-keptFor))
	for gone := int64(pruneBatch); gone == pruneBatch; {
		if err := s.cfg.Store.Tx(ctx, func(tx *store.Tx) (err error) {
			gone, err = tx.Exec(ctx, `DELETE FROM api_answers WHERE name IN (SELECT name FROM api_answers WHERE at < $1 ORDER BY at, name LIMIT $2)`, before, pruneBatch)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// seal encrypts an answer so that only the same credential opens it.
func seal(credential string, body []byte) []byte {
	box := boxOf(credential)
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	return box.Seal(nonce, nonce, body, nil)
}

func unseal(credential string, sealed []byte) ([]byte, error) {
	box := boxOf(credential)
	if len(sealed) < box.NonceSize() {
		return nil, errSealed
	}
	body, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], nil)
	if err != nil {
		return nil, errSealed
	}
	return body, nil
}

// boxOf is AES-256-GCM under a credential's key; neither can fail for a key of
// 32 bytes.
func boxOf(credential string) cipher.AEAD {
	block, err := aes.NewCipher(sealingKey(credential))
	if err != nil {
		panic(err)
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return box
}
