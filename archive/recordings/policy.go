package recordings

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/store"
)

// A Policy says how an account's calls are recorded. The zero Policy records nothing. Test
// and live calls have a policy each.
type Policy struct {
	Consent  call.ConsentBy `json:"consent"`      // empty: nothing is recorded
	OnDemand bool           `json:"on_demand"`    // only once an agent asks for it
	Beep     int            `json:"beep_seconds"` // between the tones that say that it records; 0: none

	Updated   *time.Time `json:"updated_at"` // nil while it was never set
	UpdatedBy string     `json:"updated_by,omitempty"`
}

// Of is the policy as a call has it, with its own way to seek consent where that is named:
// a queue may have its own.
func (p Policy) Of(own string) call.RecordingPolicy {
	switch own {
	case "":
	case Off:
		p.Consent = ""
	default:
		p.Consent = call.ConsentBy(own)
	}
	return call.RecordingPolicy{Consent: p.Consent, OnDemand: p.OnDemand, Beep: time.Duration(p.Beep) * time.Second}
}

// Off is how those write it who record nothing, where an empty text means something else.
const Off = "off"

// Tones that come oftener keep people from talking, and who hears them no oftener than once
// in two minutes does not know.
const leastBeep, mostBeep = 5, 120

func (p Policy) check() error {
	switch {
	case p.Consent != "" && !p.Consent.Valid():
		return &webtrunk.Error{Op: "recording policy", Kind: webtrunk.Invalid, Message: fmt.Sprintf("%.20q is no way to seek consent: choose ask, announce or off.", string(p.Consent))}
	case p.Beep != 0 && (p.Beep < leastBeep || p.Beep > mostBeep):
		return &webtrunk.Error{Op: "recording policy", Kind: webtrunk.Invalid, Message: fmt.Sprintf("beep_seconds is %d. Write %d to %d, or 0 for no tones.", p.Beep, leastBeep, mostBeep)}
	}
	return nil
}

// Policy returns an account's policy; the zero Policy while none was set.
func (l *Library) Policy(ctx context.Context, account webtrunk.AccountID, test bool) (p Policy, err error) {
	var updated int64
	err = l.db.QueryRow(ctx, `SELECT consent, on_demand, beep, updated, updated_by FROM recording_policies WHERE account = $1 AND test = $2`, string(account), test).
		Scan(&p.Consent, &p.OnDemand, &p.Beep, &updated, &p.UpdatedBy)
	if errors.Is(err, sql.ErrNoRows) {
		return Policy{}, nil
	}
	at := store.Time(updated)
	p.Updated = &at
	return p, err
}

// SetPolicy replaces an account's policy for the calls that begin from now on. by is who
// asked for it.
func (l *Library) SetPolicy(ctx context.Context, account webtrunk.AccountID, test bool, by string, p Policy) (Policy, error) {
	if err := p.check(); err != nil {
		return Policy{}, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	p.Updated, p.UpdatedBy = &now, by
	told, err := event.New(account, test, "recording_policy.updated", p)
	if err != nil {
		return Policy{}, err
	}
	err = l.db.Tx(ctx, func(tx *store.Tx) error {
		tx.Emit(told)
		_, err := tx.Exec(ctx, `INSERT INTO recording_policies (account, test, consent, on_demand, beep, updated, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (account, test) DO UPDATE SET consent = excluded.consent, on_demand = excluded.on_demand, beep = excluded.beep, updated = excluded.updated, updated_by = excluded.updated_by`,
			string(account), test, string(p.Consent), p.OnDemand, p.Beep, store.Micros(now), by)
		return err
	})
	return p, err
}
