package switchboard

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// booklet knows phrases by how many samples each has.
type booklet map[string]int

func (b booklet) Open(phrase string) (media.Sound, error) {
	if n, ok := b[phrase]; ok {
		s := hush(n)
		return &s, nil
	}
	return nil, &webtrunk.Error{Op: "booklet", Kind: webtrunk.NotFound, Message: "there is no phrase " + phrase + ": upload it first"}
}

// hush is a phrase of so many samples in which nothing is said.
type hush int

func (h *hush) Read(pcm []int16) int {
	n := min(len(pcm), int(*h))
	clear(pcm[:n])
	*h -= hush(n)
	return n
}

// listening is a call of a visitor and a telephone, which speak PCMU.
func listening(t *testing.T, phrases Phrases) *exchange {
	x := arrive(t, func(c *Config) { c.Phrases = phrases })
	phone := x.says(0, call.LegAnswered{})
	for _, l := range []*line{x.visitor, phone} {
		l.port.SetFormat(media.Format{Codec: transcode.PCMU, Events: 101, EventsClock: 8000})
	}
	return x
}

// A phrase is played to its end, and then the prompt is over.
func TestAPhraseIsPlayedToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := listening(t, booklet{"welcome": 8000})
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "welcome"})
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		if got := x.journal.types(); got[len(got)-1] != "prompt.started" {
			t.Errorf("after 0.9 of 1 s the last event is %s", got[len(got)-1])
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if got := x.journal.types(); got[len(got)-1] != "prompt.finished" {
			t.Errorf("after the phrase the last event is %s", got[len(got)-1])
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

// The end of a phrase that was replaced, still in the mailbox, does not end the
// one that took its place.
func TestTheEndOfAReplacedPhraseDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := listening(t, booklet{"welcome": 80000, "sorry": 80000})
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "welcome"})
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "sorry"})
		x.Do(t.Context(), "call_1", phraseEnded{leg: 2, number: 1})
		synctest.Wait()
		finished := slices.DeleteFunc(x.journal.types(), func(n string) bool { return n != "prompt.finished" })
		if len(finished) != 1 {
			t.Errorf("%d prompts have finished, want the one that was replaced", len(finished))
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}

func TestAnUnknownPhraseIsRefusedInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := listening(t, booklet{})
		x.Do(t.Context(), "call_1", call.Ask{Leg: 2, Phrase: "welcome"})
		synctest.Wait()
		var said []string
		for _, e := range x.journal.events {
			if e, ok := e.(call.OrderRefused); ok {
				said = append(said, e.Message)
			}
		}
		if want := []string{"there is no phrase welcome: upload it first"}; !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
		x.report(call.LegEnded{})
		x.ended()
	})
}
