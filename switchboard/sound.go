package switchboard

import (
	"fmt"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// sound is who hears whom in one call, touched by its goroutine alone.
type sound struct {
	unjoin func()
	stops  map[call.LegID]func() // what is being played, by who hears it
}

// bridge replaces the bridge by one of these ports.
func (s *sound) bridge(ports []*media.Port) error {
	if s.unjoin != nil {
		s.unjoin()
		s.unjoin = nil
	}
	switch len(ports) {
	case 0:
		return nil
	case 2:
		unjoin, err := media.Join(ports[0], ports[1])
		s.unjoin = unjoin
		return err
	}
	return &webtrunk.Error{Op: "bridge", Kind: webtrunk.Unsupported, Message: fmt.Sprintf("this gateway cannot let %d parties talk together: only two", len(ports))}
}

// play begins to play a phrase to a leg.
func (s *sound) play(leg call.LegID, p *media.Port, phrase string) error {
	if phrase != call.Ringback {
		return &webtrunk.Error{Op: "play", Kind: webtrunk.Unsupported, Message: fmt.Sprintf("this gateway has no phrase %q to play", phrase)}
	}
	s.stop(leg)
	s.stops[leg] = p.Ringback()
	return nil
}

func (s *sound) stop(leg call.LegID) {
	if stop := s.stops[leg]; stop != nil {
		stop()
		delete(s.stops, leg)
	}
}

// silence ends everything.
func (s *sound) silence() {
	for leg := range s.stops {
		s.stop(leg)
	}
	if s.unjoin != nil {
		s.unjoin()
		s.unjoin = nil
	}
}
