package lean

import (
	"crypto/tls"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"

	"webtrunk/media"
)

// maxSources bounds what one page may make us keep: a call has one source of
// sound, and a few more in its life.
const maxSources = 32

// A Page is who a session is for, as its offer says.
type Page struct {
	Ear         Ear
	Meter       *media.Meter // measures the stream to the page and writes its reports
	Ufrag       string
	Fingerprint string // "sha-256 AB:CD:…" (RFC 8122 §5)
	Clock       uint32 // of RTP timestamps either way, in Hz, to begin with
}

// An Ear takes what a session hears. Its methods are called by one goroutine
// at a time, must not block, and must not close the session.
type Ear interface {
	// Sound takes an RTP packet in the clear, whose bytes are borrowed.
	Sound(ssrc uint32, packet []byte, now time.Time)
	// Loss is how many of a hundred packets to the page were lost lately.
	Loss(percent int)
	// Path says that packets may pass both ways, or that nothing comes any more.
	Path(found bool)
}

// A phase is how far a session has come.
type phase uint8

const (
	early phase = iota // no keys yet
	up
	lost // the page has been silent for too long
	over // a goodbye, a handshake that failed, a bound that was passed
)

// A Session is one page's transport.
type Session struct {
	// What each packet from the page needs lies together, and behind it what each one to
	// the page does: between two packets of one call all others have theirs, and a line
	// of 64 bytes is the least that has to come back.
	mu      sync.Mutex // guards what follows, up to page, and more below
	phase   phase
	closed  bool
	inUse   atomic.Bool // something has come of late, and more may
	opener  *opener
	voice   media.Voice // of the sources, the one that is heard
	sources sources
	heard   time.Time   // when anything came
	spoke   time.Time   // when sound came
	sound   origin      // and where from
	next    way         // nominated, and not in use yet; nil for none
	talk    *talk       // the DTLS that is awake, nil while it sleeps
	asleep  *dtls.State // what it wakes from
	page    Page

	ssrc    uint32
	clock   atomic.Uint32
	sealer  atomic.Pointer[sealer]
	current atomic.Pointer[way]
	spent   media.Spent       // Send's, which one goroutine at a time calls
	out     [maxDatagram]byte // likewise

	running  sync.WaitGroup    // grows under mu and not once closed
	creds    credentials       // guarded by mu, as all that follows but door and cert
	former   *credentials      // until the first check under creds
	ways     map[way]time.Time // and when they were checked last
	wished   time.Time         // when next was
	hearsay  *srtp.Context     // proves the page's reports
	reporter *srtp.Context     // protects ours
	report   rtcp.Header
	due      time.Time // our next report

	door *Door
	cert tls.Certificate
}

func newSession(d *Door, p Page, cert tls.Certificate) *Session {
	s := &Session{door: d, page: p, cert: cert, ssrc: rand.Uint32(), ways: map[way]time.Time{}}
	s.clock.Store(p.Clock)
	return s
}

// SetClock sets the clock of RTP timestamps, which changes with the codec.
func (s *Session) SetClock(hz uint32) { s.clock.Store(hz) }

// Local is what the answer says of our side.
type Local struct {
	Ufrag, Password, Fingerprint string
	SSRC                         uint32
	CNAME                        string
	Candidates                   []string // "candidate:…"
}

// Local returns our side of the session.
func (s *Session) Local() Local {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Local{
		Ufrag: s.creds.ufrag, Password: s.creds.password, Fingerprint: fingerprintOf("sha-256", s.cert.Certificate[0]),
		SSRC: s.ssrc, CNAME: s.door.cname, Candidates: s.door.candidates,
	}
}

// Usable reports whether the session may still be restarted.
func (s *Session) Usable() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phase != over && !s.closed
}

// Restart begins another generation of ICE (RFC 8445 §9): new credentials, the
// same keys. The old credentials hold until the first check under the new ones,
// and sound goes on by the old way until another is nominated.
func (s *Session) Restart(ufrag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.door.mu.Lock()
	fresh := s.door.admit(s, ufrag)
	s.door.mu.Unlock()
	if s.former != nil {
		s.door.forget(s, s.creds.ufrag) // never used: the page restarted twice
	} else {
		former := s.creds
		s.former = &former
	}
	s.creds = fresh
}

// hear takes what came by a way of the session's, RTP or RTCP.
func (s *Session) hear(b []byte, from origin, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.phase == over || s.opener == nil:
	case isRTCP(b):
		s.hearReport(b, now)
	case isRTP(b):
		s.hearSound(b, from, now)
	}
}

// hearSound takes an RTP packet. It is decrypted in its place.
func (s *Session) hearSound(b []byte, from origin, now time.Time) {
	ssrc := binary.BigEndian.Uint32(b[8:])
	clear, err := s.opener.open(b)
	if err != nil || !s.sources.take(ssrc) {
		s.overrun(err)
		return
	}
	s.touch(now)
	s.sound, s.spoke = from, now
	s.follow(now)
	if s.talk != nil && s.asleep == nil {
		s.talk.settle() // who sends under these keys has all of our handshake
	}
	if heard, _ := s.voice.Take(ssrc, now); heard {
		s.page.Ear.Sound(ssrc, clear, now)
	}
}

// overrun ends the session of a page that speaks from more sources than it may,
// as a packet shows that was proved to be its own.
func (s *Session) overrun(err error) {
	if err == nil {
		s.end()
		return
	}
	s.door.forged.Add(1)
}

// touch notes that the page is there.
func (s *Session) touch(now time.Time) {
	s.heard = now
	if !s.inUse.Load() {
		s.inUse.Store(true)
	}
	if s.phase == lost {
		s.phase = up
		s.page.Ear.Path(true)
	}
}

// end lets nothing in or out any more; what is held waits for Close.
func (s *Session) end() {
	if s.phase == over {
		return
	}
	s.phase = over
	s.inUse.Store(false)
	s.current.Store(nil)
	if s.talk != nil {
		s.talk.Close()
	}
	s.page.Ear.Path(false)
}

// Close says goodbye, ends the session and waits for what it started. Nothing
// reaches the Ear afterwards. It must not be called from the Ear.
func (s *Session) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.running.Wait()
		return
	}
	s.closed = true
	farewell := s.goodbye()
	s.phase = over
	s.inUse.Store(false)
	if s.talk != nil {
		s.talk.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	farewell()
	s.release()
}

// release gives back what the door keeps for the session.
func (s *Session) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.Store(nil)
	ufrags := []string{s.creds.ufrag}
	if s.former != nil {
		ufrags = append(ufrags, s.former.ufrag)
	}
	s.door.forget(s, ufrags...)
	s.door.mu.Lock()
	delete(s.door.open, s)
	s.door.mu.Unlock()
	for w := range s.ways {
		w.unbind(s)
	}
	clear(s.ways)
	s.next, s.sound = nil, origin{}
}

// Sources are the SSRCs that a page has sent from. What proves packets keeps a state
// for each, so they are bounded.
type sources struct{ known []uint32 }

// take reports whether a source is one of the few that a page may have.
func (x *sources) take(ssrc uint32) bool {
	if slices.Contains(x.known, ssrc) {
		return true
	}
	if len(x.known) == maxSources {
		return false
	}
	x.known = append(x.known, ssrc)
	return true
}
