package soundcheck

import (
	"bytes"
	"embed"
	"fmt"
)

// The sentences were spoken by espeak-ng; sentence/make.sh has the commands.
//
//go:embed sentence/*.wav
var sentences embed.FS

// The sentences, about 4.4 s each at a peak of -6 dBFS.
const (
	Harbour = "harbour" // an American man: "The harbour lights were lit early, …"
	Garden  = "garden"  // an English woman: "My sister grows yellow roses …"
	Kitchen = "kitchen" // a Caribbean man: "An old clock in the kitchen …"
)

// Sentence returns a sentence's samples. An unknown name panics: it is a
// mistake in a test.
func Sentence(name string) []int16 {
	wav, err := sentences.ReadFile("sentence/" + name + ".wav")
	if err != nil {
		panic(fmt.Sprintf("soundcheck: there is no sentence %q", name))
	}
	pcm, err := ReadWAV(bytes.NewReader(wav))
	if err != nil {
		panic(fmt.Sprintf("soundcheck: sentence %q: %v", name, err))
	}
	return pcm
}

// Looped returns pcm repeated to n samples, as a looping player sends it.
func Looped(pcm []int16, n int) []int16 {
	out := make([]int16, 0, n+len(pcm))
	for len(out) < n {
		out = append(out, pcm...)
	}
	return out[:n]
}
