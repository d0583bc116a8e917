package main

import (
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/carrier"
	"webtrunk/load"
)

// A needle is a meter whose needle a test turns.
type needle struct {
	share atomic.Uint64 // bits of a float64
	used  time.Duration
	read  time.Time
}

func (n *needle) turn(share float64) { n.share.Store(math.Float64bits(share)) }

func (n *needle) CPU() (used time.Duration, allowed float64) {
	now := time.Now()
	if !n.read.IsZero() {
		n.used += time.Duration(math.Float64frombits(n.share.Load()) * float64(now.Sub(n.read)))
	}
	n.read = now
	return n.used, 1
}

// TestALoadedGatewayRefusesNewCallsAlone turns the load up while a call runs, and
// down again: carrier and page are told in their own words, in between the call
// goes on, and in the end calls are taken again.
func TestALoadedGatewayRefusesNewCallsAlone(t *testing.T) {
	cpu := &needle{}
	d := liveBox(t, "limits: {lateness: 0s}\n"+openToTheBox, func(g *gateway) {
		g.measure = load.Config{Meter: cpu, Always: 1, Calm: 200 * time.Millisecond}
	})
	page, m := hello(t, d, "https://shop.example", "pk_shop1", "0123456789abcdef")
	if m["type"] != "welcome" {
		t.Fatalf("the desk is told %v", m)
	}
	first := dial(t, d, "+15550100001")
	id := ringing(t, page)

	cpu.turn(0.99)
	comesTrue(t, "the gateway is full", func() bool { return d.load.Stats().Refusing && d.load.Loaded() })
	if got := refusedByTelephone(t, d); got != 503 {
		t.Errorf("a telephone was refused by %d, want 503", got)
	}
	visitor, _ := hello(t, d, "https://shop.example", "pk_shop1", "")
	m = callsInVain(t, visitor)
	if m["code"] != "busy_gateway" || !strings.Contains(m["message"].(string), "All lines are busy") || m["retry_after"].(float64) < 1 || len(m["remedies"].([]any)) == 0 {
		t.Errorf("the page is told %v", m)
	}
	if status, body, _ := get(t, client(nil), "http://"+d.site.addr().String()+"/readyz"); status != http.StatusOK {
		t.Errorf("a gateway that is full is not ready: %d %s", status, body)
	}
	if n := d.load.Stats().Refused; n != 2 {
		t.Errorf("%d calls were counted as refused", n)
	}
	if first.State() != carrier.Ringing {
		t.Errorf("the call that ran is %v", first.State())
	}

	cpu.turn(0.01)
	comesTrue(t, "calls are taken again", func() bool { return d.load.Full() == nil })
	page.WriteJSON(map[string]string{"type": "reject", "id": id})
	reaches(t, first, carrier.Ended)
	if m := read(t, page); m["type"] != "ended" {
		t.Errorf("the desk is told %v of the call that ran", m)
	}
	dial(t, d, "+15550100001")
	ringing(t, page)
}

// refusedByTelephone calls from a telephone and returns the status that ends it.
func refusedByTelephone(t *testing.T, d *demo) int {
	t.Helper()
	phone := dial(t, d, "+15550100001")
	reaches(t, phone, carrier.Ended)
	return phone.End().Code
}

// callsInVain has a page call, and returns what it is told.
func callsInVain(t *testing.T, page *websocket.Conn) map[string]any {
	t.Helper()
	page.WriteJSON(map[string]string{"type": "call", "id": "v1", "to": "ref_desk", "sdp": "never read"})
	return read(t, page)
}

func TestLoadLimitsAreChecked(t *testing.T) {
	for text, at := range map[string]string{
		"limits: {cpu: 85}": "limits.cpu", "limits: {cpu: -0.1}": "limits.cpu",
		"limits: {lateness: -1ms}": "limits.lateness", "limits: {lateness: 5s}": "limits.lateness",
	} {
		if _, err := parseConfig([]byte("trunks: []\n" + text)); err == nil || !strings.Contains(err.Error(), at) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if c, err := parseConfig([]byte("trunks: []\nlimits: {cpu: 0, lateness: 0s}")); err != nil || c.Limits.CPU != 0 || c.Limits.Lateness != 0 {
		t.Errorf("no limits: %v", err)
	}
	if c := defaultConfig(); c.Limits.CPU != load.DefaultCPU || c.Limits.Lateness != load.DefaultLateness {
		t.Errorf("by default: %+v", c.Limits)
	}
}
