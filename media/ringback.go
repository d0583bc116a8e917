package media

import "sync"

// Ringback plays the ringback tone to the leg until stop is called or the
// port hears from a joined port. When stop returns the tone has ended.
func (p *Port) Ringback() (stop func()) {
	cadence := p.Tone
	if cadence == (Cadence{}) {
		cadence = NorthAmerica
	}
	out := &outlet{to: p, src: source{tone: true}}
	quit, ended := make(chan struct{}), make(chan struct{})
	p.out.play(&out.src)
	started := p.work.start(func() {
		defer close(ended)
		p.drone(out, cadence.Sound(), quit)
	})
	if !started {
		return func() {}
	}
	var once sync.Once
	return func() {
		p.out.silence(&out.src)
		once.Do(func() { close(quit) })
		<-ended
	}
}
