package sip

import (
	"context"
	"fmt"
	"strings"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
)

// A Step is one thing that a test of a trunk found out, in a sentence.
type Step struct {
	Name    string        // dns, state, connection, challenge, ringing, answer, media, heard, hearing, hangup
	Well    bool          // as it should be
	Message string        // with what to do where it is not
	After   time.Duration // since the test began
}

// A Probe is a test of a trunk: a real call to a number, which somebody should
// answer, or a machine. It is billed as any call is.
type Probe struct {
	Trunk  string
	Number webtrunk.Address
	// Permit says whether the number may be called at all.
	Permit func(context.Context, webtrunk.Address) error
	// Listen is how long the sound is listened to; zero means 6 s: reports come each 5 s (RFC 3550 §6.2).
	Listen time.Duration
}

// probeTime bounds a test, also one that nobody answers.
const probeTime = 22 * time.Second

// Probe tests a trunk and tells what happens step by step, as it happens. One
// test runs at a time. An error means that no call was made.
func (e *Edge) Probe(ctx context.Context, p Probe, tell func(Step)) error {
	n, err := e.lineNamed(p.Trunk)
	if err != nil {
		return err
	}
	if p.Number.Scheme != webtrunk.Tel {
		return &webtrunk.Error{Op: "sip: probe", Kind: webtrunk.Invalid, Message: "a trunk is tested by calling a telephone number, such as +15550100001"}
	}
	if err := p.Permit(ctx, p.Number); err != nil {
		return err
	}
	if !e.probing.CompareAndSwap(false, true) {
		return &webtrunk.Error{Op: "sip: probe", Kind: webtrunk.Conflict, Message: "another test of a trunk is running: wait for its end, at most half a minute"}
	}
	defer e.probing.Store(false)
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if p.Listen == 0 {
		p.Listen = 6 * time.Second
	}
	r := probing{Probe: p, e: e, line: n, began: time.Now(), report: tell, events: make(chan any, 4*maxRungs), seen: map[string]bool{}}
	if r.located(ctx) && r.allowed() && r.connected(ctx) {
		r.call(ctx)
	}
	return nil
}

// A probing is a test that runs.
type probing struct {
	Probe
	e      *Edge
	line   *line
	began  time.Time
	report func(Step)
	events chan any // rungs and call.Inputs, in the order in which they came
	seen   map[string]bool
}

func (r *probing) say(name string, well bool, format string, args ...any) {
	r.report(Step{Name: name, Well: well, Message: fmt.Sprintf(format, args...), After: time.Since(r.began)})
}

// once says a step that may come up several times.
func (r *probing) once(name string, format string, args ...any) {
	if !r.seen[name] {
		r.seen[name] = true
		r.say(name, true, format, args...)
	}
}

// located finds the addresses of the trunk's proxy.
func (r *probing) located(ctx context.Context) bool {
	known := make(chan error, 1)
	r.line.where.known(func(err error) { known <- err })
	select {
	case err := <-known:
		if err != nil {
			r.say("dns", false, "%s: %s.", r.line.Proxy, strings.TrimSuffix(webtrunk.MessageOf(err, err.Error()), "."))
			return false
		}
	case <-ctx.Done():
		r.say("dns", false, "DNS does not say where %s is: check the name and the name servers.", r.line.Proxy)
		return false
	}
	var all []string
	for _, a := range r.line.where.choose(time.Now()) {
		all = append(all, a.String())
	}
	if _, address := r.line.Address(); address {
		r.say("dns", true, "The trunk %s is at the address %s.", r.line.Name, all[0])
	} else {
		r.say("dns", true, "DNS says that %s is at %s.", r.line.Proxy, strings.Join(all, ", then "))
	}
	return true
}

// allowed tells of a trunk that calls are kept off. The test calls all the same,
// for what comes of it is what there is to find out, unless the carrier does not
// know us or has asked to be left alone.
func (r *probing) allowed() bool {
	why, barred := r.line.shunned(time.Now())
	switch {
	case barred:
		r.say("state", false, "No calls are sent over the trunk, and none now: %s", why)
	case why != "":
		r.say("state", false, "The trunk is down and other calls pass it over. %s", why)
	}
	return !barred
}

// call makes the call and follows it to its end.
func (r *probing) call(ctx context.Context) {
	id := webtrunk.NewCallID()
	post := func(what any) {
		select {
		case r.events <- what:
		default: // more than any call brings
		}
	}
	defer r.e.ladders.follow(id, func(m rung) { post(m) })()
	r.line.tested.Store(true)
	leg, err := r.e.Dial(ctx, call.Leg{ID: 1, Call: id, Kind: call.PSTN, Role: call.Callee, Address: r.Number, Trunk: r.line.Name}, func(in call.Input) { post(in) })
	r.line.tested.Store(false)
	if err != nil {
		r.say("call", false, "The call cannot be made: %s.", strings.TrimSuffix(webtrunk.MessageOf(err, err.Error()), "."))
		return
	}
	r.follow(ctx, leg)
}

// follow tells what comes until the call is answered, or over.
func (r *probing) follow(ctx context.Context, leg switchboard.Leg) {
	for {
		select {
		case what := <-r.events:
			switch what := what.(type) {
			case rung:
				r.message(what)
			case call.LegAnswered:
				_ = leg.Confirm() // a leg that is gone says so itself
				if !r.listen(ctx, leg) {
					r.hangUp(leg, call.Hangup)
				}
				return
			case call.LegEnded:
				r.ended(what)
				return
			}
		case <-ctx.Done():
			r.say("answer", false, "Nobody answered within %v: the call is withdrawn.", time.Since(r.began).Round(time.Second))
			r.hangUp(leg, call.Canceled)
			return
		}
	}
}

// message tells what one message of the carrier's, or of ours, means.
func (r *probing) message(m rung) {
	start, _, _ := strings.Cut(m.text, "\n")
	code, _, _ := strings.Cut(strings.TrimPrefix(start, "SIP/2.0 "), " ")
	switch _, method, _ := strings.Cut(m.header("CSeq"), " "); {
	case m.ours && method == "INVITE" && strings.HasPrefix(start, "INVITE"):
		if m.header("Authorization")+m.header("Proxy-Authorization") != "" {
			r.once("proof", "The INVITE was sent again, signed with the password of %s.", r.line.Username)
		} else {
			r.once("invite", "The call is announced to the carrier (INVITE), with %s.", wordsOr(summary(m.body()), "no description"))
		}
	case m.ours || method != "INVITE":
	case code == "100":
		r.once("trying", "The carrier took the call (100 Trying).")
	case code == "401" || code == "407":
		r.once("challenge", "The carrier asks for a password (%s): %s", code, m.header("WWW-Authenticate")+m.header("Proxy-Authenticate"))
	case code == "180":
		r.once("ringing", "It rings (180).")
	case code == "183":
		r.once("early", "The carrier says how the call comes along (183), %s.", wordsOr(m.early(), "without sound"))
	case code >= "200" && code < "300":
		r.once("answer", "The call is answered (%s), with %s.", code, wordsOr(summary(m.body()), "no description"))
	}
}

// early says what can be heard before the answer.
func (m rung) early() string {
	if sdp := summary(m.body()); sdp != "" {
		return "with sound: " + sdp
	}
	return ""
}

func wordsOr(words, otherwise string) string {
	if words == "" {
		return otherwise
	}
	return words
}

// ended tells why there was no call.
func (r *probing) ended(in call.LegEnded) {
	r.drain()
	why := in.Message
	switch {
	case in.Cause == call.Unreachable && in.SIPCode == 0:
		why = r.silence()
	case in.Cause == call.Unreachable:
		why = "The carrier fails the call. Ask the carrier; too many calls, at once or a second, are often refused so (limits)."
	case why == "":
		why = reasons[in.Cause]
	}
	if why == "" {
		why = "The carrier ended the call."
	}
	code := ""
	if in.SIPCode != 0 {
		code = fmt.Sprintf(" (%d)", in.SIPCode)
	}
	r.say("answer", false, "The call was not answered%s: %s", code, why)
}

// silence says what may be wrong where the carrier has not said how the call ends.
func (r *probing) silence() string {
	if r.seen["trying"] || r.seen["ringing"] || r.seen["early"] || r.seen["challenge"] {
		return "The carrier began, and then said no more. Ask the carrier."
	}
	return "The carrier has not responded. Check the proxy's address and port, the transport and the firewall, and whether the carrier sees our INVITE."
}

// drain tells of the messages that came before the end.
func (r *probing) drain() {
	for {
		select {
		case what := <-r.events:
			if m, ok := what.(rung); ok {
				r.message(m)
			}
		default:
			return
		}
	}
}

// reasons say to an operator what a cause means for a trunk.
var reasons = map[call.Cause]string{
	call.Busy:          "The number is busy. The trunk works.",
	call.Rejected:      "The number declined the call. The trunk works.",
	call.NoAnswer:      "Nobody answered. The trunk works as far as ringing.",
	call.NotFound:      "The carrier does not know the number: check how it wants numbers dialled (outbound rules).",
	call.Forbidden:     "The carrier refuses the call: check username, password, caller_id and what your contract allows.",
	call.NotAcceptable: "The two sides have no codec or encryption in common: check codecs and srtp.",
}

// hangUp ends the call and tells whether the carrier confirmed it.
func (r *probing) hangUp(leg switchboard.Leg, cause call.Cause) {
	leg.Hangup(call.HangUpLeg{Cause: cause})
	for limit := time.After(r.e.timers.Close); ; {
		select {
		case what := <-r.events:
			m, ok := what.(rung)
			if !ok || m.ours || strings.HasPrefix(m.text, "SIP/2.0 1") || !strings.HasPrefix(m.text, "SIP/2.0 ") {
				continue
			}
			if _, method, _ := strings.Cut(m.header("CSeq"), " "); method == "BYE" || method == "CANCEL" {
				start, _, _ := strings.Cut(strings.TrimPrefix(m.text, "SIP/2.0 "), "\n")
				r.say("hangup", strings.HasPrefix(start, "200"), "We hung up (%s), and the carrier answered %s.", method, start)
				return
			}
		case <-limit:
			r.say("hangup", false, "The carrier did not confirm that the call is over: it may go on billing it. Check that it can reach this gateway.")
			return
		}
	}
}
