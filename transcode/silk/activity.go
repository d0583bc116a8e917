package silk

// An activity tells speech from what is heard between words, by level: the
// background is the quietest that has been heard, and rises slowly.
type activity struct {
	floor float32 // energy of the background
	hang  int     // frames for which a word's end is still awaited
}

// What an activity believes, in energy of a frame.
const (
	quietest   = frameSamples * 4 * 4   // -78 dBFS: no background is quieter
	assumed    = frameSamples * 16 * 16 // a background, before any was heard
	aboveFloor = 8                      // 9 dB
	floorRise  = 1.01                   // 2 dB a second
	hangover   = 8                      // frames
)

func (a *activity) hears(level float32) bool {
	if a.floor == 0 {
		a.floor = assumed
	}
	if level < a.floor {
		a.floor = max(level, quietest)
	} else {
		a.floor *= floorRise
	}
	if level > aboveFloor*a.floor {
		a.hang = hangover
		return true
	}
	a.hang = max(a.hang-1, 0)
	return a.hang > 0
}
