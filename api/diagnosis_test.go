package api

import (
	"context"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

func init() {
	features = append(features, func(*world) Feature {
		return Ladders{func(id webtrunk.CallID, messages bool) (string, bool) {
			text := "Call " + string(id) + "\n"
			if messages {
				text += "INVITE\n"
			}
			return text, id == "call_kept"
		}}
	}, func(*world) Feature {
		return TrunkTests{func(_ context.Context, _ directory.Principal, trunk string, to webtrunk.Address, tell func(TestStep)) error {
			if trunk != "carrier" {
				return &webtrunk.Error{Op: "test", Kind: webtrunk.NotFound, Message: "There is no trunk " + trunk + "."}
			}
			tell(TestStep{Name: "dns", Well: true, Message: "The trunk is at 127.0.0.1:5060.", AfterMS: 1})
			tell(TestStep{Name: "answer", Well: to.Value == "+15550100101", Message: "Answered, or not.", AfterMS: 20})
			return nil
		}}
	})
}

// What was said over SIP is shown to the operator alone, for it names hidden
// contacts.
func TestTheLadderIsTheOperators(t *testing.T) {
	w := newWorld(t)
	w.users.keys["sk_operator"] = directory.Principal{Account: shop.account, ID: "key_op", Rights: everyRight, Operator: true}
	w.ask("sk_shop", "GET", "/v1/calls/call_kept/sip_ladder", "").is(t, 403, "operator_required")
	short := w.ask("sk_operator", "GET", "/v1/calls/call_kept/sip_ladder", "")
	if short.status != 200 || short.text != "Call call_kept\n" || !strings.HasPrefix(short.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%d %v %s", short.status, short.header, short.text)
	}
	if long := w.ask("sk_operator", "GET", "/v1/calls/call_kept/sip_ladder?messages=true", ""); !strings.HasSuffix(long.text, "INVITE\n") {
		t.Error(long.text)
	}
	w.ask("sk_operator", "GET", "/v1/calls/call_forgotten/sip_ladder", "").is(t, 404, "ladder_not_found")
}

func TestATrunkIsTested(t *testing.T) {
	w := newWorld(t)
	w.users.keys["sk_operator"] = directory.Principal{Account: shop.account, ID: "key_op", Rights: everyRight, Operator: true}
	w.ask("sk_shop", "POST", "/v1/trunks/carrier/test", `{"to":"+15550100101"}`).is(t, 403, "operator_required")
	w.users.keys["sk_agent"] = directory.Principal{Account: shop.account, ID: "person_agent", Rights: directory.Agent.Rights(), Operator: true}
	w.ask("sk_agent", "POST", "/v1/trunks/carrier/test", `{"to":"+15550100101"}`).is(t, 403, "") // who takes calls does not make tests that are billed
	w.ask("sk_operator", "POST", "/v1/trunks/carrier/test", `{"to":"bob"}`).is(t, 400, "address_invalid")
	w.ask("sk_operator", "POST", "/v1/trunks/other/test", `{"to":"+15550100101"}`).is(t, 404, "")
	well := w.ask("sk_operator", "POST", "/v1/trunks/carrier/test", `{"to":"+15550100101"}`).is(t, 200, "")
	if well.body["well"] != true || len(well.body["steps"].([]any)) != 2 {
		t.Error(well.text)
	}
	if ill := w.ask("sk_operator", "POST", "/v1/trunks/carrier/test", `{"to":"+15550100102"}`).is(t, 200, ""); ill.body["well"] != false {
		t.Error(ill.text)
	}
}
