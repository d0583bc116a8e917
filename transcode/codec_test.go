package transcode

import (
	"slices"
	"testing"

	"github.com/thesyncim/gopus"

	"webtrunk"
	"webtrunk/soundcheck"
)

var codecs = []Codec{Opus, PCMU, PCMA, G722}

func TestSpeechSurvivesEveryCodec(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	other := soundcheck.Sentence(soundcheck.Garden)
	for _, c := range codecs {
		heard := decoded(t, c, encoded(t, c, speech, 0))
		if err := soundcheck.Tell(heard, speech, other); err != nil {
			t.Errorf("%v: %v", c, err)
		}
		r := soundcheck.Compare(heard, speech)
		if r.Gaps != 0 || r.Clicks != 0 || r.DelaySamples > 80 {
			t.Errorf("%v: %v, want no gap, no click, at most 10 ms delay", c, r)
		}
	}
}

func TestUnknownCodecsAreRefused(t *testing.T) {
	for _, c := range []Codec{None, 77} {
		if _, err := NewDecoder(c); webtrunk.KindOf(err) != webtrunk.Unsupported {
			t.Errorf("decoder for %v: %v, want unsupported", c, err)
		}
		if _, err := NewEncoder(c); webtrunk.KindOf(err) != webtrunk.Unsupported {
			t.Errorf("encoder for %v: %v, want unsupported", c, err)
		}
	}
	if s := Codec(77).String(); s != "unknown" {
		t.Errorf("a codec that does not exist is called %q", s)
	}
}

// A used codec must behave as a new one: no call may hear the one before.
func TestAReusedCodecRemembersNothing(t *testing.T) {
	fresh := encoded(t, Opus, speech, 0)
	general := browser(t, 48000, 1, 960, func(*gopus.Encoder) {}) // the library decodes it
	first, second := decoded(t, Opus, fresh), decoded(t, Opus, general)
	noise := encoded(t, Opus, soundcheck.Sentence(soundcheck.Garden), 20)
	decoded(t, Opus, append(noise[:100:100], general[50:60]...))
	before := Used()
	if before.IdleDecoders == 0 {
		t.Fatalf("%+v: nothing was kept for reuse", before)
	}
	again := encoded(t, Opus, speech, 0)
	for i := range fresh {
		if !slices.Equal(fresh[i], again[i]) {
			t.Fatalf("frame %d: a reused encoder encodes differently", i)
		}
	}
	if !slices.Equal(decoded(t, Opus, fresh), first) || !slices.Equal(decoded(t, Opus, general), second) {
		t.Error("a reused decoder decodes differently")
	}
	if after := Used(); after != before {
		t.Errorf("usage was %+v and is %+v: something was not given back", before, after)
	}
}

func TestUsageCountsWhatIsOut(t *testing.T) {
	before := Used()
	dec, _ := NewDecoder(Opus)
	enc, _ := NewEncoder(Opus)
	if u := Used(); u.Decoders != before.Decoders+1 || u.Encoders != before.Encoders+1 {
		t.Errorf("%+v after %+v: want one more of each", u, before)
	}
	dec.Close()
	enc.Close()
	if u := Used(); u.Decoders != before.Decoders || u.Encoders != before.Encoders {
		t.Errorf("%+v after %+v: want both back", u, before)
	}
}

func TestTheShelfIsBounded(t *testing.T) {
	s := shelf[int]{make: func() (int, error) { return 1, nil }}
	for range maxIdle + 10 {
		s.take()
	}
	for range maxIdle + 10 {
		s.give(1)
	}
	if inUse, idle, _ := s.counts(); inUse != 0 || idle != maxIdle {
		t.Errorf("%d in use, %d idle; want 0 and %d", inUse, idle, maxIdle)
	}
}

func TestEmptyAndEndlessPayloadsAreErrors(t *testing.T) {
	pcm := make([]int16, MaxSamples)
	for _, c := range codecs {
		dec, err := NewDecoder(c)
		if err != nil {
			t.Fatal(err)
		}
		for name, payload := range map[string][]byte{"empty": {}, "nil": nil, "huge": make([]byte, 9000)} {
			if n, err := dec.Decode(pcm, payload); err == nil || n != 0 {
				t.Errorf("%v: %s payload gave %d samples, error %v", c, name, n, err)
			}
		}
		dec.Close()
	}
}
