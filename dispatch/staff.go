package dispatch

import (
	"context"

	"webtrunk/directory"
	"webtrunk/dispatch/hours"
	"webtrunk/store"
)

// A Staff is who works at which queues of a tenant, and when these are open.
type Staff struct {
	Queues []Queue
	Agents []Agent
	Hours  map[string]*hours.Hours // by their IDs
}

// Tenants returns whoever has queues or agents, or has promised to call somebody back.
func (b *Book) Tenants(ctx context.Context) ([]Tenant, error) {
	rows, err := b.o.DB.Query(ctx, `SELECT account, test FROM queues UNION SELECT account, test FROM agents UNION SELECT account, test FROM callback_promises ORDER BY 1, 2`)
	all, err := store.All(rows, err, func(row store.Row) (t Tenant, err error) { return t, row.Scan(&t.Account, &t.Test) })
	return all, directory.Unavailable("queue", err)
}

// Staff returns a tenant's queues and agents, the oldest first, and its hours.
func (b *Book) Staff(ctx context.Context, of Tenant) (s Staff, err error) {
	if s.Queues, err = queues.All(ctx, b.o.DB, of); err != nil {
		return s, err
	}
	for i, q := range s.Queues {
		s.Queues[i] = b.offered(q)
	}
	if s.Hours, err = b.compiled(ctx, of); err != nil {
		return s, err
	}
	s.Agents, err = agents.All(ctx, b.o.DB, of)
	return s, err
}

// HasQueue implements directory.Desks.
func (b *Book) HasQueue(ctx context.Context, from directory.Source, by directory.Principal, id string) error {
	return queues.Has(ctx, from, tenantOf(by), id)
}
