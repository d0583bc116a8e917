package main

import (
	"path/filepath"
	"testing"

	"webtrunk"
	"webtrunk/carrier"
	"webtrunk/event"
)

// liveBox is a gateway as it is served, whose one trunk, to a telephone network
// in a box, is a live one: what reaches the box would have reached a carrier.
func liveBox(t *testing.T, more string, prepare ...func(*gateway)) *demo {
	t.Helper()
	return liveBoxOf(t, carrier.Config{}, more, prepare...)
}

// liveBoxOf has another network in the box.
func liveBoxOf(t *testing.T, box carrier.Config, more string, prepare ...func(*gateway)) *demo {
	t.Helper()
	network, err := carrier.Start(box)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { network.Close() })
	cfg, err := parseConfig([]byte(`
database: sqlite:` + filepath.Join(t.TempDir(), "webtrunk.db") + `
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
test_carrier: false
media: {listen: 127.0.0.1, ice_port: 0, rtp_ports: 32000-32999}
trunks: [{name: box, proxy: "` + network.Addr().String() + `", identity: {caller_id: +15550100001}}]
references: [{reference: ref_desk, target: browser:desk}, {reference: ref_abroad, target: "+442071838750"}]
numbers: [{number: +15550100001, reference: ref_desk}]
keys: [{key: pk_shop1, origins: [https://shop.example], destinations: [ref_desk, ref_abroad, "+1555", "+4911", "+882"]}]
receivers: [{name: desk, token: 0123456789abcdef}]
drain_timeout: 0s
` + more))
	if err != nil {
		t.Fatal(err)
	}
	var log synced
	g, err := newGateway(cfg, &terminal{err: &log})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prepare {
		p(g)
	}
	if err := g.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		g.stop()
		if t.Failed() {
			t.Logf("the gateway's log ends:\n%s", log.String()[max(0, len(log.String())-4_000):])
		}
	})
	network.SetGateway(g.telephones.Addr())
	return &demo{gateway: g, carrier: network, command: demoCommand{HTTP: "127.0.0.1:0"}}
}

// openToTheBox opens the numbers of the telephone network in a box.
const openToTheBox = "voice_policy: {allow_prefixes: [\"+1555010\"]}\n"

func streamOf(account webtrunk.AccountID) event.Stream { return event.Stream{Account: account} }
