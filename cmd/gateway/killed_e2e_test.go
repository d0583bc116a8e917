//go:build e2e

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
	"webtrunk/store/storetest"
)

// readyWithin is how soon a gateway that was killed must take calls again.
const readyWithin = 10 * time.Second

// TestKilled kills a gateway with twenty calls up and more on their way, on
// both databases, and starts it again: each call ends once, nothing that anybody
// had been told is missing, and the carrier is hung up.
func TestKilled(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("WEBTRUNK_KILLS")); err == nil {
		rounds = n
	}
	binary := build(t)
	storetest.EachURL(t, func(t *testing.T, url string) {
		v := newVictim(t, binary, url)
		for round := range rounds {
			v.start()
			told := v.listen()
			v.busy(20)
			pages := v.pages(4)
			v.more(5)
			v.kill()
			told.wait()

			began := time.Now()
			v.start()
			t.Logf("round %d: ready after %v", round, time.Since(began).Round(time.Millisecond))
			v.wantPagesTold(pages)
			v.wantCarrierHungUp()
			v.wantOnRecord(told.events)
			v.kill()
		}
		again := time.Now()
		v.start()
		v.wantEachCallWhole(24*rounds, again)
	})
}

// A victim is a gateway in a process of its own, between a carrier and an API
// client of the test's.
type victim struct {
	t       *testing.T
	binary  string
	config  string
	carrier *carrier.Carrier
	base    string
	key     string // of live mode, in which the calls are
	testKey string
	process *exec.Cmd
	place   string // where money is moved, at which the next process dies; empty: nowhere
	log     *os.File
}

func newVictim(t *testing.T, binary, database string) *victim {
	t.Helper()
	network, err := carrier.Start(carrier.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { network.Close() })
	web, sip, ice := freePort(t), freePort(t), freePort(t)
	v := &victim{t: t, binary: binary, carrier: network, base: "http://127.0.0.1:" + web, config: filepath.Join(t.TempDir(), "gateway.yaml")}
	yaml := fmt.Sprintf(`
database: %q
http: {listen: "127.0.0.1:%s"}
sip: {listen: "127.0.0.1:%s"}
media: {listen: 127.0.0.1, ice_port: %s}
limits: {cpu: 0, lateness: 0s}
metrics: {listen: "off"}
test_carrier: false
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
voice_policy: {allow_prefixes: ["+1555010"]}
references: [{reference: ref_echo, target: tel:+15550100101}]
numbers: [{number: +15550100001, reference: ref_echo}]
keys: [{key: pk_shop1, origins: [https://shop.example], destinations: [ref_echo]}]
`, database, web, sip, ice, network.Addr())
	if err := os.WriteFile(v.config, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	network.SetGateway(netip.MustParseAddrPort("127.0.0.1:" + sip))
	if v.log, err = os.Create(filepath.Join(t.TempDir(), "gateway.log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.close)
	v.makeAccount()
	return v
}

// freePort returns a port that nobody uses now, over TCP or UDP, and that the kernel gives
// nobody who asks for any: it is still free when the gateway is started again.
func freePort(t *testing.T) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(12_000 + rand.IntN(8_000))
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		c, err := net.ListenPacket("udp", "127.0.0.1:"+port)
		l.Close()
		if err == nil {
			c.Close()
			return port
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// makeAccount makes the operator's account, whose the number is, and returns
// its keys.
func (v *victim) makeAccount() {
	v.t.Helper()
	cmd := exec.Command(v.binary, "account", "create", "--config", v.config, "--operator",
		"--name", "Operator", "--email", "operator@example.com", "--destinations", "+1555")
	out, err := cmd.CombinedOutput()
	v.key = regexp.MustCompile(`sk_live_\w+`).FindString(string(out))
	v.testKey = regexp.MustCompile(`sk_test_\w+`).FindString(string(out))
	if err != nil || v.key == "" || v.testKey == "" {
		v.t.Fatalf("no account was made: %v\n%s", err, out)
	}
}

// start starts the gateway and waits until it takes calls.
func (v *victim) start() {
	v.t.Helper()
	v.process = exec.Command(v.binary, "serve", "--config", v.config)
	v.process.Stdout, v.process.Stderr = v.log, v.log
	v.process.Env = append(os.Environ(), "WEBTRUNK_FAILPOINT="+v.place)
	v.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := v.process.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.within(readyWithin, "ready", func() bool {
		res, err := http.Get(v.base + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// kill ends the gateway as a power cut does.
func (v *victim) kill() {
	if v.process != nil {
		v.process.Process.Kill()
		v.process.Wait()
		v.process = nil
	}
}

func (v *victim) close() {
	v.kill()
	if v.t.Failed() {
		v.log.Sync()
		text, _ := os.ReadFile(v.log.Name())
		v.t.Logf("the gateway's log:\n%s", text)
	}
	v.log.Close()
}

// within waits for something.
func (v *victim) within(limit time.Duration, what string, is func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(limit); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			for _, c := range v.carrier.Calls() {
				if c.State() != carrier.Over {
					v.t.Logf("still open, placed by the carrier: %v\n%s", c.Placed(), strings.Join(c.Transcript(), "\n"))
				}
			}
			v.t.Fatalf("not %s within %v; the carrier: %+v", what, limit, v.carrier.Stats())
		}
	}
}

// busy has n calls up: half are dialled by the API at both ends, half come in
// over the trunk and go out again. Each has two legs at the carrier.
func (v *victim) busy(n int) {
	v.t.Helper()
	for i := range n {
		if i%2 == 0 {
			v.callBack()
		} else {
			v.ringUp()
		}
	}
	// at least: an INVITE that the last process left unanswered may be up as well
	v.within(30*time.Second, "busy", func() bool { return v.carrier.Stats().CallsUp >= 2*n })
}

// more makes calls that are still on their way when the gateway dies.
func (v *victim) more(n int) {
	for range n {
		v.callBack()
		v.ringUp()
	}
}

// A page has one call up, to a telephone.
type page struct {
	*visitor.Visitor
	call *visitor.Call
}

// pages has n more calls up, made from pages of their own: each has one leg at
// the carrier.
func (v *victim) pages(n int) (all []page) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 30*time.Second)
	defer cancel()
	up := v.carrier.Stats().CallsUp
	for range n {
		p, err := visitor.Dial(ctx, strings.Replace(v.base, "http:", "ws:", 1)+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example"})
		if err != nil {
			v.t.Fatal(err)
		}
		v.t.Cleanup(p.Close)
		c, err := p.Call(ctx, "ref_echo", nil)
		if err == nil {
			_, err = c.Wait(ctx, "answered")
		}
		if err == nil {
			err = c.Connected(ctx)
		}
		if err != nil {
			v.t.Fatal(err)
		}
		all = append(all, page{p, c})
	}
	v.within(10*time.Second, "busy with pages", func() bool { return v.carrier.Stats().CallsUp >= up+n })
	return all
}

// wantPagesTold has each page come back with its session, as pages do by
// themselves: it is told in a sentence what became of its call, and the same
// page can call again.
func (v *victim) wantPagesTold(pages []page) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 30*time.Second)
	defer cancel()
	for _, p := range pages {
		p.call.Close() // its media are gone
		m, err := p.Resume(ctx)
		if err != nil {
			v.t.Fatal(err)
		}
		if m.Resumed || m.Lost == nil || m.Lost.Reason != "node_lost" || m.Lost.Message != "The gateway was restarted, and the call has ended. Call again." {
			v.t.Errorf("a page that comes back is told %+v, lost: %+v", m, m.Lost)
		}
	}
	again, err := pages[0].Call(ctx, "ref_echo", nil)
	if err == nil {
		_, err = again.Wait(ctx, "answered")
	}
	if err == nil {
		_, err = again.Hangup(ctx)
	}
	if err != nil {
		v.t.Errorf("a page that lost its call calls again: %v", err)
	}
	for _, p := range pages {
		p.Close()
	}
}

func (v *victim) callBack() {
	v.t.Helper()
	var made struct{ ID string }
	if status := v.post("/v1/calls", `{"from": "+15550100101", "to": "+15550100101"}`, &made); status != http.StatusCreated {
		v.t.Fatalf("no call was made: %d", status)
	}
}

func (v *victim) ringUp() {
	v.t.Helper()
	if _, err := v.carrier.Call(v.t.Context(), "+15550100199", "+15550100001", carrier.Manual); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) post(path, body string, answer any) int {
	v.t.Helper()
	return v.ask(http.MethodPost, path, body, answer)
}

func (v *victim) ask(method, path, body string, answer any) int {
	v.t.Helper()
	return v.askBy(v.key, method, path, body, answer)
}

func (v *victim) askBy(key, method, path, body string, answer any) int {
	v.t.Helper()
	r, err := http.NewRequest(method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(answer); err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode
}

// A listener notes what the gateway says has happened, until it is killed.
type listener struct {
	events  []event.Envelope
	ended   sync.WaitGroup
	stopped context.CancelFunc
}

func (l *listener) wait() { l.ended.Wait(); l.stopped() }

func (v *victim) listen() *listener {
	v.t.Helper()
	ctx, cancel := context.WithCancel(v.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+"/v1/events/stream?after=latest", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+v.key)
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("no stream: %v, %v", res, err)
	}
	l := &listener{stopped: cancel}
	l.ended.Go(func() {
		defer res.Body.Close()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			text, isData := strings.CutPrefix(lines.Text(), "data: ")
			var e event.Envelope
			if isData && json.Unmarshal([]byte(text), &e) == nil && e.ID != "" {
				l.events = append(l.events, e)
			}
		}
	})
	return l
}

// wantCarrierHungUp waits until no call is up at the carrier any more but those
// that the new process runs, for an INVITE which nobody had answered yet is
// repeated to it. All others have been ended by the gateway. Then it ends these.
func (v *victim) wantCarrierHungUp() {
	v.t.Helper()
	v.within(60*time.Second, "hung up", func() bool { return v.carrier.Stats().CallsUp == v.running() })
	v.hangUpAll()
	v.within(60*time.Second, "idle", func() bool { return v.carrier.Stats().CallsUp == 0 })
	if s := v.carrier.Stats(); s.HungUpByUs > 0 || s.Unacked > 0 || s.Malformed > 0 {
		v.t.Errorf("the carrier had to end calls itself, or saw bad SIP: %+v", s)
	}
}

type liveCalls struct {
	Data []struct {
		ID   string
		Legs []struct{ State string }
	}
}

// running counts the legs that talk in the gateway.
func (v *victim) running() (legs int) {
	v.t.Helper()
	var live liveCalls
	v.ask(http.MethodGet, "/v1/live/calls", "", &live)
	for _, c := range live.Data {
		for _, l := range c.Legs {
			if l.State == "connected" {
				legs++
			}
		}
	}
	return legs
}

func (v *victim) hangUpAll() {
	v.t.Helper()
	var live liveCalls
	v.ask(http.MethodGet, "/v1/live/calls", "", &live)
	for _, c := range live.Data {
		v.post("/v1/calls/"+c.ID+"/hangup", "{}", &struct{}{})
	}
}

// wantOnRecord holds the log to what listeners were told before the kill.
func (v *victim) wantOnRecord(told []event.Envelope) {
	v.t.Helper()
	if len(told) < 20 {
		v.t.Errorf("the listener was told of %d events only", len(told))
	}
	kept := map[string]event.Envelope{}
	for _, e := range v.everything() {
		kept[e.ID] = e
	}
	for _, e := range told {
		if k, found := kept[e.ID]; !found || k.Seq != e.Seq || k.CallSeq != e.CallSeq || k.Type != e.Type {
			v.t.Errorf("told of %s %s (%d), on record is %+v", e.ID, e.Type, e.Seq, k)
		}
	}
}

// everything returns the account's log, from the first event on.
func (v *victim) everything() []event.Envelope {
	v.t.Helper()
	all := append(v.seenBy(v.key), v.seenBy(v.testKey)...)
	slices.SortFunc(all, func(a, b event.Envelope) int { return cmp.Compare(a.Seq, b.Seq) })
	return all
}

// seenBy returns what a key sees of it: the events of its mode.
func (v *victim) seenBy(key string) (all []event.Envelope) {
	v.t.Helper()
	for after := int64(0); ; {
		var page struct {
			Data    []event.Envelope
			HasMore bool `json:"has_more"`
		}
		if status := v.askBy(key, http.MethodGet, fmt.Sprintf("/v1/events?limit=100&after=%d", after), "", &page); status != http.StatusOK {
			v.t.Fatalf("the log cannot be read: %d", status)
		}
		all = append(all, page.Data...)
		if !page.HasMore {
			return all
		}
		after = page.Data[len(page.Data)-1].Seq
	}
}

// wantEachCallWhole reads all that ever happened: no gap in the account, none in
// any call, and exactly one end of each; at least so many ended with their process.
//
// Calls that began with the process that is asked may still run: an INVITE which
// its predecessor left unanswered is repeated to it.
func (v *victim) wantEachCallWhole(killed int, began time.Time) {
	v.t.Helper()
	last, ended, lost, young := map[string]int64{}, map[string]int{}, 0, map[string]bool{}
	for i, e := range v.everything() {
		if e.Seq != int64(i+1) {
			v.t.Fatalf("event %d of the account has seq %d", i+1, e.Seq)
		}
		if e.Call == "" {
			continue
		}
		id := string(e.Call)
		if e.CallSeq != last[id]+1 {
			v.t.Errorf("%s: call_seq %d follows %d", id, e.CallSeq, last[id])
		}
		if last[id] = e.CallSeq; e.CallSeq == 1 && e.Timestamp.After(began) {
			young[id] = true
		}
		if ended[id] > 0 {
			v.t.Errorf("%s: %s follows its end", id, e.Type)
		}
		if e.Type == "call.ended" {
			ended[id]++
			if strings.Contains(string(e.Data), "node_lost") {
				lost++
			}
		}
	}
	for id := range last {
		if ended[id] != 1 && !young[id] {
			v.t.Errorf("%s has %d ends", id, ended[id])
		}
	}
	if lost < killed {
		v.t.Errorf("%d calls ended as node_lost, of at least %d that were killed", lost, killed)
	}
	v.t.Logf("%d calls, %d of them lost with their process", len(last), lost)
}
