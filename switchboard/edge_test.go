package switchboard

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"webtrunk"
	"webtrunk/call"
	"webtrunk/media"
	"webtrunk/transcode"
)

// lines is an edge whose far end is the test: it notes what each leg is asked
// and reports what the test says.
type lines struct {
	mu     sync.Mutex
	legs   []*line
	dialed func(*line) // runs inside Dial, as an edge may report from there
	refuse error
}

type line struct {
	lines  *lines
	leg    call.Leg
	report func(call.Input)
	port   *media.Port
	asked  []string
	breaks string // asked something that begins so, it panics
	sounds call.Quality
}

// wire takes what a port sends; these tests listen to no sound.
type wire struct{}

func (wire) Send(media.Frame) {}

func newLine(ls *lines, l call.Leg) *line {
	p := media.NewPort(fmt.Sprint(l.ID), wire{})
	p.SetFormat(media.Format{Codec: transcode.PCMU})
	return &line{lines: ls, leg: l, port: p}
}

func (ls *lines) Dial(_ context.Context, l call.Leg, report func(call.Input)) (Leg, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.refuse != nil {
		return nil, ls.refuse
	}
	ln := newLine(ls, l)
	ln.report = report
	ls.legs = append(ls.legs, ln)
	if ls.dialed != nil {
		ls.dialed(ln)
	}
	return ln, nil
}

// dialled returns the n-th leg that was dialled, nil while there is none.
func (ls *lines) dialled(n int) *line {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if n >= len(ls.legs) {
		return nil
	}
	return ls.legs[n]
}

func (l *line) note(what string) error {
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	if l.breaks != "" && strings.HasPrefix(what, l.breaks) {
		panic("the edge breaks")
	}
	l.asked = append(l.asked, what)
	return nil
}

func (l *line) Progress(early bool) error {
	if early {
		return l.note("early")
	}
	return l.note("ringing")
}
func (l *line) Answer() error             { return l.note("answer") }
func (l *line) Hold() error               { return l.note("hold") }
func (l *line) Resume() error             { return l.note("resume") }
func (l *line) SendDigits(d string) error { return l.note("digits " + d) }
func (l *line) Refer(to webtrunk.Address) error {
	return l.note("refer " + to.String())
}
func (l *line) Transferring(t call.TellTransfer) error {
	return l.note(fmt.Sprintf("transferring %s %s", t.Result, t.Cause))
}
func (l *line) Hangup(h call.HangUpLeg) {
	l.note("hangup " + string(h.Cause))
	l.port.Close()
}
func (l *line) Port() *media.Port { return l.port }
func (l *line) Confirm() error    { return l.note("confirm") }
func (l *line) Quality() call.Quality {
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	if l.breaks == "quality" {
		panic("the edge breaks")
	}
	return l.sounds
}

// sound sets what the leg measures from now on.
func (l *line) sound(q call.Quality) {
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	l.sounds = q
}

// wants fails unless the leg was asked exactly this, in order.
func (l *line) wants(t *testing.T, asked ...string) {
	t.Helper()
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	if !slices.Equal(l.asked, asked) {
		t.Errorf("leg %v was asked %q, want %q", l.leg.ID, l.asked, asked)
	}
}

// journal keeps what happened.
type journal struct {
	mu     sync.Mutex
	events []call.Event
	given  [][]string // the events' names, by how they were given together
	fail   func(call.Event) error
}

func (j *journal) Append(_ context.Context, _ call.View, events []call.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var names []string
	for _, e := range events {
		names = append(names, e.Type())
	}
	j.given = append(j.given, names)
	for _, e := range events {
		if j.fail != nil {
			if err := j.fail(e); err != nil {
				return err
			}
		}
		j.events = append(j.events, e)
	}
	return nil
}

// types returns the events' names, in order.
func (j *journal) types() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var names []string
	for _, e := range j.events {
		names = append(names, e.Type())
	}
	return names
}

// end returns the call.ended of all that was kept; there must be exactly one.
func (j *journal) end(t *testing.T) call.CallEnded {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	var ends []call.CallEnded
	for _, e := range j.events {
		if e, ok := e.(call.CallEnded); ok {
			ends = append(ends, e)
		}
	}
	if len(ends) != 1 {
		t.Fatalf("%d call.ended, want exactly one", len(ends))
	}
	return ends[0]
}

// routes sends every call to one plan, or fails.
type routes struct {
	plan call.Plan
	err  error
}

func (r routes) Route(context.Context, call.View, call.AskRoute) (call.Plan, error) {
	return r.plan, r.err
}

// admits admits on terms, or refuses.
type admits struct {
	terms call.Terms
	err   error
}

func (a admits) Admit(context.Context, call.View) (call.Terms, error) { return a.terms, a.err }

var (
	visitor = webtrunk.Address{Scheme: webtrunk.Browser, Value: "visitor"}
	shop    = webtrunk.Address{Scheme: webtrunk.Ref, Value: "ref_shop"}
	phone1  = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100101"}
	phone2  = webtrunk.Address{Scheme: webtrunk.Tel, Value: "+15550100102"}
)

func to(stages ...webtrunk.Address) call.Plan {
	var p call.Plan
	for _, a := range stages {
		p.Stages = append(p.Stages, call.Stage{Targets: []call.Target{{Address: a}}})
	}
	return p
}
