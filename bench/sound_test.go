package main

import (
	"slices"
	"testing"
)

func TestTheRowsOfSoundAreWhatTestsLogged(t *testing.T) {
	text := "=== RUN   TestX\n    sound_test.go:60: sound  network\n    sound_test.go:67: narrowband  nothing\n--- PASS: TestX (1.00s)\nok  webtrunk/media\n"
	if got, want := soundRows(text), []string{"sound  network", "narrowband  nothing"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
