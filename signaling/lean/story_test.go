package lean

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"

	"webtrunk/media"
)

// A page checks, shakes hands, speaks and hears; reports come; at the end it is
// told goodbye in both protocols.
func TestAPageSpeaksAndHears(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	for i, word := range []string{"one", "two", "three"} {
		p.says(t, word)
		p.told(t, uint16(i), strings.ToUpper(word))
	}
	var told *rtcp.SenderReport
	for told == nil || told.PacketCount != 3 || len(told.Reports) != 1 {
		packets, err := rtcp.Unmarshal(next(t, "report", p.reports))
		check(t, err)
		told, _ = packets[0].(*rtcp.SenderReport)
	}
	if b := told.Reports[0]; told.SSRC != p.session.Local().SSRC || b.SSRC != 7 || b.FractionLost != 0 {
		t.Errorf("reported %+v", told)
	}
	p.session.Close()
	for bye := false; !bye; {
		packets, err := rtcp.Unmarshal(next(t, "goodbye", p.reports))
		check(t, err)
		_, bye = packets[len(packets)-1].(*rtcp.Goodbye)
	}
	if _, err := p.conn.Read(make([]byte, 10)); err != io.EOF {
		t.Errorf("the association ended with %v", err)
	}
	if s := d.Stats(); s.Sessions != 0 || s.Panics != 0 {
		t.Errorf("left behind %+v", s)
	}
}

// The cheapest protection that a page offers is taken, whatever it prefers; one
// that has only the oldest is heard too, and one that has none of ours is not.
func TestTheBestProtectionThatAPageHasIsTaken(t *testing.T) {
	t.Parallel()
	const gcm, sha1, long = dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AEAD_AES_256_GCM
	d := open(t, nil)
	for _, c := range []struct {
		offers []dtls.SRTPProtectionProfile
		want   dtls.SRTPProtectionProfile
	}{
		{chromium, gcm},
		{[]dtls.SRTPProtectionProfile{sha1, long, gcm}, gcm},
		{[]dtls.SRTPProtectionProfile{sha1}, sha1},
	} {
		p := d.visit(t, nil)
		p.offers = c.offers
		p.connects(t)
		if p.agreed != c.want {
			t.Errorf("of %v the gateway chose %v, want %v", c.offers, p.agreed, c.want)
		}
		p.says(t, "both ways")
		p.told(t, 1, "BOTH WAYS")
	}
	p := d.visit(t, nil)
	p.offers = []dtls.SRTPProtectionProfile{long}
	p.checks(t)
	if err := p.shakes(); err == nil {
		t.Error("a page that offers no protection of ours was let in")
	}
	if found := next(t, "end", p.paths); found {
		t.Error("it has a path")
	}
}

// What the page reports of our sound is measured, and told.
func TestThePagesReportsAreHeard(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	var m *media.Meter
	p := d.visit(t, func(o *Page) { m = o.Meter })
	p.connects(t)
	p.told(t, 1, "sound")
	b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 7, Reports: []rtcp.ReceptionReport{
		{SSRC: 12345, FractionLost: 200}, {SSRC: p.session.Local().SSRC, FractionLost: 64},
	}}})
	check(t, err)
	sealed, err := p.seal.EncryptRTCP(nil, b, nil)
	check(t, err)
	p.write(sealed)
	if percent := next(t, "loss", p.loss); percent != 25 {
		t.Errorf("%d %% are lost, want 25", percent)
	}
	port := media.NewPort("leg", p.session)
	defer port.Close()
	if q := m.Quality(port); q.FarLoss != 0.25 {
		t.Errorf("measured %+v", q)
	}
}

// A page that comes by another network and nominates it is sent to there from
// then on; one that only checks is not.
func TestSoundFollowsTheNominatedWay(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.told(t, 1, "here")

	other := d.dial(t)
	defer other.Close()
	_, err := other.Write(p.request(controls))
	check(t, err)
	b := make([]byte, 1500)
	if _, err := other.Read(b); err != nil || !isSTUN(b) {
		t.Fatalf("a check by another way: %v", err)
	}
	p.told(t, 2, "still here")

	_, err = other.Write(p.request(controls, nominate))
	check(t, err)
	_, err = other.Read(b)
	check(t, err)
	p.session.Send(media.Frame{Sequence: 3, Payload: []byte("there")})
	for n := 0; !isRTP(b[:n]) || isRTCP(b[:n]); {
		n, err = other.Read(b)
		check(t, err)
	}
	_, err = other.Write(p.packet(t, 7, "from there"))
	check(t, err)
	if got := next(t, "sound by the other way", p.sound); got != "from there" {
		t.Errorf("heard %q", got)
	}
}

// While a page speaks from one place it is not sent elsewhere because of a check
// alone: it is once it speaks from there, or from nowhere.
func TestSoundFollowsThePage(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	for name, speaks := range map[string]bool{"who speaks from there": true, "who has fallen silent": false} {
		p := d.visit(t, nil)
		p.connects(t)
		p.says(t, "here")
		k, r := p.socket(t, d), &scratch{}
		other := d.dial(t)
		defer other.Close()
		there := udpWay{k, other.LocalAddr().(*net.UDPAddr).AddrPort()}
		s := p.session
		p.spokeAt(time.Now().Add(time.Hour)) // it speaks all the while
		d.asks(r, p.request(controls, nominate))
		s.check(r, there, time.Now())
		p.told(t, 1, "still here")
		if speaks {
			k.take(r, p.packet(t, 7, "there"), there.to)
			next(t, "sound from there", p.sound)
		} else {
			p.spokeAt(time.Now().Add(-spoken))
		}
		for until := time.Now().Add(patience); *s.current.Load() != way(there); time.Sleep(time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%s: the page is not followed", name)
			}
		}
	}
}

// What a page says last holds: it may think better of it, by a check or by going
// on to speak from where it is.
func TestAPageTakesItsNominationBack(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	for name, speaks := range map[string]bool{"by a check": false, "by speaking": true} {
		p := d.visit(t, nil)
		p.connects(t)
		p.says(t, "here")
		k, r, s := p.socket(t, d), &scratch{}, p.session
		here, at := udpWay{k, p.from()}, p.spoke()
		nominates := func(to netip.AddrPort) {
			d.asks(r, p.request(controls, nominate))
			s.check(r, udpWay{k, to}, at)
		}
		nominates(netip.MustParseAddrPort("127.0.9.9:9"))
		s.mu.Lock()
		if speaks {
			s.spoke = at.Add(2 * spoken)
			s.follow(s.spoke)
		} else {
			s.mu.Unlock()
			nominates(here.to)
			s.mu.Lock()
		}
		s.follow(at.Add(time.Hour))
		if *s.current.Load() != way(here) {
			t.Errorf("%s: the page is sent to where it was for a moment", name)
		}
		s.mu.Unlock()
	}
}

// An ICE restart keeps the keys: sound passes before, between and after, and the
// old credentials hold until the new ones are used.
func TestARestartKeepsTheKeys(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	p := d.visit(t, nil)
	p.connects(t)
	p.says(t, "before")
	old := p.request(controls, nominate)
	was := p.session.Local()
	p.session.Restart("again")
	p.session.Restart("more") // the page asked twice
	p.ufrag = "more"
	if now := p.session.Local(); now.Ufrag == was.Ufrag || now.Password == was.Password || now.Fingerprint != was.Fingerprint || now.SSRC != was.SSRC {
		t.Errorf("restarted as %+v from %+v", now, was)
	}
	p.write(old)
	next(t, "answer under the old credentials", p.replies)
	p.says(t, "between")

	p.plug(t, d.dial(t)) // another network
	p.checks(t)
	if !next(t, "path", p.paths) {
		t.Error("the path was lost")
	}
	p.says(t, "after")
	p.told(t, 9, "after")
	p.write(old)
	p.checks(t) // answered; the old one was not, for nothing else comes
	select {
	case b := <-p.replies:
		t.Errorf("the old credentials are answered: %x", b)
	default:
	}
	d.mu.RLock()
	if n := len(d.sessions); n != 1 {
		t.Errorf("%d ufrags are known for one session", n)
	}
	d.mu.RUnlock()
}

// A page that falls silent is lost, and found when it is heard again.
func TestASilentPageIsLostAndFound(t *testing.T) {
	t.Parallel()
	d := open(t, func(c *Config) { c.Vanish = 300 * time.Millisecond })
	p := d.visit(t, nil)
	p.connects(t)
	if next(t, "loss", p.paths) {
		t.Fatal("the path was found twice")
	}
	p.checks(t)
	if !next(t, "path", p.paths) {
		t.Error("it stays lost")
	}
	p.says(t, "here again")
}

// A page that closes its connection says so, and the session is over at once.
func TestAPageSaysGoodbye(t *testing.T) {
	t.Parallel()
	d := open(t, nil)
	for name, settled := range map[string]bool{"at once": false, "in its sleep": true} {
		p := d.visit(t, nil)
		p.connects(t)
		if settled {
			p.says(t, "something")
			p.asleep(t)
		}
		check(t, p.conn.Close())
		if next(t, name+", goodbye", p.paths) {
			t.Errorf("%s: the path was found", name)
		}
		if p.session.Usable() {
			t.Errorf("%s: the session can be restarted", name)
		}
	}
}

// asleep waits until the association sleeps.
func (p *page) asleep(t testing.TB) {
	t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		p.session.mu.Lock()
		asleep := p.session.talk == nil && p.session.asleep != nil
		p.session.mu.Unlock()
		if asleep {
			return
		}
		if time.Now().After(until) {
			t.Fatal("the association does not fall asleep")
		}
	}
}

// A page may speak from so many sources, for each of which a state is kept.
func TestSourcesAreBounded(t *testing.T) {
	t.Parallel()
	var x sources
	for n := range uint32(maxSources) {
		if !x.take(n) {
			t.Fatalf("source %d is one too many", n)
		}
	}
	if x.take(99) || !x.take(3) {
		t.Error("the bound of sources does not hold")
	}
}

// Candidates name each address for both protocols, or the public ones instead.
func TestCandidatesAreOurs(t *testing.T) {
	d := open(t, nil)
	s, err := d.Open(Page{Ufrag: "page", Ear: newEar(), Meter: &media.Meter{}})
	check(t, err)
	l := s.Local()
	if len(l.Candidates) != 1 || !strings.HasPrefix(l.Candidates[0], "candidate:u1 1 udp 2130706431 127.0.0.1 ") || !strings.HasSuffix(l.Candidates[0], " typ host") {
		t.Errorf("candidates %q", l.Candidates)
	}
	if len(l.Ufrag) < 8 || len(l.Password) < 22 || !strings.HasPrefix(l.Fingerprint, "sha-256 ") || len(l.Fingerprint) != 8+95 {
		t.Errorf("our side is %+v", l)
	}
	d.Close()
	if _, err := d.Open(Page{}); err == nil {
		t.Error("a closed door opens")
	}
}
