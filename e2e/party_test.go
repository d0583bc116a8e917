package e2e

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/signaling/visitor"
)

// A party is who is at the end of a leg: a telephone of the carrier's, or a
// page.
type party struct {
	leg       string
	telephone *carrier.Call
	page      *visitor.Visitor
	call      *visitor.Call // the page's part in it
	lost      bool          // the page has no socket
	before    int           // how much a telephone had heard before the step that is played

	late sync.WaitGroup // an answer that is given when it is too late
}

// wait waits for what the party has begun.
func (x *party) wait(*player) { x.late.Wait() }

// act lets the party do what an input says; done is false if nobody could do
// this.
func (x *party) act(p *player, in line) (done bool, err error) {
	if x.telephone != nil {
		return x.dial(p, in)
	}
	return x.click(p, in)
}

// dial is what a person does with a telephone.
func (x *party) dial(p *player, in line) (done bool, err error) {
	t := x.telephone
	if t.State() == carrier.Over {
		return true, nil // it has hung up, or was; there is nothing that it could do
	}
	switch in.name {
	case "leg_ringing":
		if p.answersLate(x.leg) {
			x.late.Go(func() { x.answerOnCancel(p) })
			return true, nil
		}
		err = t.Ring(p.ctx)
	case "leg_progress":
		err = t.Progress(p.ctx)
	case "leg_answered":
		if t.State() >= carrier.Answered {
			return true, t.ResendAnswer(p.ctx)
		}
		if err = t.Answer(p.ctx); errors.Is(err, carrier.ErrEnded) {
			err = nil // it was hung up at once; if that is right, the events say
		}
	case "leg_held":
		err = t.Hold(p.ctx)
	case "leg_resumed":
		err = t.Resume(p.ctx)
	case "leg_digit":
		if !strings.Contains("0123456789*#ABCD", in.fields["digit"]) {
			return false, nil // no telephone has such a key
		}
		err = t.SendDigits(p.ctx, in.fields["digit"])
	case "leg_ended":
		if code, isCode := strconv.Atoi(in.fields["sip_code"]); isCode == nil {
			return true, t.Reject(p.ctx, code)
		}
		err = t.Hangup(p.ctx)
	default:
		return false, nil
	}
	return true, err
}

// answersLate reports whether a telephone answers when its leg has left.
func (p *player) answersLate(leg string) bool {
	left := false
	for _, s := range p.script.steps[p.at:] {
		if left && s.input.name == "leg_answered" && s.input.leg() == leg {
			return true
		}
		for _, ev := range s.events {
			left = left || ev.name == "leg.left" && ev.leg() == leg && ev.fields["cause"] != string(call.Hangup)
		}
	}
	return false
}

// answerOnCancel rings, and answers in the moment in which it is told to stop.
func (x *party) answerOnCancel(p *player) {
	if err := x.telephone.AnswerOnCancel(p.ctx); err != nil && !errors.Is(err, carrier.ErrEnded) {
		p.t.Errorf("the late answer was not acknowledged: %v", err)
	}
	if err := x.telephone.Wait(p.ctx, carrier.Said("→ CANCEL"), carrier.Said("← 200 INVITE"), carrier.Said("→ ACK"), carrier.Said("→ BYE")); err != nil {
		p.t.Errorf("the telephone that answered too late was left with %q", x.telephone.Transcript())
	}
}

// click is what a person does in a page, or what becomes of the page.
func (x *party) click(p *player, in line) (done bool, err error) {
	switch in.name {
	case "leg_ringing":
		return x.call.From != "", nil // a page rings by itself
	case "leg_answered":
		if x.call.From == "" {
			return false, nil
		}
		err = x.call.Accept(p.ctx)
	case "leg_lost":
		x.lost = true
		x.page.Drop()
	case "leg_returned":
		return true, x.comeBack(p)
	case "leg_digit":
		err = x.call.Press(p.ctx, in.fields["digit"])
	case "leg_ended":
		if _, over := p.ended(); over {
			return true, nil
		}
		if in.fields["cause"] == string(call.ConnectionLost) {
			x.lost = true
			x.page.Drop() // and does not come back
			return true, nil
		}
		_, err = x.call.Hangup(p.ctx)
	case "hold", "resume":
		err = x.call.Send(in.name, nil)
	case "send_digits":
		err = x.call.Digits(in.fields["digits"])
	default:
		return false, nil
	}
	return true, err
}

// comeBack opens a new socket for the page. If the call has ended meanwhile,
// the page learns it now.
func (x *party) comeBack(p *player) error {
	x.lost = false
	welcome, err := x.page.Resume(p.ctx)
	if err != nil || !welcome.Resumed {
		return fmt.Errorf("the page did not get its session back: %+v, %w", welcome, err)
	}
	end, over := p.ended()
	if !over {
		return nil
	}
	told, err := x.call.Wait(p.ctx, "ended")
	if err == nil && told.Reason != end.fields["reason"] {
		err = fmt.Errorf("the page was told %q, the call ended for %q", told.Reason, end.fields["reason"])
	}
	return err
}

// ended returns the call's end, once it has one.
func (p *player) ended() (end line, over bool) {
	now, cancel := context.WithCancel(p.ctx)
	cancel() // only to look
	lines := p.journal.wait(now, func([]line) bool { return true })
	if len(lines) == 0 {
		return line{}, false
	}
	end = lines[len(lines)-1]
	return end, end.name == "call.ended"
}
