package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"webtrunk/signaling/visitor"
)

// What is written and drawn in a room is timed from one page's socket to the other's.

// A letter is something that is under way to the other page.
type letter struct {
	kind string
	sent time.Time
}

// A mailbag is what is under way in a room, and how long what has come took.
type mailbag struct {
	mu      sync.Mutex
	written int
	under   map[string]letter // by the name that it carries
	took    map[string][]time.Duration
	refused []string
}

// send has a page of the room do something, which carries a name of its own.
func (p *mailbag) send(from *attendee, kind string) error {
	p.mu.Lock()
	p.written++
	name := fmt.Sprintf("n%d", p.written)
	p.under[name] = letter{kind, time.Now()}
	p.mu.Unlock()
	return from.call.Send("room", map[string]any{"operation": operationOf(kind, name)})
}

// aLine is what a message says behind its name: one line of a chat.
const aLine = "The blue one is too small. Do you have it in a larger size, too?"

// strokes are the points of a whole stroke, and of what is told of one by and by.
var strokes = map[string]string{"draw": strings.TrimSpace(strings.Repeat("210,340 ", 40)), "sketch": strings.TrimSpace(strings.Repeat("210,340 ", 8))}

func operationOf(kind, name string) json.RawMessage {
	if kind == "message" {
		return json.RawMessage(fmt.Sprintf(`{"id":%q,"kind":"message","text":"%s %s"}`, name, name, aLine))
	}
	return json.RawMessage(fmt.Sprintf(`{"id":%q,"kind":%q,"tool":"pen","ink":"blue","size":2,"stroke":%q,"points":%q}`, name, kind, name, strokes[kind]))
}

// came takes what a page of the room was told.
func (p *mailbag) came(m *visitor.Message) {
	at := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.Type == "error" {
		p.refused = append(p.refused, m.Code+": "+m.Text)
	}
	for _, o := range m.Operations {
		if o.By != "you" {
			p.arrived(&o, at)
		}
	}
}

func (p *mailbag) arrived(o *visitor.Operation, at time.Time) {
	name := o.Stroke
	if o.Kind == "message" {
		name, _, _ = strings.Cut(o.Text, " ")
	}
	l, known := p.under[name]
	if !known || l.kind != o.Kind {
		return // it has come before
	}
	delete(p.under, name)
	if p.took == nil {
		p.took = map[string][]time.Duration{}
	}
	p.took[o.Kind] = append(p.took[o.Kind], at.Sub(l.sent))
}

// waiting is how much is under way.
func (p *mailbag) waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.under)
}

// over returns how long what has come took since it was asked last, and the rest: what
// has not come is lost from now on.
func (p *mailbag) over() (d delivered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d = delivered{took: p.took, lost: len(p.under), refused: p.refused}
	p.took, p.refused = nil, nil
	clear(p.under)
	return d
}

// A delivered is what became of all that was written in some rooms for a while.
type delivered struct {
	took    map[string][]time.Duration // by kind
	lost    int
	refused []string
}

func (d *delivered) add(more delivered) {
	if d.took == nil {
		d.took = map[string][]time.Duration{}
	}
	for kind, took := range more.took {
		d.took[kind] = append(d.took[kind], took...)
	}
	d.lost += more.lost
	d.refused = append(d.refused, more.refused...)
}
