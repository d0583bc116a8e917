package media

// keepAlive sends one frame of silence to a leg that has heard nothing for a
// while: because nobody speaks to it, or the browser is away for its grace.
// Carriers hang up a call without RTP, and NATs forget it (RFC 6263 §4.6).
func (p *Port) keepAlive() {
	silence := &outlet{to: p, src: source{tone: true}}
	if silence.ready() {
		silence.send()
	}
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
