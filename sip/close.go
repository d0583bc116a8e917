package sip

import (
	"context"
	"fmt"
	"time"

	"webtrunk/call"
)

// Drain refuses new calls, with 503 and Retry-After, and waits until those
// that are up have ended or ctx is done.
func (e *Edge) Drain(ctx context.Context) error {
	e.mu.Lock()
	e.draining = true
	e.mu.Unlock()
	return e.quiet(ctx)
}

// quiet waits until every leg is finished, with all that ends it answered.
func (e *Edge) quiet(ctx context.Context) error {
	for {
		e.mu.Lock()
		left, changed := len(e.open)+len(e.joints), e.changed
		e.mu.Unlock()
		if left == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Close hangs up whatever is up, waits up to Timers.Close for the far side to
// confirm it, and returns when every goroutine of the edge has ended.
func (e *Edge) Close() error {
	if e.isClosing() {
		return nil
	}
	e.mu.Lock()
	if e.hangingUp {
		e.mu.Unlock()
		return nil
	}
	e.draining, e.hangingUp = true, true
	close(e.ending)
	e.mu.Unlock()
	e.tellAll(func(l *leg) { l.end(call.LegEnded{Cause: call.Shutdown}, call.Shutdown) })
	e.endJoints()
	err := e.quietWithin(e.timers.Close)
	if err != nil {
		e.tellAll((*leg).lastWords)
		err = e.quietWithin(e.timers.T1)
	}
	e.tasks.Wait() // bounded by Timers.Close, as the calls are
	closed := e.letGo()
	if err != nil {
		return fmt.Errorf("sip: close: not every call was confirmed ended: %w", err)
	}
	return closed
}

// letGo closes the socket and waits for every goroutine. It says nothing to
// anybody: that was Close's to do before.
func (e *Edge) letGo() error {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	e.runMu.Lock()
	e.stopped = true
	e.runMu.Unlock()
	closed := e.door.Close()
	e.partAll()
	e.txs.Close()
	e.running.Wait() // whoever was told something above has done it
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.legs {
		l.line.known.Add(-1)
		l.forgotten()
	}
	clear(e.legs)
	return closed
}

// partAll ends every connection, and whatever waits for one.
func (e *Edge) partAll() {
	close(e.leaving)
	for _, l := range e.listeners {
		l.Close()
	}
	for _, n := range e.lines() {
		n.retire()
	}
	for _, d := range e.doorways {
		d.Close()
	}
	e.connections.close()
}

// tellAll has f run for every leg that is not finished.
func (e *Edge) tellAll(f func(*leg)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for l := range e.open {
		l.box.post(func() { f(l) })
	}
}

func (e *Edge) quietWithin(d time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return e.quiet(ctx)
}

func (e *Edge) isClosing() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closing
}
