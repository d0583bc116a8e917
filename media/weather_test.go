package media

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thesyncim/gopus"

	"webtrunk/transcode"
)

// A weather is what a network does to packets.
type weather struct {
	loss    float64 // share of packets that never come
	burst   float64 // how many are lost together, on average; 0 and 1: each by itself
	jitter  float64 // up to so many ms more, in order
	swapped float64 // share of packets that come 5 ms after their successor
}

// A coming is a packet and when it comes, in ms.
type coming struct {
	frame Frame
	at    float64
}

// over sends packets through a network. The first two come: a stream begins
// with what is heard of it.
func (w weather) over(packets []Frame, r *rand.Rand) (come []coming) {
	lost, last := false, 0.0
	for i, f := range packets {
		lost = w.loses(lost, r)
		at := float64(i)*20 + w.jitter*r.Float64()
		if i < 2 || w.swapped == 0 || r.Float64() >= w.swapped {
			at = math.Max(at, last)
			last = at
		} else {
			at += 25
		}
		if i < 2 || !lost {
			come = append(come, coming{f, at})
		}
	}
	for i := 1; i < len(come); i++ { // what was overtaken has its place behind
		for j := i; j > 0 && come[j].at < come[j-1].at; j-- {
			come[j], come[j-1] = come[j-1], come[j]
		}
	}
	return come
}

// loses is a Markov chain of two states (Gilbert), of which one loses.
func (w weather) loses(before bool, r *rand.Rand) bool {
	if w.burst <= 1 {
		return r.Float64() < w.loss
	}
	end := 1 / w.burst
	if before {
		return r.Float64() >= end
	}
	return r.Float64() < end*w.loss/(1-w.loss)
}

// The kinds of sound that browsers send, with redundancy, as they do once they
// are told of loss: narrowband, which ours are asked for, and hybrid fullband.
var browserSounds = []struct {
	name  string
	rate  int
	width gopus.Bandwidth
	mode  gopus.EncoderMode
	bits  int
}{
	{"narrowband", 8000, gopus.BandwidthNarrowband, gopus.EncoderModeSILK, 24000},
	{"hybrid", 48000, gopus.BandwidthFullband, gopus.EncoderModeHybrid, 40000},
}

// browserSays encodes the sentence as a browser does.
func browserSays(t testing.TB, kind int) []Frame {
	t.Helper()
	k := browserSounds[kind]
	g, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: k.rate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	g.SetVBR(true)
	g.SetFEC(true)
	for _, err := range []error{
		g.SetFrameSize(k.rate / 50), g.SetComplexity(5), g.SetBitrate(k.bits), g.SetMode(k.mode),
		g.SetBandwidth(k.width), g.SetSignal(gopus.SignalVoice), g.SetPacketLoss(15),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	times := k.rate / transcode.SampleRate
	pcm := make([]int16, 0, len(speech)*times)
	for i, s := range speech {
		next := speech[min(i+1, len(speech)-1)]
		for j := range times {
			pcm = append(pcm, int16((int(s)*(times-j)+int(next)*j)/times))
		}
	}
	talk := talker{format: chromium, seq: 1}
	var packets []Frame
	for len(pcm) >= k.rate/50 {
		payload := make([]byte, transcode.MaxPayload)
		n, err := g.EncodeInt16(pcm[:k.rate/50], payload)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, talk.packet(payload[:n], transcode.FrameSamples))
		pcm = pcm[k.rate/50:]
	}
	return packets
}

// An outcome is what a telephone heard, and how.
type outcome struct {
	pcm   []int16
	stats Stats
}

// heardThrough sends what comes to a telephone through joined ports, at its
// time. The telephone's jitter buffer lets a frame be 60 ms later than the
// network's jitter makes it, and conceals what comes later or not.
func heardThrough(t *testing.T, come []coming, jitter float64, packets int) (h outcome) {
	synctest.Test(t, func(t *testing.T) {
		from, to := joined(t, chromium, phone)
		begin := time.Now()
		for _, c := range come {
			time.Sleep(time.Until(begin.Add(time.Duration(c.at * float64(time.Millisecond)))))
			from.Receive(c.frame)
		}
		time.Sleep(2 * patience)
		synctest.Wait()
		slots := make([][]byte, packets)
		frames := to.frames()
		for _, f := range frames {
			n := int(f.Timestamp-frames[0].Timestamp) / transcode.FrameSamples
			late := float64(f.at.Sub(begin))/float64(time.Millisecond) - float64(n)*20
			if n < packets && late <= jitter+60 {
				slots[n] = f.Payload
			}
		}
		h = outcome{decodedBy(t, transcode.PCMU, slots), from.Stats()}
	})
	return h
}

// heardPlainly is what is heard where each packet that is missing when its
// successor comes is concealed, and nothing else is tried.
func heardPlainly(t *testing.T, come []coming, packets int) []int16 {
	slots := make([][]byte, packets)
	newest := -1
	for _, c := range come {
		if n := int(c.frame.Sequence) - 1; n > newest {
			slots[n], newest = c.frame.Payload, n
		}
	}
	pcm := decodedBy(t, transcode.Opus, slots)
	law := make([]byte, len(pcm))
	transcode.EncodePCMU(law, pcm)
	transcode.DecodePCMU(pcm, law)
	return pcm
}

// decodedBy decodes one frame after another; nil is concealed.
func decodedBy(t *testing.T, c transcode.Codec, slots [][]byte) (pcm []int16) {
	dec, err := transcode.NewDecoder(c)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	buf := make([]int16, transcode.MaxSamples)
	for _, p := range slots {
		n := transcode.FrameSamples
		if p == nil {
			dec.Conceal(buf, n)
		} else if n, err = dec.Decode(buf, p); err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, buf[:n]...)
	}
	return pcm
}
