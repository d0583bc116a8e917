package main

import (
	"slices"
	"testing"

	"webtrunk"
	"webtrunk/archive/letters"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/signaling/visitor"
)

// A leaver is a page that leaves messages.
type leaver struct {
	c    *switchroom
	page *visitor.Visitor
}

// leave sends a message, and returns what the page is told of it: safe, or the code of
// why not.
func (l leaver) leave(id string, fields map[string]string) string {
	l.c.t.Helper()
	m := map[string]string{"type": "message", "id": id}
	for k, v := range fields {
		m[k] = v
	}
	told := func() (all []string) {
		for _, m := range l.page.Messages() {
			switch {
			case m.ID == id && m.Type == "message":
				all = append(all, "safe")
			case m.ID == id && m.Type == "error":
				all = append(all, m.Code)
			}
		}
		return all
	}
	before := len(told())
	must(l.c.t, l.page.Send(m))
	l.c.until(func() bool { return len(told()) > before })
	return told()[before]
}

func (l leaver) wants(got, want string) {
	l.c.t.Helper()
	if got != want {
		l.c.t.Errorf("the page is told %q, want %q", got, want)
	}
}

// A visitor writes when nobody is there: the message is kept once, however often the page
// sends it, and told without what it says; what cannot be kept is refused, and who writes
// too much is stopped. An erasure of the call takes what was written after it.
func TestAVisitorLeavesAMessage(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	site := c.urls()[0]
	to, err := directory.ParseDestination(c.ref)
	must(t, err)
	w, err := c.directory.CreateWidget(c.ctx, c.by, directory.NewWidget{Origins: []directory.Origin{directory.Origin(site)}, Destinations: []directory.Destination{to}})
	must(t, err)
	page, err := visitor.Dial(c.ctx, "ws://"+c.site.addr().String()+"/v1/ws", visitor.Config{Key: w.Key, Origin: site})
	must(t, err)
	t.Cleanup(page.Close)
	l, call := leaver{c, page}, webtrunk.NewCallID()

	first := map[string]string{"to": c.ref, "call": string(call), "name": " Ann ", "reply_to": "ann@example.com", "text": "<b>Open</b> on Sunday?"}
	l.wants(l.leave("m1", first), "safe")
	l.wants(l.leave("m1", first), "safe")
	l.wants(l.leave("m2", map[string]string{"to": c.ref, "text": "Hello"}), "bad_message")
	elsewhere, err := c.directory.CreateReference(c.ctx, c.by, directory.NewReference{Target: address(t, "queue:"+c.queue.ID)})
	must(t, err)
	l.wants(l.leave("m3", map[string]string{"to": elsewhere.ID, "reply_to": "1", "text": "Hello"}), "unknown_reference")
	l.wants(l.leave("m4", map[string]string{"to": c.ref, "reply_to": "+15550100101", "text": "No call before"}), "safe")
	l.wants(l.leave("m5", first), "rate_limited")

	box := c.letters()
	list := func() (texts []string) {
		all, err := box.List(c.ctx, c.by.Account, true, []string{c.queue.ID}, 10, "")
		must(t, err)
		for _, m := range all {
			texts = append(texts, m.Name+": "+m.Text)
		}
		return texts
	}
	if got, want := list(), []string{": No call before", "Ann: <b>Open</b> on Sunday?"}; !slices.Equal(got, want) {
		t.Errorf("kept is %q, want %q", got, want)
	}
	if told := c.types("message.created"); len(told) != 2 {
		t.Errorf("told are %q, want two messages", told)
	}

	seen := func(done bool, by string) letters.Letter {
		all, err := box.List(c.ctx, c.by.Account, true, nil, 1, "")
		must(t, err)
		m, err := box.Mark(c.ctx, c.by.Account, true, all[0].ID, done, by)
		must(t, err)
		return m
	}
	if seen(true, "ada"); seen(true, "bert").DoneBy != "ada" {
		t.Error("who saw to it first is forgotten")
	}
	if n, err := box.Waiting(c.ctx, c.by.Account, true, []string{c.queue.ID}); n != 1 || err != nil {
		t.Errorf("%d wait (%v), want 1", n, err)
	}
	if m := seen(false, "ada"); !m.Done.IsZero() || m.DoneBy != "" {
		t.Errorf("that waits again is %+v", m)
	}

	if n, err := (posted{c.gateway, "records"}).Erase(c.ctx, c.by.Account, call); n != 1 || err != nil {
		t.Errorf("erased are %d (%v), want 1", n, err)
	}
	if got := list(); !slices.Equal(got, []string{": No call before"}) {
		t.Errorf("after the erasure there are %q", got)
	}
}
