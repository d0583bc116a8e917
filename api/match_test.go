package api

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"webtrunk/store/storetest"
)

// conditions are all changes that may name a version, each with the address of
// something of the shop's to change.
func (w *world) conditions() map[string]string {
	w.Helper()
	operator := w.users.keys["sk_shop"]
	operator.Operator = true
	w.users.keys["sk_shop"] = operator
	found := map[string]string{}
	for _, rt := range w.server.Routes() {
		if conditional(rt.In) {
			found[rt.Path] = w.request(rt, shop).path
		}
	}
	return found
}

// Whatever is shown with a version can be changed under the condition that it
// still is that one, and nothing else can.
func TestWhatHasAVersionIsChangedByIt(t *testing.T) {
	t.Parallel()
	w := all(t)
	can := w.conditions()
	for _, path := range []string{"/v1/queues/{queue}", "/v1/agents/{agent}", "/v1/hours/{hours}", "/v1/context_rules/{context_rule}", "/v1/widgets/{widget}", "/v1/numbers/{number}",
		"/v1/routes/{route}", "/v1/trunks/{trunk}", "/v1/references/{reference}", "/v1/people/{person}", "/v1/presence_reasons/{presence_reason}", "/v1/dispositions/{disposition}"} {
		if can[path] == "" {
			t.Errorf("%s cannot be changed by its version", path)
		}
	}
	for path, at := range can {
		first := w.ask("sk_shop", "GET", at, "").is(t, 200, "").tag(t)
		if again := w.ask("sk_shop", "GET", at, "").tag(t); again != first {
			t.Errorf("%s: read twice it is %s and %s", path, first, again)
		}
		second := w.ask("sk_shop", "POST", at, `{}`, "If-Match: "+first).is(t, 200, "").tag(t)
		read := w.ask("sk_shop", "GET", at, "").is(t, 200, "")
		if second == first || read.tag(t) != second {
			t.Errorf("%s: was %s, the change says %s, and now it is %s", path, first, second, read.tag(t))
		}
		got := w.ask("sk_shop", "POST", at, `{}`, "If-Match: "+first).is(t, 412, "changed_meanwhile")
		if got.body["type"] != "conflict" || got.body["param"] != "If-Match" || !strings.Contains(got.str("message"), "Somebody else") {
			t.Errorf("%s: the refusal is %s", path, got.text)
		}
		if now := w.ask("sk_shop", "GET", at, ""); now.body["updated_at"] != read.body["updated_at"] || now.tag(t) != second {
			t.Errorf("%s: the change that was refused has happened: %s", path, now.text)
		}
		w.ask("sk_shop", "POST", at, `{}`, "If-Match: "+`"other", `+second).is(t, 200, "")
		w.ask("sk_shop", "POST", at, `{}`, "If-Match: *").is(t, 200, "")
		w.ask("sk_shop", "POST", at, `{}`, "If-Match: W/"+second).is(t, 412, "") // weak tags never match (§8.8.3.2)
		w.ask("sk_shop", "POST", at, `{}`).is(t, 200, "")
	}
}

func (a asked) tag(t testing.TB) string {
	t.Helper()
	tag := a.header.Get("ETag")
	if len(tag) < 3 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		t.Fatalf("the ETag is %q: %d %s", tag, a.status, a.text)
	}
	return tag
}

// Of two who change the same version at once, one does and one is told, on
// either database.
func TestTwoWhoChangeTheSameAtOnce(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		w := worldAt(t, url, func(w *world) { w.cfg.Limits = Limits{Principal: Rate{1e6, 1e6}, Address: Rate{1e6, 1e6}} }).claim()
		for path, at := range w.conditions() {
			tag := w.ask("sk_shop", "GET", at, "").tag(t)
			var both [2]asked
			var group sync.WaitGroup
			for i := range both {
				group.Go(func() { both[i] = w.ask("sk_shop", "POST", at, `{}`, "If-Match: "+tag) })
			}
			group.Wait()
			got := []int{both[0].status, both[1].status}
			if slices.Sort(got); !slices.Equal(got, []int{200, 412}) {
				t.Errorf("%s: both are answered %s and %s", path, both[0].text, both[1].text)
			}
		}
	})
}

// A request may be repeated, and is another one under another condition.
func TestAConditionBelongsToItsRequest(t *testing.T) {
	t.Parallel()
	w := all(t)
	at := w.conditions()["/v1/queues/{queue}"]
	tag := w.ask("sk_shop", "GET", at, "").tag(t)
	first := w.ask("sk_shop", "POST", at, `{"name":"Sales"}`, "If-Match: "+tag, "Idempotency-Key: once").is(t, 200, "")
	again := w.ask("sk_shop", "POST", at, `{"name":"Sales"}`, "If-Match: "+tag, "Idempotency-Key: once").is(t, 200, "")
	if first.text != again.text {
		t.Errorf("repeated it is %s, not %s", again.text, first.text)
	}
	if got := w.ask("sk_shop", "POST", at, `{"name":"Sales"}`, "If-Match: *", "Idempotency-Key: once"); got.status < 400 || got.status > 499 {
		t.Errorf("another request under the same key: %d %s", got.status, got.text)
	}
}

// A condition that would not be asked is refused, and what is asked for does not
// happen.
func TestAConditionThatDoesNotCountIsRefused(t *testing.T) {
	t.Parallel()
	w := all(t)
	at := w.conditions()["/v1/queues/{queue}"]
	got := w.ask("sk_shop", "DELETE", at, "", `If-Match: "x"`).is(t, 400, "parameter_unknown")
	if got.body["param"] != "If-Match" {
		t.Errorf("refused: %s", got.text)
	}
	w.ask("sk_shop", "GET", at, "", `If-Match: "x"`).is(t, 200, "")
}
