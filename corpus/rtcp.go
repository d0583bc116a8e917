package corpus

import "slices"

// RTCP are reports as they come, and as nobody should send them (RFC 3550 §6).
// The sender is source 9, and speaks of source 7.
func RTCP() map[string][]byte {
	sender := []byte{0x80, 200, 0, 6, 0, 0, 0, 9, 0xe1, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 160, 0, 0, 0, 50, 0, 0, 0x1f, 0x40}
	block := []byte{0, 0, 0, 7, 64, 0, 0, 9, 0, 1, 0, 50, 0, 0, 0, 80, 0, 0, 0x80, 0, 0, 1, 0, 0}
	receiver := slices.Concat([]byte{0x81, 201, 0, 7, 0, 0, 0, 9}, block)
	both := slices.Concat([]byte{0x81, 200, 0, 12}, sender[4:], block)
	wild := slices.Concat([]byte{0x81, 201, 0, 7, 0, 0, 0, 9, 0, 0, 0, 7, 255, 0x80, 0, 0}, slices.Repeat([]byte{0xff}, 16))
	name := []byte{0x81, 202, 0, 3, 0, 0, 0, 9, 1, 4, 'p', 'a', 'g', 'e', 0, 0}
	bye := []byte{0x81, 203, 0, 1, 0, 0, 0, 9}
	extended := []byte{0x80, 207, 0, 4, 0, 0, 0, 9, 4, 0, 0, 2, 0xe1, 0, 0, 0, 0x80, 0, 0, 0}
	return map[string][]byte{
		"sender":        sender,
		"sender-blocks": both,
		"receiver":      receiver,
		"receiver-none": {0x80, 201, 0, 1, 0, 0, 0, 9},
		"compound":      slices.Concat(both, name),
		"compound-bye":  slices.Concat(receiver, name, bye),
		"bye-why":       {0x81, 203, 0, 3, 0, 0, 0, 9, 4, 'd', 'o', 'n', 'e', 0, 0, 0},
		"bye-all":       slices.Concat([]byte{0x9f, 203, 0, 31}, slices.Repeat([]byte{0, 0, 0, 9}, 31)),
		"ours":          slices.Concat([]byte{0x80, 200, 0, 6, 0, 0, 0, 7}, sender[8:]),
		"ours-bye":      {0x81, 203, 0, 1, 0, 0, 0, 7},
		"app":           {0x80, 204, 0, 3, 0, 0, 0, 9, 't', 'e', 's', 't', 1, 2, 3, 4},
		"xr":            slices.Concat(receiver, extended),
		"nack":          slices.Concat(receiver, []byte{0x81, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 7, 0, 5, 0xff, 0xff}),
		"twcc":          {0x8f, 205, 0, 5, 0, 0, 0, 9, 0, 0, 0, 7, 0, 1, 0, 1, 0, 0, 1, 0, 0x20, 1, 4, 0},
		"pli":           {0x81, 206, 0, 2, 0, 0, 0, 9, 0, 0, 0, 7},
		"fir":           {0x84, 206, 0, 4, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0},
		"remb":          {0x8f, 206, 0, 5, 0, 0, 0, 9, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 1, 0x0b, 0xff, 0xff, 0, 0, 0, 7},
		"remb-no-ssrc":  {0x8f, 206, 0, 4, 0, 0, 0, 9, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 255, 0xff, 0xff, 0xff},
		"wild":          wild,
		"padded":        slices.Concat([]byte{0xa0, 201, 0, 2, 0, 0, 0, 9, 0, 0, 0, 4}),
		"padded-beyond": {0xa0, 201, 0, 1, 0, 0, 0, 255},
		"cut":           both[:30],
		"too-long":      {0x80, 201, 0xff, 0xff, 0, 0, 0, 9},
		"too-short":     {0x81, 201, 0, 0},
		"count-lies":    slices.Concat([]byte{0x9f, 201, 0, 7, 0, 0, 0, 9}, block),
		"name-cut":      {0x81, 202, 0, 2, 0, 0, 0, 9, 1, 200, 'p', 'a'},
		"names-end-not": {0x82, 202, 0, 2, 0, 0, 0, 9, 1, 2, 'p', 'a'},
		"name-private":  {0x81, 202, 0, 3, 0, 0, 0, 9, 8, 5, 9, 'x', 'y', 'z', 'w', 0},
		"unknown":       {0x80, 213, 0, 1, 0, 0, 0, 9},
		"reserved-tail": slices.Concat(receiver, []byte{0x80}),
	}
}
