package api

import (
	"context"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/trunk"
)

// carriers are so many that were made.
var carriers atomic.Int64

func init() {
	features = append(features, func(w *world) Feature {
		written := trunk.Network{Trunks: []trunk.Trunk{carrierNamed("written"), carrierNamed("test")}}
		written.Trunks[1].Test = true
		book, err := trunk.Open(context.Background(), trunk.Options{DB: w.db, Operator: "acct_operator", Written: written})
		if err != nil {
			w.Fatal(err)
		}
		w.book = book
		return Trunks{Book: book, Stats: func() []TrunkStats { return w.trunks }}
	})
	makers["trunk"] = func(w *world, _ tenant) string {
		e, err := w.book.AddTrunk(context.Background(), carrierNamed(fmt.Sprintf("carrier-%d", carriers.Add(1))))
		return made(w)(e.Is.Name, err)
	}
	makers["route"] = func(w *world, t tenant) string {
		e, err := w.book.AddRoute(context.Background(), trunk.Route{Name: fmt.Sprintf("route-%d", carriers.Add(1)), Trunks: []string{}})
		return made(w)(e.Is.Name, err)
	}
}

func carrierNamed(name string) trunk.Trunk {
	return trunk.Trunk{Name: name, Proxy: "203.0.113.10:5060", Identity: trunk.Identity{CallerID: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100001"}}}
}

// operated is a world with the operator's keys.
func operated(t *testing.T) *world {
	w := newWorld(t)
	for _, test := range []bool{false, true} {
		w.users.keys[map[bool]string{false: "sk_op", true: "sk_op_test"}[test]] = directory.Principal{Account: "acct_operator", ID: "key_op", Rights: everyRight, Operator: true, Test: test}
	}
	return w
}

// fullTrunk is a trunk with each of its settings.
const fullTrunk = `{"name":"second","password":"open sesame","proxy":"sip.carrier.example","transport":"tls",
	"tls":{"server_name":"sip.carrier.example"},"sources":["203.0.113.7","198.51.100.0/24"],"domain":"carrier.example","username":"acme",
	"register":{"registrar":"carrier.example","user":"acme-1","expires":"10m"},"public":"192.0.2.9",
	"identity":{"caller_id":"+1 555 010 0001","numbers":["+155501000*"],"present":"asserted","untrusted":true,"believe":true},
	"codecs":["pcma"],"srtp":"required","dtmf":"info","comfort_noise":true,"outbound":[{"begins":"+49","becomes":"0"}],"inbound":[{"begins":"0","becomes":"+49"}],
	"unknown":"busy","prefixes":["+49"],"rates":[{"prefix":"+49","per_minute":12000,"currency":"EUR","increment":1,"connection":5}],
	"limits":{"calls":30,"calls_per_second":2.5},"session_timer":{"off":true,"expires":"1h","min_expires":"90s"},"reliable":"required",
	"keepalive":"1m","no_answer_after":"4s","redirects":["sip2.carrier.example"],"context":["order","identity.name"],"refer":true}`

// A trunk is shown as it was written, but for its secrets.
func TestATrunkIsShownAsItWasWritten(t *testing.T) {
	w := operated(t)
	got := w.ask("sk_op", "POST", "/v1/trunks", fullTrunk).is(t, 201, "")
	again := w.ask("sk_op", "GET", "/v1/trunks/second", "").is(t, 200, "")
	for _, shown := range []asked{got, again} {
		if strings.Contains(shown.text, "sesame") || shown.body["managed"] != false || shown.body["status"] != "unproven" {
			t.Errorf("shown: %s", shown.text)
		}
		for name, want := range map[string]any{
			"proxy": "sip.carrier.example", "transport": "tls", "sources": []any{"203.0.113.7/32", "198.51.100.0/24"}, "domain": "carrier.example",
			"register": map[string]any{"registrar": "carrier.example", "user": "acme-1", "expires": "10m"}, "public": "192.0.2.9",
			"identity": map[string]any{"caller_id": "+15550100001", "numbers": []any{"+155501000*"}, "present": "asserted", "untrusted": true, "believe": true},
			"rates":    []any{map[string]any{"prefix": "+49", "per_minute": 12000.0, "currency": "EUR", "increment": 1.0, "connection": 5.0}},
			"limits":   map[string]any{"calls": 30.0, "calls_per_second": 2.5}, "session_timer": map[string]any{"off": true, "expires": "1h", "min_expires": "1m30s"},
			"keepalive": "1m", "no_answer_after": "4s", "context": []any{"order", "identity.name"}, "refer": true, "comfort_noise": true, "unknown": "busy", "reliable": "required",
		} {
			if !reflect.DeepEqual(shown.body[name], want) {
				t.Errorf("%s is %v, want %v", name, shown.body[name], want)
			}
		}
	}
	kept, err := w.book.Trunk("second")
	if err != nil || kept.Is.Password != "open sesame" {
		t.Errorf("%+v, %v", kept, err)
	}
}

// Every field of a trunk can be set over the API, and comes back as it was.
func TestEverySettingReachesTheTrunkOverTheAPI(t *testing.T) {
	w := operated(t)
	w.ask("sk_op", "POST", "/v1/trunks", fullTrunk).is(t, 201, "")
	e, _ := w.book.Trunk("second")
	e.Is.TLS.CA, e.Is.TLS.Certificate, e.Is.TLS.Key = "ca", "certificate", "key" // PEM is checked elsewhere
	v := reflect.ValueOf(e.Is)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Test" {
			t.Errorf("nothing sets %s", name)
		}
	}
	s := settingsOf(e.Is)
	if got, _ := s.trunk(e.Is.Name, e.Is.Password); !reflect.DeepEqual(got, e.Is) {
		t.Errorf("read\n%+v\nof\n%+v", got, e.Is)
	}
}

func TestATrunkIsChangedInParts(t *testing.T) {
	w := operated(t)
	w.ask("sk_op", "POST", "/v1/trunks", fullTrunk).is(t, 201, "")
	got := w.ask("sk_op", "POST", "/v1/trunks/second", `{"identity":{"present":"from"},"codecs":[],"limits":{"calls":5},"domain":""}`).is(t, 200, "")
	want := map[string]any{"caller_id": "+15550100001", "numbers": []any{"+155501000*"}, "present": "from", "untrusted": true, "believe": true}
	if !reflect.DeepEqual(got.body["identity"], want) || got.body["codecs"] != nil || got.body["domain"] != nil || got.body["limits"].(map[string]any)["calls_per_second"] != 2.5 {
		t.Errorf("changed: %s", got.text)
	}
	if e, _ := w.book.Trunk("second"); e.Is.Password != "open sesame" || e.Is.Limits.Calls != 5 {
		t.Errorf("kept %+v", e.Is)
	}
	for _, move := range []string{`{"proxy":"thief.example"}`, `{"transport":"tcp","tls":{"server_name":"","ca":"","certificate":"","key":""}}`, `{"register":{"registrar":"thief.example"}}`} {
		w.ask("sk_op", "POST", "/v1/trunks/second", move).is(t, 400, "parameter_missing")
	}
	got = w.ask("sk_op", "POST", "/v1/trunks/second", `{"register":{"enabled":false},"password":"another"}`).is(t, 200, "")
	if e, _ := w.book.Trunk("second"); e.Is.Register != nil || got.body["register"] != nil || e.Is.Password != "another" {
		t.Errorf("it registers still: %s", got.text)
	}
	w.ask("sk_op", "POST", "/v1/trunks/written", `{"refer":true}`).is(t, 409, "conflict")
	w.ask("sk_op", "POST", "/v1/trunks/nobody", `{"refer":true}`).is(t, 404, "not_found")
	w.ask("sk_op", "DELETE", "/v1/trunks/written", "").is(t, 409, "conflict")
	w.ask("sk_op", "DELETE", "/v1/trunks/second", "").is(t, 204, "")
	w.ask("sk_op", "GET", "/v1/trunks/second", "").is(t, 404, "not_found")
}

// Each mistake names its field and what to write.
func TestMistakesInTrunksAreExplained(t *testing.T) {
	w := operated(t)
	const id = `"identity":{"caller_id":"+15550100001"}`
	for body, want := range map[string][2]string{
		`{"name":"x",` + id + `}`:                                                      {"proxy", "Write the carrier's address"},
		`{"name":"x","proxy":"a.example"}`:                                             {"identity.caller_id", "callees see it"},
		`{"name":"x","proxy":"a.example","identity":{"caller_id":"015550100"}}`:        {"identity.caller_id", "begin the number with +"},
		`{"name":"test","proxy":"a.example",` + id + `}`:                               {"name", "mistaken"},
		`{"name":"x","proxy":"a.example",` + id + `,"keepalive":"often"}`:              {"keepalive", "30m"},
		`{"name":"x","proxy":"a.example",` + id + `,"sources":["10.0.0.1","carrier"]}`: {"sources[1]", "203.0.113.0/24"},
		`{"name":"x","proxy":"a.example",` + id + `,"public":"here"}`:                  {"public", "203.0.113.10"},
		`{"name":"x","proxy":"a.example",` + id + `,"username":"acme"}`:                {"username", "both"},
		`{"name":"x","proxy":"a.example",` + id + `,"transport":"sctp"}`:               {"transport", ""},
		`{"name":"x","proxy":"a.example\r\nEvil: yes",` + id + `}`:                     {"proxy", ""},
		`{"name":"x\r\n","proxy":"a.example",` + id + `}`:                              {"name", ""},
	} {
		got := w.ask("sk_op", "POST", "/v1/trunks", body)
		if got.status != 400 || got.body["param"] != want[0] || !strings.Contains(got.str("message"), want[1]) {
			t.Errorf("%s: %d %s, want %v", body, got.status, got.text, want)
		}
	}
	w.ask("sk_op", "POST", "/v1/trunks", `{"name":"written","proxy":"a.example",`+id+`}`).is(t, 409, "conflict")
}

func TestATrunksStateIsShown(t *testing.T) {
	w := operated(t)
	at := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	w.trunks = []TrunkStats{{Name: "written", Dialled: 9, Answered: 4, LastHeard: at, State: trunk.State{
		Status: trunk.Down, Reason: "The carrier did not answer OPTIONS for 60 s.", Since: at, Calls: 2, RetryAt: at.Add(time.Minute),
		RoundTrip: 12500 * time.Microsecond, Peers: []netip.AddrPort{netip.MustParseAddrPort("203.0.113.10:5060")}, Registered: at.Add(time.Hour),
	}}}
	got := w.ask("sk_op", "GET", "/v1/trunks", "").is(t, 200, "")
	list := got.body["data"].([]any)
	first, second := list[0].(map[string]any), list[1].(map[string]any)
	for name, want := range map[string]any{
		"status": "down", "message": "The carrier did not answer OPTIONS for 60 s.", "since": "2026-11-22T08:00:00Z", "calls": 2.0, "retry_at": "2026-11-22T08:01:00Z",
		"round_trip_ms": 12.5, "peers": []any{"203.0.113.10:5060"}, "registered_until": "2026-11-22T09:00:00Z", "calls_dialled": 9.0, "calls_answered": 4.0,
		"managed": true, "livemode": true, "last_heard_at": "2026-11-22T08:00:00Z",
	} {
		if !reflect.DeepEqual(first[name], want) {
			t.Errorf("%s is %v, want %v", name, first[name], want)
		}
	}
	if len(list) != 2 || second["livemode"] != false || second["status"] != "unproven" || second["message"] == "" || second["since"] != nil {
		t.Errorf("the simulated carrier's is %v", second)
	}
	page := w.ask("sk_op", "GET", "/v1/trunks?limit=1", "").is(t, 200, "")
	if next := page.body["next_cursor"]; next != "written" || page.body["has_more"] != true {
		t.Errorf("the first page: %s", page.text)
	}
	if rest := w.ask("sk_op", "GET", "/v1/trunks?limit=1&starting_after=written", "").is(t, 200, ""); len(rest.body["data"].([]any)) != 1 || rest.body["has_more"] != false {
		t.Errorf("the second page: %s", rest.text)
	}
}

func TestRoutesOverTheAPI(t *testing.T) {
	w := operated(t)
	w.ask("sk_op", "POST", "/v1/trunks", fullTrunk).is(t, 201, "")
	made := w.ask("sk_op", "POST", "/v1/routes", `{"name":"germany","prefixes":["+49"],"trunks":["second","written"],"by":"cost"}`).is(t, 201, "")
	if made.body["object"] != "route" || made.body["by"] != "cost" || made.body["managed"] != false {
		t.Errorf("made: %s", made.text)
	}
	got := w.ask("sk_op", "DELETE", "/v1/trunks/second", "").is(t, 409, "conflict")
	if !strings.Contains(got.str("message"), "germany") {
		t.Errorf("the refusal does not say which route: %s", got.text)
	}
	if got := w.ask("sk_op", "POST", "/v1/routes", `{"name":"x","trunks":["nobody"]}`).is(t, 400, "parameter_invalid"); got.body["param"] != "trunks[0]" || strings.Contains(strings.ToLower(got.str("message")), "routes[") {
		t.Errorf("the refusal does not say what is wrong with the request: %s", got.text)
	}
	changed := w.ask("sk_op", "POST", "/v1/routes/germany", `{"trunks":["written"]}`).is(t, 200, "")
	if !reflect.DeepEqual(changed.body["prefixes"], []any{"+49"}) || !reflect.DeepEqual(changed.body["trunks"], []any{"written"}) {
		t.Errorf("changed: %s", changed.text)
	}
	w.ask("sk_op", "DELETE", "/v1/trunks/second", "").is(t, 204, "")
	if list := w.ask("sk_op", "GET", "/v1/routes", "").is(t, 200, ""); len(list.body["data"].([]any)) != 1 {
		t.Errorf("routes: %s", list.text)
	}
	w.ask("sk_op", "GET", "/v1/routes/germany", "").is(t, 200, "")
	w.ask("sk_op", "DELETE", "/v1/routes/germany", "").is(t, 204, "")
	w.ask("sk_op", "GET", "/v1/routes/germany", "").is(t, 404, "not_found")
}

// Trunks are the operator's, and its test keys change none of them.
func TestTrunksAreTheOperators(t *testing.T) {
	w := operated(t)
	for _, path := range []string{"/v1/trunks", "/v1/trunks/written", "/v1/routes"} {
		w.ask("sk_shop", "GET", path, "").is(t, 403, "operator_required")
		w.ask("sk_op_test", "GET", path, "").is(t, 200, "")
	}
	w.ask("sk_shop", "POST", "/v1/trunks", fullTrunk).is(t, 403, "operator_required")
	for _, c := range [][3]string{{"POST", "/v1/trunks", fullTrunk}, {"POST", "/v1/trunks/written", `{}`}, {"DELETE", "/v1/trunks/written", ""},
		{"POST", "/v1/routes", `{"name":"x","trunks":[]}`}, {"POST", "/v1/routes/x", `{}`}, {"DELETE", "/v1/routes/x", ""}} {
		w.ask("sk_op_test", c[0], c[1], c[2]).is(t, 403, "live_mode_required")
	}
}

// A request whose answer was lost may be made again.
func TestMakingATrunkTwice(t *testing.T) {
	w := operated(t)
	first := w.ask("sk_op", "POST", "/v1/trunks", fullTrunk, "Idempotency-Key: once").is(t, 201, "")
	again := w.ask("sk_op", "POST", "/v1/trunks", fullTrunk, "Idempotency-Key: once").is(t, 201, "")
	if again.body["created_at"] != first.body["created_at"] {
		t.Errorf("made twice: %s", again.text)
	}
	if kept := w.dump("trunks"); strings.Contains(kept, "open sesame") {
		t.Error("the password is kept outside the book")
	}
}
