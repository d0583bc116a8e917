package choir

import (
	"context"
	"fmt"
	"sync"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// takeFrames is how much of a line is recorded to be listened to: two seconds,
// of which a sentence always fills enough.
const takeFrames = 100

// A Take is what came on a line in a while, as it came. The listener fills it.
type Take struct {
	packets [takeFrames]taken
	n       int
	full    chan struct{}
}

type taken struct {
	frame, at int64
	payload   []byte
}

func (t *Take) add(frame, at int64, payload []byte) {
	if t.n == takeFrames {
		return
	}
	t.packets[t.n] = taken{frame, at, append([]byte(nil), payload...)}
	if t.n++; t.n == takeFrames {
		close(t.full)
	}
}

// A Heard is what the sound of a line told.
type Heard struct {
	soundcheck.Result
	// Codecs is how much later the sound is in the packets that came than in
	// those that were sent: what both codecs keep back.
	Codecs time.Duration
	// Delay is from mouth to ear without the framing at the mouth: a packet's
	// time on the way, the median, and Codecs.
	Delay time.Duration
}

// Listen records two seconds of a line and compares them with what its partner
// said at that time. From the first time on that they match, the line's
// packets are counted.
func (l *Line) Listen(ctx context.Context) (Heard, error) {
	t := &Take{full: make(chan struct{})}
	l.ear.take.Store(t)
	defer l.ear.take.Store(nil)
	select {
	case <-t.full:
	case <-ctx.Done():
		return Heard{}, fmt.Errorf("choir: line %s heard no sound for two seconds: %w", l.Home(), ctx.Err())
	}
	said := l.partner.said()
	comparing.Lock()
	defer comparing.Unlock()
	return l.compare(t, said)
}

// comparing is held by the one line that is compared at a time. It takes tens of
// milliseconds of CPU; a crowd's would have all turns that Go gives out, and
// conductors none.
var comparing sync.Mutex

// early is how far before the take its source is looked for.
const early = 50

// A said is how much a line had said at a moment, and when each of its last packets.
type said struct {
	packets int64
	at      [ring]int64
}

func (l *Line) said() *said {
	s := &said{packets: l.next.Load()}
	for i := range s.at {
		s.at[i] = l.sent[i].Load()
	}
	return s
}

// compare is given what the partner had said by the end of the take.
func (l *Line) compare(t *Take, by *said) (Heard, error) {
	first := t.packets[0]
	heard, err := l.decode(t)
	if err != nil {
		return Heard{}, err
	}
	// What the partner sent while the take was made, and a second before.
	from := by.packets - takeFrames - early
	source := l.partner.score.PCMFrom(from+l.partner.offset, len(heard)+early*frameSamples)
	h := Heard{Result: soundcheck.Compare(heard, source)}
	if !h.Matches() {
		return h, fmt.Errorf("choir: line %s does not hear what its partner says: %v", l.Home(), h.Result)
	}
	// The take begins with the source's sample -DelaySamples. A codec delays
	// by less than a frame: what is left over a whole number of frames.
	begins := from*frameSamples - int64(h.DelaySamples)
	index := (begins + frameSamples - 1) / frameSamples
	h.Codecs = time.Duration(index*frameSamples-begins) * time.Second / transcode.SampleRate
	shift := first.frame - index
	if !l.ear.mapped.Load() {
		l.ear.shift.Store(shift)
		l.ear.mapped.Store(true)
	}
	h.Delay = h.Codecs + t.transit(by, shift)
	return h, nil
}

// transit is the median time on the way of a take's packets.
func (t *Take) transit(by *said, shift int64) time.Duration {
	var tally Tally
	for _, p := range t.packets {
		if i := p.frame - shift; i >= 0 {
			tally.transits = append(tally.transits, int32((p.at-by.at[i%ring])/1000))
		}
	}
	return tally.Transit(50)
}

// decode is a take's sound, each packet in its place.
func (l *Line) decode(t *Take) ([]int16, error) {
	d, err := transcode.NewDecoder(l.hears.Load().codec)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var frame [transcode.MaxSamples]int16
	pcm := make([]int16, takeFrames*frameSamples)
	for _, p := range t.packets {
		n, err := d.Decode(frame[:], p.payload)
		if err != nil {
			return nil, fmt.Errorf("choir: line %s cannot decode what it hears: %w", l.Home(), err)
		}
		if at := int(p.frame-t.packets[0].frame) * frameSamples; at >= 0 && at < len(pcm) {
			copy(pcm[at:], frame[:n])
		}
	}
	return pcm, nil
}
