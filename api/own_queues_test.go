package api

import (
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
	"webtrunk/store/storetest"
)

// Whoever takes calls sees to which of the account's queues they can be handed, in the
// mode that they look at, and of no other account's.
func TestTheQueuesThatACallCanBeHandedTo(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		w := worldAt(t, url)
		w.house()
		queue := func(of tenant, q dispatch.Queue) string {
			q, err := w.dispatch.CreateQueue(t.Context(), of.principal(), q)
			return made(w)(q.ID, err)
		}
		closed, err := w.dispatch.CreateHours(t.Context(), shop.principal(), dispatch.Hours{Name: "Never", Table: hours.Table{Zone: "UTC"}})
		made(w)(closed.ID, err)
		open, night := queue(shop, dispatch.Queue{Name: "Billing"}), queue(shop, dispatch.Queue{Name: "Night", Hours: closed.ID})
		hidden := []string{queue(other, dispatch.Queue{Name: "Theirs"}), queue(tenant{shop.account, true}, dispatch.Queue{Name: "Test"})}
		w.desk.live = []dispatch.Live{{Queue: open, Waiting: 2, Available: 1}}
		w.loggedIn("ada", w.colleague(shop, directory.Agent))

		all := w.as("ada", "GET", "/v1/session/queues", "").is(t, 200, "")
		found := map[string]map[string]any{}
		for _, one := range all.body["data"].([]any) {
			found[one.(map[string]any)["id"].(string)] = one.(map[string]any)
		}
		for id, want := range map[string]map[string]any{
			open:  {"name": "Billing", "open": true, "waiting": 2.0, "agents_available": 1.0},
			night: {"name": "Night", "open": false, "waiting": 0.0, "agents_available": 0.0},
		} {
			want["address"] = (webtrunk.Address{Scheme: webtrunk.Queue, Value: id}).String()
			for field, value := range want {
				if found[id][field] != value {
					t.Errorf("%s: %s is %v, want %v", want["name"], field, found[id][field], value)
				}
			}
		}
		for _, id := range hidden {
			if strings.Contains(all.text, id) {
				t.Errorf("%s is none of hers: %s", id, all.text)
			}
		}
		first := w.as("ada", "GET", "/v1/session/queues?limit=1", "").is(t, 200, "")
		if list := first.body["data"].([]any); len(list) != 1 || first.body["has_more"] != true {
			t.Errorf("of two, one at a time is %s", first.text)
		}
		w.ask("", "GET", "/v1/session/queues", "").is(t, 401, "")
	})
}
