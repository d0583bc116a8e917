package room

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// show is a draft of a page.
func show(id, url, title string) Draft {
	return Draft{ID: id, Kind: Page, Body: Body{Shown: Shown{URL: url, Title: title}}}
}

const offer = "https://shop.example/offer"

// lists is an account that lists the offer, and all of help.example, which lets itself be framed.
func lists(_ context.Context, c Call, url string) (Listing, error) {
	switch {
	case c.Account == "acct_shop" && url == offer:
		return Listing{Title: "Our offer"}, nil
	case c.Account == "acct_shop" && strings.HasPrefix(url, "https://help.example/"):
		return Listing{Beside: true}, nil
	}
	return Listing{}, &webtrunk.Error{Op: "shared_page", Kind: webtrunk.NotFound, Message: "This page may not be shown."}
}

func TestPagesThatARoomTakes(t *testing.T) {
	s := Replay(nil)
	if o := do(t, s, agent, show("p1", "https://Shop.example:443/offer", " Our  offer\n")); o.URL != offer || o.Title != "Our offer" {
		t.Errorf("the page is %+v", o)
	}
	if do(t, s, agent, show("p1", offer, "Our offer")); s.Last() != 1 {
		t.Errorf("sent again it is there %d times", s.Last())
	}
	for what, c := range map[string]struct {
		by    Member
		draft Draft
		kind  webtrunk.Kind
	}{
		"a visitor shows nothing": {visitor, show("x", offer, ""), webtrunk.Forbidden},
		"nor does nobody":         {Member{Leg: 3}, show("x", offer, ""), webtrunk.Forbidden},
		"what runs":               {agent, show("x", "javascript:alert(1)", ""), webtrunk.Invalid},
		"what is its own page":    {agent, show("x", "data:text/html,x", ""), webtrunk.Invalid},
		"no page":                 {agent, show("x", "", "A title"), webtrunk.Invalid},
		"a login":                 {agent, show("x", "https://user:word@shop.example/", ""), webtrunk.Invalid},
		"in clear":                {agent, show("x", "http://shop.example/", ""), webtrunk.Invalid},
		"too long":                {agent, show("x", "https://shop.example/"+strings.Repeat("a", 2000), ""), webtrunk.Invalid},
		"too long when written":   {agent, show("x", "https://shop.example/"+strings.Repeat("é", 700), ""), webtrunk.Invalid},
		"a long title":            {agent, show("x", offer, strings.Repeat("é", 201)), webtrunk.Invalid},
		"a broken title":          {agent, show("x", offer, "a\x00b"), webtrunk.Invalid},
		"another with its id":     {agent, show("p1", "https://shop.example/other", ""), webtrunk.Conflict},
	} {
		if _, fresh, err := s.Accept(c.by, c.draft, noon, usual); fresh || webtrunk.KindOf(err) != c.kind || webtrunk.MessageOf(err, "") == "" {
			t.Errorf("%s gives fresh %v, %v", what, fresh, err)
		}
	}
	if again := Replay(s.Log); !reflect.DeepEqual(again, s) || s.chat.bytes != len(offer)+len("Our offer") {
		t.Errorf("the log gives %+v, of %d bytes", again, s.chat.bytes)
	}
}

// What the agent shows is what the account lists, and how it opens is the account's word.
func TestAnAgentShowsWhatTheAccountLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, c := open(t, db, Options{Pages: lists}), aCall()
		ann, ada := r.enter(c, visitor), r.enter(c, agent)
		ada.seat.Post([]byte(`{"id":"1","kind":"page","url":"https://shop.example/offer","title":"Offer","beside":true}`), func(id string, err error) {
			t.Errorf("%s is refused: %v", id, err)
		})
		ann.sees("the offer", func() bool { return len(ann.told) == 1 && !ann.told[0].Beside && ann.told[0].URL == offer })
		ada.post(show("2", "https://help.example/how?to", ""))
		ann.sees("the help", func() bool { return len(ann.told) == 2 && ann.told[1].Beside })
		if ann.told[0].Title != "Offer" || ann.told[1].Title != "" {
			t.Errorf("the pages are called %q and %q", ann.told[0].Title, ann.told[1].Title)
		}
		ada.post(show("3", "https://other.example/", ""))
		ada.sees("that it is not listed", func() bool { return webtrunk.KindOf(ada.refused["3"]) == webtrunk.Forbidden })
		ada.post(show("4", "javascript:alert(1)", ""))
		ada.sees("that it runs", func() bool { return ada.refused["4"] != nil })
		ann.post(show("5", offer, ""))
		ann.sees("that visitors show nothing", func() bool { return webtrunk.KindOf(ann.refused["5"]) == webtrunk.Forbidden })

		elsewhere := aCall()
		elsewhere.Account = "acct_other"
		eve := r.enter(elsewhere, agent)
		eve.post(show("6", offer, ""))
		eve.sees("that another account lists it", func() bool { return webtrunk.KindOf(eve.refused["6"]) == webtrunk.Forbidden })

		var told []string
		for e, err := range db.Read(t.Context(), event.Stream{}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, e.Type+" "+string(e.Data))
		}
		leg := agent.Leg.Public(c.ID)
		want := []string{
			fmt.Sprintf(`page_push.created {"call":%q,"page_push_seq":1,"leg":%q,"role":"agent"}`, c.ID, leg),
			fmt.Sprintf(`page_push.created {"call":%q,"page_push_seq":2,"leg":%q,"role":"agent"}`, c.ID, leg),
		}
		if !reflect.DeepEqual(told, want) {
			t.Errorf("the log says %q", told)
		}
	})
}

func TestARoomWithoutPages(t *testing.T) {
	r, c := open(t, storetest.Open(t, storetest.SQLite(t)), Options{}), aCall()
	ada := r.enter(c, agent)
	ada.post(show("1", offer, ""))
	ada.sees("that there are none", func() bool { return webtrunk.KindOf(ada.refused["1"]) == webtrunk.Unsupported })
}

// What a rule shows waits for the caller, who reads it alone, and is there once, whether
// or not it is listed.
func TestTheSiteShowsAPageBeforeAnybodyIsThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, c := open(t, db, Options{Pages: lists}), aCall()
		for range 2 {
			r.Show(c, Shown{URL: "https://catalogue.example/", Title: "While you wait"})
		}
		r.Show(c, Shown{URL: "javascript:alert(1)"})
		ann := r.enter(c, visitor)
		ann.sees("the page", func() bool {
			return len(ann.told) == 1 && ann.told[0].By == Member{Role: Site} && ann.told[0].URL == "https://catalogue.example/"
		})
		ann.seat.Leave()
		r.Show(c, Shown{URL: "https://help.example/"})
		r.Show(c, Shown{URL: offer})
		ann, ada := r.enter(c, visitor), r.enter(c, agent)
		for _, p := range []*page{ann, ada} {
			p.sees("all pages", func() bool { return len(p.told) == 3 && p.told[1].Beside && p.told[2].Title == "Our offer" })
		}
		if len(r.promised) != 0 {
			t.Errorf("%d rooms wait for somebody who is there", len(r.promised))
		}
	})
}
