package call

import (
	"strconv"
	"time"

	"webtrunk"
)

// A LegID numbers a call's legs from 1 in the order of their making. Legs are
// written as letters, a for the first.
type LegID int

// String returns "a" for 1, "b" for 2, "-" for no leg, and "leg27" past z.
func (id LegID) String() string {
	switch {
	case id == 0:
		return "-"
	case id < 0 || id > 26:
		return "leg" + strconv.Itoa(int(id))
	}
	return string(rune('a' + id - 1))
}

// A Kind is the kind of network that a leg lives on.
type Kind string

const (
	WebRTC Kind = "webrtc" // a browser
	PSTN   Kind = "pstn"   // a telephone reached over a trunk
	SIP    Kind = "sip"    // a SIP address
)

// KindOf returns the kind of leg that reaches an address.
func KindOf(a webtrunk.Address) Kind {
	switch a.Scheme {
	case webtrunk.Browser:
		return WebRTC
	case webtrunk.SIP:
		return SIP
	}
	return PSTN
}

// A Role is what a leg is in its call.
type Role string

const (
	Caller         Role = "caller"  // started the call, or is called back first
	Callee         Role = "callee"  // the one called
	TransferTarget Role = "target"  // the one a transfer goes to
	Invited        Role = "invited" // joined a running call
)

// A LegState is how far a leg has come. Held and lost are flags of their own,
// for a leg can be both.
type LegState string

const (
	New        LegState = "new"
	Connecting LegState = "connecting"
	Ringing    LegState = "ringing"
	EarlyMedia LegState = "early_media"
	Connected  LegState = "connected"
	Ended      LegState = "ended"
)

// A Leg is one party's part in a call. The edge that carries it needs no more
// than this to dial it.
type Leg struct {
	ID        LegID
	Call      webtrunk.CallID
	Kind      Kind
	Role      Role
	Address   webtrunk.Address  // who is at its end
	Shown     webtrunk.Address  // who others are told it is, where Address is a hidden contact; else zero
	From      webtrunk.Address  // who it is told is calling
	Anonymous bool              // who calls is withheld, as far as the leg's network lets us
	Staff     bool              // works for the account
	Trunk     string            // the trunk to dial over; empty leaves it to the edge
	Context   map[string]string // what travels with the call: allow-listed metadata

	RingTime time.Duration // how long it may ring
	Replaces string        // the call at its end that this one takes the place of; only its edge can read it

	// Dialog is what the leg's edge needs to hang up after the process that
	// carried it died. Only that edge can read it.
	Dialog []byte

	State   LegState
	Part    Part  // what it takes in the conversation
	HeardBy LegID // who hears it, where it whispers
	Held    bool  // has put the others on hold
	Lost    bool  // its connection is lost, within its grace
	Written bool  // has no sound: who is at its end only writes

	Warned []Metric // its quality warnings that are raised
}

// A Target is somebody to dial. The zero Target is nobody.
type Target struct {
	Address   webtrunk.Address
	Shown     webtrunk.Address // who others are told it is, where Address is a hidden contact; else zero
	From      webtrunk.Address // presented as calling; zero leaves it to the trunk
	Anonymous bool             // who calls is withheld, where the trunk can
	Trunk     string           // the trunk to dial over; empty leaves it to the edge
	Staff     bool             // works for the account
}

// Told is who others are told the target is.
func (t Target) Told() webtrunk.Address {
	if t.Shown.IsZero() {
		return t.Address
	}
	return t.Shown
}

// A Stage is a set of targets dialled together; the first to answer wins.
type Stage struct {
	Targets []Target
	Timeout time.Duration // 0 means the terms' ring time
}

// A Plan is where a call goes: stages tried in order, or a queue to wait in
// until later stages come through a Commander, or a box to leave a message in.
type Plan struct {
	Stages []Stage

	Queue    string
	Waiting  Waiting        // how, in a queue
	Priority int            // before others in the queue, larger first
	Needs    map[string]int // skills that whoever takes the call must have, and how well

	Voicemail string        // the box; with stages, only once they have failed
	Longest   time.Duration // a message may be; 0 means DefaultMessage

	Greeting string // a phrase that the caller hears first, in a queue or before leaving a message

	Recording *RecordingPolicy // nil: as before

	// Goodbye is all that the caller comes to, where nobody is to be reached; it
	// stands alone. A telephone is answered to hear its phrase.
	Goodbye Goodbye
	Context map[string]string // added to what travels with the call
}

// Terms are what a call is admitted on. The strictest of several admitters win.
type Terms struct {
	RingTime time.Duration // how long one stage may ring; 0 means DefaultRingTime
	Credit   time.Duration // talking time that is paid for; 0 means without end
	Longest  time.Duration // longest duration from the answer; 0 means DefaultLongest
	Grace    time.Duration // how long a lost browser may be away; 0 means DefaultGrace
}

const (
	DefaultRingTime = 45 * time.Second // longer than most carriers' voicemail takes to answer
	DefaultLongest  = 4 * time.Hour    // what trunks commonly allow one call
	DefaultGrace    = 30 * time.Second // a page reload or a change of network takes seconds
)

// withDefaults fills in what an admitter left open.
func (t Terms) withDefaults() Terms {
	if t.RingTime == 0 {
		t.RingTime = DefaultRingTime
	}
	if t.Longest == 0 {
		t.Longest = DefaultLongest
	}
	if t.Grace == 0 {
		t.Grace = DefaultGrace
	}
	return t
}
