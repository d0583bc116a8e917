//go:build e2e

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
)

// TestFollowed lets 200 calls pass, 30 at once, most between telephones and some
// from pages, while one client follows them whose connection is cut 100 times,
// and others follow that stop reading. The first sees exactly the log. The others
// are given up, and no call feels them: those that pass meanwhile are answered
// as soon as those before.
func TestFollowed(t *testing.T) {
	const calls, atOnce, cuts, deaf = 200, 30, 100, 10
	e := exchangeOf(t)
	seen := e.follow(cuts)
	before := e.pass(calls/2, atOnce)
	var deafOnes []*deafOne
	for range deaf {
		deafOnes = append(deafOnes, e.stopReading())
	}
	after := e.pass(calls/2, atOnce)
	t.Logf("answered after %v (median) before, and %v while %d clients did not read", before, after, deaf)
	// A call that waited for one of them would be answered ten seconds later, for
	// so long the gateway has patience with a client, or never. On a busy machine
	// the two differ by a second or two, either way, with nobody deaf about.
	if after > before+5*time.Second {
		t.Errorf("clients that do not read slow calls: answered after %v, before that after %v", after, before)
	}

	kept := e.log(calls)
	e.wantWhole(kept, calls)
	got := seen()
	if !slices.EqualFunc(got, kept, same) {
		t.Errorf("the client that was cut %d times saw %d events, the log has %d", cuts, len(got), len(kept))
	}
	for _, d := range deafOnes {
		d.wantPartOf(kept)
	}
}

// exchanged is a gateway, started as `serve` starts it, between a carrier and
// clients of its interface.
type exchanged struct {
	*testing.T
	*gateway
	carrier *carrier.Carrier
	key     string
	began   int64 // the account's newest event before the first call
}

func exchangeOf(t *testing.T) *exchanged {
	t.Helper()
	network, err := carrier.Start(carrier.Config{})
	must(t, err)
	t.Cleanup(func() { network.Close() })
	cfg, err := parseConfig(fmt.Appendf(nil, `
database: sqlite:%s
http: {listen: 127.0.0.1:0}
sip: {listen: 127.0.0.1:0}
metrics: {listen: "off"}
test_carrier: false
media: {listen: 127.0.0.1, ice_port: 0, rtp_ports: 31000-31999}
trunks: [{name: box, proxy: %s, identity: {caller_id: +15550100001}}]
voice_policy: {allow_prefixes: ["+1555010"]}
references: [{reference: ref_echo, target: +15550100101}]
numbers: [{number: +15550100001, reference: ref_echo}]
keys: [{key: pk_shop1, origins: [https://shop.example], destinations: [ref_echo]}]
limits: {cpu: 0, lateness: 0s}
drain_timeout: 0s
`, filepath.Join(t.TempDir(), "webtrunk.db"), network.Addr()))
	must(t, err)
	var log synced
	g, err := startGateway(cfg, &terminal{err: &log})
	must(t, err)
	t.Cleanup(func() {
		g.stop()
		if t.Failed() {
			t.Logf("the gateway's log ends:\n%s", log.String()[max(0, len(log.String())-4_000):])
		}
	})
	network.SetGateway(g.telephones.Addr())
	account, err := g.directory.Operator(t.Context())
	must(t, err)
	_, key, err := g.directory.CreateKey(t.Context(), directory.Principal{Account: account.ID, ID: directory.CommandLine, Rights: directory.AllRights()},
		directory.NewKey{Name: "follower", Kind: directory.Secret})
	must(t, err)
	e := &exchanged{T: t, gateway: g, carrier: network, key: key}
	if kept := e.log(0); len(kept) > 0 {
		e.began = kept[len(kept)-1].Seq
	}
	return e
}

// pass lets so many calls pass, and returns how long half of them took, at
// most, to be answered.
func (e *exchanged) pass(calls, atOnce int) time.Duration {
	e.Helper()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		took  []time.Duration
		lines = make(chan struct{}, atOnce)
	)
	for i := range calls {
		lines <- struct{}{}
		wg.Go(func() {
			defer func() { <-lines }()
			begin, how := time.Now(), e.telephone
			if i%10 == 0 {
				how = e.page
			}
			hangUp, err := how()
			if err != nil {
				e.Errorf("call %d: %v", i, err)
				return
			}
			answered := time.Since(begin)
			time.Sleep(500*time.Millisecond + rand.N(time.Second)) // they talk
			if err := hangUp(); err != nil {
				e.Errorf("call %d: its end: %v", i, err)
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, answered)
		})
	}
	wg.Wait()
	if slices.Sort(took); len(took) < calls {
		e.Fatalf("%d of %d calls passed", len(took), calls)
	}
	return took[calls/2].Round(time.Millisecond)
}

// telephone calls a telephone by way of the gateway.
func (e *exchanged) telephone() (hangUp func() error, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	phone, err := e.carrier.Call(ctx, stranger, "+15550100001", carrier.Manual)
	if err == nil {
		err = phone.Wait(ctx, carrier.Reached(carrier.Answered))
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		return phone.Hangup(ctx)
	}, err
}

// page calls a telephone from a page of its own.
func (e *exchanged) page() (hangUp func() error, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	v, err := visitor.Dial(ctx, "ws://"+e.site.addr().String()+"/v1/ws", visitor.Config{Key: "pk_shop1", Origin: "https://shop.example"})
	if err != nil {
		return nil, err
	}
	c, err := v.Call(ctx, "ref_echo", nil)
	if err == nil {
		_, err = c.Wait(ctx, "answered")
	}
	if err != nil {
		v.Close()
		return nil, err
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		defer v.Close()
		_, err := c.Hangup(ctx)
		return err
	}, nil
}

// log is what the account's log has since the first call, once so many calls and all others are
// on record.
func (e *exchanged) log(calls int) (all []event.Envelope) {
	e.Helper()
	if !eventually(func() bool { return e.board.Running() == 0 && e.journal.Stats().Waiting == 0 }) {
		e.Fatalf("%d calls still run, %+v", e.board.Running(), e.journal.Stats())
	}
	// What is written down last may be on its way to the log.
	eventually(func() bool {
		all = e.written()
		return calls <= len(slices.DeleteFunc(slices.Clone(all), func(v event.Envelope) bool { return v.Type != "call.ended" }))
	})
	return all
}

// written is what the log holds now.
func (e *exchanged) written() (all []event.Envelope) {
	e.Helper()
	account, err := e.directory.Operator(e.Context())
	must(e, err)
	for r, err := range e.store.Read(e.Context(), event.Stream{Account: account.ID}, e.began) {
		must(e, err)
		all = append(all, r.Envelope())
	}
	return all
}

// wantWhole holds the log to what must be in it: so many calls, each from its
// beginning to its one end, without a gap.
func (e *exchanged) wantWhole(kept []event.Envelope, calls int) {
	e.Helper()
	last, ended := map[string]int64{}, 0
	for i, r := range kept {
		if r.Seq != e.began+int64(i)+1 {
			e.Fatalf("event %d has seq %d, and the first %d", i+1, r.Seq, kept[0].Seq)
		}
		if r.Call == "" {
			continue // a reference was resolved
		}
		if r.CallSeq != last[string(r.Call)]+1 {
			e.Errorf("%s: call_seq %d follows %d", r.Call, r.CallSeq, last[string(r.Call)])
		}
		if last[string(r.Call)]++; r.Type == "call.ended" {
			ended++
		}
	}
	if len(last) != calls || ended != calls {
		e.Errorf("the log has %d calls and %d ends, want %d", len(last), ended, calls)
	}
}

func same(a, b event.Envelope) bool { return written(a) == written(b) }

func written(e event.Envelope) string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// stream follows the account's events from behind a place, over a connection of
// its own.
func (e *exchanged) stream(ctx context.Context, conn net.Conn, after int64) (*bufio.Scanner, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+e.site.addr().String()+"/v1/events/stream", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+e.key)
	r.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	if err := r.Write(conn); err != nil {
		return nil, err
	}
	read := bufio.NewReader(conn)
	res, err := http.ReadResponse(read, r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the stream: %s", res.Status)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	return lines, nil
}

// next reads one event whole. What a cut leaves of one is none.
func next(lines *bufio.Scanner) (e event.Envelope, kind string, err error) {
	data := ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			kind = value
		case name == "data":
			data = value
		case name == "" && value == "" && data != "":
			return e, kind, json.Unmarshal([]byte(data), &e)
		}
	}
	return e, "", fmt.Errorf("the stream has ended: %w", cmp.Or(lines.Err(), io.EOF))
}

// A follower sees the log over connections that are cut.
type follower struct {
	*exchanged
	after int64 // the seq of the last event that came whole

	mu   sync.Mutex
	seen []event.Envelope
}

// follow follows the log with a connection that is cut so many times, at any
// byte, and begins again behind the last event that came whole. The function
// returned waits until no cut and no event is left, and returns what was seen.
func (e *exchanged) follow(cuts int) (seen func() []event.Envelope) {
	f := &follower{exchanged: e, after: e.began}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		for range cuts {
			if err := f.connection(ctx, rand.N(120*time.Millisecond)); err != nil {
				done <- err
				return
			}
		}
		done <- f.connection(ctx, time.Hour)
	}()
	e.Cleanup(stop)
	return func() []event.Envelope {
		e.Helper()
		kept := len(e.log(0))
		for deadline := time.Now().Add(30 * time.Second); f.count() < kept && len(done) == 0; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				e.Fatalf("%d of %d events were seen", f.count(), kept)
			}
		}
		stop()
		must(e, <-done)
		return f.seen
	}
}

func (f *follower) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

// connection follows until it is cut, by the clock or by ctx. Any other end is
// an error.
func (f *follower) connection(ctx context.Context, life time.Duration) error {
	ctx, cut := context.WithTimeout(ctx, life)
	defer cut()
	conn, err := net.Dial("tcp", f.site.addr().String())
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	lines, err := f.stream(ctx, conn, f.after)
	for err == nil {
		var e event.Envelope
		var kind string
		e, kind, err = next(lines)
		switch {
		case err != nil:
		case kind == "resync":
			return fmt.Errorf("told to resync behind %d", f.after)
		default:
			f.mu.Lock()
			f.after, f.seen = e.Seq, append(f.seen, e)
			f.mu.Unlock()
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// A deafOne follows the log and reads nothing of it.
type deafOne struct {
	*exchanged
	conn  net.Conn
	lines *bufio.Scanner
}

func (e *exchanged) stopReading() *deafOne {
	e.Helper()
	conn, err := (&net.Dialer{Control: narrow}).Dial("tcp", e.site.addr().String())
	must(e, err)
	e.Cleanup(func() { conn.Close() })
	lines, err := e.stream(e.Context(), conn, e.began)
	must(e, err)
	return &deafOne{e, conn, lines}
}

// narrow makes a connection on which little is under way at once: on loopback
// the kernel would take megabytes for a client that reads nothing.
func narrow(_, _ string, c syscall.RawConn) error {
	var size, segment error
	err := c.Control(func(fd uintptr) {
		size = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 8<<10)
		segment = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
	})
	return errors.Join(err, size, segment)
}

// wantPartOf reads at last what there is: the beginning of the log, up to where
// the gateway gave the client up, and nothing else.
func (d *deafOne) wantPartOf(kept []event.Envelope) {
	d.Helper()
	must(d, d.conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	for i, want := range kept {
		got, kind, err := next(d.lines)
		switch {
		case kind == "resync" || err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			return
		case err != nil:
			d.Fatalf("after %d events it gets no more, and not the reason", i)
		case !same(got, want):
			d.Fatalf("event %d that it reads is %s, want %s", i+1, written(got), written(want))
		}
	}
	d.Error("a client that did not read was never given up: all events waited for it")
}
