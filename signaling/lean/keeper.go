package lean

import "time"

// keepTime is the one clock of all sessions: whose page has vanished, whose
// report is due.
func (d *Door) keepTime() {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	var all []*Session
	for {
		select {
		case <-d.stop:
			return
		case now := <-t.C:
			all = all[:0]
			d.mu.RLock()
			for s := range d.open {
				all = append(all, s)
			}
			d.mu.RUnlock()
			for _, s := range all {
				s.tick(now)
			}
			clear(all) // who is gone is not kept
		}
	}
}

// tick does what is due. A lite agent sends no checks of its own: that the page
// consents to our packets (RFC 7675) is known from its checks and its sound,
// and once neither comes its path is lost.
func (s *Session) tick(now time.Time) {
	defer s.door.survive() // others have their time kept, too
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != up || s.closed {
		return
	}
	if now.Sub(s.heard) > s.door.cfg.Vanish {
		s.phase = lost
		s.inUse.Store(false)
		s.page.Ear.Path(false)
		return
	}
	s.follow(now)
	if !now.Before(s.due) {
		s.tell(now)
	}
}
