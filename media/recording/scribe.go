package recording

import (
	"io"
	"math/rand/v2"

	"webtrunk/media/ogg"
	"webtrunk/transcode"
)

// granules is how many positions of a file one sample of ours has.
const granules = ogg.Granules / transcode.SampleRate

// hushed is after how many silent frames the codec's memory holds nothing but
// silence: then each further one is the same packet.
const hushed = 25

// A scribe encodes and writes. It belongs to the goroutine that writes.
type scribe struct {
	enc      *transcode.StereoEncoder
	out      io.Writer
	comments []string
	file     *ogg.Writer

	at      uint64 // where the next frame begins
	silent  int    // frames so far that were silent
	sides   [2][transcode.FrameSamples]int16
	pcm     [2 * transcode.FrameSamples]int16
	payload [transcode.MaxPayload]byte
	length  int // of payload
}

func newScribe(enc *transcode.StereoEncoder, out io.Writer, comments []string) *scribe {
	return &scribe{enc: enc, out: out, comments: comments}
}

// begin writes the headers.
func (s *scribe) begin() (err error) {
	head := ogg.Head{Channels: 2, PreSkip: s.enc.Lookahead() * granules, Rate: transcode.SampleRate}
	s.file, err = ogg.NewWriter(s.out, rand.Uint32(), head, s.comments...)
	return err
}

// frame writes the next 20 ms of both sides.
func (s *scribe) frame(r *Recorder) error {
	clear(s.sides[0][:])
	clear(s.sides[1][:])
	late := r.said.collect(s.at, &s.sides[0]) + r.heard.collect(s.at, &s.sides[1])
	r.late.Add(uint64(late))
	s.at += transcode.FrameSamples
	r.written.Store(s.at)
	return s.encode()
}

func (s *scribe) encode() (err error) {
	sound := false
	for i := range s.sides[0] {
		left, right := s.sides[0][i], s.sides[1][i]
		s.pcm[2*i], s.pcm[2*i+1] = left, right
		sound = sound || left != 0 || right != 0
	}
	if s.silent++; sound {
		s.silent = 0
	}
	if s.silent <= hushed {
		if s.length, err = s.enc.Encode(s.payload[:], s.pcm[:]); err != nil {
			return err
		}
	}
	return s.file.Write(s.payload[:s.length])
}

// end ends the file where the sound ended. What the decoder is late by needs one
// more frame.
func (s *scribe) end(length uint64) error {
	clear(s.sides[0][:])
	clear(s.sides[1][:])
	if err := s.encode(); err != nil {
		return err
	}
	return s.file.Close((length + uint64(s.enc.Lookahead())) * granules)
}
