package call

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/*.txt with what the machine does")

// TestTranscripts reads each testdata/*.txt as a conversation with a call:
//
//	# a comment
//	> an input
//	an event
//	  -> an order
//
// feeds the inputs to a fresh Call and expects exactly the events and orders.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, want)
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, want) {
				t.Errorf("the call did otherwise (rewrite with -update and read the diff):\n%s", firstDifference(string(got), string(want)))
			}
		})
	}
}

// play feeds a transcript's inputs to a call and returns what came of it. It
// also checks the promises that hold for every call.
func play(t *testing.T, script []byte) []byte {
	var (
		c      Call
		p      promises
		out    bytes.Buffer
		orders []Order
		events []Event
	)
	lines := bufio.NewScanner(bytes.NewReader(script))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			fmt.Fprintln(&out, line)
		}
		if !strings.HasPrefix(line, "> ") {
			continue
		}
		in, err := parseInput(line[2:], orders)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		o := c.Step(in)
		p.check(t, &c, o)
		events, orders = append(events, recorded(o.Events)...), append(orders, o.Orders...)
		fmt.Fprintln(&out, line)
		for _, e := range o.Events {
			fmt.Fprintln(&out, strings.TrimSpace(e.Type()+" "+fields(reflect.ValueOf(e))))
		}
		for _, o := range o.Orders {
			name, _ := Describe(o)
			fmt.Fprintln(&out, "  ->", strings.TrimSpace(name+" "+fields(reflect.ValueOf(o))))
		}
	}
	if p.ended != 1 {
		t.Errorf("%d call.ended in the transcript, want exactly one", p.ended)
	}
	if replayed := Replay(events); !reflect.DeepEqual(*replayed, c) {
		t.Errorf("replay gives another state:\n%+v\nwant\n%+v", *replayed, c)
	}
	return out.Bytes()
}

// recorded returns events as they come back from the record, where a leg's
// leaving says how it sounded.
func recorded(events []Event) []Event {
	events = slices.Clone(events)
	for i, e := range events {
		if e, ok := e.(LegLeft); ok {
			e.Quality = &Quality{MOS: 4}
			events[i] = e
		}
	}
	return events
}

// promises holds what must be true of any call's outputs.
type promises struct {
	ended int
	left  map[LegID]bool

	agreed    map[LegID]bool
	onlyTold  map[LegID]bool // of those
	bridge    Bridge
	recording LegID // whose sound is recorded now, and not paused
	recorded  LegID // or would be, once it is not
}

func (p *promises) check(t interface {
	Helper()
	Errorf(string, ...any)
}, c *Call, o Output) {
	t.Helper()
	if p.left == nil {
		p.left = map[LegID]bool{}
	}
	before := p.leftBefore()
	for i, e := range o.Events {
		if p.ended > 0 {
			t.Errorf("%s after call.ended", e.Type())
		}
		switch e := e.(type) {
		case CallEnded:
			p.ended++
			if i != len(o.Events)-1 {
				t.Errorf("call.ended is not the last event")
			}
			if !e.Status.Terminal() || e.Reason == "" {
				t.Errorf("call.ended with status %q and reason %q", e.Status, e.Reason)
			}
		case LegLeft:
			if p.left[e.Leg] {
				t.Errorf("leg %v left twice", e.Leg)
			}
			p.left[e.Leg] = true
		}
	}
	for _, order := range o.Orders {
		name, leg := Describe(order)
		if leg == 0 {
			continue
		}
		gone := p.left[leg]
		if _, bye := order.(HangUpLeg); bye {
			gone = before[leg]
		}
		if _, plays := order.(Play); plays && c.silent(leg) {
			t.Errorf("leg %v only writes, and is played to", leg)
		}
		if gone {
			t.Errorf("%s for leg %v, which has left", name, leg)
		}
	}
	for _, order := range o.Orders {
		if b, ok := order.(Bridge); ok {
			for _, leg := range b.Legs {
				if p.left[leg] {
					t.Errorf("bridge holds leg %v, which has left", leg)
				}
				if c.silent(leg) {
					t.Errorf("bridge holds leg %v, which only writes", leg)
				}
			}
		}
	}
	p.checkConsent(t, o)
	if c.Ended() != (p.ended > 0) {
		t.Errorf("status %q, but %d call.ended", c.status, p.ended)
	}
	if c.Ended() && slices.ContainsFunc(c.legs, func(l Leg) bool { return l.State != Ended }) {
		t.Errorf("the call ended with a live leg")
	}
}

// checkConsent: whoever is heard while it records has consented before, by more than hearing
// of it where the call has come to a queue that asks.
func (p *promises) checkConsent(t interface {
	Helper()
	Errorf(string, ...any)
}, o Output) {
	t.Helper()
	if p.agreed == nil {
		p.agreed, p.onlyTold = map[LegID]bool{}, map[LegID]bool{}
	}
	for _, e := range o.Events {
		switch e := e.(type) {
		case ConsentGranted:
			p.agreed[e.Leg], p.onlyTold[e.Leg] = true, e.Method == Heard
		case ConsentDeclined:
			p.agreed[e.Leg] = false
		case RecordingPlanned:
			asks := e.Policy.Consent == ByAsking
			maps.DeleteFunc(p.agreed, func(id LegID, _ bool) bool { return asks && p.onlyTold[id] })
		}
	}
	for _, order := range o.Orders {
		switch o := order.(type) {
		case Bridge:
			p.bridge = o
		case StartRecording:
			p.recorded, p.recording = o.Leg, o.Leg
		case ResumeRecording:
			p.recording = p.recorded
		case PauseRecording, EndRecording:
			p.recording = 0
		default: // changes nothing of who is heard
			continue
		}
		p.checkHeard(t)
	}
	p.checkHeard(t)
}

func (p *promises) checkHeard(t interface {
	Helper()
	Errorf(string, ...any)
}) {
	t.Helper()
	at := p.recording
	if at == 0 || p.left[at] {
		return
	}
	heard := []LegID{at}
	if slices.Contains(p.bridge.Legs, at) {
		heard = p.bridge.Legs
		for _, b := range p.bridge.Beside {
			if b.HeardBy == at {
				heard = append(slices.Clone(heard), b.Leg)
			}
		}
	}
	for _, id := range heard {
		if !p.agreed[id] {
			t.Errorf("leg %v is recorded at %v, and has not consented", id, at)
		}
	}
}

func (p *promises) leftBefore() map[LegID]bool {
	before := map[LegID]bool{}
	for id := range p.left {
		before[id] = true
	}
	return before
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var gl, wl string
		if i < len(g) {
			gl = g[i]
		}
		if i < len(w) {
			wl = w[i]
		}
		if gl != wl {
			return fmt.Sprintf("line %d\n got: %s\nwant: %s", i+1, gl, wl)
		}
	}
	return ""
}
