//go:build e2e

package static

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/webrtc/v4"

	"webtrunk/e2e/browser"
)

// A message is any message of doc/signaling.md.
type message map[string]any

// A script is a gateway that says what a test tells it to say. The pages are
// the real ones; only the far side of their WebSocket is acted.
type script struct {
	t       *testing.T
	url     string
	sockets chan *websocket.Conn

	mu   sync.Mutex
	seq  int
	said []message // everything with a seq, to say again
}

func newScript(t *testing.T, d *Demo) *script {
	t.Helper()
	t.Parallel() // each has pages of its own, and waits for what people wait for
	s := &script{t: t, sockets: make(chan *websocket.Conn, 8)}
	mux := http.NewServeMux()
	mux.Handle("/", Handler(d))
	mux.HandleFunc("/v1/ws", func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		if socket, err := upgrader.Upgrade(w, r, nil); err == nil {
			s.sockets <- socket
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// A line is one WebSocket of a page's.
type line struct {
	*script
	socket *websocket.Conn
	heard  chan message
	hello  message
}

// answerSocket waits for the next WebSocket and its hello.
func (s *script) answerSocket() *line {
	s.t.Helper()
	select {
	case socket := <-s.sockets:
		l := &line{script: s, socket: socket, heard: make(chan message, 256)}
		s.t.Cleanup(func() { _ = socket.Close() })
		go l.read()
		l.hello = l.want("hello")
		return l
	case <-time.After(browser.Patience):
		s.t.Fatal("the page opens no WebSocket")
		return nil
	}
}

func (l *line) read() {
	defer close(l.heard)
	for {
		var m message
		if err := l.socket.ReadJSON(&m); err != nil {
			return
		}
		if m["type"] == "ping" {
			l.say(message{"type": "pong"})
			continue
		}
		l.heard <- m
	}
}

// beside the story of a call come at any time: addresses, whether the microphone is off, and
// what a page asks to know of the chat.
var beside = []string{"candidate", "mute", "room"}

// want waits for a message of this type; what comes beside it is passed over.
func (l *line) want(kind string) message {
	l.t.Helper()
	deadline := time.After(browser.Patience)
	for {
		select {
		case m, open := <-l.heard:
			if !open {
				l.t.Fatalf("the page closed its WebSocket instead of saying %s", kind)
			}
			if m["type"] == kind {
				return m
			}
			if !slices.Contains(beside, m["type"].(string)) {
				l.t.Fatalf("the page says %v, want %s", m, kind)
			}
		case <-deadline:
			l.t.Fatalf("the page never says %s", kind)
		}
	}
}

// wantClosed waits until the page has closed the WebSocket.
func (l *line) wantClosed() {
	l.t.Helper()
	deadline := time.After(browser.Patience)
	for {
		select {
		case m, open := <-l.heard:
			if !open {
				return
			}
			if m["type"] != "candidate" && m["type"] != "room" {
				l.t.Errorf("the page says %v, want it to close", m)
			}
		case <-deadline:
			l.t.Fatal("the page keeps its WebSocket open")
		}
	}
}

// say sends one message under the next sequence number.
func (l *line) say(m message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	m["seq"] = l.seq
	l.said = append(l.said, m)
	_ = l.socket.WriteJSON(m) // a page that has gone is noticed by what it does not say
}

// sayAgain sends what was said before, from a sequence number on.
func (l *line) sayAgain(after int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.said[after:] {
		_ = l.socket.WriteJSON(m)
	}
}

// sayLost numbers a message that never reaches the page.
func (s *script) sayLost(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	m["seq"] = s.seq
	s.said = append(s.said, m)
}

func (l *line) welcome() {
	l.say(message{"type": "welcome", "session": "secret", "resumed": false, "ice_servers": []any{}, "grace_seconds": 30})
}

// resume welcomes a page back to a call, without a number of its own.
func (l *line) resume(id any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := []message{}
	if id != nil {
		calls = append(calls, message{"id": id, "state": "answered", "to": "+15550100101"})
	}
	_ = l.socket.WriteJSON(message{"type": "welcome", "seq": l.seq, "session": "secret", "resumed": true,
		"ice_servers": []any{}, "grace_seconds": 30, "calls": calls})
}

// A peer is the media of the acted gateway.
type peer struct {
	*webrtc.PeerConnection
	events chan byte // digits heard as telephone-events, once each
}

// answer makes real media for an offer of the page's and answers it.
func (l *line) answer(offer message) *peer {
	l.t.Helper()
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	engine := &webrtc.MediaEngine{}
	for payload, codec := range map[webrtc.PayloadType]webrtc.RTPCodecCapability{
		111: {MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
		110: {MimeType: "audio/telephone-event", ClockRate: 48000},
	} {
		if err := engine.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: codec, PayloadType: payload}, webrtc.RTPCodecTypeAudio); err != nil {
			l.t.Fatal(err)
		}
	}
	connection, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(engine)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = connection.Close() })
	p := &peer{PeerConnection: connection, events: make(chan byte, 32)}
	connection.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { p.hear(track) })
	track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "far", "far")
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := connection.AddTrack(track); err != nil {
		l.t.Fatal(err)
	}
	l.say(message{"type": "answer", "id": offer["id"], "call": "call_test", "sdp": p.take(l.t, offer)})
	return p
}

// take answers one offer, the first or an ICE restart.
func (p *peer) take(t *testing.T, offer message) string {
	t.Helper()
	sdp := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer["sdp"].(string)}
	if err := p.SetRemoteDescription(sdp); err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(p.PeerConnection)
	made, err := p.CreateAnswer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.SetLocalDescription(made); err != nil {
		t.Fatal(err)
	}
	<-gathered
	return p.LocalDescription().SDP
}

// hear reads packets; of telephone-events (RFC 4733 §2.3) it keeps each
// digit's first end.
func (p *peer) hear(track *webrtc.TrackRemote) {
	var last uint32
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		if packet.PayloadType != 110 || len(packet.Payload) < 4 || packet.Payload[1]&0x80 == 0 || packet.Timestamp == last {
			continue
		}
		last = packet.Timestamp
		p.events <- "0123456789*#ABCD"[packet.Payload[0]&15]
	}
}

// wantDigits waits for these digits as telephone-events.
func (p *peer) wantDigits(t *testing.T, want string) {
	t.Helper()
	var got strings.Builder
	deadline := time.After(browser.Patience)
	for got.Len() < len(want) {
		select {
		case digit := <-p.events:
			got.WriteByte(digit)
		case <-deadline:
			t.Fatalf("heard the digits %q, want %q", got.String(), want)
		}
	}
	if got.String() != want {
		t.Errorf("heard the digits %q, want %q", got.String(), want)
	}
}

func asJSON(m any) string {
	text, _ := json.Marshal(m)
	return string(text)
}
