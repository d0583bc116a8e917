package silk

import "errors"

// Why a packet is refused. They are values, not wrapped, so that a hostile
// stream costs no allocation.
var (
	errNothing  = errors.New("silk: an empty packet")
	errFraming  = errors.New("silk: the packet's frames do not fit into it")
	errDuration = errors.New("silk: the packet is longer than 120 ms")
)

// mostFrames is the most that 120 ms hold (RFC 6716 §3.2.5), and longestFrame
// the most bytes that one has (§3.2.1).
const (
	mostFrames   = 48
	longestFrame = 1275
)

// A Packet is an Opus packet taken apart (RFC 6716 §3). It borrows the payload.
type Packet struct {
	Config uint8 // what the frames are encoded with, and how long they are (§3.1, table 2)
	Stereo bool
	Frames int

	sizes [mostFrames]uint16
	rest  []byte // the frames that were not taken yet
	taken int
}

// Parse takes an Opus packet apart, of any mode, without a look at its frames.
func Parse(payload []byte) (p Packet, err error) {
	if len(payload) == 0 {
		return p, errNothing
	}
	p.Config, p.Stereo = payload[0]>>3, payload[0]&4 != 0
	ok := false
	switch payload[0] & 3 {
	case 0:
		p.rest = payload[1:]
		ok = p.alike(1)
	case 1:
		p.rest = payload[1:]
		ok = p.alike(2)
	case 2:
		p.rest = payload[1:]
		ok = p.different(2)
	case 3:
		ok = p.many(payload[1:])
	}
	if !ok {
		return p, errFraming
	}
	if p.Frames*frameLength[p.Config] > 6*frameSamples {
		return p, errDuration
	}
	return p, nil
}

// frameLength is the length of a frame of each configuration, in samples at
// 8 kHz (§3.1, table 2).
var frameLength = func() (samples [32]int) {
	for c := range samples {
		switch {
		case c < 12: // SILK: 10, 20, 40, 60 ms
			samples[c] = [...]int{80, 160, 320, 480}[c&3]
		case c < 16: // hybrid: 10, 20 ms
			samples[c] = 80 << (c & 1)
		default: // CELT: 2.5, 5, 10, 20 ms
			samples[c] = 20 << (c & 3)
		}
	}
	return samples
}()

// FrameSamples is the length of each of the packet's frames, in samples at 8 kHz.
func (p *Packet) FrameSamples() int { return frameLength[p.Config] }

// Narrowband reports whether a Decoder decodes the frames.
func (p *Packet) Narrowband() bool { return p.Config < 4 && !p.Stereo }

// General reports whether the frames are encoded with CELT alone, in which
// nothing of SILK goes on.
func (p *Packet) General() bool { return p.Config >= 16 }

// Silent reports whether nothing is sent but that time passes (§3.2.1).
func (p *Packet) Silent() bool {
	for _, n := range p.sizes[:p.Frames] {
		if n > 1 {
			return false
		}
	}
	return true
}

// Next returns the next frame. It is called so often as there are frames.
func (p *Packet) Next() []byte {
	n := p.sizes[p.taken]
	p.taken++
	frame := p.rest[:n:n]
	p.rest = p.rest[n:]
	return frame
}

// alike divides the rest among frames of one size (codes 0 and 1, and 3 with
// a constant bitrate).
func (p *Packet) alike(frames int) bool {
	size := len(p.rest) / frames
	if size*frames != len(p.rest) || size > longestFrame {
		return false
	}
	p.Frames = frames
	for i := range frames {
		p.sizes[i] = uint16(size)
	}
	return true
}

// different reads the sizes of all frames but the last, which has what is left
// (code 2, and 3 with a variable bitrate).
func (p *Packet) different(frames int) bool {
	sum := 0
	for i := range frames - 1 {
		size, n := frameSize(p.rest)
		if n == 0 {
			return false
		}
		p.rest = p.rest[n:]
		p.sizes[i] = uint16(size)
		sum += size
	}
	last := len(p.rest) - sum
	if last < 0 || last > longestFrame {
		return false
	}
	p.Frames, p.sizes[frames-1] = frames, uint16(last)
	return true
}

// many reads code 3: a byte that counts the frames, and padding at the end (§3.2.5).
func (p *Packet) many(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	frames, variable, padded := int(b[0]&63), b[0]&128 != 0, b[0]&64 != 0
	if frames == 0 || frames > mostFrames {
		return false
	}
	p.rest = b[1:]
	if padded && !p.unpad() {
		return false
	}
	if variable {
		return p.different(frames)
	}
	return p.alike(frames)
}

// unpad leaves out the padding: 255 says 254 bytes and that more follow.
func (p *Packet) unpad() bool {
	padding := 0
	for {
		if len(p.rest) == 0 {
			return false
		}
		n := int(p.rest[0])
		p.rest = p.rest[1:]
		if n < 255 {
			padding += n
			break
		}
		padding += 254
	}
	if padding > len(p.rest) {
		return false
	}
	p.rest = p.rest[:len(p.rest)-padding]
	return true
}

// frameSize reads a frame's size and returns how many bytes say it, 0 when
// they are missing (§3.2.1).
func frameSize(b []byte) (size, n int) {
	switch {
	case len(b) >= 1 && b[0] < 252:
		return int(b[0]), 1
	case len(b) >= 2:
		return int(b[0]) + 4*int(b[1]), 2
	}
	return 0, 0
}
