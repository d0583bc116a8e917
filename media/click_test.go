package media

import (
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// ways are what is spoken by who is heard, and by who hears.
var ways = []struct {
	name string
	a, b Format
}{
	{"relayed", phone, phone}, {"from law to law", phoneA, phone}, {"from a page", chromium, phone}, {"to a page", phone, chromium},
	{"to a page of G.711", phone, lawPage}, {"from page to page", chromium, firefox}, {"to a wide telephone", phone, phoneW},
	{"from a page to a wide telephone", chromium, phoneW}, {"from a wide telephone to a page", phoneW, chromium}, {"wide, relayed", phoneW, phoneW},
}

// stories are all that begins, ends or takes the place of something.
var stories = []struct {
	what string
	tell func(t *testing.T, s *scene)
}{
	{"joined, parted, and joined again", func(t *testing.T, s *scene) {
		for range 4 {
			unjoin, err := Join(s.a.Port, s.b.Port)
			if err != nil {
				t.Fatal(err)
			}
			s.sing(13)
			unjoin()
		}
	}},
	{"another takes the place", func(t *testing.T, s *scene) {
		for i := range 6 {
			if _, err := Join(s.legs[2*(i%2)].Port, s.b.Port); err != nil {
				t.Fatal(err)
			}
			s.sing(13)
		}
	}},
	{"held with music, and back", func(t *testing.T, s *scene) {
		_, _ = Join(s.a.Port, s.b.Port)
		for n := range 3 {
			s.sing(13)
			stop := s.b.Play(s.play(n), nil)
			s.sing(13)
			stop()
		}
		s.sing(13)
	}},
	{"held with silence, and back", func(t *testing.T, s *scene) {
		for range 3 {
			unjoin, _ := Join(s.a.Port, s.b.Port)
			s.sing(13)
			unjoin()
			time.Sleep(time.Second)
		}
	}},
	{"one prompt after another, and then somebody", func(t *testing.T, s *scene) {
		for n := range 4 {
			s.b.Play(s.play(n), nil)
			time.Sleep(333 * time.Millisecond)
		}
		_, _ = Join(s.a.Port, s.b.Port)
		s.sing(60)
	}},
	{"ringback until somebody speaks", func(t *testing.T, s *scene) {
		stop := s.b.Ringback()
		time.Sleep(503 * time.Millisecond)
		_, _ = Join(s.a.Port, s.b.Port)
		s.sing(13)
		stop()
	}},
	{"two, three, two", func(t *testing.T, s *scene) {
		var room Conference
		for range 2 {
			unjoin, err := Join(s.a.Port, s.b.Port)
			if err != nil {
				t.Fatal(err)
			}
			s.sing(13)
			unjoin()
			if err := room.Set(All(s.ports(0, 1, 2)...)); err != nil {
				t.Fatal(err)
			}
			s.sing(25)
			room.End()
		}
		_, _ = Join(s.a.Port, s.b.Port)
		s.sing(13)
	}},
	{"keys in between", func(t *testing.T, s *scene) {
		_, _ = Join(s.a.Port, s.b.Port)
		s.sing(13)
		_ = s.b.SendDigits("5")
		s.sing(40)
	}},
	{"muted, and back", func(t *testing.T, s *scene) {
		_, _ = Join(s.a.Port, s.b.Port)
		for range 3 {
			s.sing(13)
			s.rest(20)
		}
		s.sing(5)
	}},
}

// Nobody hears a click, whatever begins, ends or takes the place of something. The
// clock of prompts is the whole process's, so that these tests run one by one.
func TestNobodyHearsAClick(t *testing.T) {
	for _, story := range stories {
		for i, way := range ways {
			if testing.Short() && i > 3 {
				continue
			}
			t.Run(story.what+", "+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := toneScene(t, way.a, way.b)
					story.tell(t, s)
					rate, allowed := transcode.SampleRate, breaks
					if way.a == phoneW || way.b == phoneW {
						rate = transcode.WideRate
					}
					if way.a == phoneW && way.b == phoneW {
						allowed = adapting
					}
					if step, at := loudestStep(farEnd(t, rate, s.b.frames(), way.b)); step > allowed {
						t.Errorf("after %.3f s the wave breaks, by %d", float64(at)/float64(rate), step)
					}
				})
			})
		}
	}
}

// The same with speech, whose wave is compared with what is around it.
func TestNobodyHearsAClickInSpeech(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, story := range stories {
		for _, way := range ways {
			t.Run(story.what+", "+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := speechScene(t, way.a, way.b)
					story.tell(t, s)
					heard := farEnd(t, transcode.SampleRate, s.b.frames(), way.b)
					allowed := 0
					if way.b == phoneW {
						allowed = 1 // G.722 overshoots where a loud word takes the place of a quiet room, once in sixty times
					}
					if n := soundcheck.Clicks(heard); n > allowed {
						t.Errorf("%d clicks", n)
					}
				})
			})
		}
	}
}

// A room's noise comes in where a telephone falls silent, and goes out when it
// speaks; a page that is silent (DTX) is told as noise, or followed by a pause.
func TestNobodyHearsAClickAroundNoise(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	for _, way := range []struct {
		name string
		a, b Format
	}{
		{"to a page", quietPhone, chromium}, {"relayed", quietPhone, phone}, {"to another law", quietPhone, phoneA},
		{"to a wide telephone", quietPhone, phoneW}, {"from a page", chromium, phone}, {"from a page to a wide telephone", chromium, phoneW},
		{"from page to page", chromium, firefox},
	} {
		for kind, says := range map[string]func(int) []int16{"tones": loud, "speech": talk} {
			t.Run(way.name+", "+kind, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					from, to := joined(t, way.a, way.b)
					payloads, k := encodedOnce(t, way.a.Codec, says(0)), &talker{format: way.a}
					for n := range 4 {
						for _, f := range k.repeat(payloads[50*n+10 : 50*n+37]) {
							from.Receive(f)
							time.Sleep(tick)
						}
						for range 3 {
							from.Receive(k.falls())
							time.Sleep(10 * tick)
							k.pause(9 * transcode.FrameSamples)
						}
					}
					heard := farEnd(t, transcode.SampleRate, to.frames(), way.b)
					step, at := loudestStep(heard)
					if kind == "tones" && step > breaks {
						t.Errorf("after %.3f s the wave breaks, by %d", float64(at)/transcode.SampleRate, step)
					}
					if n := soundcheck.Clicks(heard); n > 0 && kind == "speech" {
						t.Errorf("%d clicks", n)
					}
				})
			})
		}
	}
}

// falls is what a sender says as it falls silent: comfort noise, or an Opus packet
// that has no sound.
func (k *talker) falls() Frame {
	if k.format.Noise != 0 {
		return k.hush(60)
	}
	return k.packet([]byte{0x08}, transcode.FrameSamples)
}

// A page changes from Opus to G.711 and back in mid-call, several times, and neither
// it nor the telephone hears a click.
func TestNobodyHearsAClickAtAnotherCodec(t *testing.T) {
	for kind, says := range map[string]func(int) []int16{"tones": loud, "speech": talk} {
		for name, other := range map[string]Format{"telephone": phone, "telephone of A-law": phoneA, "wide telephone": phoneW, "page": firefox} {
			t.Run(kind+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					page, peer := joined(t, chromium, other)
					formats := []Format{chromium, chromiumLaw}
					talkers := []*talker{{format: chromium}, {format: chromiumLaw}}
					answers := (&talker{format: other}).repeat(encodedOnce(t, other.Codec, says(1)))
					for i := range 200 {
						n := i / 40 % 2
						if i%40 == 0 && i > 0 {
							talkers[n].seq = talkers[1-n].seq
							page.Change(formats[n])
						}
						page.Receive(talkers[n].repeat(encodedOnce(t, formats[n].Codec, says(0))[i : i+1])[0])
						peer.Receive(answers[i])
						time.Sleep(tick)
					}
					for who, heard := range map[string][]int16{
						"page": farEnd(t, transcode.SampleRate, page.frames(), formats...), "other": farEnd(t, transcode.SampleRate, peer.frames(), other),
					} {
						step, at := loudestStep(heard)
						if kind == "tones" && step > breaks {
							t.Errorf("%s: after %.3f s the wave breaks, by %d", who, float64(at)/transcode.SampleRate, step)
						}
						if n := soundcheck.Clicks(heard); n > 0 && kind == "speech" {
							t.Errorf("%s: %d clicks", who, n)
						}
						if len(heard) < 180*transcode.FrameSamples {
							t.Errorf("%s: %d samples are heard of 4 s", who, len(heard))
						}
					}
				})
			})
		}
	}
}
