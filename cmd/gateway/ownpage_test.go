package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// The demo's own pages are on this machine, without HTTPS: "check the page" of the
// admin page looks at them all the same, and finds nothing to mend.
func TestTheDemosOwnPagesPassTheirCheck(t *testing.T) {
	d := startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0"})
	r := &renter{t: t, d: d, key: d.account.key}
	var all struct{ Data []struct{ ID, Key string } }
	_, list := r.ask("GET", "/v1/widgets", nil)
	must(t, json.Unmarshal([]byte(list), &all))
	pages := map[string]string{d.pages.Key: "/cart", d.pages.AgentKey: "/desk"}
	checked := 0
	for _, w := range all.Data {
		page, own := pages[w.Key]
		if !own {
			continue
		}
		checked++
		at := map[string]string{"page": d.urls()[0] + page, "gateway": d.urls()[0]}
		if status, found := r.ask("POST", "/v1/widgets/"+w.ID+"/check_page", at); status != 200 || !strings.Contains(found, `"works":true`) {
			t.Errorf("%s: %d, %s", page, status, found)
		}
	}
	if checked != len(pages) {
		t.Errorf("%d of the demo's widgets are in %s", checked, list)
	}
}
