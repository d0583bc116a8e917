package directory

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"webtrunk/store"
)

// A Session is one browser in which a person is logged in.
type Session struct {
	ID      string    `json:"id"` // "session_…"; not its secret
	Person  string    `json:"person"`
	Created time.Time `json:"created_at"`
	Seen    time.Time `json:"seen_at"` // last used, to the minute
	Address string    `json:"address"`
	Agent   string    `json:"agent"`
	Current bool      `json:"current"` // it is the one that asks
}

// A session ends after its longest life, and after it was not used for a while.
const (
	SessionLife = 7 * 24 * time.Hour
	SessionIdle = 12 * time.Hour
)

// errSession is the one answer for every session that does not count.
func errSession() error {
	return forbidden("session", "You are not logged in, or no longer. Log in again.")
}

// begin keeps a new session.
func (d *Directory) begin(ctx context.Context, tx *store.Tx, a Access) error {
	s := a.Session
	if _, err := tx.Exec(ctx, `INSERT INTO sessions (hash, id, person, created, seen, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		hashOf(a.Cookie), s.ID, s.Person, store.Micros(s.Created), store.Micros(s.Seen), s.Address, s.Agent); err != nil {
		return err
	}
	return d.tell(tx, a.Principal, "session.started", map[string]any{"id": s.ID, "person": s.Person})
}

// Session returns who is logged in with a cookie, and the token that the pages
// of this session send with whatever they change.
func (d *Directory) Session(ctx context.Context, cookie string) (p Principal, csrf string, err error) {
	var role Role
	var seen int64
	now := d.now()
	if cookie == "" {
		return Principal{}, "", errSession()
	}
	hash := hashOf(cookie)
	err = d.db.QueryRow(ctx, `SELECT p.id, p.role, a.id, a.operator, s.seen FROM sessions s JOIN people p ON p.id = s.person JOIN accounts a ON a.id = p.account
		WHERE s.hash = $1 AND s.created > $2 AND s.seen > $3 AND a.status = 'active'`, hash,
		store.Micros(now.Add(-SessionLife)), store.Micros(now.Add(-SessionIdle))).Scan(&p.ID, &role, &p.Account, &p.Operator, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return Principal{}, "", errSession()
	}
	if err != nil {
		return Principal{}, "", Unavailable("session", err)
	}
	if now.Sub(store.Time(seen)) >= time.Minute {
		d.note(ctx, "session", `UPDATE sessions SET seen = $1 WHERE hash = $2 AND seen < $1`, store.Micros(now), hash)
	}
	p.Rights = rightsOf(role)
	return p, csrfOf(cookie), nil
}

// noteTime bounds what a request waits for noting that it came.
const noteTime = 500 * time.Millisecond

// note writes what a request does not fail for.
func (d *Directory) note(ctx context.Context, what, query string, args ...any) {
	ctx, done := context.WithTimeout(ctx, noteTime)
	defer done()
	err := d.db.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		d.o.Log.Warn("when it was last used is not noted", "what", what, "error", err)
	}
}

// Sessions lists a person's sessions that still count, the one of the cookie marked.
func (d *Directory) Sessions(ctx context.Context, by Principal, person, cookie string) ([]Session, error) {
	if _, err := d.Person(ctx, by, person); err != nil {
		return nil, err
	}
	now, mine := d.now(), hashOf(cookie)
	return list(ctx, d.db, func(row scanner) (s Session, err error) {
		var hash string
		var created, seen int64
		err = row.Scan(&hash, &s.ID, &s.Person, &created, &seen, &s.Address, &s.Agent)
		s.Created, s.Seen, s.Current = store.Time(created), store.Time(seen), cookie != "" && hash == mine
		return s, err
	}, `SELECT hash, id, person, created, seen, address, agent FROM sessions WHERE person = $1 AND created > $2 AND seen > $3 ORDER BY id DESC`,
		person, store.Micros(now.Add(-SessionLife)), store.Micros(now.Add(-SessionIdle)))
}

// Logout ends the session of a cookie.
func (d *Directory) Logout(ctx context.Context, cookie string) error {
	return d.change(ctx, "session", func(tx *store.Tx) error { return drop(ctx, tx, cookie) })
}

func drop(ctx context.Context, tx *store.Tx, cookie string) error {
	if cookie == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE hash = $1`, hashOf(cookie))
	return err
}

// sweep forgets sessions that have ended.
func sweep(ctx context.Context, tx *store.Tx, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE created <= $1 OR seen <= $2`, store.Micros(now.Add(-SessionLife)), store.Micros(now.Add(-SessionIdle)))
	return err
}

// RevokeSessions ends all sessions of a person: one's own, or those of somebody
// whom one may change.
func (d *Directory) RevokeSessions(ctx context.Context, by Principal, person string) error {
	return d.change(ctx, "session", func(tx *store.Tx) error {
		_, err := personOf(ctx, tx, by, person)
		if err == nil && person != by.ID {
			_, err = d.personToChange(ctx, tx, by, person)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM sessions WHERE person = $1`, person); err != nil {
			return err
		}
		return d.tell(tx, by, "session.revoked", map[string]any{"person": person, "by": by.ID})
	})
}
