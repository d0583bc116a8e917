package sip

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"net/netip"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/trunk"
)

// outgoing is what a leg that we dialled needs until it is answered.
type outgoing struct {
	invite  *sip.Request
	extra   []sip.Header
	tries   int
	counted bool          // among the calls of the trunk
	heard   bool          // a provisional response came: CANCEL may go (§9.1)
	cancel  call.Cause    // set when the call is not wanted any more
	sent    bool          // CANCEL is out
	late    bool          // a 2xx may still come after the end
	ringing bool          // reported
	early   bool          // reported: the far end is heard
	answer  *sip.Response // the 2xx that waits for its ACK
	earlies []*early

	// progressed: the called network said more than 100, so that no other
	// trunk is tried.
	progressed bool
	passed     bool // another trunk has the call

	failed    map[netip.AddrPort]bool // addresses of the trunk that this call has tried in vain
	redialled bool                    // a connection broke under the INVITE, which went out again
	moved     moved                   // by redirections
}

// dialling prepares a leg that calls somebody.
func (l *leg) dialling(c call.Leg, socket *media.Socket, report func(call.Input), extra []sip.Header) {
	l.id, l.report = c.ID, report
	l.log = l.log.With("call", string(c.Call), "leg", c.ID.String())
	l.e.ladders.name(l.callID, c.Call, c.ID)
	l.auth = authenticator{username: l.line.Username, password: l.line.Password}
	l.out.moved = moved{asked: c, numbers: []webtrunk.Address{c.Address}}
	l.listen(socket)

	id := l.line.identify(c)
	l.out.extra = append(id.extra, extra...)
	if r, ok := parseReplaces(c.Replaces); ok { // RFC 3891 §4; whoever does not know it refuses (§21.4.15)
		l.out.extra = append(l.out.extra, sip.NewHeader("Replaces", r.String()), sip.NewHeader("Require", "replaces"))
	}
	l.dialog = dialog{
		callID: l.callID, localTag: l.tag, seq: firstSeq(),
		local: id.from, remote: l.line.dialled(c.Address), routes: l.line.routes(),
	}
	l.dialog.target = *l.dialog.remote.Clone()
}

// firstSeq begins somewhere, below 2^31 and with room above (§8.1.1.5).
func firstSeq() uint32 {
	var b [2]byte
	rand.Read(b[:])
	return 1 + uint32(binary.BigEndian.Uint16(b[:]))
}

func sessionID() string {
	var b [4]byte
	rand.Read(b[:])
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(b[:])), 10)
}

// dial sends the INVITE, again with credentials when it was challenged.
func (l *leg) dial() {
	req := l.line.request(&l.dialog, sip.INVITE)
	*req.MaxForwards() = l.e.forwards.next(l.out.moved.asked.Call)
	for _, h := range l.out.extra {
		req.AppendHeader(h)
	}
	l.askWatched(req)
	l.auth.sign(req)
	if l.line.Reliable == trunk.ReliableRequired {
		req.AppendHeader(sip.NewHeader("Require", reliableOption))
	}
	withSDP(req, l.session.offer())
	req.SetDestination(l.viaProxy().String())
	l.out.invite, l.invited, l.out.heard, l.out.late = req, req, false, true
	l.out.earlies = nil // of the INVITE before this one
	if l.out.tries == 0 {
		l.log.Info("sip: dialling", "to", l.dialog.remote.User)
	}
	l.rings()
	l.counted()
	l.transact(req, cmp.Or(l.line.NoAnswerAfter, l.e.timers.B), l.elsewhere(req, l.inviteResponse))
}

// counted counts an INVITE, and a call with its first.
func (l *leg) counted() {
	l.line.counters.invites.Add(1)
	if !l.out.counted {
		l.out.counted = true
		l.line.counters.dialled.Add(1)
	}
}

// rings starts Timer C (§16.6): an INVITE may be silent for so long before it is
// withdrawn. How long a telephone rings at most is the call's to decide.
func (l *leg) rings() {
	l.after(ringTimer, l.e.timers.Ring, func() {
		l.end(call.LegEnded{Cause: call.NoAnswer}, call.NoAnswer)
	})
}

func (l *leg) inviteResponse(res *sip.Response) {
	if !l.out.passed {
		l.line.learned(trunk.ByCall, res)
	}
	switch {
	case res == nil:
		l.line.counters.outcome(nil)
		l.log.Warn("sip: the trunk does not respond: check its proxy's address and the firewall", "proxy", l.line.Proxy)
		if l.passOn() {
			return
		}
		l.ended(call.LegEnded{Cause: call.Unreachable, Message: "The telephone network does not respond. Try again in a few minutes."})
		if l.broken && l.out.heard { // §18.4: the connection is gone, and the telephone rings on
			l.giveUp(call.Unreachable)
		}
		l.closeSocket()
	case res.IsProvisional():
		l.provisional(res)
	case res.IsSuccess():
		l.success(res)
	default:
		l.refused(res)
	}
}

func (l *leg) provisional(res *sip.Response) {
	l.out.heard = true
	if l.phase == over {
		l.sendCancel()
		return
	}
	if res.StatusCode == sip.StatusTrying {
		l.after(slowTimer, l.e.timers.Slow, l.slow)
		return
	}
	l.out.progressed = true
	l.stop(slowTimer)
	l.rings() // §16.7: somebody is at work still
	e := l.earlyOf(res)
	reliably := l.reliably(res)
	if e == nil || reliably && !l.acknowledgeProvisional(e, res) {
		return
	}
	switch body := sdpBody(res); {
	case body != nil && l.hearEarly(e, body, reliably):
		if !l.out.early {
			l.out.early = true
			l.tell(call.LegProgress{Leg: l.id})
		}
		l.hold.pursue(l)
	case res.StatusCode == sip.StatusRinging && !l.out.ringing && !l.out.early:
		l.out.ringing = true
		l.tell(call.LegRinging{Leg: l.id})
	}
}

// slow passes the call on where a carrier has only said that it tries. Where
// there is no other trunk, it may take the time that it takes.
func (l *leg) slow() {
	if l.passOn() {
		l.line.judge(func(h *trunk.Health, now time.Time) {
			h.Failed(now, trunk.ByCall, trunk.Fault{Status: sip.StatusRequestTimeout})
		})
		l.giveUp(call.Unreachable)
	}
}

// success takes the first 2xx. Any other that comes is a stray.
func (l *leg) success(res *sip.Response) {
	l.stop(ringTimer)
	l.stop(slowTimer)
	if l.phase != trying {
		l.straySuccess(res)
		return
	}
	l.line.counters.outcome(res)
	e := l.earlyWith(tagOf(res.To().Params))
	l.dialog = l.dialogBy(res)
	l.out.answer, l.phase = res, unconfirmed
	if err := l.describedBy(e, res); err != nil {
		l.log.Warn("sip: answered with a description that cannot be used", "error", err)
		l.end(call.LegEnded{Cause: call.NotAcceptable, SIPCode: res.StatusCode}, call.NotAcceptable)
		return
	}
	l.tune()
	l.answeredEarly(e)
	l.far.hear(res)
	l.watchAnswered(l.out.invite, res)
	l.log.Info("sip: answered", "codec", l.session.format.Codec.String())
	l.after(recordTimer, l.e.timers.Record, func() {
		l.log.Error("sip: hanging up an answer that was not recorded in time")
		l.end(call.LegEnded{Cause: call.Failed, Message: "The gateway could not record the call. Try again in a minute."}, call.Failed)
	})
	l.noteDialog()
	l.tell(call.LegAnswered{Leg: l.id})
}

// confirmAnswer tells the far side that the call is up (§13.2.2.4).
func (l *leg) confirmAnswer() {
	if l.inbound() { // it has taken the place of one that rang
		l.takeOver()
		l.relieve()
		return
	}
	if l.phase != unconfirmed {
		return
	}
	l.stop(recordTimer)
	l.acknowledgeAnswer()
	l.phase = confirmed
	l.holdTold()
	l.hark()
	l.hold.pursue(l)
	l.sendKey()
}

func (l *leg) acknowledgeAnswer() {
	l.acknowledge(&l.dialog, l.out.answer, nil)
	l.out.answer = nil
}

// refused takes a final response that is no success.
func (l *leg) refused(res *sip.Response) {
	l.out.late = false
	if l.phase == over {
		return
	}
	if l.out.tries < maxChallenges && l.mayAskAgain(l.out.invite, res) {
		l.out.tries++
		l.dial()
		return
	}
	if l.redirected(res) {
		return
	}
	l.line.counters.outcome(res)
	if fails(res) && l.passOn() {
		return
	}
	end := call.LegEnded{Cause: refusalCause(res), SIPCode: res.StatusCode}
	if res.IsRedirection() {
		end.Message = "The number has moved, and calls are not forwarded to where it points."
	}
	l.ended(end)
	l.closeSocket()
}

// sdpBody returns the description in a message, nil if it has none.
func sdpBody(msg sip.Message) []byte {
	if len(msg.Body()) == 0 || !isSDP(msg) {
		return nil
	}
	return msg.Body()
}
