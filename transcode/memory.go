package transcode

import "webtrunk/transcode/silk"

// A Memory is what an encoder goes on from: what it has encoded, as the far end's
// decoder knows it. Whoever was sent the same packets can go on from it with an
// encoder of their own. Opus at SampleRate has one; G.711 needs none.
type Memory struct{ silk silk.Encoder }

// Take remembers what e goes on from.
func (m *Memory) Take(e Encoder) (ok bool) {
	o, ok := e.(*opusEncoder)
	if ok {
		m.silk = *o.silk
	}
	return ok
}

// Give has e go on from what is remembered.
func (m *Memory) Give(e Encoder) (ok bool) {
	o, ok := e.(*opusEncoder)
	if ok {
		*o.silk = m.silk
	}
	return ok
}
