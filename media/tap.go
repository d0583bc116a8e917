package media

import (
	"sync"
	"time"

	"webtrunk/transcode"
)

// Tap lets taps listen to what the leg says, and to what it hears: whatever is
// sent to it, also prompts and tones. Either may be nil. When undo returns
// neither is called any more.
//
// A tap has a decoder of its own, so the way of the sound is the same with and
// without one. G.711 costs next to nothing to decode, Opus 6 to 24 µs a packet:
// of a browser and a telephone that are joined, tap the telephone.
func (p *Port) Tap(said, heard Tap) (undo func()) {
	begin := time.Now()
	mute := p.said.add(said, begin)
	deafen := p.out.heard.add(heard, begin)
	return func() {
		mute()
		deafen()
	}
}

// A hearing decodes one direction of a port for those who tap it, each packet in
// its order. It is guarded by the lock of that direction.
type hearing struct {
	taps   []*tapping
	guard  *sync.Mutex
	waits  *sync.WaitGroup
	closed bool
	format *Format
	order  sequence // of what is sent
	in     *window
	counts Stats  // of the decoding; the port has its own
	failed uint64 // taps that have panicked
	torn   bool   // one has just now
}

// A tapping is one tap, and how far it has heard.
type tapping struct {
	tap   Tap
	begin time.Time
	at    uint64 // of the next sample
	torn  bool   // it has panicked
}

func (h *hearing) add(tap Tap, begin time.Time) (remove func()) {
	if tap == nil {
		return func() {}
	}
	h.guard.Lock()
	defer h.guard.Unlock()
	t := &tapping{tap: tap, begin: begin}
	if h.closed {
		return func() {}
	}
	h.taps = append(h.taps, t)
	t.catchUp()
	return func() {
		h.guard.Lock()
		defer h.guard.Unlock()
		if h.in != nil {
			h.in.release()
		}
		h.remove(t)
	}
}

func (h *hearing) remove(t *tapping) {
	for i, other := range h.taps {
		if other == t {
			h.taps = append(h.taps[:i:i], h.taps[i+1:]...)
			break
		}
	}
	if len(h.taps) == 0 {
		h.rest()
	}
}

// rest gives the decoder back.
func (h *hearing) rest() {
	if h.in != nil {
		h.in.close()
	}
	h.in, h.format, h.order = nil, nil, sequence{}
}

func (h *hearing) close() {
	h.closed, h.taps = true, nil
	h.rest()
}

// sent takes a packet that is sent. Relayed ones may have been overtaken.
func (h *hearing) sent(f Frame, format *Format) {
	var a arrival
	if a.order, a.lost = h.order.take(f.Sequence); a.order != repeated && a.order != astray {
		h.hear(f, a, format)
	}
}

// hear takes a packet of the direction, in the leg's format. A decoder that
// panics ends what is tapped here, and nothing else.
func (h *hearing) hear(f Frame, a arrival, format *Format) {
	if len(h.taps) == 0 || format == nil || format.Codec == transcode.None {
		return
	}
	defer func() {
		if recover() != nil {
			h.failed += uint64(len(h.taps))
			h.taps = nil
			h.rest()
		}
		h.sweep()
	}()
	if !h.tune(format) {
		return
	}
	if f.PayloadType == format.PayloadType {
		h.in.audio(f, a)
	} else {
		h.in.skip(f, a)
	}
}

// tune makes the decoder of a format.
func (h *hearing) tune(format *Format) (ok bool) {
	if h.format == format {
		return h.in != nil
	}
	h.rest()
	h.format = format
	in, err := newInlet(format.Codec, h, &h.counts)
	if err != nil {
		return false
	}
	h.in = &window{path: in, guard: h.guard, waits: h.waits, counts: &h.counts, watch: watchful}
	return true
}

// ahead is how much further than the time that passed sound may be, in samples:
// 400 ms, what comes out of a stall and is heard (see stale) and a third more.
// It is less than a recording waits for its other side, whose sound a sender
// that floods would else make late.
const ahead = 2 * astrayBy

func (h *hearing) put(pcm []int16) {
	for _, t := range h.taps {
		switch {
		case t.torn:
		case t.at > t.passed()+ahead:
			h.counts.Dropped++ // nobody speaks faster than time passes
		case !t.hear(pcm):
			t.torn, h.torn = true, true
		}
	}
}

// hear tells one tap; not ok means that it panicked. The others hear on.
func (t *tapping) hear(pcm []int16) (ok bool) {
	defer func() { ok = recover() == nil }()
	t.tap.Hear(t.at, pcm)
	t.at += uint64(len(pcm))
	return true
}

// sweep removes the taps that have panicked, once nobody goes through the list.
func (h *hearing) sweep() {
	for h.torn {
		h.torn = false
		for _, t := range h.taps {
			if t.torn {
				h.failed++
				h.torn = true
				h.remove(t)
				break
			}
		}
	}
}

// astrayBy is how far from the time that passed a pause may end, in samples,
// before the sender's timestamps are not believed: some stand still while their
// sender is mute, and some leap.
const astrayBy = transcode.SampleRate / 5

func (h *hearing) pause(samples int) {
	for _, t := range h.taps {
		before, passed := t.at, t.passed()
		t.at += uint64(samples)
		switch {
		case passed > t.at+astrayBy:
			t.catchUp()
		case t.at > passed+astrayBy: // else who leaps ahead makes all others late in a recording
			t.at = max(before, passed)
		}
	}
}

// begin: the timestamps begin anew, and say nothing of the time between.
func (h *hearing) begin() {
	for _, t := range h.taps {
		t.catchUp()
	}
}

func (h *hearing) noise(noise) {}

// passed is the time since the tap was set, in samples.
func (t *tapping) passed() uint64 {
	return uint64(time.Since(t.begin) * transcode.SampleRate / time.Second)
}

func (t *tapping) catchUp() { t.at = max(t.at, t.passed()) }
