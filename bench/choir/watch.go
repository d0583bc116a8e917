package choir

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A Watch waits until a line hears its partner again.
type Watch struct {
	line    *Line
	from    int64  // what the partner said next when it began
	packets []came // of one stream; the row's lock guards them
}

type came struct {
	ssrc, timestamp uint32
	at              int64
	payload         []byte
}

const (
	longestWatch = 6000 // packets: two minutes
	leastWatch   = 75   // in which speech may be found: a second and a half
	lookAgain    = 200 * time.Millisecond
)

// Watch keeps from now on what comes on a line.
func (l *Line) Watch() *Watch {
	w := &Watch{line: l, from: l.partner.next.Load()}
	l.ear.watch.Store(w)
	return w
}

// add takes a packet of sound; the row is locked.
func (w *Watch) add(p []byte, at int64) {
	c := came{binary.BigEndian.Uint32(p[8:]), binary.BigEndian.Uint32(p[4:]), at, slices.Clone(p[12:])}
	if n := len(w.packets); n > 0 && w.packets[n-1].ssrc != c.ssrc {
		w.packets = w.packets[:0] // another stream has begun
	}
	if len(w.packets) < longestWatch {
		w.packets = append(w.packets, c)
	}
}

// Back returns when the first packet came in which the partner is heard saying
// what it has said since the watch began. It ends the watch.
func (w *Watch) Back(ctx context.Context) (time.Time, error) {
	defer w.line.ear.watch.CompareAndSwap(w, nil)
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("choir: line %s: its partner is not heard again: %w", w.line.Home(), ctx.Err())
		}
		if at, back, err := w.look(); back || err != nil {
			return at, err
		}
	}
}

// look looks for the partner in what has come up to now.
func (w *Watch) look() (at time.Time, back bool, err error) {
	l := w.line
	l.row.mu.Lock()
	packets := slices.Clone(w.packets)
	l.row.mu.Unlock()
	if len(packets) < leastWatch {
		return at, false, nil
	}
	heard, err := l.sound(packets)
	if err != nil {
		return at, false, err
	}
	said := int(l.partner.next.Load() - w.from)
	source := l.partner.score.PCMFrom(w.from+l.partner.offset, said*frameSamples)
	sample, back := soundcheck.Returns(heard, source)
	if !back {
		return at, false, nil
	}
	step := l.hears.Load().codec.ClockRate() / 50
	for _, c := range packets {
		if c.frame(packets[0], step) >= sample/frameSamples {
			return time.Unix(0, c.at), true, nil
		}
	}
	return at, false, nil
}

// frame is how many frames after another packet of its stream this one is.
func (c *came) frame(first came, step uint32) int {
	return int(int32(c.timestamp-first.timestamp)) / int(step)
}

// sound is what packets sound like, each in its place.
func (l *Line) sound(packets []came) ([]int16, error) {
	codec := l.hears.Load().codec
	d, err := transcode.NewDecoder(codec)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var frame [transcode.MaxSamples]int16
	var pcm []int16
	for _, c := range packets {
		n, err := d.Decode(frame[:], c.payload)
		if err != nil {
			return nil, fmt.Errorf("choir: line %s cannot decode what it hears: %w", l.Home(), err)
		}
		at := c.frame(packets[0], codec.ClockRate()/50)
		if at < 0 || at > 2*longestWatch {
			continue // what is as far off as that is of no stream that goes on
		}
		if more := at*frameSamples + n - len(pcm); more > 0 {
			pcm = append(pcm, make([]int16, more)...)
		}
		copy(pcm[at*frameSamples:], frame[:n])
	}
	return pcm, nil
}
