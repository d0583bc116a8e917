package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
)

// A Policy says for how many days after a call's end an account keeps what; nil
// keeps it until somebody asks for its erasure. Test and live calls have a
// policy each.
type Policy struct {
	Identity    *int `json:"identity_days"`
	Recordings  *int `json:"recordings_days"`
	Transcripts *int `json:"transcripts_days"`
	Records     *int `json:"records_days"`
	Events      *int `json:"events_days"` // of test and live calls alike: a test policy has none

	Updated   *time.Time `json:"updated_at"` // nil while it was never set
	UpdatedBy string     `json:"updated_by,omitempty"`
}

const mostDays = 36500 // a century: more is a slip of the keyboard

// days returns the policy's parts by what they govern.
func (p Policy) days() map[Class]*int {
	return map[Class]*int{Identity: p.Identity, Recordings: p.Recordings, Transcripts: p.Transcripts, Records: p.Records, Events: p.Events}
}

// check fails for a policy that cannot be meant.
func (p Policy) check() error {
	for class, days := range p.days() {
		if days != nil && (*days < 0 || *days > mostDays) {
			return &webtrunk.Error{Op: "retention", Kind: webtrunk.Invalid,
				Message: fmt.Sprintf("%s_days is %d. Write 0 to %d days, or null to keep it until its erasure is asked for.", class, *days, mostDays)}
		}
	}
	return nil
}

// before returns the time such that what ended before it is no longer kept.
// Identity is kept no longer than the record that it is in.
func (p Policy) before(class Class, now time.Time) (limit time.Time, limited bool) {
	days := p.days()[class]
	if class == Identity && p.Records != nil && (days == nil || *days > *p.Records) {
		days = p.Records
	}
	if days == nil {
		return time.Time{}, false
	}
	return now.Add(-time.Duration(*days) * 24 * time.Hour), true
}

// Policy returns an account's policy; the zero Policy while none was set.
func (a *Archive) Policy(ctx context.Context, account webtrunk.AccountID, test bool) (Policy, error) {
	p, _, err := scanPolicy(a.db.QueryRow(ctx, selectPolicies+` WHERE account = $1 AND test = $2`, string(account), test))
	if errors.Is(err, sql.ErrNoRows) {
		return Policy{}, nil
	}
	return p, err
}

// SetPolicy replaces an account's policy. by is who asked for it. What the new
// policy no longer keeps is erased by the next sweep.
func (a *Archive) SetPolicy(ctx context.Context, account webtrunk.AccountID, test bool, by string, p Policy) (Policy, error) {
	if err := p.check(); err != nil {
		return Policy{}, err
	}
	if test && p.Events != nil {
		return Policy{}, &webtrunk.Error{Op: "retention", Kind: webtrunk.Invalid,
			Message: "events_days covers test and live events alike. Set it with a live key."}
	}
	now := a.now()
	p.Updated, p.UpdatedBy = &now, by
	told, err := event.New(account, test, "retention_policy.updated", p)
	if err != nil {
		return Policy{}, err
	}
	err = a.db.Tx(ctx, func(tx *store.Tx) error {
		tx.Emit(told)
		_, err := tx.Exec(ctx, `INSERT INTO retention_policies (account, test, identity, recordings, transcripts, records, events, updated, updated_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (account, test) DO UPDATE SET identity = excluded.identity, recordings = excluded.recordings, transcripts = excluded.transcripts,
			records = excluded.records, events = excluded.events, updated = excluded.updated, updated_by = excluded.updated_by`,
			string(account), test, p.Identity, p.Recordings, p.Transcripts, p.Records, p.Events, store.Micros(now), by)
		return err
	})
	return p, err
}

// A tenant is one mode of one account.
type tenant struct {
	account webtrunk.AccountID
	test    bool
}

const selectPolicies = `SELECT account, test, identity, recordings, transcripts, records, events, updated, updated_by FROM retention_policies`

// policies returns every policy that was set.
func (a *Archive) policies(ctx context.Context) (map[tenant]Policy, error) {
	rows, err := a.db.Query(ctx, selectPolicies)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[tenant]Policy{}
	for rows.Next() {
		p, t, err := scanPolicy(rows)
		if err != nil {
			return nil, err
		}
		all[t] = p
	}
	return all, rows.Err()
}

func scanPolicy(from interface{ Scan(...any) error }) (p Policy, t tenant, err error) {
	var updated int64
	err = from.Scan(&t.account, &t.test, &p.Identity, &p.Recordings, &p.Transcripts, &p.Records, &p.Events, &updated, &p.UpdatedBy)
	at := store.Time(updated)
	p.Updated = &at
	return p, t, err
}

// now is the time as rows hold it.
func (a *Archive) now() time.Time { return a.o.Now().UTC().Truncate(time.Microsecond) }
