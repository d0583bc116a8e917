package media

import "testing"

func TestANumberIsSpentOnce(t *testing.T) {
	t.Parallel()
	var s Spent
	for i, c := range []struct {
		n  uint16
		ok bool
	}{
		{65530, true}, {65530, false}, {65533, true}, {65531, true}, {65531, false},
		{2, true}, {65534, true}, {65534, false}, {65533, false}, // over the rollover
		{66, true}, {3, true}, {3, false}, {2, false}, {1, false}, // further back than is known
		{40000, false},             // more than half a circle ahead is behind
		{32000, true}, {66, false}, // a leap forgets what was before it, and takes none of it
	} {
		if ok := s.Take(c.n); ok != c.ok {
			t.Errorf("%d: number %d is taken: %t", i, c.n, ok)
		}
	}
}
