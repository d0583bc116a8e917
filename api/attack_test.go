package api

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk/directory"
	"webtrunk/event"
)

// A person who looks at test resources follows them for as long as they like,
// and sees no live ones.
func TestAPersonsTestStreamGoesOn(t *testing.T) {
	f := &Streams{Recheck: 30 * time.Millisecond}
	w := streaming(t, &event.Hub{}, f)
	origin := "Origin: " + w.http.URL
	test := w.sse("", "after=0", "Authorization: ", "Cookie: "+CookieName+"=alice; "+ModeCookie+"=test", origin)
	live := w.sse("", "after=0", "Authorization: ", "Cookie: "+CookieName+"=alice", origin)
	users := w.cfg.Auth.(*revocable)
	for range 5 {
		before := users.looked.Load()
		eventually(t, "the caller is looked up again", func() bool { return users.looked.Load() > before+2 })
		w.record(stall, "", 0, "trunk.up")
		w.record(tenant{stall.account, true}, "", 0, "trunk.up")
	}
	for name, c := range map[string]follower{"test": test, "live": live} {
		for _, g := range events(t, c, 5) {
			if g.Livemode != (name == "live") {
				t.Errorf("the %s stream brings %+v", name, g)
			}
		}
	}
	if f.Open() != 2 {
		t.Errorf("%d streams are open", f.Open())
	}
}

func TestATestKeyOfTheOperatorSeesNoLiveCall(t *testing.T) {
	w := newWorld(t, func(w *world) {
		w.key("sk_op", tenant{account: "acct_operator"}, everyRight...)
		w.key("sk_op_test", tenant{"acct_operator", true}, everyRight...)
		for _, name := range []string{"sk_op", "sk_op_test"} {
			p := w.users.keys[name]
			p.Operator = true
			w.users.keys[name] = p
		}
	})
	live, test := w.talk(shop), w.talk(tenant{shop.account, true})
	for key, sees := range map[string][]bool{"sk_op": {true, true}, "sk_op_test": {false, true}} {
		got := w.ask(key, "GET", "/v1/live/calls?scope=gateway", "").is(t, 200, "").text
		for i, id := range []string{live, test} {
			if strings.Contains(got, id) != sees[i] {
				t.Errorf("%s: %s", key, got)
			}
		}
	}
	w.ask("sk_shop", "GET", "/v1/live/calls?scope=gateway", "").is(t, 403, "operator_required")
}

func TestALoginEndsTheSessionBeforeIt(t *testing.T) {
	w := newWorld(t, real)
	w.owner("ada@example.com")
	var before string
	for range 3 {
		in := w.ask("", "POST", "/v1/session", login("ada@example.com", passphrase), "Cookie: "+CookieName+"="+before).is(t, 201, "")
		value, _, _ := strings.Cut(strings.TrimPrefix(in.header.Get("Set-Cookie"), CookieName+"="), ";")
		if value == before {
			t.Fatal("the session is one that somebody has seen")
		}
		if before != "" {
			w.ask("", "GET", "/v1/session", "", "Cookie: "+CookieName+"="+before).is(t, 401, "")
		}
		w.ask("", "GET", "/v1/session", "", "Cookie: "+CookieName+"="+value).is(t, 200, "")
		before = value
	}
}

// A page of another site can have a browser post a form, and no more.
func TestAnotherSiteLogsNobodyIn(t *testing.T) {
	w := newWorld(t, real)
	w.owner("ada@example.com")
	body := login("ada@example.com", passphrase)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json"} {
		got := w.ask("", "POST", "/v1/session", body, "Content-Type: "+kind, "Origin: https://evil.example")
		if got.status != 415 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", kind, got.status, got.text)
		}
	}
	preflight := w.ask("", "OPTIONS", "/v1/session", "", "Origin: https://evil.example", "Access-Control-Request-Method: POST")
	if preflight.status < 400 || preflight.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another site may: %d %v", preflight.status, preflight.header)
	}
}

func TestNoSecretAndNoForgedLineInTheLog(t *testing.T) {
	var lines bytes.Buffer
	var mu sync.Mutex
	w := newWorld(t, real, func(w *world) {
		w.cfg.Log = slog.New(slog.NewTextHandler(writerFunc(func(b []byte) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			return lines.Write(b)
		}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	key, _ := w.secret(shop)
	w.owner("ada@example.com")
	w.ask(key, "POST", "/v1/keys/"+key+"/revoke", "").is(t, 400, "")
	w.ask(key, "GET", "/v1/calls/"+key, "").is(t, 400, "")
	w.ask(key, "GET", "/v1/"+key[:20]+"%0Alevel=ERROR%20msg=forged", "").is(t, 404, "")
	w.ask(key, "GET", "/v1/records?text=needle", "").is(t, 200, "")
	w.ask("", "POST", "/v1/session", login("ada@example.com", "a wrong passphrase")).is(t, 401, "")
	w.ask("", "POST", "/v1/session", login("ada@example.com", passphrase)).is(t, 201, "")
	w.ask(key, "GET", "/v1/"+strings.Repeat("x", 5000), "").is(t, 404, "")
	mu.Lock()
	defer mu.Unlock()
	for _, secret := range []string{key[8:], "needle", passphrase, "a wrong passphrase", "\nlevel=ERROR", strings.Repeat("x", 500)} {
		if strings.Contains(lines.String(), secret) {
			t.Errorf("the log holds %.40q", secret)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// Requests that wait for another hold memory, so there are not many.
func TestACrowdDoesNotWait(t *testing.T) {
	f := &probe{}
	w := probed(t, f)
	gone := make(chan struct{})
	begun := make(chan struct{})
	f.act = func(_ context.Context, _ directory.Principal, _ string) (string, error) {
		close(begun)
		<-gone
		return "", nil
	}
	first := make(chan asked)
	go func() { first <- w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: one") }()
	<-begun
	w.server.waiting.Add(mostWaiting)
	w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: one").is(t, 409, "idempotency_key_in_use")
	w.server.waiting.Add(-mostWaiting)
	close(gone)
	(<-first).is(t, 201, "")
	w.ask("sk_shop", "POST", "/v1/probes", hello, "Idempotency-Key: one").is(t, 201, "")
	if f.done.Load() != 1 {
		t.Errorf("it was done %d times", f.done.Load())
	}
}

func TestManyKeysGetNoMoreThanTheirAccount(t *testing.T) {
	now := time.Now()
	w := newWorld(t, func(w *world) {
		w.cfg.Limits = Limits{Principal: Rate{1, 10}, Account: Rate{1, 12}, Address: Rate{1e6, 1e6}}
		w.cfg.Now = func() time.Time { return now }
		w.key("sk_second", shop, everyRight...)
	})
	for range 10 {
		w.ask("sk_shop", "GET", "/v1/events", "").is(t, 200, "")
	}
	w.ask("sk_shop", "GET", "/v1/events", "").is(t, 429, "too_many_requests")
	w.ask("sk_second", "GET", "/v1/events", "").is(t, 200, "")
	got := w.ask("sk_second", "GET", "/v1/events", "").is(t, 429, "too_many_requests")
	if !strings.Contains(got.text, "this account") || got.header.Get("Retry-After") == "" {
		t.Errorf("%v %s", got.header, got.text)
	}
	w.ask("sk_other", "GET", "/v1/events", "").is(t, 200, "")
}
