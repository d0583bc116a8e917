package prompt

import (
	"math"
	"sync"

	"webtrunk/transcode"
)

// The tone after which a caller speaks: as long and as high as people know it
// from answering machines, with soft ends, so that it does not click.
const (
	beepHertz   = 1000
	beepSamples = 2 * transcode.SampleRate / 5
	beepLevel   = 8000
	beepEdge    = transcode.SampleRate / 100
)

var beepPCM = sync.OnceValue(func() []int16 {
	pcm := make([]int16, beepSamples)
	for i := range pcm {
		edge := min(1, float64(min(i, beepSamples-1-i))/beepEdge)
		pcm[i] = int16(beepLevel * edge * math.Sin(2*math.Pi*beepHertz*float64(i)/transcode.SampleRate))
	}
	return pcm
})

func beep() *clip { return &clip{pcm: beepPCM()} }

// none refuses a value of an item that has none.
func none(i item) error {
	if i.value == "" {
		return nil
	}
	return invalid("%q is no part of a phrase", i.String())
}
