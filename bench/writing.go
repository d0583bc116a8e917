package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// sketches is how often a page tells, by and by, how far a stroke has come of half a
// second, as the widget's does every 120 ms.
const (
	sketches    = 4
	sketchEvery = 120 * time.Millisecond
)

// lively is how soon a room that is watched is written in again: often enough that
// there is much to time, and seldom enough that a page may.
const lively = 500 * time.Millisecond

// writes has the people of a room write a message and draw a stroke in turn, until ctx
// ends.
func (m *meeting) writes(ctx context.Context, every time.Duration) error {
	// Multiples of the golden section spread the rooms over the time between.
	first := time.Duration(float64(uint32(m.number)*2654435769) / (1 << 32) * float64(every))
	next := time.Now().Add(first)
	for turn := 0; pass(ctx, time.Until(next)) == nil; turn++ {
		if err := m.writeOnce(ctx, m.pages[turn%2]); err != nil {
			return err
		}
		next = next.Add(every)
	}
	return nil
}

func (m *meeting) writeOnce(ctx context.Context, by *attendee) error {
	err := m.send(by, "message")
	for range sketches {
		err = errors.Join(err, m.send(by, "sketch"))
		if pass(ctx, sketchEvery) != nil {
			return err
		}
	}
	return errors.Join(err, m.send(by, "draw"))
}

// write has rooms be written in for a while, the first of them lively, and returns when
// everything has come, or does not come any more.
func write(ctx context.Context, rooms []*meeting, every, lasting time.Duration) (err error) {
	writing, done := context.WithTimeout(ctx, lasting)
	defer done()
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, m := range rooms {
		pace := every
		if i == 0 {
			pace = lively
		}
		all.Go(func() {
			failed := m.writes(writing, pace)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
		})
	}
	all.Wait()
	return errors.Join(err, ctx.Err(), arrive(ctx, rooms))
}

// patience is how long what was written may take.
const patience = 10 * time.Second

// arrive waits for what is under way. What does not come is counted as lost, and is no
// error here.
func arrive(ctx context.Context, rooms []*meeting) error {
	waiting, done := context.WithTimeout(ctx, patience)
	defer done()
	_ = until(waiting, "everything has come", func() (bool, error) {
		for _, m := range rooms {
			if m.waiting() > 0 {
				return false, nil
			}
		}
		return true, nil
	})
	return ctx.Err()
}
