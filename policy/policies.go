package policy

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
)

// policies are the two that an account's calls must satisfy.
type policies struct {
	bounds Rules // of the operator
	own    Rules
}

func (p policies) limits() Limits { return p.bounds.Limits.narrowed(p.own.Limits) }

// A Policy is what an account may call.
type Policy struct {
	Account webtrunk.AccountID
	Bounds  Rules     // what the operator lets it; the gateway's own rules where Bound is false
	Bound   bool      // the operator has set bounds for this account
	Own     Rules     // what the account has narrowed for itself
	Updated time.Time // zero where nothing of it was ever set
}

// Policy returns what an account may call.
func (g *Guard) Policy(ctx context.Context, account webtrunk.AccountID) (Policy, error) {
	p, err := g.readPolicy(ctx, g.cfg.Store, account)
	if err != nil {
		return p, unavailable(err)
	}
	return p, nil
}

// A source is read from: the database, or a transaction.
type source interface {
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

func (g *Guard) readPolicy(ctx context.Context, from source, account webtrunk.AccountID) (Policy, error) {
	p := Policy{Account: account, Bounds: g.cfg.Rules}
	var bounds, own string
	var updated int64
	err := from.QueryRow(ctx, `SELECT bounds, own, updated FROM voice_policies WHERE account = $1`, string(account)).Scan(&bounds, &own, &updated)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Updated = store.Time(updated)
	if bounds != "" {
		p.Bound, p.Bounds = true, Rules{}
		err = json.Unmarshal([]byte(bounds), &p.Bounds)
	}
	if own != "" {
		err = errors.Join(err, json.Unmarshal([]byte(own), &p.Own))
	}
	return p, err
}

// policies returns what an account's calls must satisfy, as it was within the last
// second: one call asks when its page sends it, when it is admitted and when its
// way is known. A change by this process counts at once.
func (g *Guard) policies(ctx context.Context, account webtrunk.AccountID) (policies, error) {
	return g.lately.Ask(account, func() (policies, error) {
		p, err := g.Policy(ctx, account)
		return policies{p.Bounds, p.Own}, err
	})
}

// Narrow replaces what an account has narrowed for itself.
func (g *Guard) Narrow(ctx context.Context, by directory.Principal, own Rules) (Policy, error) {
	return g.change(ctx, by, by.Account, own, func(p *Policy) error {
		p.Own = own
		return p.Bounds.Limits.CheckCurrency(own.Limits)
	})
}

// Bound replaces the bounds of an account, which is the operator's to do.
func (g *Guard) Bound(ctx context.Context, by directory.Principal, account webtrunk.AccountID, bounds Rules) (Policy, error) {
	if !by.Operator {
		return Policy{}, &webtrunk.Error{Op: "policy", Kind: webtrunk.Forbidden, Message: "Only the gateway's operator says what an account may call at the most. Ask there."}
	}
	return g.change(ctx, by, account, bounds, func(p *Policy) error {
		p.Bounds, p.Bound = bounds, true
		return nil
	})
}

// Unbound takes an account's bounds away: the gateway's own hold again.
func (g *Guard) Unbound(ctx context.Context, by directory.Principal, account webtrunk.AccountID) (Policy, error) {
	if !by.Operator {
		return Policy{}, &webtrunk.Error{Op: "policy", Kind: webtrunk.Forbidden, Message: "Only the gateway's operator says what an account may call at the most. Ask there."}
	}
	return g.change(ctx, by, account, Rules{}, func(p *Policy) error {
		p.Bounds, p.Bound = g.cfg.Rules, false
		return nil
	})
}

func (g *Guard) change(ctx context.Context, by directory.Principal, account webtrunk.AccountID, rules Rules, f func(*Policy) error) (p Policy, err error) {
	if err := rules.Validate(); err != nil {
		return p, err
	}
	err = g.cfg.Store.Tx(ctx, func(tx *store.Tx) error {
		if p, err = g.readPolicy(ctx, tx, account); err != nil {
			return err
		}
		if err := f(&p); err != nil {
			return err
		}
		p.Updated = g.cfg.Now().UTC().Truncate(time.Microsecond)
		return keepPolicy(ctx, tx, by, p)
	})
	g.lately.Forget() // also after an error: what a lost connection has kept is not known
	if err != nil {
		return Policy{}, unavailable(err)
	}
	return p, nil
}

// keepPolicy keeps a policy, and tells the account of it.
func keepPolicy(ctx context.Context, tx *store.Tx, by directory.Principal, p Policy) error {
	bounds := ""
	if p.Bound {
		bounds = text(p.Bounds)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO voice_policies (account, bounds, own, updated, updated_by) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account) DO UPDATE SET bounds = excluded.bounds, own = excluded.own, updated = excluded.updated, updated_by = excluded.updated_by`,
		string(p.Account), bounds, text(p.Own), store.Micros(p.Updated), by.ID); err != nil {
		return err
	}
	r, err := event.New(p.Account, false, "voice_policy.updated", map[string]any{"bounds": p.Bounds, "own": p.Own, "by": by.ID})
	if err == nil {
		tx.Emit(r)
	}
	return err
}

func text(r Rules) string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings and integers
	}
	return string(b)
}
