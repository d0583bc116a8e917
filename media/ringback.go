package media

import (
	"math"
	"sync"
	"time"

	"webtrunk/transcode"
)

// A Cadence is a ringback tone: one or two frequencies, on and off in turn.
type Cadence struct {
	Frequencies [2]float64 // in Hz; 0 for none
	On, Off     time.Duration
}

// Ringback tones (ITU-T E.180 supplement 2).
var (
	NorthAmerica = Cadence{Frequencies: [2]float64{440, 480}, On: 2 * time.Second, Off: 4 * time.Second}
	Europe       = Cadence{Frequencies: [2]float64{425, 0}, On: time.Second, Off: 4 * time.Second}
)

// ringAmplitude is the peak of each frequency: about -19 dBm0 each, as
// exchanges send it.
const ringAmplitude = 2600

// maxCadence bounds what is kept of a tone.
const maxCadence = time.Minute

// Ringback plays the ringback tone to the leg until stop is called or the
// port hears from a joined port. When stop returns the tone has ended.
func (p *Port) Ringback() (stop func()) {
	cadence := p.Tone
	if cadence == (Cadence{}) {
		cadence = NorthAmerica
	}
	src := &source{tone: true}
	quit, ended := make(chan struct{}), make(chan struct{})
	p.out.play(src)
	started := p.work.start(func() {
		defer close(ended)
		p.ring(src, cadence, quit)
	})
	if !started {
		return func() {}
	}
	var once sync.Once
	return func() {
		p.out.silence(src)
		once.Do(func() { close(quit) })
		<-ended
	}
}

// ring writes the tone's frames on time until it is told to stop or has given
// way. Before the leg's format is known, the tone passes unheard.
func (p *Port) ring(src *source, cadence Cadence, quit <-chan struct{}) {
	pace := newPace()
	defer pace.end()
	var format *Format
	var frames [][]byte
	for n := 0; ; n++ {
		if now := p.format.Load(); now != format && now != nil {
			src.clock, src.fresh = now.Codec.ClockRate(), true
			format, frames = now, ringFrames(now.Codec, cadence)
		}
		if len(frames) > 0 {
			f := Frame{PayloadType: format.PayloadType, Sequence: uint16(n), Timestamp: uint32(n) * src.clock / 50, Payload: frames[n%len(frames)]}
			if !p.out.write(src, f) {
				return
			}
		}
		leftOut, ok := pace.wait(quit, p.work.done)
		if !ok {
			return
		}
		if leftOut > 0 {
			n += leftOut
			src.fresh = true
		}
	}
}

// rings keeps each tone encoded in each codec, for all ports: a whole period,
// 20 ms a frame. Encoding it takes Opus 12 ms, once.
var rings struct {
	mu     sync.Mutex
	frames map[ring][][]byte
}

type ring struct {
	codec   transcode.Codec
	cadence Cadence
}

func ringFrames(codec transcode.Codec, cadence Cadence) [][]byte {
	rings.mu.Lock()
	defer rings.mu.Unlock()
	key := ring{codec, cadence}
	if f, ok := rings.frames[key]; ok {
		return f
	}
	frames, err := encodeRing(codec, cadence)
	if err != nil {
		return nil // a codec that we do not have: its leg hears nothing from us anyhow
	}
	if rings.frames == nil {
		rings.frames = make(map[ring][][]byte)
	}
	rings.frames[key] = frames
	return frames
}

func encodeRing(codec transcode.Codec, c Cadence) ([][]byte, error) {
	enc, err := transcode.NewEncoder(codec)
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	var frames [][]byte
	var pcm [transcode.FrameSamples]int16
	var payload [transcode.MaxPayload]byte
	for at := time.Duration(0); at < min(c.On+c.Off, maxCadence); at += tick {
		for i := range pcm {
			pcm[i] = c.sample(at + time.Duration(i)*time.Second/transcode.SampleRate)
		}
		n, err := enc.Encode(payload[:], pcm[:])
		if err != nil {
			return nil, err
		}
		frames = append(frames, append([]byte(nil), payload[:n]...))
	}
	return frames, nil
}

func (c Cadence) sample(at time.Duration) int16 {
	if at >= c.On {
		return 0
	}
	sum := 0.0
	for _, hz := range c.Frequencies {
		sum += ringAmplitude * math.Sin(2*math.Pi*hz*at.Seconds())
	}
	return int16(sum)
}
