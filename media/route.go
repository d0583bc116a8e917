package media

import "webtrunk/transcode"

// An arrival says what is known of a packet before it is looked into.
type arrival struct {
	order order // next, late or restarted
	lost  int   // numbers missing just before it
}

// A path carries what one port receives to what another sends.
type path interface {
	audio(f Frame, a arrival)
	event(f Frame, e event, a arrival)
	noise(f Frame, n noise, a arrival)
	skip(f Frame, a arrival) // f arrived but is not passed on
	close()
	String() string
}

// A route is the path between two formats. It is laid by the first packet
// that needs it, on the goroutine that will use it, so that a changed format
// needs no more than to be stored, and a join costs nothing until somebody speaks.
type route struct {
	from, to *Format
	path     path
}

func (r *route) close() {
	if r.path != nil {
		r.path.close()
	}
	*r = route{}
}

// way returns the path for what the leg sends; it leads nowhere when nobody is
// joined or the other leg's format is not known yet.
func (p *Port) way(from *Format) path {
	if p.member != nil {
		return p.wayIntoConference(from)
	}
	if p.peer == nil {
		return nowhere{&p.counts}
	}
	to := p.peer.format.Load()
	if to == nil || to.Codec == transcode.None {
		return nowhere{&p.counts}
	}
	if p.route.path == nil || p.route.from != from || p.route.to != to {
		p.route.close()
		laid := p.lay(from, to)
		if laid == nil {
			return nowhere{&p.counts}
		}
		p.route = route{from: from, to: to, path: laid}
	}
	return p.route.path
}

func (p *Port) wayIntoConference(from *Format) path {
	if p.route.path == nil || p.route.from != from {
		p.route.close()
		laid := p.member.lay(from, &p.counts)
		if laid == nil {
			return nowhere{&p.counts}
		}
		p.route = route{from: from, path: p.inOrder(laid)}
	}
	return p.route.path
}

func (p *Port) lay(from, to *Format) path {
	if from.Codec == to.Codec && to.frame() == transcode.FrameSamples {
		return newRelay(from, to, p.peer)
	}
	t, err := newTranscoder(from, to, p.peer, &p.counts)
	if err != nil {
		return nil
	}
	t.loud = &p.loud
	return p.inOrder(t)
}

// nowhere drops and counts.
type nowhere struct{ counts *Stats }

func (n nowhere) audio(Frame, arrival)        { n.counts.Dropped++ }
func (n nowhere) event(Frame, event, arrival) {}
func (n nowhere) noise(Frame, noise, arrival) {}
func (n nowhere) skip(Frame, arrival)         {}
func (n nowhere) close()                      {}
func (n nowhere) String() string              { return "nowhere" }
