package signaling

import (
	"strings"
	"testing"
	"time"

	"webtrunk/media"
	"webtrunk/transcode"
)

// A silentLeg is a leg's port and wire without a call.
func silentLeg(t *testing.T) (*wire, *mouth) {
	t.Helper()
	w := &wire{}
	m := &mouth{port: media.NewPort("leg", w)}
	t.Cleanup(m.port.Close)
	return w, m
}

func leanEngine(t *testing.T) *engine {
	t.Helper()
	return engineFor(t, Config{})
}

func engineFor(t *testing.T, cfg Config) *engine {
	t.Helper()
	i := &identity{}
	cfg = cfg.withDefaults()
	e, err := listen(cfg, i)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	made, err := newEngine(cfg, e, i)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// soundOnly is Firefox's offer of sound, for some codecs of ours.
func soundOnly(t *testing.T, codecs ...transcode.Codec) *offer {
	t.Helper()
	o, bad := parseOffer(browser(t, "firefox"), codecs)
	if bad != nil {
		t.Fatal(bad)
	}
	o.video = nil
	return o
}

// An offer with the certificate that the page had is its own restart, also with
// another codec: the keys stay. Any other certificate is another page's.
func TestALeanPeerChangesItsCodec(t *testing.T) {
	t.Parallel()
	e := leanEngine(t)
	w, m := silentLeg(t)
	p, answer, err := e.connect(soundOnly(t, transcode.Opus), w, m, func(peer, path) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, is := p.(*leanPeer); !is || !strings.Contains(answer, " opus/48000/2\r\n") || p.format().Codec != transcode.Opus {
		t.Fatalf("a %T answers\n%s", p, answer)
	}
	again := soundOnly(t, transcode.PCMU)
	again.ufrag = "again"
	if !p.restarts(again) {
		t.Fatal("another codec is taken for another page")
	}
	second, err := p.answer(again)
	if err != nil || !strings.Contains(strings.ToLower(second), " pcmu/8000\r\n") || p.format().Codec != transcode.PCMU {
		t.Errorf("%v, answered\n%s", err, second)
	}
	if line := "\r\na=ice-pwd:"; cutBetween(answer, line) == cutBetween(second, line) || cutBetween(answer, "a=fingerprint:") != cutBetween(second, "a=fingerprint:") {
		t.Error("a restart has new credentials and the old certificate")
	}
	if cutBetween(answer, "o=- ") == cutBetween(second, "o=- ") {
		t.Error("both descriptions have one version")
	}
	other := soundOnly(t, transcode.Opus)
	other.fingerprint = "sha-256 00"
	if p.restarts(other) {
		t.Error("another certificate is taken for the same page")
	}
	p.close()
	if p.restarts(again) {
		t.Error("a closed peer restarts")
	}
}

// cutBetween is the line of text that follows a mark.
func cutBetween(text, mark string) string {
	_, after, _ := strings.Cut(text, mark)
	line, _, _ := strings.Cut(after, "\r\n")
	return line
}

// Pictures need a PeerConnection, and so does everybody where that is asked.
func TestWhoGetsAPeerConnection(t *testing.T) {
	t.Parallel()
	e := leanEngine(t)
	w, m := silentLeg(t)
	e.full = true
	p, _, err := e.connect(soundOnly(t, transcode.Opus), w, m, func(peer, path) {})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if _, is := p.(*full); !is {
		t.Errorf("a %T", p)
	}
}

// While the transport of a page that was reloaded is at the leg's mouth, another
// one's packet does not wait for it.
func TestTwoPeersDoNotSpeakAtOnce(t *testing.T) {
	t.Parallel()
	e := leanEngine(t)
	w, m := silentLeg(t)
	p, _, err := e.connect(soundOnly(t, transcode.Opus), w, m, func(peer, path) {})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	m.port.SetFormat(p.format())
	packet := []byte{0x80, p.format().PayloadType, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 8}
	m.turn.Lock()
	p.(*leanPeer).Sound(7, packet, time.Now())
	m.turn.Unlock()
	if n := m.port.Stats().Received; n != 0 {
		t.Errorf("%d packets came in between", n)
	}
	packet[3]++
	p.(*leanPeer).Sound(7, packet, time.Now())
	p.(*leanPeer).Sound(7, packet[:5], time.Now()) // no RTP
	if n := m.port.Stats().Received; n != 1 {
		t.Errorf("%d packets came after, want 1", n)
	}
}
