package floor

import (
	"cmp"
	"slices"
	"time"

	"webtrunk"
)

// An Entry is a caller who waits.
type Entry struct {
	ID       webtrunk.CallID
	Queue    string
	Since    time.Time      // when they began to wait; zero means now
	Priority int            // larger first
	Needs    map[string]int // the least level of each skill
	Callback bool           // they have hung up and are to be called
	Callable bool           // they have a number at which they can be
	Written  bool           // they only write: an agent needs a page to read it
}

// How long a caller is not offered to an agent who declined them, and how long
// where nobody else could have them.
const (
	refusal      = 30 * time.Second
	aloneRefusal = 5 * time.Second
)

// An entry is an Entry and how it fares.
type entry struct {
	Entry
	joined  time.Time // into this queue
	first   int       // the place that they had then
	been    []string  // queues before
	offer   *offer
	refused map[string]time.Time // when an agent declined

	place int // as told last
	wait  time.Duration
	said  time.Time // when the place was last said aloud
	aloud int       // and which
}

// compare orders entries of one queue; the floor puts queues before it.
func (e *entry) compare(o *entry) int {
	return cmp.Or(cmp.Compare(o.Priority, e.Priority), e.Since.Compare(o.Since), cmp.Compare(e.ID, o.ID))
}

// suitedBy reports whether an agent has what the caller needs by now.
func (e *entry) suitedBy(a *agent, q *queue, now time.Time) bool {
	return a.serves(e.Queue) && (!e.Written || a.places > 0) && a.has(e.Needs, q.relaxed(now.Sub(e.Since)))
}

// refuses reports whether an agent declined the entry within a time.
func (e *entry) refuses(a *agent, now time.Time, within time.Duration) bool {
	at, declined := e.refused[a.ID]
	return declined && now.Before(at.Add(within))
}

// put adds an entry to those waiting, at its place.
func (f *Floor) put(e *entry) {
	f.entries[e.ID] = e
	at, _ := slices.BinarySearchFunc(f.waiting, e, f.before)
	f.waiting = slices.Insert(f.waiting, at, e)
}

// remove takes an entry out.
func (f *Floor) remove(e *entry) {
	delete(f.entries, e.ID)
	f.waiting = slices.DeleteFunc(f.waiting, func(w *entry) bool { return w == e })
}

// before orders all who wait: by queue, by caller, by time.
func (f *Floor) before(e, o *entry) int {
	return cmp.Or(cmp.Compare(f.priority(o.Queue), f.priority(e.Queue)), e.compare(o))
}

func (f *Floor) priority(queue string) int {
	if q := f.queues[queue]; q != nil {
		return q.Priority
	}
	return 0
}

// place is an entry's place in its queue, counted from 1.
func (f *Floor) place(of *entry) int {
	n := 0
	for _, e := range f.waiting {
		if e.Queue == of.Queue {
			n++
		}
		if e == of {
			break
		}
	}
	return n
}

// length is how many callers hold the line in a queue.
func (f *Floor) length(queue string) (n int) {
	for _, e := range f.waiting {
		if e.Queue == queue && !e.Callback {
			n++
		}
	}
	return n
}

// promised is how many callers of a queue are to be called back.
func (f *Floor) promised(queue string) (n int) {
	for _, e := range f.waiting {
		if e.Queue == queue && e.Callback {
			n++
		}
	}
	return n
}
