package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/event"
)

// TestBackup copies the database of a gateway that runs, with one call over and
// another up, and starts a gateway from the copy: what was on record is there,
// the key still opens it, and the call that was up is ended, once.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	network, err := carrier.Start(carrier.Config{})
	must(t, err)
	t.Cleanup(func() { network.Close() })
	file := filepath.Join(dir, "gateway.yaml")
	configure := func(database string) Config {
		t.Helper()
		yaml := fmt.Appendf(nil, `
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
test_carrier: false
media: {listen: 127.0.0.1, ice_port: 0}
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
voice_policy: {allow_prefixes: ["+1555010"]}
references: [{reference: ref_echo, target: +15550100101}]
numbers: [{number: +15550100001, reference: ref_echo}]
drain_timeout: 0s
`, database, network.Addr())
		must(t, os.WriteFile(file, yaml, 0o600))
		cfg, err := parseConfig(yaml)
		must(t, err)
		return cfg
	}
	g, err := startGateway(configure(filepath.Join(dir, "webtrunk.db")), &terminal{err: &synced{}})
	must(t, err)
	defer func() { g.stop() }()
	network.SetGateway(g.telephones.Addr())
	account, err := g.directory.Operator(t.Context())
	must(t, err)
	_, key, err := g.directory.CreateKey(t.Context(), directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights()},
		directory.NewKey{Name: "before", Kind: directory.Secret})
	must(t, err)
	ring := func() *carrier.Call {
		t.Helper()
		phone, err := network.Call(t.Context(), stranger, "+15550100001", carrier.Manual)
		must(t, err)
		reaches(t, phone, carrier.Reached(carrier.Answered))
		return phone
	}
	must(t, ring().Hangup(t.Context()))
	for deadline := time.Now().Add(30 * time.Second); g.board.Running() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the first call does not end")
		}
	}
	ring()
	_, acknowledged, err := g.store.Bounds(t.Context(), event.Stream{})
	must(t, err)

	copied := filepath.Join(dir, "copy.db")
	backup := func() (said string, code int) {
		var words strings.Builder
		code = run([]string{"backup", "--config", file, copied}, &terminal{out: &words, err: &words})
		return words.String(), code
	}
	if said, code := backup(); code != 0 || !strings.Contains(said, "sqlite:"+copied) {
		t.Fatalf("%d: %s", code, said)
	}
	if said, code := backup(); code != exitFailed || !strings.Contains(said, "is already there") {
		t.Errorf("a backup over a backup: %d: %s", code, said)
	}
	g.stop()

	if g, err = startGateway(configure(copied), &terminal{err: &synced{}}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.directory.Authenticate(t.Context(), key); err != nil {
		t.Errorf("the key of before: %v", err)
	}
	ends := map[bool]int{} // by whether the process was lost
	begun := 0
	for r, err := range g.store.Read(t.Context(), event.Stream{}, 0) {
		must(t, err)
		if r.Position <= acknowledged && r.CallSeq == 1 {
			begun++
		}
		if r.Type == "call.ended" {
			ends[strings.Contains(string(r.Data), "node_lost")]++
		}
	}
	if begun != 2 || ends[false] != 1 || ends[true] != 1 {
		t.Errorf("%d calls began before the backup, %d ended, and %d were lost; want 2, 1 and 1", begun, ends[false], ends[true])
	}
}
