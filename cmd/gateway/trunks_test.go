package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// trunks runs `gateway trunks`.
func trunks(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var o strings.Builder
	code = run(append([]string{"trunks"}, args...), &terminal{out: &o, err: &o})
	return o.String(), code
}

func TestTheTrunksCommand(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "")
	o.ask("POST", "/v1/trunks", `{"name":"second","proxy":"203.0.113.7","identity":{"caller_id":"+15550100001"},"limits":{"calls":30},"username":"me","password":"open sesame"}`, 201)
	out, code := trunks(t, "--url", o.url(), "--key", o.key)
	lines := strings.Split(out, "\n")
	if code != 0 || !strings.HasPrefix(lines[0], "TRUNK") || !strings.Contains(out, "second") || !strings.Contains(out, "0 of 30") || !strings.Contains(out, box.Addr().String()) {
		t.Errorf("%d:\n%s", code, out)
	}
	out, code = trunks(t, "--url", o.url()+"/", "--key", o.key, "--json")
	var names []string
	for line := range strings.Lines(out) {
		var one struct{ Name string }
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		names = append(names, one.Name)
	}
	if got := strings.Join(names, " "); code != 0 || got != "box test second" || strings.Contains(out, "sesame") {
		t.Errorf("%d: %s\n%s", code, got, out)
	}
	for says, args := range map[string][]string{
		"WEBTRUNK_API_KEY":            {"--url", o.url()},
		"is no address of a gateway":  {"--url", "here", "--key", o.key},
		"no gateway answers":          {"--url", "http://127.0.0.1:1", "--key", o.key},
		"is no answer of a gateway's": {"--url", o.url() + "/nowhere", "--key", o.key},
		"This API key does not work":  {"--url", o.url(), "--key", "sk_live_nobody"},
	} {
		if out, code := trunks(t, args...); code != exitFailed || !strings.Contains(out, says) {
			t.Errorf("%v: %d, %q; want %q", args, code, out, says)
		}
	}
}

// The table says what people ask: is it up, since when, and what to do if not.
func TestTheTableOfTrunks(t *testing.T) {
	pages := map[string]string{
		"": `{"data":[{"name":"a","status":"up","since":"2026-11-22T05:00:00Z","calls":3,"limits":{"calls":10},"round_trip_ms":12.34,"calls_dialled":8,"calls_answered":6,
			"proxy":"sip.carrier.example","registered_until":"2026-11-22T09:00:00Z","message":"The carrier answers.","of_a_newer_gateway":1}],"has_more":true,"next_cursor":"a"}`,
		"a": `{"data":[{"name":"b","status":"down","since":"2026-11-22T07:59:30Z","proxy":"203.0.113.7","message":"The carrier\u001b[2J did not answer."},
			{"name":"c","status":"up","proxy":"sip.a-very-long-name.example"}]}`,
	}
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(pages[r.URL.Query().Get("starting_after")]))
	}))
	t.Cleanup(gateway.Close)
	list, err := Operator{URL: gateway.URL, Key: "k"}.trunks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := asTable(&out, list, time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	const want = `TRUNK STATUS SINCE CALLS ROUND TRIP ANSWERED PROXY
a up, registered 3 h 3 of 10 12.3 ms 6 of 8 sip.carrier.example
b down 30 s 0 - - 203.0.113.7
The carrier·[2J did not answer.
c up - 0 - - sip.a-very-long-name.example`
	var got []string
	for line := range strings.Lines(out.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if strings.Join(got, "\n") != want {
		t.Errorf("the table is\n%s", out.String())
	}
	rows := strings.Split(out.String(), "\n")
	if at := strings.Index(rows[0], "PROXY"); strings.Index(rows[1], "sip.carrier.example") != at || strings.Index(rows[2], "203.0.113.7") != at || strings.Index(rows[4], "sip.a-very") != at {
		t.Errorf("the columns do not stand below each other:\n%s", out.String())
	}
	out.Reset()
	if err := asLines(&out, list); err != nil || !strings.Contains(out.String(), "of_a_newer_gateway") {
		t.Errorf("as JSON: %v\n%s", err, out.String())
	}
}

func TestAges(t *testing.T) {
	for d, want := range map[time.Duration]string{-time.Second: "0 s", 90 * time.Second: "90 s", 119 * time.Minute: "119 min", 47 * time.Hour: "47 h", 72 * time.Hour: "3 days"} {
		if got := briefAge(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
