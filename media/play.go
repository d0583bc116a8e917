package media

import (
	"sync"

	"webtrunk/transcode"
)

// A player plays one sound to one leg.
type player struct {
	sound Sound
	ended func()
	out   outlet
	over  bool
	last  int16 // of its samples
	seat  *seat
	pcm   [transcode.FrameSamples]int16
}

// playing is what is played at a port.
type playing struct {
	mu     sync.Mutex
	player *player
	closed bool
}

// Play plays s to the leg instead of all else that it would hear, until s is
// over or stop is called, another sound is played, or the port closes. Only in
// the first case, ended is called, which may be nil: by the goroutine that keeps
// time for many legs, so it must return at once and use nothing of this package.
// When stop returns s is not read any more. Before the leg's format is known s
// waits. If s panics it is over.
func (p *Port) Play(s Sound, ended func()) (stop func()) {
	y := &player{sound: s, ended: ended, out: outlet{to: p}}
	p.playing.mu.Lock()
	defer p.playing.mu.Unlock()
	if p.playing.closed {
		return func() {}
	}
	p.playing.end()
	p.out.solo(&y.out.src)
	y.seat = paces.seat(y, 1)
	p.playing.player = y
	return func() { p.playing.stop(y) }
}

func (g *playing) stop(y *player) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.player == y {
		g.end()
	}
}

// end ends what is played, if anything is.
func (g *playing) end() {
	y := g.player
	if y == nil {
		return
	}
	g.player = nil
	y.seat.leave()
	y.out.to.out.unsolo(&y.out.src)
}

func (g *playing) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	g.end()
}

func (y *player) tick(leftOut int) {
	if y.over || !y.out.ready() {
		return
	}
	y.out.skip(leftOut)
	n := y.sound.Read(y.pcm[:])
	y.fade(n)
	y.out.say(y.pcm[:])
	if n == len(y.pcm) {
		return
	}
	y.out.finish()
	y.finish()
}

// finish lets the others be heard again, and says that it is over.
func (y *player) finish() {
	y.over = true
	y.out.to.out.unsolo(&y.out.src)
	if y.ended != nil {
		y.ended()
	}
}

// fail: a sound that panics is over, so that nobody waits for its end.
func (y *player) fail(error) {
	if !y.over {
		y.finish()
	}
}

// fade fills a frame up of which n samples have been read: a sound that ends
// anywhere in its wave falls to silence from there, within 4 ms.
func (y *player) fade(n int) {
	if n > 0 {
		y.last = y.pcm[n-1]
	}
	clear(y.pcm[n:])
	lean(y.pcm[n:min(n+onsetSamples, len(y.pcm))], y.last)
}
