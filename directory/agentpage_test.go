package directory

import (
	"strings"
	"testing"
	"time"

	"webtrunk"
)

// atWork logs a person in and opens a page for them.
func (w *world) atWork(email string) (AgentPage, Access, string) {
	w.t.Helper()
	in := w.mustLogin(email, passphrase, "")
	_, token, _, err := w.AgentToken(w.t.Context(), in.Principal, in.Cookie)
	if err != nil {
		w.t.Fatal(err)
	}
	page, err := w.AgentPage(w.t.Context(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	return page, in, token
}

func TestAnAgentsPageIsCalledUnderTheirName(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		ada := w.person(shop, "ada@example.com", Agent)
		page, _, token := w.atWork("ada@example.com")
		if page.Account != shop.Account || page.Person != ada.ID || page.Test || page.Identity() != (Visitor{Subject: ada.ID, Name: "Ada"}) {
			t.Errorf("the page is %+v", page)
		}
		name := AgentName(ada.ID)
		there, err := w.Resolve(t.Context(), Query{Account: shop.Account, To: addr(t, "browser:"+name)})
		if err != nil || there.Address != page.Receives || !IsAgent(there.Address) {
			t.Errorf("calls go to %v, the page is at %v, %v", there.Address, page.Receives, err)
		}
		if rest, ok := strings.CutPrefix(name, "agent_"); !ok || "person_"+rest != ada.ID {
			t.Errorf("%s stands for %s", name, ada.ID)
		}
		// The token waits for minutes; what it began lasts as long as the login.
		w.clock.pass(agentTokenLife + time.Minute)
		_, err = w.AgentPage(t.Context(), token)
		refused(t, err, webtrunk.Forbidden, "Reload the page")
		if err := w.StillAtWork(t.Context(), page); err != nil {
			t.Errorf("an hour into the shift: %v", err)
		}
	})
}

func TestAnAgentsPageEndsWithTheLogin(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		ada := w.person(shop, "ada@example.com", Agent)
		viewer := Viewer
		for _, c := range []struct {
			name string
			end  func(Access) error
		}{
			{"logged out", func(a Access) error { return w.Logout(t.Context(), a.Cookie) }},
			{"revoked", func(Access) error { return w.RevokeSessions(t.Context(), shop, ada.ID) }},
			{"unused", func(Access) error { w.clock.pass(SessionIdle + time.Minute); return nil }},
			{"only looks on", func(Access) error {
				_, err := w.UpdatePerson(t.Context(), shop, ada.ID, PersonChange{Role: &viewer})
				return err
			}},
		} {
			page, in, token := w.atWork("ada@example.com")
			if err := c.end(in); err != nil {
				t.Fatal(c.name, err)
			}
			if err := w.StillAtWork(t.Context(), page); webtrunk.KindOf(err) != webtrunk.Forbidden {
				t.Errorf("%s: the page goes on: %v", c.name, err)
			}
			if _, err := w.AgentPage(t.Context(), token); webtrunk.KindOf(err) != webtrunk.Forbidden {
				t.Errorf("%s: the token counts: %v", c.name, err)
			}
		}
		in := w.mustLogin("ada@example.com", passphrase, "")
		_, _, _, err := w.AgentToken(t.Context(), in.Principal, in.Cookie)
		refused(t, err, webtrunk.Forbidden, "calls:write")
	})
}

func TestAnAgentsTokenIsNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop := w.account("Shop")
		w.person(shop, "ada@example.com", Agent)
		_, in, token := w.atWork("ada@example.com")
		page := w.page(shop)
		_, err := w.ClientToken(t.Context(), page, token, "")
		refused(t, err, webtrunk.Forbidden, "does not work")
		_, sites, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Receives: "desk"})
		if err != nil {
			t.Fatal(err)
		}
		for name, wrong := range map[string]string{"a site's token": sites, "none": "", "torn": token[:len(token)-4], "endless": token + string(make([]byte, maxToken))} {
			if _, err := w.AgentPage(t.Context(), wrong); webtrunk.KindOf(err) != webtrunk.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Another's cookie makes no token for this person.
		w.person(shop, "bob@example.com", Agent)
		bob := w.mustLogin("bob@example.com", passphrase, "")
		if _, _, _, err := w.AgentToken(t.Context(), in.Principal, bob.Cookie); webtrunk.KindOf(err) != webtrunk.NotFound {
			t.Errorf("with another's cookie: %v", err)
		}
	})
}

// Only logging in makes somebody ring under a person's name.
func TestNobodyElseReceivesAsAnAgent(t *testing.T) {
	w := open(t)
	shop := w.account("Shop")
	_, _, err := w.CreateClientToken(t.Context(), shop, NewClientToken{Receives: "agent_1"})
	refused(t, err, webtrunk.Invalid, "people who log in")
	_, err = w.Provision(t.Context(), Contents{Receivers: []Receiver{{Name: "agent_1", Token: "0123456789abcdef"}}})
	refused(t, err, webtrunk.Invalid, "people who log in")
	refused(t, CheckKeyName(AgentKey), webtrunk.Invalid, "logged in")
}

func TestColleaguesAreWhoTakesCalls(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		ada := w.person(shop, "ada@example.com", Agent)
		bob, owner := w.person(shop, "bob@example.com", Supervisor), w.person(shop, "owner@example.com", Owner)
		w.person(shop, "eve@example.com", Viewer)
		w.person(other, "stranger@example.com", Agent)
		if _, _, err := w.CreatePerson(t.Context(), shop, NewPerson{Email: "new@example.com", Name: "New", Role: Agent}); err != nil {
			t.Fatal(err)
		}
		found, err := w.Colleagues(t.Context(), Principal{Account: shop.Account, ID: ada.ID}, Page{Limit: 10})
		if err != nil || len(found) != 2 {
			t.Fatalf("found %+v, %v", found, err)
		}
		for _, p := range found {
			if p.ID != bob.ID && p.ID != owner.ID {
				t.Errorf("%s is a colleague", p.Email)
			}
		}
	})
}
