package carrier

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A session is the offer/answer state of a call (RFC 3264). It belongs to the
// signalling loop.
type session struct {
	local   description // what we said last
	wanted  flow        // what we want to do: sendOnly while we hold the other side
	pending bool        // a re-INVITE of ours is on its way
	retry   *alarm      // of a re-INVITE that met another
}

func (s *session) stop() { s.retry.stop() }

var errNoCodec = errors.New("no codec in common")

// offer describes everything that we can do.
func (call *Call) offer() (description, error) {
	addr, err := call.media.open()
	if err != nil {
		return description{}, err
	}
	d := description{addr: addr, flow: call.session.wanted}
	for _, name := range call.c.cfg.Codecs {
		f, _ := formatByName(name)
		d.formats = append(d.formats, f)
	}
	call.say(&d)
	return d, nil
}

// answer accepts an offer: the first codec of theirs that we know, and the
// other side of their direction. Sound flows accordingly from now on.
func (call *Call) answer(offer description) (description, error) {
	sound, event, ok := offer.choose(call.c.cfg.Codecs)
	if !ok || offer.addr.Port() == 0 {
		return description{}, errNoCodec
	}
	addr, err := call.media.open()
	if err != nil {
		return description{}, err
	}
	d := description{
		addr: addr, formats: []format{sound}, flow: offer.flow.reversed() & call.session.wanted,
		streams: offer.streams, audio: offer.audio,
	}
	if event.name != "" {
		d.formats = append(d.formats, event)
	}
	call.say(&d)
	call.connect(offer, sound, event)
	return d, nil
}

// takeAnswer finishes the exchange that our offer began.
func (call *Call) takeAnswer(answer description) error {
	sound, event, ok := answer.choose(call.c.cfg.Codecs)
	if !ok || answer.addr.Port() == 0 {
		return errNoCodec
	}
	call.connect(answer, sound, event)
	return nil
}

// say makes d our latest word; each new one has a higher version.
func (call *Call) say(d *description) {
	d.version = call.session.local.version + 1
	call.session.local = *d
}

// connect points the sound at what the two descriptions have agreed.
func (call *Call) connect(remote description, sound, event format) {
	held := remote.holds()
	call.mu.Lock()
	call.held = held
	call.mu.Unlock()
	call.media.connect(wiring{
		remote: remote.addr, sound: sound, event: event,
		send: call.session.local.flow&sendOnly != 0 && !held,
	})
	call.changed()
}

// reinvited answers a re-INVITE or UPDATE (RFC 3261 §14.2, RFC 3311 §5.2).
func (call *Call) reinvited(tx *serverTx) {
	if call.session.pending {
		tx.reply(sip.StatusRequestPending) // both sides asked at once
		return
	}
	sdp, err := call.renegotiated(tx.req)
	if err != nil {
		tx.reply(sip.StatusNotAcceptableHere)
		return
	}
	call.dialog.retarget(tx.req)
	res := call.c.response(tx.req, sip.StatusOK, "")
	res.AppendHeader(call.c.contact(call.self()))
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	call.grantTime(tx.req, res)
	setSDP(res, sdp)
	tx.respond(res)
	if tx.req.Method == sip.INVITE {
		call.repeatUntilAck(tx, res, call.dialog.localTag)
	}
}

// renegotiated returns our SDP for a request inside the call: the answer to
// its offer; our offer when an INVITE has none; nothing for a bare UPDATE.
func (call *Call) renegotiated(req *sip.Request) ([]byte, error) {
	body := sdpOf(req)
	if body == nil {
		if req.Method != sip.INVITE {
			return nil, nil
		}
		d, err := call.offer()
		return d.marshal(), err
	}
	offer, err := parseSDP(body)
	if err != nil {
		return nil, err
	}
	d, err := call.answer(offer)
	if err != nil {
		return nil, err
	}
	return d.marshal(), nil
}

// renegotiate sends a re-INVITE that says what we want now, and tells done how
// it went.
func (call *Call) renegotiate(wanted flow, done func(error)) {
	if call.session.pending || call.State() != Confirmed {
		done(ErrState)
		return
	}
	before := call.session
	call.session.wanted = wanted
	d, err := call.offer()
	if err != nil {
		done(err)
		return
	}
	call.session.pending = true
	call.reinvite(d, true, func(err error) {
		call.session.pending = false
		if err != nil { // what was agreed before still holds
			version := call.session.local.version
			call.session.wanted, call.session.local = before.wanted, before.local
			call.session.local.version = version
		}
		done(err)
	})
}

// reinvite sends the offer, once more when it met one from the other side
// (491, RFC 3261 §14.1).
func (call *Call) reinvite(d description, again bool, done func(error)) {
	req := call.dialog.request(sip.INVITE)
	req.AppendHeader(call.c.contact(call.self()))
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	call.wantTime(req)
	setSDP(req, d.marshal())
	seq := req.CSeq().SeqNo
	finished := false
	call.c.request(req, call.dialog.hop(), func(res *sip.Response) {
		switch {
		case res != nil && res.StatusCode < 200:
		case res != nil && res.StatusCode/100 == 2:
			call.ack(call.dialog, seq) // every time that it comes
			if !finished {
				finished = true
				call.dialog.retarget(res)
				call.heardTime(res)
				done(call.takeAnswerOf(res))
			}
		case res != nil && res.StatusCode == sip.StatusRequestPending && again:
			call.session.pending = false // let theirs through meanwhile
			call.session.retry = call.c.clock.after(call.glareWait(), func() {
				call.session.pending = true
				call.reinvite(d, false, done)
			})
		default:
			done(refusal("re-INVITE", res))
			call.lost(res)
		}
	})
}

// lost hangs up when a response, or none, says that the other side no longer
// knows the call (RFC 3261 §12.2.1.2).
func (call *Call) lost(res *sip.Response) {
	gone := res == nil || res.StatusCode == sip.StatusCallTransactionDoesNotExists ||
		res.StatusCode == sip.StatusRequestTimeout
	if gone && !call.over() {
		call.bye("the other side lost the call", func(*sip.Response) {})
	}
}

// glareWait is how long to wait after a 491: the owner of the Call-ID 2.1–4 s,
// the other 0–2 s, so that they do not meet again. In units of T1 = 500 ms.
func (call *Call) glareWait() time.Duration {
	t1 := call.c.cfg.T1
	wait := time.Duration(rand.Int64N(int64(4 * t1)))
	if call.placed {
		wait += 4*t1 + t1/5
	}
	return wait
}

// takeAnswerOf applies the answer in a 2xx, if it has one.
func (call *Call) takeAnswerOf(res sip.Message) error {
	body := sdpOf(res)
	if body == nil {
		return nil
	}
	answer, err := parseSDP(body)
	if err != nil {
		return err
	}
	return call.takeAnswer(answer)
}

// ack acknowledges a 2xx to the INVITE with that number: a repetition with the
// same ACK, not with another (§13.2.2.4).
func (call *Call) ack(d *dialog, seq uint32) {
	ack := d.acks[seq]
	if ack == nil {
		ack = d.numbered(sip.ACK, seq)
		ack.SetBody(nil)
		if d.acks == nil {
			d.acks = make(map[uint32]*sip.Request)
		}
		d.acks[seq] = ack
	}
	call.c.transmit(ack, d.hop())
}

// self is the user part of our Contact: the number at our end.
func (call *Call) self() string {
	if call.placed {
		return call.from
	}
	return call.to
}

func refusal(what string, res *sip.Response) error {
	if res == nil {
		return fmt.Errorf("carrier: %s: no response", what)
	}
	return fmt.Errorf("carrier: %s: %d %s", what, res.StatusCode, res.Reason)
}
