package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk"
	"webtrunk/directory"
	"webtrunk/event"
	"webtrunk/store"
)

func init() {
	features = append(features, func(w *world) Feature { return &Streams{Store: w.db, Hub: w.hub(&event.Hub{})} })
}

// hub gives a running hub over the world's log.
func (w *world) hub(hub *event.Hub) *event.Hub {
	hub.Log = w.db
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = hub.Run(ctx) })
	w.Cleanup(func() { cancel(); running.Wait() })
	return hub
}

// Accounts in which nothing has happened.
var (
	stall = tenant{account: "acct_stall"}
	rival = tenant{account: "acct_rival"}
)

// streaming starts a world whose streams are not as patient as real ones.
func streaming(t *testing.T, h *event.Hub, f *Streams) *world {
	t.Helper()
	w := newWorld(t, func(w *world) {
		f.Store, f.Hub = w.db, w.hub(h)
		w.cfg.Features = []Feature{f}
		w.key("sk_stall", stall, everyRight...)
		w.key("sk_rival", rival, everyRight...)
		w.key("sk_stall_test", tenant{stall.account, true}, everyRight...)
		w.users.sessions["alice"] = w.users.keys["sk_stall"]
		w.key("sk_operator", tenant{account: "acct_operator"}, everyRight...)
		p := w.users.keys["sk_operator"]
		p.Operator = true
		w.users.keys["sk_operator"] = p
		w.cfg.Auth = &revocable{users: w.users}
		w.cfg.Limits = Limits{Principal: Rate{1e6, 1e6}, Address: Rate{1e6, 1e6}}
	})
	w.claim()
	t.Cleanup(f.Close) // before the server, which waits for its clients
	return w
}

// revocable is users of whom one may be locked out while streams run.
type revocable struct {
	*users
	mu     sync.Mutex
	out    string
	looked atomic.Int64 // how often a session was looked up
}

func (u *revocable) lockOut(credential string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.out = credential
}

func (u *revocable) revoked(credential string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.out == credential {
		return &webtrunk.Error{Op: "key", Kind: webtrunk.NotFound, Message: "This key was revoked."}
	}
	return nil
}

func (u *revocable) Authenticate(ctx context.Context, bearer string) (directory.Principal, error) {
	if err := u.revoked(bearer); err != nil {
		return directory.Principal{}, err
	}
	return u.users.Authenticate(ctx, bearer)
}

func (u *revocable) Session(ctx context.Context, cookie string) (directory.Principal, string, error) {
	u.looked.Add(1)
	if err := u.revoked(cookie); err != nil {
		return directory.Principal{}, "", err
	}
	return u.users.Session(ctx, cookie)
}

// A got is one thing that a stream brought.
type got struct {
	kind  string // hello, event, resync, heartbeat
	place int64
	event event.Envelope
	data  map[string]any
}

// A follower is a client of a stream. next fails when the stream has ended.
type follower interface {
	next() (got, error)
	cut()
}

// follows are the two ways to follow.
var follows = map[string]func(w *world, key string, query string, after int64) follower{
	"sse": func(w *world, key, query string, after int64) follower {
		return w.sse(key, query, fmt.Sprintf("Last-Event-ID: %d", after))
	},
	"websocket": func(w *world, key, query string, after int64) follower {
		return w.socket(key, fmt.Sprintf("%s&after=%d", query, after))
	},
}

// dial connects with a small buffer, so that it takes less to fill it.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return conn, conn.(*net.TCPConn).SetReadBuffer(64 << 10)
}

// sse follows by Server-Sent Events.
func (w *world) sse(key, query string, with ...string) *sseClient {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	r, err := http.NewRequestWithContext(ctx, "GET", w.http.URL+"/v1/events/stream?"+query, nil)
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	for _, h := range with {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := (&http.Transport{DialContext: dial, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Accel-Buffering") != "no" {
		w.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	c := &sseClient{res: res, lines: bufio.NewScanner(res.Body), cancel: cancel}
	c.lines.Buffer(nil, 1<<20)
	w.Cleanup(c.cut)
	return c
}

type sseClient struct {
	res    *http.Response
	lines  *bufio.Scanner
	cancel func()
	begun  bool
}

func (c *sseClient) cut() { c.cancel(); c.res.Body.Close() }

func (c *sseClient) next() (g got, err error) {
	var data string
	for c.lines.Scan() {
		name, value, _ := strings.Cut(c.lines.Text(), ": ")
		switch name {
		case "id":
			g.place, err = strconv.ParseInt(value, 10, 64)
		case "event":
			g.kind = value
		case "data":
			data = value
		case "":
			return c.read(g, data, value)
		}
		if err != nil {
			return g, err
		}
	}
	return g, errors.Join(c.lines.Err(), errors.New("the stream has ended"))
}

// read makes sense of a block.
func (c *sseClient) read(g got, data, _ string) (got, error) {
	switch {
	case data == "" && !c.begun:
		c.begun, g.kind = true, "hello"
	case data == "":
		g.kind = "heartbeat"
	case g.kind == "resync":
		return g, json.Unmarshal([]byte(data), &g.data)
	default:
		kind := g.kind
		g.kind = "event"
		if err := json.Unmarshal([]byte(data), &g.event); err != nil {
			return g, err
		}
		if g.event.Type != kind {
			return g, fmt.Errorf("an event of type %s is named %s", g.event.Type, kind)
		}
	}
	return g, nil
}

// socket follows by WebSocket.
func (w *world) socket(key, query string) *socketClient {
	w.Helper()
	dialer := websocket.Dialer{NetDialContext: dial}
	conn, res, err := dialer.Dial("ws"+strings.TrimPrefix(w.http.URL, "http")+"/v1/events/ws?"+query, http.Header{"Authorization": {"Bearer " + key}})
	if err != nil {
		w.Fatalf("%v: %v", err, res)
	}
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		w.Fatal(err)
	}
	c := &socketClient{conn}
	w.Cleanup(c.cut)
	return c
}

type socketClient struct{ conn *websocket.Conn }

func (c *socketClient) cut() { c.conn.Close() }

func (c *socketClient) next() (g got, err error) {
	var frame struct {
		Type         string
		Place, After int64
		Event        event.Envelope
	}
	_, text, err := c.conn.ReadMessage()
	if err != nil {
		return g, err
	}
	if err := errors.Join(json.Unmarshal(text, &frame), json.Unmarshal(text, &g.data)); err != nil {
		return g, err
	}
	g.kind, g.event, g.place = frame.Type, frame.Event, frame.After
	if g.kind == "event" {
		g.place = frame.Place
	}
	return g, nil
}

// events reads n events.
func events(t testing.TB, c follower, n int) (all []event.Envelope) {
	t.Helper()
	for len(all) < n {
		g, err := c.next()
		if err != nil {
			t.Fatalf("after %d of %d events: %v", len(all), n, err)
		}
		if g.kind == "event" {
			all = append(all, g.event)
		}
	}
	return all
}

// log reads an account's live events from the log.
func (w *world) log(account webtrunk.AccountID) (all []event.Envelope) {
	w.Helper()
	for r, err := range w.db.Read(context.Background(), event.Stream{Account: account}, 0) {
		if err != nil {
			w.Fatal(err)
		}
		if !r.Test {
			all = append(all, r.Envelope())
		}
	}
	return all
}

func equal(t testing.TB, got, want []event.Envelope) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i].ID != want[i].ID || got[i].Seq != want[i].Seq || got[i].CallSeq != want[i].CallSeq || string(got[i].Data) != string(want[i].Data) || !got[i].Timestamp.Equal(want[i].Timestamp) {
			t.Fatalf("event %d is\n%+v, want\n%+v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
}

// calls makes calls of a tenant, so many at once, each of six events.
func (w *world) calls(t tenant, calls, atOnce int) {
	var running sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for range calls {
		room <- struct{}{}
		running.Go(func() {
			defer func() { <-room }()
			id := webtrunk.NewCallID()
			for i, kind := range []string{"call.created", "call.ringing", "leg.joined", "call.answered", "leg.left", "call.ended"} {
				r, err := event.New(t.account, t.test, kind, map[string]any{"id": id})
				r.Call, r.CallSeq, r.Last = id, int64(i+1), kind == "call.ended"
				if err := errors.Join(err, w.db.Append(context.Background(), r)); err != nil {
					w.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
}

// The union of what a client saw that was cut a hundred times is the log:
// nothing is missing, nothing is there twice, nothing is out of order.
func TestAClientThatIsCutAHundredTimesSeesExactlyTheLog(t *testing.T) {
	w := streaming(t, &event.Hub{Keep: 100, Unread: 50}, &Streams{})
	const all, cuts = 200 * 6, 100
	var running sync.WaitGroup
	running.Go(func() { w.calls(stall, 200, 30) })
	running.Go(func() { w.calls(rival, 20, 2) })
	running.Go(func() { w.calls(tenant{stall.account, true}, 20, 2) })
	for _, name := range slices.Collect(maps.Keys(follows)) {
		running.Go(func() {
			var seen []event.Envelope
			place := int64(0)
			for cut := 0; len(seen) < all; cut++ {
				c := follows[name](w, "sk_stall", "", place)
				read := rand.IntN(2 * all / cuts)
				if cut >= cuts {
					read = all
				}
				for ; read > 0 && len(seen) < all; read-- {
					g, err := c.next()
					if err != nil {
						t.Errorf("%s: %v", name, err)
						break
					}
					if g.kind == "resync" {
						break // it was too slow, which is told, and goes on
					}
					if place = g.place; g.kind == "event" {
						seen = append(seen, g.event)
					}
				}
				c.cut()
			}
			if want := w.log(stall.account); !slices.EqualFunc(seen, want, func(a, b event.Envelope) bool { return a.ID == b.ID && a.Seq == b.Seq }) {
				t.Errorf("%s: what it saw is not the log: %d events of %d", name, len(seen), len(want))
			}
		})
	}
	running.Wait()
}

func TestAStreamBringsWhatWasAskedFor(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	w.calls(stall, 3, 3)
	log := w.log(stall.account)
	var ended, of []event.Envelope
	for _, e := range log {
		if e.Type == "call.ended" || e.Type == "leg.left" {
			ended = append(ended, e)
		}
		if e.Call == log[0].Call {
			of = append(of, e)
		}
	}
	for name, follow := range follows {
		equal(t, events(t, follow(w, "sk_stall", "types=call.ended,leg.l*", 0), 6), ended)
		equal(t, events(t, follow(w, "sk_stall", "call="+string(log[0].Call), 0), 6), of)
		equal(t, events(t, follow(w, "sk_stall", "about="+string(log[0].Call), 0), 6), of)
		c := follow(w, "sk_stall", "", 17)
		if g, err := c.next(); g.kind != "hello" || g.place != 17 || err != nil {
			t.Errorf("%s begins with %+v, %v", name, g, err)
		}
		equal(t, events(t, c, 1), log[17:])
	}
	// Without a place it begins with what comes.
	sse, socket := w.sse("sk_stall", ""), w.socket("sk_stall", "after=latest")
	for _, c := range []follower{sse, socket} {
		if g, err := c.next(); g.kind != "hello" || g.place != 18 || err != nil {
			t.Errorf("the latest is %+v, %v", g, err)
		}
	}
	w.record(stall, "", 0, "trunk.up")
	for _, c := range []follower{sse, socket} {
		if e := events(t, c, 1)[0]; e.Seq != 19 || e.Type != "trunk.up" {
			t.Errorf("first came %+v", e)
		}
	}
	// Last-Event-ID overrules the address, which EventSource repeats.
	equal(t, events(t, w.sse("sk_stall", "after=0", "Last-Event-ID: 18"), 1), w.log(stall.account)[18:])
}

func TestNobodySeesAnothersEvents(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	w.calls(stall, 1, 1)
	call := string(w.log(stall.account)[0].Call)
	testing := tenant{stall.account, true}
	var clients []follower
	for _, follow := range follows {
		clients = append(clients, follow(w, "sk_rival", "", 0), follow(w, "sk_stall_test", "", 0))
	}
	w.calls(stall, 2, 1)
	w.record(rival, "", 0, "trunk.up")
	w.record(testing, "", 0, "trunk.up")
	for _, c := range clients {
		if e := events(t, c, 1)[0]; e.Type != "trunk.up" {
			t.Errorf("it sees %+v", e)
		}
	}
	for _, path := range []string{"/v1/events/stream", "/v1/events/ws"} {
		w.ask("sk_rival", "GET", path+"?call="+call, "").is(t, 404, "call_not_found")
		w.ask("sk_stall_test", "GET", path+"?call="+call, "").is(t, 404, "call_not_found")
		w.ask("sk_stall", "GET", path+"?scope=gateway", "").is(t, 403, "operator_required")
		w.ask("", "GET", path, "").is(t, 401, "missing_credentials")
	}
}

func TestTheOperatorFollowsAllAccounts(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	_, before, err := w.db.Bounds(t.Context(), event.Stream{})
	if err != nil {
		t.Fatal(err)
	}
	w.calls(stall, 1, 1)
	w.calls(rival, 1, 1)
	w.record(tenant{rival.account, true}, "", 0, "trunk.up")
	for name, follow := range follows {
		c := follow(w, "sk_operator", "scope=gateway", before+4)
		for position := int64(4); position <= 13; position++ {
			g, err := c.next()
			if err != nil || g.place != before+position {
				t.Fatalf("%s: at %d comes %+v, %v", name, position, g, err)
			}
			if account := g.event.Account; position > 6 && account != rival.account || position > 4 && position <= 6 && account != stall.account {
				t.Errorf("%s: at %d comes an event of %s", name, position, account)
			}
		}
	}
}

// A client that stops reading is cut off, with a resync if it ever reads again,
// and the others do not notice.
func TestASlowClientIsCutOffAndSlowsNobody(t *testing.T) {
	for name, follow := range follows {
		t.Run(name, func(t *testing.T) {
			f := &Streams{Patience: time.Minute} // longer than a busy machine writes
			w := streaming(t, &event.Hub{Unread: 20}, f)
			slow, brisk := follow(w, "sk_stall", "", 0), follow(w, "sk_stall", "", 0)
			const n = 120 // of 64 KiB each: more than the sockets between them hold
			for range n {
				w.large(stall)
				events(t, brisk, 1)
			}
			var last got
			seen := 0
			for last.kind != "resync" {
				var err error
				if last, err = slow.next(); err != nil {
					t.Fatalf("after %d events: %v", seen, err)
				}
				if last.kind == "event" {
					seen++
				}
			}
			if last.data["reason"] != "too_slow" || last.place != int64(seen) || seen == n {
				t.Errorf("after %d events it is told %+v", seen, last)
			}
			if _, err := slow.next(); err == nil {
				t.Error("the stream goes on after its end")
			}
			if e := events(t, follow(w, "sk_stall", "", last.place), n-seen); e[0].Seq != int64(seen)+1 {
				t.Errorf("it goes on with %d after %d", e[0].Seq, seen)
			}
		})
	}
}

func TestAStuckClientIsGivenUp(t *testing.T) {
	for name, follow := range follows {
		t.Run(name, func(t *testing.T) {
			f := &Streams{Patience: 100 * time.Millisecond}
			w := streaming(t, &event.Hub{Unread: 20}, f)
			follow(w, "sk_stall", "", 0)
			for deadline := time.Now().Add(20 * time.Second); f.Open() > 0; w.large(stall) {
				if time.Now().After(deadline) {
					t.Fatal("it still has its stream")
				}
			}
		})
	}
}

// large appends an event of 64 KiB.
func (w *world) large(t tenant) {
	w.Helper()
	r, err := event.New(t.account, t.test, "note.made", map[string]string{"text": strings.Repeat("x", 64<<10)})
	if err := errors.Join(err, w.db.Append(context.Background(), r)); err != nil {
		w.Fatal(err)
	}
}

func TestAStreamFromAPlaceThatIsNoLongerKeptSaysSo(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	for range 5 {
		w.record(stall, "", 0, "trunk.up")
	}
	if err := w.db.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM events WHERE account = $1 AND seq <= 3`, string(stall.account))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, follow := range follows {
		c := follow(w, "sk_stall", "", 1)
		g, err := c.next()
		if err != nil || g.kind != "resync" || g.data["reason"] != "too_old" || g.place != 3 || g.data["after"] != 3.0 || !strings.Contains(g.data["message"].(string), "no longer kept") {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
		if _, err := c.next(); err == nil {
			t.Errorf("%s goes on", name)
		}
		events(t, follow(w, "sk_stall", "", g.place), 2)
	}
}

func TestWhoeverIsLockedOutFollowsNoMore(t *testing.T) {
	for name, follow := range follows {
		t.Run(name, func(t *testing.T) {
			f := &Streams{Recheck: 60 * time.Millisecond}
			w := streaming(t, &event.Hub{}, f)
			var clients []follower
			for range 3 {
				clients = append(clients, follow(w, "sk_stall", "", 0))
			}
			stays := follow(w, "sk_rival", "", 0)
			w.cfg.Auth.(*revocable).lockOut("sk_stall")
			for _, c := range clients {
				for {
					_, err := c.next()
					if err == nil {
						continue
					}
					var end *websocket.CloseError
					if name == "websocket" && (!errors.As(err, &end) || end.Code != CloseRevoked || end.Text != "This key was revoked.") {
						t.Errorf("it ends with %v", err)
					}
					break
				}
			}
			w.record(rival, "", 0, "trunk.up")
			events(t, stays, 1)
			for deadline := time.Now().Add(30 * time.Second); f.Open() != 1; time.Sleep(time.Millisecond) { // a client may know first
				if time.Now().After(deadline) {
					t.Fatalf("%d streams are open", f.Open())
				}
			}
		})
	}
}

func TestAnAccountHasSoManyStreamsAndNoMore(t *testing.T) {
	f := &Streams{Most: 2}
	w := streaming(t, &event.Hub{}, f)
	one := w.sse("sk_stall", "")
	w.socket("sk_stall", "")
	for _, path := range []string{"/v1/events/stream", "/v1/events/ws"} {
		refused := w.ask("sk_stall", "GET", path, "").is(t, 429, "too_many_streams")
		if refused.header.Get("Retry-After") == "" || !strings.Contains(refused.text, "2 streams") {
			t.Errorf("%v %s", refused.header, refused.text)
		}
	}
	w.sse("sk_rival", "")
	one.cut()
	for deadline := time.Now().Add(30 * time.Second); f.Open() > 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a stream that was cut still counts")
		}
	}
	w.sse("sk_stall", "")
}

func TestAGatewayThatStopsTellsItsClients(t *testing.T) {
	f := &Streams{}
	w := streaming(t, &event.Hub{}, f)
	w.record(stall, "", 0, "trunk.up")
	clients := map[string]follower{}
	for name, follow := range follows {
		clients[name] = follow(w, "sk_stall", "", 0)
		events(t, clients[name], 1)
	}
	var closed sync.WaitGroup
	closed.Go(f.Close)
	for name, c := range clients {
		g, err := c.next()
		if err != nil || g.kind != "resync" || g.data["reason"] != "stopping" || g.place != 1 {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
		var end *websocket.CloseError
		if _, err := c.next(); err == nil || name == "websocket" && (!errors.As(err, &end) || end.Code != websocket.CloseServiceRestart) {
			t.Errorf("%s ends with %v", name, err)
		}
	}
	closed.Wait()
	w.ask("sk_stall", "GET", "/v1/events/stream", "").is(t, 503, "stopping")
}

func TestASilentStreamIsAlive(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{Heartbeat: 30 * time.Millisecond})
	w.calls(stall, 1, 1)
	c := w.sse("sk_stall", "types=trunk.up&after=0")
	for beats := 0; beats < 3; {
		g, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		if g.kind == "heartbeat" && g.place == 6 { // what it need not look at again
			beats++
		}
	}
	ws := w.socket("sk_stall", "")
	pings := make(chan struct{}, 100)
	answer := ws.conn.PingHandler()
	ws.conn.SetPingHandler(func(s string) error { pings <- struct{}{}; return answer(s) })
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			if _, err := ws.next(); err != nil {
				return
			}
		}
	})
	for range 5 {
		select {
		case <-pings:
		case <-time.After(10 * time.Second):
			t.Fatal("no ping")
		}
	}
	ws.cut()
	reader.Wait()
}

func TestAStreamThatMakesNoSenseIsRefusedInWords(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	w.record(stall, "", 0, "trunk.up")
	for _, path := range []string{"/v1/events/stream", "/v1/events/ws"} {
		for query, words := range map[string]string{
			"after=yesterday": "no place among the events",
			"after=-3":        "no place among the events",
			"after=2":         "no event 2 yet: the newest is 1",
			"types=Call":      "no type of event",
			"call=leg_1":      "begins with call_",
			"about=a%20b":     "no ID",
			"scope=all":       "scope",
			"types_=x":        "types_",
		} {
			got := w.ask("sk_stall", "GET", path+"?"+query, "")
			if got.status < 400 || got.status > 422 || !strings.Contains(got.text, words) {
				t.Errorf("%s?%s: %d %s", path, query, got.status, got.text)
			}
		}
	}
	w.ask("sk_stall", "GET", "/v1/events/ws", "").is(t, 400, "not_a_websocket")
	w.key("rk_blind", stall, directory.CallsRead)
	w.ask("rk_blind", "GET", "/v1/events/stream", "").is(t, 403, "right_missing")
}

func TestAWebSocketIsOpenedByOurOwnPagesOnly(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	cookie := CookieName + "=alice"
	for _, c := range []struct {
		origin string
		header http.Header
		status int
	}{
		{w.http.URL, http.Header{"Cookie": {cookie}}, 101},
		{"", http.Header{"Cookie": {cookie}}, 403},
		{"null", http.Header{"Cookie": {cookie}}, 403},
		{"https://evil.example", http.Header{"Cookie": {cookie}}, 403},
		{w.http.URL + ".evil.example", http.Header{"Cookie": {cookie}}, 403},
		{"", http.Header{"Authorization": {"Bearer sk_stall"}}, 101},
		{"https://evil.example", http.Header{"Authorization": {"Bearer sk_stall"}}, 403},
	} {
		if c.origin != "" {
			c.header.Set("Origin", c.origin)
		}
		conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(w.http.URL, "http")+"/v1/events/ws", c.header)
		if res == nil || res.StatusCode != c.status {
			t.Errorf("from %q with %v: %v, %v", c.origin, c.header, res, err)
		}
		if conn != nil {
			conn.Close()
		}
	}
}

// The document names what the streams do and nothing else.
func TestTheWebSocketIsDescribed(t *testing.T) {
	w := streaming(t, &event.Hub{}, &Streams{})
	w.record(stall, "", 0, "trunk.up")
	doc := w.ask("", "GET", "/v1/asyncapi.json", "").is(t, 200, "").body
	at := func(path string) any {
		var v any = doc
		for part := range strings.SplitSeq(strings.Trim(path, "#/"), "/") {
			v = v.(map[string]any)[part]
		}
		return v
	}
	var refs func(v any)
	refs = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, value := range v {
				if to, ok := value.(string); ok && key == "$ref" && at(strings.ReplaceAll(to, "/v1", "")) == nil {
					t.Errorf("%s is nowhere", to)
				}
				refs(value)
			}
		case []any:
			for _, e := range v {
				refs(e)
			}
		}
	}
	refs(doc)
	if doc["asyncapi"] != "3.0.0" || at("channels/events").(map[string]any)["address"] != "/v1/events/ws" {
		t.Errorf("%v", doc)
	}
	c := w.socket("sk_stall", "after=0")
	for _, kind := range []string{"hello", "event"} {
		g, err := c.next()
		if err != nil || g.kind != kind {
			t.Fatalf("%+v, %v", g, err)
		}
		told := slices.Sorted(maps.Keys(at("components/messages/" + kind + "/payload/properties").(map[string]any)))
		if sent := slices.Sorted(maps.Keys(g.data)); !slices.Equal(sent, told) {
			t.Errorf("a %s has %v, described are %v", kind, sent, told)
		}
	}
}
