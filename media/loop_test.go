package media

import (
	"slices"
	"testing"
)

func TestALoopGoesOnAcrossItsEnd(t *testing.T) {
	l := NewLoop([]int16{1, 2, 3})
	var pcm [7]int16
	if n := l.Read(pcm[:]); n != 7 || !slices.Equal(pcm[:], []int16{1, 2, 3, 1, 2, 3, 1}) {
		t.Errorf("read %d: %v", n, pcm)
	}
	if l.Read(pcm[:2]); pcm[0] != 2 || pcm[1] != 3 {
		t.Errorf("went on with %v", pcm[:2])
	}
	if n := NewLoop(nil).Read(pcm[:]); n != 0 {
		t.Errorf("nothing played %d samples", n)
	}
	if n := testing.AllocsPerRun(100, func() { l.Read(pcm[:]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
