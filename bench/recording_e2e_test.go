//go:build e2e

package main

import (
	"testing"
	"time"
)

// Nobody who talks notices that the disk under a recording is full, or hangs;
// the recordings say so, and what was written can be played.
func TestRecordingForAMoment(t *testing.T) {
	seen, err := recordingCommand{Calls: 4, Seconds: 2}.observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range seen.phases {
		way, bare := spreadOf(p.sound.transit), spreadOf(p.sound.bare)
		t.Logf("%s: %d packets, p50 %v, p99 %v, longest gap %v; without a gateway p99 %v; %+v", p.name, p.sound.sent, way.p50, way.p99, p.sound.gap, bare.p99, seen.during[i])
	}
	const busy = 20 * time.Millisecond // sound that waited for a disk would be late by two seconds
	if err := seen.kept(busy); err != nil {
		t.Error(err)
	}
	if n := len(seen.phases); n != 4 || len(seen.full) != 4 || len(seen.left) != 2 || len(seen.played) != 10 {
		t.Errorf("%d phases, %d recordings on a full disk, %d left while they hung, %d played; want 4, 4, 2 and 10", n, len(seen.full), len(seen.left), len(seen.played))
	}
}
