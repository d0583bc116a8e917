package directory

import (
	"sync"
	"time"
)

// lateness is how long what was looked up is believed: a change that another
// process makes counts after that time at the latest, one of this process's at
// once.
const lateness = time.Second

// mostLately bounds what one memory holds; it then begins anew.
const mostLately = 4096

// A Lately remembers answers of the database for a moment: one call asks the same
// question several times, as whose number it dials when it comes, when it is
// admitted and when it is routed. The zero Lately is empty.
type Lately[Q comparable, A any] struct {
	mu      sync.Mutex
	answers map[Q]answer[A]
	changes int // how often it was emptied
}

type answer[A any] struct {
	is    A
	until time.Time
}

// Ask returns what is remembered, or asks. An answer is not remembered when a
// change came while it was looked up: it may be of before.
func (l *Lately[Q, A]) Ask(question Q, look func() (A, error)) (A, error) {
	l.mu.Lock()
	known, ok := l.answers[question]
	changes := l.changes
	l.mu.Unlock()
	if ok && time.Now().Before(known.until) {
		return known.is, nil
	}
	is, err := look()
	if err != nil {
		return is, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if changes == l.changes {
		if l.answers == nil || len(l.answers) >= mostLately {
			l.answers = map[Q]answer[A]{}
		}
		l.answers[question] = answer[A]{is, time.Now().Add(lateness)}
	}
	return is, nil
}

// Forget empties the memory: something has changed.
func (l *Lately[Q, A]) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers = nil
	l.changes++
}
