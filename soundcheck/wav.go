package soundcheck

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Formats of a WAV file's samples (RIFF, WAVEFORMATEX).
const (
	wavPCM        = 1
	wavFloat      = 3
	wavExtensible = 0xFFFE
)

// longestWAV bounds what ReadWAV takes: ten minutes of 48 kHz stereo.
const longestWAV = 120 << 20

type wavFormat struct {
	Tag, Channels uint16
	Rate, _       uint32
	_, Bits       uint16
}

// ReadWAV reads a recording of 16-bit PCM or 32-bit float at any rate and with
// any channels, mixed to one, and returns it at Rate.
func ReadWAV(r io.Reader) ([]int16, error) {
	b, err := io.ReadAll(io.LimitReader(r, longestWAV))
	if err != nil {
		return nil, fmt.Errorf("soundcheck: read WAV: %w", err)
	}
	format, data, err := wavChunks(b)
	if err != nil {
		return nil, err
	}
	mono, err := mixDown(format, data)
	if err != nil {
		return nil, err
	}
	if format.Rate == Rate {
		out := make([]int16, len(mono))
		for i, x := range mono {
			out[i] = clip(x)
		}
		return out, nil
	}
	return resample(mono, int(format.Rate)), nil
}

// wavChunks finds the format and the samples. A recorder that was killed
// leaves a length of 0 or too much in the header: then the data goes to the end.
func wavChunks(b []byte) (f wavFormat, data []byte, err error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return f, nil, errors.New("soundcheck: not a WAV file")
	}
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), uint64(binary.LittleEndian.Uint32(b[4:]))
		b = b[8:]
		if id == "data" {
			if size == 0 || size > uint64(len(b)) {
				size = uint64(len(b))
			}
			data = b[:size]
			break
		}
		if size > uint64(len(b)) {
			break
		}
		if id == "fmt " {
			if err := binary.Read(bytes.NewReader(b[:size]), binary.LittleEndian, &f); err != nil {
				return f, nil, fmt.Errorf("soundcheck: WAV format: %w", err)
			}
			if f.Tag == wavExtensible && size >= 26 {
				f.Tag = binary.LittleEndian.Uint16(b[24:])
			}
		}
		b = b[min(size+size%2, uint64(len(b))):]
	}
	if f.Channels == 0 || f.Rate < 1000 || f.Rate > 192000 || data == nil {
		return f, nil, errors.New("soundcheck: WAV without a format or data that can be used")
	}
	return f, data, nil
}

func mixDown(f wavFormat, data []byte) ([]float64, error) {
	var sample func([]byte) float64
	var size int
	switch {
	case f.Tag == wavPCM && f.Bits == 16:
		size, sample = 2, func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }
	case f.Tag == wavFloat && f.Bits == 32:
		size, sample = 4, func(b []byte) float64 {
			return 32768 * float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		}
	default:
		return nil, fmt.Errorf("soundcheck: WAV with %d-bit samples of format %d", f.Bits, f.Tag)
	}
	channels := int(f.Channels)
	mono := make([]float64, len(data)/(size*channels))
	for i := range mono {
		for c := range channels {
			mono[i] += sample(data[(i*channels+c)*size:]) / float64(channels)
		}
	}
	return mono, nil
}

// WriteWAV writes 16-bit mono samples at a rate.
func WriteWAV(w io.Writer, pcm []int16, rate int) error {
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, v := range []any{
		uint32(36 + 2*len(pcm)), []byte("WAVEfmt "), uint32(16), uint16(wavPCM), uint16(1),
		uint32(rate), uint32(2 * rate), uint16(2), uint16(16), []byte("data"), uint32(2 * len(pcm)), pcm,
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			return fmt.Errorf("soundcheck: write WAV: %w", err)
		}
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("soundcheck: write WAV: %w", err)
	}
	return nil
}
