package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/dispatch"
)

func (d *desk) Waiting(_ context.Context, of dispatch.Tenant) []dispatch.Waiting {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.waiting[of])
}

func (d *desk) Move(_ context.Context, of dispatch.Tenant, id webtrunk.CallID, queue string) error {
	return d.byHand(of, id, "move to "+queue)
}

func (d *desk) Offer(_ context.Context, of dispatch.Tenant, id webtrunk.CallID, agent string) error {
	return d.byHand(of, id, "offer to "+agent)
}

func (d *desk) Dismiss(_ context.Context, of dispatch.Tenant, id webtrunk.CallID) error {
	return d.byHand(of, id, "dismiss")
}

func (d *desk) byHand(of dispatch.Tenant, id webtrunk.CallID, what string) error {
	if !slices.ContainsFunc(d.Waiting(context.Background(), of), func(w dispatch.Waiting) bool { return w.Call == id }) {
		return &webtrunk.Error{Op: "queue entry", Kind: webtrunk.NotFound, Message: "This call does not wait."}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, what)
	return nil
}

func (d *desk) History(_ context.Context, of dispatch.Tenant, p dispatch.Past) ([]dispatch.Figures, error) {
	spans, err := p.Spans()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.past = p
	if err == nil && of.Account == shop.account && !of.Test {
		dispatch.Fold(spans, spans[0].From, dispatch.Figures{Offered: 4, Answered: 2, InTime: 1, CalledBack: 1, Abandoned: 1, Voicemails: 1, Waited: time.Minute, Longest: 40 * time.Second})
	}
	return spans, err
}

// stands puts a caller of a tenant's into a queue.
func (w *world) stands(t tenant, queue string) dispatch.Waiting {
	e := dispatch.Waiting{Call: webtrunk.NewCallID(), Queue: queue, Place: 1, Since: time.Now().Add(-time.Minute), Joined: time.Now(), Priority: 3, Needs: map[string]int{"german": 4}, Offered: []string{"agent_x"}}
	tel := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}
	e.View = call.View{ID: e.Call, Account: t.account, Test: t.test, From: tel, To: webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"},
		Context: map[string]string{"page": "https://shop.example/mug", "identity.name": "Kim"}, Legs: []call.Leg{{ID: 1, Address: tel}}}
	w.desk.mu.Lock()
	defer w.desk.mu.Unlock()
	of := dispatch.Tenant{Account: t.account, Test: t.test}
	w.desk.waiting[of] = append(w.desk.waiting[of], e)
	return e
}

func TestASupervisorSeesWhoWaits(t *testing.T) {
	w := newWorld(t)
	queue := makers["queue"](w, shop)
	w.loggedIn("sue", w.colleague(shop, directory.Supervisor))
	e, promised := w.stands(shop, queue), w.stands(shop, queue)
	last := &w.desk.waiting[dispatch.Tenant{Account: shop.account}][1]
	last.Callback, last.View, last.Number = true, call.View{}, webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100177"}
	list := w.as("sue", "GET", "/v1/queue_entries", "").is(t, 200, "").body["data"].([]any)
	if len(list) != 2 {
		t.Fatalf("she sees %v", list)
	}
	got := list[0].(map[string]any)
	for field, want := range map[string]any{"call": string(e.Call), "queue": queue, "position": 1.0, "priority": 3.0, "callback": false, "from": "tel:+15550100101", "to": "ref:ref_shop", "livemode": true} {
		if got[field] != want {
			t.Errorf("%s is %v, want %v", field, got[field], want)
		}
	}
	if facts := fmt.Sprint(got["metadata"], got["needs"], got["offered_to"]); facts != "map[identity.name:Kim page:https://shop.example/mug] map[german:4] [agent_x]" {
		t.Errorf("of the caller she sees %s", facts)
	}
	// Of a promise whose call nobody remembers, the number is all there is.
	if got := list[1].(map[string]any); got["call"] != string(promised.Call) || got["from"] != "tel:+15550100177" || got["callback"] != true {
		t.Errorf("the promise is %v", got)
	}
	// Who may see queues and no calls sees that somebody waits, and not who.
	w.key("rk_queues", shop, directory.QueuesRead)
	if blind := w.ask("rk_queues", "GET", "/v1/queue_entries", "").is(t, 200, ""); strings.Contains(blind.text, "+1555") || strings.Contains(blind.text, "Kim") || !strings.Contains(blind.text, string(e.Call)) {
		t.Errorf("without calls:read: %s", blind.text)
	}
	for _, key := range []string{"sk_other", "sk_shop_test"} {
		if theirs := w.ask(key, "GET", "/v1/queue_entries", "").is(t, 200, ""); strings.Contains(theirs.text, "call_") {
			t.Errorf("%s sees %s", key, theirs.text)
		}
	}
}

func TestASupervisorLeadsWhoWaits(t *testing.T) {
	w := newWorld(t)
	queue, ada := makers["queue"](w, shop), makers["agent"](w, shop)
	w.loggedIn("sue", w.colleague(shop, directory.Supervisor))
	w.loggedIn("bob", w.colleague(shop, directory.Agent))
	path := "/v1/queue_entries/" + string(w.stands(shop, queue).Call)
	w.as("sue", "POST", path+"/move", `{"queue": "`+queue+`"}`).is(t, 204, "")
	w.as("sue", "POST", path+"/offer", `{"agent": "`+ada+`"}`).is(t, 204, "")
	w.as("sue", "DELETE", path, "").is(t, 204, "")
	if want := []string{"move to " + queue, "offer to " + ada, "dismiss"}; !slices.Equal(w.desk.told, want) {
		t.Errorf("the desk was told %q", w.desk.told)
	}
	for _, no := range [][3]string{{"POST", "/move", `{"queue": "` + queue + `"}`}, {"POST", "/offer", `{"agent": "` + ada + `"}`}, {"DELETE", "", ""}} {
		w.as("bob", no[0], path+no[1], no[2]).is(t, 403, "right_missing")
		w.ask("sk_other", no[0], path+no[1], no[2]).is(t, 404, "")
		w.ask("sk_shop_test", no[0], path+no[1], no[2]).is(t, 404, "")
	}
	theirs, their := makers["queue"](w, other), makers["agent"](w, other)
	w.as("sue", "POST", path+"/move", `{"queue": "`+theirs+`"}`).is(t, 404, "")
	w.as("sue", "POST", path+"/offer", `{"agent": "`+their+`"}`).is(t, 404, "")
	if len(w.desk.told) != 3 {
		t.Errorf("the desk was told %q", w.desk.told)
	}
}

func TestASupervisorSeesThePast(t *testing.T) {
	w := newWorld(t)
	queue := makers["queue"](w, shop)
	w.loggedIn("sue", w.colleague(shop, directory.Supervisor))
	w.loggedIn("bob", w.colleague(shop, directory.Agent))
	const march = "from=2026-03-01T23:30:00Z&to=2026-03-03T12:00:00Z"
	got := w.as("sue", "GET", "/v1/queues/history?"+march+"&by=day&time_zone=Europe/Berlin", "").is(t, 200, "")
	list := got.body["data"].([]any)
	if len(list) != 2 {
		t.Fatalf("the days are %s", got.text)
	}
	day := list[0].(map[string]any)
	for field, want := range map[string]any{"from": "2026-03-02T00:00:00+01:00", "to": "2026-03-03T00:00:00+01:00", "offered": 4.0, "answered": 2.0, "answered_in_time": 1.0, "called_back": 1.0,
		"abandoned": 1.0, "voicemails": 1.0, "mean_wait_seconds": 15.0, "longest_wait_seconds": 40.0} {
		if day[field] != want {
			t.Errorf("%s is %v, want %v", field, day[field], want)
		}
	}
	if level := day["service_level"].(float64); level < 0.33 || level > 0.34 || list[1].(map[string]any)["service_level"] != nil {
		t.Errorf("the levels are %s", got.text)
	}
	if one := w.ask("sk_shop", "GET", "/v1/queues/history?queue="+queue, "").is(t, 200, ""); !strings.Contains(one.text, queue) || w.desk.past.Queue != queue || w.desk.past.Daily || w.desk.past.Zone != time.UTC {
		t.Errorf("of one queue: %s, asked %+v", one.text, w.desk.past)
	}
	w.as("sue", "GET", "/v1/queues/history?by=day", "").is(t, 200, "")
	if days := w.desk.past.To.Sub(w.desk.past.From).Hours() / 24; days < 27 || days > 28 {
		t.Errorf("without a time, %v days were asked for", days)
	}
	for query, status := range map[string]int{
		"time_zone=Mars/Phobos": 400, "time_zone=Local": 400, "from=2020-01-01T00:00:00Z": 400, "from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z": 400,
		"queue=" + makers["queue"](w, other): 404,
	} {
		w.as("sue", "GET", "/v1/queues/history?"+query, "").is(t, status, "")
	}
	w.as("bob", "GET", "/v1/queues/history", "").is(t, 403, "right_missing")
	if theirs := w.ask("sk_other", "GET", "/v1/queues/history?"+march, "").is(t, 200, ""); strings.Contains(theirs.text, `"offered":4`) {
		t.Errorf("another account sees %s", theirs.text)
	}
}
