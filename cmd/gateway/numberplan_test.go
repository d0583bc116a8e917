package main

import (
	"testing"

	"webtrunk/carrier"
)

// Carriers write our numbers in their own ways. The trunk's rules bring each
// into the international form, and the number plan leads it to its person.
func TestNumbersArriveAsEachCarrierWritesThem(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, `numbers:
- {number: +493012345*, reference: ref_desk}
- {number: +15550100001, reference: ref_desk}
`)
	o.ask("POST", "/v1/trunks", `{"name":"elsewhere","proxy":"203.0.113.7","identity":{"caller_id":"+15550100001"}}`, 201)
	o.gateway.stop()
	o.file = replaceOnce(t, o.file, "identity: {caller_id: +15550100001}", `identity: {caller_id: +15550100001}, unknown: unavailable,
  inbound: [{begins: "778849", becomes: +49}, {begins: "00", becomes: +}, {begins: "0", becomes: +49}, {begins: "49", becomes: +49}, {begins: +, becomes: +}, {begins: "", becomes: +4930}]`)
	o.start()
	box.SetGateway(o.telephones.Addr())
	d := &demo{gateway: o.gateway, carrier: box}
	page, m := hello(t, d, "https://desk.example", "pk_desk1", "0123456789abcdef")
	if m["type"] != "welcome" {
		t.Fatal(m)
	}
	for how, to := range map[string]string{
		"international":                  "+4930123451",
		"without the plus":               "4930123452",
		"with 00":                        "004930123453",
		"national":                       "030123454",
		"with the carrier's tech prefix": "77884930123455",
		"local":                          "123456",
		"the block's own beginning":      "+493012345",
		"a single number":                "+15550100001",
		"that of America with 00":        "0015550100001",
	} {
		phone := dial(t, d, to)
		ringing(t, page)
		phone.Hangup(t.Context())
		if m := read(t, page); m["type"] != "ended" {
			t.Errorf("%s: the desk is told %v", how, m)
		}
	}
	for _, to := range []string{"+493012344", "030999", "+15550100002", "anonymous", "+"} {
		phone := dial(t, d, to)
		reaches(t, phone, carrier.Ended)
		if code := phone.End().Code; code != 480 {
			t.Errorf("%s, which nobody has, is refused by %d, want 480", to, code)
		}
	}
}
