package media

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func (o order) String() string {
	return [...]string{"next", "late", "repeated", "astray", "restarted"}[o]
}

func TestSequenceOrders(t *testing.T) {
	for name, c := range map[string]struct {
		numbers []uint16
		want    string
	}{
		"in order":                 {[]uint16{7, 8, 9}, "restarted next next"},
		"across the wrap":          {[]uint16{65534, 65535, 0, 1}, "restarted next next next"},
		"a loss":                   {[]uint16{7, 10}, "restarted next+2"},
		"a loss across the wrap":   {[]uint16{65535, 2}, "restarted next+2"},
		"a late one":               {[]uint16{7, 9, 8, 10}, "restarted next+1 late next"},
		"repeated":                 {[]uint16{7, 7, 8, 7}, "restarted repeated next repeated"},
		"late and repeated":        {[]uint16{7, 9, 8, 8}, "restarted next+1 late repeated"},
		"before the first":         {[]uint16{7, 6}, "restarted late"},
		"one stray":                {[]uint16{7, 30000, 8, 9}, "restarted astray next next"},
		"a new sender":             {[]uint16{7, 30000, 30001, 30002}, "restarted astray restarted next"},
		"two strays apart":         {[]uint16{7, 30000, 50000, 8}, "restarted astray astray next"},
		"a stray before the wrap":  {[]uint16{30000, 65535, 0}, "restarted astray restarted"},
		"far behind":               {[]uint16{3000, 2800, 3001}, "restarted astray next"},
		"a sender that fell back":  {append([]uint16{80}, run(20, 12)...), "restarted" + strings.Repeat(" late", 9) + " restarted next next"},
		"a late one past our list": {[]uint16{100, 180, 110, 110}, "restarted next+79 late late"},
	} {
		var s sequence
		var got []string
		for _, n := range c.numbers {
			o, lost := s.take(n)
			if lost > 0 {
				got = append(got, fmt.Sprintf("%v+%d", o, lost))
			} else {
				got = append(got, o.String())
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func run(from uint16, n int) []uint16 {
	var list []uint16
	for range n {
		list = append(list, from)
		from++
	}
	return list
}

// Whatever the network does to a stream, short of losing a minute of it: no
// packet is taken twice, and what is missing plus what came is what was sent.
func TestSequenceAccountsForEveryNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sequence
		sent := rapid.Uint16().Draw(t, "first")
		s.take(sent)
		last, ahead, missing, lateOnes := sent, uint32(0), uint32(0), uint32(0)
		taken := map[uint32]bool{0: true}
		for range rapid.IntRange(0, 200).Draw(t, "packets") {
			step := uint32(rapid.IntRange(0, 60).Draw(t, "back"))
			at := ahead + 1 + uint32(rapid.IntRange(0, 5).Draw(t, "lost"))
			if step <= ahead && rapid.Bool().Draw(t, "reordered") {
				at = ahead - step
			}
			o, lost := s.take(sent + uint16(at))
			switch {
			case o == restarted: // ten late ones in a row: numbering begins anew
				return
			case taken[at] != (o == repeated):
				t.Fatalf("number %d, taken before: %v, is %v", at, taken[at], o)
			case o == next:
				missing += uint32(lost)
				ahead, last = at, sent+uint16(at)
			case o == late:
				lateOnes++
			}
			taken[at] = true
		}
		if s.highest != last {
			t.Fatalf("highest is %d, sent %d", s.highest, last)
		}
		if int(1+ahead-missing+lateOnes) < len(taken) {
			t.Fatalf("%d numbers, %d missing, %d late, but %d taken", ahead+1, missing, lateOnes, len(taken))
		}
	})
}
