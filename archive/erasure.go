package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// An Erasure is a request to forget somebody, and what came of it. Whom it is
// about it tells by pseudonym only.
type Erasure struct {
	ID          string     `json:"id" doc:"The request."`
	Object      string     `json:"object" doc:"Always erasure_request."`
	Livemode    bool       `json:"livemode" doc:"Whether it is about live calls."`
	Subject     string     `json:"subject" doc:"What was named: number, identity or call."`
	Pseudonym   string     `json:"pseudonym" doc:"Who takes the subject's place in records; of a call, its ID."`
	Status      string     `json:"status" doc:"pending, also while calls run that it concerns; completed."`
	RequestedBy string     `json:"requested_by" doc:"The key or person that asked."`
	Created     time.Time  `json:"created_at" doc:"When it was asked for."`
	Completed   *time.Time `json:"completed_at" doc:"When all was erased."`
	Calls       int        `json:"calls" doc:"How many calls lost their identity."`
	Recordings  int        `json:"recordings" doc:"How many recordings were erased."`
	Transcripts int        `json:"transcripts" doc:"How many transcripts were erased."`
}

// The states of an erasure.
const (
	Pending   = "pending"
	Completed = "completed"
)

// A Subject is what an erasure is about: exactly one of these.
type Subject struct {
	Number   string          // a telephone number
	Identity string          // an address, a name, or whatever metadata says of a visitor
	Call     webtrunk.CallID // one call
}

// RequestErasure asks for a subject's erasure from an account's calls up to now.
// id is the request's, "era_…"; asking again with the same returns what is there.
// Run carries it out.
func (a *Archive) RequestErasure(ctx context.Context, id string, account webtrunk.AccountID, test bool, by string, s Subject) (Erasure, error) {
	kind, name, err := s.named()
	if err != nil {
		return Erasure{}, err
	}
	if s.Call != "" {
		if _, err := a.Get(ctx, account, test, s.Call); err != nil {
			return Erasure{}, err
		}
	}
	_, position, err := a.db.Bounds(ctx, event.Stream{})
	if err != nil {
		return Erasure{}, err
	}
	err = a.db.Tx(ctx, func(tx *store.Tx) error {
		pseudonym := name
		if s.Call == "" {
			m, err := loadMask(ctx, tx, account)
			if err != nil {
				return err
			}
			pseudonym = m.pseudonym(name)
		}
		_, err := tx.Exec(ctx, `INSERT INTO erasure_requests (id, account, test, kind, subject, pseudonym, requested_by, status, position, created, completed, calls, recordings, transcripts)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0) ON CONFLICT DO NOTHING`,
			id, string(account), test, kind, name, pseudonym, by, Pending, position, store.Micros(a.now()))
		return err
	})
	if err != nil {
		return Erasure{}, err
	}
	a.nudge()
	return a.Erasure(ctx, account, test, id)
}

// named returns what was named, and its name as records have it.
func (s Subject) named() (kind, name string, err error) {
	for k, n := range map[string]string{"number": s.Number, "identity": s.Identity, "call": string(s.Call)} {
		if n = strings.TrimSpace(n); n != "" {
			if kind != "" {
				return "", "", invalid("An erasure is about one subject. Make a request for each number, identity or call.")
			}
			kind, name = k, n
		}
	}
	switch kind {
	case "":
		return "", "", invalid("An erasure needs a subject. Name a number, an identity or a call.")
	case "number":
		a, err := webtrunk.ParseNumber(strings.TrimPrefix(name, "tel:"))
		return kind, a.Value, err
	case "identity":
		for _, scheme := range []string{"tel:", "sip:", "browser:"} {
			name = strings.TrimPrefix(name, scheme)
		}
		name = strings.ToLower(name)
	}
	return kind, name, nil
}

func invalid(format string, args ...any) error {
	return &webtrunk.Error{Op: "erasure", Kind: webtrunk.Invalid, Message: fmt.Sprintf(format, args...)}
}

const selectErasures = `SELECT id, account, test, kind, subject, pseudonym, requested_by, status, position, created, completed, calls, recordings, transcripts FROM erasure_requests `

// A request is an Erasure with what it takes to carry it out.
type request struct {
	Erasure
	tenant
	name     string // of the subject; empty when done
	position int64  // of the log when it was made: it is carried out when the archive has come there
}

func scanErasure(from store.Row) (r request, err error) {
	var created, completed int64
	err = from.Scan(&r.ID, &r.account, &r.test, &r.Subject, &r.name, &r.Pseudonym, &r.RequestedBy, &r.Status, &r.position, &created, &completed, &r.Calls, &r.Recordings, &r.Transcripts)
	r.Object, r.Livemode, r.Created = "erasure_request", !r.test, store.Time(created)
	if completed != 0 {
		at := store.Time(completed)
		r.Completed = &at
	}
	return r, err
}

// Erasure returns one request of an account, or webtrunk.NotFound.
func (a *Archive) Erasure(ctx context.Context, account webtrunk.AccountID, test bool, id string) (Erasure, error) {
	r, err := scanErasure(a.db.QueryRow(ctx, selectErasures+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Erasure{}, &webtrunk.Error{Op: "erasure", Kind: webtrunk.NotFound, Message: "There is no erasure request with this ID."}
	}
	return r.Erasure, err
}

// Erasures returns up to limit requests of an account, newest first, that
// are older than the one named after, which may be empty.
func (a *Archive) Erasures(ctx context.Context, account webtrunk.AccountID, test bool, limit int, after string) ([]Erasure, error) {
	c := &store.Clause{}
	c.Where("account = ? AND test = ?", string(account), test)
	if after != "" {
		last, err := a.Erasure(ctx, account, test, after)
		if err != nil {
			return nil, err
		}
		c.Behind(last.Created, after)
	}
	found, err := a.requests(ctx, c, limit)
	all := make([]Erasure, len(found))
	for i, r := range found {
		all[i] = r.Erasure
	}
	return all, err
}

// requests returns the requests that a clause gives, newest first.
func (a *Archive) requests(ctx context.Context, c *store.Clause, limit int) ([]request, error) {
	rows, err := a.db.Query(ctx, selectErasures+`WHERE `+c.Newest(limit), c.Args...)
	return store.All(rows, err, scanErasure)
}
