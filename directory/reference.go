package directory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/store"
)

// A Reference is a public name for a contact that stays hidden: whoever sees
// the reference may call it and never learns whom it reaches. What it leads to
// is written and never read back.
type Reference struct {
	ID       string            `json:"id"` // "ref_…"
	Label    string            `json:"label"`
	Test     bool              `json:"-"`
	Enabled  bool              `json:"enabled"`
	Managed  bool              `json:"managed"`         // by the configuration
	Hint     string            `json:"target_hint"`     // "tel ending 02"
	Queue    string            `json:"queue,omitempty"` // that it leads to: a queue is nobody's contact, and need not be hidden
	Metadata map[string]string `json:"metadata"`
	Expires  time.Time         `json:"expires_at,omitzero"` // leads to nobody from then on
	Created  time.Time         `json:"created_at"`
	Updated  time.Time         `json:"updated_at"`
	Aliases  []Alias           `json:"aliases"`
}

// An Alias is one way to reach a reference.
type Alias struct {
	Kind      AliasKind `json:"kind"`
	Value     string    `json:"value"`
	Extension string    `json:"extension,omitempty"` // of a number: the digits to press
}

// An AliasKind is what an alias is.
type AliasKind string

const (
	ByID     AliasKind = "reference" // ref_shop
	ByLink   AliasKind = "link"      // https://calls.example.com/r/ref_shop
	ByNumber AliasKind = "number"    // +15550100001
	BySIP    AliasKind = "sip_uri"   // sip:ref_shop@calls.example.com
)

// NewReference is what a reference is made from.
type NewReference struct {
	ID       string           // empty makes one
	Target   webtrunk.Address // a telephone number, a SIP address, a browser or a queue
	Label    string
	Metadata map[string]string
	Disabled bool
	Expires  time.Time // zero: never
}

const refColumns = `SELECT id, target, label, metadata, test, enabled, managed, expires, created, updated FROM refs `

// readRef reads a reference, and hides its contact.
func readRef(row scanner) (r Reference, err error) {
	var target, metadata string
	var expires, created, updated int64
	if err = row.Scan(&r.ID, &target, &r.Label, &metadata, &r.Test, &r.Enabled, &r.Managed, &expires, &created, &updated); err != nil {
		return r, err
	}
	r.Hint, r.Queue, r.Expires = hintOf(target), queueIn(target), store.Time(expires)
	r.Created, r.Updated = store.Time(created), store.Time(updated)
	r.Metadata = map[string]string{}
	return r, untext(metadata, &r.Metadata)
}

// hintOf lets those who know a contact recognise it, and tells others nothing
// that they could call.
func hintOf(target string) string {
	scheme, value, _ := strings.Cut(target, ":")
	if webtrunk.Scheme(scheme) == webtrunk.Tel && len(value) > 6 {
		return "tel ending " + value[len(value)-2:]
	}
	return scheme
}

// queueIn is the queue that a target names, if it is one.
func queueIn(target string) string {
	if id, is := strings.CutPrefix(target, string(webtrunk.Queue)+":"); is {
		return id
	}
	return ""
}

// CreateReference makes a reference in the account and mode of whoever asks.
func (d *Directory) CreateReference(ctx context.Context, by Principal, n NewReference) (r Reference, err error) {
	if n.ID == "" {
		n.ID = webtrunk.NewID("ref")
	}
	if err := n.check(); err != nil {
		return r, err
	}
	r = n.reference(by, d.now())
	err = d.change(ctx, "reference", func(tx *store.Tx) error {
		if err := d.leadable(ctx, tx, by, n.Target); err != nil {
			return err
		}
		made, err := d.insertRef(ctx, tx, by, r, n.Target)
		if err != nil || !made {
			return err
		}
		return d.tell(tx, by, "reference.created", r)
	})
	if err != nil {
		return r, err
	}
	return d.Reference(ctx, by, r.ID)
}

func (d *Directory) insertRef(ctx context.Context, tx *store.Tx, by Principal, r Reference, target webtrunk.Address) (made bool, err error) {
	rows, err := tx.Exec(ctx, `INSERT INTO refs (id, account, test, target, label, metadata, enabled, managed, expires, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (id) DO NOTHING`, r.ID, string(by.Account), r.Test, target.String(), r.Label,
		text(r.Metadata), r.Enabled, r.Managed, store.Micros(r.Expires), store.Micros(r.Created))
	return rows > 0, err
}

func (n NewReference) reference(by Principal, now time.Time) Reference {
	r := Reference{ID: n.ID, Label: strings.TrimSpace(n.Label), Test: by.Test, Enabled: !n.Disabled, Hint: hintOf(n.Target.String()),
		Metadata: n.Metadata, Created: now, Updated: now, Aliases: []Alias{}}
	if !n.Expires.IsZero() {
		r.Expires = n.Expires.UTC()
	}
	if r.Metadata == nil {
		r.Metadata = map[string]string{}
	}
	return r
}

func (n NewReference) check() error {
	if err := CheckReference(n.ID, n.Target); err != nil {
		return err
	}
	if n.Target.Scheme == webtrunk.Browser {
		if err := checkPlace(n.Target.Value); err != nil {
			return err
		}
	}
	return checkLabel(n.Label)
}

func checkLabel(label string) error {
	if len(label) > 200 || strings.ContainsFunc(label, isControl) {
		return invalid("reference", "A label has at most 200 characters on one line.")
	}
	return nil
}

// CheckReference says what is wrong with a reference. Its target is a contact,
// never another reference, so that following one always ends.
func CheckReference(name string, target webtrunk.Address) error {
	if !strings.HasPrefix(name, "ref_") || !plain(name) {
		return invalid("reference", fmt.Sprintf("%q is not a reference's name: write ref_ and letters, digits, '-' or '_', such as ref_shop", name))
	}
	switch target.Scheme {
	case webtrunk.Tel, webtrunk.SIP, webtrunk.Browser, webtrunk.Queue:
		return nil
	case webtrunk.Ref:
		return invalid("reference "+name, "its target is another reference: write the contact itself, such as tel:+15550100101")
	}
	return invalid("reference "+name, "it has no target: write tel:+15550100101, sip:alice@example.com, browser:desk or queue:queue_…")
}

// MayLead says whether what an account sets up, such as a reference, may lead to
// a contact: whatever it reaches is called at the operator's expense.
func (d *Directory) MayLead(ctx context.Context, from Source, by Principal, target webtrunk.Address) error {
	a, err := readAccount(from.QueryRow(ctx, accountColumns+`WHERE id = $1`, string(by.Account)))
	if err != nil {
		return Found("reference", "account", err)
	}
	if !a.reaches(target, by.Test) {
		return forbidden("reference", "This account may not call there, so nothing of it can lead there either. Ask the gateway's operator to allow it.")
	}
	return nil
}

// leadable is MayLead, and refuses queues that the account does not have.
func (d *Directory) leadable(ctx context.Context, from Source, by Principal, target webtrunk.Address) error {
	if target.Scheme == webtrunk.Queue {
		return d.hasQueue(ctx, from, by, target.Value)
	}
	return d.MayLead(ctx, from, by, target)
}

// reaches reports whether calls of the account may end at a contact. Pages and
// queues cost nothing, and neither does the simulated carrier, which is all that
// test calls reach. The operator pays for itself.
func (a Account) reaches(contact webtrunk.Address, test bool) bool {
	return a.Operator || contact.Scheme == webtrunk.Browser || contact.Scheme == webtrunk.Queue || test && contact.Scheme == webtrunk.Tel || a.covers(contact)
}

func (a Account) covers(contact webtrunk.Address) bool {
	for _, to := range a.Destinations {
		if to.Covers(contact) {
			return true
		}
	}
	return false
}

// Reference returns one of the account's references.
func (d *Directory) Reference(ctx context.Context, by Principal, id string) (Reference, error) {
	r, err := readRef(d.db.QueryRow(ctx, refColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test))
	if err != nil {
		return r, Found("reference", "reference", err)
	}
	one := []Reference{r}
	err = d.addAliases(ctx, by, one)
	return one[0], err
}

// References lists the account's references.
func (d *Directory) References(ctx context.Context, by Principal, p Page) ([]Reference, error) {
	query, args := p.query(refColumns+`WHERE account = $1 AND test = $2`, string(by.Account), by.Test)
	refs, err := list(ctx, d.db, readRef, query, args...)
	if err != nil {
		return nil, err
	}
	return refs, d.addAliases(ctx, by, refs)
}

// addAliases tells of references how they are reached.
func (d *Directory) addAliases(ctx context.Context, by Principal, refs []Reference) error {
	type lead struct{ reference, number, digits string }
	leads, err := list(ctx, d.db, func(row scanner) (l lead, err error) {
		return l, row.Scan(&l.reference, &l.number, &l.digits)
	}, `SELECT reference, number, '' AS digits FROM numbers WHERE account = $1 AND test = $2 AND reference <> ''
		UNION ALL SELECT e.reference, n.number, e.digits FROM extensions e JOIN numbers n ON n.id = e.number WHERE n.account = $1 AND n.test = $2
		ORDER BY 2, 3`, string(by.Account), by.Test)
	if err != nil {
		return err
	}
	for i := range refs {
		r := &refs[i]
		r.Aliases = []Alias{{Kind: ByID, Value: r.ID}}
		if d.o.Site != "" {
			r.Aliases = append(r.Aliases, Alias{Kind: ByLink, Value: d.o.Site + linkPath + r.ID})
		}
		if d.o.Domain != "" {
			r.Aliases = append(r.Aliases, Alias{Kind: BySIP, Value: "sip:" + r.ID + "@" + d.o.Domain})
		}
		for _, l := range leads {
			if l.reference == r.ID {
				r.Aliases = append(r.Aliases, Alias{Kind: ByNumber, Value: l.number, Extension: l.digits})
			}
		}
	}
	return nil
}

// ReferenceChange is what to change about a reference; nil leaves it.
type ReferenceChange struct {
	Target   *webtrunk.Address
	Label    *string
	Metadata *map[string]string
	Enabled  *bool
	Expires  *time.Time
	If       Condition
}

// UpdateReference changes a reference. Whoever calls it from then on reaches
// the new target.
func (d *Directory) UpdateReference(ctx context.Context, by Principal, id string, c ReferenceChange) (r Reference, err error) {
	err = d.change(ctx, "reference", func(tx *store.Tx) error {
		if r, err = d.refToChange(ctx, tx, by, id); err != nil {
			return err
		}
		if err := c.If.holds(r.Updated); err != nil {
			return err
		}
		if c.Target != nil {
			if err := d.retarget(ctx, tx, by, id, *c.Target); err != nil {
				return err
			}
			r.Hint, r.Queue = hintOf(c.Target.String()), queueIn(c.Target.String())
		}
		if err := r.apply(c); err != nil {
			return err
		}
		r.Updated = store.Later(r.Updated, d.now())
		if _, err := tx.Exec(ctx, `UPDATE refs SET label = $1, metadata = $2, enabled = $3, expires = $4, updated = $5 WHERE id = $6`,
			r.Label, text(r.Metadata), r.Enabled, store.Micros(r.Expires), store.Micros(r.Updated), id); err != nil {
			return err
		}
		return d.tell(tx, by, "reference.updated", r)
	})
	if err != nil {
		return r, err
	}
	return d.Reference(ctx, by, id)
}

func (r *Reference) apply(c ReferenceChange) error {
	if c.Label != nil {
		if err := checkLabel(*c.Label); err != nil {
			return err
		}
		r.Label = strings.TrimSpace(*c.Label)
	}
	if c.Metadata != nil {
		r.Metadata = *c.Metadata
	}
	if c.Enabled != nil {
		r.Enabled = *c.Enabled
	}
	if c.Expires != nil {
		r.Expires = c.Expires.UTC()
	}
	r.Aliases = []Alias{}
	return nil
}

func (d *Directory) retarget(ctx context.Context, tx *store.Tx, by Principal, id string, target webtrunk.Address) error {
	if err := (NewReference{ID: id, Target: target}).check(); err != nil {
		return err
	}
	if err := d.leadable(ctx, tx, by, target); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE refs SET target = $1 WHERE id = $2`, target.String(), id)
	return err
}

// refToChange returns a reference that the account may change.
func (d *Directory) refToChange(ctx context.Context, tx *store.Tx, by Principal, id string) (Reference, error) {
	r, err := readRef(tx.QueryRow(ctx, refColumns+`WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test))
	switch {
	case err != nil:
		return r, Found("reference", "reference", err)
	case r.Managed:
		return r, managed("reference")
	}
	return r, nil
}

// DeleteReference ends a reference. A number that leads to it must be led
// elsewhere first, so that nobody's number falls silent by accident.
func (d *Directory) DeleteReference(ctx context.Context, by Principal, id string) error {
	return d.change(ctx, "reference", func(tx *store.Tx) error {
		r, err := d.refToChange(ctx, tx, by, id)
		if err != nil {
			return err
		}
		var number string
		err = tx.QueryRow(ctx, `SELECT number FROM numbers WHERE reference = $1 UNION SELECT n.number FROM extensions e JOIN numbers n ON n.id = e.number WHERE e.reference = $1 LIMIT 1`, id).Scan(&number)
		if err == nil {
			return conflict("reference", fmt.Sprintf("%s leads to this reference. Lead the number elsewhere first.", number))
		}
		if _, err := tx.Exec(ctx, `DELETE FROM refs WHERE id = $1`, id); err != nil {
			return err
		}
		r.Aliases = []Alias{}
		return d.tell(tx, by, "reference.deleted", r)
	})
}

// hasRef refuses the ID of a reference that the account does not have.
func (d *Directory) hasRef(ctx context.Context, from Source, by Principal, id string) error {
	var there int
	err := from.QueryRow(ctx, `SELECT 1 FROM refs WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test).Scan(&there)
	return Found("reference", "reference", err)
}
