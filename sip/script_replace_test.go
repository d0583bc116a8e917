package sip

import (
	"maps"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/switchboard"
)

// What scripts say where the carrier has several dialogs with us at once:
//
//	dialog NAME       it goes on in this one, or opens it; the first is called A
//
//	config join=W     calls may be joined (yes), or may not (no)
//
// Each dialog that is dialled is a call of its own.
//
// {A INVITE:Call-ID} is a header of a message that came in dialog A.

// A talk is what the player keeps of one dialog.
type talk struct {
	last, sent  map[string]raw
	established raw
	callID, tag string
	seq         int
	dialled     bool
	leg         switchboard.Leg
}

// turn goes on in another dialog.
func (p *player) turn(to string) {
	if p.talks == nil {
		p.talks, p.talking = map[string]talk{}, "A"
	}
	p.talks[p.talking] = talk{p.last, p.sent, p.established, p.callID, p.tag, p.seq, p.dialled, p.leg}
	next, known := p.talks[to]
	if !known {
		next = talk{last: map[string]raw{}, sent: map[string]raw{}, callID: "c" + token(), tag: "peer" + to, seq: 100, leg: p.leg}
	}
	for name, t := range p.talks {
		for what, m := range maps.All(t.last) {
			if name != to {
				next.last[name+" "+what] = m
			}
			if p.second.last != nil {
				p.second.last[name+" "+what] = m
			}
		}
	}
	for what, m := range maps.All(p.second.last) { // of the second peer
		next.last["second "+what] = m
	}
	p.talking = to
	p.last, p.sent, p.established = next.last, next.sent, next.established
	p.callID, p.tag, p.seq, p.dialled, p.leg = next.callID, next.tag, next.seq, next.dialled, next.leg
}

// keepsDialog notes the dialog that a leg which arrived reports.
func (p *player) keepsDialog(in call.Input) {
	if d, ok := in.(call.LegDialog); ok {
		p.arrived = d.State
	}
}

// configureJoin says which calls may be joined.
func configureJoin(cfg *Config, key, value string) bool {
	if key != "join" {
		return false
	}
	cfg.Join = func(one, other webtrunk.CallID) error {
		if value == "yes" && one == "call_test" && other == "call_testB" {
			return nil
		}
		return &webtrunk.Error{Op: "join", Kind: webtrunk.Forbidden, Message: "they are strangers"}
	}
	return true
}
