package silk

// decoderDelay is how many samples a decoder's output is late, as that of other
// decoders at 8 kHz is, so that the two can follow each other.
const decoderDelay = 5

// A Decoder decodes the narrowband frames of one stream, to 8 kHz mono. It is
// not safe for concurrent use. The zero value is not ready: Reset makes it so.
type Decoder struct {
	begun    bool // something was decoded
	fresh    bool // nothing was since Reset: there is no spectrum to start from
	lost     int  // frames concealed since something was decoded
	lastKind int
	lastGain int                 // number of the last gain
	lastLag  int                 // of the last subframe
	gain     int32               // the last gain, in 1/65536
	lsf      [order]int32        // of the last frame
	filter   [order]int32        // the synthesis filter's memory, in 1/16384 of the gain
	past     [memory]int16       // output
	late     [decoderDelay]int16 // output that was not given yet

	excitation [frameSamples]int32 // of the last frame, in 1/16384 of the gain
	repeat     repetition
	comfort    comfort
	seam       seam
	final      uint32 // the range coder's last range
}

// NewDecoder returns a decoder for a stream that begins.
func NewDecoder() *Decoder {
	d := new(Decoder)
	d.Reset()
	return d
}

// Reset prepares the decoder for another stream; nothing of the old one remains.
func (d *Decoder) Reset() {
	*d = Decoder{fresh: true, lastGain: firstGain, lastLag: 100, gain: 1 << 16}
	d.repeat.reset()
	d.comfort.reset()
}

// Decode decodes a frame of a packet, of 80, 160, 320 or 480 samples (see
// Packet.FrameSamples), into pcm, which is as long. A frame of at most a byte
// says that nothing is sent, and is concealed. What is left of the frame belongs to
// another codec.
func (d *Decoder) Decode(pcm []int16, frame []byte) Redundancy {
	if len(frame) <= 1 {
		d.Conceal(pcm)
		return Redundancy{}
	}
	var r rangeDecoder
	var f coded
	h := readHeader(&r, frame, len(pcm))
	f.subframes = h.subframes
	h.skipSpare(&r, &f)
	before := predecessor{}
	for i := range h.frames {
		f.read(&r, h.active[i], &before)
		d.hear(pcm[i*frameSamples:min((i+1)*frameSamples, len(pcm))], &f)
	}
	redundancy := readRedundancy(&r, frame)
	d.final = r.size
	return redundancy
}

// Recover decodes the redundant frames that a packet's first frame has of the
// one before it, instead of that one. Of 40 and 60 ms some may be missing, and are concealed.
// It reports false, and has done nothing, when there are none.
func (d *Decoder) Recover(pcm []int16, frame []byte) bool {
	if len(frame) <= 1 {
		return false
	}
	var r rangeDecoder
	var f coded
	h := readHeader(&r, frame, len(pcm))
	if h.spare == [mostSpare]bool{} {
		return false
	}
	f.subframes = h.subframes
	before := predecessor{}
	for i := range h.frames {
		out := pcm[i*frameSamples : min((i+1)*frameSamples, len(pcm))]
		if !h.spare[i] {
			before = predecessor{}
			d.miss(out)
			continue
		}
		f.read(&r, true, &before)
		d.hear(out, &f)
	}
	d.final = r.size
	return true
}

// hear turns what was read of a frame into sound.
func (d *Decoder) hear(pcm []int16, f *coded) {
	var p parameters
	p.set(f, d)
	d.excite(f)
	var x sound
	copy(x[:], d.past[:])
	d.synthesise(&x, &p)
	n := p.subframes * subframe
	copy(d.past[:], x[n:])
	d.begun, d.fresh, d.lost = true, false, 0
	d.lastKind, d.lastLag = p.kind, p.lags[p.subframes-1]
	d.repeat.heard(&p)
	d.comfort.heard(d, &p)
	out := x[memory : memory+n]
	d.seam.join(out)
	d.give(pcm, out)
}

// give puts out what was late and most of what is new.
func (d *Decoder) give(pcm, out []int16) {
	copy(pcm, d.late[:])
	n := copy(pcm[decoderDelay:], out)
	copy(d.late[:], out[n:])
}

// excite makes the excitation of the pulses (RFC 6716 §4.2.7.8.6): each lies a
// little nearer to zero than its number, and the signs turn with a random generator.
func (d *Decoder) excite(f *coded) {
	const nearer = 80 << 4
	seed, offset := f.seed, offsets[f.kind>>1][f.high]
	n := f.subframes * subframe
	pulses, excitation := f.pulses[:n], d.excitation[:n]
	for i, v := range pulses {
		pulse := int32(v)
		seed = nextSeed(seed)
		turn := int32(seed) >> 31
		e := pulse<<14 + pulse>>31&nearer - -pulse>>31&nearer + offset
		excitation[i] = (e ^ turn) - turn
		seed += uint32(pulse)
	}
}
