package api

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/dispatch/hours"
)

// The file's name puts it after tenants_test.go, whose directory it needs.
func init() {
	features = append(features, func(w *world) Feature {
		w.dispatch = dispatch.Open(dispatch.Options{DB: w.db, Directory: w.directory})
		w.desk = &desk{now: map[dispatch.Tenant]map[string]dispatch.Presence{}, waiting: map[dispatch.Tenant][]dispatch.Waiting{}}
		return Dispatch{Book: w.dispatch, Desk: w.desk}
	})
	makers["queue"] = func(w *world, t tenant) string {
		w.house()
		q, err := w.dispatch.CreateQueue(context.Background(), t.principal(), dispatch.Queue{Name: "Sales"})
		return made(w)(q.ID, err)
	}
	makers["queue_entry"] = func(w *world, t tenant) string {
		return string(w.stands(t, makers["queue"](w, t)).Call)
	}
	makers["hours"] = func(w *world, t tenant) string {
		w.house()
		h, err := w.dispatch.CreateHours(context.Background(), t.principal(), dispatch.Hours{Name: "Office", Table: hours.Table{Zone: "UTC"}})
		return made(w)(h.ID, err)
	}
	makers["context_rule"] = func(w *world, t tenant) string {
		w.house()
		r, err := w.dispatch.CreateRule(context.Background(), t.principal(), dispatch.Rule{Name: "all"})
		return made(w)(r.ID, err)
	}
	makers["presence_reason"] = func(w *world, t tenant) string {
		w.house()
		r, err := w.dispatch.CreateReason(context.Background(), t.principal(), dispatch.Reason{Word: dispatch.Word{Name: "Lunch"}})
		return made(w)(r.ID, err)
	}
	makers["disposition"] = func(w *world, t tenant) string {
		w.house()
		d, err := w.dispatch.CreateDisposition(context.Background(), t.principal(), dispatch.Disposition{Word: dispatch.Word{Name: "Sold"}})
		return made(w)(d.ID, err)
	}
	makers["shared_page"] = func(w *world, t tenant) string {
		w.house()
		p, err := w.dispatch.CreateSharedPage(context.Background(), t.principal(), dispatch.SharedPage{Word: dispatch.Word{Name: "Offers"}, URL: "https://shop.example/offers"})
		return made(w)(p.ID, err)
	}
	makers["agent"] = func(w *world, t tenant) string {
		w.house()
		a, err := w.dispatch.CreateAgent(context.Background(), t.principal(), dispatch.Agent{Person: w.colleague(t, directory.Agent).ID})
		return made(w)(a.ID, err)
	}
}

// colleague makes a person of a tenant's account.
func (w *world) colleague(t tenant, role directory.Role) directory.Person {
	w.Helper()
	w.house()
	p, _, err := w.directory.CreatePerson(context.Background(), t.principal(), directory.NewPerson{Email: webtrunk.NewID("x") + "@example.com", Name: "Ada", Role: role})
	made(w)("", err)
	return p
}

// A desk has agents do what they are told at once, and says of queues what the
// test says.
type desk struct {
	mu      sync.Mutex
	now     map[dispatch.Tenant]map[string]dispatch.Presence
	live    []dispatch.Live
	waiting map[dispatch.Tenant][]dispatch.Waiting
	told    []string      // what was done by hand
	past    dispatch.Past // that was asked for
}

func (d *desk) Presence(ctx context.Context, of dispatch.Tenant, agent string) dispatch.Presence {
	if p, ok := d.Presences(ctx, of)[agent]; ok {
		return p
	}
	return dispatch.Presence{State: dispatch.Offline}
}

func (d *desk) Presences(_ context.Context, of dispatch.Tenant) map[string]dispatch.Presence {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.now[of])
}

func (d *desk) Choose(_ context.Context, of dispatch.Tenant, agent string, to dispatch.State, reason string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.now[of] == nil {
		d.now[of] = map[string]dispatch.Presence{}
	}
	d.now[of][agent] = dispatch.Presence{State: to, Reason: reason, Since: time.Unix(1780000000, 0).UTC(), Places: 1}
	return nil
}

// Done has who wraps up be available.
func (d *desk) Done(_ context.Context, of dispatch.Tenant, agent string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.now[of][agent]; ok && p.State == dispatch.WrapUp {
		d.now[of][agent] = dispatch.Presence{State: dispatch.Available}
	}
	return nil
}

func (d *desk) Live(_ context.Context, of dispatch.Tenant) []dispatch.Live {
	d.mu.Lock()
	defer d.mu.Unlock()
	if of.Account != shop.account || of.Test {
		return nil
	}
	return slices.Clone(d.live)
}

// loggedIn has a person be the session of a name.
func (w *world) loggedIn(name string, p directory.Person) {
	w.users.sessions[name] = directory.Principal{Account: shop.account, ID: p.ID, Rights: p.Role.Rights()}
}

// as makes a request of somebody who is logged in.
func (w *world) as(name, method, path, body string) asked {
	w.Helper()
	return w.ask("", method, path, body, "Cookie: "+CookieName+"="+name, "Origin: "+w.http.URL, CSRFHeader+": csrf-"+name)
}

func TestAQueueIsSetUpAsInTheManual(t *testing.T) {
	w := newWorld(t)
	w.house()
	office := w.ask("sk_shop", "POST", "/v1/hours", `{"name": "Office", "time_zone": "Europe/Berlin", "week": [{"day": "monday", "from": "09:00", "to": "17:00"}], "holidays": [{"date": "12-25"}],
		"exceptions": [{"date": "2026-12-28", "open": [{"from": "10:00", "to": "12:00"}]}]}`).is(t, 201, "").str("id")
	night := w.ask("sk_shop", "POST", "/v1/queues", `{"name": "Night"}`).is(t, 201, "").str("id")
	sales := w.ask("sk_shop", "POST", "/v1/queues", `{"name": "Sales", "strategy": "skills", "hours": "`+office+`", "closed": {"then": "another_queue", "queue": "`+night+`"},
		"overflow": [{"after_seconds": 60, "queue": "`+night+`"}], "relax": [{"after_seconds": 30, "by": 2}], "metadata": {"team": "7"}}`).is(t, 201, "")
	id := sales.str("id")
	for field, want := range map[string]any{"strategy": "skills", "ring_seconds": 20.0, "last": "hangup", "hours": office, "service_level_seconds": 20.0, "livemode": true} {
		if sales.body[field] != want {
			t.Errorf("%s is %v, want %v", field, sales.body[field], want)
		}
	}
	changed := w.ask("sk_shop", "POST", "/v1/queues/"+id, `{"max_wait_seconds": 300, "relax": [], "language": "zh"}`).is(t, 200, "")
	w.ask("sk_shop", "POST", "/v1/queues/"+id, `{"language": "xx"}`).is(t, 400, "invalid_request")
	if changed.body["language"] != "zh" {
		t.Errorf("it speaks %s", changed.text)
	}
	if changed.body["max_wait_seconds"] != 300.0 || changed.body["strategy"] != "skills" || !strings.Contains(changed.text, `"relax":[]`) {
		t.Errorf("changed into %s", changed.text)
	}
	w.ask("sk_shop", "DELETE", "/v1/queues/"+night, "").is(t, 409, "conflict")
	ref := w.ask("sk_shop", "POST", "/v1/references", `{"target": "queue:`+id+`"}`).is(t, 201, "")
	if ref.body["target_hint"] != "queue" {
		t.Errorf("the reference shows %s", ref.text)
	}
	w.ask("sk_other", "POST", "/v1/references", `{"target": "queue:`+id+`"}`).is(t, 404, "")
	w.ask("sk_shop_test", "POST", "/v1/references", `{"target": "queue:`+id+`"}`).is(t, 404, "")
	w.ask("sk_shop", "DELETE", "/v1/queues/"+id, "").is(t, 409, "conflict")
	w.ask("sk_shop", "DELETE", "/v1/references/"+ref.str("id"), "").is(t, 204, "")
	w.ask("sk_shop", "DELETE", "/v1/queues/"+id, "").is(t, 204, "")
	if events := w.ask("sk_shop", "GET", "/v1/events?types=queue.deleted", "").is(t, 200, ""); !strings.Contains(events.text, id) {
		t.Errorf("told of %s", events.text)
	}
}

func TestOpeningHoursSayWhetherItIsOpen(t *testing.T) {
	w := newWorld(t)
	w.house()
	h := w.ask("sk_shop", "POST", "/v1/hours", `{"name": "Never", "time_zone": "UTC"}`).is(t, 201, "")
	if h.body["open"] != false || h.body["changes_at"] != nil {
		t.Errorf("never is %s", h.text)
	}
	one := "/v1/hours/" + h.str("id")
	tomorrow := time.Now().UTC().AddDate(0, 0, 1).Format("2006-01-02")
	h = w.ask("sk_shop", "POST", one, `{"exceptions": [{"date": "`+tomorrow+`", "name": "fair", "open": [{"from": "10:00", "to": "24:00"}]}]}`).is(t, 200, "")
	if h.body["changes_at"] != tomorrow+"T10:00:00Z" || !strings.Contains(h.text, `"to":"24:00"`) {
		t.Errorf("it opens as %s", h.text)
	}
	for body, param := range map[string]string{
		`{"week": [{"day": "monday", "from": "9", "to": "17:00"}]}`:      "week",
		`{"holidays": [{"date": "tomorrow"}]}`:                           "holidays",
		`{"exceptions": [{"date": "2026-02-30", "open": []}]}`:           "exceptions",
		`{"week": [{"day": "someday", "from": "09:00", "to": "17:00"}]}`: "week[0].day",
	} {
		if got := w.ask("sk_shop", "POST", one, body).is(t, 400, ""); got.body["param"] != param {
			t.Errorf("%s: %s", body, got.text)
		}
	}
	w.ask("sk_shop", "POST", one, `{"time_zone": "Mars/Phobos"}`).is(t, 400, "")
}

func TestAnAgentAndTheirPhone(t *testing.T) {
	w := newWorld(t)
	ada := w.colleague(shop, directory.Agent)
	made := w.ask("sk_shop", "POST", "/v1/agents", `{"person": "`+ada.ID+`", "skills": {"german": 7}, "phone": "+1 555 010 0177"}`).is(t, 201, "")
	if made.body["phone"] != "+15550100177" || made.str("address") != "browser:"+made.str("id") || made.str("id") != directory.AgentName(ada.ID) {
		t.Errorf("made %s", made.text)
	}
	w.ask("sk_shop", "POST", "/v1/agents", `{"person": "`+ada.ID+`"}`).is(t, 409, "conflict")
	w.ask("sk_shop", "POST", "/v1/agents/"+made.str("id"), `{"phone": "12"}`).is(t, 400, "")
	w.ask("sk_shop", "POST", "/v1/agents/"+made.str("id"), `{"phone": "+19005550100"}`).is(t, 403, "forbidden")
	w.loggedIn("ada", ada)
	me := w.as("ada", "GET", "/v1/agents/me", "").is(t, 200, "")
	if me.body["phone"] != nil || me.body["phone_hint"] != "ending 77" || me.str("id") != made.str("id") {
		t.Errorf("she sees %s", me.text)
	}
	w.as("ada", "POST", "/v1/agents/me", `{"skills": {}}`).is(t, 403, "right_missing")
	w.ask("sk_shop", "GET", "/v1/agents/me", "").is(t, 400, "") // a key is nobody
	if all := w.as("ada", "GET", "/v1/agents", "").is(t, 200, ""); strings.Contains(all.text, "+15550100177") {
		t.Errorf("colleagues see %s", all.text)
	}
	if got := w.ask("sk_shop", "POST", "/v1/agents/"+made.str("id"), `{"phone": ""}`).is(t, 200, ""); got.body["phone"] != nil || got.body["phone_hint"] != nil {
		t.Errorf("without a phone: %s", got.text)
	}
}

// TestColleaguesKnowExtensions: of the agents of the mode that somebody looks at.
func TestColleaguesKnowExtensions(t *testing.T) {
	w := newWorld(t)
	grace := w.colleague(shop, directory.Agent)
	ada, _, err := w.directory.CreatePerson(t.Context(), shop.principal(), directory.NewPerson{Email: "ada@example.com", Name: "Ada", Role: directory.Agent, Password: "a password of some length"})
	if err != nil {
		t.Fatal(err)
	}
	w.ask("sk_shop", "POST", "/v1/agents", `{"person": "`+ada.ID+`", "extension": "12"}`).is(t, 201, "")
	w.loggedIn("grace", grace)
	all := w.as("grace", "GET", "/v1/session/colleagues", "").is(t, 200, "")
	if !strings.Contains(strings.ReplaceAll(all.text, " ", ""), `"extension":"12"`) {
		t.Errorf("colleagues see %s", all.text)
	}
	w.ask("sk_shop", "POST", "/v1/agents/"+directory.AgentName(ada.ID), `{"extension": ""}`).is(t, 200, "")
	if all = w.as("grace", "GET", "/v1/session/colleagues", ""); strings.Contains(all.text, "extension") {
		t.Errorf("afterwards they see %s", all.text)
	}
}

func TestWhoSaysWhatAnAgentIsDoing(t *testing.T) {
	w := newWorld(t)
	lunch := makers["presence_reason"](w, shop)
	ada, bob, sue := w.colleague(shop, directory.Agent), w.colleague(shop, directory.Agent), w.colleague(shop, directory.Supervisor)
	for name, p := range map[string]directory.Person{"ada": ada, "bob": bob, "sue": sue} {
		w.loggedIn(name, p)
		w.ask("sk_shop", "POST", "/v1/agents", `{"person": "`+p.ID+`"}`).is(t, 201, "")
	}
	hers := "/v1/agents/" + directory.AgentName(ada.ID) + "/presence"
	if got := w.as("ada", "GET", "/v1/agents/me/presence", "").is(t, 200, ""); got.body["presence"] != "offline" {
		t.Errorf("at first: %s", got.text)
	}
	if got := w.as("ada", "PUT", "/v1/agents/me/presence", `{"presence": "away", "reason": "`+lunch+`"}`).is(t, 200, ""); got.body["reason"] != "Lunch" {
		t.Errorf("at lunch: %s", got.text)
	}
	w.as("bob", "PUT", hers, `{"presence": "available"}`).is(t, 403, "forbidden")
	w.as("sue", "PUT", hers, `{"presence": "available"}`).is(t, 200, "")
	w.as("ada", "PUT", hers, `{"presence": "available", "reason": "`+lunch+`"}`).is(t, 400, "")
	w.as("ada", "PUT", hers, `{"presence": "away", "reason": "`+makers["presence_reason"](w, other)+`"}`).is(t, 404, "")
	w.as("ada", "PUT", hers, `{"presence": "on_call"}`).is(t, 400, "parameter_invalid")
	if all := w.as("bob", "GET", "/v1/agents", "").is(t, 200, ""); !strings.Contains(all.text, `"presence":"available"`) {
		t.Errorf("bob sees %s", all.text)
	}
}

func TestASupervisorSeesTheQueuesLive(t *testing.T) {
	w := newWorld(t)
	id := makers["queue"](w, shop)
	sue := w.colleague(shop, directory.Supervisor)
	w.loggedIn("sue", sue)
	if quiet := w.as("sue", "GET", "/v1/queues/"+id+"/live", "").is(t, 200, ""); quiet.body["waiting"] != 0.0 || quiet.body["open"] != true || quiet.body["service_level"] != nil {
		t.Errorf("a queue without callers is %s", quiet.text)
	}
	w.desk.live = []dispatch.Live{{Queue: "queue_gone", Waiting: 9}, {Queue: id, Waiting: 3, Longest: 95 * time.Second, Available: 1, Busy: 2, Away: 1, Entered: 12, Answered: 6, InTime: 4, Abandoned: 2, Left: 1}}
	all := w.as("sue", "GET", "/v1/queues/live", "").is(t, 200, "")
	list := all.body["data"].([]any)
	if len(list) != 1 {
		t.Fatalf("all queues are %s", all.text)
	}
	got := list[0].(map[string]any)
	for field, want := range map[string]any{"waiting": 3.0, "longest_wait_seconds": 95.0, "service_level": 0.5, "agents_available": 1.0, "abandoned": 2.0} {
		if got[field] != want {
			t.Errorf("%s is %v, want %v", field, got[field], want)
		}
	}
	w.ask("sk_other", "GET", "/v1/queues/"+id+"/live", "").is(t, 404, "")
	if theirs := w.ask("sk_other", "GET", "/v1/queues/live", "").is(t, 200, ""); strings.Contains(theirs.text, id) {
		t.Errorf("another account sees %s", theirs.text)
	}
}

func TestAContextRuleIsWrittenAsItIsRead(t *testing.T) {
	w := newWorld(t)
	queue := makers["queue"](w, shop)
	body := `{"name": "Garden", "position": 3, "when": [{"key": "product", "is": "one_of", "values": ["hose", "spade"]}, {"key": "identity.plan", "is": "exists", "trusted": true}],
		"then": {"queue": "` + queue + `", "priority": 5, "needs": {"garden": 3}, "page": "https://crm.example/garden", "price": "price_1", "caller_page": "https://shop.example/garden"}}`
	made := w.ask("sk_shop", "POST", "/v1/context_rules", body).is(t, 201, "")
	one := "/v1/context_rules/" + made.str("id")
	if got := w.ask("sk_shop", "GET", one, "").is(t, 200, ""); got.text != made.text || !strings.Contains(got.text, `"values":["hose","spade"]`) {
		t.Errorf("made %s, read %s", made.text, got.text)
	}
	if got := w.ask("sk_shop", "POST", one, `{"then": {"priority": 1}}`).is(t, 200, ""); strings.Contains(got.text, queue) || !strings.Contains(got.text, "hose") {
		t.Errorf("changed into %s", got.text)
	}
	w.ask("sk_shop", "POST", one, `{"when": [{"key": "product", "is": "equals"}]}`).is(t, 400, "")
	w.ask("sk_shop", "POST", one, `{"then": {"page": "javascript:alert(1)"}}`).is(t, 400, "")
	w.ask("sk_shop", "POST", one, `{"then": {"caller_page": "javascript:alert(1)"}}`).is(t, 400, "")
	w.ask("sk_shop", "DELETE", one, "").is(t, 204, "")
}

// TestTheManualOfQueuesWorks runs the commands of doc/queues.md one after the
// other, as a reader does.
func TestTheManualOfQueuesWorks(t *testing.T) {
	text, err := os.ReadFile("../doc/queues.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t).claim()
	w.house()
	script := "set -e\n"
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		script += strings.ReplaceAll(block[1], "curl ", "curl -sS --fail-with-body ")
	}
	// Not everybody who runs the tests has jq; the ID comes first in each answer.
	script = strings.ReplaceAll(script, "jq -r .id", `sed -E 's/^\{("\$schema":"[^"]*",)?"id":"([^"]*)".*/\2/'`)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Env = append(os.Environ(), "GATEWAY="+w.http.URL, "KEY=sk_shop", "no_proxy=127.0.0.1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"name":"Gold customers"`) || !strings.Contains(string(out), `"queues":["queue_`) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestACallDoesNotBeginWithAQueue(t *testing.T) {
	w := newWorld(t).claim()
	id := makers["queue"](w, shop)
	if got := w.ask("sk_shop", "POST", "/v1/calls", `{"from": "queue:`+id+`", "to": "+15550100102"}`).is(t, 400, "address_invalid"); got.body["param"] != "from" {
		t.Errorf("refused with %s", got.text)
	}
	w.ask("sk_shop", "POST", "/v1/calls", `{"from": "+15550100101", "to": "+15550100102", "metadata": {"rule.page": "https://evil.example"}}`).is(t, 400, "parameter_invalid")
	w.house()
	w.ask("sk_shop", "POST", "/v1/widgets", `{"origins": ["https://shop.example"], "destinations": [], "metadata_names": ["rule.page"]}`).is(t, 400, "")
}
