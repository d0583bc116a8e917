package silk

import (
	"testing"

	"pgregory.net/rapid"
)

// What a sixteen says of a block is what counting its samples one by one says.
func TestASixteenCountsAsOneDoes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var p [block]int8
		for i := range p {
			p[i] = int8(rapid.IntRange(-mostPulse, mostPulse).Draw(r, "pulse"))
		}
		s := sixteenOf(&p).sizes()
		half := s.halved()
		sum := 0
		for i, v := range p {
			size := max(int(v), -int(v))
			sum += size
			if got := int(s[i/8] >> (i % 8 * 8) & 0xff); got != size {
				r.Fatalf("the size of %d is %d", v, got)
			}
			if got := int(half[i/8] >> (i % 8 * 8) & 0xff); got != size/2 {
				r.Fatalf("half of %d is %d", size, got)
			}
			if i%2 == 1 {
				pair := size + max(int(p[i-1]), -int(p[i-1]))
				if got := int(inPairs(s[i/8]) >> (i % 8 / 2 * 16) & 0xff); got != pair {
					r.Fatalf("a pair of %d and %d sums up to %d", p[i-1], v, got)
				}
			}
		}
		if s.sum() != sum {
			r.Fatalf("%v have the sum %d", p, s.sum())
		}
	})
}
