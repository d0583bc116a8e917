package switchboard

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// A songbook has every phrase, a second long, and music without end. It notes
// what was asked for.
type songbook struct {
	mu     sync.Mutex
	opened []string
}

func (b *songbook) Open(phrase string) (media.Sound, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.opened = append(b.opened, phrase)
	if strings.HasSuffix(phrase, "none") {
		return nil, &webtrunk.Error{Op: "songbook", Kind: webtrunk.NotFound, Message: "there is no " + phrase}
	}
	s := hush(8000)
	if strings.HasPrefix(phrase, "music") {
		s = 1 << 40
	}
	return &s, nil
}

// played returns what was asked for since it was last looked.
func (b *songbook) played() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	opened := b.opened
	b.opened = nil
	return opened
}

// A queueing is a caller who waits, and what he is played.
type queueing struct {
	*exchange
	book *songbook
}

// waits lets somebody call who is sent to a queue, or to a mailbox of a recorder's.
func waits(t *testing.T, from webtrunk.Address, p call.Plan, recorder ...Recorder) queueing {
	book := &songbook{}
	x := &exchange{t: t, journal: &journal{}, phones: &lines{}, visitor: newLine(&lines{}, call.Leg{ID: 1})}
	cfg := Config{Router: routes{plan: p}, Journal: x.journal, Phrases: book, Edges: map[call.Kind]Edge{call.PSTN: x.phones, call.WebRTC: x.phones}}
	for _, r := range recorder {
		cfg.Recorder = r
	}
	x.Switchboard = New(cfg)
	x.visitor.port.SetFormat(media.Format{Codec: transcode.PCMU, Events: 101, EventsClock: 8000})
	var leg Leg = x.visitor
	if from.Scheme == webtrunk.Browser {
		leg = reader{x.visitor}
	}
	report, err := x.Offer(call.Arrived{ID: "call_1", From: from, To: shop}, leg)
	if err != nil {
		t.Fatal(err)
	}
	x.report = report
	synctest.Wait()
	return queueing{x, book}
}

// tells hands the call an input, as a desk does.
func (q queueing) tells(in call.Input) {
	q.t.Helper()
	if err := q.Do(q.t.Context(), "call_1", in); err != nil {
		q.t.Fatal(err)
	}
	synctest.Wait()
}

// hears fails unless exactly this was begun since the last look.
func (q queueing) hears(phrases ...string) {
	q.t.Helper()
	if got := q.book.played(); !slices.Equal(got, phrases) {
		q.t.Errorf("the caller is played %q, want %q", got, phrases)
	}
}

// A reader is a line that shows its person what is written.
type reader struct{ *line }

func (r reader) Verdict(call.TellVerdict) {}
func (r reader) Inviting(call.TellInvite) {}
func (r reader) Queued(q call.TellQueued) { r.note(fmt.Sprintf("queued %v", q.Callback)) }
func (r reader) Place(p call.TellPlace)   { r.note(fmt.Sprintf("place %d %v", p.Position, p.Wait)) }

func (r reader) CallingBack(c call.TellCallback) { r.note(fmt.Sprintf("callback %v", !c.Refused)) }
func (r reader) Message(m call.TellMessage)      { r.note("message " + string(m.State)) }
func (r reader) Writing(call.TellWriting)        { r.note("writing") }
func (r reader) AskedToTalk()                    { r.note("asked to talk") }
func (r reader) Recording(t call.TellRecording)  { r.note("recording " + string(t.State)) }

// A telephone in a queue is answered, greeted, and hears music, also while agents
// ring and refuse; the call is answered when one of them takes it.
func TestATelephoneWaitsWithMusic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support", Greeting: "welcome", Waiting: call.Waiting{Music: "music:jazz"}})
		q.hears("welcome")
		time.Sleep(1100 * time.Millisecond)
		synctest.Wait()
		q.hears("music:jazz")
		agents := call.Plan{Stages: []call.Stage{{Targets: []call.Target{{Address: phone2}, {Address: visitor}}, Timeout: 20 * time.Second}}}
		q.tells(call.Routed{For: call.ForCall, Plan: agents})
		q.says(0, call.LegRinging{})
		q.says(1, call.LegEnded{Cause: call.Rejected})
		time.Sleep(21 * time.Second)
		synctest.Wait()
		q.phones.dialled(0).wants(t, "hangup no_answer")
		q.tells(call.Routed{For: call.ForCall, Plan: agents})
		q.says(3, call.LegAnswered{})
		q.phones.dialled(2).wants(t, "hangup answered")
		q.hears() // nothing but what he heard before
		q.visitor.wants(t, "answer")
		q.report(call.LegEnded{})
		if end := q.ended(); end.Status != call.Completed {
			t.Errorf("the call ended %+v", end)
		}
	})
}

// The place is said when the greeting is over, and then the music goes on.
func TestAPlaceIsSaidBetweenMusic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support", Greeting: "welcome", Waiting: call.Waiting{Language: "zh"}})
		q.tells(call.Place{Position: 3, Wait: 2 * time.Minute, Say: true})
		q.hears("welcome")
		time.Sleep(3 * time.Second)
		synctest.Wait()
		q.hears("say:zh:you_are_number,place:3,in_the_queue,estimated_wait,duration:120", "music")
		q.report(call.LegEnded{})
		q.ended()
	})
}

// Music that nobody has gives way to ours, in one wait.
func TestAQueueWithoutItsMusic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support", Greeting: "none", Waiting: call.Waiting{Music: "music:none"}})
		q.hears("none", "music:none", "music")
		q.report(call.LegEnded{})
		q.ended()
	})
}

// A page reads that it waits, what it may do instead, and its place; it is not
// answered before somebody takes the call.
func TestAPageReadsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, visitor, call.Plan{Queue: "support", Waiting: call.Waiting{Callback: true}})
		q.hears("music")
		q.tells(call.Place{Position: 2, Wait: time.Minute})
		q.tells(call.Place{Position: 2, Wait: time.Minute})
		q.tells(call.Routed{For: call.ForCall, Plan: to(phone2)})
		q.says(0, call.LegRinging{})
		q.says(0, call.LegAnswered{})
		q.visitor.wants(t, "queued true", "place 2 1m0s", "answer")
		q.report(call.LegEnded{})
		q.ended()
	})
}

// A caller who leaves while agents ring is looked for by nobody.
func TestWhoLeavesStopsTheRinging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support"})
		q.tells(call.Routed{For: call.ForCall, Plan: to(phone2)})
		q.says(0, call.LegRinging{})
		q.report(call.LegEnded{})
		q.ended()
		q.phones.dialled(0).wants(t, "hangup canceled")
	})
}

// A key that is only a tone asks for a call-back, is heard while the queue offers
// it, and ends the call with a sentence.
func TestAToneAsksForACallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support", Waiting: call.Waiting{Callback: true}})
		q.visitor.port.OnTone(func(byte) { q.report(call.LegDigit{Digit: "1"}) })
		key5(q.visitor.port, 0)
		synctest.Wait()
		q.tells(call.CallbackSettled{Promised: true})
		q.hears("music", "will_call_back,goodbye")
		time.Sleep(2 * time.Second)
		if end := q.ended(); end.Reason != call.Callback {
			t.Errorf("the call ended %+v", end)
		}
		want := call.CallbackRequested{Queue: "support", Number: phone1}
		if !slices.Contains(q.journal.types(), want.Type()) {
			t.Error("no call-back was asked for")
		}
	})
}

// A queue that offers nothing does not listen for tones.
func TestNobodyListensForTonesInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support"})
		q.visitor.port.OnTone(func(byte) { t.Error("a tone was listened for") })
		key5(q.visitor.port, 0)
		synctest.Wait()
		q.report(call.LegEnded{})
		q.ended()
	})
}

// An hour, or what the queue says, is the longest wait; it ends with a sentence.
func TestNobodyWaitsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := waits(t, phone1, call.Plan{Queue: "support", Waiting: call.Waiting{Most: 10 * time.Minute}})
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		q.hears("music")
		time.Sleep(time.Minute + 2*time.Second)
		q.hears("nobody_free,goodbye")
		if end := q.ended(); end.Reason != call.NoAnswer || end.Message == "" {
			t.Errorf("the call ended %+v", end)
		}
	})
}
