package media

import (
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
)

// echoGap is the least time between two packets of ours that are heard. A telephone
// speaks every 10 ms at most; between two mirrors a packet would otherwise go to and
// fro for ever, as fast as the machine can.
const echoGap = 4 * time.Millisecond

// A mirror is what a socket knows of packets from the far end that bear our own
// source. Either the far end has chosen the same by chance, or it sends what we
// sent back to us: a test of echo, a call that was routed in a circle. The two are
// told apart as RFC 3550 §8.2 has it: we take another source, once, and say
// goodbye in the name of the former. What keeps the old one is the far end's
// sound. What comes under the new one is ours: it is heard where the far end has
// nothing else to say, for whoever calls a test of echo wants to hear it.
type mirror struct {
	wanted  bool      // another source is to be taken with the next packet
	renamed time.Time // when it was; zero: never
	former  uint32
	leaving bool      // the former's goodbye is still to be said
	heard   time.Time // when something of ours was
	last    uint32    // the source that was heard last
	any     bool      // … if there was one
}

// listens takes a packet of the far end's and reports whether it is heard, and
// whether another source was heard before. c.mu is held.
func (c *Socket) listens(f *Frame, ssrc uint32, now time.Time) (heard, anew bool) {
	m, source := &c.mirror, ssrc
	if source == c.ssrc || m.returns(source, now) {
		if m.wanted = m.renamed.IsZero(); !m.wanted {
			source = m.former // as it was called when it was first heard
		}
		c.port.looped.Add(1)
		heard = m.shows(&c.voice, now)
	} else if heard, _ = c.voice.Take(ssrc, now); !heard {
		c.port.aside.Add(1)
	}
	if !heard {
		return false, false
	}
	anew = m.any && m.last != source
	m.last, m.any = source, true
	c.arriving.take(ssrc, f.Sequence, f.Timestamp, c.port.Format().Codec.ClockRate(), now)
	return true, anew
}

// returns reports whether a source is the one that we have just left: what was
// under way still bears its name.
func (m *mirror) returns(ssrc uint32, now time.Time) bool {
	return !m.renamed.IsZero() && ssrc == m.former && now.Sub(m.renamed) < fallenSilent
}

// shows reports whether a packet of ours is heard.
func (m *mirror) shows(v *Voice, now time.Time) bool {
	if v.Speaks(now) || now.Sub(m.heard) < echoGap {
		return false
	}
	m.heard = now
	return true
}

// rename takes another source where one is wanted. It is called by who sends,
// who alone reads c.ssrc without c.mu, which is held.
func (c *Socket) rename(now time.Time) {
	m := &c.mirror
	if !m.wanted {
		return
	}
	m.wanted, m.renamed, m.former, m.leaving = false, now, c.ssrc, true
	for c.ssrc == m.former {
		c.ssrc = rand.Uint32()
	}
	c.departing, c.stirred = transmission{}, 0 // RFC 3550 §6.4.1: a new source counts anew
}

// goodbyes are those still to be said (RFC 3550 §8.2).
func (m *mirror) goodbyes() []rtcp.Packet {
	if !m.leaving {
		return nil
	}
	m.leaving = false
	return []rtcp.Packet{&rtcp.Goodbye{Sources: []uint32{m.former}}}
}
