package api

import (
	"cmp"
	"context"
	"errors"
	"time"

	"webtrunk"
	"webtrunk/event"
)

// relay moves events from a subscription to a wire until the client leaves, the
// subscription ends, or the caller may no longer follow. From time to time it
// stops to ask for that, and to say that it is alive.
func (f *Streams) relay(ctx context.Context, st *stream, out wire) {
	heartbeat := cmp.Or(f.Heartbeat, 15*time.Second)
	pause := min(cmp.Or(f.Recheck, 3*time.Second), heartbeat)
	err := errors.Join(out.hello(st.sub.Place()), out.flush())
	beat := time.Now()
	for err == nil {
		err = turn(ctx, pause, st, out)
		if err == nil && ctx.Err() == nil {
			err = f.check(ctx, st, out)
		}
		if err == nil && time.Since(beat)+pause/2 >= heartbeat {
			err = errors.Join(out.beat(st.sub.Place()), out.flush())
			beat = time.Now()
		}
		if err == nil && ctx.Err() != nil {
			err = stopped(ctx, st)
		}
	}
	var end *event.Resync
	if errors.As(err, &end) {
		_ = errors.Join(out.resync(end), out.flush()) // the client may have left, too
	}
}

// turn moves events for a while. It returns nil when the while is over.
func turn(ctx context.Context, while time.Duration, st *stream, out wire) error {
	ctx, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	for ctx.Err() == nil {
		r, err := st.sub.Next(ctx)
		switch {
		case ctx.Err() != nil && !errors.Is(err, event.ErrResync) && err != nil:
			return nil
		case webtrunk.KindOf(err) == webtrunk.Unavailable:
			<-ctx.Done() // the database is down: the subscription goes on when it is back
			return nil
		case err != nil:
			return err
		}
		if err := out.event(st.of.Place(r), r.Envelope()); err != nil {
			return err
		}
		if !st.sub.Ready() {
			if err := out.flush(); err != nil {
				return err
			}
		}
	}
	return out.flush()
}

// check ends a stream whose caller may no longer follow.
func (f *Streams) check(ctx context.Context, st *stream, out wire) error {
	err := st.still(ctx)
	if err == nil {
		return nil
	}
	_ = errors.Join(out.refused(sentence(webtrunk.MessageOf(err, "This key or login is no longer valid."))), out.flush())
	return err
}

// stopped is why a stream ends whose ctx has ended: the gateway stops, or the
// client has left, which needs no words.
func stopped(ctx context.Context, st *stream) error {
	if errors.Is(context.Cause(ctx), event.ErrResync) {
		return &event.Resync{Reason: event.Stopping, Place: st.sub.Place()}
	}
	return ctx.Err()
}
