package main

import (
	"os"
	"path/filepath"
	"testing"

	"webtrunk/carrier"
	"webtrunk/dispatch"
	"webtrunk/soundcheck"
)

// TestACallerHearsWhatReplacesOurSounds: an operator's directory has another welcome
// and other music; that is what a caller of a queue hears, and ours of all else.
func TestACallerHearsWhatReplacesOurSounds(t *testing.T) {
	t.Parallel()
	const long = 5 * soundcheck.Rate / 2 // of each sentence
	harbour, garden := soundcheck.Sentence(soundcheck.Harbour)[:long], soundcheck.Sentence(soundcheck.Garden)[:long]
	dir := t.TempDir()
	writeSound(t, filepath.Join(dir, "en", "welcome.wav"), harbour)
	writeSound(t, filepath.Join(dir, "music", "hold.wav"), garden)
	c := furnishSwitchroom(t, startTestDemo(t, demoCommand{HTTP: "127.0.0.1:0", Prompts: dir}), dispatch.Queue{Name: "Support", Greeting: "welcome"})
	phone := dial(t, c.demo, c.ref)
	reaches(t, phone, carrier.Reached(carrier.Confirmed))
	var at [3]int
	for i, said := range [][]int16{harbour, recited(t, c.phrases, "you_are_number,place:1,in_the_queue"), garden} {
		at[i] = listen(t, phone.Heard, "what it is played", said).At(0)
	}
	if at[0] > at[1] || at[1] > at[2] {
		t.Errorf("welcome, place and music are heard at %v", at)
	}
}

// writeSound writes a file of an operator's.
func writeSound(t *testing.T, path string, pcm []int16) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	file, err := os.Create(path)
	must(t, err)
	defer file.Close()
	must(t, soundcheck.WriteWAV(file, pcm, soundcheck.Rate))
}
