package transcode_test

import (
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// Each channel keeps its own sentence, and nothing of the other's is heard in it.
func TestTwoVoicesStayApart(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	left, right := soundcheck.Sentence(soundcheck.Harbour), soundcheck.Sentence(soundcheck.Garden)
	enc, err := transcode.NewStereoEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: transcode.SampleRate, Channels: 2})
	if err != nil {
		t.Fatal(err)
	}
	var l, r []int16
	var payload [transcode.MaxPayload]byte
	bytes := 0
	for at := 0; at+160 <= min(len(left), len(right)); at += 160 {
		var pcm, out [320]int16
		for i := range 160 {
			pcm[2*i], pcm[2*i+1] = left[at+i], right[at+i]
		}
		n, err := enc.Encode(payload[:], pcm[:])
		if err != nil {
			t.Fatal(err)
		}
		bytes += n
		if n, err = dec.DecodeInt16(payload[:n], out[:]); err != nil || n != 160 {
			t.Fatal(n, err)
		}
		for i := range 160 {
			l, r = append(l, out[2*i]), append(r, out[2*i+1])
		}
	}
	for _, c := range []struct{ heard, right, wrong []int16 }{{l, left, right}, {r, right, left}} {
		if err := soundcheck.Tell(c.heard, c.right, c.wrong); err != nil {
			t.Error(err)
		}
		res := soundcheck.Compare(c.heard, c.right)
		if d := res.DelaySamples; d != enc.Lookahead() {
			t.Errorf("late by %d samples, said %d", d, enc.Lookahead())
		}
	}
	if rate := bytes * 8 * 8000 / len(l); rate > 52000 {
		t.Errorf("%d bit/s", rate)
	}
}

// What is heard of one voice in the silent channel of the other.
func TestASilentChannelStaysSilent(t *testing.T) {
	said := soundcheck.Sentence(soundcheck.Harbour)
	enc, _ := transcode.NewStereoEncoder()
	dec, _ := gopus.NewDecoder(gopus.DecoderConfig{SampleRate: transcode.SampleRate, Channels: 2})
	var payload [transcode.MaxPayload]byte
	loudest := 0
	for at := 0; at+160 <= len(said); at += 160 {
		var pcm, out [320]int16
		for i := range 160 {
			pcm[2*i] = said[at+i]
		}
		n, _ := enc.Encode(payload[:], pcm[:])
		_, _ = dec.DecodeInt16(payload[:n], out[:])
		for i := range 160 {
			loudest = max(loudest, int(out[2*i+1]), -int(out[2*i+1]))
		}
	}
	if loudest > 330 { // -40 dB
		t.Errorf("the silent channel has a peak of %d", loudest)
	}
}

func TestEncodingTwoVoicesAllocatesNothing(t *testing.T) {
	enc, err := transcode.NewStereoEncoder()
	if err != nil {
		t.Fatal(err)
	}
	var pcm [320]int16
	copy(pcm[:], soundcheck.Sentence(soundcheck.Harbour)[8000:])
	var payload [transcode.MaxPayload]byte
	if n := testing.AllocsPerRun(200, func() { _, _ = enc.Encode(payload[:], pcm[:]) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
