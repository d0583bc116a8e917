package main

import (
	"runtime"
	"strings"
	"testing"
)

// Whoever compares two sheets sees whether they are of the same.
func TestASheetSaysOfWhatItIs(t *testing.T) {
	for _, want := range append([]string{runtime.Version(), "kernel "}, "pion/webrtc/v4 v", "pion/dtls/v3 v", "pion/srtp/v3 v", "thesyncim/gopus v") {
		if !strings.Contains(versions(), want) {
			t.Errorf("%q lacks %q", versions(), want)
		}
	}
}
