package sip

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/trunk"
)

// What a trunk names travels over it, and nothing else. What was signed of who somebody
// is has to be named itself; what was decided of the call goes nowhere.
func TestWhatTravelsOverATrunk(t *testing.T) {
	t.Parallel()
	w := newWire(t, "127.0.0.1:0")
	cfg := testConfig(t, w.addr())
	like := cfg.Network.Trunks[0]
	for name, context := range map[string][]string{"named": {"cart", "identity.name", "identity.email", "absent"}, "silent": nil} {
		more := like
		more.Name, more.Context = name, context
		cfg.Network.Trunks = append(cfg.Network.Trunks, more)
	}
	e, d := startEdge(t, cfg)
	w.edge = e.Addr()
	c := &carrierWire{wire: w, edge: e, desk: d, last: map[string]raw{}}
	said := map[string]string{"order": "4711", "cart": "2 mugs", "identity.name": "عائشة", "identity.sub": "customer-7", "rule.name": "Gold", "transfer.note": "angry", "caller.name": "Ada",
		"Identity.Name": "Eve", "RULE.name": "Gold"}
	for over, want := range map[string][]string{
		"carrier": {"X-Webtrunk-cart: 2 mugs", "X-Webtrunk-order: 4711"},
		"named":   {"X-Webtrunk-cart: 2 mugs", "X-Webtrunk-identity.name: عائشة"},
		"silent":  nil,
	} {
		_, err := dialRecorded(e, call.Leg{ID: 2, Call: "call_test", Trunk: over, Address: webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100200"}, Context: said},
			&recorder{}, func(call.Input) {})
		if err != nil {
			t.Fatal(err)
		}
		invite := c.want("INVITE")
		c.answer(invite, "486")
		c.want("ACK")
		var got []string
		for _, h := range invite.headers {
			if strings.HasPrefix(h[0], contextPrefix) {
				got = append(got, h[0]+": "+h[1])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("over %s %q travels, want %q", over, got, want)
		}
	}
}

// Sixteen entries of whoever calls travel, the language, and who was signed: one more is
// refused, and so is a line break, in a name as in what it says. What stays here counts
// for nothing.
func TestHowMuchTravelsOverATrunk(t *testing.T) {
	all := trunk.Trunk{Context: []string{"*"}}
	context := map[string]string{"identity.name": "Ada\r\nVia: evil"}
	for i := range maxContext {
		context[fmt.Sprintf("key%d", i)] = "value"
	}
	if headers, err := contextHeaders(context, all); err != nil || len(headers) != 21 {
		t.Errorf("%d headers, %v", len(headers), err)
	}
	context["more"] = "value"
	if _, err := contextHeaders(context, all); err == nil {
		t.Error("one more travels")
	}
	for key, value := range map[string]string{"order": "4711\r\nVia: evil", "a\r\nb": "x", "line": "a\nb", "key ": "x", "": "x"} {
		if headers, err := contextHeaders(map[string]string{key: value}, all); err == nil {
			t.Errorf("%q: %q travels as %v", key, value, headers)
		}
	}
	signed := trunk.Trunk{Context: []string{"identity.name"}}
	if headers, err := contextHeaders(context, signed); err == nil {
		t.Errorf("a name of two lines travels as %v", headers)
	}
}
