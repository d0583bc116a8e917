package switchboard

import (
	"fmt"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// sound is who hears whom in one call, touched by its goroutine alone.
type sound struct {
	phrases Phrases
	mail    *mailbox

	unjoin func()                // two who are joined
	room   media.Conference      // or more
	plays  map[call.LegID]played // what is being played, by who hears it
	played int                   // phrases so far
}

// A played is a phrase or tone being played; the number tells it from those
// before.
type played struct {
	stop   func()
	number int
}

// phraseEnded is the input that a phrase was played to its end.
type phraseEnded struct {
	call.Input
	leg    call.LegID
	number int
}

// bridge lets these parties hear as they say, and nobody else anybody. Two who
// just talk are driven by their packets, which adds no delay; all else is a
// conference.
func (s *sound) bridge(parties []media.Party) error {
	if len(parties) != 2 || len(parties[0].Hears) == 0 || len(parties[1].Hears) == 0 {
		s.part()
		return s.room.Set(parties)
	}
	s.room.End()
	s.part()
	unjoin, err := media.Join(parties[0].Port, parties[1].Port)
	s.unjoin = unjoin
	return err
}

// part parts the two who are joined.
func (s *sound) part() {
	if s.unjoin != nil {
		s.unjoin()
		s.unjoin = nil
	}
}

// play begins to play a phrase to a leg.
func (s *sound) play(leg call.LegID, p *media.Port, phrase string) error {
	if phrase == call.Ringback {
		s.stop(leg)
		s.plays[leg] = played{stop: p.Ringback()}
		return nil
	}
	if s.phrases == nil && phrase == call.HoldMusic {
		return nil // who is on hold hears silence
	}
	if s.phrases == nil {
		return &webtrunk.Error{Op: "play", Kind: webtrunk.Unsupported, Message: fmt.Sprintf("this gateway has no phrase %q to play", phrase)}
	}
	opened, err := s.phrases.Open(phrase)
	if err != nil {
		return err
	}
	s.stop(leg)
	s.played++
	ended := phraseEnded{leg: leg, number: s.played}
	s.plays[leg] = played{number: s.played, stop: p.Play(opened, func() { s.mail.put(ended) })}
	return nil
}

// current turns the end of a phrase into the call's input, unless another has
// taken its place while that waited in the mailbox.
func (s *sound) current(e phraseEnded) (call.PromptEnded, bool) {
	return call.PromptEnded{Leg: e.leg}, s.plays[e.leg].number == e.number
}

func (s *sound) stop(leg call.LegID) {
	if now, playing := s.plays[leg]; playing {
		now.stop()
		delete(s.plays, leg)
	}
}

// silence ends everything.
func (s *sound) silence() {
	for leg := range s.plays {
		s.stop(leg)
	}
	s.part()
	s.room.End()
}
