//go:build e2e

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/carrier"
)

// An intruder is a page that keeps to no rules.
type intruder struct {
	*websocket.Conn
	t *testing.T
}

type said map[string]any

// intruder opens a socket that has a session.
func (r *rehearsal) intruder(t *testing.T) intruder {
	t.Helper()
	conn, welcome := hello(t, r.demo, r.urls()[0], r.pages.Key, "")
	if welcome["type"] != "welcome" {
		t.Fatalf("%v", welcome)
	}
	return intruder{conn, t}
}

func (s intruder) say(m said) {
	s.t.Helper()
	if err := s.WriteJSON(m); err != nil {
		s.t.Fatal(err)
	}
}

// hears reads up to a message of a kind.
func (s intruder) hears(kind string) said {
	s.t.Helper()
	for {
		if m := read(s.t, s.Conn); m["type"] == kind {
			return m
		} else if m["type"] == "error" || m["type"] == "ended" {
			s.t.Fatalf("%v, want %s", m, kind)
		}
	}
}

// wantError reads up to an error, which must say what is wrong and what to do.
func (s intruder) wantError(code, id string) {
	s.t.Helper()
	m := s.hears("error")
	message, _ := m["message"].(string)
	remedies, _ := m["remedies"].([]any)
	if m["code"] != code || id != "" && m["id"] != id || message == "" || len(remedies) == 0 {
		s.t.Errorf("answered with %v, want %s about %s with a sentence and remedies", m, code, id)
	}
	s.t.Log(message)
}

// wantClosed reads until the socket closes with a code.
func (s intruder) wantClosed(code int) {
	s.t.Helper()
	for {
		if _, _, err := s.ReadMessage(); err != nil {
			if !websocket.IsCloseError(err, code) {
				s.t.Errorf("closed with %v, want %d", err, code)
			}
			return
		}
	}
}

// An offer as Chromium makes it; nobody is there to connect to.
func chromiumOffer(t *testing.T) string {
	t.Helper()
	sdp, err := os.ReadFile("../../signaling/testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	return string(sdp)
}

// headers returns the names of an INVITE's headers, in order, with the values
// of those that come from a page.
func headers(invite []byte) (names []string) {
	head, _, _ := strings.Cut(string(invite), "\r\n\r\n")
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, _, _ := strings.Cut(line, ":")
		if strings.HasPrefix(name, "X-") {
			name = line
		}
		names = append(names, name)
	}
	return names
}

// invited has a page call the echo with metadata, and hang up as soon as it is
// answered; it returns the INVITE that the carrier got.
func (r *rehearsal) invited(s intruder, id string, metadata map[string]string) []byte {
	r.t.Helper()
	before := r.carrier.Stats().CallsTotal
	s.say(said{"type": "call", "id": id, "to": echoNumber, "sdp": chromiumOffer(r.t), "metadata": metadata})
	s.hears("answered")
	calls := r.carrier.Calls()
	if len(calls) != before+1 {
		r.t.Fatalf("the carrier has %d calls, want %d", len(calls), before+1)
	}
	s.say(said{"type": "hangup", "id": id})
	s.hearsOf("ended", id)
	_, raw := calls[before].Invite()
	return raw
}

// hearsOf reads up to a message of a kind about a call.
func (s intruder) hearsOf(kind, id string) {
	s.t.Helper()
	for {
		if m := read(s.t, s.Conn); m["type"] == kind && m["id"] == id {
			return
		}
	}
}

// TestFromStrangers sends a running gateway what no page of ours sends. Each is
// told what is wrong, and at the end nothing of any of them is left: no call,
// no session, no goroutine.
func TestFromStrangers(t *testing.T) {
	r := rehearse(t, carrier.Config{}, func(d *demo) {
		d.pageLimits.Grace = time.Second
		d.cfg.Keys[0].Metadata = []string{"order"}
	})
	first := r.intruder(t)
	plain := headers(r.invited(first, "warm", nil))
	first.Close()
	settled := func() bool {
		s := r.browsers.Stats()
		return s.Sessions+s.Sockets+s.Legs+r.telephones.Stats().Legs+r.board.Running() == 0
	}
	if !eventually(settled) {
		t.Fatalf("left of the first call: %+v", r.browsers.Stats())
	}
	before := runtime.NumGoroutine()

	offer := chromiumOffer(t)
	noAudio := strings.ReplaceAll(offer, "m=audio", "m=video")
	for _, c := range []struct {
		name, code string
		call       said
	}{
		{"an offer that is no SDP", "bad_sdp", said{"to": echoNumber, "sdp": "<html>"}},
		{"an offer cut short", "bad_sdp", said{"to": echoNumber, "sdp": offer[:300]}},
		{"an offer without audio", "no_audio", said{"to": echoNumber, "sdp": noAudio}},
		{"an offer that is too long", "too_large", said{"to": echoNumber, "sdp": offer + strings.Repeat("a=x\r\n", 3000)}},
		{"no offer", "bad_sdp", said{"to": echoNumber}},
		{"a number with letters", "bad_number", said{"to": "+1555CALLME", "sdp": offer}},
		{"a number with a line break", "bad_number", said{"to": echoNumber + "\r\nX-Evil: yes", "sdp": offer}},
		{"a SIP address", "not_allowed", said{"to": "sip:root@127.0.0.1", "sdp": offer}},
		{"a number that the key may not call", "not_allowed", said{"to": "+442079460000", "sdp": offer}},
		{"an unknown reference", "unknown_reference", said{"to": "ref_gone", "sdp": offer}},
		{"a line break in metadata", "bad_metadata", said{"to": echoNumber, "sdp": offer, "metadata": said{"order": "7\r\nX-Evil: yes"}}},
		{"a line break in a metadata key", "bad_metadata", said{"to": echoNumber, "sdp": offer, "metadata": said{"order\r\nX-Evil": "yes"}}},
		{"metadata that the key does not allow", "bad_metadata", said{"to": echoNumber, "sdp": offer, "metadata": said{"colour": "green"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := r.intruder(t)
			c.call["type"], c.call["id"] = "call", "c1"
			s.say(c.call)
			s.wantError(c.code, "c1")
		})
	}
	if n := r.carrier.Stats().Received.Invites; n != 1 {
		t.Errorf("%d INVITEs have reached the carrier, want the first call's only", n)
	}

	t.Run("metadata on the trunk", func(t *testing.T) {
		s := r.intruder(t)
		invite := r.invited(s, "c1", map[string]string{"order": `7; X-Evil: yes "é" %0d%0aX-Evil: yes`})
		want := slices.Clone(plain)
		at := slices.IndexFunc(headers(invite), func(h string) bool { return strings.HasPrefix(h, "X-") })
		if at < 0 {
			t.Fatalf("the metadata is not there:\n%s", invite)
		}
		want = slices.Insert(want, at, `X-Webtrunk-order: 7; X-Evil: yes "é" %0d%0aX-Evil: yes`)
		if got := headers(invite); !slices.Equal(got, want) {
			t.Errorf("the INVITE's headers are %q, want %q", got, want)
		}
		if stray := regexp.MustCompile(`[^\r]\n|\r[^\n]`).Find(invite); stray != nil {
			t.Errorf("the INVITE holds a stray line break at %q", stray)
		}
	})

	t.Run("a second call on one socket", func(t *testing.T) {
		s := r.intruder(t)
		s.say(said{"type": "call", "id": "c1", "to": ringsForEver, "sdp": offer})
		s.hears("ringing")
		s.say(said{"type": "call", "id": "c2", "to": echoNumber, "sdp": offer})
		s.wantError("call_exists", "c2")
		if n := r.board.Running(); n != 1 {
			t.Errorf("%d calls run, want the first", n)
		}
		s.say(said{"type": "hangup", "id": "c1"})
		s.hearsOf("ended", "c1")
	})

	t.Run("5,000 candidates", func(t *testing.T) {
		s := r.intruder(t)
		s.say(said{"type": "call", "id": "c1", "to": ringsForEver, "sdp": offer})
		s.hears("ringing")
		for i := range 5000 {
			line := "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host"
			if s.WriteJSON(said{"type": "candidate", "id": "c1", "candidate": said{"candidate": line, "sdpMid": "0"}}) != nil {
				t.Logf("cut after %d", i)
				break
			}
		}
		s.wantError("too_many_candidates", "c1")
		s.wantClosed(4008)
		if n := runtime.NumGoroutine() - before; n > 100 {
			t.Errorf("%d goroutines were made of them", n)
		}
		// The page does not come back: the telephone stops ringing.
		r.at(ringsForEver, carrier.Ended, func(c *carrier.Call) bool { return c.Count("→ CANCEL") == 1 })
	})

	t.Run("an oversized message", func(t *testing.T) {
		s := r.intruder(t)
		s.say(said{"type": "call", "id": "c1", "to": echoNumber, "sdp": offer + strings.Repeat("a=x\r\n", 10_000)})
		s.wantClosed(1009)
	})

	t.Run("another site", func(t *testing.T) {
		conn, _, err := websocket.DefaultDialer.Dial("ws://"+r.site.addr().String()+"/v1/ws", http.Header{"Origin": {"https://evil.example"}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		var told struct{ Code string }
		if err := conn.ReadJSON(&told); err != nil || told.Code != "bad_origin" {
			t.Errorf("another site was told %+v, %v", told, err)
		}
		if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, 4001) {
			t.Errorf("another site is let in: %v", err)
		}
	})

	if !eventually(settled) {
		t.Errorf("left: %+v, telephones %+v, %d calls", r.browsers.Stats(), r.telephones.Stats(), r.board.Running())
	}
	if !eventually(func() bool { return runtime.NumGoroutine() <= before }) {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
	}
	if s := r.browsers.Stats(); s.RefusedOrigins != 1 || s.Cut == 0 {
		t.Errorf("the counters do not tell of it: %s", asText(s))
	}
}

func asText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
