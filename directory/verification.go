package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Verification is a call in which a customer shows that a telephone number is theirs: their
// page shows a code, the gateway calls the number, and whoever answers there keys it in.
type Verification struct {
	ID       string // "ver_…"
	Customer string
	Phone    string // that is called, E.164
	Locale   string // of the customer
	Code     string // for the page that asked, this once
	State    VerificationState
	Reason   string // why it failed: a sentence for the customer
	Created  time.Time
	Until    time.Time // when the code counts no more
}

// A VerificationState is how far a verification has come.
type VerificationState string

const (
	Verifying     VerificationState = "calling"
	Verified      VerificationState = "verified"
	NotVerifiable VerificationState = "failed"
)

const (
	// CodeDigits is how many digits a code has.
	CodeDigits = 6
	// CodeTries is how often a code can be keyed in.
	CodeTries = 3
	codeLife  = 10 * time.Minute
)

// Calls to verify are counted for a customer and for a number: it may be somebody else's.
var perVerification = patience{3, time.Hour}

// BeginVerification makes a verification of a customer's number.
func (d *Directory) BeginVerification(ctx context.Context, by Principal) (v Verification, err error) {
	c, err := d.Customer(ctx, by, by.ID)
	switch {
	case err != nil:
		return v, err
	case c.Phone == "":
		return v, conflict("verification", "There is no telephone number to verify. Give yours first.")
	case !c.Verified.IsZero():
		return v, conflict("verification", "This telephone number is verified already.")
	}
	for _, counted := range []string{"verify " + c.ID, "verify " + tenantName(c.Account, c.Test) + c.Phone} {
		if err := d.spend(ctx, counted, perVerification); err != nil {
			return v, err
		}
	}
	now := d.now()
	v = Verification{ID: webtrunk.NewID("ver"), Customer: c.ID, Phone: c.Phone, Locale: c.Locale, Code: newCode(), State: Verifying, Created: now, Until: now.Add(codeLife)}
	return v, d.change(ctx, "verification", func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM phone_verifications WHERE until < $1`, store.Micros(now.Add(-24*time.Hour))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO phone_verifications (id, customer, account, test, phone, code, tries, state, reason, created, until)
			VALUES ($1, $2, $3, $4, $5, $6, 0, $7, '', $8, $9)`, v.ID, v.Customer, string(c.Account), c.Test, v.Phone, hashOf(v.ID+v.Code), string(v.State), store.Micros(now), store.Micros(v.Until))
		return err
	})
}

// newCode is digits that nobody guesses in a few tries.
func newCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
	return fmt.Sprintf("%0*d", CodeDigits, n.Int64())
}

// Verification returns one of a customer's verifications, without its code.
func (d *Directory) Verification(ctx context.Context, by Principal, id string) (v Verification, err error) {
	v, _, _, err = d.verification(ctx, d.db, id)
	if err == nil && v.Customer != by.ID {
		err = Found("verification", "verification", sql.ErrNoRows)
	}
	if err == nil && v.State == Verifying && !d.now().Before(v.Until) {
		v.State, v.Reason = NotVerifiable, "Nobody keyed in the code in time. Have us call you again."
	}
	return v, err
}

func (d *Directory) verification(ctx context.Context, from Source, id string) (v Verification, code string, tries int, err error) {
	var created, until int64
	err = from.QueryRow(ctx, `SELECT id, customer, phone, code, tries, state, reason, created, until FROM phone_verifications WHERE id = $1`, id).
		Scan(&v.ID, &v.Customer, &v.Phone, &code, &tries, &v.State, &v.Reason, &created, &until)
	v.Created, v.Until = store.Time(created), store.Time(until)
	return v, code, tries, Found("verification", "verification", err)
}

// KeyedIn takes what was keyed in at the number that is called. right says that it was the
// code: then the number is the customer's, and nobody else's who had it verified before.
// Where it was not, more says whether it may be tried again.
func (d *Directory) KeyedIn(ctx context.Context, id, digits string) (right, more bool, err error) {
	err = d.change(ctx, "verification", func(tx *store.Tx) error {
		v, code, tries, err := d.verification(ctx, tx, id)
		if err != nil {
			return err
		}
		tries++
		counts := v.State == Verifying && tries <= CodeTries && d.now().Before(v.Until)
		right = counts && subtle.ConstantTimeCompare([]byte(hashOf(v.ID+digits)), []byte(code)) == 1
		more = counts && tries < CodeTries
		if _, err := tx.Exec(ctx, `UPDATE phone_verifications SET tries = $1 WHERE id = $2`, tries, id); err != nil || !right {
			return err
		}
		right, err = d.proven(ctx, tx, v)
		return err
	})
	return right, more, err
}

// proven notes that a customer's number is theirs, unless they have given another meanwhile.
func (d *Directory) proven(ctx context.Context, tx *store.Tx, v Verification) (bool, error) {
	c, err := readCustomer(tx.QueryRow(ctx, customerColumns+`WHERE c.id = $1`, v.Customer))
	if errors.Is(err, sql.ErrNoRows) || err == nil && c.Phone != v.Phone {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `UPDATE customers SET phone_verified = 0 WHERE account = $1 AND test = $2 AND phone = $3 AND id <> $4`, string(c.Account), c.Test, c.Phone, c.ID); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `UPDATE phone_verifications SET state = $1 WHERE id = $2`, string(Verified), v.ID); err != nil {
		return false, err
	}
	c.Verified = d.now()
	return true, d.keepCustomer(ctx, tx, Principal{ID: c.ID}, &c)
}

// NotVerified notes why a verification has come to nothing, unless it has not.
func (d *Directory) NotVerified(ctx context.Context, id, reason string) error {
	return d.change(ctx, "verification", func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE phone_verifications SET state = $1, reason = $2 WHERE id = $3 AND state = $4`, string(NotVerifiable), reason, id, string(Verifying))
		return err
	})
}

// CustomerByNumber returns the customer who has shown that a telephone number is theirs.
func (d *Directory) CustomerByNumber(ctx context.Context, account webtrunk.AccountID, test bool, number string) (Customer, error) {
	c, err := readCustomer(d.db.QueryRow(ctx, customerColumns+`WHERE c.account = $1 AND c.test = $2 AND c.phone = $3 AND c.phone <> '' AND c.phone_verified > 0`, string(account), test, number))
	return c, Found("customer", "customer", err)
}
