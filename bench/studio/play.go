package studio

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/thesyncim/gopus"

	"webtrunk/media/ogg"
	"webtrunk/transcode"
)

// play reads and decodes what is on the disk, as far as it goes.
func (t *take) play() error {
	f, err := os.Open(t.path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := ogg.NewReader(f)
	if err != nil {
		return fmt.Errorf("the recording of call %d: %w", t.Call, err)
	}
	dec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: transcode.SampleRate, Channels: 2})
	if err != nil {
		return err
	}
	var loudest [2]int16
	samples := 0
	for {
		packet, _, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("the recording of call %d: %w", t.Call, err)
		}
		var pcm [2 * transcode.MaxSamples]int16
		n, err := dec.DecodeInt16(packet, pcm[:])
		if err != nil {
			return fmt.Errorf("the recording of call %d: %w", t.Call, err)
		}
		for i, s := range pcm[:2*n] {
			loudest[i%2] = max(loudest[i%2], s)
		}
		samples += n
	}
	t.Playable = time.Duration(samples) * time.Second / transcode.SampleRate
	t.Silent = min(loudest[0], loudest[1]) < audible
	return nil
}

// audible is what a side that speaks exceeds by far.
const audible = 500
