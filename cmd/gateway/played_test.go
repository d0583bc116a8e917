package main

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/event"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
	"webtrunk/transcode"
)

// A silent telephone, which says back digits that it gets as telephone-events.
const silentNumber = "+15550100112"

// playable is the beginning of a phrase, as callers hear it.
func (j judgedCall) playable(phrase string, seconds int) []int16 {
	j.Helper()
	s, err := j.box.phrases.Open(phrase)
	if err != nil {
		j.Fatal(err)
	}
	pcm := make([]int16, seconds*transcode.SampleRate)
	return pcm[:s.Read(pcm)]
}

// theTelephoneHears waits until what the telephone has heard from now on is this,
// and not that.
func (j judgedCall) theTelephoneHears(what string, this, that []int16) {
	j.Helper()
	from := len(j.far.Heard())
	listenFor(j.T, func() []int16 { return j.far.Heard()[from:] }, what, this, that)
}

// TestWhoIsOnHoldHearsMusic: a page puts a telephone on hold, which hears music
// meanwhile, and afterwards the page again.
func TestWhoIsOnHoldHearsMusic(t *testing.T) {
	t.Parallel()
	j := called(t, silentNumber, visitor.Config{})
	harbour := soundcheck.Sentence(soundcheck.Harbour)
	music := j.playable("music", 8)
	if err := j.Send("hold", nil); err != nil {
		t.Fatal(err)
	}
	j.theTelephoneHears("music", music, harbour)
	if err := j.Send("resume", nil); err != nil {
		t.Fatal(err)
	}
	stop := saysOn(t.Context(), j.Speak, harbour)
	j.theTelephoneHears("the page again", harbour, music)
	stop()
	j.Close()
}

// TestATelephoneAnswersAPrompt by the tones of its keys, for it has no other way to
// say them: it hears the sentence, and what it pressed is on record.
func TestATelephoneAnswersAPrompt(t *testing.T) {
	t.Parallel()
	j := called(t, silentNumber, visitor.Config{})
	id := webtrunk.CallID(j.Gateway)
	if err := j.box.board.Do(t.Context(), id, call.Ask{Leg: 2, Phrase: "enter_code", Digits: 2}); err != nil {
		t.Fatal(err)
	}
	j.theTelephoneHears("the sentence", j.playable("enter_code", 8), soundcheck.Sentence(soundcheck.Garden))
	if err := j.far.Play(t.Context(), slices.Concat(pressed(770, 1336), pressed(852, 1209))); err != nil { // 5, 7
		t.Fatal(err)
	}
	comesTrue(t, "the prompt has its digits", func() bool { return j.collected() == "57 complete" })
}

// pressed is a key that is held for 100 ms, and a pause (ITU-T Q.23).
func pressed(low, high float64) []int16 {
	pcm := make([]int16, transcode.SampleRate/5)
	for i := range pcm[:len(pcm)/2] {
		at := 2 * math.Pi * float64(i) / transcode.SampleRate
		pcm[i] = int16(6000*math.Sin(low*at) + 6000*math.Sin(high*at))
	}
	return pcm
}

// collected is what the last prompt took, and how it ended.
func (j judgedCall) collected() (taken string) {
	j.Helper()
	operator, err := j.box.directory.Operator(j.Context())
	if err != nil {
		j.Fatal(err)
	}
	for r, err := range j.box.store.Read(j.Context(), event.Stream{Account: operator.ID}, 0) {
		var data struct{ Digits, Reason string }
		if err != nil || r.Type == "prompt.finished" && json.Unmarshal(r.Data, &data) != nil {
			j.Fatal(err)
		}
		if r.Type == "prompt.finished" {
			taken = data.Digits + " " + data.Reason
		}
	}
	return taken
}
