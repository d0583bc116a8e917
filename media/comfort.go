package media

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
)

// A telephone that is silent may say so (RFC 3389): one packet describes the
// noise of its room, which goes on until its sound does. Nothing else comes
// meanwhile, so where the other leg knows no such packets its noise is made
// here, like a tone: on time, and giving way to the first sound that is heard.

// quietest and loudest bound the noise that is made, in -dBov. A room is at 40
// to 70; what is louder than 30 is no comfort, and might be meant as none.
const (
	loudest  = 30
	quietest = 127
)

// overload is the level of 0 dBov: a square wave of the loudest µ-law sample
// (RFC 3389 §3), in linear PCM.
const overload = 4 * 8031

// maxOrder bounds the spectrum that is followed. Coders describe noise by ten
// coefficients at most; more of them are left out.
const maxOrder = 12

// A noise is what a comfort noise packet describes (§3): a level in -dBov, and
// the reflection coefficients of its spectrum.
type noise struct {
	level  uint8
	order  int
	filter [maxOrder]float64
}

// parseNoise reads a payload; not ok means that it describes nothing.
func parseNoise(payload []byte) (n noise, ok bool) {
	if len(payload) == 0 || payload[0] > quietest {
		return noise{}, false
	}
	n.level = max(loudest, payload[0])
	n.order = min(len(payload)-1, maxOrder)
	for i := range n.order {
		if payload[1+i] == 255 { // reserved
			n.order = i
			break
		}
		n.filter[i] = 258 * (float64(payload[1+i]) - 127) / 32768 // equation 1
	}
	return n, true
}

// amplitude returns the root mean square of the noise, in linear PCM.
func (n *noise) amplitude() float64 { return overload * math.Pow(10, -float64(n.level)/20) }

// excitation returns the root mean square of the white noise that the filter
// makes this loud: each stage of a lattice raises the power by 1/(1-k²).
func (n *noise) excitation() float64 {
	power := n.amplitude() * n.amplitude()
	for _, k := range n.filter[:n.order] {
		power *= 1 - k*k
	}
	return math.Sqrt(power)
}

// A comfort makes one stretch of noise at a port.
type comfort struct {
	out     outlet
	noise   atomic.Pointer[noise]
	lattice [maxOrder + 1]float64
	random  *rand.Rand
}

// soothe makes noise towards the port's leg, or changes what is made there
// already, until sound is heard or the comfort is told to stop.
func (c *comfort) soothe(p *Port, n noise) *comfort {
	if c != nil && p.out.plays(&c.out.src) {
		c.noise.Store(&n)
		return c
	}
	c = &comfort{out: outlet{to: p, src: source{tone: true}}, random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	c.noise.Store(&n)
	p.out.play(&c.out.src)
	started := p.work.start(func() {
		defer c.stop(p)
		p.drone(&c.out, c, nil)
	})
	if !started {
		c.stop(p)
	}
	return c
}

// stop ends the noise. Nothing of it is sent once stop has returned.
func (c *comfort) stop(p *Port) {
	if c != nil {
		p.out.silence(&c.out.src)
	}
}

// Read makes noise, as a Sound that never ends.
func (c *comfort) Read(pcm []int16) int {
	c.fill(pcm)
	return len(pcm)
}

// fill makes noise: white, through the all-pole lattice of its reflection
// coefficients.
func (c *comfort) fill(pcm []int16) {
	n := c.noise.Load()
	loud := n.excitation()
	for i := range pcm {
		f := c.random.NormFloat64() * loud
		for k := n.order - 1; k >= 0; k-- {
			f -= n.filter[k] * c.lattice[k]
			c.lattice[k+1] = n.filter[k]*f + c.lattice[k]
		}
		c.lattice[0] = f
		pcm[i] = int16(max(-32768, min(32767, math.Round(f))))
	}
}

// levelOf returns how loud pcm is, in -dBov.
func levelOf(pcm []int16) uint8 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	if sum == 0 {
		return quietest
	}
	rms := math.Sqrt(sum / float64(len(pcm)))
	return uint8(max(0, min(quietest, math.Round(20*math.Log10(overload/rms)))))
}
