package sip

import (
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/media"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A page is the other leg of a call: it says a sentence and keeps what it hears.
type page struct {
	port *media.Port
	mu   sync.Mutex
	pcm  []int16
	base uint32
}

// Send puts what is heard at its place in time, as a telephone plays it.
func (p *page) Send(f media.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.PayloadType != 0 {
		return
	}
	if p.pcm == nil {
		p.base = f.Timestamp
	}
	at := int(int32(f.Timestamp - p.base))
	if at < 0 || at > 60*transcode.SampleRate {
		return
	}
	if missing := at + len(f.Payload) - len(p.pcm); missing > 0 {
		p.pcm = append(p.pcm, make([]int16, missing)...)
	}
	transcode.DecodePCMU(p.pcm[at:], f.Payload)
}

func (p *page) heard() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.pcm)
}

// say speaks in real time, numbering its packets from nought.
func (p *page) say(pcm []int16) {
	p.port.Anew()
	due := time.Now()
	var payload [transcode.FrameSamples]byte
	for n := 0; (n+1)*transcode.FrameSamples <= len(pcm); n++ {
		transcode.EncodePCMU(payload[:], pcm[n*transcode.FrameSamples:])
		p.port.Receive(media.Frame{Sequence: uint16(n), Timestamp: uint32(n * transcode.FrameSamples), Payload: payload[:]})
		due = due.Add(20 * time.Millisecond)
		time.Sleep(time.Until(due))
	}
}

// spray floods a leg's ports with sound, keys and reports, until stop is called.
func (m *mouth) spray() (stop func()) {
	quit := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		loud := make([]byte, 160)
		for n := 0; ; n++ {
			header := []byte{0x80, 0, byte(n >> 8), byte(n), 0, 0, byte(n), 0, 0, 0, 0, byte(n % 7)}
			for i := range loud {
				loud[i] = byte(n * i)
			}
			key := slices.Clone(header)
			key[1] = 101
			for _, b := range [][]byte{append(header, loud...), append(key, byte(n%12), 0x8a, 3, 32), {0x80}, nil} {
				_, _ = m.conn.WriteToUDPAddrPort(b, m.to)
			}
			m.report()
			select {
			case <-quit:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	return func() { close(quit); running.Wait() }
}

// hears returns how many bytes have come to a mouth.
func (m *mouth) hears() (bytes int) {
	b := make([]byte, 2000)
	for {
		_ = m.conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		n, err := m.conn.Read(b)
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				return bytes
			}
			m.t.Fatal(err)
		}
		bytes += n
	}
}

// TestForeignRTPIsNeitherPlayedNorLearnedNorAnswered: all through a call, over
// a hold and a resumption too, somebody sprays the leg's ports: from another
// host, and from the carrier's host when the latch has closed. Both ends hear
// each other as if nobody did; no key is reported; not a byte goes back.
func TestForeignRTPIsNeitherPlayedNorLearnedNorAnswered(t *testing.T) {
	t.Parallel()
	said, answered := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	l := newCompany(t, carrier.Config{}, nil)
	far, err := l.carrier.Call(l.ctx, "+15550100200", "+15550100001", carrier.Manual)
	if err != nil {
		t.Fatal(err)
	}
	o := <-l.desk.offers
	leg := legOf(o.leg)
	p := &page{}
	p.port = media.NewPort("page", p)
	defer p.port.Close()
	p.port.SetFormat(media.Format{Codec: transcode.PCMU})
	unjoin, err := media.Join(p.port, leg.socket.Port())
	if err != nil {
		t.Fatal(err)
	}
	defer unjoin()
	o.leg.Answer()
	if err := far.Wait(l.ctx, carrier.Reached(carrier.Confirmed)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the latch has closed", func() bool { return o.leg.Quality().Received > 10 })

	at := leg.socket.LocalPort()
	stranger, neighbour := mouthAt(t, "127.0.0.9", at), mouthAt(t, "127.0.0.1", at)
	defer stranger.spray()()
	defer neighbour.spray()()
	// A machine that has too much to do spoils a take; whoever sprays spoils them all.
	talk := func() error {
		atFar, atPage := len(far.Heard()), len(p.heard())
		var talking sync.WaitGroup
		talking.Go(func() { p.say(said) })
		talking.Go(func() {
			if err := far.Play(l.ctx, answered); err != nil {
				t.Error(err)
			}
		})
		talking.Wait()
		if err := soundcheck.Tell(far.Heard()[atFar:], said, answered); err != nil {
			return fmt.Errorf("the telephone: %w", err)
		}
		if err := soundcheck.Tell(p.heard()[atPage:], answered, said); err != nil {
			return fmt.Errorf("the page: %w", err)
		}
		return nil
	}
	err = talk()
	for takes := 1; err != nil && takes < 5; takes++ {
		t.Logf("take %d: %v", takes, err)
		err = talk()
	}
	if err != nil {
		t.Error(err)
	}
	if err := far.Hold(l.ctx); err != nil {
		t.Fatal(err)
	}
	l.expect(l.desk.reports, "held")
	if err := far.Resume(l.ctx); err != nil {
		t.Fatal(err)
	}
	l.expect(l.desk.reports, "resumed")
	if n := stranger.hears(); n != 0 {
		t.Errorf("%d bytes went to the stranger", n)
	}
	if s := leg.socket.Port().Stats(); s.Foreign < 200 || s.Digits != 0 {
		t.Errorf("%+v", s)
	}
	o.leg.Hangup(call.HangUpLeg{Cause: call.Hangup})
	if err := far.Wait(l.ctx, carrier.Ended); err != nil {
		t.Fatal(err)
	}
	l.over()
	if n := stranger.hears(); n != 0 {
		t.Errorf("%d bytes went to the stranger at the end", n)
	}
	select {
	case in := <-l.desk.reports:
		t.Errorf("the leg reports %s", describeInput(in))
	default:
	}
}
