package directory

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"webtrunk"
)

// What a site makes for one page counts for the one that shows it first: when it
// reconnects and is loaded again too, at every gateway and after a restart. Whoever
// copied it is refused, with a secret of their own or none.
func TestWhatCountsForOnePageAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		page := w.page(shop)
		_, secret, err := w.RotateIdentitySecret(t.Context(), shop, page.ID)
		if err != nil {
			t.Fatal(err)
		}
		page = w.widget(page.Key)
		signed := func(id string) string {
			s, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": "customer-1", "jti": id, "exp": w.clock.read().Add(time.Hour).Unix()}).SignedString([]byte(secret))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		_, token, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Receives: "desk", OnePage: true})
		if err != nil {
			t.Fatal(err)
		}
		other, err := Open(t.Context(), w.db, w.o) // another gateway, or this one after a restart
		if err != nil {
			t.Fatal(err)
		}
		for what, show := range map[string]func(d *Directory, page string) error{
			"identity": func(d *Directory, by string) error {
				_, err := d.Visitor(t.Context(), page, signed("one"), by)
				return err
			},
			"client token": func(d *Directory, by string) error {
				_, err := d.ClientToken(t.Context(), page, token, by)
				return err
			},
		} {
			for _, d := range []*Directory{w.Directory, w.Directory, other} {
				if err := show(d, "page one"); err != nil {
					t.Errorf("%s, by the page that it is for: %v", what, err)
				}
			}
			for _, by := range []string{"page two", ""} {
				for _, d := range []*Directory{w.Directory, other} {
					refused(t, show(d, by), webtrunk.Forbidden, "Reload the page")
				}
			}
		}
		show := func(id, by string) error {
			_, err := w.Visitor(t.Context(), page, signed(id), by)
			return err
		}
		if err := show("two", ""); err != nil {
			t.Errorf("by a page without a secret: %v", err)
		}
		refused(t, show("two", ""), webtrunk.Forbidden, "another page")
		for range 2 {
			if err := show("", ""); err != nil {
				t.Errorf("an identity without a jti: %v", err)
			}
		}
		w.clock.pass(3 * time.Hour)
		if err := show("three", "page one"); err != nil {
			t.Error(err)
		}
		var kept int
		if err := w.db.QueryRow(t.Context(), `SELECT count(*) FROM shown_tokens`).Scan(&kept); err != nil || kept != 1 {
			t.Errorf("%d are remembered, %v: those that have expired too", kept, err)
		}
	})
}
