package media

import "webtrunk/transcode"

// voices are places in a conference, a bit for each.
type voices uint8

func (v voices) has(i int) bool { return v&(1<<i) != 0 }

// A mix is what runs every 20 ms for a conference. It lives on one hand of the
// clock, is changed between two slots only, and so needs no lock.
type mix struct {
	members [MaxParties]*member
	hears   [MaxParties]voices // by each place
	heard   [MaxParties]voices // in the last frame

	said   [MaxParties][transcode.FrameSamples]int16
	spoke  voices // who is not silent in this frame
	total  [transcode.FrameSamples]int32
	sum    [transcode.FrameSamples]int32
	pcm    [transcode.FrameSamples]int16
	tail   [MaxParties][transcode.FrameSamples]int32 // what is left of who has gone
	tailed voices
	unison unison
	broken bool // it has panicked, and runs no more
}

// place returns where a port sits, -1 for nowhere.
func (x *mix) place(p *Port) int {
	for i, m := range x.members {
		if m != nil && m.port == p {
			return i
		}
	}
	return -1
}

func (x *mix) holds(m *member) bool {
	i := x.place(m.port)
	return i >= 0 && x.members[i] == m
}

// enter gives a member a place. There is one: the parties have been counted.
func (x *mix) enter(m *member) {
	for i := range x.members {
		if x.members[i] == nil {
			x.members[i], x.hears[i], x.heard[i] = m, 0, 0
			x.tailed &^= 1 << i
			return
		}
	}
}

// arrange sets who hears whom.
func (x *mix) arrange(parties []Party) {
	for _, y := range parties {
		at := x.place(y.Port)
		x.hears[at] = 0
		for _, p := range y.Hears {
			if i := x.place(p); i >= 0 && i != at {
				x.hears[at] |= 1 << i
			}
		}
	}
}

// leave takes a member out, and keeps what fades out of its voice for those who
// hear it. It reports whether nobody is left.
func (x *mix) leave(m *member) (empty bool) {
	at := x.place(m.port)
	last := &x.said[at]
	if !x.broken && m.cushion.take(last[:]) {
		for i := range x.members {
			if x.heard[i].has(at) {
				x.fade(i, last)
			}
		}
	}
	x.members[at] = nil
	empty = true
	for i, other := range x.members {
		x.hears[i] &^= 1 << at
		x.heard[i] &^= 1 << at
		empty = empty && other == nil
	}
	return empty
}

// fade adds a voice that ends to what the next frame of a place has.
func (x *mix) fade(i int, last *[transcode.FrameSamples]int16) {
	if !x.tailed.has(i) {
		clear(x.tail[i][:])
		x.tailed |= 1 << i
	}
	ramp(&x.tail[i], last, true)
}

// tick mixes one frame for each.
func (x *mix) tick(leftOut int) {
	x.listen()
	x.unison.compare(x)
	for i, m := range x.members {
		if m == nil || !m.out.ready() {
			continue
		}
		m.out.skip(leftOut)
		m.out.src.chorus = x.unison.of(i)
		m.out.say(x.of(i))
	}
}

// heardBy tells apart what places hear in this tick: whose voices, and whether
// they are faded. Alone is what can only be heard there, or in no Opus.
func (x *mix) heardBy(i int) uint16 {
	m := x.members[i]
	if m == nil || x.tailed.has(i) || m.out.format == nil || m.out.format.Codec != transcode.Opus {
		return alone
	}
	return uint16(x.hears[i]&x.spoke)<<8 | uint16(x.heard[i]&x.spoke)
}

// listen takes what each member says now.
func (x *mix) listen() {
	x.spoke = 0
	clear(x.total[:])
	for i, m := range x.members {
		if m != nil && m.cushion.take(x.said[i][:]) && audible(x.said[i][:]) {
			x.spoke |= 1 << i
			add(&x.total, &x.said[i])
		}
	}
}

// of returns what the member at place i hears. Whoever it begins to hear, or
// stops hearing, is faded within the frame.
func (x *mix) of(i int) []int16 {
	now, before := x.hears[i], x.heard[i]
	x.heard[i] = now
	if now == before && now|1<<i|^x.spoke == ^voices(0) {
		x.allBut(i)
	} else {
		x.each(now, before)
	}
	if x.tailed.has(i) {
		for k, s := range x.tail[i] {
			x.sum[k] += s
		}
		x.tailed &^= 1 << i
	}
	for k, s := range x.sum {
		x.pcm[k] = limit(s)
	}
	return x.pcm[:]
}

// allBut is the total without the member's own voice.
func (x *mix) allBut(i int) {
	x.sum = x.total
	if x.spoke.has(i) {
		for k, s := range x.said[i] {
			x.sum[k] -= int32(s)
		}
	}
}

// each adds up one voice after the other.
func (x *mix) each(now, before voices) {
	clear(x.sum[:])
	for i := range x.members {
		switch {
		case !x.spoke.has(i) || !(now | before).has(i):
		case now.has(i) && before.has(i):
			add(&x.sum, &x.said[i])
		default:
			ramp(&x.sum, &x.said[i], before.has(i))
		}
	}
}

// idleLine is what a line makes on which nothing is, 72 dB below full scale: the smallest step of
// G.711's µ-law, which Opus turns to as much.
const idleLine = 8

// audible reports whether a frame is more than an idle line.
func audible(pcm []int16) bool {
	for _, s := range pcm {
		if s > idleLine || s < -idleLine {
			return true
		}
	}
	return false
}

func add(sum *[transcode.FrameSamples]int32, pcm *[transcode.FrameSamples]int16) {
	for k, s := range pcm {
		sum[k] += int32(s)
	}
}

// ramp adds a voice that rises from nothing, or falls to it.
func ramp(sum *[transcode.FrameSamples]int32, pcm *[transcode.FrameSamples]int16, falls bool) {
	for k, s := range pcm {
		weight := int32(k)
		if falls {
			weight = int32(len(pcm) - 1 - k)
		}
		sum[k] += int32(s) * weight / int32(len(pcm))
	}
}

// knee is where the limit begins: 2.5 dB below full scale.
const knee = 24576

// limit brings a sum of voices into the range of a sample. Up to the knee it is
// left as it is; from there it bends towards full scale, which it never
// reaches: several loud voices sound dense, but do not crackle as they would
// where the wave is cut off.
func limit(s int32) int16 {
	const rest = 32767 - knee
	switch {
	case s > knee:
		over := int64(s) - knee
		return int16(knee + over*rest/(over+rest))
	case s < -knee:
		over := -int64(s) - knee
		return int16(-knee - over*rest/(over+rest))
	}
	return int16(s)
}
