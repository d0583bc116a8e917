package api

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store/storetest"
)

// following has the server hear what is withdrawn.
func (w *world) following() *world {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	hub := w.hub(&event.Hub{})
	running.Go(func() { _ = w.server.Follow(ctx, hub) })
	w.Cleanup(func() { cancel(); running.Wait() })
	return w
}

// secret makes a key of a tenant's with rights, all if none are named.
func (w *world) secret(t tenant, rights ...directory.Right) (secret string, k directory.APIKey) {
	w.Helper()
	w.house()
	n := directory.NewKey{Name: "k", Kind: directory.Secret}
	if len(rights) > 0 {
		n.Kind, n.Rights = directory.Restricted, rights
	}
	k, secret, err := w.directory.CreateKey(context.Background(), t.principal(), n)
	if err != nil {
		w.Fatal(err)
	}
	return secret, k
}

// knows waits until the server remembers a credential.
func (w *world) knows(credential string, use func()) {
	w.Helper()
	eventually(w, "the server knows "+credential[:12], func() bool {
		use()
		_, known := w.server.lately.recall(credential, time.Now())
		return known
	})
}

// While the database is away, whoever used a key lately hangs a call up, and
// does nothing else; nobody else does even that.
func TestACallIsHungUpWhileTheDatabaseIsAway(t *testing.T) {
	storetest.EachFaulty(t, func(t *testing.T, d storetest.Faulty) {
		w := worldAt(t, d.URL, real).following()
		ours, _ := w.secret(shop)
		others, _ := w.secret(other)
		reader, _ := w.secret(shop, directory.CallsRead)
		unused, _ := w.secret(shop)
		revoked, k := w.secret(shop)
		id := w.talk(shop)
		for _, key := range []string{revoked, ours, others, reader} {
			w.knows("bearer "+key, func() { w.ask(key, "GET", "/v1/live/calls", "").is(t, 200, "") })
		}
		w.ask(ours, "POST", "/v1/keys/"+k.ID+"/revoke", "").is(t, 200, "")
		eventually(t, "the revoked key is forgotten", func() bool {
			_, known := w.server.lately.recall("bearer "+revoked, time.Now())
			return !known
		})
		for _, key := range []string{ours, reader} { // all of the account were forgotten with it
			w.knows("bearer "+key, func() { w.ask(key, "GET", "/v1/live/calls", "").is(t, 200, "") })
		}
		back := d.Stop(t)
		path, a, b := "/v1/calls/"+id+"/hangup", w.exchange.phone(t, id, 1), w.exchange.phone(t, id, 2)
		for name, key := range map[string]string{"a revoked key": revoked, "another account's": others, "one that may only read": reader} {
			if got := w.ask(key, "POST", path, "{}"); got.status < 400 {
				t.Errorf("%s: %d %s", name, got.status, got.text)
			}
		}
		if strings.HasPrefix(d.URL, "postgres") { // SQLite can still be read
			w.ask(unused, "POST", path, "{}").is(t, 503, "")
			w.ask(ours, "GET", "/v1/calls/"+id, "").is(t, 503, "")
		}
		w.ask(ours, "POST", "/v1/keys", `{"name":"x","kind":"secret"}`, "Idempotency-Key: k0").is(t, 503, "")
		if !strings.Contains(w.ask(ours, "GET", "/v1/live/calls", "").is(t, 200, "").text, id) {
			t.Error("the call does not run any more")
		}
		began := time.Now()
		got := w.ask(ours, "POST", path, `{"message":"Enough."}`, "Idempotency-Key: k1").is(t, 202, "")
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("it took %v", took)
		}
		if got.header.Get(notKept) != "false" || got.body["id"] != id || got.body["livemode"] != true {
			t.Errorf("%v %s", got.header, got.text)
		}
		eventually(t, "both have been hung up", func() bool { return a.heard("hangup hangup") && b.heard("hangup hangup") })
		back()
		eventually(t, "its end is on record", func() bool {
			got := w.ask(ours, "GET", "/v1/calls/"+id, "")
			return got.status == 200 && got.body["ended_at"] != nil && got.body["message"] == "Enough."
		})
		w.ask(ours, "POST", path, "{}", "Idempotency-Key: k2").is(t, 409, "call_ended")
	})
}

func TestWhoeverLeavesIsForgotten(t *testing.T) {
	w := newWorld(t, real).following()
	w.owner("ada@example.com")
	origin := "Origin: " + w.http.URL
	for _, by := range []string{"logging out", "being logged out"} {
		in := w.ask("", "POST", "/v1/session", login("ada@example.com", passphrase)).is(t, 201, "")
		value, _, _ := strings.Cut(strings.TrimPrefix(in.header.Get("Set-Cookie"), CookieName+"="), ";")
		cookie, csrf := "Cookie: "+CookieName+"="+value, CSRFHeader+": "+in.body["csrf_token"].(string)
		w.knows("cookie "+value, func() { w.ask("", "GET", "/v1/live/calls", "", cookie).is(t, 200, "") })
		if by == "logging out" {
			w.ask("", "DELETE", "/v1/session", "", cookie, csrf, origin).is(t, 200, "")
		} else {
			me := shop.principal()
			me.ID = in.body["person"].(map[string]any)["id"].(string)
			if err := w.directory.RevokeSessions(t.Context(), me, me.ID); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, by+" forgets", func() bool {
			_, known := w.server.lately.recall("cookie "+value, time.Now())
			return !known
		})
		w.ask("", "GET", "/v1/live/calls", "", cookie).is(t, 401, "")
	}
}

// What is withdrawn while somebody is being asked about is not remembered.
func TestAnAnswerFromBeforeAWithdrawalIsNotRemembered(t *testing.T) {
	var l lately
	now := time.Now()
	p := acquaintance{principal: directory.Principal{Account: shop.account}, at: now}
	l.meet("untold", p, l.now())
	l.listen(true)
	asked := l.now()
	l.withdraw(shop.account)
	l.meet("late", p, asked)
	l.meet("fresh", p, l.now())
	for credential, want := range map[string]bool{"untold": false, "late": false, "fresh": true} {
		if _, known := l.recall(credential, now); known != want {
			t.Errorf("%s: known is %t", credential, known)
		}
	}
	if _, known := l.recall("fresh", now.Add(knownFor)); known {
		t.Error("it is known for ever")
	}
	for i := range mostKnown + 100 {
		l.meet(fmt.Sprint(i), p, l.now())
	}
	if len(l.known) != mostKnown {
		t.Errorf("%d are known", len(l.known))
	}
	l.listen(false)
	if _, known := l.recall("fresh", now); known {
		t.Error("somebody is known though nobody hears of withdrawals")
	}
}
