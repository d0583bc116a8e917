package transcode

import "sync"

// maxIdle bounds what a shelf keeps: 64 decoders are 20 MB.
const maxIdle = 64

// A shelf keeps decoders between two streams. Unlike a sync.Pool it
// survives garbage collection, so a burst of calls after a quiet minute does
// not begin with megabytes of new memory, and it can be counted. What is given
// back has been reset by its giver.
type shelf[T any] struct {
	make func() (T, error)

	mu     sync.Mutex
	idle   []T
	inUse  int
	panics uint64
}

func (s *shelf[T]) take() (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		v := s.idle[n-1]
		var none T
		s.idle[n-1] = none
		s.idle = s.idle[:n-1]
		s.inUse++
		return v, nil
	}
	v, err := s.make()
	if err == nil {
		s.inUse++
	}
	return v, err
}

func (s *shelf[T]) give(v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inUse--
	if len(s.idle) < maxIdle {
		s.idle = append(s.idle, v)
	}
}

func (s *shelf[T]) countPanic() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.panics++
}

func (s *shelf[T]) counts() (inUse, idle int, panics uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inUse, len(s.idle), s.panics
}

// Usage counts the Opus codecs of the process: 2 kB each, but 157 kB a wideband
// encoder, and 318 kB each decoder of the library.
type Usage struct {
	Decoders, Encoders int    // in use
	Library            int    // decoders of the library that are in use
	IdleDecoders       int    // decoders of the library that are kept for the next stream
	Panics             uint64 // payloads that broke a decoder since the start
}

// Used returns what is in use now.
func Used() Usage {
	u := Usage{Decoders: int(opusDecoders.Load()), Encoders: int(opusEncoders.Load()), Panics: opusPanics.Load()}
	for _, s := range []*shelf[*libraryDecoder]{&libraryDecoders, &wideLibraryDecoders} {
		inUse, idle, panics := s.counts()
		u.Library, u.IdleDecoders, u.Panics = u.Library+inUse, u.IdleDecoders+idle, u.Panics+panics
	}
	inUse, _, _ := wideLibraryDecoders.counts()
	u.Decoders += inUse
	return u
}
