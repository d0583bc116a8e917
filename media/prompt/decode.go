package prompt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"webtrunk/media/ogg"
	"webtrunk/transcode"
)

// longest bounds a decoded file: ten minutes.
const longest = 600 * transcode.SampleRate

var errTooLong = errors.New("it is longer than ten minutes")

// decode returns a file's sound, whatever it is made of, at the rate that
// telephones have.
func decode(b []byte) (pcm []int16, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("OggS")):
		pcm, err = decodeOgg(bytes.NewReader(b))
	case bytes.HasPrefix(b, []byte("RIFF")):
		pcm, err = decodeWAV(b)
	default:
		err = errors.New("this is neither an Ogg Opus file nor a WAV file")
	}
	if err == nil && len(pcm) == 0 {
		err = errors.New("there is no sound in it")
	}
	return pcm, err
}

// granulesPerSample is 48 kHz over ours.
const granulesPerSample = ogg.Granules / transcode.SampleRate

// decodeOgg decodes at our rate from the beginning, so no resampler is needed.
func decodeOgg(in io.Reader) ([]int16, error) {
	r, err := ogg.NewReader(in)
	if err != nil {
		return nil, err
	}
	d, err := transcode.NewDecoder(transcode.Opus)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	pcm, end, err := decodePackets(r, d)
	if err != nil {
		return nil, err
	}
	// Positions count what is skipped (RFC 7845 §4.2, §4.4).
	if n := int(end / granulesPerSample); n > 0 && n < len(pcm) {
		pcm = pcm[:n]
	}
	pcm = pcm[min(r.Head().PreSkip/granulesPerSample, len(pcm)):]
	amplify(pcm, r.Head().Amplify())
	return pcm, nil
}

func decodePackets(r *ogg.Reader, d transcode.Decoder) (pcm []int16, end uint64, err error) {
	var frame [transcode.MaxSamples]int16
	for {
		packet, at, err := r.Next()
		if err == io.EOF {
			return pcm, end, nil
		}
		if err != nil {
			return nil, 0, err
		}
		n, err := d.Decode(frame[:], packet)
		if err != nil {
			return nil, 0, fmt.Errorf("a packet of it cannot be decoded: %w", err)
		}
		if pcm = append(pcm, frame[:n]...); len(pcm) > longest {
			return nil, 0, errTooLong
		}
		if at > 0 {
			end = at
		}
	}
}

func amplify(pcm []int16, by float64) {
	if by == 1 {
		return
	}
	for i, s := range pcm {
		pcm[i] = clipped(float64(s) * by)
	}
}

func clipped(x float64) int16 {
	return int16(math.Round(max(math.MinInt16, min(math.MaxInt16, x))))
}
