package carrier

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Traffic counts messages that went one way, each once however often it was
// repeated.
type Traffic struct {
	Invites, Reinvites, Acks, Cancels, Byes, Others int // requests
	Responses                                       int
	Repeats                                         int // of anything above
}

// Stats is a snapshot of a carrier's counters since it started.
type Stats struct {
	Received, Sent Traffic

	CallsOpen  int // not ended at this moment
	CallsUp    int // of those, answered: what a carrier bills
	CallsTotal int // ever, either way, refused ones included

	// Calls that were up and have ended: by a BYE of the other side's, and
	// otherwise, by our BYE or because we closed. Nothing else ends a call that
	// is up: it lives on when the other side's process dies, and with it its
	// sound, for a carrier without session timers (RFC 4028) cannot know.
	HungUpByThem, HungUpByUs int

	RTPIn, RTPOut int // packets of all calls
	Malformed     int // datagrams that were not SIP
	Unacked       int // 2xx given up because no ACK came
	Panics        int // survived; always a fault of ours
}

// hungUp counts the end of a call that was up.
func (s *Stats) hungUp(end End) {
	s.CallsUp--
	if end.HungUp() {
		s.HungUpByThem++
	} else {
		s.HungUpByUs++
	}
}

// A Message is one SIP message of a call.
type Message struct {
	Direction Direction
	// Line names it as a transcript does: "INVITE", "200 INVITE".
	Line string
	// Repeat says that these very bytes had gone the same way before.
	Repeat bool
	At     time.Time
	Raw    []byte
}

// logbook is what observers see of the carrier as a whole.
type logbook struct {
	mu     sync.Mutex
	stats  Stats
	calls  []*Call
	limit  int
	change bell

	rtpIn, rtpOut atomic.Int64 // apart, so that no packet waits for the lock
}

func (b *logbook) count(f func(*Stats)) {
	b.mu.Lock()
	f(&b.stats)
	b.mu.Unlock()
	b.change.ring()
}

// enter adds a call, and forgets the oldest ended one when there are too many.
func (b *logbook) enter(call *Call) {
	b.mu.Lock()
	b.calls = append(b.calls, call)
	if len(b.calls) > b.limit {
		if i := slices.IndexFunc(b.calls, Ended); i >= 0 {
			b.calls = slices.Delete(b.calls, i, i+1)
		}
	}
	b.stats.CallsTotal++
	b.mu.Unlock()
	b.change.ring()
}

// Stats returns the carrier's counters.
func (c *Carrier) Stats() Stats {
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	s := c.book.stats
	s.RTPIn, s.RTPOut = int(c.book.rtpIn.Load()), int(c.book.rtpOut.Load())
	return s
}

// Calls returns the calls that the carrier remembers, oldest first.
func (c *Carrier) Calls() []*Call {
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	return slices.Clone(c.book.calls)
}

// A Match asks something of a call. [To], [Ended] and their neighbours are
// some; tests write others.
type Match func(*Call) bool

// WaitCall returns the oldest call, there already or yet to come, of which
// everything asked is true. It looks again whenever anything changes, packets
// included, and gives up when ctx does.
func (c *Carrier) WaitCall(ctx context.Context, asked ...Match) (*Call, error) {
	for {
		changed := c.book.change.listen()
		for _, call := range c.Calls() {
			if call.all(asked) {
				return call, nil
			}
		}
		if err := wait(ctx, changed, c.gone); err != nil {
			return nil, err
		}
	}
}

// WaitStats returns the counters as soon as enough accepts them.
func (c *Carrier) WaitStats(ctx context.Context, enough func(Stats) bool) (Stats, error) {
	for {
		changed := c.book.change.listen()
		if s := c.Stats(); enough(s) {
			return s, nil
		}
		if err := wait(ctx, changed, c.gone); err != nil {
			return c.Stats(), err
		}
	}
}

func wait(ctx context.Context, changed, gone <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-gone:
		return ErrClosed
	}
}

// A bell tells those who wait that something has changed. Listen first, look
// second, wait third, and no change is missed. While nobody listens it costs
// next to nothing to ring it: packets do. Its zero value is ready.
type bell struct{ ch atomic.Pointer[chan struct{}] }

func (b *bell) listen() <-chan struct{} {
	for {
		if ch := b.ch.Load(); ch != nil {
			return *ch
		}
		ch := make(chan struct{})
		if b.ch.CompareAndSwap(nil, &ch) {
			return ch
		}
	}
}

func (b *bell) ring() {
	if b.ch.Load() == nil {
		return
	}
	if ch := b.ch.Swap(nil); ch != nil {
		close(*ch)
	}
}

// record counts a message and writes it into its call, if it has one.
func (c *Carrier) record(dir Direction, msg sip.Message, raw []byte) {
	repeat := false
	if call := c.calls[msg.CallID().Value()]; call != nil {
		repeat = call.log(dir, msg, raw)
	}
	c.book.count(func(s *Stats) {
		t := &s.Received
		if dir == Out {
			t = &s.Sent
		}
		t.add(msg, repeat)
	})
}

func (t *Traffic) add(msg sip.Message, repeat bool) {
	req, ok := msg.(*sip.Request)
	switch {
	case repeat:
		t.Repeats++
	case !ok:
		t.Responses++
	case req.Method == sip.INVITE && tagOf(req.To().Params) == "":
		t.Invites++
	case req.Method == sip.INVITE:
		t.Reinvites++
	case req.Method == sip.ACK:
		t.Acks++
	case req.Method == sip.CANCEL:
		t.Cancels++
	case req.Method == sip.BYE:
		t.Byes++
	default:
		t.Others++
	}
}

// messageLimit bounds what one call remembers, so that a stranger who repeats
// himself cannot fill the memory.
const messageLimit = 500

// log writes a message into the call and reports whether it is a repetition.
func (call *Call) log(dir Direction, msg sip.Message, raw []byte) bool {
	m := Message{Direction: dir, Line: lineOf(msg), At: time.Now(), Raw: raw}
	call.mu.Lock()
	m.Repeat = slices.ContainsFunc(call.messages, func(o Message) bool {
		return o.Direction == dir && bytes.Equal(o.Raw, raw)
	})
	if len(call.messages) < messageLimit {
		call.messages = append(call.messages, m)
	}
	call.mu.Unlock()
	call.changed()
	return m.Repeat
}

func lineOf(msg sip.Message) string {
	if res, ok := msg.(*sip.Response); ok {
		return strconv.Itoa(res.StatusCode) + " " + string(res.CSeq().MethodName)
	}
	return string(msg.(*sip.Request).Method)
}
