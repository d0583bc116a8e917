package sip

import (
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A letter is a message on its way to a leg. It keeps its place in the queue
// from the moment it was read and is opened when it may be handled.
type letter struct {
	req *sip.Request
	res *sip.Response

	key  string        // what it waits for
	tx   *sip.ServerTx // of a request, once there is one
	open bool
	late *time.Timer // for a request that is not open yet

	then func() // no message: work that comes behind those that came before it
}

// A mailbox feeds one leg: letters in the order in which they came, and wishes
// (of timers, transactions and the call) in the order in which they were
// posted, which may overtake letters. At most one goroutine empties it, and
// none while it is empty.
type mailbox struct {
	mu      sync.Mutex
	wishes  []func()
	letters []*letter
	running bool
	closed  bool
	awaited map[string]bool // keys of refusals that the library has not acknowledged yet

	read func(*letter)           // what the leg does with a letter
	each func(func())            // runs one piece of work
	run  func(empty func()) bool // starts a goroutine that its owner waits for; false when it is too late
}

// post adds a wish and reports whether the mailbox still takes any.
func (m *mailbox) post(wish func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.wishes = append(m.wishes, wish)
	m.kick()
	return true
}

// postFirst adds a wish and opens the way for others, so that none comes before
// it. It reports whether the mailbox still takes any; else nothing is opened.
func (m *mailbox) postFirst(wish, open func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.wishes = append(m.wishes, wish)
	open()
	m.kick()
	return true
}

// postBehind adds work that no letter is to be overtaken by.
func (m *mailbox) postBehind(work func()) bool {
	return m.drop(&letter{then: work, open: true})
}

// drop puts a letter at the end of the queue.
func (m *mailbox) drop(l *letter) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.letters = append(m.letters, l)
	m.kick()
	return true
}

// await says that a refusal under key will be opened by openKey.
func (m *mailbox) await(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.awaited == nil {
		m.awaited = make(map[string]bool)
	}
	m.awaited[key] = true
}

// dropRefusal puts a refusal into the queue if it is the first that is awaited
// under its key.
func (m *mailbox) dropRefusal(l *letter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.awaited[l.key] && !m.closed {
		delete(m.awaited, l.key)
		m.letters = append(m.letters, l)
	}
}

// openKey opens the letter that waits for key; none is awaited any more.
func (m *mailbox) openKey(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.awaited, key)
	for _, l := range m.letters {
		if l.key == key {
			l.open = true
		}
	}
	m.kick()
}

// openFor opens the request l with its transaction, and with the copy of it
// that made the transaction: of two that came at once, only that one knows where
// responses go. It reports false when the leg is gone and somebody else must
// answer.
func (m *mailbox) openFor(l *letter, req *sip.Request, tx *sip.ServerTx) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	if l.late != nil {
		l.late.Stop()
	}
	if !slices.Contains(m.letters, l) {
		return false // it was given up
	}
	l.req, l.tx, l.open = req, tx, true
	m.kick()
	return true
}

// abandon takes a request that was never opened out of the queue, and reports
// whether it was there.
func (m *mailbox) abandon(l *letter) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.letters, l)
	if i < 0 || l.open {
		return false
	}
	m.letters = slices.Delete(m.letters, i, i+1)
	m.kick()
	return true
}

// close refuses everything that comes from now on and returns the letters
// that nobody will read.
func (m *mailbox) close() []*letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := m.letters
	m.closed, m.letters, m.wishes = true, nil, nil
	return left
}

// kick starts the goroutine if there is work and none runs. m.mu is held.
func (m *mailbox) kick() {
	if !m.running && m.ready() {
		m.running = m.run(m.empty)
	}
}

func (m *mailbox) ready() bool {
	return len(m.wishes) > 0 || len(m.letters) > 0 && m.letters[0].open
}

// empty works until nothing can be done. It is the leg's goroutine.
func (m *mailbox) empty() {
	for {
		work := m.next()
		if work == nil {
			return
		}
		m.each(work)
	}
}

func (m *mailbox) next() func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case len(m.wishes) > 0:
		wish := m.wishes[0]
		m.wishes[0], m.wishes = nil, m.wishes[1:] // what is done is not kept
		return wish
	case m.ready():
		l := m.letters[0]
		m.letters[0], m.letters = nil, m.letters[1:]
		return func() { m.read(l) }
	}
	m.running = false
	return nil
}
