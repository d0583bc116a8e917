package switchboard

import (
	"time"

	"webtrunk/call"
)

// timers are a call's running timers, touched by its goroutine alone.
type timers struct {
	mail    *mailbox
	running map[call.Timer]*timer
}

// A timer posts itself when its time is over.
type timer struct{ clock *time.Timer }

// fired is the input of a timer whose time is over. It names the timer itself,
// not its name alone: a timer that was stopped or replaced while its input
// waited in the mailbox must not fire.
type fired struct {
	call.TimerFired
	timer *timer
}

func (ts *timers) start(o call.StartTimer) {
	ts.stop(o.Timer)
	t := &timer{}
	t.clock = time.AfterFunc(o.After, func() {
		ts.mail.put(fired{call.TimerFired{Timer: o.Timer}, t})
	})
	ts.running[o.Timer] = t
}

func (ts *timers) stop(name call.Timer) {
	if t := ts.running[name]; t != nil {
		t.clock.Stop()
		delete(ts.running, name)
	}
}

func (ts *timers) stopAll() {
	for name := range ts.running {
		ts.stop(name)
	}
}

// current unwraps a timer's input, and reports whether an input still counts:
// that of a timer which no longer runs does not.
func (ts *timers) current(in call.Input) (call.Input, bool) {
	f, ok := in.(fired)
	if !ok {
		return in, true
	}
	return f.TimerFired, ts.running[f.Timer] == f.timer
}
