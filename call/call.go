package call

import (
	"maps"
	"slices"

	"webtrunk"
)

// A Call is the state of one call: the fold of its events. The zero Call waits
// for Arrived or Requested. It is owned by one goroutine.
type Call struct {
	id       webtrunk.CallID
	account  webtrunk.AccountID
	test     bool
	status   Status
	from, to webtrunk.Address
	via      string
	context  map[string]string
	source   Source
	callback bool   // the caller is dialled too
	caller   Target // and how
	phrase   string // what a called-back caller hears while the callee is dialled

	terms     Terms
	extended  int // how often credit was extended
	answered  bool
	queued    CallQueued       // waiting here when no stage is being dialled
	place     PlaceTold        // the caller's last
	unsaid    bool             // and whether a telephone has still to hear it
	back      webtrunk.Address // where he asked to be called back, until that is settled
	farewell  *FarewellBegun
	message   *message
	recording recording
	legs      []Leg // by LegID - 1
	hunts     map[Purpose]hunt
	transfer  *TransferRequested
	before    said  // of the transfer before it, should this one come to nothing
	referred  LegID // whose network was asked to make the transfer's call
	invite    *InviteRequested
	prompts   map[LegID]prompt
	asked     int // prompts started so far
}

// A hunt is a plan being tried, stage by stage.
type hunt struct {
	plan  Plan
	stage int     // being dialled; -1 before the first
	worst LegLeft // the most telling failure so far
}

// A prompt is a Prompt being played.
type prompt struct {
	Prompt
	number int    // tells it from an earlier prompt of the same phrase
	taken  int    // digits pressed so far
	digits string // and which, unless they are sensitive
}

// Replay folds a call's events into its state.
func Replay(events []Event) *Call {
	c := &Call{}
	for _, e := range events {
		c.Apply(e)
	}
	return c
}

// Ended reports whether the call has had its CallEnded.
func (c *Call) Ended() bool { return c.status.Terminal() }

// View copies the call's state.
func (c *Call) View() View {
	return View{
		ID: c.id, Account: c.account, Test: c.test, Status: c.status, From: c.from, To: c.to, Via: c.via,
		Caller: c.caller, Context: maps.Clone(c.context), Legs: slices.Clone(c.legs), Source: c.source, By: c.asks(),
		Back: c.backNumber(), Recording: c.recording.state(),
	}
}

// asks returns the leg that asked for the transfer or the invitation that runs.
func (c *Call) asks() LegID {
	switch {
	case c.transfer != nil:
		return c.transfer.By
	case c.invite != nil:
		return c.invite.By
	}
	return 0
}

// leg returns a leg by its ID, nil when there is none.
func (c *Call) leg(id LegID) *Leg {
	if id < 1 || int(id) > len(c.legs) {
		return nil
	}
	return &c.legs[id-1]
}

// live reports whether a leg exists and has not left.
func (c *Call) live(id LegID) bool {
	l := c.leg(id)
	return l != nil && l.State != Ended
}

// connected reports whether a leg is connected.
func (c *Call) connected(id LegID) bool {
	l := c.leg(id)
	return l != nil && l.State == Connected
}

// legsWhere returns the IDs of the legs that satisfy keep, in order.
func (c *Call) legsWhere(keep func(Leg) bool) []LegID {
	var ids []LegID
	for _, l := range c.legs {
		if keep(l) {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// talking returns the connected legs that talk: not those who only listen, or
// whisper.
func (c *Call) talking() []LegID {
	return c.legsWhere(func(l Leg) bool { return l.State == Connected && l.Part == Talks })
}

// dialling returns the legs that a purpose's hunt is ringing.
func (c *Call) dialling(p Purpose) []LegID {
	return c.legsWhere(func(l Leg) bool { return l.Role == p.role() && l.dialling() })
}

// dialling reports whether the leg is neither answered nor gone.
func (l Leg) dialling() bool { return l.State != Connected && l.State != Ended }

// role is the role of the legs that a purpose dials.
func (p Purpose) role() Role {
	switch p {
	case ForTransfer:
		return TransferTarget
	case ForInvite:
		return Invited
	}
	return Callee
}

// purpose is why a leg of this role is dialled.
func (r Role) purpose() Purpose {
	switch r {
	case TransferTarget:
		return ForTransfer
	case Invited:
		return ForInvite
	}
	return ForCall
}
