package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"webtrunk/bench/choir"
	"webtrunk/signaling/visitor"
)

// An attendee is a page in a call, in which it sends no sound: it writes, or hears music.
type attendee struct {
	page   *visitor.Visitor
	call   *visitor.Call
	sound  *choir.Call  // of which there is the page alone, which is silent; nil: it has none
	others atomic.Int32 // who else is in its room
}

// listener opens a page with a path for sound, over which it hears what is played to it.
func (o *gateway) listener(ctx context.Context, c *choir.Choir) (a *attendee, err error) {
	a = &attendee{}
	if a.sound, err = c.Call(false); err != nil {
		return nil, err
	}
	if a.page, err = o.visitor(ctx, visitor.Config{From: a.sound.Page.Home()}); err != nil {
		a.sound.Close()
		return nil, err
	}
	return a, nil
}

// writer opens a page without sound, from an address of its own. heard is told of what
// comes, on the page's goroutine.
func (o *gateway) writer(ctx context.Context, number int, token string, heard func(*visitor.Message)) (a *attendee, err error) {
	a = &attendee{}
	a.page, err = o.visitor(ctx, visitor.Config{Token: token, From: netip.AddrFrom4([4]byte{127, 77, byte(number >> 8), byte(number)}), OnMessage: func(m visitor.Message) {
		if m.Type == "room" {
			a.others.Store(int32(m.Others))
		}
		heard(&m)
	}})
	return a, err
}

// waits calls a queue, and returns when the page has its path for sound and hears that it waits.
func (a *attendee) waits(ctx context.Context) error {
	call, answer, err := a.page.Offer(ctx, queued, a.sound.Offer())
	if err != nil {
		return err
	}
	a.call = call
	if err := a.sound.Connect(ctx, answer); err != nil {
		return err
	}
	_, err = call.Wait(ctx, "queued")
	return err
}

// writes calls a number in writing.
func (a *attendee) writes(ctx context.Context, number string) (err error) {
	a.call, err = a.page.Write(ctx, number)
	return err
}

// takes waits for a call in writing and takes it.
func (a *attendee) takes(ctx context.Context) (err error) {
	if a.call, err = a.page.Incoming(ctx); err != nil {
		return err
	}
	return a.call.AcceptWritten(ctx)
}

func (a *attendee) close(ctx context.Context) (err error) {
	if a == nil || a.page == nil {
		return nil
	}
	if a.call != nil {
		_, err = a.call.Hangup(ctx)
	}
	a.page.Close()
	if a.sound != nil {
		a.sound.Close()
	}
	return err
}

// A meeting is a call of two pages, and so its room, in which they write.
type meeting struct {
	mailbag
	number int
	pages  [2]*attendee // who calls, who is called
}

// hosts are the pages that can be called, as the configuration has them.
func hosts(n int) (references, numbers, receivers string) {
	var r, t, b strings.Builder
	for i := range n {
		fmt.Fprintf(&r, ", { reference: ref_room%d, target: browser:room%d }", i, i)
		fmt.Fprintf(&t, ", { number: %s, reference: ref_room%d }", roomNumber(i), i)
		fmt.Fprintf(&b, "{ name: room%d, token: %s }, ", i, roomToken(i))
	}
	return r.String(), t.String(), strings.TrimSuffix(b.String(), ", ")
}

// roomNumber leads to the page of a room. Below are those of the configuration, and
// of the choir's telephones.
func roomNumber(n int) string { return fmt.Sprintf("+1555010%04d", 9000+n) }

func roomToken(n int) string { return fmt.Sprintf("bench_room_token_%04d", n) }

// maxRooms is how many numbers there are for them.
const maxRooms = 1000

// meet has one page write to another, and returns when both are in the room. Their calls
// are in writing: a room is the same beside a call that speaks.
func (o *gateway) meet(ctx context.Context, n int) (m *meeting, err error) {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	m = &meeting{number: n, mailbag: mailbag{under: map[string]letter{}}}
	defer func() {
		if err != nil {
			err = fmt.Errorf("room %d: %w", n, errors.Join(err, m.close(ctx)))
		}
	}()
	for i, token := range []string{"", roomToken(n)} {
		if m.pages[i], err = o.writer(ctx, 2*n+i+1, token, m.came); err != nil {
			return m, err
		}
	}
	var taking sync.WaitGroup
	var failed error
	taking.Go(func() { failed = m.pages[1].takes(ctx) })
	err = m.pages[0].writes(ctx, roomNumber(n))
	taking.Wait()
	if err = errors.Join(err, failed); err != nil {
		return m, err
	}
	return m, until(ctx, "both are in the room", func() (bool, error) {
		return m.pages[0].others.Load() == 1 && m.pages[1].others.Load() == 1, nil
	})
}

// close ends the call.
func (m *meeting) close(ctx context.Context) error {
	return errors.Join(m.pages[0].close(ctx), m.pages[1].hungUp(ctx))
}

// hungUp is close for whom the other has hung up.
func (a *attendee) hungUp(ctx context.Context) (err error) {
	if a == nil {
		return nil
	}
	if a.call != nil {
		_, err = a.call.Wait(ctx, "ended")
	}
	a.call = nil
	return errors.Join(err, a.close(ctx))
}
