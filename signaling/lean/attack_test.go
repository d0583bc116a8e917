package lean

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"

	"webtrunk/media"
)

func (p *page) from() netip.AddrPort {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wire.LocalAddr().(*net.UDPAddr).AddrPort()
}

// socket is the door's that has the page's address.
func (p *page) socket(t testing.TB, d *Door) *socket {
	t.Helper()
	for _, k := range d.sockets {
		if k.holder(p.from()) == p.session {
			return k
		}
	}
	t.Fatal("no socket knows the page")
	return nil
}

// Who does not prove that a page sent them gets nothing back, whatever they
// send; the page's own check after it all is answered.
func TestForgedChecksAreNotAnswered(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	l := p.session.Local()
	ours := stun.NewShortTermIntegrity(l.Password)
	name := stun.NewUsername(l.Ufrag + ":" + p.ufrag)
	build := func(s ...stun.Setter) []byte {
		return stun.MustBuild(append([]stun.Setter{stun.TransactionID}, s...)...).Raw
	}
	broken := p.request(controls)
	broken[len(broken)-1] ^= 1
	for what, b := range map[string][]byte{
		"unknown ufrag":        build(stun.BindingRequest, stun.NewUsername("nobody:page"), ours, stun.Fingerprint),
		"another page's ufrag": build(stun.BindingRequest, stun.NewUsername(l.Ufrag+":other"), ours, stun.Fingerprint),
		"no colon":             build(stun.BindingRequest, stun.NewUsername(l.Ufrag), ours, stun.Fingerprint),
		"no user name":         build(stun.BindingRequest, ours, stun.Fingerprint),
		"a guessed password":   build(stun.BindingRequest, name, stun.NewShortTermIntegrity("guess"), stun.Fingerprint),
		"no integrity":         build(stun.BindingRequest, name, stun.Fingerprint),
		"no fingerprint":       build(stun.BindingRequest, name, ours),
		"a broken fingerprint": broken,
		"an indication":        build(stun.NewType(stun.MethodBinding, stun.ClassIndication), name, ours, stun.Fingerprint),
		"a response":           build(stun.BindingSuccess, name, ours, stun.Fingerprint),
		"another method":       build(stun.NewType(stun.MethodAllocate, stun.ClassRequest), name, ours, stun.Fingerprint),
		"cut short":            p.request(controls)[:30],
		"a header alone":       build(stun.BindingRequest),
		"after the integrity":  append(p.request(controls)[:0:0], append(p.request(controls), 0, 6, 0, 0)...),
		"a ClientHello":        {22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0},
		"sound":                {0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		"nothing":              {},
	} {
		t.Run(what, func(t *testing.T) {
			stranger := d.dial(t)
			defer stranger.Close()
			_, err := stranger.Write(b)
			check(t, err)
			p.checks(t) // in order behind it, at the latest once it is answered
			check(t, stranger.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
			if n, err := stranger.Read(make([]byte, 1500)); err == nil {
				t.Errorf("answered with %d bytes", n)
			}
		})
	}
	p.connects(t)
	p.says(t, "all is well")
}

// Two that both believe to control are told apart by 487; we never do.
func TestARoleConflictIsSaid(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	b := p.request(ice.AttrControlled(7))
	p.write(b)
	var m stun.Message
	check(t, stun.Decode(next(t, "answer", p.replies), &m))
	var code stun.ErrorCodeAttribute
	if m.Type != stun.BindingError || code.GetFrom(&m) != nil || code.Code != stun.CodeRoleConflict {
		t.Errorf("answered %s", m.String())
	}
	if len(m.Raw) > len(b) {
		t.Errorf("%d bytes answer %d", len(m.Raw), len(b))
	}
	check(t, stun.NewShortTermIntegrity(p.session.Local().Password).Check(&m))
}

// A handshake that another address begins is nobody's, and one with another
// certificate than the offer's comes to nothing.
func TestTheHandshakeIsThePages(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.checks(t)
	thief := &page{ear: p.ear, session: p.session, cert: p.cert, replies: p.replies, heard: p.heard, reports: p.reports}
	var answers int
	thief.talk = newTalk(func(b []byte) { thief.wire.Write(b) })
	thief.wire = d.dial(t)
	done := make(chan bool)
	go func() {
		defer close(done)
		for b := make([]byte, 1500); ; answers++ {
			if _, err := thief.wire.Read(b); err != nil {
				return
			}
		}
	}()
	_, err := thief.wire.Write([]byte{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0})
	check(t, err)
	p.connects(t)
	p.says(t, "mine")
	thief.wire.Close()
	if <-done; answers != 0 {
		t.Errorf("a thief had %d answers", answers)
	}

	for what, fingerprint := range map[string]string{
		"another certificate": fingerprintOf("sha-256", certificate(t).Certificate[0]),
		"another hash":        fingerprintOf("sha-512", certificate(t).Certificate[0]),
		"a hash unknown here": "sha-1 00:11:22",
	} {
		impostor := d.visit(t, func(o *Page) { o.Fingerprint = fingerprint })
		impostor.checks(t)
		_ = impostor.shakes() // may seem done to it: the client's last flight is judged by us
		if next(t, "end", impostor.paths) {
			t.Errorf("%s: a path was found", what)
		}
		impostor.session.Send(media.Frame{Payload: []byte("secret")})
		if impostor.session.sealer.Load() != nil {
			t.Errorf("%s: there are keys", what)
		}
	}
	for _, hash := range []string{"sha-384", "SHA-512"} {
		strong := d.visit(t, nil)
		strong.session.page.Fingerprint = fingerprintOf(hash, strong.cert.Certificate[0])
		strong.connects(t)
	}
}

// Sound is taken from the page alone, and once.
func TestForgedSoundIsNotHeard(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.checks(t)
	p.write([]byte{0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}) // before there are keys
	p.connects(t)
	good := p.packet(t, 7, "once")
	p.write(good)
	next(t, "sound", p.sound)
	p.write(good) // again
	bent := p.packet(t, 7, "bent")
	bent[len(bent)-12] ^= 1
	p.write(bent)
	for n := range 1000 { // junk from ever new sources leaves nothing behind
		junk := append([]byte{0x80, 111, 0, byte(n), 0, 0, 0, 1, 1, 2, byte(n >> 8), byte(n)}, make([]byte, 60)...)
		p.write(junk)
		junk[1] = 201 // and as a report
		p.write(junk)
	}
	stranger := d.dial(t)
	defer stranger.Close()
	_, err := stranger.Write(p.packet(t, 7, "from elsewhere"))
	check(t, err)
	p.silent(t)
	p.session.mu.Lock()
	if n := len(p.session.sources.known); n != 1 {
		t.Errorf("%d sources are kept", n)
	}
	p.session.mu.Unlock()
	if s := d.Stats(); s.Forged < 3 || s.Panics != 0 {
		t.Errorf("%+v", s)
	}
}

// Alerts without protection are anybody's word, and a forged one with it wakes
// nobody for long.
func TestForgedGoodbyesAreNotBelieved(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.says(t, "first")
	p.asleep(t)
	k, from, r := p.socket(t, d), p.from(), &scratch{}
	for _, alert := range [][]byte{
		{21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0},                                                   // in the clear
		{21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 26, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, // as if protected
		{21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0},
		{23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0}, // no alert at all
	} {
		for range 50 {
			k.take(r, alert, from)
		}
	}
	p.says(t, "still here")
	p.told(t, 1, "so are we")
	p.asleep(t)
	p.says(t, "and awake")
	check(t, p.conn.Close()) // the true one is believed after all
	if next(t, "goodbye", p.paths) {
		t.Error("the path was found")
	}
}

// A page that speaks from more sources than any browser does is cut off.
func TestAPageBeyondItsBoundsIsCutOff(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	many := d.visit(t, nil)
	many.connects(t)
	for n := range uint32(maxSources + 1) {
		many.write(many.packet(t, n+100, "chameleon"))
	}
	if next(t, "end", many.paths) {
		t.Error("the path was found")
	}
}

// spoke is when the page was heard last.
func (p *page) spoke() time.Time {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	return p.session.spoke
}

// spokeAt has the page have been heard at a time, by the way that it was.
func (p *page) spokeAt(at time.Time) {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	p.session.spoke = at
}

// replayed has a check, which was overheard, come again from ever new addresses.
func (p *page) replayed(t testing.TB, k *socket, check []byte, times int, now time.Time) {
	t.Helper()
	r := &scratch{}
	for n := range times {
		from := netip.MustParseAddrPort(fmt.Sprintf("127.0.%d.%d:9", 1+n/250, 1+n%250))
		if k.door.asks(r, check) != p.session {
			t.Fatal("the check is not the page's")
		}
		p.session.check(r, udpWay{k, from}, now)
	}
}

// Who has overheard a check of the page's, and sends it again from hundreds of
// addresses, neither ends the call nor turns its sound away; what is kept of them
// is bounded, and goes with the session.
func TestAReplayedCheckEndsNoCall(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.says(t, "before")
	k := p.socket(t, d)
	p.spokeAt(time.Now().Add(time.Hour)) // it speaks all the while
	p.replayed(t, k, p.request(controls, nominate), maxWays*3, p.spoke())
	p.told(t, 1, "to the page")
	p.says(t, "after")
	if k.holder(p.from()) != p.session {
		t.Error("the page's way has made room for others")
	}
	k.mu.Lock()
	if n := len(k.bound); n > maxWays {
		t.Errorf("%d addresses are kept", n)
	}
	k.mu.Unlock()
	if s := d.Stats(); s.Evicted != 2*maxWays+1 {
		t.Errorf("%d ways have made room, want %d", s.Evicted, 2*maxWays+1)
	}
	p.session.Close()
	k.mu.Lock()
	if n := len(k.bound); n != 0 {
		t.Errorf("%d addresses outlive their session", n)
	}
	k.mu.Unlock()
}

// The page's own ways come back, each as soon as it checks it.
func TestAWayThatMadeRoomComesBack(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	k, r := p.socket(t, d), &scratch{}
	spare := netip.MustParseAddrPort("127.0.9.9:9")
	k.take(r, p.request(controls), spare)
	p.replayed(t, k, p.request(controls), maxWays, time.Now().Add(time.Second))
	if k.holder(spare) != nil {
		t.Fatal("the oldest way made no room")
	}
	k.take(r, p.request(controls), spare)
	if k.holder(spare) != p.session {
		t.Error("the way does not come back")
	}
}

// Who has a session of their own and forges the source of another's call cannot
// take its packets away, until that has fallen silent.
func TestAnAddressStaysWithItsCall(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	victim, thief := d.visit(t, nil), d.visit(t, nil)
	victim.connects(t)
	k, r := victim.socket(t, d), &scratch{}
	k.take(r, thief.request(controls, nominate), victim.from())
	victim.says(t, "undisturbed")
	if k.holder(victim.from()) != victim.session {
		t.Error("the address was taken")
	}
	victim.session.Close()
	k.take(r, thief.request(controls, nominate), victim.from())
	if k.holder(victim.from()) != thief.session {
		t.Error("an address that is free cannot be had")
	}
}

// An ear that fails costs a packet.
func TestAPanicCostsItsPacket(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.says(t, "first")
	p.session.mu.Lock()
	p.session.page.Ear = deaf{p.ear}
	p.session.mu.Unlock()
	p.write(p.packet(t, 7, "panic"))
	p.says(t, "after it")
	if s := d.Stats(); s.Panics != 1 {
		t.Errorf("%+v", s)
	}
}

type deaf struct{ *ear }

func (e deaf) Sound(ssrc uint32, packet []byte, now time.Time) {
	if string(packet[rtpHeader:]) == "panic" {
		panic("a fault of ours")
	}
	e.ear.Sound(ssrc, packet, now)
}

// A failure of ours in a handshake, or when a page falls silent, ends at most
// that page's session: others are served on.
func TestAPanicElsewhereEndsOneSession(t *testing.T) {
	t.Parallel()
	d := open(t, func(c *Config) { c.Vanish = 300 * time.Millisecond })
	early := d.visit(t, func(o *Page) { o.Ear = stumbling{o.Ear, true} })
	early.checks(t)
	check(t, early.shakes())
	if next(t, "end", early.paths) {
		t.Error("the path was found")
	}
	later := d.visit(t, func(o *Page) { o.Ear = stumbling{o.Ear, false} })
	later.connects(t)
	for d.Stats().Panics < 2 {
		time.Sleep(10 * time.Millisecond)
	}
	p := d.visit(t, nil)
	p.connects(t)
	p.says(t, "still served")
}

// A stumbling ear fails when it hears of a path: that it is found, or lost.
type stumbling struct {
	Ear
	at bool
}

func (e stumbling) Path(found bool) {
	if found == e.at {
		panic("a fault of ours")
	}
	e.Ear.Path(found)
}
