package media

import (
	"sync"

	"webtrunk/media/dtmf"
	"webtrunk/transcode"
)

// Some telephones, and gateways behind analogue lines, press keys by their tones
// alone. While somebody is asked for digits, those are listened for, on legs that
// have sent no telephone-event: who sends events often leaves the first part of
// the tone in the sound, and would press each key twice.

// A collector listens for keys in what a leg says.
type collector struct {
	codec    transcode.Codec
	decoder  transcode.Decoder // nil until the first packet, and for a codec that is not ours
	detector *dtmf.Detector
	pcm      [transcode.MaxSamples]int16

	known  bool
	ts     uint32 // where the packet before ended
	at     uint64 // the same in samples
	length int    // samples in it

	told tones // of the packet that is heard
}

// tones are the keys that one packet's sound ends to tell; 120 ms hold no more.
type tones struct {
	list [4]byte
	n    int
}

func (t *tones) add(digit byte) {
	if t.n < len(t.list) {
		t.list[t.n] = digit
		t.n++
	}
}

// OnTone sets who is told of each key that is heard by its tone, while
// CollectTones asks for them. It is called on the receiving goroutine and must
// not block.
func (p *Port) OnTone(hear func(digit byte)) { p.tone.Store(&hear) }

// CollectTones has keys heard by their tones, until stop is called.
func (p *Port) CollectTones() (stop func()) {
	c := &collector{}
	c.detector = dtmf.New(c.told.add)
	p.in.Lock()
	defer p.in.Unlock()
	if p.gone {
		return func() {}
	}
	p.dropCollector(p.collector)
	p.collector = c
	return sync.OnceFunc(func() {
		p.in.Lock()
		defer p.in.Unlock()
		p.dropCollector(c)
	})
}

// dropCollector gives a collector's memory back. It is called under in.
func (p *Port) dropCollector(c *collector) {
	if c == nil || p.collector != c {
		return
	}
	c.forget()
	p.collector = nil
}

// overhear lets the collector have a packet of sound; it is called under in.
func (p *Port) overhear(f Frame, codec transcode.Codec, a arrival, pressed *presses) {
	if p.collector == nil || p.keys.known || a.order == late {
		return
	}
	p.collector.told = tones{}
	p.collector.hear(f, codec, a)
	pressed.tones = p.collector.told
}

// tellTones tells of the keys that were heard, when no lock is held.
func (p *Port) tellTones(pressed *presses) {
	hear := p.tone.Load()
	if hear == nil || *hear == nil {
		return
	}
	for _, digit := range pressed.tones.list[:pressed.tones.n] {
		(*hear)(digit)
	}
}

func (c *collector) hear(f Frame, codec transcode.Codec, a arrival) {
	if codec != c.codec {
		c.forget()
		c.codec = codec
		c.decoder, _ = transcode.NewDecoder(codec)
	}
	if c.decoder == nil {
		return
	}
	scale := codec.ClockRate() / transcode.SampleRate
	gap := c.gap(f.Timestamp, scale, a)
	c.recover(gap, f.Payload, a)
	n, err := c.decoder.Decode(c.pcm[:], f.Payload)
	if err != nil {
		return
	}
	c.detector.Hear(c.at, c.pcm[:n])
	c.at += uint64(n)
	c.ts, c.length = f.Timestamp+uint32(n)*scale, n
}

// gap returns how many samples are missing before a packet. A timestamp that lies
// elsewhere belongs to a stream that has begun anew.
func (c *collector) gap(ts, scale uint32, a arrival) int {
	const most = 10 * transcode.SampleRate
	missing := (ts - c.ts) / scale
	if !c.known || a.order == restarted || missing > most {
		missing = 0
	}
	c.known = true
	return int(missing)
}

// recover moves on over what is missing before a packet, and hears the end of it
// where the packet holds it a second time. What would have to be made up is left
// out: a tone that was never there is a key that nobody pressed.
func (c *collector) recover(gap int, payload []byte, a arrival) {
	again := 0
	if a.lost > 0 && c.length > 0 && gap >= c.length && c.decoder.Recover(c.pcm[:], payload, c.length) {
		again = c.length
	}
	c.at += uint64(gap - again)
	if again > 0 {
		c.detector.Hear(c.at, c.pcm[:again])
		c.at += uint64(again)
	}
}

func (c *collector) forget() {
	if c.decoder != nil {
		c.decoder.Close()
	}
	c.decoder, c.codec = nil, transcode.None
}
