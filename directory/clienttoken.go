package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk"
	"webtrunk/store"
)

// A ClientToken is what a site's server lets one page do, for at most an hour:
// it may call where the widget whose key the page shows may not, receive calls,
// and is believed about who its visitor is.
type ClientToken struct {
	ID           string             `json:"id"` // "token_…"
	Account      webtrunk.AccountID `json:"-"`
	Test         bool               `json:"-"`
	Destinations []Destination      `json:"destinations"`
	Name         string             `json:"receives,omitempty"` // the name under which the page is called; empty: it is not
	Receives     webtrunk.Address   `json:"-"`                  // where that is
	Identity     Visitor            `json:"identity"`
	Metadata     []string           `json:"metadata"`
	OnePage      bool               `json:"one_page"` // counts for the page alone that shows it first
	Created      time.Time          `json:"created_at"`
	Expires      time.Time          `json:"expires_at"`
}

// NewClientToken is what a client token is made from.
type NewClientToken struct {
	ID           string        // empty makes one
	Life         time.Duration // 0 means MaxTokenLife
	Destinations []Destination
	Receives     string
	Identity     Visitor
	Metadata     []string
	OnePage      bool
}

// MaxTokenLife is how long a client token counts at most.
const MaxTokenLife = time.Hour

// tokenAudience is what client tokens are for: nothing else that we sign may be
// taken for one.
const tokenAudience = "webtrunk:signaling"

// Permit returns nil if the token lets its page call to.
func (t ClientToken) Permit(to webtrunk.Address) error { return permit(t.Destinations, to) }

// grants is what is kept of a token.
type grants struct {
	Destinations []Destination `json:"destinations"`
	Receives     string        `json:"receives"`
	Identity     Visitor       `json:"identity"`
	Metadata     []string      `json:"metadata"`
	OnePage      bool          `json:"one_page,omitempty"`
}

// claims are what the token itself says. What it grants is kept here and looked
// up by its ID, so that it can be withdrawn.
type claims struct {
	Test bool `json:"test"`
	jwt.RegisteredClaims
}

// CreateClientToken makes a token for a page of the asker's account and mode.
func (d *Directory) CreateClientToken(ctx context.Context, by Principal, n NewClientToken) (t ClientToken, token string, err error) {
	if err := n.check(); err != nil {
		return t, "", err
	}
	now := d.now()
	t = ClientToken{ID: n.ID, Account: by.Account, Test: by.Test, Destinations: append([]Destination{}, n.Destinations...), Name: n.Receives,
		Identity: n.Identity, Metadata: append([]string{}, n.Metadata...), OnePage: n.OnePage, Created: now, Expires: now.Add(n.Life).Truncate(time.Second)}
	if n.Life == 0 {
		t.Expires = now.Add(MaxTokenLife).Truncate(time.Second)
	}
	if t.ID == "" {
		t.ID = webtrunk.NewID("token")
	}
	err = d.change(ctx, "token", func(tx *store.Tx) error {
		if err := d.checkDestinations(ctx, tx, by, t.Destinations); err != nil {
			return err
		}
		s, err := d.signer(ctx, tx)
		if err != nil {
			return err
		}
		if token, err = d.sign(s, t); err != nil {
			return err
		}
		return d.keepToken(ctx, tx, by, t)
	})
	return t, token, err
}

func (n NewClientToken) check() error {
	switch {
	case n.Life < 0 || n.Life > MaxTokenLife || n.Life > 0 && n.Life < time.Second:
		return invalid("token", "A client token lives for 1 second to 1 hour. Make a new one for the next page.")
	case len(n.Destinations) == 0 && n.Receives == "" && n.Identity.Subject == "":
		return invalid("token", "The token allows nothing. Name destinations to call, a name to receive calls under, or the customer who signs in with it by identity.sub.")
	case len(n.Destinations) > 100 || len(n.Metadata) > 50:
		return invalid("token", "A client token has at most 100 destinations and 50 names of metadata.")
	case n.Receives != "":
		if err := checkReceiver(n.Receives); err != nil {
			return err
		}
	}
	return n.Identity.check()
}

// keepToken keeps what a token grants, and forgets those long expired.
func (d *Directory) keepToken(ctx context.Context, tx *store.Tx, by Principal, t ClientToken) error {
	if _, err := tx.Exec(ctx, `DELETE FROM client_tokens WHERE expires < $1`, store.Micros(d.now().Add(-24*time.Hour))); err != nil {
		return err
	}
	made, err := tx.Exec(ctx, `INSERT INTO client_tokens (id, account, test, grants, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET expires = excluded.expires WHERE client_tokens.account = excluded.account`,
		t.ID, string(t.Account), t.Test, text(grants{t.Destinations, t.Name, t.Identity, t.Metadata, t.OnePage}), store.Micros(t.Created), store.Micros(t.Expires))
	if err != nil || made == 0 {
		return err
	}
	return d.tell(tx, by, "client_token.created", map[string]any{"id": t.ID, "by": by.ID, "destinations": t.Destinations, "receives": t.Name, "expires": t.Expires})
}

func (d *Directory) sign(s signer, t ClientToken) (string, error) {
	j := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{t.Test, jwt.RegisteredClaims{
		ID: t.ID, Subject: string(t.Account), Issuer: d.issuer(), Audience: jwt.ClaimStrings{tokenAudience},
		IssuedAt: jwt.NewNumericDate(t.Created), ExpiresAt: jwt.NewNumericDate(t.Expires),
	}})
	j.Header["kid"] = s.id
	return j.SignedString(s.private)
}

// issuer is who signs: this site, so that two gateways' tokens are told apart.
func (d *Directory) issuer() string {
	if d.o.Site != "" {
		return d.o.Site
	}
	return "webtrunk"
}

// maxToken is longer than any token that is meant.
const maxToken = 8 << 10

// ClientToken returns what a token grants to a page that shows a widget's key
// of the same account, and page, the secret by which it is known again; empty where it
// has none. The algorithm is one, whatever the token says of it.
func (d *Directory) ClientToken(ctx context.Context, w Widget, token, page string) (t ClientToken, err error) {
	refusal := forbidden("token", "This page's token does not work: it has expired, was withdrawn, or is not for this page. Reload the page.")
	t, err = d.tokenOf(ctx, token, refusal)
	if err == nil && (t.Account != w.Account || t.Test != w.Test) {
		return ClientToken{}, refusal
	}
	if err == nil && t.OnePage {
		err = d.shownBy(ctx, t.ID, page, t.Expires, refusal)
	}
	return t, err
}

// tokenOf returns what a token grants, whosever it is; refusal is for one that counts no
// more, or never did.
func (d *Directory) tokenOf(ctx context.Context, token string, refusal error) (t ClientToken, err error) {
	if len(token) > maxToken {
		return t, refusal
	}
	var c claims
	broken, err := d.parse(ctx, token, &c, tokenAudience)
	switch {
	case broken != nil:
		return t, Unavailable("token", broken)
	case err != nil, c.IssuedAt == nil, c.ExpiresAt.Sub(c.IssuedAt.Time) > MaxTokenLife:
		return t, refusal
	}
	t, err = d.Granted(ctx, c.ID)
	if webtrunk.KindOf(err) == webtrunk.NotFound || err == nil && (string(t.Account) != c.Subject || t.Test != c.Test) {
		return ClientToken{}, refusal
	}
	return t, err
}

// parse reads a token that we have signed for an audience. broken is why that
// cannot be found out.
func (d *Directory) parse(ctx context.Context, token string, c jwt.Claims, audience string) (broken, err error) {
	_, err = jwt.ParseWithClaims(token, c, func(j *jwt.Token) (any, error) {
		kid, _ := j.Header["kid"].(string)
		key, err := d.verifier(ctx, kid)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			broken = err
		}
		return key, err
	}, jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithAudience(audience), jwt.WithIssuer(d.issuer()),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithTimeFunc(d.now), jwt.WithLeeway(5*time.Second), jwt.WithStrictDecoding())
	return broken, err
}

// Granted returns what a token grants that has been checked before, by its ID.
// It may have expired; it is gone a day later, and when it is withdrawn.
func (d *Directory) Granted(ctx context.Context, id string) (t ClientToken, err error) {
	var kept string
	var created, expires int64
	var a Account
	err = d.db.QueryRow(ctx, `SELECT t.id, t.account, t.test, t.grants, t.created, t.expires, a.id, a.operator FROM client_tokens t JOIN accounts a ON a.id = t.account
		WHERE t.id = $1 AND a.status = 'active'`, id).Scan(&t.ID, &t.Account, &t.Test, &kept, &created, &expires, &a.ID, &a.Operator)
	if err != nil {
		return t, Found("token", "client token", err)
	}
	var g grants
	if err := untext(kept, &g); err != nil {
		return t, err
	}
	t.Destinations, t.Name, t.Identity, t.Metadata, t.OnePage = g.Destinations, g.Receives, g.Identity, g.Metadata, g.OnePage
	t.Created, t.Expires = store.Time(created), store.Time(expires)
	if t.Name != "" {
		t.Receives = place(a, t.Test, t.Name)
	}
	return t, nil
}

// Fresh returns nil if the token may begin a call now.
func (d *Directory) Fresh(t ClientToken) error {
	if t.Expires.After(d.now()) {
		return nil
	}
	return forbidden("token", "This page's token has expired. Reload the page.")
}

// RevokeClientToken withdraws a token. A page that shows it is cut off within
// seconds.
func (d *Directory) RevokeClientToken(ctx context.Context, by Principal, id string) error {
	return d.change(ctx, "token", func(tx *store.Tx) error {
		gone, err := tx.Exec(ctx, `DELETE FROM client_tokens WHERE id = $1 AND account = $2 AND test = $3`, id, string(by.Account), by.Test)
		if err != nil {
			return err
		}
		if gone == 0 {
			return Missing("token", "client token")
		}
		return d.tell(tx, by, "client_token.revoked", map[string]any{"id": id, "by": by.ID})
	})
}

// A Visitor is who a site's server says its visitor is.
type Visitor struct {
	Subject string `json:"sub,omitempty"` // the site's own ID of the visitor
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone_number,omitempty"`
}

// Context returns the visitor as it travels with a call. No page can send such
// names itself, so whoever reads them may believe them.
func (v Visitor) Context() map[string]string {
	facts := map[string]string{}
	for name, value := range map[string]string{"sub": v.Subject, "name": v.Name, "email": v.Email, "phone_number": v.Phone} {
		if value != "" {
			facts["identity."+name] = value
		}
	}
	if len(facts) == 0 {
		return nil
	}
	return facts
}

func (v Visitor) check() error {
	for _, s := range []string{v.Subject, v.Name, v.Email, v.Phone} {
		if len(s) > 200 || slices.ContainsFunc([]rune(s), isControl) {
			return invalid("identity", fmt.Sprintf("What is said of a visitor has at most %d characters on one line.", 200))
		}
	}
	return nil
}
