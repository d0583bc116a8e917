package prompt

import (
	"encoding/binary"
	"errors"
	"fmt"

	"webtrunk/transcode"
)

// A WAV file (RIFF, WAVEFORMATEX) is a list of chunks: an ID, a length and so
// many bytes, each at an even place. fmt says what data holds.
type wav struct {
	tag, channels, bits int
	rate                int
	data                []byte
}

// What tag says.
const (
	tagPCM        = 1
	tagALaw       = 6
	tagMuLaw      = 7
	tagExtensible = 0xFFFE // the tag proper follows in the format
)

// decodeWAV takes 16-bit PCM and G.711, one channel or two, at 8 to 48 kHz.
func decodeWAV(b []byte) ([]int16, error) {
	w, err := readWAV(b)
	if err != nil {
		return nil, err
	}
	switch {
	case w.channels < 1 || w.channels > 2:
		return nil, fmt.Errorf("it has %d channels: save it with one or two", w.channels)
	case w.rate < 8000 || w.rate > 48000:
		return nil, fmt.Errorf("it is sampled at %d Hz: save it at 8000, 16000, 44100 or 48000", w.rate)
	}
	sample, size, err := w.samples()
	if err != nil {
		return nil, err
	}
	frames := len(w.data) / (size * w.channels)
	if frames/w.rate >= longest/transcode.SampleRate {
		return nil, errTooLong
	}
	mono := make([]float64, frames)
	for i := range mono {
		for c := range w.channels {
			mono[i] += float64(sample(w.data[(i*w.channels+c)*size:])) / float64(w.channels)
		}
	}
	return resample(mono, w.rate), nil
}

// samples says how a sample is read, and its length in bytes.
func (w *wav) samples() (read func([]byte) int16, size int, err error) {
	switch {
	case w.tag == tagPCM && w.bits == 16:
		return func(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) }, 2, nil
	case w.tag == tagALaw && w.bits == 8:
		return one(transcode.DecodePCMA), 1, nil
	case w.tag == tagMuLaw && w.bits == 8:
		return one(transcode.DecodePCMU), 1, nil
	}
	return nil, 0, fmt.Errorf("its samples are of a kind that is not known (format %d, %d bits): save it as 16-bit PCM or G.711", w.tag, w.bits)
}

// one decodes a byte of G.711.
func one(decode func(pcm []int16, payload []byte) int) func([]byte) int16 {
	var pcm [1]int16
	return func(b []byte) int16 {
		decode(pcm[:], b[:1])
		return pcm[0]
	}
}

// readWAV finds the format and the data. A program that was killed leaves a
// length of 0, or one past the end: then the data goes to the end.
func readWAV(b []byte) (*wav, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, errors.New("this is no WAV file")
	}
	w := &wav{}
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
		b = b[8:]
		left := int64(len(b))
		switch {
		case id == "data" && w.channels > 0:
			if size == 0 || size > left {
				size = left
			}
			w.data = b[:size]
			return w, nil
		case size > left:
			return nil, errors.New("it ends in the middle")
		case id == "fmt ":
			w.format(b[:size])
		}
		b = b[min(size+size%2, left):]
	}
	return nil, errors.New("it has no format or no data")
}

func (w *wav) format(b []byte) {
	if len(b) < 16 {
		return
	}
	w.tag = int(binary.LittleEndian.Uint16(b))
	w.channels = int(binary.LittleEndian.Uint16(b[2:]))
	w.rate = int(binary.LittleEndian.Uint32(b[4:]))
	w.bits = int(binary.LittleEndian.Uint16(b[14:]))
	if w.tag == tagExtensible && len(b) >= 26 {
		w.tag = int(binary.LittleEndian.Uint16(b[24:]))
	}
}
