package signaling_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/signaling/visitor"
)

// A rawPage is a socket without manners.
type rawPage struct{ *websocket.Conn }

// open opens a socket from a site.
func (g *gateway) open(t *testing.T, origin string) rawPage {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(g.ctx, g.url, http.Header{"Origin": {origin}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	return rawPage{conn}
}

// welcomed opens a socket of the shop that has a session.
func (g *gateway) welcomed(t *testing.T) rawPage {
	t.Helper()
	p := g.open(t, shop)
	p.say(t, `{"type":"hello","version":1,"key":"pk_shop"}`)
	if m := p.hear(t); m.Type != "welcome" || m.Seq != 1 || m.Session == "" {
		t.Fatalf("welcomed with %+v", m)
	}
	return p
}

func (p rawPage) say(t *testing.T, text string) {
	t.Helper()
	if err := p.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func (p rawPage) hear(t *testing.T) (m visitor.Message) {
	t.Helper()
	_, raw, err := p.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// closes reads until the socket closes, which must be with a code.
func (p rawPage) closes(t *testing.T, code int) (before []visitor.Message) {
	t.Helper()
	for {
		_, raw, err := p.ReadMessage()
		if err != nil {
			var end *websocket.CloseError
			if !errors.As(err, &end) || end.Code != code {
				t.Errorf("closed with %v, want %d", err, code)
			}
			return before
		}
		var m visitor.Message
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		before = append(before, m)
	}
}

// offerOf is Chromium's offer as a JSON string.
func offerOf(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/chromium.sdp")
	check(t, err)
	quoted, err := json.Marshal(string(text))
	check(t, err)
	return string(quoted)
}
