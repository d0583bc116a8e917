package sip

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk/call"
	"webtrunk/switchboard"
)

var _ switchboard.Rescuer = (*Edge)(nil)

// Rescue hangs up a leg of a process that died: BYE goes out in the dialog
// that the leg's events kept, is repeated, authenticated and waited for as any
// other. c is the leg as it was when the process died.
//
// Two kinds of leg have nothing that could be said. One that we dialled and
// that never answered has no dialog; should its telephone be answered now, the
// answer is a ghost's (ghost.go). One that arrived and was never answered waits
// for a final response of an INVITE transaction that died with the process;
// the caller gives up, or its carrier does.
func (e *Edge) Rescue(c call.Leg) {
	log := e.log.With("call", string(c.Call), "leg", c.ID.String())
	if len(c.Dialog) == 0 {
		log.Debug("sip: a leg of the gateway before this one had no dialog")
		return
	}
	s, d, err := load(c.Dialog)
	if err == nil && s.Arrived && ringing(c) {
		log.Info("sip: a call that arrived at the gateway before this one was never answered: its carrier gives it up")
		return
	}
	t, unknown := e.lineNamed(s.Trunk)
	if err == nil {
		err = unknown
	}
	if err != nil {
		e.counters.lost.Add(1)
		log.Error("sip: a call of the gateway before this one cannot be hung up, its carrier may bill it until it notices", "error", err)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing || e.legs[d.localTag] != nil { // alive, or being rescued: it is not ours to end
		log.Warn("sip: a leg to be hung up for another process is this one's")
		return
	}
	l := e.tagged(t, d.callID, d.localTag)
	l.id, l.dialog, l.phase = c.ID, d, over
	l.log = l.log.With("call", string(c.Call), "leg", c.ID.String())
	l.auth = authenticator{username: t.Username, password: t.Password}
	l.out.late = true // a 2xx whose ACK died with the process is repeated still
	e.counters.rescued.Add(1)
	l.box.post(l.rescue)
}

// ringing reports whether a leg that arrived was never answered.
func ringing(c call.Leg) bool {
	switch c.State {
	case call.New, call.Connecting, call.Ringing, call.EarlyMedia, "":
		return true
	}
	return false
}

// rescue sends the BYE.
func (l *leg) rescue() {
	l.dialog.seq = rescueSeq(l.dialog.seq, time.Now())
	l.log.Info("sip: hanging up a call of the gateway before this one")
	l.ask(&l.dialog, sip.BYE, func(req *sip.Request) { req.AppendHeader(endingOf(call.NodeLost).reason()) }, func(res *sip.Response) {
		switch {
		case res == nil:
			l.log.Warn("sip: nobody confirmed the BYE")
		case res.IsSuccess(), res.StatusCode == sip.StatusCallTransactionDoesNotExists: // §15.1.1: it is over either way
			l.e.counters.confirmed.Add(1)
		default:
			l.log.Warn("sip: the BYE was refused", "code", res.StatusCode)
		}
	})
}

// rescueSeq chooses a CSeq that the dialog has not seen. The process that died
// may have sent any number of requests since the dialog was saved, and another
// may have died while it rescued the same leg: a clock is ahead of all of them
// (§8.1.1.5), and a gap is allowed (§12.2.2).
func rescueSeq(saved uint32, now time.Time) uint32 {
	const room = 1 << 10
	clock := uint32(uint64(now.Unix())>>1) & (1<<31 - 1)
	if clock > saved+room {
		return clock
	}
	return saved + room
}
