package api

import (
	"fmt"
	"strings"
	"testing"

	"webtrunk/trunk"
)

// brief is a trial as one line.
func (a asked) brief() string {
	var parts []string
	for _, list := range []string{"routes", "trunks"} {
		for _, one := range a.body[list].([]any) {
			o := one.(map[string]any)
			parts = append(parts, strings.TrimSpace(fmt.Sprint(o["name"], " ", o["fit"], o["verdict"])))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, ", "), "<nil>", "")
}

func TestANumberIsTriedOverTheAPI(t *testing.T) {
	t.Parallel()
	w := operated(t)
	try := func(number string) asked {
		return w.ask("sk_op", "POST", "/v1/route_trials", fmt.Sprintf(`{"number":%q}`, number))
	}
	if got := try("+4930123").is(t, 200, ""); got.brief() != "written tried, test mode" || got.body["carried"] != true || got.body["route"] != nil {
		t.Errorf("without routes: %s", got.text)
	}
	w.ask("sk_op", "POST", "/v1/trunks", fullTrunk).is(t, 201, "")
	w.ask("sk_op", "POST", "/v1/routes", `{"name":"germany","prefixes":["+49"],"trunks":["second","written"]}`).is(t, 201, "")
	got := try("+49 30 123").is(t, 200, "")
	first := got.body["trunks"].([]any)[0].(map[string]any)
	if got.brief() != "germany counts, second tried, written tried, test mode" || got.body["route"] != "germany" || first["dialled"] != "030123" || first["per_minute"] != 12000.0 || first["currency"] != "EUR" {
		t.Errorf("Germany: %s", got.text)
	}
	w.trunks = []TrunkStats{{Name: "second", State: trunk.State{Status: trunk.Down}}}
	if got := try("+4930123"); got.brief() != "germany counts, written tried, second down, test mode" {
		t.Errorf("with a trunk that is down: %s", got.text)
	}
	w.trunks = []TrunkStats{{Name: "second", State: trunk.State{Status: trunk.Up, Calls: 30}}}
	if got := try("+4930123"); got.brief() != "germany counts, written tried, second full, test mode" {
		t.Errorf("with a trunk that is full: %s", got.text)
	}
	if got := try("+33123"); got.brief() != "germany unfit, written not_named, second not_named, test mode" || got.body["carried"] != false {
		t.Errorf("France: %s", got.text)
	}
	if got := w.ask("sk_op_test", "POST", "/v1/route_trials", `{"number":"+4930123"}`).is(t, 200, ""); got.brief() != "germany counts, written tried, second full, test mode" {
		t.Errorf("a test key is told of something else: %s", got.text)
	}
	if got := try("030123").is(t, 400, ""); got.body["param"] != "number" || !strings.Contains(got.str("message"), "+") {
		t.Errorf("a number that begins otherwise: %s", got.text)
	}
	w.ask("sk_shop", "POST", "/v1/route_trials", `{"number":"+4930123"}`).is(t, 403, "operator_required")
}
