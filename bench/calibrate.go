package main

import (
	"errors"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A speed is how fast the machine was, so that runs of different days can be
// compared. The codecs are the gateway's own and may change with it; the loop
// of integers does not.
type speed struct{ encode, decode, integers time.Duration }

// calibrate takes the best of a few rounds: what disturbs makes slower.
func calibrate() (best speed, err error) {
	e, err := transcode.NewEncoder(transcode.Opus)
	if err != nil {
		return best, err
	}
	defer e.Close()
	d, err := transcode.NewDecoder(transcode.Opus)
	if err != nil {
		return best, err
	}
	defer d.Close()
	pcm := soundcheck.Sentence(soundcheck.Harbour)
	for round := range 5 {
		now, err := once(e, d, pcm)
		if err != nil {
			return best, err
		}
		if round == 0 {
			best = now
		}
		best = speed{min(best.encode, now.encode), min(best.decode, now.decode), min(best.integers, now.integers)}
	}
	return best, nil
}

// once encodes and decodes a sentence, and returns the times of one frame.
func once(e transcode.Encoder, d transcode.Decoder, pcm []int16) (s speed, err error) {
	var payloads [][]byte
	buffer := make([]byte, transcode.MaxPayload)
	begin := time.Now()
	for at := 0; at+transcode.FrameSamples <= len(pcm); at += transcode.FrameSamples {
		n, err := e.Encode(buffer, pcm[at:at+transcode.FrameSamples])
		if err != nil {
			return s, err
		}
		payloads = append(payloads, append([]byte(nil), buffer[:n]...))
	}
	encoded := time.Now()
	out := make([]int16, transcode.MaxSamples)
	for _, p := range payloads {
		if _, err := d.Decode(out, p); err != nil {
			return s, err
		}
	}
	decoded := time.Now()
	if spin(1<<20) == 0 {
		return s, errors.New("the loop of integers has ended at zero, which it cannot")
	}
	frames := time.Duration(len(payloads))
	return speed{encoded.Sub(begin) / frames, decoded.Sub(encoded) / frames, time.Since(decoded)}, nil
}

// spin is a million steps of a generator of random numbers (xorshift64).
func spin(n int) uint64 {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

func (v speed) print(s *sheet) {
	us := func(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
	s.head("this machine, alone on one core", "")
	s.row("a frame of Opus encoded, decoded", v.encode.Round(100*time.Nanosecond), v.decode.Round(100*time.Nanosecond))
	s.row("a million steps of integers", v.integers.Round(time.Microsecond))
	s.pair("opus_encode_us", "%.1f", us(v.encode))
	s.pair("opus_decode_us", "%.1f", us(v.decode))
	s.pair("integers_us", "%.0f", us(v.integers))
}
