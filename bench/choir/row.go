package choir

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// A Row is the lines of one side: all pages, or all telephones.
type Row struct {
	socket *socket
	net    byte // the second number of its lines' addresses
	score  *Score
	lines  [1 << 16]atomic.Pointer[Line]

	stopped atomic.Bool
	working sync.WaitGroup

	beat     atomic.Int64 // how long a cycle is, in nanoseconds
	expected atomic.Int64 // packets that were sent to lines that count
	behind   atomic.Int64 // the most, in nanoseconds, that a packet was sent after it was due

	// The conductor does not wait for the listener, who holds mu while it opens
	// what came.
	door   sync.Mutex
	coming []*Line // that are to sing
	mu     sync.Mutex
	tally  Tally
}

func newRow(net byte, score *Score) (*Row, error) {
	s, err := openSocket()
	if err != nil {
		return nil, err
	}
	r := &Row{socket: s, net: net, score: score}
	r.beat.Store(frameTime)
	r.working.Go(r.conduct)
	r.working.Go(r.listen)
	return r, nil
}

func (r *Row) close() {
	r.stopped.Store(true)
	r.socket.conn.Close()
	r.working.Wait()
}

// line makes line number n.
func (r *Row) line(n int) *Line {
	l := &Line{row: r, score: r.score}
	l.place.Store(r.place(n))
	l.voice.Store(&voice{ssrc: rand.Uint32()})
	l.hears.Store(&format{})
	// Multiples of the golden section are spread evenly, however many there are.
	golden := uint32(n)*2654435769 + uint32(r.net)<<28
	l.phase = int64(uint64(golden) * frameTime >> 32)
	l.offset = int64(n) * 37 % int64(len(r.score.frames))
	r.lines[n].Store(l)
	return l
}

func (r *Row) forget(l *Line) { r.lines[l.place.Load().number].CompareAndSwap(l, nil) }

func (r *Row) join(l *Line) {
	r.door.Lock()
	defer r.door.Unlock()
	r.coming = append(r.coming, l)
}

// phaseOver returns what was counted since it was called last, and how far
// behind its schedule the conductor was at most.
func (r *Row) phaseOver() (Tally, time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tally
	t.Sent = int(r.expected.Swap(0))
	r.tally = Tally{transits: make([]int32, 0, cap(t.transits))}
	return t, time.Duration(r.behind.Swap(0))
}

// atOnce is how many packets one call of the system sends or takes.
const atOnce = 32

// conduct sends each line's next packet when it is due. It has a thread of its
// own, for Go's own timers are of a millisecond.
func (r *Row) conduct() {
	runtime.LockOSThread()
	goFirst() // the thread ends with us: it is not unlocked
	var lines, turn []*Line
	messages := make([]ipv4.Message, atOnce)
	for cycle := unixNano() + frameTime; !r.stopped.Load(); cycle += r.beat.Load() {
		cycle = r.catchUp(cycle)
		lines = r.singers(lines)
		for at := 0; at < len(lines) && !r.stopped.Load(); at += len(turn) {
			sleepUntil(cycle + lines[at].phase)
			turn = due(turn[:0], lines[at:], unixNano()-cycle)
			r.sing(turn, messages, cycle)
		}
		sleepUntil(cycle + r.beat.Load())
	}
}

// maxBehind is how far behind its schedule the conductor makes up what it missed,
// as a browser's does. Whoever was held up for longer goes on from now: a hundred
// lines that make up a second at once are a load that no gateway ever has.
const maxBehind = 3 * frameTime

// catchUp is the cycle to go on with.
func (r *Row) catchUp(cycle int64) int64 {
	behind := unixNano() - cycle
	if behind < maxBehind {
		return cycle
	}
	r.behind.Store(max(r.behind.Load(), behind))
	return cycle + behind - behind%frameTime
}

// due is those of the lines whose time has come; the first one's has.
func due(turn, lines []*Line, now int64) []*Line {
	turn = append(turn, lines[0])
	for _, l := range lines[1:] {
		if l.phase > now || len(turn) == atOnce {
			break
		}
		turn = append(turn, l)
	}
	return turn
}

// singers is who sings in this cycle, in the order of their turns.
func (r *Row) singers(lines []*Line) []*Line {
	r.door.Lock()
	defer r.door.Unlock()
	lines = slices.DeleteFunc(append(lines, r.coming...), func(l *Line) bool { return !l.singing.Load() })
	r.coming = r.coming[:0]
	slices.SortFunc(lines, func(a, b *Line) int { return int(a.phase - b.phase) })
	return slices.Compact(lines) // who was hushed for a moment comes twice
}

func (r *Row) sing(turn []*Line, messages []ipv4.Message, cycle int64) {
	rest := messages[:0]
	for _, l := range turn {
		if l.ready, l.by = l.compose(), l.place.Load(); !l.by.cut && l.by.pipe == nil {
			rest = l.by.address(rest, l.ready)
		}
	}
	now, counted := unixNano(), 0
	for _, l := range turn {
		l.note(now)
		if l.partner.ear.mapped.Load() {
			counted++
		}
	}
	for len(rest) > 0 {
		n, err := r.socket.batch.WriteBatch(rest, 0)
		if err != nil {
			n = 1 // who does not take it has lost it
		}
		rest = rest[n:]
	}
	for _, l := range turn {
		if l.by.pipe != nil {
			_ = l.by.pipe.write(l.ready) // who does not take it has lost it
		}
		l.upkeep()
	}
	turn[0].partner.row.expected.Add(int64(counted))
	r.behind.Store(max(r.behind.Load(), now-cycle-turn[0].phase))
}

// take gives a packet to its line.
func (r *Row) take(to [4]byte, p []byte, at int64) {
	l := r.lines[int(to[2])<<8|int(to[3])].Load()
	if l != nil && to[1] == r.net && len(p) > 0 {
		r.arrive(l, p, at)
	}
}

// arrive takes a packet for a line; the row is locked.
func (r *Row) arrive(l *Line, p []byte, at int64) {
	if !isMedia(p[0]) {
		l.knock(p)
		return
	}
	if len(p) > 1 && p[1] >= 192 && p[1] <= 223 {
		return // RTCP (RFC 5761 §4)
	}
	if k := l.keys.Load(); k != nil {
		if p = k.open(p); p == nil {
			r.tally.Strange++
			return
		}
	}
	l.hear(p, at, &r.tally)
}

func unixNano() int64 { return time.Now().UnixNano() }

// sleepUntil sleeps to within some 50 µs.
func sleepUntil(at int64) {
	t := unix.NsecToTimespec(at)
	for unixNano() < at && unix.ClockNanosleep(unix.CLOCK_REALTIME, unix.TIMER_ABSTIME, &t, nil) == unix.EINTR {
	}
}
