package switchboard

import (
	"math"
	"testing"
	"testing/synctest"

	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// key5 lets a telephone hold the key 5 as a tone for 100 ms, and let go.
func key5(p *media.Port, sequence uint16) {
	var pcm [160]int16
	var payload [160]byte
	for n := range 15 {
		for i := range pcm {
			t := float64(n*160+i) / transcode.SampleRate
			if pcm[i] = 0; n < 5 {
				pcm[i] = int16(6000*math.Sin(2*math.Pi*770*t) + 6000*math.Sin(2*math.Pi*1336*t))
			}
		}
		transcode.EncodePCMU(payload[:], pcm[:])
		p.Receive(media.Frame{Sequence: sequence + uint16(n), Timestamp: uint32(sequence+uint16(n)) * 160, Payload: payload[:]})
	}
}

// A telephone that says its keys by tones alone is heard while a prompt asks for
// digits, and neither before nor when the prompt has what it asked for.
func TestAPromptHearsTones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := listening(t, booklet{"enter_code": 80000})
		port := x.phones.dialled(0).port
		tones := 0
		port.OnTone(func(digit byte) {
			tones++
			x.phones.dialled(0).report(call.LegDigit{Digit: string(digit)})
		})
		key5(port, 0)
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "enter_code", Digits: 2})
		synctest.Wait()
		key5(port, 100)
		synctest.Wait()
		key5(port, 200)
		synctest.Wait()
		key5(port, 300)
		if tones != 2 {
			t.Errorf("%d tones were heard, want the two that were asked for", tones)
		}
		var taken string
		for _, e := range x.journal.events {
			if e, ok := e.(call.PromptFinished); ok {
				taken = e.Digits + " " + e.Reason
			}
		}
		if taken != "55 complete" {
			t.Errorf("the prompt took %q", taken)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}
