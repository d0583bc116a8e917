package silk

import (
	"slices"
	"testing"
)

func TestAPacketIsTakenApart(t *testing.T) {
	long := slices.Repeat([]byte{7}, 300)
	for name, c := range map[string]struct {
		packet []byte
		sizes  []int // of the frames
	}{
		"one frame":                      {[]byte{8, 1, 2, 3}, []int{3}},
		"one empty frame":                {[]byte{8}, []int{0}},
		"two alike":                      {[]byte{9, 1, 2, 3, 4}, []int{2, 2}},
		"two":                            {[]byte{10, 1, 2, 3, 4}, []int{1, 2}},
		"two, the first long":            {append([]byte{10, 252, 12}, long...), []int{300, 0}},
		"three alike":                    {[]byte{11, 3, 1, 2, 3}, []int{1, 1, 1}},
		"three, with padding":            {[]byte{11, 3 | 64, 2, 1, 2, 3, 0, 0}, []int{1, 1, 1}},
		"three different":                {[]byte{11, 3 | 128, 2, 0, 1, 2, 3}, []int{2, 0, 1}},
		"more than 254 bytes of padding": {append([]byte{8 | 3, 1 | 64, 255, 40}, long...), []int{6}},
	} {
		p, err := Parse(c.packet)
		if err != nil || p.Frames != len(c.sizes) || !p.Narrowband() || p.FrameSamples() != Samples {
			t.Errorf("%s: %+v, %v", name, p, err)
			continue
		}
		for i, n := range c.sizes {
			if f := p.Next(); len(f) != n {
				t.Errorf("%s: frame %d has %d bytes, want %d", name, i, len(f), n)
			}
		}
	}
}

func TestABrokenPacketIsRefused(t *testing.T) {
	for name, packet := range map[string][]byte{
		"nothing":                           nil,
		"two alike in odd bytes":            {9, 1, 2, 3},
		"two, the first longer than both":   {10, 9, 1},
		"two, and no size":                  {10},
		"two, and half a size":              {10, 253},
		"no count":                          {11},
		"no frames":                         {11, 0},
		"49 frames":                         {11, 49},
		"140 ms":                            {11, 7},
		"padding that is longer":            {11, 1 | 64, 9, 1},
		"padding without end":               {11, 1 | 64, 255},
		"a frame of 1276 bytes":             append([]byte{8}, make([]byte, 1276)...),
		"the last of two has 1276 bytes":    append([]byte{10, 0}, make([]byte, 1276)...),
		"three different, and two sizes":    {11, 3 | 128, 4, 4, 1},
		"three alike that do not divide it": {11, 3, 1, 2},
	} {
		if p, err := Parse(packet); err == nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestASilentPacketSaysSo(t *testing.T) {
	for _, c := range []struct {
		packet []byte
		silent bool
	}{{[]byte{8}, true}, {[]byte{8, 1}, true}, {[]byte{8, 1, 2}, false}, {[]byte{10, 1, 1, 2, 3}, false}} {
		if p, _ := Parse(c.packet); p.Silent() != c.silent {
			t.Errorf("% x: silent %v", c.packet, p.Silent())
		}
	}
}
