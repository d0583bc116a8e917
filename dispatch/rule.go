package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch/rules"
)

// A Rule maps what is known of a call to who answers it. An account's rules are
// asked in the order of their positions, and of equal ones the older first.
type Rule struct {
	Row
	Name     string `json:"name"`
	Position int    `json:"position"`
	rules.Rule
}

var contextRules = kept[Rule, *Rule]{Kind: "context_rule", Name: "context rule", Prefix: "rule", Table: "context_rules", Most: 200}

// CreateRule makes a rule in the account and mode of whoever asks.
func (b *Book) CreateRule(ctx context.Context, by directory.Principal, r Rule) (Rule, error) {
	return contextRules.Create(ctx, b, by, r)
}

// Rules lists the rules, the newest first; Position says in which order they
// are asked.
func (b *Book) Rules(ctx context.Context, by directory.Principal, p directory.Page) ([]Rule, error) {
	return contextRules.List(ctx, b, by, p)
}

// Rule returns one of the rules.
func (b *Book) Rule(ctx context.Context, by directory.Principal, id string) (Rule, error) {
	return contextRules.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateRule lets f change a rule, for the calls that come from then on.
func (b *Book) UpdateRule(ctx context.Context, by directory.Principal, id string, f func(*Rule)) (Rule, error) {
	return contextRules.Update(ctx, b, by, id, f)
}

// DeleteRule deletes a rule.
func (b *Book) DeleteRule(ctx context.Context, by directory.Principal, id string) error {
	return contextRules.Remove(ctx, b, by, id)
}

// inOrder puts rules, the oldest first, into the order in which they are asked.
func inOrder(all []Rule) []Rule {
	slices.SortStableFunc(all, func(a, b Rule) int { return cmp.Compare(a.Position, b.Position) })
	return all
}

// Check implements shelf.Rower.
func (r *Rule) Check(ctx context.Context, b *Book, from directory.Source) error {
	r.Name = strings.TrimSpace(r.Name)
	r.When = append([]rules.Condition{}, r.When...)
	if r.Position < -mostPriority || r.Position > mostPriority {
		return invalid("context_rule", fmt.Sprintf("A position is from %d to %d.", -mostPriority, mostPriority))
	}
	if err := checkName("context_rule", r.Name); err != nil {
		return err
	}
	if err := r.Rule.Check(); err != nil {
		return err
	}
	if err := checkOutcome(r.Then); err != nil {
		return err
	}
	if err := r.checkCallerPage(); err != nil {
		return err
	}
	if err := b.checkPhrases(r.Then.Greeting); err != nil || r.Then.Queue == "" {
		return err
	}
	return queues.Has(ctx, from, r.Tenant, r.Then.Queue)
}

// checkCallerPage refuses what a visitor's browser must not open.
func (r *Rule) checkCallerPage() error {
	if r.Then.CallerPage == "" {
		return nil
	}
	u, err := webtrunk.ParsePage(r.Then.CallerPage)
	if err == nil {
		r.Then.CallerPage = u.String()
	}
	return err
}

// checkOutcome refuses what could not travel with a call. A page is opened in an
// agent's browser, so it is an https page and nothing that runs.
func checkOutcome(o rules.Outcome) error {
	if o.Priority < -mostPriority || o.Priority > mostPriority {
		return invalid("context_rule", fmt.Sprintf("A priority is from %d to %d.", -mostPriority, mostPriority))
	}
	if o.Page != "" {
		u, err := url.Parse(o.Page)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(o.Page) > mostFact || strings.ContainsFunc(o.Page, isControl) {
			return invalid("context_rule", fmt.Sprintf("A page is an https address of at most %d characters, such as https://crm.example.com/call.", mostFact))
		}
	}
	if len(o.Price) > 64 || strings.ContainsFunc(o.Price, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return invalid("context_rule", "A price is named by its ID, such as price_01m8c4v9k2x7r5t3qj6wz0ehnd.")
	}
	return checkSkills("context_rule", o.Needs)
}

// mostFact is how long what travels with a call may be.
const mostFact = 256
