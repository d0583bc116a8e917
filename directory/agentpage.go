package directory

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk"
	"webtrunk/store"
)

// An AgentPage is a page in which somebody who works for an account takes and
// makes calls: as long as they are logged in, under their own name, wherever
// their account may call.
type AgentPage struct {
	Account  webtrunk.AccountID
	Test     bool
	Person   string           // "person_…"
	Name     string           // of the person
	Receives webtrunk.Address // where the page is called

	session string
}

// AgentKey is what such a page shows in place of a widget's key. It is good for
// nothing without the token.
const AgentKey = "pk_agent"

// agentTokenLife is how long a token waits to be shown. What it began lasts as
// long as the login.
const agentTokenLife = 5 * time.Minute

// agentAudience keeps these tokens and those of sites' pages apart.
const agentAudience = "webtrunk:agent"

const (
	personPrefix = "person_"
	agentPrefix  = "agent_"
)

// AgentName is the name under which a person is called in their browser.
func AgentName(person string) string { return agentPrefix + strings.TrimPrefix(person, personPrefix) }

// AgentsName is what the person is called who is an agent of an account; empty where
// there is none.
func (d *Directory) AgentsName(ctx context.Context, by Principal, agent string) string {
	p, err := d.Person(ctx, by, personPrefix+strings.TrimPrefix(agent, agentPrefix))
	if err != nil {
		return ""
	}
	return p.Name
}

// IsAgent reports whether an address is that of an agent's pages. Nobody else
// can receive under such a name.
func IsAgent(a webtrunk.Address) bool {
	return a.Scheme == webtrunk.Browser && strings.HasPrefix(a.Value, agentPrefix)
}

// AgentIn is the name of the agent whose pages are called at an address, empty
// where they are nobody's who works here. What follows the name is the account's.
func AgentIn(a webtrunk.Address) string {
	if !IsAgent(a) {
		return ""
	}
	name, _, _ := strings.Cut(a.Value, ".")
	return name
}

// Identity is who the others in a call are told the person is.
func (p AgentPage) Identity() Visitor { return Visitor{Subject: p.Person, Name: p.Name} }

// agentClaims are what the token says: the session, which can end.
type agentClaims struct {
	Test bool `json:"test"`
	jwt.RegisteredClaims
}

// AgentToken makes the token for a page of whoever is logged in with a cookie.
func (d *Directory) AgentToken(ctx context.Context, by Principal, cookie string) (p AgentPage, token string, expires time.Time, err error) {
	if err := by.May(CallsWrite); err != nil {
		return p, "", expires, err
	}
	var session string
	err = d.db.QueryRow(ctx, `SELECT id FROM sessions WHERE hash = $1 AND person = $2`, hashOf(cookie), by.ID).Scan(&session)
	if err != nil {
		return p, "", expires, Found("agent token", "session", err)
	}
	if p, err = d.atWork(ctx, session, by.Test); err != nil {
		return p, "", expires, err
	}
	now := d.now()
	expires = now.Add(agentTokenLife).Truncate(time.Second)
	err = d.change(ctx, "agent token", func(tx *store.Tx) error {
		s, err := d.signer(ctx, tx)
		if err != nil {
			return err
		}
		j := jwt.NewWithClaims(jwt.SigningMethodEdDSA, agentClaims{by.Test, jwt.RegisteredClaims{
			ID: session, Subject: string(by.Account), Issuer: d.issuer(), Audience: jwt.ClaimStrings{agentAudience},
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		}})
		j.Header["kid"] = s.id
		token, err = j.SignedString(s.private)
		return err
	})
	return p, token, expires, err
}

// AgentPage returns what a page may do that shows an agent's token.
func (d *Directory) AgentPage(ctx context.Context, token string) (AgentPage, error) {
	refusal := forbidden("agent token", "This page's token has expired. Reload the page, and log in again if it asks.")
	if len(token) > maxToken {
		return AgentPage{}, refusal
	}
	var c agentClaims
	broken, err := d.parse(ctx, token, &c, agentAudience)
	switch {
	case broken != nil:
		return AgentPage{}, Unavailable("agent token", broken)
	case err != nil:
		return AgentPage{}, refusal
	}
	p, err := d.atWork(ctx, c.ID, c.Test)
	if webtrunk.KindOf(err) == webtrunk.Forbidden || err == nil && string(p.Account) != c.Subject {
		return AgentPage{}, refusal
	}
	return p, err
}

// StillAtWork returns nil while the person of a page is logged in, works for an
// active account and may make calls.
func (d *Directory) StillAtWork(ctx context.Context, p AgentPage) error {
	_, err := d.atWork(ctx, p.session, p.Test)
	return err
}

// atWork returns the page of whoever is logged in by a session.
func (d *Directory) atWork(ctx context.Context, session string, test bool) (AgentPage, error) {
	var role Role
	var a Account
	p := AgentPage{Test: test, session: session}
	now := d.now()
	err := d.db.QueryRow(ctx, `SELECT p.id, p.name, p.role, a.id, a.operator FROM sessions s JOIN people p ON p.id = s.person JOIN accounts a ON a.id = p.account
		WHERE s.id = $1 AND s.created > $2 AND s.seen > $3 AND a.status = 'active'`, session,
		store.Micros(now.Add(-SessionLife)), store.Micros(now.Add(-SessionIdle))).Scan(&p.Person, &p.Name, &role, &a.ID, &a.Operator)
	if errors.Is(err, sql.ErrNoRows) {
		return AgentPage{}, errSession()
	}
	if err != nil {
		return AgentPage{}, Unavailable("agent token", err)
	}
	if err := (Principal{ID: p.Person, Rights: rightsOf(role)}).May(CallsWrite); err != nil {
		return AgentPage{}, err
	}
	p.Account, p.Receives = a.ID, place(a, test, AgentName(p.Person))
	return p, nil
}
