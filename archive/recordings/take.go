package recordings

import (
	"context"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/archive/objects"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/media/recording"
)

// keeping is how long the end of a recording may take to be written.
const keeping = 30 * time.Second

// A Take is a recording that is being made.
type Take struct {
	to        *Library
	recording Recording
	test      bool
	draft     objects.Writer
	rec       *recording.Recorder
	untap     func()
	failed    func(message string)
	over      chan struct{} // closed by End
	once      sync.Once
}

// Begin begins to record what a port's leg says and hears, from a pause where the call's
// recording is paused. failed is called, once at most and until End, when it cannot go on.
func (l *Library) Begin(v call.View, o call.StartRecording, p *media.Port, failed func(message string)) (*Take, error) {
	t := &Take{to: l, test: v.Test, failed: failed, over: make(chan struct{})}
	t.recording = Recording{ID: call.RecordingID(v.ID, o.Number), Account: v.Account, Call: v.ID, Leg: o.Leg, Began: time.Now()}
	var err error
	if t.draft, err = l.objects.Draft(t.recording.ID + whole); err != nil {
		return nil, t.lost(err)
	}
	if t.rec, err = recording.New(t.draft, "TITLE="+string(v.ID), "DATE="+t.recording.Began.UTC().Format(time.RFC3339)); err != nil {
		t.discard()
		return nil, t.lost(err)
	}
	if v.Recording == call.RecordingIsPaused {
		t.rec.Pause()
	}
	t.untap = p.Tap(t.rec.Said(), t.rec.Heard())
	l.stats.running.Add(1)
	l.running.Go(t.run)
	return t, nil
}

// Pause leaves a gap of silence until Resume, as long as it lasts.
func (t *Take) Pause() { t.rec.Pause() }

// Resume ends a pause.
func (t *Take) Resume() { t.rec.Resume() }

// End has the recording kept. It returns at once.
func (t *Take) End() { t.once.Do(func() { close(t.over) }) }

// run waits for the recording's end.
func (t *Take) run() {
	defer t.to.stats.running.Add(-1)
	var err error
	select {
	case <-t.rec.Done():
		err = t.lost(t.rec.Err())
		t.untap()
	case <-t.over:
		t.untap()
		ctx, cancel := context.WithTimeout(context.Background(), keeping)
		defer cancel()
		if err = t.rec.Close(ctx); err != nil {
			err = t.lost(err)
		}
	}
	t.keep(err)
}

// keep keeps what was recorded until it failed, if it did, and tells so.
func (t *Take) keep(failure error) {
	r := &t.recording
	r.Length, r.Interrupted = t.rec.Stats().Length, failure != nil
	var err error
	if r.Bytes, err = t.draft.Keep(); err != nil {
		t.discard()
		failure = t.lost(err)
	}
	told := []story{}
	if err == nil {
		told = append(told, t.recording.ready())
	}
	if failure != nil {
		t.to.stats.failed.Add(1)
		told = append(told, t.tellFailure(failure)...)
	}
	t.to.file(t.recording, t.test, err == nil, told...)
}

// tellFailure tells the call, which has it on record; the log, where the call does not
// listen any more.
func (t *Take) tellFailure(failure error) []story {
	message := webtrunk.MessageOf(failure, "")
	select {
	case <-t.over:
		return []story{{"recording.failed", Told{Recording: t.recording.ID, Call: t.recording.Call, Message: message}}}
	default:
		t.failed(message)
		return nil
	}
}

// discard leaves nothing of the recording.
func (t *Take) discard() {
	if err := t.draft.Discard(); err != nil {
		t.to.log.Warn("the file of a recording stays until the next start", "recording", t.recording.ID, "error", err)
	}
}

// lost is what is told of a recording that cannot go on.
func (t *Take) lost(err error) error {
	t.to.log.Error("a recording cannot go on", "recording", t.recording.ID, "error", err)
	return &webtrunk.Error{Op: "recordings", Kind: webtrunk.Unavailable, Message: "The recording cannot be kept: see to the disk under recordings.directory.", Err: err}
}
