package e2e

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"webtrunk"
	"webtrunk/call"
)

// outline writes an event as the transcripts do, as far as it is compared.
func outline(ev call.Event) line {
	l := line{name: ev.Type(), fields: map[string]string{}}
	v := reflect.ValueOf(ev)
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			l.add(snake(v.Type().Field(i).Name), f.Interface())
		}
	}
	return l
}

func (l *line) add(name string, value any) {
	switch x := value.(type) {
	case call.LegID:
		if name == "leg" {
			l.words = append(l.words, x.String())
			return
		}
	case call.Leg:
		l.words = append(l.words, x.ID.String(), string(x.Kind), string(x.Role), x.Address.String())
		if !x.From.IsZero() {
			l.fields["from"] = x.From.String()
		}
		return
	case call.Target:
		l.fields[name] = x.Address.String()
		return
	case *call.Quality:
		return
	case call.Terms, call.Plan, call.Source, call.Waiting, map[string]string, map[string]int:
		return
	case call.Prompt:
		l.words = append(l.words, x.Leg.String())
		if x.Digits > 0 {
			l.fields["digits"] = fmt.Sprint(x.Digits)
		}
		if x.Sensitive {
			l.fields["sensitive"] = "true"
		}
		return
	}
	l.fields[name] = fmt.Sprint(value)
}

// snake turns SIPCode into sip_code.
func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// A journal is the switchboard's Journal: it keeps the events of one call as
// outlines. It is told when to be unable to.
type journal struct {
	mu      sync.Mutex
	id      webtrunk.CallID
	lines   []line
	refuses bool
	changed chan struct{}
}

func newJournal() *journal { return &journal{changed: make(chan struct{})} }

// aside tells what is no part of a transcript: what an edge saves for itself, and how
// the sound is, which on a machine with other things to do is bad.
func aside(ev call.Event) bool {
	switch ev.(type) {
	case call.DialogSaved, call.QualityWarned, call.QualityCleared:
		return true
	}
	return false
}

// Append writes down the events, also those that it then refuses to keep.
func (j *journal) Append(_ context.Context, c call.View, events []call.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.id = c.ID
	if events = slices.DeleteFunc(slices.Clone(events), aside); len(events) == 0 {
		return nil
	}
	for _, ev := range events {
		j.lines = append(j.lines, outline(ev))
	}
	close(j.changed)
	j.changed = make(chan struct{})
	if j.refuses {
		j.refuses = false
		return &webtrunk.Error{Op: "journal", Kind: webtrunk.Unavailable, Message: "The disk is full."}
	}
	return nil
}

// refuseNext makes the next Append fail.
func (j *journal) refuseNext() {
	j.mu.Lock()
	j.refuses = true
	j.mu.Unlock()
}

// call is the call whose events are kept, once there is one.
func (j *journal) call() webtrunk.CallID {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.id
}

// wait returns the lines as soon as they are enough, or when ctx ends.
func (j *journal) wait(ctx context.Context, enough func([]line) bool) []line {
	for {
		j.mu.Lock()
		lines, changed := j.lines, j.changed
		j.mu.Unlock()
		if enough(lines) {
			return lines
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return lines
		}
	}
}

// TestOutline holds the two ways to an outline against each other.
func TestOutline(t *testing.T) {
	tel := webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}
	for written, ev := range map[string]call.Event{
		`call.ended status=busy reason=busy by=b sip_code=486 message="Line busy."`: call.CallEnded{Status: call.StatusBusy, Reason: call.Busy, By: 2, SIPCode: 486, Message: "Somebody talks."},
		`leg.added b pstn callee tel:+15550100101`:                                  call.LegAdded{Leg: call.Leg{ID: 2, Kind: call.PSTN, Role: call.Callee, Address: tel}},
		`leg.ringing b early=true`:                                                  call.LegRang{Leg: 2, Early: true},
		`call.queued queue="support"`:                                               call.CallQueued{Queue: "support"},
		`prompt.started b phrase="enter_pin" digits=2 timeout=30s sensitive=true`:   call.PromptStarted{Prompt: call.Prompt{Leg: 2, Phrase: "enter_pin", Digits: 2, Sensitive: true}},
		`transfer.requested by=b to=tel:+15550100101 consult=true`:                  call.TransferRequested{By: 2, To: tel, Consult: true},
		`call.routed for=call plan="tel:+15550100101 @20s then tel:+15550100102"`:   call.CallRouted{For: call.ForCall, Plan: call.Plan{Queue: "x"}},
		`call.admitted ring_time=45s longest=4h0m0s grace=30s`:                      call.CallAdmitted{Terms: call.Terms{RingTime: 1}},
	} {
		if got, want := outline(ev).String(), parseLine(written).String(); got != want {
			t.Errorf("an event is outlined %q, the transcript %q", got, want)
		}
	}
}
