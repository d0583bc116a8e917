package media

import (
	"sync"
	"time"
)

// tick is the time between two packets that we pace ourselves.
const tick = 20 * time.Millisecond

// maxBehind is how many ticks a paced goroutine makes up after a stall; what
// lies further back is left out.
const maxBehind = 5

// A worker owns the goroutines of a port that speak on their own account:
// digits and the ringback tone.
type worker struct {
	done chan struct{} // closed by stop

	mu      sync.Mutex
	stopped bool
	running sync.WaitGroup

	digits  []byte // waiting to be sent
	dialing bool   // a goroutine is sending them
}

// start runs f in a goroutine, unless the worker has stopped.
func (w *worker) start(f func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	w.running.Go(f)
	return true
}

func (w *worker) stop() {
	w.mu.Lock()
	if !w.stopped {
		w.stopped = true
		close(w.done)
	}
	w.mu.Unlock()
	w.running.Wait()
}

// A pace is an absolute schedule of ticks: a late tick does not delay the next.
type pace struct {
	due   time.Time
	timer *time.Timer
}

func newPace() *pace { return &pace{due: time.Now(), timer: time.NewTimer(0)} }

// wait waits for the next tick, and returns how many ticks were left out
// before it because we are too far behind. It is not ok when stop or done closes.
func (p *pace) wait(stop, done <-chan struct{}) (leftOut int, ok bool) {
	p.due = p.due.Add(tick)
	if behind := int(time.Since(p.due) / tick); behind > maxBehind {
		leftOut = behind
		p.due = p.due.Add(time.Duration(behind) * tick)
	}
	p.timer.Reset(time.Until(p.due))
	select {
	case <-p.timer.C:
		return leftOut, true
	case <-stop:
	case <-done:
	}
	return leftOut, false
}

func (p *pace) end() { p.timer.Stop() }
