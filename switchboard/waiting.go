package switchboard

import (
	"slices"

	"webtrunk/call"
)

// A waiting is what is left to do of one step of the call: its orders but
// those that end something, which have been carried out.
type waiting struct {
	orders []call.Order
	unsure bool  // whether its events are kept
	failed error // they are not
}

// The waitings of a call are carried out in their order. One whose orders start
// something waits for the record, and all behind it wait with it, so that
// orders are carried out in the order in which they were given.
type waitings []*waiting

// add queues what is left of a step. A bridge that it orders replaces those
// that still wait.
func (ws *waitings) add(w *waiting) {
	if slices.ContainsFunc(w.orders, isBridge) {
		ws.drop(isBridge)
	}
	*ws = append(*ws, w)
}

func isBridge(o call.Order) bool { _, bridge := o.(call.Bridge); return bridge }

// next returns the first waiting that can be carried out, nil if there is none.
func (ws *waitings) next() *waiting {
	if len(*ws) == 0 || (*ws)[0].unsure {
		return nil
	}
	first := (*ws)[0]
	*ws = (*ws)[1:]
	return first
}

// undo drops what an order that ends something would have ended, had it been
// carried out already.
func (ws *waitings) undo(ending call.Order) {
	switch e := ending.(type) {
	case call.StopTimer:
		ws.drop(func(o call.Order) bool { s, is := o.(call.StartTimer); return is && s.Timer == e.Timer })
	case call.EndRecording:
		ws.drop(func(o call.Order) bool { s, is := o.(call.StartRecording); return is && s.Number == e.Number })
	case call.StopPlay:
		ws.drop(func(o call.Order) bool { p, is := o.(call.Play); return is && p.Leg == e.Leg })
	}
}

// left drops what was ordered of a leg that has left.
func (ws *waitings) left(leg call.LegID) {
	ws.drop(func(o call.Order) bool { _, of := call.Describe(o); return of == leg })
}

func (ws *waitings) drop(which func(call.Order) bool) {
	for _, w := range *ws {
		w.orders = slices.DeleteFunc(w.orders, which)
	}
}
