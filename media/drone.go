package media

import "webtrunk/transcode"

// drone plays a tone or a noise, on time, until it has given way, quit closes or
// the port does. Before the leg's format is known, it passes unheard.
func (p *Port) drone(out *outlet, s Sound, quit <-chan struct{}) {
	pace := newPace()
	defer pace.end()
	pcm := make([]int16, transcode.FrameSamples)
	for {
		s.Read(pcm)
		if out.ready() {
			out.say(pcm)
		}
		if out.gone {
			return
		}
		leftOut, ok := pace.wait(quit, p.work.done)
		if !ok {
			return
		}
		out.skip(leftOut)
	}
}
