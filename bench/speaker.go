package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"webtrunk/signaling/visitor"
	"webtrunk/transcode"
)

// A speaker is a page whose call carries marks to the echo and back.
type speaker struct {
	number int
	page   *visitor.Visitor
	call   *visitor.Call
	stop   context.CancelFunc
	ended  chan struct{}
}

// speakers set up n calls and let them speak. The pages offer G.711 alone, so
// that a mark survives.
func (r *rig) speakers(ctx context.Context, m *meter, n int) (all []*speaker, err error) {
	for i := range n {
		v, err := r.visitor(ctx, visitor.Config{Codecs: []transcode.Codec{transcode.PCMU}, OnSound: m.page})
		if err != nil {
			return all, err
		}
		s := &speaker{number: i + 1, page: v}
		all = append(all, s)
		if s.call, err = talkTo(ctx, v, echo); err != nil {
			return all, err
		}
		speaking, stop := context.WithCancel(ctx)
		s.stop, s.ended = stop, make(chan struct{})
		go s.speak(speaking)
	}
	return all, nil
}

// talkTo calls a number and returns when both talk.
func talkTo(ctx context.Context, v *visitor.Visitor, to string) (*visitor.Call, error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	c, err := v.Call(ctx, to, nil)
	if err != nil {
		return nil, err
	}
	if _, err := c.Wait(ctx, "answered"); err != nil {
		return nil, err
	}
	return c, c.Connected(ctx)
}

// speak says one mark after another, a second at a time.
func (s *speaker) speak(ctx context.Context) {
	defer close(s.ended)
	const frames = 50
	pcm := make([]int16, frames*transcode.FrameSamples)
	for packet := 1; ctx.Err() == nil; packet += frames {
		for i := range frames {
			markFor(s.number, packet+i).sound(pcm[i*transcode.FrameSamples : (i+1)*transcode.FrameSamples])
		}
		if s.call.Speak(ctx, pcm) != nil {
			return
		}
	}
}

// hangUp ends the call from the page, and returns how long the page waited
// until it was told so.
func (s *speaker) hangUp(ctx context.Context, m *meter) (took time.Duration, err error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	s.hush()
	m.gone(s.number)
	begin := time.Now()
	end, err := s.call.Hangup(ctx)
	if err == nil && end.Reason != "hangup" {
		err = fmt.Errorf("a call ended as %q: %s", end.Reason, end.Text)
	}
	return time.Since(begin), err
}

func (s *speaker) hush() {
	if s.stop != nil {
		s.stop()
		<-s.ended
	}
}

func (s *speaker) close() {
	s.hush()
	if s.call != nil {
		s.call.Close()
	}
	s.page.Close()
}

// sentence is what a page or a client was told when a call was refused.
func sentence(err error) (text string, refused bool) {
	var r *visitor.Refusal
	var e *visitor.Ended
	var api *refusal
	var phone *declined
	switch {
	case errors.As(err, &r):
		return r.Text, true
	case errors.As(err, &e):
		return e.Text, true
	case errors.As(err, &api):
		return fmt.Sprintf("%d %s: %s", api.status, api.Code, api.Message), true
	case errors.As(err, &phone):
		return phone.Error(), true
	}
	return "", false
}
