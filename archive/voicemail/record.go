package voicemail

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

// keeping is how long the end of a message may take to be written; the call
// waits a little longer.
const keeping = 8 * time.Second

// A taking is one message while it is recorded.
type taking struct {
	to      *Mailboxes
	message Message
	test    bool
	draft   objects.Writer
	rec     *recording.Recorder
	ear     *ear
	untap   func()
	report  func(call.Input)
	stop    chan bool // whether to keep it
}

// Record begins to record what a port's leg says. It implements
// switchboard.Recorder: how it went is reported once.
func (m *Mailboxes) Record(v call.View, o call.Record, p *media.Port, report func(call.Input)) (stop func(keep bool), err error) {
	t := &taking{to: m, test: v.Test, report: report, stop: make(chan bool, 1), ear: &ear{}}
	t.message = Message{ID: webtrunk.NewID("vm"), Account: v.Account, Call: v.ID, Box: o.Box}
	t.draft, err = m.objects.Draft(t.message.ID + whole)
	if err != nil {
		return nil, lost(err)
	}
	if t.rec, err = recording.New(t.draft); err != nil {
		t.discard()
		return nil, lost(err)
	}
	t.ear.sides = [2]media.Tap{t.rec.Said(), t.rec.Heard()}
	t.ear.last.Store(time.Now().UnixNano())
	t.untap = p.Tap(t.ear, nil)
	m.running.Go(t.run)
	var once sync.Once
	return func(keep bool) { once.Do(func() { t.stop <- keep }) }, nil
}

// run waits for the message's end.
func (t *taking) run() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	told := false
	for {
		select {
		case <-t.rec.Done():
			t.untap()
			t.fail(t.rec.Err())
			return
		case keep := <-t.stop:
			t.untap()
			t.end(keep)
			return
		case <-tick.C:
			if silent := t.ear.silent(t.to.o.Silence); silent && !told {
				told = true
				t.report(call.MessageSilent{})
			}
		}
	}
}

// end writes what has come, and keeps it if that is wanted and something was said.
func (t *taking) end(keep bool) {
	ctx, cancel := context.WithTimeout(context.Background(), keeping)
	defer cancel()
	err := t.rec.Close(ctx)
	switch {
	case err != nil:
		t.fail(err)
	case !keep:
		t.discard()
	case t.ear.said.Load() < spoken:
		t.discard()
		t.report(call.Recorded{})
	default:
		t.keep(ctx)
	}
}

// keep gives the file its name, and the message its row.
func (t *taking) keep(ctx context.Context) {
	t.message.Length = t.rec.Stats().Length
	size, err := t.draft.Keep()
	if err == nil {
		t.message.Bytes = size
		err = t.to.insert(ctx, t.message, t.test)
	}
	if err != nil {
		t.fail(err)
		return
	}
	t.report(call.Recorded{Recording: t.message.ID, Length: t.message.Length})
}

// fail says that the message is lost.
func (t *taking) fail(err error) {
	t.discard()
	t.to.o.Log.Error("a voicemail is lost", "call", t.message.Call, "box", t.message.Box, "error", err)
	t.report(call.RecordFailed{Message: webtrunk.MessageOf(lost(err), "")})
}

// discard leaves nothing of the message.
func (t *taking) discard() {
	if err := t.draft.Discard(); err != nil {
		t.to.o.Log.Warn("the file of a voicemail stays until the next start", "call", t.message.Call, "error", err)
	}
}

func lost(err error) error {
	return &webtrunk.Error{Op: "voicemail: record", Kind: webtrunk.Unavailable, Message: "The message cannot be kept: see to the disk under voicemail.directory.", Err: err}
}
