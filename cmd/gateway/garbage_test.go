package main

import (
	"runtime"
	"runtime/metrics"
	"testing"
)

// TestGarbageMayGather: the collector's next goal is beyond twice what is never
// touched, however little lives.
func TestGarbageMayGather(t *testing.T) {
	runtime.GC()
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	if got := goal[0].Value.Uint64(); got < 2*garbageCalm {
		t.Errorf("the next collection is at %d MiB", got>>20)
	}
	if len(ballast) != garbageCalm {
		t.Errorf("the ballast has %d bytes", len(ballast))
	}
}
