package visitor

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"webtrunk/transcode"
)

const frameTime = 20 * time.Millisecond

// A mic sends a frame every 20 ms: what is to be said, else silence.
type mic struct {
	mute   bool
	loss   float64
	random *rand.Rand
	tap    func(sent bool, payload []byte) // may be nil
	track  *track
	stop   chan struct{}
	once   sync.Once

	next    atomic.Pointer[format] // as answered last
	format  format
	encoder transcode.Encoder
	packet  rtp.Packet
	payload [transcode.MaxPayload]byte

	told    atomic.Int32 // the loss last reported, in percent
	expects int32        // what the encoder knows of it

	mu     sync.Mutex
	script []line // what is still to be said and pressed
	sent   int
}

// A line is one thing to send, and who waits for it.
type line struct {
	pcm    []int16
	digits string
	done   chan struct{}
}

func newMic(cfg Config, track *track) *mic {
	return &mic{
		mute: cfg.Mute, loss: cfg.Loss, random: rand.New(rand.NewPCG(cfg.Seed, 1)), tap: cfg.OnSound, track: track, stop: make(chan struct{}),
	}
}

func (m *mic) open(f format) (err error) {
	m.format = f
	m.packet.Header = rtp.Header{
		Version: 2, PayloadType: f.payloadType, SequenceNumber: uint16(m.random.Uint32()), Timestamp: m.random.Uint32(),
	}
	m.encoder, err = transcode.NewEncoder(f.codec)
	return err
}

// change speaks another codec from the next frame on; the timestamps go on, in
// its clock.
func (m *mic) change(f format) {
	enc, err := transcode.NewEncoder(f.codec)
	if err != nil {
		return
	}
	m.encoder.Close()
	m.encoder, m.format = enc, f
}

func (m *mic) speak(ctx context.Context, pcm []int16) error { return m.say(ctx, line{pcm: pcm}) }

func (m *mic) press(ctx context.Context, digits string) error {
	return m.say(ctx, line{digits: digits})
}

func (m *mic) say(ctx context.Context, l line) error {
	l.done = make(chan struct{})
	m.mu.Lock()
	m.script = append(m.script, l)
	m.mu.Unlock()
	select {
	case <-l.done:
		return nil
	case <-m.stop:
		return ErrGone
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run is the microphone's goroutine, on an absolute schedule.
func (m *mic) run() {
	defer func() { m.encoder.Close() }() // that of the end
	timer := time.NewTimer(0)
	defer timer.Stop()
	due := time.Now()
	for {
		select {
		case <-m.stop:
			return
		case <-timer.C:
		}
		m.tick()
		due = due.Add(frameTime)
		timer.Reset(time.Until(due))
	}
}

// tick sends the next frame of the script's first line.
func (m *mic) tick() {
	if next := m.next.Load(); next != nil && *next != m.format {
		m.change(*next)
	}
	m.mu.Lock()
	var now line
	if len(m.script) > 0 {
		now = m.script[0]
	}
	m.mu.Unlock()
	step := m.format.codec.ClockRate() / 50
	switch {
	case now.digits != "":
		m.event(now.digits, step)
		return
	case now.pcm != nil || !m.mute:
		var frame [transcode.FrameSamples]int16
		now.pcm = now.pcm[copy(frame[:], now.pcm):]
		m.protect()
		if n, err := m.encoder.Encode(m.payload[:], frame[:]); err == nil {
			if m.tap != nil {
				m.tap(true, m.payload[:n])
			}
			m.write(m.format.payloadType, false, m.payload[:n])
		}
	}
	m.packet.Timestamp += step
	m.advance(now)
}

// advance writes back what is left of the first line.
func (m *mic) advance(now line) {
	if now.done == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(now.pcm) > 0 || now.digits != "" {
		m.script[0] = now
		return
	}
	m.script = m.script[1:]
	close(now.done)
}

// event sends the first of digits as a telephone-event of 100 ms, its end
// three times (RFC 4733 §2.5.1.4), and 60 ms of pause.
func (m *mic) event(digits string, step uint32) {
	code := byte(strings.IndexByte("0123456789*#ABCD", digits[0]))
	var duration uint16
	for i := range 7 {
		end := byte(0)
		if i < 5 {
			duration += uint16(m.format.eventsClock / 50)
		} else {
			end = 0x80
		}
		m.write(uint8(m.format.events), i == 0, []byte{code, end | 10, byte(duration >> 8), byte(duration)})
		if !m.pause(1) {
			return
		}
	}
	m.pause(3)
	m.packet.Timestamp += 10 * step
	m.mu.Lock()
	defer m.mu.Unlock()
	l := &m.script[0]
	if l.digits = l.digits[1:]; l.digits == "" {
		close(l.done)
		m.script = m.script[1:]
	}
}

func (m *mic) pause(frames int) bool {
	select {
	case <-m.stop:
		return false
	case <-time.After(time.Duration(frames) * frameTime):
		return true
	}
}

// write sends one packet, or loses it.
func (m *mic) write(payloadType uint8, marker bool, payload []byte) {
	m.packet.PayloadType, m.packet.Marker, m.packet.Payload = payloadType, marker, payload
	m.packet.SequenceNumber++
	m.mu.Lock()
	m.sent++
	m.mu.Unlock()
	if m.loss > 0 && m.random.Float64() < m.loss {
		return
	}
	m.track.send(&m.packet)
}

func (m *mic) packets() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent
}

func (m *mic) close() { m.once.Do(func() { close(m.stop) }) }
