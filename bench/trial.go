package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"webtrunk/signaling/visitor"
)

// A trial disturbs one database under running calls.
type trial struct {
	slowCommand
	*rig
	db       *database
	meter    *meter
	speakers []*speaker
	spare    *visitor.Visitor // a page that is open all the time, for new calls
	seen     *disturbance
}

func (t *trial) run(ctx context.Context) (err error) {
	t.speakers, err = t.rig.speakers(ctx, t.meter, t.Calls)
	defer func() {
		for _, s := range t.speakers {
			s.close()
		}
	}()
	if err != nil {
		return err
	}
	beside, err := layBare(t.meter, t.Calls)
	if err != nil {
		return err
	}
	defer beside.close()
	if t.spare, err = t.visitor(ctx, visitor.Config{}); err != nil {
		return err
	}
	defer t.spare.Close()
	for _, step := range []func(context.Context) error{t.fast, t.slow, t.stopped, t.again, t.recorded} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fast lets the calls speak while all is well.
func (t *trial) fast(ctx context.Context) error {
	return t.phase(ctx, "fast", t.setups)
}

// slow makes each commit take longer.
func (t *trial) slow(ctx context.Context) error {
	undo, err := t.db.slow(ctx, time.Duration(t.By)*time.Millisecond)
	if err != nil {
		return err
	}
	err = t.phase(ctx, "slow", t.setups)
	return errors.Join(err, undo())
}

// stopped takes the database away. Half of the calls are hung up meanwhile, and
// nobody can begin another.
func (t *trial) stopped(ctx context.Context) error {
	undo, err := t.db.stop(ctx)
	if err != nil {
		return err
	}
	err = t.phase(ctx, "stopped", func(ctx context.Context, _ *phase) error {
		return errors.Join(t.hangUp(ctx), t.refuse(ctx))
	})
	if err := errors.Join(err, undo()); err != nil {
		return err
	}
	begin := time.Now()
	err = t.ready(ctx, 60*time.Second)
	t.seen.back = time.Since(begin)
	return err
}

// again lets those that are left speak, and new ones come.
func (t *trial) again(ctx context.Context) error { return t.phase(ctx, "back", t.setups) }

// phase measures the sound while f and some time pass.
func (t *trial) phase(ctx context.Context, name string, f func(context.Context, *phase) error) error {
	p := phase{name: name}
	t.meter.phase()
	begin := time.Now()
	if err := f(ctx, &p); err != nil {
		return fmt.Errorf("%s, while the database was %s: %w", t.seen.kind, name, err)
	}
	select {
	case <-time.After(time.Until(begin.Add(time.Duration(t.Seconds) * time.Second))):
	case <-ctx.Done():
		return ctx.Err()
	}
	p.sound = t.meter.phase()
	t.seen.phases = append(t.seen.phases, p)
	return nil
}

// setups looks at the database's pace, and makes new calls one after another.
func (t *trial) setups(ctx context.Context, p *phase) (err error) {
	if p.commit, err = t.db.commit(ctx); err != nil {
		return err
	}
	var took []time.Duration
	for range max(1, t.Seconds/2) {
		c, err := t.newCall(ctx)
		if err != nil {
			return fmt.Errorf("a new call: %w", err)
		}
		took = append(took, c)
	}
	p.setup = spreadOf(took)
	return nil
}

// newCall makes a call from a page that has been open all the time, and ends it.
func (t *trial) newCall(ctx context.Context) (took time.Duration, err error) {
	begin := time.Now()
	c, err := talkTo(ctx, t.spare, echo)
	if err != nil {
		return 0, err
	}
	took = time.Since(begin)
	_, err = c.Hangup(ctx)
	return took, err
}

// hangUp ends the first half of the calls, each of which is over at once.
func (t *trial) hangUp(ctx context.Context) error {
	for _, s := range t.speakers[:len(t.speakers)/2] {
		took, err := s.hangUp(ctx, t.meter)
		if err != nil {
			return fmt.Errorf("hanging up: %w", err)
		}
		t.seen.hungUp = append(t.seen.hungUp, took)
	}
	return nil
}

// refuse tries to begin calls in each of the three ways.
func (t *trial) refuse(ctx context.Context) error {
	ways := []struct {
		who string
		try func(context.Context) error
	}{
		{"a page", func(ctx context.Context) error { _, err := t.newCall(ctx); return err }},
		{"the interface", func(ctx context.Context) error { _, err := t.callBack(ctx, t.secret); return err }},
		{"a telephone", func(ctx context.Context) error { _, err := t.ring(ctx); return err }},
	}
	for _, w := range ways {
		ctx, done := context.WithTimeout(ctx, 30*time.Second)
		begin := time.Now()
		err := w.try(ctx)
		done()
		text, refused := sentence(err)
		if !refused {
			return fmt.Errorf("a new call by %s was not refused: %w", w.who, err)
		}
		t.seen.refused = append(t.seen.refused, told{w.who, text, time.Since(begin)})
	}
	return nil
}

// recorded holds the calls that were hung up while the database was away, and
// then all others, to what the log says of them.
func (t *trial) recorded(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	half := len(t.speakers) / 2
	if err := t.look(ctx, t.speakers[:half]); err != nil {
		return err
	}
	for _, s := range t.speakers[half:] {
		if _, err := s.hangUp(ctx, t.meter); err != nil {
			return fmt.Errorf("hanging up at the end: %w", err)
		}
	}
	return t.look(ctx, t.speakers[half:])
}

// look waits until calls' events are complete, and notes what they still lack
// after a while.
func (t *trial) look(ctx context.Context, of []*speaker) error {
	ctx, done := context.WithTimeout(ctx, 20*time.Second)
	defer done()
	for _, s := range of {
		t.seen.calls++
		var lack string
		err := until(ctx, "a call's events are complete", func() (bool, error) {
			events, err := t.story(ctx, t.secret, s.call.Gateway)
			if err != nil {
				return false, err
			}
			lack = lacking(events)
			return lack == "", nil
		})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			t.seen.lacking = append(t.seen.lacking, s.call.Gateway+": "+lack)
		case err != nil:
			return err
		}
	}
	return nil
}

// disturb starts everything for a trial and makes it.
func (c slowCommand) disturb(ctx context.Context, kind string) (d *disturbance, err error) {
	db, err := newDatabase(kind)
	if err != nil {
		return nil, err
	}
	defer db.end()
	m := newMeter()
	s := setting{database: db.line}
	s.carrier.OnRTP = m.carrier
	err = with(ctx, s, func(r *rig) error {
		t := &trial{slowCommand: c, rig: r, db: db, meter: m, seen: &disturbance{kind: kind}}
		d = t.seen
		return t.run(ctx)
	})
	return d, err
}
