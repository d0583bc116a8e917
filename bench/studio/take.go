package studio

import (
	"context"
	"errors"
	"os"
	"time"

	"webtrunk/media/recording"
)

// A Take is one recording, as it went.
type Take struct {
	Call     int
	Stuck    bool          // its disk hung
	Said     string        // why it ended; empty where it is whole
	Length   time.Duration // of what was encoded
	Lost     time.Duration // what found no room meanwhile, of both sides
	Late     time.Duration
	Playable time.Duration // of what is on the disk
	Silent   bool          // one of its sides is
}

// A take is one while it is made.
type take struct {
	Take
	file     *os.File
	path     string // where it can be played from
	recorder *recording.Recorder
	undo     func()
	stuck    *stuckDisk // nil where it is on the small disk
}

// newTake records a call into a file that is the take's from now on.
func newTake(c *call, f *os.File, path string) (*take, error) {
	r, err := recording.New(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t := &take{Take: Take{Call: c.number}, file: f, path: path, recorder: r}
	t.undo = c.legs[0].Port().Tap(r.Said(), r.Heard())
	return t, nil
}

// wait waits until the recording has ended by itself.
func (t *take) wait(ctx context.Context) error {
	if t.recorder == nil {
		return nil
	}
	select {
	case <-t.recorder.Done():
		return nil
	case <-ctx.Done():
		return errors.New("a recording does not end")
	}
}

// forget lets go of a recorder that has ended, as calls do that are over.
func (t *take) forget() {
	if t.recorder != nil {
		t.note()
		t.recorder, t.undo = nil, nil // what undoes the tap holds the recorder, too
	}
}

// close ends the recording as the end of a call does; it hangs where its disk
// does not answer in time.
func (t *take) close(ctx context.Context) (hangs bool) {
	t.undo()
	if err := t.recorder.Close(ctx); err != nil {
		t.Said = err.Error()
	}
	select {
	case <-t.recorder.Done():
		t.note()
		if err := t.release(); err != nil && t.Said == "" {
			t.Said = err.Error()
		}
		return false
	default:
		t.Stuck = true
		return true
	}
}

func (t *take) note() {
	s := t.recorder.Stats()
	t.Length, t.Lost, t.Late, t.Stuck = s.Length, s.Lost, s.Late, t.stuck != nil
}

// release closes the file, once nothing writes to it any more.
func (t *take) release() error {
	t.forget()
	err := t.file.Close()
	if t.stuck != nil {
		err = errors.Join(err, t.stuck.wait())
	}
	return err
}
