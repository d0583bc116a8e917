package directory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// An APIKey lets an application server use the API. The secret itself is shown
// once, when the key is made; what is kept is its hash.
type APIKey struct {
	ID      string    `json:"id"` // "key_…"
	Name    string    `json:"name"`
	Kind    KeyKind   `json:"kind"`
	Test    bool      `json:"-"`
	Hint    string    `json:"hint"` // "sk_live_…4f2a"
	Rights  []Right   `json:"rights"`
	By      string    `json:"by"` // the key or person that made it
	Created time.Time `json:"created_at"`
	Expires time.Time `json:"expires_at,omitzero"`
	Revoked time.Time `json:"revoked_at,omitzero"`
	Used    time.Time `json:"last_used_at,omitzero"` // last, to the minute
}

// A KeyKind tells keys apart by their first letters.
type KeyKind string

const (
	Secret     KeyKind = "secret"     // sk_: every right
	Restricted KeyKind = "restricted" // rk_: the rights that were chosen
)

// NewKey is what a key is made from.
type NewKey struct {
	ID      string // empty makes one
	Name    string
	Kind    KeyKind
	Rights  []Right   // of a restricted key
	Expires time.Time // zero: never
}

// prefix is how a key of a kind and mode begins.
func (k KeyKind) prefix(test bool) string {
	letters, mode := "sk_", "live_"
	if k == Restricted {
		letters = "rk_"
	}
	if test {
		mode = "test_"
	}
	return letters + mode
}

const keyColumns = `SELECT id, name, kind, test, hint, rights, maker, created, expires, revoked, used FROM api_keys `

func readKey(row scanner) (k APIKey, err error) {
	var rights string
	var created, expires, revoked, used int64
	if err = row.Scan(&k.ID, &k.Name, &k.Kind, &k.Test, &k.Hint, &rights, &k.By, &created, &expires, &revoked, &used); err != nil {
		return k, err
	}
	k.Created, k.Expires, k.Revoked, k.Used = store.Time(created), store.Time(expires), store.Time(revoked), store.Time(used)
	return k, untext(rights, &k.Rights)
}

// CreateKey makes a key in the account and mode of whoever asks, and returns
// its secret, which nobody can see again. It gives no right that the asker
// lacks. Made again under the same ID, for a client that never had the answer,
// the key gets a new secret.
func (d *Directory) CreateKey(ctx context.Context, by Principal, n NewKey) (k APIKey, secret string, err error) {
	if err := n.check(by, d.now()); err != nil {
		return k, "", err
	}
	k, secret = n.make(by, d.now())
	err = d.change(ctx, "key", func(tx *store.Tx) error { return d.insertKey(ctx, tx, by, k, secret) })
	if err != nil {
		return APIKey{}, "", err
	}
	return k, secret, nil
}

// make makes a key and its secret, which nobody knows yet.
func (n NewKey) make(by Principal, now time.Time) (k APIKey, secret string) {
	prefix := n.Kind.prefix(by.Test)
	secret = newSecret(prefix)
	k = APIKey{ID: n.ID, Name: strings.TrimSpace(n.Name), Kind: n.Kind, Test: by.Test, Hint: prefix + "…" + secret[len(secret)-4:],
		Rights: n.rights(), By: by.ID, Created: now}
	if !n.Expires.IsZero() {
		k.Expires = n.Expires.UTC()
	}
	if k.ID == "" {
		k.ID = webtrunk.NewID("key")
	}
	return k, secret
}

func (d *Directory) insertKey(ctx context.Context, tx *store.Tx, by Principal, k APIKey, secret string) error {
	again, err := tx.Exec(ctx, `UPDATE api_keys SET hash = $1, hint = $2 WHERE id = $3 AND account = $4 AND revoked = 0`, hashOf(secret), k.Hint, k.ID, string(by.Account))
	if err != nil || again > 0 {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO api_keys (id, account, test, name, kind, hash, hint, rights, maker, created, expires, revoked, used)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)`, k.ID, string(by.Account), k.Test, k.Name, string(k.Kind), hashOf(secret), k.Hint,
		text(k.Rights), k.By, store.Micros(k.Created), store.Micros(k.Expires)); err != nil {
		return err
	}
	return d.tell(tx, by, "key.created", k)
}

func (n NewKey) rights() []Right {
	if n.Kind == Secret {
		return AllRights()
	}
	return n.Rights
}

func (n NewKey) check(by Principal, now time.Time) error {
	if err := checkName("key", n.Name); err != nil {
		return err
	}
	if n.Kind != Secret && n.Kind != Restricted {
		return invalid("key", "A key is secret or restricted. Publishable keys are made with their widget.")
	}
	if n.Kind == Restricted && len(n.Rights) == 0 {
		return invalid("key", "Name the rights of the restricted key, such as calls:write.")
	}
	if n.Kind == Secret && len(n.Rights) > 0 {
		return invalid("key", "A secret key has every right. Make a restricted key to choose rights.")
	}
	for _, r := range n.rights() {
		if !slices.Contains(AllRights(), r) {
			return invalid("key", fmt.Sprintf("There is no right %q, only %s.", string(r), strings.Trim(fmt.Sprint(AllRights()), "[]")))
		}
	}
	if !n.Expires.IsZero() && !n.Expires.After(now) {
		return invalid("key", "The key would have expired already. Choose a later time, or none.")
	}
	if r := by.lacks(n.rights()); r != "" {
		return forbidden("key", fmt.Sprintf("You cannot give the key the right %s, which you do not have. Choose fewer rights, or ask an owner.", r))
	}
	return nil
}

// Keys lists the account's keys.
func (d *Directory) Keys(ctx context.Context, by Principal, p Page) ([]APIKey, error) {
	query, args := p.query(keyColumns+`WHERE account = $1 AND test = $2`, string(by.Account), by.Test)
	return list(ctx, d.db, readKey, query, args...)
}

// Key returns one of the account's keys.
func (d *Directory) Key(ctx context.Context, by Principal, id string) (APIKey, error) {
	k, err := readKey(d.db.QueryRow(ctx, keyColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test))
	return k, Found("key", "key", err)
}

// RevokeKey ends a key for good. Revoking it again changes nothing.
func (d *Directory) RevokeKey(ctx context.Context, by Principal, id string) (k APIKey, err error) {
	err = d.change(ctx, "key", func(tx *store.Tx) error {
		k, err = readKey(tx.QueryRow(ctx, keyColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test))
		if err != nil || !k.Revoked.IsZero() {
			return Found("key", "key", err)
		}
		k.Revoked = d.now()
		if _, err := tx.Exec(ctx, `UPDATE api_keys SET revoked = $1 WHERE id = $2`, store.Micros(k.Revoked), id); err != nil {
			return err
		}
		return d.tell(tx, by, "key.revoked", k)
	})
	return k, err
}

// newSecret returns 256 random bits behind a prefix, and a checksum, by which
// a key that was cut off or mistyped is known without asking the database, and
// a scanner knows a key from any other word.
func newSecret(prefix string) string {
	var b [32]byte
	rand.Read(b[:])
	body := prefix + hex.EncodeToString(b[:])
	return body + checksum(body)
}

func checksum(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

// wellFormed reports whether a secret ends in its checksum.
func wellFormed(secret string) bool {
	body := len(secret) - 8
	return body > 8 && len(secret) < 100 && checksum(secret[:body]) == secret[body:]
}

// hashOf is how a secret of at least 80 random bits is kept: such a one cannot
// be guessed, however fast the hash.
func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}
