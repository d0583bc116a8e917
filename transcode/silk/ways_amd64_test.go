package silk

import "testing"

// eachWay runs f with the assembly, where the processor has what it takes, and
// in Go. Nothing that runs it is parallel, for the way is the package's.
func eachWay(t *testing.T, f func(t *testing.T)) {
	if vectorised {
		t.Run("AVX2", f)
	} else {
		t.Log("this processor has no AVX2: its way is not tested")
	}
	t.Run("Go", func(t *testing.T) {
		inGo(t)
		f(t)
	})
}

// inGo has sums made in Go until the test ends.
func inGo(t testing.TB) {
	was := vectorised
	vectorised = false
	t.Cleanup(func() { vectorised = was })
}
