package media

import "time"

// Who has the word in a stream: an event of our own before any sound, one that
// plays alone before all others, and any other before a tone.

// beginEvent gives an event of our own the floor and returns its timestamp
// (RFC 4733 §2.5.1.1: it continues the audio's timeline; §2.5.1: no audio
// meanwhile).
func (s *stream) beginEvent(clock uint32) uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaking = true
	return s.position(clock, time.Now())
}

// endEvent gives the floor back: sound goes on where the event ends.
func (s *stream) endEvent(end uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaking, s.spoke, s.floor = false, true, end
}

// play makes src the tone that is over as soon as another source is heard.
func (s *stream) play(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tone != nil {
		s.tone.over = true
	}
	s.tone = src
}

// plays reports whether a tone has not given way yet.
func (s *stream) plays(src *source) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !src.over
}

// solo makes src the only source that is heard, and unsolo lets the others be
// heard again.
func (s *stream) solo(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alone = src
	s.from = nil // whoever is heard afterwards begins anew
}

func (s *stream) unsolo(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.alone == src {
		s.alone = nil
	}
}

// silence ends a tone, if it still plays.
func (s *stream) silence(src *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src.over = true
	if s.tone == src {
		s.tone = nil
	}
}
