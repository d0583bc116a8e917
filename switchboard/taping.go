package switchboard

import (
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
)

// A taping is the recording of one call, touched by the call's goroutine alone.
type taping struct {
	number  int // of the one that runs; 0: none does
	runs    Recording
	paused  bool
	every   time.Duration // between tones; 0: there are none
	beeping *time.Timer   // until the next
}

// beepDue is the input that it is time to tell by a tone that it records.
type beepDue struct {
	call.Input
	number int
}

// startRecording begins to record what a port's leg says and hears. What has paused it since
// it was ordered is in the call's view.
func (a *actor) startRecording(o call.StartRecording, p *media.Port) error {
	if a.board.cfg.Recordings == nil {
		return &webtrunk.Error{Op: "record", Kind: webtrunk.Unsupported, Message: "this gateway keeps no recordings: recordings.directory is not set"}
	}
	mail := a.mail
	view := a.call.View()
	runs, err := a.board.cfg.Recordings.Begin(view, o, p, func(message string) {
		mail.put(call.RecordingBroke{Number: o.Number, Message: message})
	})
	if err != nil {
		return err
	}
	a.taping = taping{number: o.Number, runs: runs, paused: view.Recording == call.RecordingIsPaused, every: o.Beep}
	a.beepLater()
	return nil
}

// beepLater has the next tone come, if there are any.
func (a *actor) beepLater() {
	if t := &a.taping; t.every > 0 {
		mail, due := a.mail, beepDue{number: t.number}
		t.beeping = time.AfterFunc(t.every, func() { mail.put(due) })
	}
}

// beep plays the tone to those who hear each other, unless nothing is recorded now.
func (a *actor) beep(due beepDue) {
	if a.taping.number != due.number {
		return
	}
	a.beepLater()
	if a.taping.paused {
		return
	}
	for _, id := range a.bridged.Legs {
		if l := a.legs[id]; l != nil {
			l.Port().Play(media.RecordingTone(), nil)
		}
	}
}

// pauseRecording pauses the recording that runs, or lets it go on.
func (a *actor) pauseRecording(number int, paused bool) {
	t := &a.taping
	if t.number != number {
		return
	}
	if t.paused = paused; paused {
		t.runs.Pause()
	} else {
		t.runs.Resume()
	}
}

// endRecording has what was recorded kept.
func (a *actor) endRecording() {
	t := a.taping
	a.taping = taping{}
	if t.beeping != nil {
		t.beeping.Stop()
	}
	if t.runs != nil {
		t.runs.End()
	}
}
