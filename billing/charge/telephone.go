package charge

import (
	"context"

	"webtrunk"
	"webtrunk/billing"
	"webtrunk/call"
)

// The keys by which a telephone answers.
const (
	keyAccept  = "1"
	keyDecline = "2"
)

// Saw tells the desk what happened in a call. It returns at once.
func (d *Desk) Saw(v call.View, events []call.Event) {
	d.mu.Lock()
	c, any := d.newest[v.ID]
	d.mu.Unlock()
	if !any {
		return
	}
	for _, e := range events {
		switch e := e.(type) {
		case call.PromptStarted:
			d.hears(v.ID, c, e.Prompt)
		case call.PromptFinished:
			d.pressed(v.ID, c, e)
		case call.CallEnded:
			d.over(v.ID)
		}
	}
}

// hears notes that the payer's telephone hears our question, or another one.
func (d *Desk) hears(id webtrunk.CallID, c Charge, p call.Prompt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.Leg != c.Leg {
		return
	}
	delete(d.heard, id)
	if c.State == Requested && c.Phrase != "" && p.Phrase == c.Phrase {
		d.heard[id] = c.ID
	}
}

// pressed takes a key of that leg, to that question. Any other key, and none, says nothing.
func (d *Desk) pressed(id webtrunk.CallID, c Charge, e call.PromptFinished) {
	if e.Leg != c.Leg {
		return
	}
	d.mu.Lock()
	asked := d.heard[id] == c.ID
	delete(d.heard, id)
	d.mu.Unlock()
	if !asked || e.Digits != keyAccept && e.Digits != keyDecline {
		return
	}
	d.later(func(ctx context.Context) {
		if err := d.answer(ctx, c, e.Leg, e.Digits == keyAccept, billing.ByDigits); err != nil {
			d.o.Log.Error("an answer to a charge could not be taken, and nothing is charged by it", "call", id, "charge", c.ID, "error", err)
		}
	})
}

// over ends what is still asked for in a call that has ended.
func (d *Desk) over(id webtrunk.CallID) {
	d.mu.Lock()
	c := d.newest[id]
	delete(d.newest, id)
	delete(d.heard, id)
	d.mu.Unlock()
	if c.State != Requested {
		return
	}
	c.State = Expired
	d.later(func(ctx context.Context) {
		if err := d.end(ctx, c); err != nil {
			d.o.Log.Warn("a charge of a call that ended is ended when its time is over", "call", id, "charge", c.ID, "error", err)
		}
	})
}
