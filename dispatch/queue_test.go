package dispatch

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/directory"
)

func TestAQueueIsMadeChangedAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		q := w.queue(shop, Queue{Name: " Sales "})
		if q.Name != "Sales" || q.Strategy != LongestIdle || q.Ring != 20 || q.Last != LastHangup || q.Closed.Then != ClosedHangup || q.ServiceLevel != 20 {
			t.Errorf("made %+v", q)
		}
		again, err := w.CreateQueue(t.Context(), shop, Queue{Row: Row{ID: q.ID}, Name: "Sales"})
		if err != nil || asJSON(t, again) != asJSON(t, q) {
			t.Errorf("made again, it is %+v, %v", again, err)
		}
		_, err = w.CreateQueue(t.Context(), shop, Queue{Row: Row{ID: q.ID}, Name: "Other"})
		refused(t, err, webtrunk.Conflict, "one already")
		got, err := w.UpdateQueue(t.Context(), shop, q.ID, func(q *Queue) { q.Strategy, q.MaxWait = RingAll, 300 })
		if err != nil || got.Strategy != RingAll || got.Name != "Sales" {
			t.Errorf("changed into %+v, %v", got, err)
		}
		read := must(t)(w.Queue(t.Context(), shop, q.ID))
		if asJSON(t, read) != asJSON(t, got) || read.Tenant != (Tenant{Account: shop.Account, Test: false}) {
			t.Errorf("read %+v, want %+v", read, got)
		}
		if err := w.DeleteQueue(t.Context(), shop, q.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Queue(t.Context(), shop, q.ID)
		refused(t, err, webtrunk.NotFound, "no such queue")
		if types, _ := w.happened(shop.Account, "queue"); !slices.Equal(types, []string{"queue.created", "queue.updated", "queue.deleted"}) {
			t.Errorf("told %v", types)
		}
	})
}

func TestAQueueIsItsAccountsAndItsModesAlone(t *testing.T) {
	each(t, func(w *world) {
		shop, other := w.account("Shop"), w.account("Other")
		test := shop
		test.Test = true
		q := w.queue(shop, Queue{Name: "Sales"})
		for _, by := range []directory.Principal{other, test} {
			_, err := w.Queue(t.Context(), by, q.ID)
			refused(t, err, webtrunk.NotFound)
			_, err = w.UpdateQueue(t.Context(), by, q.ID, func(q *Queue) { q.Name = "theirs" })
			refused(t, err, webtrunk.NotFound)
			refused(t, w.DeleteQueue(t.Context(), by, q.ID), webtrunk.NotFound)
			_, err = w.CreateQueue(t.Context(), by, Queue{Name: "x", Overflow: []Overflow{{10, q.ID}}})
			refused(t, err, webtrunk.NotFound, "no such queue")
			if all, err := w.Queues(t.Context(), by, directory.Page{}); len(all) != 0 || err != nil {
				t.Errorf("listed %v, %v", all, err)
			}
		}
		if got := must(t)(w.Queue(t.Context(), shop, q.ID)); got.Name != "Sales" {
			t.Errorf("it became %+v", got)
		}
	})
}

func TestQueuesAreListedInParts(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		var made []string
		for range 3 {
			made = append([]string{w.queue(shop, Queue{Name: "q"}).ID}, made...)
		}
		slices.Sort(made)
		slices.Reverse(made)
		first, err := w.Queues(t.Context(), shop, directory.Page{Limit: 2})
		if err != nil || len(first) != 2 {
			t.Fatal(first, err)
		}
		rest, err := w.Queues(t.Context(), shop, directory.Page{After: first[1].ID, Limit: 2})
		if got := ids(append(first, rest...)); err != nil || !slices.Equal(got, made) {
			t.Errorf("listed %v, want %v", got, made)
		}
	})
}

func ids(all []Queue) (names []string) {
	for _, q := range all {
		names = append(names, q.ID)
	}
	return names
}

func TestAQueueThatCallersAreLedToStays(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		sales := w.queue(shop, Queue{Name: "Sales"})
		night := w.queue(shop, Queue{Name: "Night", Overflow: []Overflow{{30, sales.ID}}})
		ref, err := w.directory.CreateReference(t.Context(), shop, directory.NewReference{Target: webtrunk.Address{Scheme: webtrunk.Queue, Value: sales.ID}})
		if err != nil || ref.Hint != "queue" {
			t.Fatal(ref, err)
		}
		rule, err := w.CreateRule(t.Context(), shop, Rule{Name: "all", Rule: ruleTo(sales.ID)})
		if err != nil {
			t.Fatal(err)
		}
		refused(t, w.DeleteQueue(t.Context(), shop, sales.ID), webtrunk.Conflict, ref.ID)
		if err := w.directory.DeleteReference(t.Context(), shop, ref.ID); err != nil {
			t.Fatal(err)
		}
		refused(t, w.DeleteQueue(t.Context(), shop, sales.ID), webtrunk.Conflict, "The queue Night")
		must(t)(w.UpdateQueue(t.Context(), shop, night.ID, func(q *Queue) { q.Overflow = nil }))
		refused(t, w.DeleteQueue(t.Context(), shop, sales.ID), webtrunk.Conflict, "The context rule all")
		if err := w.DeleteRule(t.Context(), shop, rule.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.DeleteQueue(t.Context(), shop, sales.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestMistakesInAQueueAreNamed(t *testing.T) {
	each(t, func(w *world) {
		shop := w.account("Shop")
		other := w.queue(shop, Queue{Name: "Other"})
		for want, q := range map[string]Queue{
			"name of 1 to 200":         {Name: " "},
			"is no strategy":           {Name: "q", Strategy: "fastest"},
			"come to at last":          {Name: "q", Last: "music"},
			"name one there":           {Name: "q", Last: LastQueue},
			"while it is closed":       {Name: "q", Closed: Closed{Then: "sleep"}},
			"exactly where":            {Name: "q", Closed: Closed{Then: ClosedQueue}},
			"another_queue is chosen":  {Name: "q", Closed: Closed{Queue: other.ID}},
			"ring_seconds is from":     {Name: "q", Ring: -1},
			"max_wait_seconds is from": {Name: "q", MaxWait: 86401},
			"most_waiting is from":     {Name: "q", Most: -1},
			"priority is from":         {Name: "q", Priority: 1001},
			"the earliest first":       {Name: "q", Overflow: []Overflow{{60, other.ID}, {30, other.ID}}},
			"off the levels":           {Name: "q", Relax: []Relax{{30, 0}}},
			"at most 10 steps":         {Name: "q", Relax: make([]Relax, 11)},
			"recorded nonsense":        {Name: "q", Greeting: "say:en:nonsense"},
			"at most 500":              {Name: "q", Music: string(make([]byte, 501))},
			"cannot lead its callers":  {Row: Row{ID: "queue_self"}, Name: "q", Closed: Closed{Then: ClosedQueue, Queue: "queue_self"}},
		} {
			_, err := w.CreateQueue(t.Context(), shop, q)
			refused(t, err, webtrunk.Invalid, want)
		}
		for want, q := range map[string]Queue{
			"no such opening hours": {Name: "q", Hours: "hours_none"},
			"no such queue":         {Name: "q", Overflow: []Overflow{{60, "queue_none"}}},
		} {
			_, err := w.CreateQueue(t.Context(), shop, q)
			refused(t, err, webtrunk.NotFound, want)
		}
		_, err := w.UpdateQueue(t.Context(), shop, other.ID, func(q *Queue) { q.Strategy = "fastest" })
		refused(t, err, webtrunk.Invalid, "is no strategy")
		if types, _ := w.happened(shop.Account, "queue"); len(types) != 1 {
			t.Errorf("what was refused is told: %v", types)
		}
	})
}
