package directory

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Person logs in to an account.
type Person struct {
	ID           string    `json:"id"` // "person_…"
	Email        string    `json:"email"`
	Name         string    `json:"name"`
	Role         Role      `json:"role"`
	Invited      bool      `json:"invited"`       // has a one-time password and has not chosen their own
	SecondFactor bool      `json:"second_factor"` // logs in with a code as well
	Created      time.Time `json:"created_at"`
	Updated      time.Time `json:"updated_at"`
}

// NewPerson is what a person is made from.
type NewPerson struct {
	ID       string // empty makes one
	Email    string
	Name     string
	Role     Role
	Password string // empty makes one that is good once, for a week, to choose another
}

// oneTimeLife is how long somebody has to take up an invitation.
const oneTimeLife = 7 * 24 * time.Hour

const personColumns = `SELECT id, email, name, role, one_time, totp_on, created, updated FROM people `

func readPerson(row scanner) (p Person, err error) {
	var oneTime, created, updated int64
	err = row.Scan(&p.ID, &p.Email, &p.Name, &p.Role, &oneTime, &p.SecondFactor, &created, &updated)
	p.Invited, p.Created, p.Updated = oneTime != 0, store.Time(created), store.Time(updated)
	return p, err
}

// parseEmail returns an email address in the one way in which it is kept.
func parseEmail(s string) (string, error) {
	email := strings.ToLower(strings.TrimSpace(s))
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return "", invalid("person", "That is no email address. Write it as name@example.com.")
	}
	return email, nil
}

// CreatePerson makes a person in the account of whoever asks. Nobody makes a
// person who may do more than they. Without a password the person gets a
// one-time one, which is returned and cannot be seen again.
func (d *Directory) CreatePerson(ctx context.Context, by Principal, n NewPerson) (p Person, oneTime string, err error) {
	if n.Email, err = parseEmail(n.Email); err != nil {
		return p, "", err
	}
	if err := n.check(); err != nil {
		return p, "", err
	}
	hash, until, oneTime, err := d.firstPassword(ctx, n)
	if err != nil {
		return p, "", err
	}
	if n.ID == "" {
		n.ID = webtrunk.NewID("person")
	}
	p = n.person(oneTime != "", d.now())
	err = d.change(ctx, "person", func(tx *store.Tx) error {
		if err := mayAppoint(ctx, tx, by, n.Role); err != nil {
			return err
		}
		return d.insertPerson(ctx, tx, by, p, hash, until)
	})
	if err != nil {
		return Person{}, "", err
	}
	return p, oneTime, nil
}

func (n NewPerson) person(invited bool, now time.Time) Person {
	return Person{ID: n.ID, Email: n.Email, Name: strings.TrimSpace(n.Name), Role: n.Role, Invited: invited, Created: now, Updated: now}
}

func (n NewPerson) check() error {
	if err := checkName("person", n.Name); err != nil {
		return err
	}
	if n.Role.Rights() == nil {
		return invalid("person", fmt.Sprintf("There is no role %q: choose owner, admin, developer, supervisor, agent or viewer.", string(n.Role)))
	}
	if n.Password == "" {
		return nil
	}
	return checkPassword(n.Password, n.Email)
}

// firstPassword returns the hash of a new person's password, until when it is
// good to choose another, and the one-time password if it is one.
func (d *Directory) firstPassword(ctx context.Context, n NewPerson) (hash string, until time.Time, oneTime string, err error) {
	password := n.Password
	if password == "" {
		oneTime = strings.ToLower(rand.Text())
		password, until = oneTime, d.now().Add(oneTimeLife)
	}
	hash, err = d.hashing.hash(ctx, password)
	return hash, until, oneTime, err
}

func (d *Directory) insertPerson(ctx context.Context, tx *store.Tx, by Principal, p Person, hash string, until time.Time) error {
	var id, account string
	err := tx.QueryRow(ctx, `SELECT id, account FROM people WHERE email = $1`, p.Email).Scan(&id, &account)
	switch {
	case err == nil && id == p.ID && account == string(by.Account): // the same request again, whose answer nobody had
		_, err := tx.Exec(ctx, `UPDATE people SET password = $1, one_time = $2 WHERE id = $3`, hash, store.Micros(until), id)
		return err
	case err == nil:
		return conflict("person", "There is a login with this email address already. Use another address.")
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO people (id, account, email, name, role, password, one_time, totp_secret, totp_on, totp_step, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, 0, $9, $9)`, p.ID, string(by.Account), p.Email, p.Name, string(p.Role), hash, store.Micros(until), false, store.Micros(p.Created)); err != nil {
		return err
	}
	return d.tell(tx, by, "person.created", p)
}

// mayAppoint says whether somebody may give a role. Nobody gives what they
// lack, and of those who ask over the API only owners make owners.
func mayAppoint(ctx context.Context, from Source, by Principal, r Role) error {
	if lacking := by.lacks(r.Rights()); lacking != "" {
		return forbidden("person", fmt.Sprintf("You cannot act on a person with the role %s, who has the right %s, which you do not have.", r, lacking))
	}
	asked := strings.HasPrefix(by.ID, "key_") || strings.HasPrefix(by.ID, "person_")
	if r != Owner || !asked {
		return nil // who is neither is the gateway itself
	}
	var role Role
	err := from.QueryRow(ctx, `SELECT role FROM people WHERE id = $1 AND account = $2`, by.ID, string(by.Account)).Scan(&role)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if role != Owner {
		return forbidden("person", "Only an owner who is logged in makes, changes or removes an owner.")
	}
	return nil
}

// CommandLine is the ID of whoever runs `gateway account`: it is on the
// machine that holds the database, and may do everything.
const CommandLine = "command_line"

// People lists the account's people.
func (d *Directory) People(ctx context.Context, by Principal, p Page) ([]Person, error) {
	query, args := p.query(personColumns+`WHERE account = $1`, string(by.Account))
	return list(ctx, d.db, readPerson, query, args...)
}

// Colleagues lists the account's other people who take calls.
func (d *Directory) Colleagues(ctx context.Context, by Principal, p Page) ([]Person, error) {
	query, args := p.query(personColumns+`WHERE account = $1 AND id <> $2 AND one_time = 0 AND role IN ('owner', 'admin', 'developer', 'supervisor', 'agent')`,
		string(by.Account), by.ID)
	return list(ctx, d.db, readPerson, query, args...)
}

// Person returns one of the account's people.
func (d *Directory) Person(ctx context.Context, by Principal, id string) (Person, error) {
	return personOf(ctx, d.db, by, id)
}

func personOf(ctx context.Context, from Source, by Principal, id string) (Person, error) {
	p, err := readPerson(from.QueryRow(ctx, personColumns+`WHERE id = $1 AND account = $2`, id, string(by.Account)))
	return p, Found("person", "person", err)
}

// PersonChange is what to change about a person; nil leaves it.
type PersonChange struct {
	Name *string
	Role *Role
	If   Condition
}

// UpdatePerson changes a person's name and role. A new role counts for the next
// request of the person's.
func (d *Directory) UpdatePerson(ctx context.Context, by Principal, id string, c PersonChange) (p Person, err error) {
	err = d.change(ctx, "person", func(tx *store.Tx) error {
		if p, err = d.personToChange(ctx, tx, by, id); err != nil {
			return err
		}
		if err := c.If.holds(p.Updated); err != nil {
			return err
		}
		before := p.Role
		set(&p.Name, c.Name)
		set(&p.Role, c.Role)
		if err := (NewPerson{Name: p.Name, Role: p.Role}).check(); err != nil {
			return err
		}
		p.Name = strings.TrimSpace(p.Name)
		if before != p.Role {
			if err := errors.Join(mayAppoint(ctx, tx, by, p.Role), d.anotherOwner(ctx, tx, by, before, id)); err != nil {
				return err
			}
		}
		p.Updated = store.Later(p.Updated, d.now())
		if _, err := tx.Exec(ctx, `UPDATE people SET name = $1, role = $2, updated = $3 WHERE id = $4`, p.Name, string(p.Role), store.Micros(p.Updated), id); err != nil {
			return err
		}
		if err := d.personChanged(ctx, tx, by, p); err != nil {
			return err
		}
		return d.tell(tx, by, "person.updated", p)
	})
	return p, err
}

// personToChange returns a person whom somebody may change.
func (d *Directory) personToChange(ctx context.Context, tx *store.Tx, by Principal, id string) (Person, error) {
	p, err := personOf(ctx, tx, by, id)
	if err != nil {
		return p, err
	}
	return p, mayAppoint(ctx, tx, by, p.Role)
}

// anotherOwner refuses to take an account's last owner away.
func (d *Directory) anotherOwner(ctx context.Context, tx *store.Tx, by Principal, role Role, id string) error {
	if role != Owner {
		return nil
	}
	var others int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM people WHERE account = $1 AND role = 'owner' AND id <> $2`, string(by.Account), id).Scan(&others)
	if err == nil && others == 0 {
		return conflict("person", "This is the account's only owner. Make another person an owner first.")
	}
	return err
}

// DeletePerson removes a person and ends their sessions.
func (d *Directory) DeletePerson(ctx context.Context, by Principal, id string) error {
	return d.change(ctx, "person", func(tx *store.Tx) error {
		p, err := d.personToChange(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := d.anotherOwner(ctx, tx, by, p.Role, id); err != nil {
			return err
		}
		if err := d.personLeft(ctx, tx, by, p); err != nil {
			return err
		}
		for _, of := range []string{`DELETE FROM sessions WHERE person = $1`, `DELETE FROM recovery_codes WHERE person = $1`, `DELETE FROM people WHERE id = $1`} {
			if _, err := tx.Exec(ctx, of, id); err != nil {
				return err
			}
		}
		return d.tell(tx, by, "person.deleted", p)
	})
}

// ResetPassword gives a person a one-time password, which is returned, ends
// their sessions and, where they lost it, takes away their second factor.
func (d *Directory) ResetPassword(ctx context.Context, by Principal, id string, secondFactor bool) (p Person, oneTime string, err error) {
	hash, until, oneTime, err := d.firstPassword(ctx, NewPerson{})
	if err != nil {
		return p, "", err
	}
	err = d.change(ctx, "person", func(tx *store.Tx) error {
		if p, err = d.personToChange(ctx, tx, by, id); err != nil {
			return err
		}
		p.Invited = true
		if _, err := tx.Exec(ctx, `UPDATE people SET password = $1, one_time = $2 WHERE id = $3`, hash, store.Micros(until), id); err != nil {
			return err
		}
		if secondFactor {
			p.SecondFactor = false
			if err := forgetFactor(ctx, tx, id); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE person = $1`, id); err != nil {
			return err
		}
		return d.tell(tx, by, "person.password_reset", p)
	})
	if err != nil {
		return Person{}, "", err
	}
	return p, oneTime, nil
}

// ChangePassword gives a person who knows the old one a new password, and ends
// their other sessions.
func (d *Directory) ChangePassword(ctx context.Context, by Principal, cookie, old, chosen string) error {
	if err := d.spend(ctx, "password "+by.ID, perPerson); err != nil {
		return err
	}
	var email, kept string
	if err := d.db.QueryRow(ctx, `SELECT email, password FROM people WHERE id = $1 AND account = $2`, by.ID, string(by.Account)).Scan(&email, &kept); err != nil {
		return Found("person", "person", err)
	}
	if fits, err := d.hashing.verify(ctx, old, kept); err != nil || !fits {
		return errors.Join(err, forbidden("person", "The old password is wrong."))
	}
	if err := checkPassword(chosen, email); err != nil {
		return err
	}
	hash, err := d.hashing.hash(ctx, chosen)
	if err != nil {
		return err
	}
	return d.change(ctx, "person", func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE people SET password = $1, one_time = 0 WHERE id = $2 AND password = $3`, hash, by.ID, kept); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE person = $1 AND hash <> $2`, by.ID, hashOf(cookie)); err != nil {
			return err
		}
		return d.tell(tx, by, "person.password_changed", map[string]any{"id": by.ID})
	})
}

// rightsOf are a person's, as they are now.
func rightsOf(r Role) []Right { return slices.Clone(r.Rights()) }
