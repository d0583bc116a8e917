package sip

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
)

// Bounds on what is kept of recent calls: their legs, the messages of one leg,
// their bytes together, those of all legs, and for how long. A usual leg's are 10
// KiB: so many as there may be fit, unless carriers are long-winded.
const (
	maxTracks      = 500
	maxRungs       = 64
	maxTrackBytes  = 96 << 10
	maxLadderBytes = 16 << 20
	keepTracks     = time.Hour
)

// ladders keep the messages of recent calls in memory, so that an operator can
// see what was said to a carrier and what it answered. Secrets and the keys that
// people press are taken out before anything is kept (redact.go).
type ladders struct {
	mu      sync.Mutex
	byID    map[string]*track // by SIP's Call-ID
	tracks  []*track          // oldest first
	bytes   int               // of all messages
	watched map[webtrunk.CallID]func(rung)
}

// A track is the messages of one leg.
type track struct {
	callID string
	trunk  string
	begun  time.Time
	call   webtrunk.CallID
	leg    call.LegID
	rungs  []rung
	bytes  int
	missed int // messages beyond the bounds
}

// A rung is one message.
type rung struct {
	at   time.Time
	ours bool
	text string
}

func newLadders() *ladders {
	return &ladders{byID: make(map[string]*track), watched: make(map[webtrunk.CallID]func(rung))}
}

// begin opens the track of a leg, and lets go of the oldest.
func (s *ladders) begin(callID, trunk string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[callID] != nil {
		return
	}
	for len(s.tracks) > 0 && (len(s.tracks) >= maxTracks || now.Sub(s.tracks[0].begun) > keepTracks) {
		s.forget()
	}
	t := &track{callID: callID, trunk: trunk, begun: now}
	s.byID[callID] = t
	s.tracks = append(s.tracks, t)
}

// forget lets go of the oldest track.
func (s *ladders) forget() {
	s.bytes -= s.tracks[0].bytes
	delete(s.byID, s.tracks[0].callID)
	s.tracks[0] = nil
	s.tracks = s.tracks[1:]
}

// name says which leg of which call a track is of.
func (s *ladders) name(callID string, id webtrunk.CallID, leg call.LegID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.byID[callID]; t != nil {
		t.call, t.leg = id, leg
	}
}

// follow has see called with each message of a call, in its order, until stop is
// called. It must not block.
func (s *ladders) follow(id webtrunk.CallID, see func(rung)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched[id] = see
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watched, id)
	}
}

// note keeps a message, ours or the carrier's. It is called where messages
// enter and leave, once for each, repetitions apart.
func (s *ladders) note(msg sip.Message, ours bool) {
	id := msg.CallID()
	if id == nil || !s.room(id.Value()) {
		return
	}
	r := rung{time.Now(), ours, redact(textOf(msg))}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.byID[id.Value()]
	if t == nil {
		return
	}
	if see := s.watched[t.call]; see != nil {
		see(r)
	}
	if t.bytes+len(r.text) > maxTrackBytes {
		t.missed++
		return
	}
	t.rungs, t.bytes, s.bytes = append(t.rungs, r), t.bytes+len(r.text), s.bytes+len(r.text)
	for s.bytes > maxLadderBytes && s.tracks[0] != t {
		s.forget()
	}
}

// room reports whether a track takes more.
func (s *ladders) room(callID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.byID[callID]
	if t != nil && len(t.rungs) >= maxRungs {
		t.missed++
	}
	return t != nil && len(t.rungs) < maxRungs
}

// textOf is a message as it was on the wire, but for the name that the gate has
// given to a CANCEL.
func textOf(msg sip.Message) string {
	if req, ok := msg.(*sip.Request); ok && req.Method == cancelMethod {
		req = req.Clone()
		req.Method = sip.CANCEL
		return req.String()
	}
	return msg.String()
}

// of returns copies of the tracks of a call, in the order of their beginning.
func (s *ladders) of(id webtrunk.CallID, now time.Time) []track {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []track
	for _, t := range s.tracks {
		if t.call == id && now.Sub(t.begun) <= keepTracks {
			c := *t
			c.rungs = slices.Clone(t.rungs)
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b track) int { return cmp.Compare(a.leg, b.leg) })
	return found
}

// Ladder tells what was said over SIP in a recent call, as text: one line a
// message, and the messages themselves below where they are asked for. Secrets
// are not in it; numbers are, also those of hidden contacts, so that it is for
// the operator alone. It reports false for a call of which nothing is known any
// more, or that went over no trunk.
func (e *Edge) Ladder(id webtrunk.CallID, messages bool) (string, bool) {
	tracks := e.ladders.of(id, time.Now())
	if len(tracks) == 0 {
		return "", false
	}
	return drawLadder(id, tracks, messages), true
}
