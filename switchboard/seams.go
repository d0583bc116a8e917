package switchboard

import (
	"context"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// An Edge reaches one kind of network: signaling reaches browsers, sip reaches
// telephones.
type Edge interface {
	// Dial starts reaching l.Address and returns at once; an error means that
	// nothing was started. Outcomes arrive through report (LegRinging,
	// LegProgress, LegAnswered, LegEnded, ...), which never blocks and may be
	// called from any goroutine, also before Dial returns.
	Dial(ctx context.Context, l call.Leg, report func(call.Input)) (Leg, error)
}

// A Leg is what a call can ask of either edge. Every method returns
// at once; an error means that the leg cannot do it, and its message says why
// in words for a person. After Hangup, nothing more is asked of a leg, and
// what it still reports is ignored. A leg that reported LegEnded is not asked
// to hang up: its edge has released it.
type Leg interface {
	Progress(early bool) error // tell an arriving leg that the callee rings, with early media or without
	Answer() error             // tell an arriving leg that the callee has answered
	Hold() error               // tell the leg that it is on hold
	Resume() error
	SendDigits(digits string) error
	Confirm() error        // a dialled leg's answer is on record: tell its network that the call is up
	Quality() call.Quality // what is measured up to now; after the end, what was measured last
	// Refer has the far side call somebody itself. How that goes is reported as
	// LegReferred.
	Refer(to webtrunk.Address) error
	// Transferring tells a leg that asked for a transfer itself how it goes.
	Transferring(t call.TellTransfer) error
	Hangup(end call.HangUpLeg) // end the leg, telling its party why; never fails
	Port() *media.Port         // the leg's end of the media loop
}

// A Page is a Leg that can tell its person in writing more than a telephone can:
// why somebody in the call cannot be heard, that nobody takes an invitation of
// theirs, and how the wait in a queue goes. It returns at once.
type Page interface {
	Verdict(v call.TellVerdict)
	Inviting(i call.TellInvite)
	Queued(q call.TellQueued)
	Place(p call.TellPlace)
	CallingBack(c call.TellCallback)
	Message(m call.TellMessage)
	Recording(r call.TellRecording)
	AskedToTalk() // it only writes, and somebody in the call has sound
	Writing(w call.TellWriting)
}

// A Sharer is a Leg whose person shares more than sound with whom they talk to. It is told
// when they begin to talk with all, or do no longer, and returns at once.
type Sharer interface{ Part(p call.Part) }

// An Admitter says whether a call may be made and on which terms. Of several,
// all are asked and the strictest terms win. A refusal is a *webtrunk.Error
// whose message is a sentence for the caller.
type Admitter interface {
	Admit(ctx context.Context, c call.View) (call.Terms, error)
}

// A Router says where a call goes. Failing, it returns a *webtrunk.Error
// whose message is a sentence for the caller.
type Router interface {
	Route(ctx context.Context, c call.View, to call.AskRoute) (call.Plan, error)
}

// A Journal keeps a call's events. Append returns when they are kept; c is the
// call after them. The events of one call are given in their order, one Append
// after the other. An error means that nothing is to be started on their
// account: they may still be kept later.
type Journal interface {
	Append(ctx context.Context, c call.View, events []call.Event) error
}

// A Journal that is a Ready says beforehand whether it can keep a new call.
// While it cannot, new calls are refused with its error, a *webtrunk.Error
// whose message is a sentence for the caller.
type Ready interface {
	Ready() error
}

// A Rescuer is an Edge that can hang up a leg which a process that died has
// left, by the leg's Dialog. It returns at once and does what it can.
type Rescuer interface {
	Rescue(l call.Leg)
}

// A Recorder keeps what callers leave as messages. Record begins to record what
// a port's leg says and returns at once, with how it is stopped: stop returns at
// once, too, and may be called again. Once it was stopped to be kept, or has
// failed, it is reported once as call.Recorded or call.RecordFailed; before,
// that nothing is said for a while may be, as call.MessageSilent. An error's
// message says in a sentence why nothing can be recorded.
type Recorder interface {
	Record(v call.View, o call.Record, p *media.Port, report func(call.Input)) (stop func(keep bool), err error)
}

// Recordings keep what is said in calls. Begin begins to record what a port's leg says and
// hears, from a pause where the view says that it is paused, and returns at once. failed is
// called, once at most and until End, when it cannot go on. An error's message says in a
// sentence why nothing can be recorded.
type Recordings interface {
	Begin(v call.View, o call.StartRecording, p *media.Port, failed func(message string)) (Recording, error)
}

// A Recording is one that runs. Its methods return at once.
type Recording interface {
	Pause()  // what follows is a gap of silence, as long as the pause
	Resume() // it goes on
	End()    // it is to be kept; nothing follows
}

// Phrases are what a call can have played: spoken sentences, music. Open
// returns at once with a phrase from its beginning; failing, a *webtrunk.Error
// whose message says in a sentence why it cannot be played.
type Phrases interface {
	Open(phrase string) (media.Sound, error)
}
