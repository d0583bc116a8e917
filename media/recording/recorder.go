package recording

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk"
	"webtrunk/media"
	"webtrunk/transcode"
)

// interval is how often what has come is written down.
const interval = 200 * time.Millisecond

// rest is how long a recorder lets go of the processor after each frame that it
// has encoded. A frame takes a tenth of a millisecond and more; ten at once, or
// five seconds of them after a disk has hung, would let the calls' packets wait
// for as long, for Go looks for packets only when nothing else wants to run. It is
// long enough for others that catch up beside this one, and short enough to catch
// up: a frame is 20 ms of sound.
const rest = 8 * time.Millisecond

// patience is how long one side's sound waits for the other's, in samples: after
// that the other was silent.
const patience = 800 * transcode.SampleRate / 1000

// A Recorder records one party. Its methods may be called from any goroutine.
type Recorder struct {
	said, heard ring
	paused      atomic.Bool
	over        atomic.Bool // nothing more is taken

	closing chan struct{}
	once    sync.Once
	done    chan struct{}
	err     error // once done

	late    atomic.Uint64
	written atomic.Uint64 // samples of each channel
}

// Stats say how a recording goes.
type Stats struct {
	Length time.Duration // of what has been encoded
	Lost   time.Duration // sound that found no room, of both sides
	Late   time.Duration // sound that came after its place had been written
}

// New begins to record. Comments, NAME=text, are put into the file's header
// (RFC 7845 §5.2). Whoever calls New must call Close.
func New(out io.Writer, comments ...string) (*Recorder, error) {
	enc, err := transcode.NewStereoEncoder()
	if err != nil {
		return nil, err
	}
	r := &Recorder{closing: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(r.done)
		defer r.over.Store(true)
		r.err = stated(r.write(newScribe(enc, out, comments)))
	}()
	return r, nil
}

// Said is the tap for what the party says, and Heard for what it hears.
func (r *Recorder) Said() media.Tap  { return side{r, &r.said} }
func (r *Recorder) Heard() media.Tap { return side{r, &r.heard} }

// A side is one of the two taps.
type side struct {
	of   *Recorder
	ring *ring
}

func (s side) Hear(at uint64, pcm []int16) {
	if s.of.over.Load() || s.of.paused.Load() {
		return
	}
	s.ring.add(at, pcm)
}

// Pause leaves out what follows, until Resume: the file is silent for as long, so
// that its times stay the call's. A card number that is read aloud is in no file.
func (r *Recorder) Pause()  { r.paused.Store(true) }
func (r *Recorder) Resume() { r.paused.Store(false) }

// Done is closed when the recording has ended, by Close or by a failure.
func (r *Recorder) Done() <-chan struct{} { return r.done }

// Err says why a recording has ended, nil while it runs and where it is whole.
func (r *Recorder) Err() error {
	select {
	case <-r.done:
		return r.err
	default:
		return nil
	}
}

// Stats returns how it goes up to now.
func (r *Recorder) Stats() Stats {
	return Stats{
		Length: duration(r.written.Load()),
		Lost:   duration(r.said.lost.Load() + r.heard.lost.Load()),
		Late:   duration(r.late.Load()),
	}
}

func duration(samples uint64) time.Duration {
	return time.Duration(samples) * time.Second / transcode.SampleRate
}

// Close writes what has come and ends the file. Undo the taps before. It waits
// for the writing until ctx ends; what still hangs in a Write then ends with it.
// The error is that of the recording.
func (r *Recorder) Close(ctx context.Context) error {
	r.once.Do(func() { close(r.closing) })
	select {
	case <-r.done:
	case <-ctx.Done():
	}
	select {
	case <-r.done: // whatever ctx says
		return r.err
	default:
		r.over.Store(true)
		return &webtrunk.Error{Op: "recording: close", Kind: webtrunk.Unavailable, Message: "the recording cannot be written to its end: its disk does not answer", Err: ctx.Err()}
	}
}

// write writes until the recording is closed or a write fails.
func (r *Recorder) write(s *scribe) error {
	if err := s.begin(); err != nil {
		return err
	}
	tick := time.NewTimer(rand.N(interval)) // recorders that begin together work at different times
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			tick.Reset(interval)
			if err := r.writeReady(s, false); err != nil {
				return err
			}
		case <-r.closing:
			r.over.Store(true)
			if err := r.writeReady(s, true); err != nil {
				return err
			}
			return s.end(max(r.said.end.Load(), r.heard.end.Load()))
		}
	}
}

// writeReady writes the frames that are complete: both sides have got further,
// or one so much further that the other was silent.
func (r *Recorder) writeReady(s *scribe, all bool) error {
	for {
		said, heard := r.said.end.Load(), r.heard.end.Load()
		to := s.at + transcode.FrameSamples
		switch {
		case all && max(said, heard) <= s.at:
			return nil
		case !all && min(said, heard) < to && max(said, heard) < to+patience:
			return nil
		}
		if err := s.frame(r); err != nil {
			return err
		}
		time.Sleep(rest)
	}
}

// stated says in words that a recording is not whole.
func stated(err error) error {
	if err == nil {
		return nil
	}
	return &webtrunk.Error{Op: "recording: write", Kind: webtrunk.Unavailable, Message: "the recording ended before the call did; what was written until then can be played", Err: err}
}
