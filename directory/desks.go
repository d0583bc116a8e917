package directory

import (
	"context"
	"database/sql"
	"errors"

	"webtrunk"
	"webtrunk/store"
)

// Desks are where people answer the calls of queues. They are kept elsewhere,
// and change with the people and references here, in the same transaction.
type Desks interface {
	// HasQueue refuses the ID of a queue that whoever asks does not have.
	HasQueue(ctx context.Context, from Source, by Principal, id string) error
	// PersonChanged says that somebody has another name or role.
	PersonChanged(ctx context.Context, tx *store.Tx, account webtrunk.AccountID, p Person) error
	// PersonLeft says that somebody is no person of the account any more.
	PersonLeft(ctx context.Context, tx *store.Tx, account webtrunk.AccountID, p Person) error
}

// SetDesks has references lead to the queues of desks. It is for the start:
// nobody may use the directory yet.
func (d *Directory) SetDesks(desks Desks) { d.desks = desks }

func (d *Directory) hasQueue(ctx context.Context, from Source, by Principal, id string) error {
	if d.desks == nil {
		return &webtrunk.Error{Op: "reference", Kind: webtrunk.Unsupported, Message: "This gateway has no queues for a reference to lead to."}
	}
	return d.desks.HasQueue(ctx, from, by, id)
}

func (d *Directory) personChanged(ctx context.Context, tx *store.Tx, by Principal, p Person) error {
	if d.desks == nil {
		return nil
	}
	return d.desks.PersonChanged(ctx, tx, by.Account, p)
}

func (d *Directory) personLeft(ctx context.Context, tx *store.Tx, by Principal, p Person) error {
	if d.desks == nil {
		return nil
	}
	return d.desks.PersonLeft(ctx, tx, by.Account, p)
}

// PersonIn is Person for who reads within a transaction.
func (d *Directory) PersonIn(ctx context.Context, from Source, account webtrunk.AccountID, id string) (Person, error) {
	return personOf(ctx, from, Principal{Account: account}, id)
}

// LeadsTo returns the ID of a reference that leads to a contact, if one does.
func (d *Directory) LeadsTo(ctx context.Context, from Source, contact webtrunk.Address) (reference string, err error) {
	err = from.QueryRow(ctx, `SELECT id FROM refs WHERE target = $1 ORDER BY id LIMIT 1`, contact.String()).Scan(&reference)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return reference, Unavailable("reference", err)
}
