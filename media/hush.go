package media

// longestHush is the length up to which an Opus packet is a sender's falling
// silent (discontinuous transmission, RFC 6716 §2.1.9): a header, and no sound.
const longestHush = 2

// hushEvery is how many packets of silence pass before its noise is described
// again: some senders go on sending them, every 20 ms.
const hushEvery = 10

// hush takes n samples of a browser's silence towards a telephone that knows
// comfort noise. A browser whose speaker is silent sends such a packet, then
// nothing, and every 400 ms a frame of its room. Nothing would come to the
// telephone meanwhile, and no clock here fills the time; the telephone does,
// with the noise that it is told of. How loud it is says the last frame of
// sound, for browsers wait with their silence until only the room is heard.
func (t *transcoder) hush(n int) {
	level := levelOf(t.carry[:t.frame])
	t.flush()
	if t.hushed%hushEvery == 0 {
		t.payload[0] = level
		t.write(Frame{PayloadType: t.format.Noise, Timestamp: t.scale.leaving(int64(t.pos)), Payload: t.payload[:1]})
	}
	t.hushed++
	t.pos += uint64(n)
	t.marker = true // sound begins anew (RFC 3551 §4.1)
}

// noise takes a description of noise from a telephone: it is passed on at its
// place, or the noise is made.
func (t *transcoder) noise(f Frame, n noise, a arrival) {
	if a.order == late {
		return
	}
	t.quiet, t.marker = true, true
	if t.format.Noise == 0 {
		t.flush()
		t.comfort = t.comfort.soothe(t.to, n)
		return
	}
	t.write(Frame{PayloadType: t.format.Noise, Timestamp: t.place(f, a), Payload: f.Payload})
}

// flush sends half a frame of sound that waits, filled up with silence.
func (t *transcoder) flush() {
	if t.held > 0 {
		pad := t.frame - t.held
		t.leap(pad, 0)
		t.expect += t.scale.arriving(pad)
	}
}

// place returns the timestamp in our stream of a packet that is no sound. Half a
// frame of sound that waits is older, and goes first.
func (t *transcoder) place(f Frame, a arrival) uint32 {
	if a.order == restarted {
		t.src.fresh, t.heard = true, false
	}
	if !t.heard {
		t.heard, t.expect, t.length = true, f.Timestamp, 0
	}
	t.flush()
	return t.scale.leaving(int64(t.pos) + int64(t.scale.passed(int32(f.Timestamp-t.expect))))
}
