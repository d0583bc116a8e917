package sip

import (
	"webtrunk/trunk"
)

// overStreams has a script's carrier and edge speak TCP or TLS.
func (p *player) overStreams(cfg *Config, transport string) {
	switch trunk.Transport(transport) {
	case trunk.TCP:
		p.wire.overTCP(cfg)
	case trunk.TLSOverIP:
		p.wire.overTLS(cfg)
	default:
		p.fatal("no such transport")
	}
}

// line does what a script says about connections.
func (p *player) line(what string) {
	s := p.wire.stream
	switch what {
	case "connect":
		s.connect(p.wire.edge)
	case "disconnect":
		open := p.edge.connections.which(func(*connection) bool { return true })
		s.hangUp()
		for _, c := range open {
			p.until("disconnected", func() bool { return !c.alive() })
		}
	case "ping":
		s.send("\r\n\r\n", p.wire.edge)
		if b, _ := s.receive(patience); string(b) != "\r\n" {
			p.fatal("the edge says %q", b)
		}
	case "redialled":
		p.arrivals++
		p.until("redialled", func() bool { return s.arrivals() == p.arrivals })
	}
}
