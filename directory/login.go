package directory

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Login is what somebody shows to be let in.
type Login struct {
	Email       string
	Password    string
	Code        string // of the second factor, or a recovery code
	NewPassword string // where Password is a one-time password
	Previous    string // the session's cookie that the browser had; it ends
	Address     netip.Addr
	Agent       string // the browser, as it calls itself
}

// What a login lacks, where the password is right.
var (
	ErrSecondFactor = errors.New("a code of the second factor is needed")
	ErrNewPassword  = errors.New("a new password is needed")
)

// Access is a login that succeeded.
type Access struct {
	Cookie    string // the session's secret, for the browser alone
	CSRF      string // what its pages send with whatever they change
	Session   Session
	Person    Person
	Principal Principal
}

// errLogin is the one answer to whatever was wrong.
func errLogin() error {
	return forbidden("login", "The email address, the password or the code is wrong. Check all three.")
}

// Login lets a person in and begins a new session, whose secret nobody has seen
// before. It takes as long, and says as little, for an email address that
// nobody has.
func (d *Directory) Login(ctx context.Context, l Login) (Access, error) {
	email := strings.ToLower(strings.TrimSpace(l.Email))
	for subject, p := range map[string]patience{"email " + email: perEmail, "address " + neighbourhood(l.Address): perAddress} {
		if err := d.spend(ctx, subject, p); err != nil {
			return Access{}, err
		}
	}
	who, err := d.candidate(ctx, email)
	if err != nil {
		return Access{}, err
	}
	fits, err := d.hashing.verify(ctx, l.Password[:min(len(l.Password), MaxPassword+1)], who.password)
	if err != nil {
		return Access{}, err
	}
	if !fits {
		return Access{}, errLogin()
	}
	hash, err := d.chosen(ctx, who, l)
	if err != nil {
		return Access{}, err
	}
	return d.enter(ctx, who, l, hash)
}

// A candidate is a person who may be about to log in.
type candidate struct {
	Person
	account  Account
	password string // the hash; empty for nobody
	oneTime  time.Time
	factor   factor
}

func (d *Directory) candidate(ctx context.Context, email string) (c candidate, err error) {
	var oneTime, created int64
	err = d.db.QueryRow(ctx, `SELECT p.id, p.email, p.name, p.role, p.password, p.one_time, p.totp_secret, p.totp_on, p.created, a.id, a.operator
		FROM people p JOIN accounts a ON a.id = p.account WHERE p.email = $1 AND a.status = 'active'`, email).
		Scan(&c.ID, &c.Email, &c.Name, &c.Role, &c.password, &oneTime, &c.factor.secret, &c.factor.on, &created, &c.account.ID, &c.account.Operator)
	c.oneTime, c.SecondFactor, c.Created = store.Time(oneTime), c.factor.on, store.Time(created)
	if errors.Is(err, sql.ErrNoRows) {
		return candidate{}, nil
	}
	return c, Unavailable("login", err)
}

// chosen returns the hash of the password that the person has from now on, and
// asks for one where there is only a one-time password.
func (d *Directory) chosen(ctx context.Context, c candidate, l Login) (hash string, err error) {
	switch {
	case c.oneTime.IsZero():
		return c.password, nil
	case !c.oneTime.After(d.now()):
		return "", forbidden("login", "This one-time password has expired. Ask whoever invited you for a new one.")
	case l.NewPassword == "":
		return "", &webtrunk.Error{Op: "login", Kind: webtrunk.Forbidden, Err: ErrNewPassword,
			Message: "This is a one-time password. Choose your own and send it along."}
	case l.NewPassword == l.Password:
		return "", invalid("login", "Choose a password that is not the one-time password.")
	}
	if err := checkPassword(l.NewPassword, c.Email); err != nil {
		return "", err
	}
	return d.hashing.hash(ctx, l.NewPassword)
}

// enter checks the second factor and begins the session.
func (d *Directory) enter(ctx context.Context, c candidate, l Login, hash string) (a Access, err error) {
	if c.factor.on && l.Code == "" {
		return a, &webtrunk.Error{Op: "login", Kind: webtrunk.Forbidden, Err: ErrSecondFactor,
			Message: "Enter the six digits that your authenticator app shows, or one of your recovery codes."}
	}
	now := d.now()
	a.Cookie = newCookie()
	a.CSRF, a.Person = csrfOf(a.Cookie), c.Person
	a.Principal = Principal{Account: c.account.ID, ID: c.ID, Rights: rightsOf(c.Role), Operator: c.account.Operator}
	a.Session = Session{ID: webtrunk.NewID("session"), Person: c.ID, Created: now, Seen: now, Address: l.Address.String(), Agent: clip(l.Agent), Current: true}
	err = d.change(ctx, "login", func(tx *store.Tx) error {
		if c.factor.on {
			if err := d.useCode(ctx, tx, c.ID, l.Code); err != nil {
				return err
			}
		}
		same, err := tx.Exec(ctx, `UPDATE people SET password = $1, one_time = 0 WHERE id = $2 AND password = $3`, hash, c.ID, c.password)
		if err != nil || same == 0 {
			return errors.Join(err, errLogin()) // it was changed meanwhile
		}
		if err := errors.Join(pardon(ctx, tx, "email "+c.Email), sweep(ctx, tx, now), drop(ctx, tx, l.Previous)); err != nil {
			return err
		}
		return d.begin(ctx, tx, a)
	})
	if err != nil {
		return Access{}, err
	}
	a.Person.Invited = false
	return a, nil
}

// newCookie returns 256 random bits.
func newCookie() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// csrfOf returns the token that goes with a session. It follows from the
// cookie, which no other site can read.
func csrfOf(cookie string) string {
	m := hmac.New(sha256.New, []byte(cookie))
	m.Write([]byte("webtrunk csrf"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// clip keeps what a stranger's browser calls itself to one short line.
func clip(s string) string {
	r := []rune(strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	return string(r[:min(200, len(r))])
}
