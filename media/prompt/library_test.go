package prompt

import (
	"bytes"
	"encoding/binary"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"webtrunk/media"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func wordsOf(t *testing.T, language string) string {
	t.Helper()
	b, err := os.ReadFile("words/" + language + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func library(t testing.TB, o Options) *Library {
	t.Helper()
	l, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// hear plays a sound to its end, or for so many seconds, 20 ms at a time.
func hear(s media.Sound, seconds int) (pcm []int16) {
	var frame [transcode.FrameSamples]int16
	for len(pcm) < seconds*transcode.SampleRate {
		n := s.Read(frame[:])
		pcm = append(pcm, frame[:n]...)
		if n < len(frame) {
			break
		}
	}
	return pcm
}

func phraseOf(t testing.TB, l *Library, text string) []int16 {
	t.Helper()
	s, err := l.Open(text)
	if err != nil {
		t.Fatal(err)
	}
	return hear(s, 600)
}

// A phrase is its clips in order, no sample between them, and the clips differ.
func TestAPhraseIsItsClipsInOrder(t *testing.T) {
	l := library(t, Options{})
	whole := phraseOf(t, l, "you_are_number,place:42,pause:100,in_the_queue")
	var want []int16
	for _, name := range []string{"you_are_number", "n.40", "n.2", "", "in_the_queue"} {
		if name == "" {
			want = append(want, make([]int16, 800)...)
			continue
		}
		want = append(want, phraseOf(t, l, name)...)
	}
	if !bytes.Equal(raw(whole), raw(want)) {
		t.Errorf("%d samples, want %d, or others", len(whole), len(want))
	}
	length, ends, err := l.Length("you_are_number,place:42,pause:100,in_the_queue")
	if err != nil || !ends || length != time.Duration(len(want))*time.Second/8000 {
		t.Errorf("its length is %v, %v, %v", length, ends, err)
	}
	if _, ends, _ := l.Length("music"); ends {
		t.Error("music ends")
	}
}

func raw(pcm []int16) []byte {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, pcm)
	return b.Bytes()
}

// Every clip of every language is speech: loud enough, not clipped, short.
func TestEveryClipIsHeard(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	l := library(t, Options{})
	for language := range languages {
		for _, name := range listed(t, language) {
			pcm, err := l.clip(language, name)
			if err != nil {
				t.Error(err)
				continue
			}
			peak := 0
			for _, s := range pcm {
				peak = max(peak, int(s), -int(s))
			}
			if peak < 5000 || peak > 32000 || len(pcm) < 1200 || len(pcm) > 8*8000 {
				t.Errorf("%s/%s: a peak of %d in %d samples", language, name, peak, len(pcm))
			}
		}
	}
}

func TestTheLanguageIsThePhrasesOrTheLibrarys(t *testing.T) {
	chinese := library(t, Options{Language: "zh"})
	a, b := phraseOf(t, chinese, "goodbye"), phraseOf(t, library(t, Options{}), "say:zh:goodbye")
	if !bytes.Equal(raw(a), raw(b)) || bytes.Equal(raw(a), raw(phraseOf(t, chinese, "say:en:goodbye"))) {
		t.Error("the languages are mixed up")
	}
}

func TestTones(t *testing.T) {
	l := library(t, Options{Country: "de"})
	for phrase, hz := range map[string]float64{"tone:busy": 425, "tone:busy:gb": 400, "tone:ringback:fr": 440} {
		s, err := l.Open(phrase)
		if err != nil {
			t.Fatal(err)
		}
		if purity, _ := soundcheck.Tone(hear(s, 1), hz); purity < 0.9 {
			t.Errorf("%s: %v Hz has %.2f of it", phrase, hz, purity)
		}
	}
}

// What is asked for again is not decoded again; what is larger than the cache
// is not kept; what was asked for longest ago goes first.
func TestTheCacheIsSharedAndBounded(t *testing.T) {
	l := library(t, Options{})
	a, _ := l.clip("en", "welcome")
	b, _ := l.clip("en", "welcome")
	if &a[0] != &b[0] {
		t.Error("a clip is decoded twice")
	}
	var c cache
	c.put("too large", make([]int16, maxSamples+1))
	c.put("old", make([]int16, maxSamples/2))
	c.put("new", make([]int16, maxSamples/2))
	c.get("old")
	c.put("newer", make([]int16, maxSamples/2))
	for key, want := range map[string]bool{"too large": false, "old": true, "new": false, "newer": true} {
		if _, ok := c.get(key); ok != want {
			t.Errorf("%s is kept: %v", key, ok)
		}
	}
	if c.samples > maxSamples {
		t.Errorf("%d samples are kept", c.samples)
	}
}

func TestManyCallsHearTheSameClips(t *testing.T) {
	l := library(t, Options{})
	want := raw(phraseOf(t, l, "number:123456,money:EUR:1.50"))
	fresh := library(t, Options{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := fresh.Open("number:123456,money:EUR:1.50")
			if err != nil {
				t.Error(err)
				return
			}
			if !bytes.Equal(raw(hear(s, 60)), want) {
				t.Error("another sound")
			}
		})
	}
	all.Wait()
}

func TestPlayingAllocatesNothing(t *testing.T) {
	l := library(t, Options{})
	s, err := l.Open("number:123456789,music")
	if err != nil {
		t.Fatal(err)
	}
	var pcm [transcode.FrameSamples]int16
	if n := testing.AllocsPerRun(2000, func() { s.Read(pcm[:]) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkOpen(b *testing.B) {
	l := library(b, Options{})
	for b.Loop() {
		if _, err := l.Open("you_are_number,place:42,in_the_queue,estimated_wait,duration:720"); err != nil {
			b.Fatal(err)
		}
	}
}
