package floor

import (
	"cmp"
	"time"
)

// A Queue is where callers wait, and how agents are chosen for them.
type Queue struct {
	ID       string
	Name     string
	Strategy Strategy
	Priority int           // larger first, where an agent serves several
	Ring     time.Duration // how long an offer rings; 0 means 20 s
	Most     int           // how many may wait; 0 means any number
	MaxWait  time.Duration // since they came into this queue; 0 means for ever
	Last     Last          // what then becomes of them
	Overflow []Overflow    // tried in their order
	Relax    []Relax
	WrapUp   time.Duration // for notes after a call; an agent's own comes first
	Say      time.Duration // a telephone is told its place no oftener than this; 0 means 45 s
	Hours    Hours         // when callers of other queues may overflow into it; nil means always
}

// Hours are when a queue is open, and until when that stays as it is; a zero until
// means for good. They answer the same whenever they are asked about the same moment.
type Hours interface {
	Open(now time.Time) (open bool, until time.Time)
}

// A Strategy chooses among the agents who can have a call; an empty one is
// LongestIdle.
type Strategy string

const (
	LongestIdle Strategy = "longest_idle"
	RoundRobin  Strategy = "round_robin"
	RingAll     Strategy = "ring_all"
	BySkill     Strategy = "skills"
)

// An Overflow moves a caller who waited long enough to another queue.
type Overflow struct {
	After time.Duration // since they came into this queue
	Queue string
}

// A Relax lowers every level that a caller needs.
type Relax struct {
	After time.Duration // since they began to wait
	By    int           // levels; what several steps take off adds up
}

// Last is what becomes of a caller whom nobody answered in time; an empty one is
// LastHangup.
type Last string

const (
	LastHangup    Last = "hangup"
	LastVoicemail Last = "voicemail"
	LastCallback  Last = "callback" // they are called back, and keep their place
	LastQueue     Last = "queue"    // the first of Overflow that takes them
)

// Defaults of a queue.
const (
	defaultRing     = 20 * time.Second
	defaultSay      = 45 * time.Second
	defaultPromised = 100 // callers, where any number may wait
)

// longestPromise is how long after a caller began to wait they are still called
// back: whoever is called the next morning does not know why.
const longestPromise = 12 * time.Hour

// A queue is a Queue and what was learnt while it ran.
type queue struct {
	Queue
	lately []served
	turn   string // the agent chosen last

	open        bool // of its hours, as asked last
	asked, good time.Time
}

func (q *queue) ring() time.Duration { return orElse(q.Ring, defaultRing) }
func (q *queue) say() time.Duration  { return orElse(q.Say, defaultSay) }

// mostPromised is how many are called back: as many as may wait on the line.
// Numbers are cheap to name, and each is a call that the account pays for.
func (q *queue) mostPromised() int { return cmp.Or(q.Most, defaultPromised) }

func orElse(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// relaxed is by how much levels have fallen after a time of waiting.
func (q *queue) relaxed(waited time.Duration) (by int) {
	for _, r := range q.Relax {
		if waited >= r.After {
			by += r.By
		}
	}
	return by
}
