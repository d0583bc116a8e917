package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"webtrunk"
	"webtrunk/archive"
	"webtrunk/call"
	"webtrunk/carrier"
	"webtrunk/directory"
	"webtrunk/dispatch"
	"webtrunk/room"
	"webtrunk/signaling/visitor"
)

// A writer is a page in a call, which writes.
type writer struct {
	c    *switchroom
	page *visitor.Visitor
	call *visitor.Call
}

// meet has a visitor of the gateway's own site call the queue and an agent answer.
func (c *switchroom) meet(agent *visitor.Visitor) (ann, ada writer) {
	c.t.Helper()
	return c.meetFrom(c.urls()[0], agent)
}

// meetFrom is meet with a visitor of any site.
func (c *switchroom) meetFrom(site string, agent *visitor.Visitor) (ann, ada writer) {
	c.t.Helper()
	to, err := directory.ParseDestination(c.ref)
	must(c.t, err)
	w, err := c.directory.CreateWidget(c.ctx, c.by, directory.NewWidget{Origins: []directory.Origin{directory.Origin(site)}, Destinations: []directory.Destination{to}})
	must(c.t, err)
	page, err := visitor.Dial(c.ctx, "ws://"+c.site.addr().String()+"/v1/ws", visitor.Config{Key: w.Key, Origin: site})
	must(c.t, err)
	c.t.Cleanup(page.Close)
	called, err := page.Call(c.ctx, c.ref, nil)
	must(c.t, err)
	ring := c.rings(agent)
	must(c.t, ring.Accept(c.ctx))
	ann, ada = writer{c, page, called}, writer{c, agent, ring}
	for _, w := range []writer{ann, ada} {
		w.until("both are there", func() bool { return w.others() == 1 })
	}
	return ann, ada
}

func (w writer) do(operation string) {
	w.c.t.Helper()
	must(w.c.t, w.page.SendRaw([]byte(`{"type":"room","id":"`+w.call.ID+`","operation":`+operation+`}`)))
}

func (w writer) say(id, text string) {
	w.c.t.Helper()
	w.do(fmt.Sprintf(`{"id":%q,"kind":"message","text":%q}`, id, text))
}

// told are all operations that the page was told.
func (w writer) told() (all []visitor.Operation) {
	for _, m := range w.call.Messages("room") {
		all = append(all, m.Operations...)
	}
	return all
}

// others is how many others are there, as the page was told last; -1: it was not told.
func (w writer) others() int {
	if all := w.call.Messages("room"); len(all) > 0 {
		return all[len(all)-1].Others
	}
	return -1
}

// said are the messages that the page knows, by their places, and by whom they are.
func (w writer) said() (all []string) {
	seen := map[int64]bool{}
	for _, o := range w.told() {
		if o.Kind == "message" && !seen[o.Seq] {
			all = append(all, o.By+": "+o.Text)
		}
		seen[o.Seq] = true
	}
	return all
}

func (w writer) until(what string, is func() bool) {
	w.c.t.Helper()
	defer func() {
		if w.c.t.Failed() {
			w.c.t.Logf("waiting for %s; told %+v, with %d others", what, w.told(), w.others())
		}
	}()
	w.c.until(is)
}

func (w writer) reads(lines ...string) {
	w.c.t.Helper()
	w.until(fmt.Sprintf("%q", lines), func() bool { return slices.Equal(w.said(), lines) })
}

// refusals are the codes of what was refused of the page's, by the operation.
func (w writer) refusals() map[string]string {
	codes := map[string]string{}
	for _, m := range w.page.Messages() {
		if m.Type == "error" {
			codes[m.Operation] = m.Code
		}
	}
	return codes
}

// The two in a call write to each other while they talk; a connection is lost and a page
// loaded anew; and what both have seen is on record, until the call is erased.
func TestPagesWriteInACall(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, pages := c.agent("ada", 1)
	ann, ada := c.meet(pages[0])
	ann.say("1", "<script>alert(1)</script> Hello")
	ada.reads("visitor: <script>alert(1)</script> Hello")
	if name := ada.told()[0].Name; name != "" {
		t.Errorf("a visitor whom nobody knows is called %q", name)
	}
	ada.do(`{"kind":"typing"}`)
	ann.until("that she types", func() bool {
		return slices.ContainsFunc(ann.told(), func(o visitor.Operation) bool { return o.Kind == "typing" && o.By == "agent" && o.Seq == 0 })
	})
	ada.do(`{"id":"r1","kind":"read","upto":1}`)
	ann.until("that it was read", func() bool {
		return slices.ContainsFunc(ann.told(), func(o visitor.Operation) bool { return o.Kind == "read" && o.Upto == 1 && o.By == "agent" })
	})

	ann.page.Drop() // meanwhile she is written to
	ada.say("1", "Good morning")
	ada.reads("visitor: <script>alert(1)</script> Hello", "you: Good morning")
	_, err := ann.page.Resume(c.ctx)
	must(t, err)
	must(t, ann.call.Send("room", map[string]any{"after": 2})) // what one misses is asked for
	ann.say("1", "<script>alert(1)</script> Hello")            // who knows whether it arrived?
	ann.say("2", "The red one")
	both := []string{"you: <script>alert(1)</script> Hello", "agent: Good morning", "you: The red one"}
	ann.reads(both...)
	if o := ann.told()[len(ann.told())-1]; o.ID != "2" || o.Name != "" {
		t.Errorf("one's own is told as %+v", o)
	}
	for _, m := range ann.call.Messages("room") {
		if m.Seq != 0 { // what may be missed of a call is bounded, and a chat is no part of it
			t.Errorf("%+v has a number", m)
		}
	}
	if name := ann.told()[slices.IndexFunc(ann.told(), func(o visitor.Operation) bool { return o.Text == "Good morning" })].Name; name != "ada" {
		t.Errorf("the agent is called %q", name)
	}

	before := len(ada.told())
	must(t, ada.call.Reload(c.ctx))
	must(t, ada.call.Send("room", map[string]any{"after": 0}))
	ada.until("all of it again", func() bool { return len(ada.told()) == before+4 })
	if again := ada.told()[before:]; again[0].Text != ann.told()[0].Text || again[3].Text != "The red one" || again[3].Seq != 4 {
		t.Errorf("told anew is %+v", again)
	}

	of := room.Call{ID: webtrunk.CallID(ada.call.Gateway), Account: c.by.Account, Test: true}
	_, err = ann.call.Hangup(c.ctx)
	must(t, err)
	kept, err := c.rooms.Chat(c.ctx, of)
	must(t, err)
	if len(kept) != 4 || kept[0].By.Role != room.Visitor || kept[1].Kind != room.Read || kept[2].Text != "Good morning" || kept[3].Text != "The red one" {
		t.Errorf("on record is %+v", kept)
	}
	c.until(func() bool {
		r, err := c.archive.Get(c.ctx, of.Account, true, of.ID)
		return err == nil && r.Ended != nil
	})
	_, err = c.archive.RequestErasure(c.ctx, "era_chat", of.Account, true, "key_made", archive.Subject{Call: of.ID})
	must(t, err)
	c.until(func() bool {
		e, err := c.archive.Erasure(c.ctx, of.Account, true, "era_chat")
		must(t, err)
		return e.Status == archive.Completed && e.Transcripts == 1
	})
	if left, err := c.rooms.Chat(c.ctx, of); len(left) != 0 || err != nil {
		t.Errorf("left of it is %+v, %v", left, err)
	}
}

// A page that writes what nobody may is told so, one operation at a time, and both write on.
func TestAHostilePageIsRefusedInItsRoom(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, pages := c.agent("ada", 1)
	ann, ada := c.meet(pages[0])
	ann.say("long", strings.Repeat("x", 2001))
	ann.do(`{"id":"stroke","kind":"stroke"}`)
	ann.do(`{"id":"read","kind":"read","upto":99}`)
	ann.do(`{"id":"twice","kind":"message","text":"one"}`)
	ann.do(`{"id":"twice","kind":"message","text":"another"}`)
	ann.do(`[1]`)
	ann.until("the refusals", func() bool { return len(ann.refusals()) == 5 })
	for id, want := range map[string]string{"long": "bad_message", "stroke": "bad_message", "read": "bad_message", "twice": "bad_message", "": "bad_message"} {
		if got := ann.refusals()[id]; got != want {
			t.Errorf("%q is refused with %q", id, got)
		}
	}
	for i := range 24 { // more than a person types at once
		ann.say(fmt.Sprintf("many%d", i), "x")
	}
	ann.until("that it is too much", func() bool { return slices.Contains(slices.Collect(maps.Values(ann.refusals())), "rate_limited") })
	ada.say("1", "I am still here")
	ann.until("that the room goes on", func() bool { return slices.Contains(ann.said(), "agent: I am still here") })
	must(t, ada.page.SendRaw([]byte(`{"type":"room","id":"`+ada.call.ID+`"}`)))
	ada.until("that nothing is no operation", func() bool { return ada.refusals()[""] == "bad_message" })
}

// Who talks to a telephone has nobody to write to, and learns that there is nobody; what
// is written before the answer is refused.
func TestNobodyReadsOnATelephone(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	ada, pages := c.agent("ada", 1)
	_ = ada
	phone := dial(t, c.demo, c.ref)
	reaches(t, phone, carrier.Reached(carrier.Confirmed))
	w := writer{c, pages[0], c.rings(pages[0])}
	w.say("early", "Hello?")
	w.until("that it is too early", func() bool { return w.refusals()["early"] == "no_room" })
	must(t, w.call.Accept(c.ctx))
	w.until("that nobody else is there", func() bool { return w.others() == 0 })
	w.say("1", "A note to myself")
	w.reads("you: A note to myself")
	must(t, phone.Hangup(c.ctx))
}

// Who listens to a call is not in its room: the others do not learn of them, and nothing
// that they write reaches anybody.
func TestWhoListensIsNotInTheRoom(t *testing.T) {
	c := startSwitchroom(t, dispatch.Queue{Name: "Support"})
	_, pages := c.agent("ada", 1)
	ann, ada := c.meet(pages[0])
	bert, others := c.agent("bert", 1)
	id := webtrunk.CallID(ada.call.Gateway)
	must(t, c.board.Do(c.ctx, id, call.Invite{To: address(t, "browser:"+bert), Part: call.Listens}))
	sue := writer{c, others[0], c.rings(others[0])}
	must(t, sue.call.Accept(c.ctx))
	must(t, sue.call.Connected(c.ctx))
	c.until(func() bool {
		r, err := c.archive.Get(c.ctx, c.by.Account, true, id)
		return err == nil && len(r.Legs) == 3 && r.Legs[2].Joined != nil
	})
	sue.say("1", "I hear you")
	sue.until("that nobody reads it", func() bool { return sue.refusals()["1"] == "no_room" })
	ann.say("1", "Hello")
	ada.reads("visitor: Hello")
	if ann.others() != 1 || ada.others() != 1 || len(sue.call.Messages("room")) != 0 {
		t.Errorf("others are %d and %d, and who listens was told %+v", ann.others(), ada.others(), sue.told())
	}

	// She joins them, and only listens again.
	must(t, c.board.Do(c.ctx, id, call.ChangePart{Leg: 3, Part: call.Talks}))
	sue.reads("visitor: Hello")
	sue.say("2", "I am here, too")
	ann.reads("you: Hello", "agent: I am here, too")
	if ann.others() != 2 {
		t.Errorf("the visitor is told of %d others", ann.others())
	}
	must(t, c.board.Do(c.ctx, id, call.ChangePart{Leg: 3, Part: call.Listens}))
	sue.until("that she is alone", func() bool { return sue.others() == 0 })
	ann.until("that one has gone", func() bool { return ann.others() == 1 })
	sue.say("3", "Nobody reads this")
	sue.until("that nobody reads it", func() bool { return sue.refusals()["3"] == "no_room" })
}
