package dispatch

import (
	"context"
	"fmt"
	"slices"

	"webtrunk"
	"webtrunk/store"
)

// Free refuses to delete a queue that callers are still led to, so that
// nobody's number falls silent by accident, and takes it from its agents.
func (q *Queue) Free(ctx context.Context, b *Book, tx *store.Tx) error {
	for _, leads := range []func(context.Context, *store.Tx, *Queue) (string, error){b.referenceLeads, queueLeads, ruleLeads} {
		who, err := leads(ctx, tx, q)
		if err != nil {
			return err
		}
		if who != "" {
			return conflict("queue", fmt.Sprintf("%s leads to this queue. Lead it elsewhere first.", who))
		}
	}
	return takeFromAgents(ctx, b, tx, q)
}

// referenceLeads names a reference that leads to a queue.
func (b *Book) referenceLeads(ctx context.Context, tx *store.Tx, q *Queue) (string, error) {
	id, err := b.o.Directory.LeadsTo(ctx, tx, webtrunk.Address{Scheme: webtrunk.Queue, Value: q.ID})
	if id == "" || err != nil {
		return "", err
	}
	return "The reference " + id, nil
}

// queueLeads names a queue that leads to another.
func queueLeads(ctx context.Context, tx *store.Tx, q *Queue) (string, error) {
	all, err := queues.All(ctx, tx, q.Tenant)
	if err != nil {
		return "", err
	}
	for _, other := range all {
		if slices.Contains(other.leadsTo(), q.ID) {
			return "The queue " + other.Name, nil
		}
	}
	return "", nil
}

// ruleLeads names a rule that leads to a queue.
func ruleLeads(ctx context.Context, tx *store.Tx, q *Queue) (string, error) {
	all, err := contextRules.All(ctx, tx, q.Tenant)
	if err != nil {
		return "", err
	}
	for _, r := range all {
		if r.Then.Queue == q.ID {
			return "The context rule " + r.Name, nil
		}
	}
	return "", nil
}

// takeFromAgents takes a queue from all who work at it.
func takeFromAgents(ctx context.Context, b *Book, tx *store.Tx, q *Queue) error {
	all, err := agents.All(ctx, tx, q.Tenant)
	if err != nil {
		return err
	}
	for _, a := range all {
		i := slices.Index(a.Queues, q.ID)
		if i < 0 {
			continue
		}
		a.Queues = slices.Delete(a.Queues, i, i+1)
		if err := agents.Keep(ctx, b, tx, &a); err != nil {
			return err
		}
	}
	return nil
}
