package dispatch

import (
	"context"
	"fmt"
	"strings"

	"webtrunk/directory"
	"webtrunk/dispatch/hours"
	"webtrunk/store"
)

// Hours are opening hours that queues keep.
type Hours struct {
	Row
	Name string `json:"name"`
	hours.Table
}

var openingHours = kept[Hours, *Hours]{Kind: "hours", Name: "opening hours", Prefix: "hours", Table: "opening_hours", Most: 200}

// CreateHours makes opening hours in the account and mode of whoever asks.
func (b *Book) CreateHours(ctx context.Context, by directory.Principal, h Hours) (Hours, error) {
	return openingHours.Create(ctx, b, by, h)
}

// AllHours lists the opening hours, the newest first.
func (b *Book) AllHours(ctx context.Context, by directory.Principal, p directory.Page) ([]Hours, error) {
	return openingHours.List(ctx, b, by, p)
}

// Hours returns one of the opening hours.
func (b *Book) Hours(ctx context.Context, by directory.Principal, id string) (Hours, error) {
	return openingHours.One(ctx, b.o.DB, tenantOf(by), id)
}

// UpdateHours lets f change opening hours, for all queues that keep them.
func (b *Book) UpdateHours(ctx context.Context, by directory.Principal, id string, f func(*Hours)) (Hours, error) {
	return openingHours.Update(ctx, b, by, id, f)
}

// DeleteHours deletes opening hours that no queue keeps.
func (b *Book) DeleteHours(ctx context.Context, by directory.Principal, id string) error {
	return openingHours.Remove(ctx, b, by, id)
}

// Check implements shelf.Rower.
func (h *Hours) Check(context.Context, *Book, directory.Source) error {
	h.Name = strings.TrimSpace(h.Name)
	h.Week, h.Holidays, h.Exceptions = append([]hours.Weekly{}, h.Week...), append([]hours.Holiday{}, h.Holidays...), append([]hours.Exception{}, h.Exceptions...)
	for i := range h.Exceptions {
		h.Exceptions[i].Open = append([]hours.Span{}, h.Exceptions[i].Open...)
	}
	if err := checkName("hours", h.Name); err != nil {
		return err
	}
	_, err := hours.New(h.Table)
	return err
}

// Free refuses to delete what a queue keeps: it would be open at night.
func (h *Hours) Free(ctx context.Context, _ *Book, tx *store.Tx) error {
	all, err := queues.All(ctx, tx, h.Tenant)
	if err != nil {
		return err
	}
	for _, q := range all {
		if q.Hours == h.ID {
			return conflict("hours", fmt.Sprintf("The queue %s keeps these hours. Give it others first, or none.", q.Name))
		}
	}
	return nil
}
