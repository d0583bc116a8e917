package dispatch

import (
	"context"
	"strings"

	"webtrunk/directory"
)

// A Reason is why an agent is away: a word that the account chose, such as
// lunch.
type Reason struct {
	Row
	Word
}

// A Disposition is what came of a call, in a word that the account chose, such
// as sold.
type Disposition struct {
	Row
	Word
}

// A Word is something to choose from a list.
type Word struct {
	Name     string `json:"name"`
	Position int    `json:"position"` // the smaller ones are shown first
}

var (
	reasons      = kept[Reason, *Reason]{Kind: "presence_reason", Name: "reason", Prefix: "reason", Table: "presence_reasons", Most: 100}
	dispositions = kept[Disposition, *Disposition]{Kind: "disposition", Name: "disposition", Prefix: "disp", Table: "dispositions", Most: 200}
)

// Check implements shelf.Rower.
func (r *Reason) Check(context.Context, *Book, directory.Source) error {
	return r.readable("presence_reason")
}

// Check implements shelf.Rower.
func (d *Disposition) Check(context.Context, *Book, directory.Source) error {
	return d.readable("disposition")
}

// readable refuses what could not be shown in a list.
func (w *Word) readable(kind string) error {
	w.Name = strings.TrimSpace(w.Name)
	if w.Position < -1000 || w.Position > 1000 {
		return invalid(kind, "A position is from -1000 to 1000.")
	}
	return checkName(kind, w.Name)
}

// CreateReason adds a reason for being away.
func (b *Book) CreateReason(ctx context.Context, by directory.Principal, r Reason) (Reason, error) {
	return reasons.Create(ctx, b, by, r)
}

// Reasons lists the reasons for being away, the newest first.
func (b *Book) Reasons(ctx context.Context, by directory.Principal, p directory.Page) ([]Reason, error) {
	return reasons.List(ctx, b, by, p)
}

// Reason returns one of the reasons.
func (b *Book) Reason(ctx context.Context, by directory.Principal, id string) (Reason, error) {
	return reasons.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateReason lets f change a reason.
func (b *Book) UpdateReason(ctx context.Context, by directory.Principal, id string, f func(*Reason)) (Reason, error) {
	return reasons.Update(ctx, b, by, id, f)
}

// DeleteReason takes a reason from the list. Whoever is away for it stays so.
func (b *Book) DeleteReason(ctx context.Context, by directory.Principal, id string) error {
	return reasons.Remove(ctx, b, by, id)
}

// CreateDisposition adds a disposition.
func (b *Book) CreateDisposition(ctx context.Context, by directory.Principal, d Disposition) (Disposition, error) {
	return dispositions.Create(ctx, b, by, d)
}

// Dispositions lists the dispositions, the newest first.
func (b *Book) Dispositions(ctx context.Context, by directory.Principal, p directory.Page) ([]Disposition, error) {
	return dispositions.List(ctx, b, by, p)
}

// Disposition returns one of the dispositions.
func (b *Book) Disposition(ctx context.Context, by directory.Principal, id string) (Disposition, error) {
	return dispositions.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateDisposition lets f change a disposition.
func (b *Book) UpdateDisposition(ctx context.Context, by directory.Principal, id string, f func(*Disposition)) (Disposition, error) {
	return dispositions.Update(ctx, b, by, id, f)
}

// DeleteDisposition takes a disposition from the list. Calls that have it keep
// it.
func (b *Book) DeleteDisposition(ctx context.Context, by directory.Principal, id string) error {
	return dispositions.Remove(ctx, b, by, id)
}
