//go:build e2e

package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/pion/turn/v5"

	"webtrunk/carrier"
	"webtrunk/e2e/browser"
)

// TestACheckBeforeACall has visitors check over networks of every kind before they call,
// and tell them apart.
func TestACheckBeforeACall(t *testing.T) {
	b := browser.Start(t, browser.Speaking(t, harbour))
	for _, story := range []struct {
		name string
		tell func(*testing.T, *browser.Browser)
	}{
		{"a good one leads to a call", aGoodCheckLeadsToACall},
		{"UDP is blocked", udpIsBlocked},
		{"no sound gets through", noSoundGetsThrough},
		{"sound is lost on the way", soundIsLostOnTheWay},
		{"WebSockets are blocked", webSocketsAreBlocked},
		{"everything is blocked", everythingIsBlocked},
		{"sound is relayed", soundIsRelayed},
		{"the device is offline", theDeviceIsOffline},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.tell(t, b)
		})
	}
}

// check has the page check, and returns once it says what it found.
func check(t *testing.T, p *browser.Tab, finds string) {
	t.Helper()
	p.Set("fallback", "+15550100199")
	p.Click("button", "Call")
	p.Click("button", "Check before you call")
	p.Says("status", finds)
	p.Says("status", "Your microphone is heard well.")
}

// insteadDial checks the way out of a call that cannot be made.
func insteadDial(p *browser.Tab) {
	p.Says("status", "Here is what was found.")
	p.The("link", "Call +15550100199 from a telephone")
}

// tested opens the page that dials any number, which offers a check.
func (r *rehearsal) tested(b *browser.Browser, at string) *browser.Tab {
	r.t.Helper()
	p := b.Open(r.t, at+"/phone", browser.Granted)
	p.Unprocessed()
	p.Set("test", "")
	return p
}

// A good check leads to a call, and was none: nothing of it is on the books.
func aGoodCheckLeadsToACall(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	p := r.tested(b, r.urls()[0])
	check(t, p, "Your connection carries calls well.")
	p.Says("status", "Everything is ready. You can call now.")
	if n := r.carrier.Stats().CallsOpen + r.board.Running() + r.browsers.Stats().Legs; n != 0 {
		t.Errorf("the check is %d calls", n)
	}
	if !eventually(func() bool { return r.browsers.Stats().Probes == 0 }) {
		t.Error("the gateway still probes")
	}
	p.Call(echoNumber)
	p.Says("status", "In call")
	saysHarbour(t, "after the check, in the page", inPage(p.Hear()))
	p.Click("button", "Hang up")
	p.WantEnd("hangup")
}

func udpIsBlocked(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	way.close()
	p := r.tested(b, r.urls()[0])
	p.Reroute(way.port(), true)
	check(t, p, "This network blocks the usual way of sound (UDP). Calls work by another way")
	p.Says("status", "Everything is ready.")
}

func noSoundGetsThrough(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	way.close()
	p := r.tested(b, r.urls()[0])
	p.Reroute(way.port(), false)
	check(t, p, "This network lets no sound through.")
	insteadDial(p)
}

func soundIsLostOnTheWay(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	way := fly(t, r.browsers.MediaAddr())
	way.thin.Store(true)
	p := r.tested(b, r.urls()[0])
	p.Reroute(way.port(), false)
	check(t, p, "Your connection is weak")
	insteadDial(p)
}

// A proxy that knows no WebSockets stands in the way: pages pass, calls do not.
func webSocketsAreBlocked(t *testing.T, b *browser.Browser) {
	r := rehearse(t, carrier.Config{})
	gateway, err := url.Parse(r.urls()[0])
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(gateway)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.EqualFold(q.Header.Get("Upgrade"), "websocket") {
			http.Error(w, "This is not allowed here.", http.StatusForbidden)
			return
		}
		pass.ServeHTTP(w, q)
	}))
	t.Cleanup(proxy.Close)
	p := r.tested(b, proxy.URL)
	check(t, p, "keeps the connection for calls (WebSocket) away")
	insteadDial(p)
}

// The network is lost between opening the page and the check, of which all is loaded.
func everythingIsBlocked(t *testing.T, b *browser.Browser) {
	r, way := rehearseByCable(t)
	p := r.tested(b, way.url())
	loadCheck(p)
	way.cut()
	check(t, p, "The call service cannot be reached from this network.")
	insteadDial(p)
}

// loadCheck has the page load all that a check needs.
func loadCheck(p *browser.Tab) {
	p.Click("button", "Call")
	p.Click("button", "Check before you call")
	p.Click("button", "Close the check")
	p.Click("button", "Close")
}

// The device has lost its network, and knows it.
func theDeviceIsOffline(t *testing.T, b *browser.Browser) {
	r, way := rehearseByCable(t)
	p := r.tested(b, way.url())
	loadCheck(p)
	way.cut()
	p.Unplug()
	check(t, p, "Your device is not connected to the Internet. Connect it, then check again.")
	insteadDial(p)
}

// Nothing but the operator's TURN server gets sound through.
func soundIsRelayed(t *testing.T, b *browser.Browser) {
	relay := relayFor(t, "caller", "secret")
	r := rehearse(t, carrier.Config{}, func(d *demo) {
		d.cfg.ICEServers = []ICEServer{{URLs: []string{"turn:" + relay + "?transport=udp"}, Username: "caller", Credential: "secret"}}
	})
	way := fly(t, r.browsers.MediaAddr())
	way.close()
	p := r.tested(b, r.urls()[0])
	p.Reroute(way.port(), false)
	check(t, p, "This network blocks the usual way of sound (UDP). Calls work by another way")
	p.Says("status", "Everything is ready.")
	found := browser.Evaluate[string](p, `document.querySelector("webtrunk-call").test().then(({ network: { udp, tcp, relay } }) => JSON.stringify({ udp, tcp, relay }))`)
	if want := `{"udp":false,"tcp":false,"relay":true}`; found != want {
		t.Errorf("found %s, want %s", found, want)
	}
}

// relayFor starts a TURN server on loopback, for one user, and returns its address.
func relayFor(t *testing.T, user, password string) string {
	t.Helper()
	const realm = "example.com"
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: realm,
		AuthHandler: func(ra *turn.RequestAttributes) (string, []byte, bool) {
			return ra.Username, turn.GenerateAuthKey(user, realm, password), ra.Username == user
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: socket, RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}}},
	})
	must(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return socket.LocalAddr().String()
}
