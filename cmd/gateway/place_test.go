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
		told := listen(t, phone.Heard, phrase, said)
		wantPlace(t, c.phrases, language, phone.Heard(), told, 2)
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

// wantPlace checks, in the phrase that tells a place, the word by which places differ:
// it is more like the place's than like any other's, be it torn.
func wantPlace(t *testing.T, l *prompt.Library, language string, heard []int16, told soundcheck.Finding, place int) {
	t.Helper()
	const slack, torn = soundcheck.Rate / 5, 0.5
	length := func(phrase string) int { return len(recited(t, l, "say:"+language+":"+phrase)) }
	whole := length(fmt.Sprintf("you_are_number,place:%d,in_the_queue", place))
	from, to := told.At(length("you_are_number"))-slack, told.At(whole)-length("in_the_queue")+slack
	heard = heard[max(0, from):min(to, len(heard))]
	likeliest, most := 0, torn
	for n := 1; n <= 5; n++ {
		likeness, _ := find(heard, recited(t, l, fmt.Sprintf("say:%s:place:%d", language, n)))
		t.Logf("in %s, place %d is heard with a likeness of %.2f", language, n, likeness)
		if likeness > most {
			likeliest, most = n, likeness
		}
	}
	if likeliest != place {
		t.Errorf("in %s, the place that is heard is %d; the telephone's is %d", language, likeliest, place)
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
