package carrier

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A Number is a telephone number of the carrier, in E.164 form.
type Number struct {
	Number string
	Name   string // a word or two: "echo"
	Does   string // a sentence for people who want to dial it
	// Behaviour is what it does with a call.
	Behaviour Behaviour
}

// The built-in numbers lie in +1 555 01xx, kept free for fiction, so that none
// of them is anybody's.
var builtIn = []Number{
	{"+15550100101", "echo", "answers and sends back whatever it hears", echo},
	{"+15550100102", "welcome", "answers, speaks a sentence, then echoes", welcome},
	{"+15550100103", "tone", "answers and plays a 440 Hz tone", a440},
	{"+15550100104", "busy", "is always busy (486)", rejects(sip.StatusBusyHere)},
	{"+15550100105", "no answer", "rings until you give up", ringsOut},
	{"+15550100106", "declines", "rings once and declines the call (603)", declines},
	{"+15550100107", "unallocated", "does not exist (404)", rejects(sip.StatusNotFound)},
	{"+15550100108", "failing", "cannot be reached, the network fails (503)", rejects(sip.StatusServiceUnavailable)},
	{"+15550100109", "early media", "lets you hear its own ringing for 2 s before it answers, then echoes", earlyMedia},
	{"+15550100110", "slow", "rings for 2 s, answers, then echoes", slow},
	{"+15550100111", "hangs up", "answers, echoes and hangs up after 5 s", hangsUp},
	{"+15550100112", "digits", "speaks back each digit that you press", speaksDigits},
	{"+15550100113", "lossy", "echoes over a line that loses one packet in ten each way", lossy},
	{"+15550100114", "late", "echoes over a line that delays by 200 ms and more, unevenly", late},
	{"+15550100115", "hold", "answers, puts you on hold after 2 s and takes you back 2 s later", holds},
	{"+15550100116", "calls back", "does not answer, and calls you 2 s after you have hung up", callsBack},
}

// Numbers returns the numbers that every carrier has.
func Numbers() []Number { return slices.Clone(builtIn) }

// directory is the built-in numbers and the ones that came with the Config,
// which win.
func directory(more []Number) map[string]Number {
	numbers := make(map[string]Number)
	for _, n := range slices.Concat(builtIn, more) {
		numbers[n.Number] = n
	}
	return numbers
}

// Manual leaves the call to whoever holds it: a test that found it with
// [Carrier.WaitCall] and lets it ring, answers and hangs up by hand.
func Manual(ctx context.Context, call *Call) error { return call.Linger(ctx) }

func echo(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.Answer, call.Echo)
}

func welcome(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.Answer, call.playing(Welcome()), call.Echo)
}

func a440(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Answer, func(ctx context.Context) error { return call.Tone(ctx, 440) })
}

func rejects(code int) Behaviour {
	return func(ctx context.Context, call *Call) error { return call.Reject(ctx, code) }
}

func ringsOut(ctx context.Context, call *Call) error {
	limit := call.c.cfg.RingLimit.Seconds() / call.c.seconds(1).Seconds()
	return inOrder(ctx, call.Ring, call.pausing(limit), call.rejecting(sip.StatusTemporarilyUnavailable))
}

func declines(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.pausing(1), call.rejecting(sip.StatusGlobalDecline))
}

func earlyMedia(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Progress, call.forSeconds(2, call.Ringback), call.Answer, call.Echo)
}

func slow(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.pausing(2), call.Answer, call.Echo)
}

func hangsUp(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.Answer, call.forSeconds(5, call.Echo), call.Hangup)
}

func speaksDigits(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.Answer, func(ctx context.Context) error {
		for {
			key, err := call.WaitDigit(ctx)
			if err != nil {
				return err
			}
			if err := call.Play(ctx, SpokenDigit(key)); err != nil {
				return err
			}
		}
	})
}

func lossy(ctx context.Context, call *Call) error {
	call.Impair(Impairment{DropPercent: 10, Seed: call.c.cfg.Impairment.Seed})
	return echo(ctx, call)
}

func late(ctx context.Context, call *Call) error {
	call.Impair(Impairment{Delay: 100 * time.Millisecond, Jitter: 40 * time.Millisecond, Seed: call.c.cfg.Impairment.Seed})
	return echo(ctx, call)
}

func holds(ctx context.Context, call *Call) error {
	return inOrder(ctx, call.Ring, call.Answer,
		call.forSeconds(2, call.Echo), call.Hold, call.pausing(2), call.Resume, call.Echo)
}

func callsBack(ctx context.Context, call *Call) error {
	call.CallBack(2, func(ctx context.Context, back *Call) error {
		return inOrder(ctx, back.playing(Welcome()), back.Echo)
	})
	return inOrder(ctx, call.Ring, call.pausing(4), call.rejecting(sip.StatusTemporarilyUnavailable))
}

// playing and its neighbours make steps for inOrder.

func (call *Call) playing(pcm []int16) func(context.Context) error {
	return func(ctx context.Context) error { return call.Play(ctx, pcm) }
}

func (call *Call) rejecting(code int) func(context.Context) error {
	return func(ctx context.Context) error { return call.Reject(ctx, code) }
}

func (call *Call) pausing(seconds float64) func(context.Context) error {
	return func(ctx context.Context) error { return call.Pause(ctx, seconds) }
}

func (call *Call) forSeconds(seconds float64, step func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		limited, cancel := context.WithTimeout(ctx, call.c.seconds(seconds))
		defer cancel()
		err := step(limited)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil
		}
		return err
	}
}
