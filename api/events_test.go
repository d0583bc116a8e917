package api

import (
	"slices"
	"strings"
	"testing"
)

// types returns the types of a page of events.
func (a asked) types() []string {
	var all []string
	for _, e := range a.body["data"].([]any) {
		all = append(all, e.(map[string]any)["type"].(string))
	}
	return all
}

func TestEventsArePagedWithoutGapOrDuplicate(t *testing.T) {
	w := newWorld(t)
	var want, got []string
	for range 7 {
		want = append(want, w.record(shop, "", 0, "trunk.up").ID)
		w.record(other, "", 0, "trunk.up")
		w.record(tenant{shop.account, true}, "", 0, "trunk.up")
	}
	cursor := ""
	for more := true; more; {
		page := w.ask("sk_shop", "GET", "/v1/events?limit=3"+cursor, "").is(t, 200, "")
		for _, e := range page.body["data"].([]any) {
			got = append(got, e.(map[string]any)["id"].(string))
		}
		more = page.body["has_more"].(bool)
		if next, ok := page.body["next_cursor"]; ok != more {
			t.Fatalf("has_more %t with next_cursor %v", more, next)
		} else if more {
			cursor = "&starting_after=" + next.(string)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("paged\n%v, want\n%v", got, want)
	}
}

func TestEventsAreFiltered(t *testing.T) {
	w := newWorld(t)
	w.record(shop, "call_1", 1, "call.created")
	w.record(shop, "call_1", 2, "leg.ringing")
	w.record(shop, "call_2", 1, "call.created")
	w.record(shop, "", 0, "callback.made")
	for path, want := range map[string]string{
		"/v1/events?types=call.*":                   "call.created call.created",
		"/v1/events?types=leg.ringing,call.created": "call.created leg.ringing call.created",
		"/v1/events?call=call_1":                    "call.created leg.ringing",
		"/v1/events?after=3":                        "callback.made",
		"/v1/events?order=desc&limit=2":             "callback.made call.created",
		"/v1/calls/call_1/events":                   "call.created leg.ringing",
	} {
		if got := strings.Join(w.ask("sk_shop", "GET", path, "").is(t, 200, "").types(), " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	w.ask("sk_shop", "GET", "/v1/events?types=DROP%20TABLE", "").is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "GET", "/v1/events?starting_after=evt_none", "").is(t, 404, "event_not_found")
}
