package member

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
)

// A Verifier calls customers, so that they show that a telephone number is theirs. Whoever
// answers is asked for the code that the customer's page shows.
type Verifier struct {
	Directory *directory.Directory
	Calls     Calls
	Reach     Reach
	Log       *slog.Logger

	mu      sync.Mutex
	running map[webtrunk.CallID]chan call.Event
	all     sync.WaitGroup
}

const (
	// toKeyIn is how long somebody has to key in a code: pages are on other devices.
	toKeyIn = 45 * time.Second
	// longest bounds a verification's call, whatever becomes of it.
	longest = 5 * time.Minute
)

// Begin has a customer's number called. The code is for the customer's page alone.
func (v *Verifier) Begin(ctx context.Context, by directory.Principal) (directory.Verification, error) {
	c, err := v.Directory.Customer(ctx, by, by.ID)
	if err != nil {
		return directory.Verification{}, err
	}
	target := call.Target{}
	if c.Phone != "" {
		if target, err = v.Reach.Reach(ctx, by, tel(c.Phone)); err != nil {
			return directory.Verification{}, err
		}
	}
	made, err := v.Directory.BeginVerification(ctx, by)
	if err != nil {
		return made, err
	}
	id := webtrunk.NewCallID()
	events := v.follow(id)
	err = v.Calls.Request(call.Requested{ID: id, Account: by.Account, Test: by.Test, Caller: target, Via: by.ID})
	if err != nil {
		v.forget(id)
		return directory.Verification{}, err
	}
	v.all.Go(func() {
		defer v.forget(id)
		v.talk(&asking{v: v, call: id, events: events, of: made})
	})
	return made, nil
}

// Wait returns when no verification runs.
func (v *Verifier) Wait() { v.all.Wait() }

func (v *Verifier) follow(id webtrunk.CallID) chan call.Event {
	events := make(chan call.Event, 64)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.running == nil {
		v.running = map[webtrunk.CallID]chan call.Event{}
	}
	v.running[id] = events
	return events
}

func (v *Verifier) forget(id webtrunk.CallID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.running, id)
}

// Saw hears what has happened in a call. It never waits.
func (v *Verifier) Saw(of call.View, events []call.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	to := v.running[of.ID]
	if to == nil {
		return
	}
	for _, e := range events {
		switch e.(type) {
		case call.CallAnswered, call.PromptFinished, call.CallEnded:
			select {
			case to <- e:
			default: // somebody else prompts without end: the call has its own
			}
		}
	}
}

// talk asks for the code until it is right, or was wrong too often.
func (v *Verifier) talk(a *asking) {
	ctx, done := context.WithTimeout(context.Background(), longest)
	defer done()
	reason := a.verify(ctx)
	if reason == "" {
		a.says(ctx, "thank_you")
	}
	a.hangUp()
	if reason == "" {
		return
	}
	ctx, done = context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	if err := v.Directory.NotVerified(ctx, a.of.ID, reason); err != nil {
		v.Log.Warn("member: why a number was not verified is not noted", "error", err)
	}
}

// asking is one call in which a code is asked for.
type asking struct {
	v      *Verifier
	call   webtrunk.CallID
	events chan call.Event
	of     directory.Verification
	ended  call.CallEnded // how, once it has
}

// Sentences for a customer whose number was not verified.
const (
	unanswered  = "Nobody answered at this number. Check it, and have us call again."
	notKeyedIn  = "The code was not keyed in. Have us call again, and key in what stands here on the telephone."
	wrongTooOft = "What was keyed in was not the code, three times. Have us call again, for a new code."
	notNow      = "The number could not be verified for now. Try again in a few minutes."
)

// verify returns why the number is not the customer's, or nothing.
func (a *asking) verify(ctx context.Context) (reason string) {
	if _, answered := wait[call.CallAnswered](ctx, a); !answered {
		return a.unreached()
	}
	phrase := "enter_code"
	for {
		digits, there := a.ask(ctx, phrase)
		if !there || digits == "" {
			return notKeyedIn
		}
		right, more, err := a.v.Directory.KeyedIn(ctx, a.of.ID, digits)
		switch {
		case err != nil:
			a.v.Log.Error("member: a code could not be checked", "error", err)
			return notNow
		case right:
			return ""
		case !more:
			return wrongTooOft
		}
		phrase = "invalid,enter_code"
	}
}

// unreached is why nobody was asked: where the call was not let out, that says why.
func (a *asking) unreached() string {
	if a.ended.Reason == call.Forbidden && a.ended.Message != "" {
		return a.ended.Message
	}
	return unanswered
}

// ask asks for the digits of a code. there is false where the call is over.
func (a *asking) ask(ctx context.Context, phrase string) (digits string, there bool) {
	a.do(call.Ask{Leg: 1, Phrase: call.Say(call.Spoken(a.of.Locale), phrase), Digits: directory.CodeDigits, Timeout: toKeyIn})
	e, there := wait[call.PromptFinished](ctx, a)
	return e.Digits, there && e.Reason != "ended"
}

// says has a phrase heard out.
func (a *asking) says(ctx context.Context, phrase string) {
	a.do(call.Ask{Leg: 1, Phrase: call.Say(call.Spoken(a.of.Locale), phrase)})
	wait[call.PromptFinished](ctx, a)
}

func (a *asking) hangUp() { a.do(call.HangUp{Cause: call.Hangup}) }

// do tells the call something. One that has ended says so by its events.
func (a *asking) do(in call.Input) { _ = a.v.Calls.Do(context.Background(), a.call, in) }

// wait returns the next event of a kind, unless the call ends or takes too long.
func wait[E call.Event](ctx context.Context, a *asking) (found E, there bool) {
	for {
		select {
		case e := <-a.events:
			if found, there = e.(E); there {
				return found, true
			}
			if over, is := e.(call.CallEnded); is {
				a.ended = over
				return found, false
			}
		case <-ctx.Done():
			return found, false
		}
	}
}
