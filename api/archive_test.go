package api

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/directory"
)

// hangup is a telephone that is put down.
var hangup = call.LegEnded{}

func init() {
	features = append(features, func(w *world) Feature { return Records{archive.New(w.db, archive.Options{})} })
	makers["record"] = func(w *world, t tenant) string {
		id := w.talk(t)
		w.recorded(t, id, func(archive.Record) bool { return true })
		return id
	}
	makers["erasure_request"] = func(w *world, t tenant) string {
		id := webtrunk.NewID("era")
		if _, err := archive.New(w.db, archive.Options{}).RequestErasure(context.Background(), id, t.account, t.test, "key_made", archive.Subject{Number: "+15550100177"}); err != nil {
			w.Fatal(err)
		}
		return id
	}
}

// recorded waits until the archive's record of a call is so.
func (w *world) recorded(t tenant, id string, so func(archive.Record) bool) {
	w.Helper()
	eventually(w, "the record of "+id, func() bool {
		r, err := w.exchange.archive.Get(context.Background(), t.account, t.test, webtrunk.CallID(id))
		return err == nil && so(r)
	})
}

// ended makes a call that is over, and waits for its record.
func (w *world) ended(t tenant) string {
	w.Helper()
	id := w.talk(t)
	w.exchange.phone(w, id, 1).report(hangup)
	w.recorded(t, id, func(r archive.Record) bool { return r.Ended != nil })
	return id
}

func (a asked) ids() (ids []string) {
	for _, item := range a.body["data"].([]any) {
		ids = append(ids, item.(map[string]any)["id"].(string))
	}
	return ids
}

// TestRecords tells what an account finds of its calls, page by page.
func TestRecords(t *testing.T) {
	w := newWorld(t)
	first, second, running := w.ended(shop), w.ended(shop), makers["record"](w, shop)
	w.ended(other)
	test := w.ended(tenant{shop.account, true})

	page := w.ask("sk_shop", "GET", "/v1/records?limit=2", "").is(t, 200, "")
	if got := fmt.Sprint(page.ids()); got != fmt.Sprint([]string{running, second}) || page.body["has_more"] != true {
		t.Errorf("the first page is %s", page.text)
	}
	page = w.ask("sk_shop", "GET", "/v1/records?limit=2&starting_after="+page.str("next_cursor"), "").is(t, 200, "")
	if got := fmt.Sprint(page.ids()); got != fmt.Sprint([]string{first}) || page.body["has_more"] != false {
		t.Errorf("the second page is %s", page.text)
	}
	for query, want := range map[string][]string{
		"running=true": {running}, "status=completed,failed": {second, first}, "end_reason=hangup": {second, first}, "party=%2B1555&direction=callback": {running, second, first},
		"text=15550100102&status=in_progress": {running}, "created_from=2100-01-01T00:00:00Z": nil, "min_duration_seconds=3600": nil, "via=key_made&limit=1": {running}, "metadata=order=4711": nil,
	} {
		if got := w.ask("sk_shop", "GET", "/v1/records?"+query, "").is(t, 200, "").ids(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s gives %v, want %v", query, got, want)
		}
	}
	if got := w.ask("sk_shop_test", "GET", "/v1/records", "").ids(); fmt.Sprint(got) != fmt.Sprint([]string{test}) {
		t.Errorf("a test key sees %v", got)
	}
	one := w.ask("sk_shop", "GET", "/v1/records/"+first, "").is(t, 200, "")
	if one.str("object") != "call_record" || one.str("status") != "completed" || len(one.body["legs"].([]any)) != 2 || len(one.body["route"].([]any)) != 1 || one.body["price"] != nil {
		t.Errorf("the record is %s", one.text)
	}
	if leg := one.body["legs"].([]any)[1].(map[string]any); leg["codec"] != "PCMU" || leg["quality"].(map[string]any)["mos"] != 4.2 {
		t.Errorf("the leg is %v", leg)
	}
	for query, status := range map[string]int{"metadata=order": 400, "status=gone": 400, "direction=up": 400, "colour=red": 400, "text=a+b+c+d+e+f+g+h+i+j+k": 400, "starting_after=call_none": 404} {
		if got := w.ask("sk_shop", "GET", "/v1/records?"+query, ""); got.status != status {
			t.Errorf("%s is answered %d %s", query, got.status, got.text)
		}
	}
}

func TestExportOfRecords(t *testing.T) {
	w := newWorld(t)
	first, second := w.ended(shop), w.ended(shop)
	w.ended(other)
	file := w.ask("sk_shop", "GET", "/v1/records/export?end_reason=hangup", "").is(t, 200, "")
	if file.header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" || !strings.Contains(file.header.Get("Content-Disposition"), `"call-records.csv"`) {
		t.Errorf("it is sent as %v", file.header)
	}
	lines, err := csv.NewReader(strings.NewReader(file.text)).ReadAll()
	if err != nil || len(lines) != 3 || lines[1][0] != second || lines[2][0] != first {
		t.Errorf("%v, %v", lines, err)
	}
	var records []archive.Record
	if err := json.Unmarshal([]byte(w.ask("sk_shop", "GET", "/v1/records/export?format=json", "").is(t, 200, "").text), &records); err != nil || len(records) != 2 {
		t.Errorf("%v, %v", records, err)
	}
	if text := w.ask("sk_shop", "GET", "/v1/records/export?format=ndjson&text="+first, "").text; strings.Count(text, "\n") != 1 || !strings.Contains(text, first) {
		t.Errorf("%s", text)
	}
	w.ask("sk_shop", "GET", "/v1/records/export?metadata=order", "").is(t, 400, "parameter_invalid")
	w.ask("sk_shop", "GET", "/v1/records/export?format=xls", "").is(t, 400, "")
	w.ask("sk_shop", "GET", "/v1/records/export?text=a+b+c+d+e+f+g+h+i+j+k", "").is(t, 400, "")
}

func TestRetentionPolicy(t *testing.T) {
	w := newWorld(t)
	never := w.ask("sk_shop", "GET", "/v1/retention_policy", "").is(t, 200, "")
	if never.body["identity_days"] != nil || never.body["updated_at"] != nil || never.str("object") != "retention_policy" {
		t.Errorf("before: %s", never.text)
	}
	set := w.ask("sk_shop", "POST", "/v1/retention_policy", `{"identity_days":90,"recordings_days":0,"events_days":null}`).is(t, 200, "")
	if set.body["identity_days"] != 90.0 || set.body["recordings_days"] != 0.0 || set.body["records_days"] != nil || set.str("updated_by") != "key_sk_shop" {
		t.Errorf("set: %s", set.text)
	}
	if got := w.ask("sk_shop", "GET", "/v1/retention_policy", ""); got.text != set.text {
		t.Errorf("got %s, want %s", got.text, set.text)
	}
	if got := w.ask("sk_other", "GET", "/v1/retention_policy", ""); got.body["identity_days"] != nil {
		t.Errorf("another account has %s", got.text)
	}
	w.ask("sk_shop", "POST", "/v1/retention_policy", `{"identity_days":-1}`).is(t, 400, "")
	w.ask("sk_shop_test", "POST", "/v1/retention_policy", `{"events_days":7}`).is(t, 400, "")
}

// TestAnErasureByAPI tells of a visitor who asks to be forgotten, of a call
// that is over and one that is not.
func TestAnErasureByAPI(t *testing.T) {
	w := newWorld(t)
	over, running := w.ended(shop), makers["record"](w, shop)
	made := w.ask("sk_shop", "POST", "/v1/erasure_requests", `{"number":"+1 555 010 0101"}`, "Idempotency-Key: e1").is(t, 201, "")
	if made.str("status") != "pending" || strings.Contains(made.text, "5550100101") {
		t.Errorf("it is taken as %s", made.text)
	}
	path := "/v1/erasure_requests/" + made.str("id")
	if again := w.ask("sk_shop", "POST", "/v1/erasure_requests", `{"number":"+1 555 010 0101"}`, "Idempotency-Key: e1"); again.text != made.text {
		t.Errorf("repeated: %s", again.text)
	}
	erase := func(status string) asked {
		t.Helper()
		var got asked
		eventually(t, "the request is "+status, func() bool {
			if _, err := w.exchange.archive.Erase(context.Background()); err != nil {
				t.Fatal(err)
			}
			got = w.ask("sk_shop", "GET", path, "").is(t, 200, "")
			return got.str("status") == status && got.body["calls"] != 0.0
		})
		return got
	}
	erase("pending")
	for _, at := range []string{"/v1/records/" + over, "/v1/calls/" + over, "/v1/calls/" + over + "/events?limit=100"} {
		if got := w.ask("sk_shop", "GET", at, "").is(t, 200, ""); strings.Contains(got.text, "5550100101") || !strings.Contains(got.text, made.str("pseudonym")) {
			t.Errorf("%s says %s", at, got.text)
		}
	}
	if got := w.ask("sk_shop", "GET", "/v1/records/"+running, ""); !strings.Contains(got.text, "5550100101") {
		t.Errorf("the running call is %s", got.text)
	}
	w.exchange.phone(w, running, 1).report(hangup)
	w.recorded(shop, running, func(r archive.Record) bool { return r.Ended != nil })
	if done := erase("completed"); done.body["calls"] != 2.0 || done.body["completed_at"] == nil {
		t.Errorf("it came to %s", done.text)
	}
	list := w.ask("sk_shop", "GET", "/v1/erasure_requests", "").is(t, 200, "")
	if len(list.ids()) != 1 {
		t.Errorf("the list is %s", list.text)
	}
	for body, status := range map[string]int{`{}`: 400, `{"number":"Ann"}`: 400, `{"number":"+15550100101","call":"` + over + `"}`: 400, `{"call":"call_none"}`: 404} {
		if got := w.ask("sk_shop", "POST", "/v1/erasure_requests", body); got.status != status {
			t.Errorf("%s is answered %d %s", body, got.status, got.text)
		}
	}
}

// To read is not to erase.
func TestRightsOnRecords(t *testing.T) {
	w := newWorld(t)
	w.key("rk_read", shop, directory.RecordsRead)
	w.ask("rk_read", "GET", "/v1/records", "").is(t, http.StatusOK, "")
	for _, path := range []string{"/v1/erasure_requests", "/v1/retention_policy"} {
		if got := w.ask("rk_read", "POST", path, `{}`).is(t, http.StatusForbidden, ""); !strings.Contains(got.text, "records:erase") {
			t.Errorf("%s: the right is not named: %s", path, got.text)
		}
	}
}
