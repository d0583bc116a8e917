package signaling

import (
	"slices"
	"time"

	"webtrunk/media"
	"webtrunk/signaling/lean"
)

const (
	// probesEach is how many probes a page has at once: one by UDP, one by TCP, and, where
	// neither gets through, one by a TURN server while the gateway still waits for them.
	probesEach = 3
	// probePackets is how many packets a second of a probe are sent back: sound is
	// 50, or 100 in pieces of 10 ms.
	probePackets = 120
	// probeBytes is the longest payload that is sent back. Opus at its best is 400.
	probeBytes = 500
)

// A probe sends a page its own packets back, so that it can see before a call what its
// network does to them. It is no call: no leg, nothing that is counted or recorded. It
// sends to nobody who has not proved by ICE and DTLS to be there and to want it, for
// each packet at most one that is no longer, and not for long.
type probe struct {
	id        string
	transport *lean.Session
	meter     media.Meter
	echoes    bucket
	limit     *time.Timer
	gone      func() // posts that its page has left it
}

var _ lean.Ear = (*probe)(nil)

// A probeNotice is our side of a probe, as an answer is of a call.
type probeNotice struct {
	head
	SDP string `json:"sdp"`
}

// probe begins a probe for the page. Whatever is wrong with it is found before it
// counts, and what counts is of the page's network and of its key: more pages are no
// way around it.
func (s *session) probe(r request) *refusal {
	if slices.ContainsFunc(s.probes, func(p *probe) bool { return p.id == r.ID }) {
		return refuse(codeCallExists, "This page already has a probe with this id.")
	}
	o, bad := s.understand(r.SDP)
	if bad != nil {
		return bad
	}
	o.video = nil
	if len(s.probes) == probesEach || !s.server.probes.begin(s.from, s.hello.Key, time.Now()) {
		return &refusal{code: codeRateLimited, message: "This page has probed the network too often.", retry: probeRefill}
	}
	p, err := s.server.openProbe(s, r.ID, o)
	if err != nil {
		s.server.probes.end()
		s.log.Error("a probe cannot be made", "error", err)
		return refuse(codeInternal, "Something went wrong in the gateway while it handled this message.")
	}
	s.probes = append(s.probes, p)
	s.send(&probeNotice{head{Type: "probe", ID: r.ID}, o.answer(o.lean(p.transport.Local(), 1, 1))})
	return nil
}

// openProbe makes the transport of a probe, which ends in time, or when its page
// closes it.
func (s *Server) openProbe(sess *session, id string, o *offer) (*probe, error) {
	p := &probe{id: id, echoes: newBucket(probePackets, probePackets)}
	p.gone = func() { sess.post(func() { sess.unprobe(p) }) }
	transport, err := s.engine.door.Open(lean.Page{
		Ufrag: o.ufrag, Fingerprint: o.fingerprint, Clock: o.format.Codec.ClockRate(), Ear: p, Meter: &p.meter,
	})
	if err != nil {
		return nil, err
	}
	p.transport = transport
	p.limit = time.AfterFunc(s.cfg.Limits.Probe, p.gone)
	return p, nil
}

// unprobe ends a probe, unless it has ended.
func (s *session) unprobe(p *probe) {
	i := slices.Index(s.probes, p)
	if i < 0 {
		return
	}
	s.probes = slices.Delete(s.probes, i, i+1)
	p.limit.Stop()
	s.server.background(func() {
		p.transport.Close()
		s.server.probes.end()
	})
}

// unprobeAll ends what a session that is over still probes.
func (s *session) unprobeAll() {
	for _, p := range slices.Clone(s.probes) {
		s.unprobe(p)
	}
}

// Sound sends a packet back.
func (p *probe) Sound(_ uint32, packet []byte, now time.Time) {
	if f, ok := media.FrameOf(packet); ok && len(f.Payload) <= probeBytes && p.echoes.take(now) {
		p.transport.Send(f)
	}
}

// Loss is of no interest: the page counts what comes back.
func (p *probe) Loss(int) {}

// Path ends a probe that its page has closed, or that comes from nowhere any more.
func (p *probe) Path(found bool) {
	if !found {
		p.gone()
	}
}
