package media

import "webtrunk/transcode"

// An outlet cuts sound for a leg into packets of the length that the leg asked
// for, each with its number and its place in time. It belongs to whoever makes
// the sound; what encodes it is the stream's, for all who take turns in it.
type outlet struct {
	to     *Port
	format *Format // of the packets; nil before the first
	src    source
	scale  scale

	seq    uint16 // of the next packet
	pos    uint64 // in samples, where it begins
	marker bool   // it begins a talk spurt
	gone   bool   // a tone that has given way, or the leg has ended
	frame  int    // samples in a packet; 0 while there is no format
	held   int    // samples waiting in carry for a whole packet
	carry  [transcode.MaxWideSamples]int16
}

// ready turns to the leg's format; not ok means that the leg has none yet. A new
// format's frames are a new timeline, which the stream joins to the old.
func (o *outlet) ready() (ok bool) {
	now := o.to.format.Load()
	if now == o.format {
		return o.frame > 0
	}
	o.format, o.frame, o.held = now, 0, 0
	if now == nil || now.Codec == transcode.None {
		return false
	}
	o.scale = scale{rate: transcode.SampleRate, out: now.Codec.ClockRate()}
	o.frame = now.frame()
	o.src.clock, o.src.fresh = o.scale.out, true
	return true
}

// skip passes over rounds of which nothing was heard. What comes next begins
// where it would be by the time that passed.
func (o *outlet) skip(rounds int) {
	if rounds > 0 {
		o.held, o.src.fresh = 0, true
	}
}

// say sends samples in whole packets, and keeps the rest for the next. Call
// ready before.
func (o *outlet) say(pcm []int16) {
	for len(pcm) > 0 {
		n := copy(o.carry[o.held:o.frame], pcm)
		o.held += n
		pcm = pcm[n:]
		if o.held == o.frame {
			o.send()
		}
	}
}

// finish sends what waits for a whole packet, filled up with silence.
func (o *outlet) finish() {
	if o.held > 0 {
		clear(o.carry[o.held:o.frame])
		o.send()
	}
}

func (o *outlet) send() {
	f := Frame{PayloadType: o.format.PayloadType, Marker: o.marker, Sequence: o.seq, Timestamp: o.scale.leaving(int64(o.pos))}
	o.gone = !o.to.out.say(&o.src, f, tongue{codec: o.format.Codec, rate: o.scale.rate, frame: o.frame}, o.carry[:o.frame])
	o.seq++
	o.marker = false
	o.pos += uint64(o.frame)
	o.held = 0
}
