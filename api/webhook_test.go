package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/webhook"
)

var webhookReach = webhook.Reach{Plain: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}

func init() {
	features = append(features, func(w *world) Feature {
		return Webhooks{Endpoints: &webhook.Endpoints{DB: w.db, Reach: webhookReach}, Deliveries: &webhook.Deliveries{DB: w.db}}
	})
	makers["webhook_endpoint"] = func(w *world, t tenant) string {
		ep, _, err := (&webhook.Endpoints{DB: w.db}).Create(context.Background(), webhook.Scope{Account: t.account, Test: t.test}, webhook.Draft{URL: "https://example.com/"})
		if err != nil {
			w.Fatal(err)
		}
		return ep.ID
	}
	makers["delivery"] = func(w *world, t tenant) string {
		endpoint := makers["webhook_endpoint"](w, t)
		rec := w.record(t, "", 0, "trunk.up")
		if err := (&webhook.Sender{DB: w.db}).Handle(context.Background(), []event.Record{rec}); err != nil {
			w.Fatal(err)
		}
		list, err := (&webhook.Deliveries{DB: w.db}).List(context.Background(), webhook.Scope{Account: t.account, Test: t.test}, webhook.Filter{Endpoint: endpoint}, "", 1)
		if err != nil || len(list) != 1 {
			w.Fatal(list, err)
		}
		return list[0].ID
	}
}

// deliver runs a Sender over the world's log until the test ends.
func (w *world) deliver() {
	s := &webhook.Sender{DB: w.db, Reach: webhookReach, Poll: 20 * time.Millisecond, Schedule: webhook.Schedule{For: time.Nanosecond}}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { s.Run(ctx) })
	all.Go(func() { (&event.Consumer{Name: webhook.Consumer, Log: w.db, Cursors: w.db, Handler: s}).Run(ctx) })
	w.Cleanup(func() { cancel(); all.Wait() })
}

// hook is a receiver that verifies with a secret.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	status int
	got    []string // IDs
	forged int
}

func newHook(t *testing.T) *hook {
	h := &hook{status: 200}
	h.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		secret, err := webhook.ParseSecret(h.secret)
		if err != nil || webhook.Verify(r.Header, body, time.Now(), secret) != nil {
			h.forged++
			rw.WriteHeader(400)
			return
		}
		if h.status < 300 {
			h.got = append(h.got, r.Header.Get("webhook-id"))
		}
		rw.WriteHeader(h.status)
		fmt.Fprint(rw, "noted")
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) set(secret string, status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secret, h.status = secret, status
}

// poll asks until f holds of the answer.
func (w *world) poll(path string, f func(asked) bool) asked {
	w.Helper()
	for end := time.Now().Add(longestWait); ; time.Sleep(20 * time.Millisecond) {
		got := w.ask("sk_shop", "GET", path, "").is(w, 200, "")
		if f(got) {
			return got
		}
		if time.Now().After(end) {
			w.Fatalf("%s is still %s", path, got.text)
		}
	}
}

// A customer makes an endpoint, tests it, sees a delivery fail, replays it, and
// replays a range.
func TestWebhooksFromMakingToReplay(t *testing.T) {
	w := newWorld(t)
	w.deliver()
	h := newHook(t)
	made := w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"`+h.URL+`/hook","description":"our shop","events":["call.*"]}`).is(t, 201, "")
	id, secret := made.body["id"].(string), made.body["secret"].(string)
	if !strings.HasPrefix(id, "we_") || !strings.HasPrefix(secret, "whsec_") || made.body["livemode"] != true || made.body["enabled"] != true || made.body["format"] != "webtrunk" {
		t.Fatal(made.text)
	}
	h.set(secret, 500)
	for _, path := range []string{"/v1/webhook_endpoints", "/v1/webhook_endpoints/" + id} {
		if got := w.ask("sk_shop", "GET", path, "").is(t, 200, ""); strings.Contains(got.text, secret) || !strings.Contains(got.text, id) {
			t.Fatalf("%s shows %s", path, got.text)
		}
	}

	tested := w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/test", "").is(t, 202, "").body["event"].(string)
	w.record(shop, "call_1", 1, "call.created")
	failed := w.poll("/v1/deliveries?status=failed&webhook_endpoint="+id, func(a asked) bool { return len(a.body["data"].([]any)) == 2 })
	one := w.ask("sk_shop", "GET", "/v1/deliveries?event="+tested, "").is(t, 200, "").body["data"].([]any)[0].(map[string]any)
	if one["type"] != webhook.Tested || one["status"] != "failed" || one["status_code"] != 500.0 || !strings.Contains(one["error"].(string), "500") {
		t.Fatal(failed.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/webhook_endpoints/"+id, "").is(t, 200, ""); got.body["backlog"].(map[string]any)["failed"] != 2.0 {
		t.Fatal(got.text)
	}

	h.set(secret, 204)
	delivery := one["id"].(string)
	w.ask("sk_shop", "POST", "/v1/deliveries/"+delivery+"/replay", "").is(t, 202, "")
	got := w.poll("/v1/deliveries/"+delivery, func(a asked) bool { return a.body["status"] == "delivered" })
	if attempts := got.body["attempts"].([]any); len(attempts) != 2 || attempts[0].(map[string]any)["status_code"] != 204.0 || attempts[1].(map[string]any)["response"] != "noted" {
		t.Fatal(got.text)
	}

	if got := w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/replay", `{"from_seq":1,"undelivered":true}`).is(t, 202, ""); got.body["queued"] != 1.0 {
		t.Fatal(got.text)
	}
	w.poll("/v1/deliveries?call=call_1", func(a asked) bool {
		return a.body["data"].([]any)[0].(map[string]any)["status"] == "delivered"
	})
	w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/replay", `{}`).is(t, 400, "parameter_missing")
	w.ask("sk_shop", "DELETE", "/v1/webhook_endpoints/"+id, "").is(t, 204, "")
	w.ask("sk_shop", "GET", "/v1/webhook_endpoints/"+id, "").is(t, 404, "webhook_endpoint_not_found")
	w.ask("sk_shop", "POST", "/v1/deliveries/"+delivery+"/replay", "").is(t, 409, "")
	if got := w.ask("sk_shop", "GET", "/v1/deliveries?webhook_endpoint="+id, "").is(t, 200, ""); len(got.body["data"].([]any)) != 2 {
		t.Fatalf("the log of a deleted endpoint: %s", got.text)
	}
	if h.forged != 0 {
		t.Fatalf("%d messages did not verify", h.forged)
	}
}

func TestWebhookSecretsRotate(t *testing.T) {
	w := newWorld(t)
	w.deliver()
	h := newHook(t)
	made := w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"`+h.URL+`"}`).is(t, 201, "")
	id, old := made.body["id"].(string), made.body["secret"].(string)
	rotated := w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/rotate_secret", "").is(t, 200, "").body["secret"].(string)
	if rotated == old {
		t.Fatal("the secret is the same")
	}
	for i, c := range []struct {
		secret string
		status string
	}{{old, "delivered"}, {rotated, "delivered"}} {
		h.set(c.secret, 200)
		rec := w.record(shop, "", 0, "trunk.up")
		w.poll("/v1/deliveries?event="+rec.ID, func(a asked) bool {
			list := a.body["data"].([]any)
			return len(list) == 1 && list[0].(map[string]any)["status"] == c.status
		})
		if len(h.got) != i+1 {
			t.Fatal(h.got)
		}
	}
	w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/rotate_secret", `{"keep_old_for":0}`).is(t, 200, "")
	rec := w.record(shop, "", 0, "trunk.up")
	w.poll("/v1/deliveries?status=failed&event="+rec.ID, func(a asked) bool { return len(a.body["data"].([]any)) == 1 })
	w.ask("sk_shop", "POST", "/v1/webhook_endpoints/"+id+"/rotate_secret", `{"keep_old_for":604801}`).is(t, 400, "")
}

func TestWebhookEndpointsAreCheckedAndChanged(t *testing.T) {
	w := newWorld(t)
	for _, url := range []string{"https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "ftp://example.com/", "https://user:my-word@example.com/", "https://example.com:0/", "nonsense"} {
		got := w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"`+url+`"}`).is(t, 400, "url_not_allowed")
		if got.body["param"] != "url" || strings.Contains(got.text, "my-word") {
			t.Fatal(got.text)
		}
	}
	w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"https://example.com/","events":["Not A Type"]}`).is(t, 400, "")
	w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"https://example.com/","format":"xml"}`).is(t, 400, "")
	id := makers["webhook_endpoint"](w, shop)
	path := "/v1/webhook_endpoints/" + id
	got := w.ask("sk_shop", "POST", path, `{"url":"https://example.org/new","events":["call.ended"],"format":"cloudevents","enabled":false}`).is(t, 200, "")
	if got.body["url"] != "https://example.org/new" || got.body["format"] != "cloudevents" || got.body["enabled"] != false || got.body["disabled_reason"] == nil {
		t.Fatal(got.text)
	}
	w.ask("sk_shop", "POST", path+"/test", "").is(t, 409, "")
	w.ask("sk_shop", "POST", path, `{"url":"https://127.0.0.9/"}`).is(t, 400, "url_not_allowed")
	if got := w.ask("sk_shop", "POST", path, `{"enabled":true}`).is(t, 200, ""); got.body["enabled"] != true || got.body["url"] != "https://example.org/new" {
		t.Fatal(got.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/events?types=webhook_endpoint.disabled", "").is(t, 200, ""); len(got.body["data"].([]any)) != 1 {
		t.Fatal(got.text)
	}
}

// Another account, the other mode, and keys with fewer rights.
func TestWebhooksBelongToTheirAccountAndMode(t *testing.T) {
	w := newWorld(t)
	w.key("rk_reader", shop, directory.WebhooksRead)
	delivery := makers["delivery"](w, shop)
	endpoint := w.ask("sk_shop", "GET", "/v1/deliveries/"+delivery, "").is(t, 200, "").body["webhook_endpoint"].(string)
	for _, key := range []string{"sk_other", "sk_shop_test"} {
		for _, r := range [][3]string{
			{"GET", "/v1/webhook_endpoints/" + endpoint}, {"POST", "/v1/webhook_endpoints/" + endpoint, `{"enabled":false}`}, {"DELETE", "/v1/webhook_endpoints/" + endpoint},
			{"POST", "/v1/webhook_endpoints/" + endpoint + "/rotate_secret"}, {"POST", "/v1/webhook_endpoints/" + endpoint + "/test"},
			{"POST", "/v1/webhook_endpoints/" + endpoint + "/replay", `{"from_seq":1}`}, {"GET", "/v1/deliveries?webhook_endpoint=" + endpoint},
			{"GET", "/v1/deliveries/" + delivery}, {"POST", "/v1/deliveries/" + delivery + "/replay"},
		} {
			w.ask(key, r[0], r[1], r[2]).is(t, 404, "")
		}
		for _, path := range []string{"/v1/deliveries", "/v1/webhook_endpoints"} {
			if got := w.ask(key, "GET", path, "").is(t, 200, ""); len(got.body["data"].([]any)) != 0 {
				t.Fatal(got.text)
			}
		}
	}
	w.ask("rk_reader", "GET", "/v1/deliveries/"+delivery, "").is(t, 200, "")
	if got := w.ask("rk_reader", "POST", "/v1/deliveries/"+delivery+"/replay", "").is(t, 403, ""); !strings.Contains(got.text, "webhooks:write") {
		t.Fatal(got.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/webhook_endpoints/"+endpoint, "").is(t, 200, ""); got.body["enabled"] != true {
		t.Fatalf("a stranger changed it: %s", got.text)
	}
}

// A request that is repeated makes one endpoint, and shows the same secret.
func TestMakingAWebhookEndpointTwice(t *testing.T) {
	w := newWorld(t)
	const with = "Idempotency-Key: 7d0c"
	first := w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"https://example.com/"}`, with).is(t, 201, "")
	again := w.ask("sk_shop", "POST", "/v1/webhook_endpoints", `{"url":"https://example.com/"}`, with).is(t, 201, "")
	if first.text != again.text || first.body["secret"] == nil {
		t.Fatalf("%s\n%s", first.text, again.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/webhook_endpoints", "").is(t, 200, ""); len(got.body["data"].([]any)) != 1 {
		t.Fatal(got.text)
	}
}

func TestWebhookListsArePaged(t *testing.T) {
	w := newWorld(t)
	want := map[string]bool{}
	for range 5 {
		want[makers["webhook_endpoint"](w, shop)] = true
	}
	cursor, last := "", ""
	for more := true; more; {
		page := w.ask("sk_shop", "GET", "/v1/webhook_endpoints?limit=2"+cursor, "").is(t, 200, "")
		for _, e := range page.body["data"].([]any) {
			id := e.(map[string]any)["id"].(string)
			if !want[id] || last != "" && id >= last {
				t.Fatalf("%s after %s", id, last)
			}
			delete(want, id)
			last = id
		}
		if more = page.body["has_more"].(bool); more {
			cursor = "&starting_after=" + page.body["next_cursor"].(string)
		}
	}
	if len(want) != 0 {
		t.Fatalf("left out %v", want)
	}
}
