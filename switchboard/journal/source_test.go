package journal

import (
	"strings"
	"testing"

	"webtrunk/call"
)

// Where a page's call comes from is known while it runs and is on no record:
// neither in what the outside reads nor in what the gateway keeps for itself.
func TestWhereAPagesCallComesFromIsOnNoRecord(t *testing.T) {
	c := call.Call{}
	source := call.Source{Address: "203.0.113.7/32", Visitor: "sub customer-4711", Widget: "pk_live_shop"}
	out := c.Step(call.Arrived{ID: "call_1", Account: "acct_1", From: visitor, To: shop, Source: source})
	if c.View().Source != source {
		t.Fatalf("the call has forgotten it: %+v", c.View().Source)
	}
	recs, err := newKept().write(out.Events, nil)
	if err != nil || len(recs) == 0 {
		t.Fatal(recs, err)
	}
	for _, r := range recs {
		for _, told := range []string{source.Address, source.Visitor, source.Widget} {
			if strings.Contains(string(r.Data)+string(r.Private), told) {
				t.Errorf("%s tells %q: %s %s", r.Type, told, r.Data, r.Private)
			}
		}
	}
}
