package transcode

import "github.com/thesyncim/gopus"

// A libraryDecoder decodes to mono, at 8 or 16 kHz, whatever a browser encodes: SILK, CELT
// and hybrid at any bandwidth, one channel or two, 2.5 to 120 ms a packet.
type libraryDecoder struct {
	gopus *gopus.Decoder
	rate  int
	celt  bool              // the last packet was CELT, after which no redundancy can be used
	float []float32         // gopus gives recovered frames in this form only
	turn  []byte            // a frame of another packet, made one of its own
	pcm   [MaxSamples]int16 // and its sound
	pause concealment       // goes on in a sender's silence
	shelf *shelf[*libraryDecoder]
}

// libraryDecoders and wideLibraryDecoders keep decoders that are done: making one
// costs 318 kB.
var libraryDecoders, wideLibraryDecoders shelf[*libraryDecoder]

func init() {
	libraryDecoders.make = func() (*libraryDecoder, error) { return makeLibraryDecoder(SampleRate, &libraryDecoders) }
	wideLibraryDecoders.make = func() (*libraryDecoder, error) { return makeLibraryDecoder(WideRate, &wideLibraryDecoders) }
}

func makeLibraryDecoder(rate int, from *shelf[*libraryDecoder]) (*libraryDecoder, error) {
	g, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: rate, Channels: 1})
	if err != nil {
		return nil, err
	}
	return &libraryDecoder{gopus: g, rate: rate, float: make([]float32, MaxSamples*rate/SampleRate), pause: concealmentAt(rate), shelf: from}, nil
}

// step is the unit of Opus durations, 2.5 ms (RFC 6716 §2.1.4): what is
// concealed is a multiple of it.
func (d *libraryDecoder) step() int { return d.rate / 400 }

func (d *libraryDecoder) Close() {
	d.reset()
	d.shelf.give(d)
}

// reset prepares the decoder for another stream.
func (d *libraryDecoder) reset() {
	d.gopus.Reset()
	d.celt, d.pause = false, concealmentAt(d.rate)
}

// Decode refuses an empty payload, which gopus would take as "conceal".
func (d *libraryDecoder) Decode(pcm []int16, payload []byte) (n int, err error) {
	if len(payload) == 0 {
		return 0, errEmpty
	}
	d.celt = d.celt && !isSilence(payload)
	if isSilence(payload) {
		n = frameSteps(payload) * d.step()
		d.pause.conceal(pcm[:n])
		return n, nil
	}
	defer d.survive(&n, &err)
	n, err = d.gopus.DecodeInt16(payload, pcm[:len(d.float)])
	if err != nil {
		return 0, err
	}
	d.celt = isCELT(payload)
	d.pause.heard(pcm[:n])
	return n, nil
}

// isSilence reports whether a packet of SILK or hybrid is a header alone: its sender has
// fallen silent (DTX, RFC 6716 §2.1.9). What was heard goes on without gopus, which
// would allocate for it as for a loss.
func isSilence(payload []byte) bool {
	return len(payload) == 1 && payload[0]&3 == 0 && !isCELT(payload)
}

// Recover asks first whether there is anything to recover, because gopus
// conceals when there is not and does not say so.
func (d *libraryDecoder) Recover(pcm []int16, payload []byte, n int) (ok bool) {
	if n <= 0 || n > len(d.float) || n%d.step() != 0 || d.celt || !gopus.PacketHasLBRR(payload) || frameSteps(payload)*d.step() > n {
		return false
	}
	var err error
	defer func() { ok = err == nil && ok }()
	defer d.survive(nil, &err)
	got, err := d.gopus.DecodeWithFEC(payload, d.float[:n], true)
	if err != nil || got != n {
		return false
	}
	for i, s := range d.float[:n] {
		pcm[i] = toInt16(s)
	}
	d.pause.heard(pcm[:n])
	return true
}

// Conceal lets gopus continue the sound, which fades out in about 100 ms.
func (d *libraryDecoder) Conceal(pcm []int16, n int) {
	done := 0
	defer func() {
		clear(pcm[done:n])
		d.pause.heard(pcm[:n])
	}()
	defer d.survive(&done, nil)
	for unit := d.step(); n-done >= unit; {
		step := min(n-done, d.rate/50)
		step -= step % unit
		if _, err := d.gopus.DecodeInt16(nil, pcm[done:done+step]); err != nil {
			return
		}
		done += step
	}
}

// survive is deferred around gopus: a panic on a stranger's payload becomes an
// error, and the decoder whose state it left behind is replaced.
func (d *libraryDecoder) survive(n *int, err *error) {
	if recover() == nil {
		return
	}
	d.shelf.countPanic()
	if n != nil {
		*n = 0
	}
	if err != nil {
		*err = errBroken
	}
	if fresh, failed := makeLibraryDecoder(d.rate, d.shelf); failed == nil {
		d.gopus, d.celt = fresh.gopus, false
	}
}

// isCELT reads the packet's mode from the configuration number in its first
// byte (RFC 6716 §3.1, table 2).
func isCELT(payload []byte) bool { return payload[0]>>3 >= 16 }

// frameSteps returns the duration of one of the packet's frames in steps of
// 2.5 ms (RFC 6716 §3.1, table 2).
func frameSteps(payload []byte) int {
	config := payload[0] >> 3
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{4, 8, 16, 24}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 4 << (config & 1)
	}
	return 1 << (config & 3) // CELT: 2.5, 5, 10, 20 ms
}

func toInt16(s float32) int16 {
	s *= 32768
	switch {
	case s >= 32767:
		return 32767
	case s <= -32768:
		return -32768
	case s < 0:
		return int16(s - 0.5)
	}
	return int16(s + 0.5)
}
