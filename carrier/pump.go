package carrier

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

// A sound fills one frame after another and says when it has ended.
type sound interface {
	next(frame []int16) bool
}

// An utterance is something being said on a line: a sound, or a key pressed.
type utterance struct {
	sound sound
	key   *keypress
	done  chan struct{}   // closed when it has been said
	stop  <-chan struct{} // says that nobody wants to hear the rest
}

// maxCatchUp is how many frames the pump makes up for after a stall; what is
// beyond them is skipped, so that a stall does not end in a flood.
const maxCatchUp = 5

// pump speaks: one packet every 20 ms on an absolute schedule, asleep while
// there is nothing to say. A line that is up and does not echo is never
// silent on the wire: it carries silence, as a telephone's microphone does.
func (m *media) pump() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var due time.Time
	for {
		if !m.speak() {
			select {
			case <-m.wake:
				due = time.Time{}
				continue
			case <-m.closed:
				return
			}
		}
		now := time.Now()
		if due.IsZero() || now.Sub(due) > maxCatchUp*frameTime {
			due = now
		}
		due = due.Add(frameTime)
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
		case <-m.closed:
			return
		}
	}
}

// speak sends what belongs into this frame and reports whether there was
// anything, said or unsaid: on hold, time passes without packets.
func (m *media) speak() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hushed {
		m.dropQueue()
		return false
	}
	u := m.current()
	switch {
	case u == nil && (m.echo || !m.wire.send):
		return false
	case u != nil && u.key != nil:
		m.speakKey(u)
	default:
		m.speakSound(u)
	}
	m.send.ts += frameSamples
	return true
}

// current is the utterance under way, or the next in line.
func (m *media) current() *utterance {
	for {
		if m.saying == nil {
			if len(m.queue) == 0 {
				return nil
			}
			m.saying, m.queue = m.queue[0], m.queue[1:]
		}
		select {
		case <-m.saying.stop:
			m.said()
		default:
			return m.saying
		}
	}
}

func (m *media) said() {
	close(m.saying.done)
	m.saying = nil
}

func (m *media) dropQueue() {
	if m.saying != nil {
		m.said()
	}
	for _, u := range m.queue {
		close(u.done)
	}
	m.queue = nil
}

// speakSound sends a frame of an utterance, or of silence when u is nil.
func (m *media) speakSound(u *utterance) {
	var pcm [frameSamples]int16
	if u != nil && !u.sound.next(pcm[:]) {
		m.said()
	}
	if !m.wire.send {
		return
	}
	var packet [12 + frameSamples]byte
	m.header(packet[:], m.wire.sound.pt, m.send.ts)
	if _, err := m.tongue.encoder.Encode(packet[12:], pcm[:]); err != nil {
		return
	}
	m.transmit(packet[:], frameSamples)
}

// header writes the RTP header of our next packet (RFC 3550 §5.1).
func (m *media) header(packet []byte, pt uint8, ts uint32) {
	packet[0] = 2 << 6
	packet[1] = pt
	if m.send.marker {
		packet[1] |= 1 << 7
		m.send.marker = false
	}
	binary.BigEndian.PutUint16(packet[2:], m.send.seq)
	binary.BigEndian.PutUint32(packet[4:], ts)
	binary.BigEndian.PutUint32(packet[8:], m.send.ssrc)
	m.send.seq++
}

// say queues an utterance and waits until it has been said.
func (m *media) say(ctx context.Context, u *utterance) error {
	u.done, u.stop = make(chan struct{}), ctx.Done()
	m.mu.Lock()
	if m.hushed || m.shut {
		m.mu.Unlock()
		return ErrEnded
	}
	m.queue = append(m.queue, u)
	m.mu.Unlock()
	m.nudge()
	select {
	case <-u.done:
		return context.Cause(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-m.closed:
		return ErrEnded
	}
}

// echoMapping turns numbers of the stream that comes into numbers of ours, so
// that gaps and reorderings stay what they are.
type echoMapping struct {
	ssrc uint32
	seq  uint16 // add to theirs to get ours
	ts   uint32
	set  bool
}

// setEcho begins or ends sending back what comes.
func (m *media) setEcho(on bool) {
	m.mu.Lock()
	m.echo, m.echoed.set = on, false
	m.mu.Unlock()
	m.nudge()
}

// reflect sends a packet of sound back. The caller holds m.mu.
func (m *media) reflect(p *rtp.Packet) {
	if !m.echo || m.hushed || !m.wire.send || m.saying != nil {
		return
	}
	e := &m.echoed
	if !e.set || e.ssrc != p.SSRC {
		*e = echoMapping{p.SSRC, m.send.seq - p.SequenceNumber, m.send.ts - p.Timestamp, true}
	}
	out := rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: p.Marker, PayloadType: m.wire.sound.pt, SSRC: m.send.ssrc,
			SequenceNumber: p.SequenceNumber + e.seq, Timestamp: p.Timestamp + e.ts,
		},
		Payload: p.Payload,
	}
	var buf [1500]byte
	n, err := out.MarshalTo(buf[:])
	if err != nil {
		return
	}
	if ahead := out.SequenceNumber + 1 - m.send.seq; ahead < 1<<15 {
		m.send.seq += ahead
		m.send.ts = out.Timestamp + uint32(len(p.Payload))
	}
	m.transmit(buf[:n], len(p.Payload))
}
