package media

import "webtrunk/transcode"

// silence is one frame without sound, made like any other tone.
var silence = Cadence{Off: tick}

// keepAlive sends one frame of silence to a leg that has heard nothing for a
// while: because nobody speaks to it, or the browser is away for its grace.
// Carriers hang up a call without RTP, and NATs forget it (RFC 6263 §4.6).
func (p *Port) keepAlive() {
	format := p.format.Load()
	if format == nil || format.Codec == transcode.None {
		return
	}
	frames := ringFrames(format.Codec, silence)
	if len(frames) == 0 {
		return
	}
	p.out.write(&source{clock: format.Codec.ClockRate(), tone: true}, Frame{PayloadType: format.PayloadType, Payload: frames[0]})
}

// stir keeps an idle leg alive; it is called once a report interval.
func (c *Socket) stir() {
	c.mu.Lock()
	idle := c.media.ready() && c.departing.packets == c.stirred
	c.mu.Unlock()
	if idle {
		c.port.keepAlive()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stirred = c.departing.packets
}
