package room

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/event"
	"webtrunk/store"
	"webtrunk/store/storetest"
)

// Two draw: a line is seen while it grows, whoever comes later sees the board, and the
// log is told now and then that somebody draws.
func TestWhatIsDrawnIsSeenByAllAndKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var passed atomic.Int64
		r, c := open(t, db, Options{Now: func() time.Time { return noon.Add(time.Duration(passed.Load())) }}), aCall()
		ann, ada := r.enter(c, visitor), r.enter(c, agent)
		ann.post(Draft{Kind: Sketch, Body: Body{Drawn: Drawn{Tool: Pen, Points: "1,1", Ink: "red", Size: 1, Stroke: "s1"}}})
		ann.post(Draft{Kind: Point, Body: Body{Drawn: Drawn{Points: "9,9"}}})
		ada.sees("the line as it grows, and where she points", func() bool {
			return len(ada.told) == 2 && ada.told[0].Kind == Sketch && ada.told[0].Stroke == "s1" && ada.told[1].Points == "9,9"
		})
		ann.post(draw("a", stroke("1,1 2,2")))
		ada.post(draw("b", stroke("3,3")))
		ann.post(Draft{ID: "u", Kind: Undo, Body: Body{Drawn: Drawn{Of: 1}}})
		kept := func(p *page) (all []Kind) {
			for _, o := range p.told {
				if o.Seq > 0 {
					all = append(all, o.Kind)
				}
			}
			return all
		}
		ada.sees("all that was drawn", func() bool { return len(kept(ada)) == 3 })
		passed.Store(int64(drawnEvery))
		ada.post(draw("c", stroke("4,4")))
		ann.sees("all that was drawn", func() bool { return len(kept(ann)) == 4 })
		bob := r.enter(c, Member{Leg: 3, Role: Agent})
		bob.sees("the board", func() bool { return slices.Equal(kept(bob), kept(ann)) })
		log, err := r.Chat(context.Background(), c)
		if err != nil || len(Replay(log).Board()) != 2 || Replay(log).Board()[0].Points != "3,3" {
			t.Errorf("on record is %+v, %v", log, err)
		}

		var told []string
		for e, err := range db.Read(context.Background(), event.Stream{}, 0) {
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, e.Type)
		}
		if !slices.Equal(told, []string{"whiteboard.updated", "whiteboard.updated"}) {
			t.Errorf("the log says %q", told)
		}
	})
}
