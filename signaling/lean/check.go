package lean

import (
	"bytes"
	"net"
	"time"

	"github.com/pion/stun/v4"
)

// Credentials are what both sides of one ICE generation know (RFC 8445 §5.3).
type credentials struct {
	ufrag, password string
	page            string // the page's ufrag
	key             stun.MessageIntegrity
}

// asks decodes a STUN message and returns whose it is: the first half of its
// user name says so (RFC 8445 §7.2.2).
func (d *Door) asks(r *scratch, b []byte) *Session {
	r.asked.Raw = append(r.asked.Raw[:0], b...)
	if r.asked.Decode() != nil {
		return nil
	}
	name, err := r.asked.Get(stun.AttrUsername)
	if err != nil {
		return nil
	}
	ufrag, _, _ := bytes.Cut(name, []byte{':'})
	return d.find(ufrag)
}

// check answers the connectivity check in r.asked, which came by w. Who does
// not know the password gets no answer at all, so that nobody can have us send
// to an address that is not theirs; nobody gets more than they sent.
func (s *Session) check(r *scratch, w way, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.authenticates(&r.asked)
	if c == nil || s.phase == over {
		return
	}
	if r.asked.Contains(stun.AttrICEControlled) {
		// We are lite and never control (RFC 8445 §7.3.1.1).
		s.reply(r, w, c, stun.BindingError, stun.CodeRoleConflict)
		return
	}
	if _, known := s.ways[w]; known {
		s.ways[w] = now
	} else if !s.take(w, now) {
		return
	}
	s.reply(r, w, c, stun.BindingSuccess, mapped(w))
	s.checked(c, w, r.asked.Contains(stun.AttrUseCandidate), now)
}

// authenticates returns the credentials under which a message is a check of
// the page's, nil if it is none.
func (s *Session) authenticates(m *stun.Message) *credentials {
	if m.Type != stun.BindingRequest || stun.Fingerprint.Check(m) != nil {
		return nil
	}
	name, _ := m.Get(stun.AttrUsername)
	for _, c := range []*credentials{&s.creds, s.former} {
		if c != nil && string(name) == c.ufrag+":"+c.page && c.key.Check(m) == nil {
			return c
		}
	}
	return nil
}

// reply sends a response with the request's number.
func (s *Session) reply(r *scratch, w way, c *credentials, kind stun.MessageType, what stun.Setter) {
	m := &r.replied
	m.Reset()
	m.TransactionID = r.asked.TransactionID
	if m.Build(kind, m, what, c.key, stun.Fingerprint) == nil && len(m.Raw) <= len(r.asked.Raw) {
		w.send(m.Raw)
	}
}

func mapped(w way) *stun.XORMappedAddress {
	a := w.remote()
	return &stun.XORMappedAddress{IP: net.IP(a.Addr().AsSlice()), Port: int(a.Port())}
}

// checked notes a check that was answered. The first under new credentials ends
// the old ones, and what they said of ways.
func (s *Session) checked(c *credentials, w way, nominated bool, now time.Time) {
	restarted := c == &s.creds && s.former != nil
	if restarted {
		s.door.forget(s, s.former.ufrag)
		s.former = nil
	}
	switch {
	case s.current.Load() == nil || nominated && restarted:
		s.next = nil
		s.current.Store(&w)
	case nominated:
		s.nominated(w, now)
	}
	if s.touch(now); restarted && s.phase == up {
		s.page.Ear.Path(true)
	}
}
