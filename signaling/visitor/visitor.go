package visitor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"webtrunk/transcode"
)

// A Config says what kind of page to be. Key and Origin must be set.
type Config struct {
	Key    string
	Origin string // "https://shop.example"
	Token  string

	OpenedBy string // the origin of the page that has opened this one

	ClientToken, Identity string // what the site's server has signed

	Language string // of the page's words, told with each call

	Codecs []transcode.Codec // offered, in this order; empty offers Opus, PCMU and PCMA
	Video  []string          // pictures, offered in these codecs (webrtc.MimeTypeVP8); empty: sound alone
	TCP    bool              // media over ICE-TCP alone, as behind a firewall that blocks UDP
	Mute   bool              // the microphone sends nothing, not even silence
	// Loss is the share of the media packets sent that is lost on the way,
	// chosen by a generator seeded with Seed.
	Loss float64
	Seed uint64
	// FEC answers the loss that the gateway reports with redundancy, as browsers do.
	FEC bool
	// Reports says what arrives of the gateway's sound, five times a second;
	// browsers do once.
	Reports bool

	// Renegotiates offers anew when the gateway asks for it, as browsers do; a
	// page that does not speaks the codec of its first answer for all of its calls.
	Renegotiates bool

	// OnSound, when set, is told of every packet of sound as it is sent and as
	// it comes, on the goroutines that do so: it must not block or keep payload.
	OnSound func(sent bool, payload []byte)

	// OnMessage, when set, is told of every message as it comes, on the goroutine
	// that reads the socket: it must not block.
	OnMessage func(Message)

	// From is the address that the page's WebSocket comes from; zero lets the
	// system choose.
	From netip.Addr

	TLS *tls.Config
}

// A Visitor is one page.
type Visitor struct {
	cfg     Config
	url     string
	journal *journal

	mu      sync.Mutex // guards what follows and serialises writes
	conn    *websocket.Conn
	session string
	calls   int // placed
	rung    int // where the messages after the last incoming call begin
	open    map[*Call]bool
	closed  bool
	readers sync.WaitGroup
}

// ErrGone is why nothing comes from a page's socket any more.
var ErrGone = errors.New("visitor: the socket is gone")

// Dial opens a page: the WebSocket at url ("ws://127.0.0.1:8080/v1/ws"), hello
// and welcome. A refusal by the gateway is a *Refusal.
func Dial(ctx context.Context, url string, cfg Config) (*Visitor, error) {
	if len(cfg.Codecs) == 0 {
		cfg.Codecs = []transcode.Codec{transcode.Opus, transcode.PCMU, transcode.PCMA}
	}
	v := &Visitor{cfg: cfg, url: url, journal: newJournal(), open: map[*Call]bool{}}
	if _, err := v.connect(ctx, cfg.hello()); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// dialer is how a page's WebSocket reaches the gateway.
func (c *Config) dialer() *net.Dialer {
	if !c.From.IsValid() {
		return &net.Dialer{}
	}
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: c.From.AsSlice()}}
}

// connect opens a socket and says hello on it.
func (v *Visitor) connect(ctx context.Context, hello map[string]any) (Message, error) {
	dialer := websocket.Dialer{TLSClientConfig: v.cfg.TLS, NetDialContext: v.cfg.dialer().DialContext}
	conn, resp, err := dialer.DialContext(ctx, v.url, http.Header{"Origin": {v.cfg.Origin}})
	if err != nil {
		if resp != nil {
			return Message{}, fmt.Errorf("visitor: handshake: %s: %w", resp.Status, err)
		}
		return Message{}, fmt.Errorf("visitor: handshake: %w", err)
	}
	conn.SetPingHandler(func(data string) error {
		// However long it takes: a write that is out of time is the connection's last.
		// That it is lost is told by reading.
		_ = conn.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
		return nil
	})
	v.mu.Lock()
	v.conn = conn
	from := len(v.journal.messages())
	v.journal.fail(nil)
	v.readers.Add(1)
	v.mu.Unlock()
	go v.read(conn)
	if err := v.Send(hello); err != nil {
		return Message{}, err
	}
	m, _, err := v.journal.wait(ctx, from, func(m Message) bool { return m.Type == "welcome" || m.Type == "error" && m.Seq == 0 })
	if err != nil {
		return m, err
	}
	if m.Type == "error" {
		return m, &Refusal{m}
	}
	v.mu.Lock()
	v.session = m.Session
	v.mu.Unlock()
	return m, nil
}

// read keeps what a socket brings until it is gone.
func (v *Visitor) read(conn *websocket.Conn) {
	defer v.readers.Done()
	defer conn.Close()
	for {
		var m Message
		_, raw, err := conn.ReadMessage()
		if err == nil {
			err = json.Unmarshal(raw, &m)
		}
		if err != nil {
			v.mu.Lock()
			if v.conn == conn {
				v.journal.fail(fmt.Errorf("%w: %w", ErrGone, err))
			}
			v.mu.Unlock()
			return
		}
		if v.cfg.OnMessage != nil {
			v.cfg.OnMessage(m)
		}
		v.journal.add(m)
		if m.Type == "renegotiate" && v.cfg.Renegotiates {
			v.readers.Go(func() { v.renegotiate(m.ID) })
		}
	}
}

// Send sends any message.
func (v *Visitor) Send(message any) error {
	raw, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return v.SendRaw(raw)
}

// SendRaw sends any bytes as a text message.
func (v *Visitor) SendRaw(raw []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.conn.WriteMessage(websocket.TextMessage, raw)
}

// Drop loses the socket, as a change of network does: no goodbye. Calls and
// media go on.
func (v *Visitor) Drop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.conn.NetConn().Close()
}

// Resume opens a new socket and takes up the session. It returns the welcome:
// when it says that the session was not resumed, the visitor has a new one.
func (v *Visitor) Resume(ctx context.Context) (Message, error) {
	v.mu.Lock()
	old, session := v.conn, v.session
	v.mu.Unlock()
	defer old.Close()
	hello := v.cfg.hello()
	hello["session"], hello["last"] = session, v.journal.lastSeq()
	return v.connect(ctx, hello)
}

// Hand is Resume by a page of another origin, which says who has opened it.
func (v *Visitor) Hand(ctx context.Context, origin, opener string) (Message, error) {
	v.cfg.Origin, v.cfg.OpenedBy = origin, opener
	return v.Resume(ctx)
}

// hello is the first message on a socket.
func (cfg Config) hello() map[string]any {
	hello := map[string]any{"type": "hello", "version": 1, "key": cfg.Key, "token": cfg.Token}
	if cfg.OpenedBy != "" {
		hello["opened_by"] = cfg.OpenedBy
	}
	if cfg.ClientToken != "" {
		hello["client_token"] = cfg.ClientToken
	}
	if cfg.Identity != "" {
		hello["identity"] = cfg.Identity
	}
	return hello
}

// Wait waits for a message of a type that is not about a call of ours.
func (v *Visitor) Wait(ctx context.Context, kind string) (Message, error) {
	m, _, err := v.journal.wait(ctx, 0, func(m Message) bool { return m.Type == kind })
	return m, err
}

// Session returns the session's secret.
func (v *Visitor) Session() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.session
}

// Messages returns all that came so far, in the order of its coming.
func (v *Visitor) Messages() []Message { return v.journal.messages() }

// Close closes the page, as a browser does that closes a tab: its socket, with
// the close frame of a page that goes away, and the media of its calls, which
// end when the gateway's grace is over. Hang up first to end them at once.
func (v *Visitor) Close() {
	v.mu.Lock()
	v.closed = true
	if v.conn != nil {
		gone := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
		_ = v.conn.WriteControl(websocket.CloseMessage, gone, time.Now().Add(time.Second)) // it may be lost already
		v.conn.Close()
	}
	open := v.open
	v.open = map[*Call]bool{}
	v.mu.Unlock()
	for c := range open {
		c.close()
	}
	v.readers.Wait()
}
