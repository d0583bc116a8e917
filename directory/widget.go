package directory

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Widget is what the pages of some sites may do. Its key is publishable: it
// stands in the source of a page for everybody to read, and is worth only what
// the widget's origins, destinations, metadata and limits allow.
type Widget struct {
	ID           string             `json:"id"`  // "widget_…"
	Key          string             `json:"key"` // "pk_live_…"
	Account      webtrunk.AccountID `json:"-"`
	Name         string             `json:"name"`
	Test         bool               `json:"-"`
	Enabled      bool               `json:"enabled"`
	Managed      bool               `json:"managed"`      // by the configuration
	Origins      []Origin           `json:"origins"`      // the sites whose pages may use it
	Destinations []Destination      `json:"destinations"` // where these pages may call; empty means nowhere
	Metadata     []string           `json:"metadata"`     // the names of what they may say about a call
	CallsAtOnce  int                `json:"calls_at_once"`
	CallsPerHour int                `json:"calls_per_hour"` // of both, 0 is no limit but the gateway's
	Identity     bool               `json:"identity"`       // it has a secret by which sites sign who a visitor is
	Created      time.Time          `json:"created_at"`
	Updated      time.Time          `json:"updated_at"`

	// Hosted marks what a reference's link has in place of a widget: it lists
	// no origins and is for the gateway's own page.
	Hosted bool `json:"-"`

	secret string // that signs visitors' identities
}

// NewWidget is what a widget is made from.
type NewWidget struct {
	ID           string // empty makes one
	Key          string // of the configuration alone; empty makes one
	Name         string
	Origins      []Origin
	Destinations []Destination
	Metadata     []string
	CallsAtOnce  int
	CallsPerHour int
	Disabled     bool
}

// Serves reports whether a page of origin, as the browser states it, may use
// the widget.
func (w Widget) Serves(origin string) bool {
	o, err := ParseOrigin(origin)
	return err == nil && slices.Contains(w.Origins, o)
}

// Permit returns nil if the widget may call to, else a sentence for the caller. A
// reference that exists but is not the widget's is refused in the same words as
// one that does not exist, so that a page cannot find out which there are.
func (w Widget) Permit(to webtrunk.Address) error { return permit(w.Destinations, to) }

func permit(destinations []Destination, to webtrunk.Address) error {
	for _, d := range destinations {
		if d.Covers(to) {
			return nil
		}
	}
	if to.Scheme == webtrunk.Ref {
		return leadsNowhere("permit", to.Value)
	}
	return forbidden("permit", fmt.Sprintf("This page may not call %s. Ask the site's owner to allow it, or use the telephone.", to.Value))
}

// PermitMetadata returns nil if the widget may send metadata under name.
func (w Widget) PermitMetadata(name string) error {
	if slices.Contains(w.Metadata, name) {
		return nil
	}
	return forbidden("permit", fmt.Sprintf("This page may not send %q with a call. Ask the site's owner to allow this name.", name))
}

const widgetColumns = `SELECT w.id, w.key, w.account, w.name, w.test, w.enabled, w.managed, w.origins, w.destinations, w.metadata,
	w.calls_at_once, w.calls_per_hour, w.identity_secret, w.created, w.updated FROM widgets w `

func readWidget(row scanner) (w Widget, err error) {
	var origins, destinations, metadata string
	var created, updated int64
	if err = row.Scan(&w.ID, &w.Key, &w.Account, &w.Name, &w.Test, &w.Enabled, &w.Managed, &origins, &destinations, &metadata,
		&w.CallsAtOnce, &w.CallsPerHour, &w.secret, &created, &updated); err != nil {
		return w, err
	}
	w.Created, w.Updated, w.Identity = store.Time(created), store.Time(updated), w.secret != ""
	return w, errors.Join(untext(origins, &w.Origins), untext(destinations, &w.Destinations), untext(metadata, &w.Metadata))
}

// Publishable returns the widget of a publishable key, if it may be used. The
// key of a reference's link needs none that somebody made. What is returned is
// shared, and not to be changed.
func (d *Directory) Publishable(ctx context.Context, key string) (Widget, error) {
	if reference, hosted := strings.CutPrefix(key, linkKey); hosted {
		return d.linked(ctx, reference)
	}
	w, err := d.widgets.Ask(key, func() (Widget, error) {
		return readWidget(d.db.QueryRow(ctx, widgetColumns+`JOIN accounts a ON a.id = w.account WHERE w.key = $1 AND w.enabled AND a.status = 'active'`, key))
	})
	if errors.Is(err, sql.ErrNoRows) {
		return w, &webtrunk.Error{Op: "key", Kind: webtrunk.NotFound,
			Message: "This page's key is unknown. Copy the key from the gateway's configuration into the page."}
	}
	return w, Unavailable("key", err)
}

// Serves reports whether any widget may be used by pages of origin.
func (d *Directory) Serves(ctx context.Context, origin string) (bool, error) {
	o, err := ParseOrigin(origin)
	if err != nil {
		return false, nil
	}
	var there int
	err = d.db.QueryRow(ctx, `SELECT 1 FROM widget_origins WHERE origin = $1 LIMIT 1`, string(o)).Scan(&there)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, Unavailable("origin", err)
}

// CreateWidget makes a widget in the account and mode of whoever asks.
func (d *Directory) CreateWidget(ctx context.Context, by Principal, n NewWidget) (w Widget, err error) {
	n.Key = newPublishable(by.Test)
	if n.ID == "" {
		n.ID = webtrunk.NewID("widget")
	}
	w = n.widget(by, d.now())
	if err := w.check(); err != nil {
		return w, err
	}
	err = d.change(ctx, "widget", func(tx *store.Tx) error {
		if err := d.checkDestinations(ctx, tx, by, w.Destinations); err != nil {
			return err
		}
		made, err := insertWidget(ctx, tx, by, w)
		if err != nil || !made {
			return err
		}
		return d.tell(tx, by, "widget.created", w)
	})
	if err != nil {
		return w, err
	}
	return d.Widget(ctx, by, w.ID)
}

func newPublishable(test bool) string {
	if test {
		return "pk_test_" + strings.ToLower(rand.Text())
	}
	return "pk_live_" + strings.ToLower(rand.Text())
}

func (n NewWidget) widget(by Principal, now time.Time) Widget {
	return Widget{ID: n.ID, Key: n.Key, Account: by.Account, Name: strings.TrimSpace(n.Name), Test: by.Test, Enabled: !n.Disabled,
		Origins: append([]Origin{}, n.Origins...), Destinations: append([]Destination{}, n.Destinations...), Metadata: append([]string{}, n.Metadata...),
		CallsAtOnce: n.CallsAtOnce, CallsPerHour: n.CallsPerHour, Created: now, Updated: now}
}

func insertWidget(ctx context.Context, tx *store.Tx, by Principal, w Widget) (made bool, err error) {
	rows, err := tx.Exec(ctx, `INSERT INTO widgets (id, account, test, key, name, enabled, managed, origins, destinations, metadata, calls_at_once, calls_per_hour, identity_secret, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) ON CONFLICT (id) DO NOTHING`,
		w.ID, string(by.Account), w.Test, w.Key, w.Name, w.Enabled, w.Managed, text(w.Origins), text(w.Destinations), text(w.Metadata),
		w.CallsAtOnce, w.CallsPerHour, w.secret, store.Micros(w.Created))
	if err != nil || rows == 0 {
		return false, err
	}
	return true, keepOrigins(ctx, tx, w)
}

// keepOrigins keeps the sites that a widget serves where they are found quickly.
func keepOrigins(ctx context.Context, tx *store.Tx, w Widget) error {
	if _, err := tx.Exec(ctx, `DELETE FROM widget_origins WHERE widget = $1`, w.ID); err != nil || !w.Enabled {
		return err
	}
	for _, o := range w.Origins {
		if _, err := tx.Exec(ctx, `INSERT INTO widget_origins (origin, widget) VALUES ($1, $2) ON CONFLICT DO NOTHING`, string(o), w.ID); err != nil {
			return err
		}
	}
	return nil
}

func (w Widget) check() error {
	if err := CheckKeyName(w.Key); err != nil {
		return err
	}
	if len(w.Name) > 200 || strings.ContainsFunc(w.Name, isControl) {
		return invalid("widget", "A name has at most 200 characters on one line.")
	}
	if len(w.Origins) == 0 {
		return invalid("key "+w.Key, "name at least one origin, or no page can use the key")
	}
	if len(w.Origins) > 100 || len(w.Destinations) > 100 || len(w.Metadata) > 50 {
		return invalid("widget", "A widget has at most 100 origins, 100 destinations and 50 names of metadata.")
	}
	for _, name := range w.Metadata {
		if name == "" || len(name) > 64 || Reserved(name) {
			return invalid("widget", fmt.Sprintf("%q is no name of metadata: it has 1 to 64 characters and does not begin with identity., rule., transfer. or caller., which the gateway gives.", name))
		}
	}
	if w.CallsAtOnce < 0 || w.CallsPerHour < 0 {
		return invalid("widget", "A limit is 0, for none, or more.")
	}
	return nil
}

// checkDestinations refuses references that the account does not have.
func (d *Directory) checkDestinations(ctx context.Context, tx *store.Tx, by Principal, to []Destination) error {
	for _, one := range to {
		if ref, ok := one.Reference(); ok {
			if err := d.hasRef(ctx, tx, by, ref.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// Widgets lists the account's widgets.
func (d *Directory) Widgets(ctx context.Context, by Principal, p Page) ([]Widget, error) {
	query, args := p.query(`SELECT * FROM (`+widgetColumns+`WHERE w.account = $1 AND w.test = $2) AS mine WHERE true`, string(by.Account), by.Test)
	return list(ctx, d.db, readWidget, query, args...)
}

// Widget returns one of the account's widgets.
func (d *Directory) Widget(ctx context.Context, by Principal, id string) (Widget, error) {
	return widgetOf(ctx, d.db, by, id)
}

func widgetOf(ctx context.Context, from Source, by Principal, id string) (Widget, error) {
	w, err := readWidget(from.QueryRow(ctx, widgetColumns+`WHERE w.id = $1 AND w.account = $2 AND w.test = $3`, id, string(by.Account), by.Test))
	return w, Found("widget", "widget", err)
}

// WidgetChange is what to change about a widget; nil leaves it.
type WidgetChange struct {
	Name         *string
	Enabled      *bool
	Origins      *[]Origin
	Destinations *[]Destination
	Metadata     *[]string
	CallsAtOnce  *int
	CallsPerHour *int
	If           Condition
}

func (w *Widget) apply(c WidgetChange) {
	set(&w.Name, c.Name)
	set(&w.Enabled, c.Enabled)
	set(&w.Origins, c.Origins)
	set(&w.Destinations, c.Destinations)
	set(&w.Metadata, c.Metadata)
	set(&w.CallsAtOnce, c.CallsAtOnce)
	set(&w.CallsPerHour, c.CallsPerHour)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// UpdateWidget changes a widget. Pages that may no longer use it are told
// within seconds.
func (d *Directory) UpdateWidget(ctx context.Context, by Principal, id string, c WidgetChange) (w Widget, err error) {
	err = d.changeWidget(ctx, by, id, func(tx *store.Tx, it *Widget) error {
		if err := c.If.holds(it.Updated); err != nil {
			return err
		}
		it.apply(c)
		it.Updated = store.Later(it.Updated, d.now())
		if err := it.check(); err != nil {
			return err
		}
		if c.Destinations != nil {
			if err := d.checkDestinations(ctx, tx, by, it.Destinations); err != nil {
				return err
			}
		}
		w = *it
		return d.tell(tx, by, "widget.updated", w)
	})
	return w, err
}

// changeWidget reads a widget that the account may change, and keeps it.
func (d *Directory) changeWidget(ctx context.Context, by Principal, id string, f func(*store.Tx, *Widget) error) error {
	return d.change(ctx, "widget", func(tx *store.Tx) error {
		w, err := widgetOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if w.Managed {
			return managed("widget")
		}
		if err := f(tx, &w); err != nil {
			return err
		}
		return keepWidget(ctx, tx, w)
	})
}

func keepWidget(ctx context.Context, tx *store.Tx, w Widget) error {
	if _, err := tx.Exec(ctx, `UPDATE widgets SET name = $1, enabled = $2, origins = $3, destinations = $4, metadata = $5, calls_at_once = $6, calls_per_hour = $7, identity_secret = $8, updated = $9 WHERE id = $10`,
		w.Name, w.Enabled, text(w.Origins), text(w.Destinations), text(w.Metadata), w.CallsAtOnce, w.CallsPerHour, w.secret, store.Micros(w.Updated), w.ID); err != nil {
		return err
	}
	return keepOrigins(ctx, tx, w)
}

// RotateIdentitySecret gives a widget a new secret by which its site signs who
// a visitor is, and returns it. What the old one signed is no longer believed.
func (d *Directory) RotateIdentitySecret(ctx context.Context, by Principal, id string) (w Widget, secret string, err error) {
	secret = newSecret("ids_")
	err = d.changeWidget(ctx, by, id, func(tx *store.Tx, it *Widget) error {
		it.secret, it.Identity, it.Updated = secret, true, store.Later(it.Updated, d.now())
		w = *it
		return d.tell(tx, by, "widget.identity_secret_rotated", w)
	})
	if err != nil {
		secret = ""
	}
	return w, secret, err
}

// DeleteWidget ends a widget and its key.
func (d *Directory) DeleteWidget(ctx context.Context, by Principal, id string) error {
	return d.change(ctx, "widget", func(tx *store.Tx) error {
		w, err := widgetOf(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if w.Managed {
			return managed("widget")
		}
		return d.removeWidget(ctx, tx, by, w)
	})
}

func (d *Directory) removeWidget(ctx context.Context, tx *store.Tx, by Principal, w Widget) error {
	if _, err := tx.Exec(ctx, `DELETE FROM widget_origins WHERE widget = $1`, w.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM widgets WHERE id = $1`, w.ID); err != nil {
		return err
	}
	return d.tell(tx, by, "widget.deleted", w)
}

// CheckKeyName says what is wrong with the name of a publishable key.
func CheckKeyName(name string) error {
	if !strings.HasPrefix(name, "pk_") || len(name) < 8 || !plain(name) {
		return invalid("key", "a publishable key is pk_ and 5 to 61 letters, digits, '-' or '_'")
	}
	if strings.HasPrefix(name, linkKey) {
		return invalid("key", "keys that begin with "+linkKey+" are those of references' links")
	}
	if name == AgentKey {
		return invalid("key", AgentKey+" is the key of pages in which people are logged in")
	}
	return nil
}
