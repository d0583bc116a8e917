package sip

import (
	"maps"

	"webtrunk/call"
)

// What scripts say where the carrier has several dialogs with us at once:
//
//	dialog NAME       it goes on in this one, or opens it; the first is called A
//
// {A INVITE:Call-ID} is a header of a message that came in dialog A.

// A talk is what the player keeps of one dialog.
type talk struct {
	last, sent  map[string]raw
	established raw
	callID, tag string
	seq         int
	dialled     bool
}

// turn goes on in another dialog.
func (p *player) turn(to string) {
	if p.talks == nil {
		p.talks, p.talking = map[string]talk{}, "A"
	}
	p.talks[p.talking] = talk{p.last, p.sent, p.established, p.callID, p.tag, p.seq, p.dialled}
	next, known := p.talks[to]
	if !known {
		next = talk{last: map[string]raw{}, sent: map[string]raw{}, callID: "c" + token(), tag: "peer" + to, seq: 100}
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
	p.talking = to
	p.last, p.sent, p.established = next.last, next.sent, next.established
	p.callID, p.tag, p.seq, p.dialled = next.callID, next.tag, next.seq, next.dialled
}

// keepsDialog notes the dialog that a leg which arrived reports.
func (p *player) keepsDialog(in call.Input) {
	if d, ok := in.(call.LegDialog); ok {
		p.arrived = d.State
	}
}
