package directory

import (
	"context"
	"database/sql"
	"errors"

	"webtrunk/store"
)

// linkKey begins the publishable key of the page that a reference's link opens.
// No widget's key begins so.
const linkKey = "pk_link_"

// What a link is worth: it is passed on to strangers, and nobody has said how
// many.
const (
	linkCallsAtOnce  = 10
	linkCallsPerHour = 100
)

// Link returns the key with which the page of a reference's link calls it: that
// reference and nobody else, from the gateway's own page and no other. A
// reference that is disabled, expired or of a suspended account is answered as
// one that does not exist.
func (d *Directory) Link(ctx context.Context, reference string) (key string, err error) {
	w, err := d.linked(ctx, reference)
	return w.Key, err
}

// linked is the widget that a link's page has without anybody making one.
func (d *Directory) linked(ctx context.Context, reference string) (w Widget, err error) {
	err = d.db.QueryRow(ctx, `SELECT r.account, r.test FROM refs r JOIN accounts a ON a.id = r.account
		WHERE r.id = $1 AND r.enabled AND (r.expires = 0 OR r.expires > $2) AND a.status = 'active'`,
		reference, store.Micros(d.now())).Scan(&w.Account, &w.Test)
	if errors.Is(err, sql.ErrNoRows) {
		return w, leadsNowhere("link", reference)
	}
	if err != nil {
		return w, Unavailable("link", err)
	}
	to, err := ParseDestination(reference)
	if err != nil {
		return w, err
	}
	w.ID, w.Key, w.Enabled, w.Hosted = linkKey+reference, linkKey+reference, true, true
	w.Destinations, w.CallsAtOnce, w.CallsPerHour = []Destination{to}, linkCallsAtOnce, linkCallsPerHour
	return w, nil
}
