package media

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/thesyncim/gopus"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// inPackets returns pcm as G.711 packets of any length.
func (k *talker) inPackets(pcm []int16, samples int) []Frame {
	var frames []Frame
	for at := 0; at+samples <= len(pcm); at += samples {
		payload := make([]byte, samples)
		transcode.EncodePCMU(payload, pcm[at:])
		frames = append(frames, k.packet(payload, samples))
	}
	return frames
}

// Whatever a telephone packs into a packet, the browser gets 20 ms frames.
func TestAnyPacketTimeBecomesTwentyMilliseconds(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, ms := range []int{5, 10, 20, 30, 40, 60, 120} {
		from, to := joined(t, phone, chromium)
		k := newTalker(t, phone)
		for _, f := range k.inPackets(speech, 8*ms) {
			from.Receive(f)
		}
		frames := to.frames()
		if want := len(speech) / (8 * ms) * ms / 20; len(frames) != want {
			t.Errorf("%d ms: %d frames, want %d", ms, len(frames), want)
		}
		steady(t, chromium, frames, 160)
		if r := soundcheck.Compare(listen(t, chromium, frames), speech); !r.Matches() {
			t.Errorf("%d ms: %v", ms, r)
		}
	}
}

// A telephone gets its packets as long as it asks for, also of its own codec,
// and what is lost on the way to us is filled all the same.
func TestATelephoneGetsThePacketTimeItAsksFor(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, ms := range []int{10, 30, 40, 60} {
		for name, a := range map[string]Format{"from a browser": chromium, "of the other law": phoneA, "of the same": phone} {
			if a == chromium && ms != 30 {
				continue // Opus takes long, and once is enough
			}
			b := phone
			b.Samples = 8 * ms
			from, to := joined(t, a, b)
			packets := newTalker(t, a).say(t, speech)
			withLoss(from, packets, func(i int) bool { return i == len(packets)/2 })
			frames := to.frames()
			if want := len(speech) / (8 * ms); len(frames) < want-1 || len(frames) > want {
				t.Errorf("%s, %d ms: %d frames, want %d", name, ms, len(frames), want)
			}
			steady(t, phone, frames, uint32(8*ms))
			for _, f := range frames {
				if len(f.Payload) != 8*ms {
					t.Fatalf("%s: a packet of %d bytes, want %d ms", name, len(f.Payload), ms)
				}
			}
			if r := soundcheck.Compare(listen(t, phone, frames), speech); !r.Matches() {
				t.Errorf("%s, %d ms: %v", name, ms, r)
			}
		}
	}
}

// opusPackets encodes pcm in frames of ms milliseconds.
func opusPackets(t *testing.T, k *talker, pcm []int16, ms int) []Frame {
	t.Helper()
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: 8000, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		t.Fatal(err)
	}
	if err := enc.SetFrameSize(8 * ms); err != nil {
		t.Fatal(err)
	}
	var frames []Frame
	buf := make([]byte, 4000)
	for at := 0; at+8*ms <= len(pcm); at += 8 * ms {
		n, err := enc.EncodeInt16(pcm[at:at+8*ms], buf)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, k.packet(slices.Clone(buf[:n]), 8*ms))
	}
	return frames
}

func TestLongOpusPacketsAreCutAndTheirLossesFilled(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, ms := range []int{10, 40, 60} {
		from, to := joined(t, chromium, phone)
		packets := opusPackets(t, newTalker(t, chromium), speech, ms)
		withLoss(from, packets, func(i int) bool { return i == len(packets)/2 })
		frames := to.frames()
		if want := len(packets) * ms / 20; len(frames) != want {
			t.Errorf("%d ms: %d frames, want %d", ms, len(frames), want)
		}
		steady(t, phone, frames, 160)
		if r := soundcheck.Compare(listen(t, phone, frames), speech); !r.Matches() {
			t.Errorf("%d ms: %v", ms, r)
		}
	}
}

// Half a frame waits when a pause or a key begins: it is sent out first, and
// the timeline stays true.
func TestHalfAFrameIsNotLostBeforeAPause(t *testing.T) {
	from, to := joined(t, phone, chromium)
	k := newTalker(t, phone)
	give(from, k.inPackets(speech[:720], 240)) // 90 ms
	k.pause(8000)
	give(from, k.inPackets(speech[:720], 240))
	k.pause(40) // 5 ms, less than what the frame lacks
	give(from, k.inPackets(speech[:720], 240))
	give(from, k.press(1, 60*time.Millisecond))
	frames := to.frames()
	var at []uint32
	for _, f := range frames {
		at = append(at, (f.Timestamp-frames[0].Timestamp)/6)
	}
	want := []uint32{0, 160, 320, 480, 640, // the half at 640 is padded
		8720, 8880, 9040, 9200, 9360, 9520, 9680, 9840, 10000, 10160, // 9440 to 9480 is the short pause
		10200, 10200, 10200, 10200, 10200}
	if len(at) < 15 || !slices.Equal(at[:5], want[:5]) || at[5] != 8720 {
		t.Fatalf("frames at %v", at)
	}
	for i := 6; i < len(of(chromium.PayloadType, frames)); i++ {
		if at[i] != at[i-1]+160 {
			t.Errorf("frame %d at %d, want %d", i, at[i], at[i-1]+160)
		}
	}
	key := of(chromium.Events, frames)[0]
	if got := (key.Timestamp - frames[0].Timestamp) / 6; got != 720+8000+720+40+720 {
		t.Errorf("the key is at %d, want %d", got, 720+8000+720+40+720)
	}
}

// A new sender under the old address begins anew: the other leg's stream goes on.
func TestANewSenderContinuesTheStream(t *testing.T) {
	for name, pair := range map[string][2]Format{"to the telephone": {chromium, phone}, "to the browser": {phone, chromium}, "relayed": {phone, phone}} {
		for _, jump := range []struct {
			seq  uint16
			ts   uint32
			lost int
		}{{30000, 1 << 30, 1}, {5, 1 << 31, 0}, {60000, 7, 1}} {
			synctest.Test(t, func(t *testing.T) {
				from, to := joined(t, pair[0], pair[1])
				k := newTalker(t, pair[0])
				for i, f := range k.say(t, speech[:8000]) {
					if i >= 25 {
						f.Sequence += jump.seq
						f.Timestamp += jump.ts
					}
					from.Receive(f)
					time.Sleep(tick)
				}
				frames := to.frames()
				if len(frames) != 50-jump.lost {
					t.Fatalf("%s: a jump of %d: %d frames, want %d", name, jump.seq, len(frames), 50-jump.lost)
				}
				frame := pair[1].Codec.ClockRate() / 50
				for i := 1; i < len(frames); i++ {
					want := frame
					if i == 25 {
						want = uint32(1+jump.lost) * frame
					}
					if got := frames[i].Timestamp - frames[i-1].Timestamp; got != want || frames[i].Sequence != frames[i-1].Sequence+1 {
						t.Errorf("%s: a jump of %d: frame %d: number +%d, timestamp +%d, want %d", name, jump.seq, i, frames[i].Sequence-frames[i-1].Sequence, got, want)
					}
				}
				if !frames[25].Marker {
					t.Errorf("%s: no marker at the new sender's first frame", name)
				}
			})
		}
	}
}

// One leg after another speaks to the same port: one stream, in which the time
// between them has passed. Where the encoder is another one, a packet of silence
// tells the far end's decoder just before its first.
func TestLegsTakeTurnsInOneStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser := newLeg(t, "browser", chromium)
		for turn, f := range []Format{phone, chromium, phoneA} {
			other := newLeg(t, "other", f)
			if _, err := Join(browser.Port, other.Port); err != nil {
				t.Fatal(err)
			}
			for _, frame := range newTalker(t, f).say(t, speech[:1600]) {
				other.Receive(frame)
				time.Sleep(tick)
			}
			frames := browser.frames()
			if len(frames) != 11*turn+10 {
				t.Fatalf("turn %d: %d frames", turn, len(frames))
			}
			time.Sleep(3 * time.Second)
		}
		frames := browser.frames()
		for i := 1; i < len(frames); i++ {
			want := uint32(960)
			if i%11 == 10 {
				want = 3 * 48000
				if string(frames[i].Payload) != string(opusHush[:]) {
					t.Errorf("frame %d is % x", i, frames[i].Payload)
				}
			}
			if got := frames[i].Timestamp - frames[i-1].Timestamp; got != want || frames[i].Sequence != frames[i-1].Sequence+1 || frames[i].Marker != (i%11 == 0) {
				t.Errorf("frame %d: number +%d, timestamp +%d, marker %v; want +1, +%d", i, frames[i].Sequence-frames[i-1].Sequence, got, frames[i].Marker, want)
			}
		}
	})
}
