package signaling_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/signaling"
	"webtrunk/signaling/visitor"
)

// A site that no key lists is told so on the socket, in words that its owner
// can read in the page's console.
func TestUnlistedOriginsAreToldSo(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	for _, origin := range []string{
		"https://evil.example", "https://shop.example.evil.example", "https://evilshop.example",
		"https://shop.example:443", "http://shop.example",
	} {
		p := g.open(t, origin)
		if m := p.hear(t); m.Type != "error" || m.Code != "bad_origin" || m.Text == "" || len(m.Remedies) == 0 {
			t.Errorf("%s was told %+v", origin, m)
		}
		p.closes(t, 4001)
	}
	if s := g.Stats(); s.RefusedOrigins != 5 || s.Sessions != 0 {
		t.Errorf("%+v", s)
	}
}

func TestOnlySitesShakeHands(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	for _, origins := range [][]string{
		nil, {""}, {"null"},
		{"https://shop.example@evil.example"}, {"https://shop.example/"},
		{"https://SHOP.example"}, {"shop.example"}, {"file://"}, {"https://shop.example", "https://evil.example"},
		{"https://shop.example https://evil.example"}, {"https://shop.example\u3002evil.example"},
	} {
		header := http.Header{}
		if origins != nil {
			header["Origin"] = origins
		}
		conn, resp, err := websocket.DefaultDialer.DialContext(g.ctx, g.url, header)
		if err == nil {
			conn.Close()
			t.Errorf("%q was let in", origins)
			continue
		}
		if resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %v %v", origins, resp, err)
		}
	}
	if s := g.Stats(); s.RefusedOrigins != 11 || s.Sockets != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAVisitThatIsNoWebSocketIsExplained(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	req, err := http.NewRequestWithContext(g.ctx, "GET", g.http.URL, nil)
	check(t, err)
	req.Header.Set("Origin", shop)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer resp.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("answered %s", resp.Status)
	}
}

func TestAHelloThatIsNotValidIsTurnedAway(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	for hello, want := range map[string]string{
		`{"type":"hello","version":1,"key":"pk_other"}`:                "bad_key",
		`{"type":"hello","version":1}`:                                 "bad_key",
		`{"type":"hello","version":1,"key":"pk_shop","token":"stale"}`: "bad_token",
		`{"type":"hello","version":2,"key":"pk_shop"}`:                 "bad_version",
		`{"type":"hello","key":"pk_shop"}`:                             "bad_version",
		`{"type":"ping"}`:                                              "no_hello",
		`{"type":"call","id":"c1","to":"ref_shop","sdp":"v=0"}`:        "no_hello",
		`rubbish`: "bad_message",
	} {
		p := g.open(t, shop)
		p.say(t, hello)
		if m := p.hear(t); m.Type != "error" || m.Code != want || m.Seq != 0 || m.Text == "" || len(m.Remedies) == 0 {
			t.Errorf("%s: %+v", hello, m)
		}
		p.closes(t, 4001)
	}
	p := g.open(t, "https://desk.example") // listed, but for another key
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	if m := p.hear(t); m.Code != "bad_origin" {
		t.Errorf("%+v", m)
	}
	g.settle(t, 0, 0)
	if s := g.Stats(); s.RefusedHellos != 9 {
		t.Errorf("%+v", s)
	}
}

// A page that closes its socket has left: without a call, its session ends at
// once, and a closed desk does not seem to ring for the grace.
func TestAPageThatClosesHasLeft(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Grace = time.Hour })
	p := g.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop","token":"agent"}`)
	if m := p.hear(t); m.Type != "welcome" {
		t.Fatalf("%+v", m)
	}
	check(t, p.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "")))
	g.settle(t, 0, 0)
}

// A page that says nothing, trickles bytes or only says that it lives, has its
// time and no more.
func TestASilentPageIsClosed(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Hello = 200 * time.Millisecond })
	silent := g.open(t, shop)
	trickling := g.open(t, shop)
	go func() {
		frame := []byte{0x81, 0xfe, 0x7f, 0xff, 0, 0, 0, 0} // a long text, byte by byte
		for _, b := range append(frame, make([]byte, 1000)...) {
			if _, err := trickling.NetConn().Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	living := g.open(t, shop)
	go func() {
		for living.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second)) == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}()
	for _, p := range []rawPage{silent, trickling, living} {
		if before := p.closes(t, 4001); len(before) != 1 || before[0].Code != "no_hello" {
			t.Errorf("was told %+v", before)
		}
	}
}

func TestAPageWithoutPongsIsLost(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) {
		c.Limits.Idle = 300 * time.Millisecond
		c.Limits.Grace = 300 * time.Millisecond
	})
	p := g.welcomed(t)
	pings := 0
	p.SetPingHandler(func(string) error { pings++; return nil }) // no pong
	p.closes(t, 4003)
	if pings == 0 {
		t.Error("no ping came")
	}
	g.settle(t, 0, 0)
}

func TestMessagesThatAreWrongAreAnswered(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Errors = 1000 })
	p := g.welcomed(t)
	for message, want := range map[string]string{
		`rubbish`:                        "bad_message",
		`{"type":"dance"}`:               "unknown_type",
		`{"type":"hello","version":1}`:   "bad_message",
		`{"type":"hangup","id":"c9"}`:    "unknown_call",
		`{"type":"hangup"}`:              "bad_message",
		`{"type":"candidate","id":"c9"}`: "unknown_call",
		`{"type":"call","id":"c1","to":"ref_shop","sdp":"v=0\r\n"}`:                                           "no_audio",
		`{"type":"call","id":"c2","to":"ref_shop","sdp":"nonsense"}`:                                          "bad_sdp",
		`{"type":"call","id":"c3","to":"ref_shop","sdp":"v=0\r\n` + strings.Repeat("a=x\\r\\n", 2400) + `"}`:  "no_audio",
		`{"type":"call","id":"c4","to":"ref_shop","sdp":"v=0\r\n` + strings.Repeat("a=xy\\r\\n", 3000) + `"}`: "too_large",
	} {
		p.say(t, message)
		if m := p.hear(t); m.Type != "error" || m.Code != want || m.Text == "" || len(m.Remedies) == 0 {
			t.Errorf("%.60s: %+v", message, m)
		}
	}
	if err := p.WriteMessage(websocket.BinaryMessage, []byte{1}); err != nil {
		t.Fatal(err)
	}
	if m := p.hear(t); m.Code != "bad_message" {
		t.Errorf("a binary message: %+v", m)
	}
	p.say(t, `{"type":"ping"}`)
	if m := p.hear(t); m.Type != "pong" || m.Seq != 13 {
		t.Errorf("after it all: %+v", m)
	}
	if g.exchange.count() != 0 {
		t.Error("a call was started")
	}
}

// 5,000 candidates, or many at once, are refused in no time and leave nothing.
func TestCandidateBombs(t *testing.T) {
	g := start(t, func(c *signaling.Config) { c.Limits.Messages = 10000; c.Limits.Errors = 10000 })
	v := g.visit(t, nil)
	offer, err := os.ReadFile("testdata/chromium.sdp")
	check(t, err)
	p := g.welcomed(t)
	began := time.Now()
	for _, n := range []int{31, 200} {
		bomb := string(offer) + strings.Repeat("a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n", n)
		p.say(t, fmt.Sprintf(`{"type":"call","id":"c%d","to":"ref_shop","sdp":%q}`, n, bomb))
		if m := p.hear(t); m.Code != "too_many_candidates" {
			t.Errorf("%d candidates: %+v", n, m)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
	// 5,000 do not even fit into a message.
	p.say(t, fmt.Sprintf(`{"type":"call","id":"c5","to":"ref_shop","sdp":%q}`, strings.Repeat("a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n", 5000)))
	p.closes(t, websocket.CloseMessageTooBig)

	c, _ := g.call(t, v)
	for range 40 {
		check(t, c.Send("candidate", map[string]any{"candidate": map[string]any{"candidate": "candidate:1 1 udp 1 10.0.0.1 9 typ host"}}))
	}
	if m, err := v.Wait(g.ctx, "error"); err != nil || m.Code != "too_many_candidates" {
		t.Errorf("trickled: %+v %v", m, err)
	}
	must(t, "the call goes on and ends", func() error { _, err := c.Hangup(g.ctx); return err })
	g.settle(t, 2, 0)
}

func TestAFloodIsCut(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	answered, took := g.welcomed(t).floods(t, `{"type":"ping"}`)
	if last := answered[len(answered)-1]; last.Code != "rate_limited" {
		t.Errorf("last heard %+v", last)
	}
	if n := float64(len(answered)); n > 62+20*took.Seconds() {
		t.Errorf("%v messages were answered in %v", n, took)
	}
}

func TestTooManyErrorsAreCut(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	answered, took := g.welcomed(t).floods(t, `{"type":"dance"}`)
	if n := float64(len(answered)); n > 18+took.Seconds()/4 {
		t.Errorf("%v errors were answered in %v", n, took)
	}
	if s := g.Stats(); s.Cut != 1 {
		t.Errorf("%+v", s)
	}
}

// floods says the same over and over until the socket closes with 4008, and
// returns what was answered, and how long that took.
func (p rawPage) floods(t *testing.T, text string) (answered []visitor.Message, took time.Duration) {
	t.Helper()
	begun := time.Now()
	var flood sync.WaitGroup
	flood.Go(func() {
		for p.WriteMessage(websocket.TextMessage, []byte(text)) == nil {
		}
	})
	answered = p.closes(t, 4008)
	took = time.Since(begun)
	p.Close()
	flood.Wait()
	return answered, took
}

// A page that does not read is cut when its queue is full; its session waits
// for it like that of any lost page.
func TestASlowPageIsCut(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Queue = 4; c.Limits.History = 100000 })
	v := g.visit(t, agent)
	c, far := g.call(t, v)
	stuck := g.open(t, shop)
	check(t, stuck.NetConn().(*net.TCPConn).SetReadBuffer(4096))
	stuck.say(t, fmt.Sprintf(`{"type":"hello","version":1,"key":"pk_shop","token":"agent","session":%q,"last":1}`, v.Session()))
	for g.Stats().Resumed == 0 {
		time.Sleep(time.Millisecond)
	}
	for i := 0; g.Stats().Cut == 0 && i < 20000; i++ {
		check(t, far.leg.SendDigits(strings.Repeat("5", 100)))
	}
	if s := g.Stats(); s.Cut != 1 {
		t.Fatalf("%+v", s)
	}
	same(t, far.wait(t, 1), call.LegLost{Leg: 1})
	far.leg.Hangup(call.HangUpLeg{Leg: 1, Cause: call.Hangup})
	c.Close()
	g.settle(t, 1, 0)
}

func TestAnAddressHasItsShare(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.PerAddress = 3 })
	for range 3 {
		g.welcomed(t)
	}
	_, resp, err := websocket.DefaultDialer.DialContext(g.ctx, g.url, http.Header{"Origin": {shop}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth socket: %v %v", resp, err)
	}
	other := websocket.Dialer{NetDial: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}}).Dial}
	conn, _, err := other.DialContext(g.ctx, g.url, http.Header{"Origin": {shop}})
	check(t, err)
	conn.Close()
}

func TestLostSessionsCountTowardsTheShare(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.PerAddress = 2 })
	for range 2 {
		p := g.welcomed(t)
		p.Close()
		for g.Stats().Sockets > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	p := g.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	if m := p.hear(t); m.Code != "busy_gateway" {
		t.Errorf("%+v", m)
	}
}

func TestTheLimitOfLegsIsSaid(t *testing.T) {
	t.Parallel()
	g := start(t, func(c *signaling.Config) { c.Limits.Legs = 1 })
	c, _ := g.call(t, g.visit(t, nil))
	page, err := g.visit(t, nil).Call(g.ctx, "ref_shop", nil)
	if err == nil || !strings.Contains(err.Error(), "busy_gateway") {
		t.Errorf("%v", err)
	}
	page.Close()
	if _, err := g.Dial(g.ctx, call.Leg{Address: desk}, func(call.Input) {}); webtrunk.KindOf(err) != webtrunk.Exhausted {
		t.Errorf("dialled: %v", err)
	}
	must(t, "hang up", func() error { _, err := c.Hangup(g.ctx); return err })
}

func TestAMediaPortThatIsTakenIsNamed(t *testing.T) {
	for _, network := range []string{"tcp", "udp"} {
		var taken netip.AddrPort
		if network == "tcp" {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			check(t, err)
			defer l.Close()
			taken = l.Addr().(*net.TCPAddr).AddrPort()
		} else {
			c, err := net.ListenPacket("udp", "127.0.0.1:0")
			check(t, err)
			defer c.Close()
			taken = c.LocalAddr().(*net.UDPAddr).AddrPort()
		}
		_, err := signaling.New(signaling.Config{Auth: door{}, Media: taken})
		if webtrunk.KindOf(err) != webtrunk.Conflict || !strings.Contains(err.Error(), taken.String()) ||
			!strings.Contains(err.Error(), strings.ToUpper(network)) || !strings.Contains(err.Error(), "another port") {
			t.Errorf("%s: %v", network, err)
		}
	}
	if _, err := signaling.New(signaling.Config{}); webtrunk.KindOf(err) != webtrunk.Invalid {
		t.Errorf("without an Authenticator: %v", err)
	}
}

// A panic in what handles a page's message ends its call, and nothing else.
func TestAPanicEndsThatCallOnly(t *testing.T) {
	t.Parallel()
	g := start(t, nil)
	other, _ := g.call(t, g.visit(t, nil))
	v := g.visit(t, nil)
	g.exchange.panics.Store(true)
	c, err := v.Call(g.ctx, "ref_shop", nil)
	var refusal *visitor.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "internal" {
		t.Errorf("the page was told %v", err)
	}
	c.Close()
	g.settle(t, 2, 1)
	g.exchange.panics.Store(false)
	c, _ = g.call(t, v)
	for _, call := range []interface{ Close() }{c, other} {
		call.Close()
	}
}
