package media

// A Sound can be played to a leg: a tone, a spoken phrase, music.
//
// Read fills pcm, mono at transcode.SampleRate, and returns how many samples it
// has filled; fewer than asked for means that the sound is over. It is called
// by a goroutine that keeps time for many legs: it must not block, and it
// allocates nothing.
type Sound interface {
	Read(pcm []int16) int
}

// A Tap listens to one direction of a port. Hear is called by the goroutine
// that moves the sound, in order: it must return at once and must not keep pcm,
// which is mono at transcode.SampleRate. at is where the first sample lies, in
// samples since the tap was set; what is left out was silent or lost.
type Tap interface {
	Hear(at uint64, pcm []int16)
}
