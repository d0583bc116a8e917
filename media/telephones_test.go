package media

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// Eight telephones, each a socket of its own on the loopback net. What they hear
// counts if all were on time, for a cushion spans 10 ms only: where this machine
// made one wait, another eight sing.
func TestEightTelephonesHearEachOther(t *testing.T) {
	for takes := 1; ; takes++ {
		heard, late := newParty(t, MaxParties).sing()
		if takes < 20 && late > 5*time.Millisecond && !hearEachOther(heard) {
			t.Logf("take %d: somebody was %v late", takes, late)
			continue
		}
		for i := range heard {
			hears(t, fmt.Sprint("telephone ", i), heard[i], others(len(heard), i)...)
		}
		return
	}
}

// A party are telephones that sing, each its tone.
type party struct {
	t      *testing.T
	ports  []*Port
	phones []*handset
}

func newParty(t *testing.T, size int) *party {
	t.Helper()
	sockets := newSockets(t, size)
	c := &party{t: t}
	for range size {
		s := open(t, sockets)
		s.Port().SetFormat(phone)
		h := newHandset(t, "127.0.0.1", s.LocalPort())
		s.SetRemote(h.addr())
		c.ports, c.phones = append(c.ports, s.Port()), append(c.phones, h)
	}
	return c
}

// sing has everybody sing for a second and a half in one conference. It returns
// what each heard at the end of it, 40 frames, and how late anybody was at the
// worst, who sang or who was sung to.
func (c *party) sing() (heard [][]int16, late time.Duration) {
	var room Conference
	if err := room.Set(All(c.ports...)); err != nil {
		c.t.Fatal(err)
	}
	defer room.End()
	var all sync.WaitGroup
	var worst atomic.Int64
	heard = make([][]int16, len(c.phones))
	for i, h := range c.phones {
		frames := newTalker(c.t, phone).say(c.t, soundcheck.Sine(hertz[i], voiceLevel, 12000))
		all.Go(func() { h.sing(frames, uint32(i+1), &worst) })
		all.Go(func() { heard[i] = h.listen(64, &worst)[24*transcode.FrameSamples:] })
	}
	all.Wait()
	return heard, time.Duration(worst.Load())
}

// sing sends frames when they are due, and notes how late the worst was.
func (h *handset) sing(frames []Frame, ssrc uint32, worst *atomic.Int64) {
	due := time.Now()
	for _, f := range frames {
		time.Sleep(time.Until(due))
		atLeast(worst, time.Since(due))
		h.send(packet(f, ssrc))
		due = due.Add(tick)
	}
}

// listen returns what comes in so many packets of sound, and notes by how much
// one came later after the last than it should.
func (h *handset) listen(packets int, worst *atomic.Int64) (heard []int16) {
	var pcm [transcode.MaxSamples]int16
	last := time.Now()
	for len(heard) < packets*transcode.FrameSamples {
		b := h.hear()
		if b[1]&0x7f != 0 || len(b) <= 12 {
			continue
		}
		atLeast(worst, time.Since(last)-tick)
		last = time.Now()
		n := transcode.DecodePCMU(pcm[:], b[12:])
		heard = append(heard, pcm[:n]...)
	}
	return heard
}

func atLeast(worst *atomic.Int64, late time.Duration) {
	for w := worst.Load(); int64(late) > w && !worst.CompareAndSwap(w, int64(late)); w = worst.Load() {
	}
}

// hearEachOther reports whether each hears all others, and not itself.
func hearEachOther(heard [][]int16) bool {
	for i := range heard {
		if heardWrong(heard[i], others(len(heard), i)...) != "" {
			return false
		}
	}
	return true
}
