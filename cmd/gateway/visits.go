package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/directory"
	"webtrunk/switchboard"
)

// visits counts the calls of each widget, so that a key which stands in a page
// for everybody to copy is worth no more calls than its owner said. It counts
// this process's calls, since its start.
type visits struct {
	now func() time.Time

	mu      sync.Mutex
	widgets map[string]*visited
	calls   map[webtrunk.CallID]string // its widget
}

// visited is one widget's calls.
type visited struct {
	running int
	began   []time.Time // within the last hour, at most as many as may
}

func newVisits() *visits {
	return &visits{now: time.Now, widgets: map[string]*visited{}, calls: map[webtrunk.CallID]string{}}
}

// enter counts a call, or says why there can be no more.
func (v *visits) enter(w directory.Widget, id webtrunk.CallID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, counted := v.calls[id]; counted || w.CallsAtOnce == 0 && w.CallsPerHour == 0 {
		return nil
	}
	of := v.widgets[w.ID]
	if of == nil {
		of = &visited{}
		v.widgets[w.ID] = of
	}
	now := v.now()
	for len(of.began) > 0 && now.Sub(of.began[0]) >= time.Hour {
		of.began = of.began[1:]
	}
	if err := of.refuse(w, now); err != nil {
		return err
	}
	of.running++
	if w.CallsPerHour > 0 {
		of.began = append(of.began, now)
	}
	v.calls[id] = w.ID
	return nil
}

func (of *visited) refuse(w directory.Widget, now time.Time) error {
	switch {
	case w.CallsAtOnce > 0 && of.running >= w.CallsAtOnce:
		return &webtrunk.Error{Op: "admit", Kind: webtrunk.Exhausted,
			Message: "All lines of this page are in use. Try again when another call has ended."}
	case w.CallsPerHour > 0 && len(of.began) >= w.CallsPerHour:
		wait := of.began[len(of.began)-w.CallsPerHour].Add(time.Hour).Sub(now)
		return &webtrunk.Error{Op: "admit", Kind: webtrunk.Exhausted,
			Message: fmt.Sprintf("This page has made as many calls as it may in an hour. Try again in %d minutes.", 1+int(wait/time.Minute))}
	}
	return nil
}

// leave notes that a call has ended.
func (v *visits) leave(id webtrunk.CallID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	widget, counted := v.calls[id]
	if !counted {
		return
	}
	delete(v.calls, id)
	of := v.widgets[widget]
	if of.running--; of.running == 0 && len(of.began) == 0 {
		delete(v.widgets, widget)
	}
}

// watch returns a journal that tells v of the calls that end, before next keeps
// what happened.
func (v *visits) watch(next switchboard.Journal) switchboard.Journal { return watched{v, next} }

type watched struct {
	visits *visits
	next   switchboard.Journal
}

// Ready implements switchboard.Ready, where what keeps the calls does.
func (w watched) Ready() error {
	if r, asks := w.next.(switchboard.Ready); asks {
		return r.Ready()
	}
	return nil
}

// Append implements switchboard.Journal.
func (w watched) Append(ctx context.Context, c call.View, events []call.Event) error {
	for _, e := range events {
		if _, ended := e.(call.CallEnded); ended {
			w.visits.leave(c.ID)
		}
	}
	return w.next.Append(ctx, c, events)
}
