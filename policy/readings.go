package policy

import "sync"

// mostReadings bounds what is remembered; it then begins anew.
const mostReadings = 4096

// readings remembers what numbers were found to be. Nothing but the number and
// the operator's country goes into that, and it takes up to fifty patterns: one
// for the emergency numbers of each country that shares a calling code. A call
// asks several times.
var readings memory

// A dialled is what a reading is of.
type dialled struct{ value, home string }

type memory struct {
	mu    sync.Mutex
	known map[dialled]number
}

// of returns what a number is. What it returns is shared, and not to be changed.
func (m *memory) of(d dialled) number {
	m.mu.Lock()
	n, ok := m.known[d]
	m.mu.Unlock()
	if ok {
		return n
	}
	n = analyse(d)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= mostReadings {
		m.known = map[dialled]number{}
	}
	m.known[d] = n
	return n
}
