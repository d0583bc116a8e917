package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/sip"
	"webtrunk/trunk"
)

// An operated gateway runs by a file, and the test holds its operator's key.
type operated struct {
	*testing.T
	*gateway
	file string
	key  string
	log  *synced
}

// operate starts a gateway whose trunk "box" leads to a carrier. extra is added
// to its configuration.
func operate(t *testing.T, box *carrier.Carrier, extra string) *operated {
	t.Helper()
	o := &operated{T: t, log: &synced{}, file: fmt.Sprintf(`
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
media: {listen: 127.0.0.1, ice_port: 0, rtp_ports: 30000-30999}
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
references: [{reference: ref_desk, target: browser:desk}]
receivers: [{name: desk, token: 0123456789abcdef}]
keys: [{key: pk_desk1, origins: [https://desk.example], destinations: [ref_desk]}]
drain_timeout: 0s
`, filepath.Join(t.TempDir(), "webtrunk.db"), box.Addr()) + extra}
	o.start()
	made, err := o.directory.Found(t.Context(), directory.Founding{Key: "k", Owner: directory.NewPerson{Email: "op@example.com", Name: "Op"},
		Account: directory.NewAccount{Name: "Operator", Operator: true}})
	if err != nil {
		t.Fatal(err)
	}
	o.key = made.Secret
	return o
}

func (o *operated) start() {
	o.Helper()
	cfg, err := parseConfig([]byte(o.file))
	if err != nil {
		o.Fatal(err)
	}
	if o.gateway, err = startGateway(cfg, &terminal{err: o.log}); err != nil {
		o.Fatal(err)
	}
	o.Cleanup(o.gateway.stop)
}

func (o *operated) url() string { return "http://" + o.site.addr().String() }

// ask makes a request to the API and demands a status.
func (o *operated) ask(method, path, body string, status int) (answer map[string]any) {
	o.Helper()
	r, err := http.NewRequestWithContext(o.Context(), method, o.url()+path, strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+o.key)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := client(nil).Do(r)
	if err != nil {
		o.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		o.Fatalf("%s %s: %d %s, %v; want %d", method, path, res.StatusCode, text, err, status)
	}
	if bytes.HasPrefix(text, []byte("{")) {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		o.Fatal(err)
	}
	return answer
}

func newCarrier(t *testing.T, addr string) *carrier.Carrier {
	t.Helper()
	c, err := carrier.Start(carrier.Config{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// A trunk that is made while the gateway runs carries calls at once, and again
// after a restart; one that is deleted is a stranger.
func TestATrunkIsMadeWhileTheGatewayRuns(t *testing.T) {
	box, late := newCarrier(t, "127.0.0.1:0"), newCarrier(t, "127.0.0.7:0")
	o := operate(t, box, "numbers: [{number: +15550100001, reference: ref_desk}]\n")
	o.ask("POST", "/v1/trunks", fmt.Sprintf(`{"name":"late","proxy":"%s","unknown":"busy","identity":{"caller_id":"+15550100001"}}`, late.Addr()), 201)

	refused := func(want int) {
		t.Helper()
		late.SetGateway(o.telephones.Addr())
		c, err := late.Call(t.Context(), stranger, "+15550100099", nil)
		if err != nil {
			t.Fatal(err)
		}
		reaches(t, c, carrier.Ended)
		if code := c.End().Code; code != want {
			t.Errorf("a call over the late trunk to nobody's number is refused by %d, want %d", code, want)
		}
	}
	refused(486)
	o.gateway.stop()
	o.start()
	refused(486)
	o.ask("POST", "/v1/trunks/late", `{"unknown":"declined"}`, 200)
	refused(603)
	list := o.ask("GET", "/v1/trunks", "", 200)["data"].([]any)
	if len(list) != 3 || list[2].(map[string]any)["calls_arrived"] != 1.0 {
		t.Errorf("the trunks: %v", list)
	}
	o.ask("DELETE", "/v1/trunks/late", "", 204)
	if o.telephones.Stats().Trunks[1].Name != trunk.TestName {
		t.Errorf("the edge still has %+v", o.telephones.Stats().Trunks)
	}
	if strings.Contains(o.log.String(), "level=ERROR") {
		t.Errorf("the log:\n%s", o.log.String())
	}
}

// A carrier's name that leads nowhere at the moment keeps no gateway from
// starting.
func TestAStartDoesNotWaitForACarriersName(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "")
	o.file = strings.Replace(o.file, "trunks: [", "trunks: [{name: nowhere, proxy: sip.carrier.invalid, identity: {caller_id: +15550100001}}, ", 1)
	o.gateway.stop()
	o.start()
	if list := o.ask("GET", "/v1/trunks", "", 200)["data"].([]any); len(list) != 3 {
		t.Errorf("the trunks: %v", list)
	}
}

// What happens to trunks is in the operator's log: webhooks and streams take it
// from there.
func TestATrunkThatGoesDownIsTold(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	o := operate(t, box, "")
	at := time.Date(2026, 11, 22, 8, 0, 0, 123456000, time.UTC)
	o.trunkChanged(trunk.Change{Trunk: "box", Reason: "The carrier did not answer OPTIONS.", At: at})
	o.trunkChanged(trunk.Change{Trunk: "box", Up: true, Reason: "The carrier answers again.", At: at.Add(time.Second)})
	var told []string
	comesTrue(t, "both changes are on record", func() bool {
		told = nil
		for _, e := range o.ask("GET", "/v1/events?types=trunk.up,trunk.down&after=0", "", 200)["data"].([]any) {
			m := e.(map[string]any)
			if data := m["data"].(map[string]any); data["trunk"] == "box" && strings.HasPrefix(m["timestamp"].(string), "2026-11-22T08:00:0") {
				told = append(told, fmt.Sprint(m["type"], " ", data["reason"], " ", m["livemode"]))
			}
		}
		return len(told) == 2
	})
	if got := strings.Join(told, "; "); got != "trunk.down The carrier did not answer OPTIONS. true; trunk.up The carrier answers again. true" {
		t.Errorf("told: %s", got)
	}
}

// comesTrue waits until something is so.
func comesTrue(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// A carrier that stops is told of, and told of again when it is back: nobody has
// to call to find out.
func TestACarrierThatStopsAndReturns(t *testing.T) {
	box := newCarrier(t, "127.0.0.1:0")
	cfg, err := parseConfig(fmt.Appendf(nil, `
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
media: {listen: 127.0.0.1, ice_port: 0, rtp_ports: 30000-30999}
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
drain_timeout: 0s
`, filepath.Join(t.TempDir(), "webtrunk.db"), box.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Trunks[0].Keepalive = 100 * time.Millisecond // no carrier would like that
	g, err := newGateway(cfg, &terminal{err: &synced{}})
	if err != nil {
		t.Fatal(err)
	}
	g.simulated, g.sipTimers = true, sip.Timers{T1: 20 * time.Millisecond, Probe: 50 * time.Millisecond}
	if err := g.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.stop)
	status := func() trunk.State { return g.trunkStats()[0].State }
	comesTrue(t, "the trunk is up", func() bool { return status().Status == trunk.Up })
	box.Close()
	comesTrue(t, "the trunk is down", func() bool { return status().Status == trunk.Down })
	if status().Reason == "" {
		t.Error("nobody says why it is down")
	}
	newCarrier(t, box.Addr().String())
	comesTrue(t, "the trunk is up again", func() bool { return status().Status == trunk.Up })
	operator, err := g.directory.Operator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var told string
	comesTrue(t, "all of it is on record", func() bool {
		told = ""
		for r, err := range g.store.Read(t.Context(), event.Stream{Account: operator.ID}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(r.Type, "trunk.") {
				told += r.Type + " "
			}
		}
		return strings.HasSuffix(told, "trunk.down trunk.up ")
	})
}

func replaceOnce(t *testing.T, s, old, by string) string {
	t.Helper()
	if strings.Count(s, old) != 1 {
		t.Fatalf("%q is %d times in:\n%s", old, strings.Count(s, old), s)
	}
	return strings.Replace(s, old, by, 1)
}
