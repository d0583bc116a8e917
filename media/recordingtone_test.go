package media

import (
	"testing"

	"webtrunk/transcode"
)

// TestTheRecordingToneEnds reads it to its end: 200 ms of 1400 Hz, and no more.
func TestTheRecordingToneEnds(t *testing.T) {
	tone, crossings, samples, last := RecordingTone(), 0, 0, int16(0)
	for {
		var pcm [transcode.FrameSamples]int16
		n := tone.Read(pcm[:])
		for _, s := range pcm[:n] {
			if (s > 0) != (last > 0) {
				crossings++
			}
			last = s
		}
		samples += n
		if n < len(pcm) {
			break
		}
	}
	if samples != transcode.SampleRate/5 {
		t.Errorf("it has %d samples", samples)
	}
	if hertz := crossings * 5 / 2; hertz < 1390 || hertz > 1410 {
		t.Errorf("it has %d Hz", hertz)
	}
}
