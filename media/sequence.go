package media

// Limits of RFC 3550 appendix A.1: how far a number may leap ahead and fall
// behind before it is taken for another sequence. At 50 packets a second they
// are one minute and two seconds.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// maxLateRun is how many late packets in a row make a restarted sequence that
// happens to begin just behind the old one: 200 ms of a telephone's speech.
const maxLateRun = 10

// An order says how a packet's number stands to those before.
type order uint8

const (
	next      order = iota // ahead of all others
	late                   // behind: its place was passed over
	repeated               // seen before
	astray                 // far off; another one like it makes a new sequence
	restarted              // the first of a new sequence
)

// A sequence follows the sequence numbers of one arriving stream.
type sequence struct {
	started bool
	highest uint16
	seen    uint64 // bit i: highest-i has arrived
	doubt   uint32 // the number that would confirm a new sequence, plus 1; 0 for none
	lateRun int
}

// take puts a number into the sequence. Lost is how many numbers it left out,
// 0 unless the order is next.
func (s *sequence) take(n uint16) (o order, lost int) {
	ahead := n - s.highest
	switch {
	case !s.started:
		return s.restart(n), 0
	case ahead == 0:
		return repeated, 0
	case ahead < maxDropout:
		s.seen = s.seen<<ahead | 1
		s.highest, s.doubt, s.lateRun = n, 0, 0
		return next, int(ahead) - 1
	case -ahead <= maxMisorder:
		return s.behind(n, -ahead), 0
	case s.doubt == uint32(n)+1:
		return s.restart(n), 0
	}
	s.doubt = uint32(n+1) + 1
	return astray, 0
}

// behind tells a late number from a repeated one. Further back than seen
// reaches they are the same to us.
func (s *sequence) behind(n, back uint16) order {
	bit := uint64(1) << back // 0 from 64 on
	if s.seen&bit != 0 {
		return repeated
	}
	s.seen |= bit
	if s.lateRun++; s.lateRun >= maxLateRun {
		return s.restart(n)
	}
	return late
}

func (s *sequence) restart(n uint16) order {
	*s = sequence{started: true, highest: n, seen: 1}
	return restarted
}
