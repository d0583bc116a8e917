package carrier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// Errors that a script or a test can tell apart.
var (
	// ErrClosed: the carrier has been closed.
	ErrClosed = errors.New("carrier: closed")
	// ErrEnded: the call is over.
	ErrEnded = errors.New("carrier: the call has ended")
	// ErrState: the call is not in a state for that.
	ErrState = errors.New("carrier: not possible at this point of the call")
)

// State is how far a call has come.
type State int

// The states of a call, in order; a call may leave some out.
const (
	Trying     State = iota // INVITE seen
	Ringing                 // 180
	EarlyMedia              // a provisional response with SDP
	Answered                // 2xx
	Confirmed               // ACK
	Over
)

func (s State) String() string {
	return [...]string{"trying", "ringing", "early media", "answered", "confirmed", "over"}[s]
}

// Party is one of the two ends of a call.
type Party string

// The parties: the carrier, and whoever it talks with.
const (
	Us   Party = "us"
	Them Party = "them"
)

// End says how a call ended.
type End struct {
	By Party
	// Code is the final response to INVITE when the call was not answered.
	Code   int
	Reason string
	// Reached is how far the call had come.
	Reached State
}

// HungUp reports whether the call was up and the other side ended it by BYE.
func (e End) HungUp() bool { return e.By == Them && e.Reached >= Answered }

// A Call is a call of the carrier, placed by it or received. Scripts act
// through it and tests watch it; it may be used from any goroutine and
// remains readable after it has ended.
type Call struct {
	c        *Carrier
	id       string
	from, to string
	placed   bool // by the carrier
	done     chan struct{}
	change   bell
	media    *media
	keys     *keyboard

	// The signalling loop's. See uas.go, uac.go and session.go.
	dialog    *dialog
	behaviour Behaviour
	cancel    context.CancelFunc // of the script
	started   bool               // counts as open
	session   session
	keeper    keeper
	uas       uasState
	uac       uacState

	// What observers see.
	mu       sync.Mutex
	state    State
	end      End
	messages []Message
	invite   *sip.Request
	raw      []byte
	held     bool
	forks    []Fork
	referred []int
}

func (c *Carrier) newCall(id, from, to string) *Call {
	call := &Call{c: c, id: id, from: from, to: to, done: make(chan struct{})}
	call.cancel = func() {}
	call.keys = &keyboard{changed: call.changed}
	call.media = newMedia(c, call)
	c.calls[id] = call
	c.book.enter(call)
	return call
}

// ID is the Call-ID.
func (call *Call) ID() string { return call.id }

// From is the number that calls, as the INVITE gave it.
func (call *Call) From() string { return call.from }

// To is the number that is called.
func (call *Call) To() string { return call.to }

// Placed reports whether the carrier placed the call.
func (call *Call) Placed() bool { return call.placed }

// Done is closed when the call has ended.
func (call *Call) Done() <-chan struct{} { return call.done }

// State is how far the call has come.
func (call *Call) State() State {
	call.mu.Lock()
	defer call.mu.Unlock()
	return call.state
}

// End says how the call ended; the zero End while it has not.
func (call *Call) End() End {
	call.mu.Lock()
	defer call.mu.Unlock()
	return call.end
}

// Held reports whether the other side has put us on hold.
func (call *Call) Held() bool {
	call.mu.Lock()
	defer call.mu.Unlock()
	return call.held
}

// Invite is the INVITE that opened the call, as it was parsed and as it came
// or went. The caller must not change either.
func (call *Call) Invite() (*sip.Request, []byte) {
	call.mu.Lock()
	defer call.mu.Unlock()
	return call.invite, call.raw
}

// Messages returns the call's SIP messages in order.
func (call *Call) Messages() []Message {
	call.mu.Lock()
	defer call.mu.Unlock()
	return slices.Clone(call.messages)
}

// Transcript returns the call's messages in order without the repetitions,
// one line each: "→ INVITE" came to the carrier, "← 200 INVITE" left it.
func (call *Call) Transcript() []string {
	var lines []string
	for _, m := range call.Messages() {
		if !m.Repeat {
			lines = append(lines, m.Direction.String()+" "+m.Line)
		}
	}
	return lines
}

// Count returns how often a line of the transcript happened, repetitions
// included: Count("→ ACK").
func (call *Call) Count(line string) int {
	n := 0
	for _, m := range call.Messages() {
		if m.Direction.String()+" "+m.Line == line {
			n++
		}
	}
	return n
}

// Digits returns the digits that came, in order, by RFC 4733 or INFO.
func (call *Call) Digits() string { return call.keys.typed() }

// DigitEvents returns the digits with how and how long they were pressed.
func (call *Call) DigitEvents() []Digit { return call.keys.all() }

// RTP returns the call's packet counts.
func (call *Call) RTP() RTPStats { return call.media.stats() }

// Heard returns what the call heard from its first packet on, 8,000 samples a
// second, silence where packets are missing.
func (call *Call) Heard() []int16 { return call.media.heard.pcm() }

// Wait returns when everything asked of the call is true. It looks again
// whenever anything changes, packets included, and gives up when ctx does.
func (call *Call) Wait(ctx context.Context, asked ...Match) error {
	for {
		changed := call.change.listen()
		if call.all(asked) {
			return nil
		}
		if err := wait(ctx, changed, call.c.gone); err != nil {
			return fmt.Errorf("call %s, %v: %w", call.id, call.State(), err)
		}
	}
}

func (call *Call) all(asked []Match) bool {
	return !slices.ContainsFunc(asked, func(m Match) bool { return !m(call) })
}

// changed tells those who watch the call or the carrier.
func (call *Call) changed() {
	call.change.ring()
	call.c.book.change.ring()
}

// advance moves the call's state forward; it never goes back.
func (call *Call) advance(s State) {
	call.mu.Lock()
	before := call.state
	call.state = max(before, s)
	call.mu.Unlock()
	if before < Answered && s >= Answered {
		call.c.book.count(func(s *Stats) { s.CallsUp++ })
	}
	call.changed()
}

// open counts the call as one that is up.
func (call *Call) open() {
	call.started = true
	call.c.open++
	call.c.book.count(func(s *Stats) { s.CallsOpen++ })
}

// finish ends the call, once. The loop remembers it a while longer for the
// messages that are still on their way.
func (call *Call) finish(end End) {
	if call.over() {
		return
	}
	call.media.hush() // before anybody sees that the call is over
	call.mu.Lock()
	end.Reached = call.state
	call.state, call.end = Over, end
	call.mu.Unlock()
	if end.Reached >= Answered {
		call.c.book.count(func(s *Stats) { s.hungUp(end) })
	}
	call.session.stop()
	call.keeper.stop()
	call.uas.stop()
	call.cancel()
	close(call.done)
	c := call.c
	if call.started {
		c.open--
		c.book.count(func(s *Stats) { s.CallsOpen-- })
	}
	c.draining[call.media] = true
	c.clock.after(c.cfg.Drain, func() {
		call.media.close()
		delete(c.draining, call.media)
	})
	c.clock.after(64*c.cfg.T1, func() {
		if c.calls[call.id] == call {
			delete(c.calls, call.id)
		}
	})
	call.changed()
}

func (call *Call) over() bool { return call.State() == Over }

// To matches calls to a number.
func To(number string) Match { return func(call *Call) bool { return call.to == number } }

// From matches calls from a number.
func From(number string) Match { return func(call *Call) bool { return call.from == number } }

// Reached matches calls that have come as far as s, or ended.
func Reached(s State) Match { return func(call *Call) bool { return call.State() >= s } }

// Ended matches calls that are over.
func Ended(call *Call) bool { return call.State() == Over }

// Up matches calls that are not over.
func Up(call *Call) bool { return !Ended(call) }

// Typed matches calls that have received just these digits.
func Typed(digits string) Match { return func(call *Call) bool { return call.Digits() == digits } }

// Said matches calls whose transcript has this line.
func Said(line string) Match { return func(call *Call) bool { return call.Count(line) > 0 } }

// HeardPackets matches calls to which at least n RTP packets have come.
func HeardPackets(n int) Match { return func(call *Call) bool { return call.RTP().In >= n } }
