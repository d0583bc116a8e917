package media

import (
	"math/rand/v2"
	"sync"
	"time"

	"webtrunk/transcode"
)

// How a cushion keeps its delay, in samples at 8 kHz. What it looks at is how
// long before its time a packet comes.
const (
	cushionRoom = 4096 // what it can hold: half a second
	margin      = 80   // how early packets are best: 10 ms
	scarce      = 40   // below it a little is said twice
	ample       = 240  // from it on a little is left out
	lavish      = 800  // from it on all but the margin is left out at once
	// most is the delay that jitter may cost, 200 ms; later packets are lost ones.
	most = 1600
	// watchFor is how many frames are watched before the delay is changed: 1 s.
	watchFor = 50
	// fades is after how many made-up samples nothing is left of them.
	fades = 480
)

// A cushion lies between packets, which come when they come, and a clock that
// takes a frame every 20 ms. It holds decoded sound.
//
// Its delay is what the network makes necessary, and no more. A packet that
// comes too late pushes it up by just that lateness, for the sound goes on where
// it broke off. When nothing of a second came close to too late, whole pitch
// periods are left out until the margin is all that remains; where the sender's
// clock is slower than ours, periods are said twice. After a burst, what is more
// than jitter can explain goes at once. So the delay always returns.
type cushion struct {
	mu          sync.Mutex
	ring        [cushionRoom]int16
	read, write uint32

	now func() time.Time
	due time.Time // when the next frame is taken

	running bool // in a talk spurt: when it runs dry a packet is late
	delay   int  // how early the first packet of a talk spurt is made to be
	made    int  // samples made up since it ran dry
	broken  bool // the next sample does not follow the last that was taken
	stretch int  // samples to be said twice
	least   int  // how early the latest packet was, of those watched
	frames  int  // taken meanwhile

	past   *transcode.Continuation
	room   *comfort // the room of a telephone that describes its silence; nil for none
	silent bool     // in that silence

	concealed, skipped, repeated uint64 // samples made up, left out, said twice
}

// newCushion returns one that has heard nothing yet, and of which nothing is left
// that could go on.
func newCushion() *cushion {
	return &cushion{now: time.Now, delay: margin, made: fades, past: transcode.NewContinuation(transcode.SampleRate), least: cushionRoom}
}

func (c *cushion) level() int { return int(c.write - c.read) }

// put takes samples that follow those before.
func (c *cushion) put(pcm []int16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	begins := !c.running
	switch {
	case begins:
		c.running, c.broken = true, c.broken || c.made < fades // where anything is left, it goes over into this
		if short := c.delay - c.early(); short > 0 {
			c.push(nil, (short+transcode.FrameSamples-1)/transcode.FrameSamples*transcode.FrameSamples)
		}
	case c.made > 0:
		c.delay = min(c.delay+c.made, most)
	}
	c.least = min(c.least, c.early())
	c.made, c.silent = 0, false
	c.push(pcm, 0)
	if begins {
		c.soften(min(len(pcm), c.level()))
	}
}

// soften lets the last n samples rise from the silence before them.
func (c *cushion) soften(n int) {
	for i := range min(n, onsetSamples) {
		at := (c.write - uint32(n-i)) % cushionRoom
		c.ring[at] = int16(int(c.ring[at]) * (i + 1) / (onsetSamples + 1))
	}
}

// early returns how long before its time a packet comes that comes now: with
// the frame in which its first sample is needed.
func (c *cushion) early() int {
	wait := int(max(0, c.due.Sub(c.now())) * transcode.SampleRate / time.Second)
	return wait + c.level()/transcode.FrameSamples*transcode.FrameSamples
}

// begin: what follows is another stream's sound. Where something of the one
// before still waits it goes on behind that.
func (c *cushion) begin() { c.pause(0) }

// pause takes a time in which the sender sent nothing.
func (c *cushion) pause(samples int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.level() == 0 {
		c.running = false
		return
	}
	c.push(nil, min(samples, most))
}

// noise takes the description of a silence that begins.
func (c *cushion) noise(n noise) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.room == nil {
		c.room = &comfort{random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	}
	c.room.noise.Store(&n)
	c.silent, c.running = true, c.running && c.level() > 0
}

// push appends samples, or silence. Where there is no room the oldest go.
func (c *cushion) push(pcm []int16, silence int) {
	for i := range len(pcm) + silence {
		s := int16(0)
		if i < len(pcm) {
			s = pcm[i]
		}
		c.ring[c.write%cushionRoom] = s
		c.write++
	}
	if over := c.level() - cushionRoom; over > 0 {
		c.skip(over)
	}
}

func (c *cushion) skip(samples int) {
	c.read += uint32(samples)
	c.skipped += uint64(samples)
	c.broken = true
}

// take fills pcm with what is heard now; not heard means with silence.
func (c *cushion) take(pcm []int16) (heard bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due = c.now().Add(tick)
	if over := c.level() - len(pcm) - most - 2*transcode.FrameSamples; over > 0 {
		c.skip(over + most + 2*transcode.FrameSamples - max(margin, min(c.delay, lavish)))
	}
	n := c.repeat(pcm)
	have := c.pull(pcm[n:])
	n += have
	if n < len(pcm) {
		return c.runDry(pcm[n:]) || have > 0
	}
	c.watch()
	return true
}

// repeat fills the beginning of pcm with what is to be said twice.
func (c *cushion) repeat(pcm []int16) (n int) {
	n = min(c.stretch, len(pcm), c.level())
	if n > 0 {
		c.past.Conceal(pcm[:n])
		c.repeated += uint64(n)
	}
	c.stretch = 0
	return n
}

// pull fills pcm from the ring as far as that reaches.
func (c *cushion) pull(pcm []int16) (n int) {
	n = min(len(pcm), c.level())
	if n == 0 {
		return 0
	}
	for i := range n {
		pcm[i] = c.ring[c.read%cushionRoom]
		c.read++
	}
	if c.broken {
		c.broken = false
		c.past.Conceal(nil)
	}
	c.past.Heard(pcm[:n])
	return n
}

// runDry makes up samples: what was heard goes on and fades, or the room of a
// telephone is heard that told of its silence.
func (c *cushion) runDry(pcm []int16) (heard bool) {
	c.frames, c.least = 0, cushionRoom
	if c.silent {
		c.room.fill(pcm)
		c.past.Heard(pcm)
		c.made = 0 // the room goes over into what comes next
		return true
	}
	if c.made >= fades {
		clear(pcm)
	} else {
		c.past.Conceal(pcm)
		heard = true
		c.concealed += uint64(len(pcm))
	}
	if c.made += len(pcm); c.made > most {
		c.running = false // this is no jitter
	}
	return heard
}

// watch changes the delay, if it must, after each second of frames.
func (c *cushion) watch() {
	if c.frames++; c.frames < watchFor {
		return
	}
	switch spare := c.least; {
	case spare >= lavish:
		c.skip(spare - margin)
		c.delay = margin
	case spare >= ample:
		n := min(c.past.Pitch(), spare-margin)
		c.skip(n)
		c.delay = max(margin, c.delay-n)
	case spare < scarce:
		c.stretch = c.past.Pitch()
		c.delay = min(c.delay+c.stretch, most)
	}
	c.frames, c.least = 0, cushionRoom
}
