package media

import (
	"sync"
	"time"
)

// How long a window waits for what is missing: no more packets than this, and
// no longer. A packet that was overtaken comes a few milliseconds after those
// that overtook it; later ones are rare, and waiting for them would cost every
// loss that delay.
const (
	windowDepth = 3
	patience    = 20 * time.Millisecond
)

// watchful is how many packets after one that was overtaken others are
// expected: ten seconds of a browser's.
const watchful = 500

// A window puts packets in order before a path that decodes them: a decoder
// cannot go back, so one that is overtaken would be lost. What comes in order
// goes through at once. What comes behind a gap waits for it to be filled, at
// most patience or until windowDepth packets wait.
//
// Where nothing is ever overtaken a gap is a loss, and waiting only delays what
// makes up for it. So a window waits while the stream is new and while packets
// were overtaken lately, and no longer.
//
// It has the lock of who feeds it, which its timer takes.
type window struct {
	path
	guard  sync.Locker
	waits  *sync.WaitGroup // timers that run
	counts *Stats

	known  bool
	last   uint16                // the number passed on last
	watch  int                   // for how many more packets gaps are waited for
	n      int                   // packets that wait
	held   [windowDepth]*waiting // those, by number, and then room
	timer  *time.Timer           // ends the waiting; nil before the first
	due    time.Time             // when it does
	closed bool
}

// A waiting packet owns its payload, which was borrowed.
type waiting struct {
	frame   Frame
	payload [maxPayload]byte
}

func (h *waiting) keep(f Frame) {
	h.frame = f
	h.frame.Payload = h.payload[:copy(h.payload[:], f.Payload)]
}

func (p *Port) inOrder(to path) path {
	return &window{path: to, guard: &p.in, waits: &p.waits, counts: &p.counts, watch: watchful}
}

func (w *window) audio(f Frame, a arrival) {
	switch {
	case a.order == late:
		w.behind(f, a)
	case a.order == restarted || !w.known || a.lost > windowDepth:
		w.release() // so many are not overtaken
		w.pass(f, a)
	case w.n == 0 && (f.Sequence == w.last+1 || w.watch == 0):
		w.pass(f, a)
	default:
		w.hold(w.n, f)
		w.advance()
	}
	w.watch = max(0, w.watch-1)
}

// pass hands a packet on that is ahead of all that were.
func (w *window) pass(f Frame, a arrival) {
	w.known, w.last = true, f.Sequence
	w.path.audio(f, a)
}

// behind takes a packet that was overtaken. If those that overtook it still
// wait, it goes before them.
func (w *window) behind(f Frame, a arrival) {
	w.watch = watchful
	if w.n == 0 || int16(f.Sequence-w.last) <= 0 {
		w.path.audio(f, a)
		return
	}
	at := 0
	for at < w.n && int16(f.Sequence-w.held[at].frame.Sequence) > 0 {
		at++
	}
	w.counts.Ordered++
	w.hold(at, f)
	w.advance()
}

// hold keeps a packet at a place among those that wait. There is room: who
// waits for the third waits no more.
func (w *window) hold(at int, f Frame) {
	if w.held[0] == nil {
		w.furnish()
	}
	free := w.held[w.n]
	copy(w.held[at+1:w.n+1], w.held[at:w.n])
	w.held[at] = free
	free.keep(f)
	if w.n++; w.n == 1 {
		w.arm()
	}
}

// furnish makes room for packets. Most calls never need it.
func (w *window) furnish() {
	room := new([windowDepth]waiting)
	for i := range room {
		w.held[i] = &room[i]
	}
}

// advance passes on what waits for nothing any more.
func (w *window) advance() {
	if w.n == windowDepth {
		w.shift()
	}
	for w.n > 0 && w.held[0].frame.Sequence == w.last+1 {
		w.shift()
	}
	if w.n == 0 {
		w.disarm()
	}
}

// shift passes the first on that waits; what is missing before it is lost. It
// waits no more before it is looked into, so that a fault costs that one alone.
func (w *window) shift() {
	first := w.held[0]
	w.n--
	copy(w.held[:w.n], w.held[1:w.n+1])
	w.held[w.n] = first
	lost := first.frame.Sequence - w.last - 1
	w.pass(first.frame, arrival{order: next, lost: int(lost)})
}

func (w *window) release() {
	for w.n > 0 {
		w.shift()
	}
	w.disarm()
}

// event, noise and skip are of packets that are no sound. None of them waits:
// a key is told of many times over.
func (w *window) event(f Frame, e event, a arrival) {
	w.aside(f, a)
	w.path.event(f, e, a)
	w.advance()
}

func (w *window) noise(f Frame, n noise, a arrival) {
	w.aside(f, a)
	w.path.noise(f, n, a)
	w.advance()
}

func (w *window) skip(f Frame, a arrival) {
	w.aside(f, a)
	w.path.skip(f, a)
	w.advance()
}

// aside makes way for a packet that does not wait, and notes its number.
func (w *window) aside(f Frame, a arrival) {
	if a.order != late {
		w.release()
		w.known, w.last = true, f.Sequence
	} else if w.n > 0 && f.Sequence == w.last+1 {
		w.last++ // it is what was waited for
	}
}

// close forgets what waits: what it would be sent to has gone.
func (w *window) close() {
	w.closed, w.n = true, 0
	w.disarm()
	w.path.close()
}

// arm sees to it that what waits goes on even if nothing else comes. Its owner
// waits for a timer that has run out.
func (w *window) arm() {
	w.due = time.Now().Add(patience)
	w.waits.Add(1)
	if w.timer == nil {
		w.timer = time.AfterFunc(patience, w.expire)
	} else {
		w.timer.Reset(patience)
	}
}

func (w *window) disarm() {
	if w.timer != nil && w.timer.Stop() {
		w.waits.Done()
	}
}

func (w *window) expire() {
	defer w.waits.Done()
	w.guard.Lock()
	defer w.guard.Unlock()
	defer w.counts.survive()
	if !w.closed && !time.Now().Before(w.due) {
		w.release()
	}
}
