package carrier

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A Behaviour is what a number does with a call: a script over the methods of
// [Call]. Its ctx ends with the call (the cause is [ErrEnded]). When it returns
// and the call is still up, the carrier hangs up; before the answer it refuses
// with 480, or with 500 if the behaviour failed. Errors that come of the call's
// end are no failure, so a script may pass on whatever it gets.
type Behaviour func(ctx context.Context, call *Call) error

// inOrder does one step after another, up to the first that fails.
func inOrder(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// guarded runs a behaviour so that its panic costs its call only.
func guarded(ctx context.Context, call *Call, b Behaviour) (err error) {
	defer func() {
		if p := recover(); p != nil {
			call.c.book.count(func(s *Stats) { s.Panics++ })
			err = fmt.Errorf("behaviour panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return b(ctx, call)
}

// act does something on the signalling loop while the call is up.
func (call *Call) act(f func() error) error {
	err := ErrClosed
	call.c.do(func() {
		if err = ErrEnded; !call.over() {
			err = f()
		}
	})
	return err
}

// asCallee is act for what only a call to us can do before its answer.
func (call *Call) asCallee(f func() error) error {
	return call.act(func() error {
		if call.placed || call.uas.answered {
			return ErrState
		}
		return f()
	})
}

// Ring sends 180 without SDP: the caller's side makes its own ringback.
func (call *Call) Ring(context.Context) error {
	return call.asCallee(func() error {
		call.provisional(sip.StatusRinging, nil, Ringing)
		return nil
	})
}

// Progress sends 183 with SDP: from now on the caller hears us.
func (call *Call) Progress(context.Context) error {
	return call.asCallee(func() error {
		sdp, err := call.earlySDP()
		if err == nil {
			call.provisional(sip.StatusSessionInProgress, sdp, EarlyMedia)
		}
		return err
	})
}

// Answer sends 200 and returns when its ACK has come.
func (call *Call) Answer(ctx context.Context) error {
	return call.answered(ctx, func() error { call.pickUp(nil); return nil })
}

// AnswerWithoutSDP answers with a 200 that has no body, as some carriers do
// after a 183 that had one. It is an error before [Call.Progress].
func (call *Call) AnswerWithoutSDP(ctx context.Context) error {
	return call.answered(ctx, func() error {
		if call.uas.sdp == nil {
			return ErrState
		}
		call.pickUp([]byte{})
		return nil
	})
}

// AnswerForked answers twice, as two telephones that rang for the same number:
// two 200s with different To-tags. The caller owes both an ACK and the second,
// see [Call.Forks], a BYE.
func (call *Call) AnswerForked(ctx context.Context) error {
	return call.answered(ctx, func() error {
		call.pickUp(nil)
		if !call.over() {
			call.fork()
		}
		return nil
	})
}

// AnswerOnCancel rings until the caller gives up, and answers in that moment:
// 200 to INVITE goes out before 200 to CANCEL. It returns when the caller has
// acknowledged.
func (call *Call) AnswerOnCancel(ctx context.Context) error {
	return call.answered(ctx, func() error {
		call.uas.onCancel = true
		call.provisional(sip.StatusRinging, nil, Ringing)
		return nil
	})
}

func (call *Call) answered(ctx context.Context, how func() error) error {
	if err := call.asCallee(how); err != nil {
		return err
	}
	return call.confirmed(ctx)
}

func (call *Call) confirmed(ctx context.Context) error {
	if err := call.Wait(ctx, Reached(Confirmed)); err != nil {
		return err
	}
	if call.over() {
		return ErrEnded
	}
	return nil
}

// ResendAnswer sends the 200 once more although it has been acknowledged: the
// caller owes another ACK.
func (call *Call) ResendAnswer(context.Context) error {
	return call.act(func() error {
		if call.placed || !call.uas.answered {
			return ErrState
		}
		call.c.transmit(call.uas.tx.last, call.uas.tx.to)
		return nil
	})
}

// Reject refuses the call with a final response of 300 or above.
func (call *Call) Reject(_ context.Context, code int) error {
	if code < 300 || code > 699 {
		return fmt.Errorf("carrier: %d refuses nothing", code)
	}
	return call.asCallee(func() error { call.refuse(code); return nil })
}

// Hangup ends the call in the way that its state asks for: a refusal, CANCEL,
// or BYE. It returns when the other side has agreed.
func (call *Call) Hangup(ctx context.Context) error {
	err := call.hangup(ctx)
	if errors.Is(err, ErrEnded) {
		return nil // which is what was wanted
	}
	return err
}

func (call *Call) hangup(ctx context.Context) error {
	switch {
	case call.State() >= Answered:
		if err := call.confirmed(ctx); err != nil {
			return err
		}
		return call.ask(ctx, nil, func(done func(error)) {
			call.bye("hung up", func(res *sip.Response) {
				if res != nil && res.StatusCode == sip.StatusCallTransactionDoesNotExists {
					done(nil) // it hung up at the same time
					return
				}
				done(agreed("BYE", res))
			})
		})
	case call.placed:
		if err := call.act(func() error { call.cancelPlaced(); return nil }); err != nil {
			return err
		}
		return call.Wait(ctx, Ended)
	}
	return call.Reject(ctx, sip.StatusTemporarilyUnavailable)
}

// ask starts something on the loop that is answered later, and waits for that
// or for over.
func (call *Call) ask(ctx context.Context, over <-chan struct{}, start func(done func(error))) error {
	outcome := make(chan error, 1)
	err := call.act(func() error {
		start(func(err error) { outcome <- err })
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case err := <-outcome:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-over:
		return ErrEnded
	case <-call.c.gone:
		return ErrClosed
	}
}

// agreed is nil for a 2xx.
func agreed(what string, res *sip.Response) error {
	if res != nil && res.StatusCode/100 == 2 {
		return nil
	}
	return refusal(what, res)
}

// Hold puts the other side on hold: a re-INVITE that says sendonly.
func (call *Call) Hold(ctx context.Context) error {
	return call.ask(ctx, call.done, func(done func(error)) { call.renegotiate(sendOnly, done) })
}

// Resume takes the other side off hold.
func (call *Call) Resume(ctx context.Context) error {
	return call.ask(ctx, call.done, func(done func(error)) { call.renegotiate(sendRecv, done) })
}

// Pause lets some of the carrier's seconds pass (Config.ScriptSecond).
func (call *Call) Pause(ctx context.Context, seconds float64) error {
	t := time.NewTimer(call.c.seconds(seconds))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Carrier) seconds(n float64) time.Duration {
	return time.Duration(n * float64(c.cfg.ScriptSecond))
}

// Play says pcm, 8,000 samples a second, and returns when it has been said.
func (call *Call) Play(ctx context.Context, pcm []int16) error {
	if len(pcm) == 0 {
		return nil
	}
	return call.media.say(ctx, &utterance{sound: &samples{pcm}})
}

// Tone plays a sine until ctx or the call ends.
func (call *Call) Tone(ctx context.Context, hz float64) error {
	return call.media.say(ctx, &utterance{sound: &tone{hz: hz}})
}

// Ringback plays ringing tone until ctx or the call ends.
func (call *Call) Ringback(ctx context.Context) error {
	return call.media.say(ctx, &utterance{sound: &ringback{}})
}

// Echo sends back what comes, packet for packet, until ctx or the call ends.
func (call *Call) Echo(ctx context.Context) error {
	call.media.setEcho(true)
	defer call.media.setEcho(false)
	return call.Linger(ctx)
}

// Linger keeps the call as it is until ctx or the call ends.
func (call *Call) Linger(ctx context.Context) error {
	select {
	case <-call.done:
		return ErrEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// WaitDigit returns the next digit that the caller presses.
func (call *Call) WaitDigit(ctx context.Context) (byte, error) { return call.keys.next(ctx) }

// SendDigits presses keys, one after another: as RFC 4733 events if that was
// agreed, else by SIP INFO.
func (call *Call) SendDigits(ctx context.Context, digits string) error {
	keys, err := keypresses(digits)
	if err != nil {
		return err
	}
	events := call.media.sendsEvents()
	for _, k := range keys {
		if events {
			err = call.media.say(ctx, &utterance{key: k})
		} else {
			err = call.ask(ctx, call.done, func(done func(error)) { call.inform(k, done) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inform sends a key by SIP INFO.
func (call *Call) inform(k *keypress, done func(error)) {
	if call.State() < Answered {
		done(ErrState)
		return
	}
	req := call.dialog.request(sip.INFO)
	setBody(req, "application/dtmf-relay", fmt.Appendf(nil, "Signal=%c\r\nDuration=100\r\n", keypad[k.event]))
	call.c.request(req, call.dialog.hop(), func(res *sip.Response) {
		if res == nil || res.StatusCode >= 200 {
			done(agreed("INFO", res))
			call.lost(res)
		}
	})
}

// Impair makes the call's sound suffer, from now on, instead of what
// Config.Impairment says.
func (call *Call) Impair(imp Impairment) {
	call.media.in.set(imp)
	call.media.out.set(imp)
}

// CallBack lets the called number call the caller when this call is over and
// some of the carrier's seconds have passed.
func (call *Call) CallBack(seconds float64, b Behaviour) {
	c := call.c
	c.wg.Go(func() {
		select {
		case <-call.done:
		case <-c.stop:
			return
		}
		t := time.NewTimer(c.seconds(seconds))
		defer t.Stop()
		select {
		case <-t.C:
		case <-c.stop:
			return
		}
		if _, err := c.Call(context.Background(), call.to, call.from, b); err != nil && !errors.Is(err, ErrClosed) {
			c.log.Warn("could not call back", "call", call.id, "number", call.from, "err", err)
		}
	})
}
