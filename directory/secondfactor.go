package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"webtrunk/store"
)

// A factor is a person's second factor: codes by time (RFC 6238), as every
// authenticator app makes them: SHA-1, six digits, 30 seconds.
type factor struct {
	secret string // base 32; empty: none was begun
	on     bool   // it was confirmed by a code
}

const (
	codePeriod    = 30 // seconds
	recoveryCodes = 10
)

// Enrolment is a second factor that waits to be confirmed.
type Enrolment struct {
	Secret string // to type into an app
	URL    string // otpauth://…, to show as a QR code
}

// EnrolSecondFactor begins a second factor for the person who asks. It does not
// count before ConfirmSecondFactor.
func (d *Directory) EnrolSecondFactor(ctx context.Context, by Principal) (e Enrolment, err error) {
	p, err := d.Person(ctx, by, by.ID)
	if err != nil {
		return e, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Webtrunk", AccountName: p.Email, Period: codePeriod, SecretSize: 20})
	if err != nil {
		return e, err
	}
	err = d.change(ctx, "second factor", func(tx *store.Tx) error {
		begun, err := tx.Exec(ctx, `UPDATE people SET totp_secret = $1, totp_step = 0 WHERE id = $2 AND NOT totp_on`, key.Secret(), by.ID)
		if err == nil && begun == 0 {
			err = conflict("second factor", "You have a second factor already. Turn it off first.")
		}
		return err
	})
	return Enrolment{Secret: key.Secret(), URL: key.URL()}, err
}

// ConfirmSecondFactor has the second factor count, once a code shows that the
// app has it, and returns the recovery codes, which nobody can see again.
func (d *Directory) ConfirmSecondFactor(ctx context.Context, by Principal, code string) (recovery []string, err error) {
	if err := d.spend(ctx, "factor "+by.ID, perPerson); err != nil {
		return nil, err
	}
	err = d.change(ctx, "second factor", func(tx *store.Tx) error {
		recovery = nil
		f, err := factorOf(ctx, tx, by.ID)
		switch {
		case err != nil:
			return err
		case f.on:
			return conflict("second factor", "You have a second factor already.")
		case f.secret == "":
			return conflict("second factor", "Begin with a new second factor, then confirm it.")
		}
		if err := d.useStep(ctx, tx, by.ID, f, code); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE people SET totp_on = $1 WHERE id = $2`, true, by.ID); err != nil {
			return err
		}
		if recovery, err = makeRecovery(ctx, tx, by.ID); err != nil {
			return err
		}
		return d.tell(tx, by, "person.second_factor_enabled", map[string]any{"id": by.ID})
	})
	return recovery, err
}

// DisableSecondFactor turns the second factor of the person who asks off, with
// one more code.
func (d *Directory) DisableSecondFactor(ctx context.Context, by Principal, code string) error {
	if err := d.spend(ctx, "factor "+by.ID, perPerson); err != nil {
		return err
	}
	return d.change(ctx, "second factor", func(tx *store.Tx) error {
		if err := d.useCode(ctx, tx, by.ID, code); err != nil {
			return err
		}
		if err := forgetFactor(ctx, tx, by.ID); err != nil {
			return err
		}
		return d.tell(tx, by, "person.second_factor_disabled", map[string]any{"id": by.ID})
	})
}

func factorOf(ctx context.Context, tx *store.Tx, person string) (f factor, err error) {
	err = tx.QueryRow(ctx, `SELECT totp_secret, totp_on FROM people WHERE id = $1`, person).Scan(&f.secret, &f.on)
	return f, Found("second factor", "person", err)
}

func forgetFactor(ctx context.Context, tx *store.Tx, person string) error {
	_, err := tx.Exec(ctx, `UPDATE people SET totp_secret = '', totp_on = $1, totp_step = 0 WHERE id = $2`, false, person)
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM recovery_codes WHERE person = $1`, person)
	}
	return err
}

// useCode takes a code of the app's or a recovery code. Either works once.
func (d *Directory) useCode(ctx context.Context, tx *store.Tx, person, code string) error {
	f, err := factorOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if !f.on {
		return errLogin()
	}
	if err := d.useStep(ctx, tx, person, f, code); !errors.Is(err, errCode) {
		return err
	}
	used, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE person = $1 AND hash = $2`, person, hashOf(plainRecovery(code)))
	if err == nil && used == 0 {
		return errLogin()
	}
	return err
}

// errCode is a code that the app does not show now.
var errCode = errors.New("wrong code")

// useStep takes a code of the app's: of this half minute or one of those beside
// it, for clocks differ, and later than the last that was used (RFC 6238 §5.2).
func (d *Directory) useStep(ctx context.Context, tx *store.Tx, person string, f factor, code string) error {
	code = strings.ReplaceAll(code, " ", "")
	now := d.now().Unix() / codePeriod
	for step := now - 1; step <= now+1; step++ {
		want, err := totp.GenerateCodeCustom(f.secret, time.Unix(step*codePeriod, 0), totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) != 1 {
			continue
		}
		fresh, err := tx.Exec(ctx, `UPDATE people SET totp_step = $1 WHERE id = $2 AND totp_step < $1`, step, person)
		if err != nil || fresh == 1 {
			return err
		}
	}
	return wrongCode()
}

func wrongCode() error {
	return errors.Join(errCode, forbidden("second factor", "This code is wrong, or was used before. Wait for the app to show another one."))
}

// makeRecovery gives a person codes for the day on which the telephone is lost.
func makeRecovery(ctx context.Context, tx *store.Tx, person string) (codes []string, err error) {
	if _, err := tx.Exec(ctx, `DELETE FROM recovery_codes WHERE person = $1`, person); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		s := strings.ToLower(rand.Text()[:16])
		if _, err := tx.Exec(ctx, `INSERT INTO recovery_codes (person, hash) VALUES ($1, $2)`, person, hashOf(s)); err != nil {
			return nil, err
		}
		codes = append(codes, s[:4]+"-"+s[4:8]+"-"+s[8:12]+"-"+s[12:])
	}
	return codes, nil
}

// plainRecovery is a recovery code without what people add to it.
func plainRecovery(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(s))
}
