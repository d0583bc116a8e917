package e2e

import (
	"fmt"
	"slices"
	"strings"

	"webtrunk/carrier"
)

// effect looks for what an order must have led to, where it must arrive: at the
// telephone or in the page. Orders to clocks and to seams show in the events.
func (p *player) effect(order line) error {
	switch order.name {
	case "Dial":
		return p.reached(order)
	case "Bridge":
		return p.hear(order)
	case "GiveDigit":
		return p.gives(order)
	}
	x := p.party(order)
	switch {
	case x == nil || x.lost:
		return nil // nobody has been dialled, or nobody is there to be told
	case x.telephone != nil:
		return x.telephoneTold(p, order)
	}
	return x.pageTold(p, order)
}

// party is whom an order is for.
func (p *player) party(order line) *party {
	if len(order.words) == 0 {
		return nil
	}
	return p.parties[order.words[0]]
}

// reached waits until the telephone or the page that is dialled has the call.
func (p *player) reached(order line) error {
	if p.how.noPorts || p.how.nobodyThere {
		return nil
	}
	x := &party{leg: order.words[0]}
	p.parties[x.leg] = x
	to := address(order.words[3])
	var err error
	if page := p.pages[to.Value]; page != nil {
		x.page = page
		x.call, err = page.Incoming(p.ctx)
		return err
	}
	x.telephone, err = p.carrier.WaitCall(p.ctx, carrier.To(to.Value), carrier.Up)
	return err
}

// telephoneTold waits until a telephone has what it was ordered.
func (x *party) telephoneTold(p *player, order line) error {
	t := x.telephone
	switch order.name {
	case "TellRinging":
		return t.Wait(p.ctx, carrier.Reached(carrier.Ringing))
	case "TellEarly":
		return t.Wait(p.ctx, carrier.Reached(carrier.EarlyMedia))
	case "AnswerLeg", "Confirm":
		return t.Wait(p.ctx, carrier.Reached(carrier.Confirmed))
	case "HoldLeg":
		return t.Wait(p.ctx, (*carrier.Call).Held)
	case "ResumeLeg":
		return t.Wait(p.ctx, func(t *carrier.Call) bool { return !t.Held() })
	case "Dtmf":
		return t.Wait(p.ctx, func(t *carrier.Call) bool { return strings.HasSuffix(t.Digits(), order.fields["digits"]) })
	case "Play":
		return x.hears(p)
	case "HangUpLeg":
		return x.hungUp(p, order)
	}
	return nil
}

// hungUp waits until a telephone's call is over, and checks that it was not
// told otherwise than by the one message for its state.
func (x *party) hungUp(p *player, order line) error {
	t := x.telephone
	if err := t.Wait(p.ctx, carrier.Ended); err != nil {
		return fmt.Errorf("it is %v after %q: %w", t.State(), t.Transcript(), err)
	}
	said := func(what string) bool { return slices.Contains(t.Transcript(), what) }
	answered := said("← 200 INVITE") || said("→ 200 INVITE")
	switch {
	case t.Placed() && !answered:
		return nil // it was refused; by which response, the SIP edge's tests say
	case answered && !said("→ BYE"), !answered && !said("→ CANCEL"):
		return fmt.Errorf("it was hung up by %q, for %s", t.Transcript(), order.fields["cause"])
	}
	return nil
}

// pageTold waits until a page has what it was ordered.
func (x *party) pageTold(p *player, order line) error {
	kind := map[string]string{
		"TellRinging": "ringing", "TellEarly": "early_media", "AnswerLeg": "answered", "HoldLeg": "held",
		"ResumeLeg": "resumed", "TellQueued": "queued", "TellPlace": "place", "TellCallback": "callback", "TellMessage": "voicemail", "Dtmf": "dtmf", "HangUpLeg": "ended",
	}[order.name]
	switch kind {
	case "":
		return nil
	case "dtmf":
		digits := order.fields["digits"]
		told, err := x.call.Told(p.ctx, len(digits))
		if err == nil && !strings.HasSuffix(told, digits) {
			err = fmt.Errorf("it was told the digits %q, want %q", told, digits)
		}
		return err
	}
	told, err := x.call.Wait(p.ctx, kind)
	switch {
	case err != nil:
		return err
	case kind == "ended" && told.Reason != order.fields["cause"]:
		return fmt.Errorf("it was told the end %q, want %q", told.Reason, order.fields["cause"])
	case kind == "ended" && told.Text == "":
		return fmt.Errorf("it was told the end without a sentence: %+v", told)
	}
	return nil
}

// hear waits until the telephones of a bridge hear the page that is in it,
// whose microphone is open from the beginning.
func (p *player) hear(order line) error {
	if len(order.words) == 0 || strings.Count(order.words[0], "+") < 1 {
		return nil
	}
	var telephones []*carrier.Call
	speaks := false
	for leg := range strings.SplitSeq(order.words[0], "+") {
		x := p.parties[leg]
		speaks = speaks || x.call != nil
		if x.telephone != nil {
			telephones = append(telephones, x.telephone)
		}
	}
	for _, t := range telephones {
		if !speaks {
			continue
		}
		if err := t.Wait(p.ctx, carrier.HeardPackets(t.RTP().In+3)); err != nil {
			return fmt.Errorf("it heard %+v: %w", t.RTP(), err)
		}
	}
	return nil
}
