package floor

import "webtrunk"

// An Input is something that happened on the floor.
type Input interface{ input() }

// Rows that are new, changed or gone.
type (
	SetQueue  struct{ Queue Queue }
	DropQueue struct{ Queue string } // whoever waits there is moved or given up
	SetAgent  struct{ Agent Agent }
	DropAgent struct{ Agent string }
)

// Of an agent.
type (
	Came   struct{ Agent string } // a browser of theirs is open
	Went   struct{ Agent string } // and closed
	Choose struct {
		Agent    string
		Presence Presence // Available, Away or Offline
		Reason   string   // of Away
	}
	Done struct{ Agent string } // with wrap-up
	// Began: an agent is in a call that no queue gave them: their own, or one
	// transferred to them.
	Began struct {
		Agent string
		Call  webtrunk.CallID
	}
	// Ended: an agent is in a call no longer; Agent may be empty for whoever was.
	Ended struct {
		Agent string
		Call  webtrunk.CallID
	}
)

// Of a caller.
type (
	Enter struct{ Entry Entry }
	Leave struct {
		Entry webtrunk.CallID
		Why   Why
	}
	// CallBack: the caller would rather be called. Where that is Promised they keep
	// their place, and that they hang up no longer takes them out.
	CallBack struct{ Entry webtrunk.CallID }
	// Stay: a caller to whom that was promised waits on the line after all.
	Stay struct{ Entry webtrunk.CallID }
)

// Of a caller, by whoever runs the desk.
type (
	// Send: the caller waits in another queue, with the time already waited.
	Send struct {
		Entry webtrunk.CallID
		Queue string
	}
	// Give: the caller rings at this agent, whomever the strategy would choose.
	Give struct {
		Entry webtrunk.CallID
		Agent string
	}
)

// Of an offer. Offers are named by the Ring that made them, so that late news of
// one offer does not end the next.
type (
	Accepted struct {
		Entry webtrunk.CallID
		Agent string
		Call  webtrunk.CallID // that they are in; empty means the entry's own
	}
	Declined struct {
		Offer int
		Agent string
	}
	TimedOut struct { // the agent let it ring
		Offer int
		Agent string
	}
	Unreached struct { // the agent could not be rung at all
		Offer int
		Agent string
	}
)

// Tick: the time that a Next named has come.
type Tick struct{}

// Why a caller left, an offer was rescinded or somebody was given up.
type Why string

const (
	Answered     Why = "answered"
	Abandoned    Why = "abandoned"     // they hung up
	QueueDeleted Why = "queue_deleted" // and no overflow took them
	QueueFull    Why = "queue_full"
	TooLong      Why = "max_wait"
	ToVoicemail  Why = "voicemail" // as they wished
	Canceled     Why = "canceled"  // by an operator, or a call-back that nobody wants any more

	Elsewhere   Why = "answered_elsewhere"
	CallerLeft  Why = "caller_left"
	WantsCall   Why = "callback" // the caller hung up, to be called back
	NotThere    Why = "agent_left"
	ByHand      Why = "moved"   // whoever runs the desk sent the caller elsewhere
	Overdue     Why = "overdue" // nobody reported how the offer ended
	Unreachable Why = "unreachable"
)

func (SetQueue) input()  {}
func (DropQueue) input() {}
func (SetAgent) input()  {}
func (DropAgent) input() {}
func (Came) input()      {}
func (Went) input()      {}
func (Choose) input()    {}
func (Done) input()      {}
func (Began) input()     {}
func (Ended) input()     {}
func (Enter) input()     {}
func (Leave) input()     {}
func (Send) input()      {}
func (Give) input()      {}
func (CallBack) input()  {}
func (Stay) input()      {}
func (Accepted) input()  {}
func (Declined) input()  {}
func (TimedOut) input()  {}
func (Unreached) input() {}
func (Tick) input()      {}
