package signaling

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"webtrunk/media"
	"webtrunk/signaling/lean"
)

// A lean peer is a transport for sound alone, without a PeerConnection.
type leanPeer struct {
	session     *lean.Session
	mouth       *mouth
	heard       uint32 // the source that was heard last, which the session alone looks at
	fingerprint string
	ufrag       string       // of the page's last offer
	speaks      media.Format // as the call's session agreed, which alone looks
	changed     func(peer, path)
	pull        func()       // takes it off the leg's wire
	origin      uint64       // of its descriptions (RFC 8866 §5.2)
	version     atomic.Int64 // likewise
}

var (
	_ peer     = (*leanPeer)(nil)
	_ lean.Ear = (*leanPeer)(nil)
	_ outlet   = (*leanPeer)(nil)
)

// connectLean makes a lean peer for an offer. changed is called on a reading
// goroutine.
func (e *engine) connectLean(o *offer, w *wire, m *mouth, changed func(peer, path)) (peer, string, error) {
	p := &leanPeer{
		fingerprint: o.fingerprint, ufrag: o.ufrag, speaks: o.format, mouth: m, changed: changed, origin: uint64(rand.Int64()),
	}
	session, err := e.door.Open(lean.Page{
		Ufrag: o.ufrag, Fingerprint: o.fingerprint, Clock: o.format.Codec.ClockRate(), Ear: p, Meter: &m.meter,
	})
	if err != nil {
		return nil, "", peerError("make", err)
	}
	p.session = session
	p.pull = w.connect(p)
	return p, p.describe(o), nil
}

// answer takes an ICE restart, a change of what is spoken, or both.
func (p *leanPeer) answer(o *offer) (string, error) {
	if o.ufrag != p.ufrag {
		p.session.Restart(o.ufrag)
		p.ufrag = o.ufrag
	}
	p.speaks = o.format
	p.session.SetClock(o.format.Codec.ClockRate())
	return p.describe(o), nil
}

// describe writes our side as the answer to an offer.
func (p *leanPeer) describe(o *offer) string {
	return o.answer(o.lean(p.session.Local(), p.origin, p.version.Add(1)))
}

// restarts reports whether an offer is another of this peer, rather than the
// first of another: a page that was not reloaded keeps its certificate.
func (p *leanPeer) restarts(o *offer) bool {
	return p.fingerprint == o.fingerprint && o.video == nil && p.session.Usable()
}

func (p *leanPeer) format() media.Format { return p.speaks }

// close ends the session and waits for it.
func (p *leanPeer) close() {
	p.pull()
	p.session.Close()
}

func (p *leanPeer) send(f media.Frame) { p.session.Send(f) }

// Sound carries a packet into the leg's port. Where a page was reloaded, its
// old transport may be at it still: then the new one's packet is lost, and the
// next is not.
func (p *leanPeer) Sound(ssrc uint32, packet []byte, now time.Time) {
	f, ok := media.FrameOf(packet)
	if !ok || !p.mouth.turn.TryLock() {
		return
	}
	defer p.mouth.turn.Unlock()
	if ssrc != p.heard {
		p.heard = ssrc
		p.mouth.port.Anew()
	}
	p.mouth.port.Receive(f) // which may change the format
	p.mouth.meter.Arrived(ssrc, f, p.mouth.port.Format().Codec.ClockRate(), now)
}

// Loss tells the port how much of what we send is lost.
func (p *leanPeer) Loss(percent int) { p.mouth.port.SetLoss(percent) }

// Path tells the call.
func (p *leanPeer) Path(found bool) {
	if found {
		p.changed(p, pathFound)
	} else {
		p.changed(p, pathLost)
	}
}
