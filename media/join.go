package media

import (
	"sync"

	"webtrunk"
)

// A bond is what a port is tied to others by: a link, or its place in a
// conference. It has one at a time.
type bond interface{ dissolve() }

// A link is one join of two ports. Its lock comes before the ports' in: it
// makes taking both ends, and letting go of both, one step each.
type link struct {
	mu   sync.Mutex
	ends [2]*Port
}

// Join lets two ports hear each other, replacing what either was joined to.
// When unjoin returns no packet is on its way between the two any more. A
// Sender must not call it, nor unjoin.
func Join(a, b *Port) (unjoin func(), err error) {
	if a == b {
		return nil, &webtrunk.Error{Op: "media: join", Kind: webtrunk.Invalid, Message: "a port cannot hear itself"}
	}
	for {
		l := &link{ends: [2]*Port{a, b}}
		taken, closed := l.take()
		if taken {
			a.video.begin()
			b.video.begin()
			return l.dissolve, nil
		}
		if closed {
			return nil, &webtrunk.Error{Op: "media: join", Kind: webtrunk.Conflict, Message: "the leg has ended"}
		}
		// Whoever was joined before, or was faster just now, is parted first.
		for _, p := range l.ends {
			if old := p.bound(); old != nil {
				old.dissolve()
			}
		}
	}
}

// take joins both ends, or none when one is closed or joined otherwise.
func (l *link) take() (taken, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, p := range l.ends {
		ok, gone := p.connect(l, l.ends[1-i])
		if !ok {
			l.release()
			return false, gone
		}
	}
	return true, false
}

// dissolve parts the ends; more than once is as good as once.
func (l *link) dissolve() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.release()
	for _, p := range l.ends {
		p.video.review()
	}
}

func (l *link) release() {
	for _, p := range l.ends {
		p.disconnect(l)
	}
}

func (p *Port) bound() bond {
	p.in.Lock()
	defer p.in.Unlock()
	return p.bond
}

func (p *Port) connect(l *link, peer *Port) (ok, gone bool) {
	p.in.Lock()
	defer p.in.Unlock()
	if p.gone || p.bond != nil {
		return false, p.gone
	}
	p.bond, p.peer = l, peer
	p.video.connect(&peer.video)
	return true, false
}

// disconnect waits for the packet that is on its way, if there is one.
func (p *Port) disconnect(l *link) {
	p.in.Lock()
	defer p.in.Unlock()
	if p.bond == l {
		p.bond, p.peer = nil, nil
		p.route.close()
		p.video.disconnect()
	}
}

// attend ties the port to a conference; not ok where it is closed, or tied
// otherwise.
func (p *Port) attend(m *member) (ok, gone bool) {
	p.in.Lock()
	defer p.in.Unlock()
	if p.gone || p.bond != nil {
		return false, p.gone
	}
	p.bond, p.member = m, m
	return true, false
}

// depart waits for the packet that is on its way into the conference.
func (p *Port) depart(m *member) {
	p.in.Lock()
	defer p.in.Unlock()
	if p.member == m {
		p.bond, p.member = nil, nil
		p.route.close()
	}
}
