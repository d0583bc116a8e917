package main

import (
	"fmt"
	"testing"

	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/media/prompt"
	"webtrunk/soundcheck"
)

// TestATelephoneIsToldItsPlaceInItsLanguage: two telephones wait in each of three
// queues, which speak English, Chinese and Arabic; the second of each hears, in that
// language, that it is number two.
func TestATelephoneIsToldItsPlaceInItsLanguage(t *testing.T) {
	t.Parallel()
	c := startSwitchroom(t, dispatch.Queue{Name: "en", Language: "en"})
	hotlines := map[string]string{"en": c.ref}
	for _, language := range []string{"zh", "ar"} {
		hotlines[language] = c.hotline(dispatch.Queue{Name: language, Language: language})
	}
	for _, ref := range hotlines {
		reaches(t, dial(t, c.demo, ref), carrier.Reached(carrier.Confirmed))
	}
	c.until(func() bool { return len(c.types("queue.entry_added")) == len(hotlines) })
	phones := map[string]*carrier.Call{}
	for language, ref := range hotlines {
		phones[language] = dial(t, c.demo, ref)
	}
	for language, phone := range phones {
		phrase := "say:" + language + ":you_are_number,place:2,in_the_queue"
		said := recited(t, c.phrases, phrase)
		at := listen(t, phone.Heard, phrase, said)
		wantPlace(t, c.phrases, language, phone.Heard()[at:], 2)
	}
}

// hotline makes another queue, and a reference to it.
func (c *switchroom) hotline(q dispatch.Queue) (ref string) {
	c.t.Helper()
	q, err := c.queues.CreateQueue(c.ctx, c.by, q)
	must(c.t, err)
	r, err := c.directory.CreateReference(c.ctx, c.by, directory.NewReference{Target: address(c.t, "queue:"+q.ID)})
	must(c.t, err)
	return r.ID
}

// wantPlace checks, in the phrase that tells a place, the word by which places differ.
func wantPlace(t *testing.T, l *prompt.Library, language string, heard []int16, place int) {
	t.Helper()
	const slack = soundcheck.Rate / 5
	heard = heard[max(0, len(recited(t, l, "say:"+language+":you_are_number"))-slack):]
	for n := 1; n <= 5; n++ {
		word := recited(t, l, fmt.Sprintf("say:%s:place:%d", language, n))
		likeness, _ := find(heard[:min(len(heard), len(word)+2*slack)], word)
		t.Logf("in %s, place %d is heard with a likeness of %.2f", language, n, likeness)
		if (n == place) != (likeness >= spokenLikeness) {
			t.Errorf("in %s, place %d is heard with a likeness of %.2f; the telephone's is %d", language, n, likeness, place)
		}
	}
}

// recited is what a phrase sounds like; of music, the beginning.
func recited(t *testing.T, l *prompt.Library, phrase string) []int16 {
	t.Helper()
	_, ends, err := l.Length(phrase)
	must(t, err)
	if !ends {
		return begins(t, l, phrase)
	}
	sound, err := l.Open(phrase)
	must(t, err)
	pcm := make([]int16, 20*soundcheck.Rate)
	return pcm[:sound.Read(pcm)]
}
