package media

import (
	"time"

	"webtrunk/transcode"
)

// recordingTone is what telephone users know as "this is recorded": 1400 Hz for 200 ms,
// which recorders repeat every 15 s (FCC, 47 CFR 64.501, as in force until 2017).
var recordingTone = Cadence{{Hz: 1400, Lasts: 200 * time.Millisecond}}

// RecordingTone returns the tone that says that a call is recorded, once.
func RecordingTone() Sound {
	return &burst{tone: recordingTone.Sound(), left: int(recordingTone.period() * transcode.SampleRate / time.Second)}
}

// A burst is the beginning of a sound.
type burst struct {
	tone Sound
	left int // samples
}

// Read implements Sound.
func (b *burst) Read(pcm []int16) int {
	n := b.tone.Read(pcm[:min(len(pcm), b.left)])
	b.left -= n
	return n
}
