package switchboard

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// carryOut carries out one order; what cannot be done comes back to the call.
func (a *actor) carryOut(ctx context.Context, o call.Order) {
	if err := a.try(ctx, o); err != nil {
		a.failed(o, err)
	}
}

func (a *actor) try(ctx context.Context, o call.Order) error {
	switch o := o.(type) {
	case call.AskAdmit:
		a.ask(func(v call.View) call.Input { return a.admit(ctx, v) })
	case call.AskRoute:
		a.ask(func(v call.View) call.Input { return a.route(ctx, v, o) })
	case call.Dial:
		return a.dial(ctx, o.Leg)
	case call.HangUpLeg:
		if l := a.legs[o.Leg]; l != nil {
			a.hangUp(o.Leg, l, o)
		}
	case call.Bridge:
		a.bridged = o
		return a.bridge(o)
	case call.StopPlay:
		a.sound.stop(o.Leg)
	case call.StopRecord:
		a.stopRecording(!o.Drop)
	case call.PauseRecording:
		a.pauseRecording(o.Number, true)
	case call.ResumeRecording:
		a.pauseRecording(o.Number, false)
	case call.EndRecording:
		a.endRecording()
	case call.StartTimer:
		a.timers.start(o)
	case call.StopTimer:
		a.timers.stop(o.Timer)
	default:
		return a.tryLeg(o)
	}
	return nil
}

// tryLeg carries out what one leg, or its port, is asked.
func (a *actor) tryLeg(o call.Order) error {
	_, id := call.Describe(o)
	l := a.legs[id]
	if l == nil {
		return &webtrunk.Error{Op: "switchboard", Kind: webtrunk.Conflict, Message: fmt.Sprintf("leg %v is not on the line", id)}
	}
	switch o := o.(type) {
	case call.TellRinging:
		return l.Progress(false)
	case call.TellEarly:
		return l.Progress(true)
	case call.AnswerLeg:
		return l.Answer()
	case call.Confirm:
		return l.Confirm()
	case call.HoldLeg:
		return l.Hold()
	case call.ResumeLeg:
		return l.Resume()
	case call.Dtmf:
		return l.SendDigits(o.Digits)
	case call.Play:
		a.setTone(id, l.Port())
		return a.sound.play(id, l.Port(), o.Phrase)
	case call.Record:
		return a.record(o, l.Port())
	case call.StartRecording:
		return a.startRecording(o, l.Port())
	case call.ReferLeg:
		return l.Refer(o.To)
	case call.TellTransfer:
		return l.Transferring(o)
	case call.TellVerdict, call.TellInvite, call.TellQueued, call.TellPlace, call.TellCallback, call.TellMessage, call.TellRecording, call.AskToTalk, call.TellWriting:
		if p, ok := l.(Page); ok {
			tellPage(p, o)
		}
		return nil
	case call.GiveDigit:
		return a.giveDigit(o)
	}
	return &webtrunk.Error{Op: "switchboard", Kind: webtrunk.Unsupported, Message: fmt.Sprintf("this gateway cannot carry out %T", o)}
}

func tellPage(p Page, o call.Order) {
	switch o := o.(type) {
	case call.TellVerdict:
		p.Verdict(o)
	case call.TellInvite:
		p.Inviting(o)
	case call.TellQueued:
		p.Queued(o)
	case call.TellPlace:
		p.Place(o)
	case call.TellCallback:
		p.CallingBack(o)
	case call.TellMessage:
		p.Message(o)
	case call.TellRecording:
		p.Recording(o)
	case call.AskToTalk:
		p.AskedToTalk()
	case call.TellWriting:
		p.Writing(o)
	}
}

func (a *actor) giveDigit(o call.GiveDigit) error {
	if a.board.cfg.Digits == nil {
		return &webtrunk.Error{Op: "switchboard", Kind: webtrunk.Unsupported, Message: "nobody takes sensitive digits on this gateway"}
	}
	a.board.cfg.Digits(a.id, o.Leg, o.Digit)
	return nil
}

// dial has the leg's edge reach its address. The context does not end with the
// call: a leg ends by Hangup, which may still have to be said.
func (a *actor) dial(ctx context.Context, l call.Leg) error {
	edge := a.board.cfg.Edges[l.Kind]
	if edge == nil {
		return &webtrunk.Error{Op: "dial", Kind: webtrunk.Unsupported, Message: fmt.Sprintf("this gateway cannot reach %s addresses", l.Kind)}
	}
	leg, err := edge.Dial(context.WithoutCancel(ctx), l, a.reportFor(l.ID))
	if err != nil {
		return err
	}
	a.legs[l.ID] = leg
	return nil
}

// hangUp ends a leg. Its tone stops first, so that its port is quiet. An edge
// that panics over it keeps neither the other legs from being hung up nor the
// end of the call from being recorded.
func (a *actor) hangUp(id call.LegID, l Leg, o call.HangUpLeg) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("a leg's edge panicked over its end", "leg", id, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	delete(a.legs, id)
	a.sound.stop(id)
	l.Hangup(o)
}

// bridge lets all of a bridge's legs hear each other, and those beside it all
// of them.
func (a *actor) bridge(b call.Bridge) error {
	ports := map[call.LegID]*media.Port{}
	var talk []*media.Port
	for _, id := range b.Legs {
		if err := a.find(ports, id); err != nil {
			return err
		}
		talk = append(talk, ports[id])
	}
	parties := media.All(talk...)
	for _, beside := range b.Beside {
		if err := a.find(ports, beside.Leg); err != nil {
			return err
		}
		parties = append(parties, media.Party{Port: ports[beside.Leg], Hears: talk})
		if at := slices.Index(b.Legs, beside.HeardBy); at >= 0 {
			parties[at].Hears = append(parties[at].Hears, ports[beside.Leg])
		}
	}
	return a.sound.bridge(parties)
}

// find adds a leg's port to ports.
func (a *actor) find(ports map[call.LegID]*media.Port, id call.LegID) error {
	l := a.legs[id]
	if l == nil {
		return &webtrunk.Error{Op: "bridge", Kind: webtrunk.Conflict, Message: fmt.Sprintf("leg %v is not on the line", id)}
	}
	ports[id] = l.Port()
	return nil
}
