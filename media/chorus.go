package media

import (
	"slices"

	"webtrunk/transcode"
)

// A chorus is a packet that several parties of a conference are sent at once. Who
// has heard the same mix as another for a while, in Opus, need not have it encoded
// anew: the first does, and the others take the packet, and with it what its
// encoder goes on from. What their decoders go on from is the same but for the
// noise of encoding, and so each can go on alone with its next packet: nothing is
// heard of either.
//
// In a conversation one speaks at a time, so that of eight encoders two work.
type chorus struct {
	heard   uint16 // what all hear, see mix.heardBy
	by      int    // the place of the first
	settled bool   // whoever is asked now has heard the same as the first for a while

	as      tongue // of the first, as the rest
	loss    int32
	steady  int
	memory  transcode.Memory
	length  int // of the payload; 0 while nobody has encoded
	payload [transcode.MaxPayload]byte
	shared  uint64 // how often the packet was taken, of all so far
}

// inChorus is after how many frames that two have heard alike they are in chorus:
// half a second, many times as long as a decoder's state reaches back.
const inChorus = 25

// sing is say for one of several who hear the same.
func (m *mouth) sing(pcm []int16, ts uint32, c *chorus) (payload []byte, err error) {
	steady := m.steady + 1
	if m.joins(c) {
		m.keep(pcm, ts)
		payload = m.payload[:copy(m.payload[:], c.payload[:c.length])]
		c.shared++
	} else if payload, err = m.say(pcm, ts); err == nil {
		c.take(m, steady, payload)
	}
	m.steady = steady
	return payload, err
}

// joins takes what the packet's encoder goes on from, if the packet can follow
// what the mouth has said.
func (m *mouth) joins(c *chorus) bool {
	return c.length > 0 && c.settled && c.as == m.as && c.loss == m.loss && min(m.steady, c.steady) >= inChorus && c.memory.Give(m.enc)
}

// take makes a packet that was just encoded the others', if it is the first.
func (c *chorus) take(m *mouth, steady int, payload []byte) {
	if c.length == 0 && c.memory.Take(m.enc) {
		c.as, c.loss, c.steady = m.as, m.loss, steady
		c.length = copy(c.payload[:], payload)
	}
}

// A unison finds who hears the same in a mix.
type unison struct {
	heard [MaxParties]uint16          // by each place now, see mix.heardBy
	alike [MaxParties][MaxParties]int // for how many frames two have heard the same; the lower place first
	sung  [MaxParties / 2]chorus      // in this tick
	n     int
}

// alone is heard by nobody else. (No place hears all: each leaves itself out.)
const alone = 1<<16 - 1

// compare begins a tick.
func (u *unison) compare(x *mix) {
	u.n = 0
	for i := range x.members {
		u.heard[i] = x.heardBy(i)
		for k := range i {
			if u.heard[i] != u.heard[k] || u.heard[i] == alone {
				u.alike[k][i] = 0
			} else {
				u.alike[k][i]++
			}
		}
	}
}

// of returns the packet that a place is sent together with others, nil where
// nobody else hears the same.
func (u *unison) of(i int) *chorus {
	for k := range u.n {
		c := &u.sung[k]
		if c.heard != u.heard[i] {
			continue
		}
		if c.length == 0 { // who was first was not sent it
			c.by = i
		}
		if c.settled = u.alike[c.by][i] >= inChorus; c.settled || c.by == i {
			return c
		}
	}
	if u.heard[i] == alone || u.n == len(u.sung) || !slices.Contains(u.heard[i+1:], u.heard[i]) {
		return nil
	}
	c := &u.sung[u.n]
	u.n++
	c.heard, c.by, c.settled, c.length = u.heard[i], i, false, 0
	return c
}
