package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/install"
)

// site is what the pages of these tests' customers answer, whichever is asked for.
type site struct {
	html    string
	headers map[string]string
	err     error
}

func (s *site) Read(_ context.Context, _ webtrunk.AccountID, address string) (install.Page, error) {
	u, err := url.Parse(address)
	if err != nil || s.err != nil {
		return install.Page{}, s.err
	}
	p := install.Page{URL: u, Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(s.html)}
	for name, value := range s.headers {
		p.Header.Set(name, value)
	}
	return p, nil
}

func init() {
	features = append(features, func(w *world) Feature {
		w.site = &site{}
		return Installs{Directory: w.directory, Pages: w.site, Gateway: install.Gateway{Pinned: "/v1/widget-0123456789ab.js"}}
	})
}

func TestAPageOfAWidgetsSiteIsChecked(t *testing.T) {
	w := newWorld(t)
	w.house()
	ref := makers["reference"](w, shop)
	made := w.ask("sk_shop", "POST", "/v1/widgets", `{"origins": ["https://shop.example"], "destinations": ["`+ref+`"]}`).is(t, 201, "")
	check := "/v1/widgets/" + made.str("id") + "/check_page"
	w.site.html = `<script type="module" src="https://gw.example/v1/widget.js"></script><webtrunk-call key="` + made.str("key") + `" to="` + ref + `"></webtrunk-call>`
	const body = `{"page": "https://shop.example/a", "gateway": "https://GW.example/"}`
	if got := w.ask("sk_shop", "POST", check, body).is(t, 200, ""); got.body["works"] != true || !strings.Contains(got.text, `"element_there"`) || got.body["page"] != "https://shop.example/a" {
		t.Errorf("of a page that works: %s", got.text)
	}
	w.site.headers = map[string]string{"Content-Security-Policy": "connect-src 'self'"}
	if got := w.ask("sk_shop", "POST", check, body).is(t, 200, ""); got.body["works"] != false || !strings.Contains(got.text, `"change":"connect-src 'self' https://gw.example wss://gw.example"`) {
		t.Errorf("of a page that may not connect: %s", got.text)
	}
	w.site.html = strings.Replace(w.site.html, ref, "ref_of_others", 1)
	if got := w.ask("sk_shop", "POST", check, body).is(t, 200, ""); !strings.Contains(got.text, `"target_not_allowed"`) {
		t.Errorf("of a button that calls elsewhere: %s", got.text)
	}
	w.ask("sk_shop", "POST", check, `{"page": "https://shop.example/"}`).is(t, 400, "") // nobody knows where the gateway is
	w.site.err = &webtrunk.Error{Op: "page", Kind: webtrunk.Forbidden, Message: "The page is at 10.0.0.1."}
	if got := w.ask("sk_shop", "POST", check, body).is(t, 403, ""); got.body["param"] != "page" {
		t.Errorf("refused with %s", got.text)
	}
}

func TestTheRulesAreTriedAsCallsMeetThem(t *testing.T) {
	w := newWorld(t)
	plain, gold := makers["queue"](w, shop), makers["queue"](w, shop)
	w.ask("sk_shop", "POST", "/v1/context_rules", `{"name": "Gold", "when": [{"key": "identity.plan", "is": "equals", "values": ["gold"], "trusted": true}], "then": {"queue": "`+gold+`", "priority": 7, "needs": {"german": 5}}}`).is(t, 201, "")
	try := func(known string) asked {
		return w.ask("sk_shop", "POST", "/v1/context_rules/try", `{"queue": "`+plain+`", "known": [`+known+`]}`).is(t, 200, "")
	}
	if got := try(`{"key": "identity.plan", "value": "Gold", "trusted": true}`); got.body["rule"] != "Gold" || got.body["queue"] != gold || got.body["priority"] != 7.0 || !strings.Contains(got.text, `"german":5`) {
		t.Errorf("a signed visitor: %s", got.text)
	}
	for _, known := range []string{"", `{"key": "identity.plan", "value": "gold"}`} { // a claim
		if got := try(known); got.body["rule"] != nil || got.body["queue"] != plain {
			t.Errorf("known %s: %s", known, got.text)
		}
	}
	never := w.ask("sk_shop", "POST", "/v1/hours", `{"name": "Never", "time_zone": "UTC"}`).is(t, 201, "").str("id")
	w.ask("sk_shop", "POST", "/v1/queues/"+plain, `{"hours": "`+never+`"}`).is(t, 200, "")
	if got := try(""); got.body["closed"] != "hangup" {
		t.Errorf("while it is closed: %s", got.text)
	}
}

func TestHoursAreTriedBeforeTheyAreMade(t *testing.T) {
	w := newWorld(t)
	const week = `"time_zone": "Europe/Berlin", "week": [{"day": "monday", "from": "09:00", "to": "17:00"}], "holidays": [{"date": "12-25"}]`
	for at, want := range map[string][2]any{
		"2026-11-23T08:30:00Z": {true, "2026-11-23T17:00:00+01:00"},
		"2026-11-23T16:30:00Z": {false, "2026-11-30T09:00:00+01:00"},
	} {
		got := w.ask("sk_shop", "POST", "/v1/hours/try", `{"at": "`+at+`", `+week+`}`).is(t, 200, "")
		if got.body["open"] != want[0] || got.body["changes_at"] != want[1] {
			t.Errorf("at %s: %s, want %v", at, got.text, want)
		}
	}
	w.ask("sk_shop", "POST", "/v1/hours/try", `{"time_zone": "Mars/Olympus"}`).is(t, 400, "")
	if got := w.ask("sk_shop", "GET", "/v1/hours", "").is(t, 200, ""); !strings.Contains(got.text, `"data":[]`) {
		t.Errorf("something was kept: %s", got.text)
	}
}

func TestAReferenceSaysWhichQueueItLeadsTo(t *testing.T) {
	w := newWorld(t)
	queue := makers["queue"](w, shop)
	ref := w.ask("sk_shop", "POST", "/v1/references", `{"target": "queue:`+queue+`"}`).is(t, 201, "")
	if ref.body["queue"] != queue {
		t.Errorf("it says %s", ref.text)
	}
	if got := w.ask("sk_shop", "POST", "/v1/references/"+ref.str("id"), `{"target": "+15550100188"}`).is(t, 200, ""); got.body["queue"] != nil || strings.Contains(got.text, "5550100188") {
		t.Errorf("led to a telephone it says %s", got.text)
	}
}
