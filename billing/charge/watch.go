package charge

import (
	"encoding/json"
	"slices"

	"webtrunk"
	"webtrunk/billing/money"
	"webtrunk/call"
)

// News are how a charge stands, to a page in its call: both sides see the same, but for who
// pays.
type News struct {
	ID          string       `json:"id"`
	State       State        `json:"state"`
	Pays        bool         `json:"pays"` // whoever reads this: they may answer
	Amount      money.Amount `json:"amount"`
	Unit        int64        `json:"unit"`
	Quantity    int64        `json:"quantity"`
	Description string       `json:"description"`
	Within      float64      `json:"answer_within_seconds,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Refunded    int64        `json:"refunded,omitempty"`
}

// A watcher is a page in a call.
type watcher struct {
	leg  call.LegID
	tell func(json.RawMessage)
}

// Watch tells a page in a call of the newest charge there, now and whenever it changes, until
// it stops. tell is called from any goroutine and must not block.
func (d *Desk) Watch(id webtrunk.CallID, leg call.LegID, tell func(json.RawMessage)) (stop func()) {
	w := &watcher{leg, tell}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watchers[id] = append(d.watchers[id], w)
	if c, any := d.newest[id]; any {
		d.tell(c, w)
	}
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.watchers[id] = slices.DeleteFunc(d.watchers[id], func(other *watcher) bool { return other == w })
		if len(d.watchers[id]) == 0 {
			delete(d.watchers, id)
		}
	}
}

// show tells who watches how a charge stands now.
func (d *Desk) show(c Charge) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, runs := d.o.Call(c.Call) // no sooner: a call that ends meanwhile is forgotten once
	newest, known := d.newest[c.Call]
	switch {
	case known && newest.ID != c.ID && newest.Created.After(c.Created): // an older one is given back
		return
	case runs:
		d.newest[c.Call] = c
	default:
		delete(d.newest, c.Call)
	}
	for _, w := range d.watchers[c.Call] {
		d.tell(c, w)
	}
}

func (d *Desk) tell(c Charge, w *watcher) {
	text, err := json.Marshal(News{ID: c.ID, State: c.State, Pays: w.leg == c.Leg, Amount: c.Amount(), Unit: c.Unit, Quantity: c.Quantity, Description: c.Description,
		Within: c.left(d.now()).Seconds(), Reason: c.Reason, Refunded: c.Refunded})
	if err != nil {
		d.o.Log.Error("news of a charge cannot be written", "charge", c.ID, "error", err)
		return
	}
	w.tell(text)
}
