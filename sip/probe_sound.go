package sip

import (
	"context"
	"math"
	"sync"
	"time"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/switchboard"
	"webtrunk/transcode"
)

// inaudible is the level below which nobody would say to have heard something, in
// dBov (RFC 6465): -60 is a quiet room.
const inaudible = -60

// An ear is the other end of a test's call: it measures what comes and sends a
// tone, as a party would talk.
type ear struct {
	mu    sync.Mutex
	first time.Time // when the first packet came
	count int
	peak  float64 // the loudest packet's mean square
	pcm   [960]int16
}

// Send takes a packet from the trunk. It implements media.Sender.
func (e *ear) Send(f media.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.count++; e.count == 1 {
		e.first = time.Now()
	}
	n := transcode.DecodePCMU(e.pcm[:], f.Payload)
	sum := 0.0
	for _, s := range e.pcm[:n] {
		sum += float64(s) * float64(s)
	}
	if n > 0 {
		e.peak = max(e.peak, sum/float64(n))
	}
}

// level is the loudest packet's, in dBov.
func (e *ear) level() float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.peak == 0 {
		return -127
	}
	return 10 * math.Log10(e.peak/(32768*32768))
}

func (e *ear) heard() (first time.Time, packets int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.first, e.count
}

// listen sends a tone and measures what comes, and tells which of the two ways
// is silent. It reports whether the far side has hung up meanwhile.
func (r *probing) listen(ctx context.Context, leg switchboard.Leg) (over bool) {
	answered := time.Now()
	r.drain()
	e := &ear{}
	mouth := media.NewPort("probe", e)
	mouth.SetFormat(media.Format{Codec: transcode.PCMU})
	defer mouth.Close()
	unjoin, err := media.Join(leg.Port(), mouth)
	if err != nil {
		r.say("media", false, "The sound could not be joined: the carrier hung up at once.")
		return true
	}
	defer unjoin()
	over = r.talk(ctx, mouth)
	r.judge(leg, e, answered)
	if over {
		r.say("hangup", true, "The far side hung up first.")
	}
	return over
}

// talk sends the tone for as long as is listened, and reports whether the far
// side hung up meanwhile.
func (r *probing) talk(ctx context.Context, mouth *media.Port) (over bool) {
	var pcm [160]int16
	var payload [160]byte
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(r.Listen)
	for n := 0; ; n++ {
		select {
		case <-tick.C:
			for i := range pcm {
				pcm[i] = int16(6000 * math.Sin(2*math.Pi*440*float64(n*160+i)/8000))
			}
			transcode.EncodePCMU(payload[:], pcm[:])
			mouth.Receive(media.Frame{Marker: n == 0, Sequence: uint16(n), Timestamp: uint32(n * 160), Payload: payload[:]})
		case what := <-r.events:
			switch what := what.(type) {
			case rung:
				r.message(what)
			case call.LegEnded:
				return true
			}
		case <-end:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// judge tells what the sound was like both ways.
func (r *probing) judge(leg switchboard.Leg, e *ear, answered time.Time) {
	q := leg.Quality()
	encryption := "not encrypted"
	reports := 0
	if h, ok := leg.(*hunt); ok {
		reports = h.socket.Reports()
		if h.encrypted() {
			encryption = "encrypted (SRTP)"
		}
	}
	r.say("media", true, "The sound is %s, %s.", wordsOr(q.Codec, "of an unknown codec"), encryption)
	first, packets := e.heard()
	switch {
	case q.Received == 0:
		r.say("hearing", false, "Nothing came from the carrier: check that its RTP reaches this gateway's ports (media.rtp_ports, the firewall, public_addresses).")
	case packets == 0 || e.level() < inaudible:
		r.say("hearing", false, "%d packets came from the carrier, but they are silence.", q.Received)
	default:
		r.say("hearing", true, "The first sound came %d ms after the answer; the loudest was %.0f dB below the maximum.", max(0, first.Sub(answered).Milliseconds()), -e.level())
	}
	switch {
	case reports > 0 && q.FarLoss < 0.5:
		r.say("heard", true, "The carrier reports that our sound arrives, with %.0f %% lost.", 100*q.FarLoss)
	case reports > 0:
		r.say("heard", false, "The carrier reports that %.0f %% of our sound is lost.", 100*q.FarLoss)
	default:
		r.say("heard", true, "We sent %d packets; the carrier sends no reports (RTCP) of whether they arrived.", q.Sent)
	}
}

// encrypted reports whether the sound is, as was agreed with the trunk that
// answered.
func (h *hunt) encrypted() bool {
	answer := make(chan bool, 1)
	if !h.post(func(l *leg) { answer <- l.session.secrecy.tag != "" }, nothing) {
		return false
	}
	select {
	case is := <-answer:
		return is
	case <-time.After(h.e.timers.T1):
		return false
	}
}
