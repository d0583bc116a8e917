package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"webtrunk/signaling/visitor"
)

// What is written is timed once, at the other page, by the name that it carries; one's
// own is no news, and what has not come is lost.
func TestMailbag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &mailbag{under: map[string]letter{}}
		under := func(name, kind string) { p.under[name] = letter{kind, time.Now()} }
		told := func(by, kind, text, stroke string) {
			p.came(&visitor.Message{Type: "room", Operations: []visitor.Operation{{By: by, Kind: kind, Text: text, Stroke: stroke}}})
		}
		under("n1", "message")
		under("n2", "draw")
		under("n3", "sketch")
		under("n4", "message")
		time.Sleep(3 * time.Millisecond)
		told("you", "message", "n1 Hello", "")
		time.Sleep(4 * time.Millisecond)
		told("visitor", "message", "n1 Hello", "")
		told("visitor", "message", "n1 Hello", "") // again, as who asks for what stood there is told
		told("visitor", "sketch", "", "n2")        // of another kind
		time.Sleep(time.Millisecond)
		told("visitor", "draw", "", "n2")
		told("visitor", "sketch", "", "n3")
		p.came(&visitor.Message{Type: "error", Code: "rate_limited", Text: "That was too much at once."})
		if p.waiting() != 1 {
			t.Errorf("%d are under way, want 1", p.waiting())
		}
		got := p.over()
		for kind, want := range map[string][]time.Duration{"message": {7 * time.Millisecond}, "draw": {8 * time.Millisecond}, "sketch": {8 * time.Millisecond}} {
			if !slices.Equal(got.took[kind], want) {
				t.Errorf("%s took %v, want %v", kind, got.took[kind], want)
			}
		}
		if got.lost != 1 || !slices.Equal(got.refused, []string{"rate_limited: That was too much at once."}) {
			t.Errorf("%d were lost, %q refused", got.lost, got.refused)
		}
		if next := p.over(); len(next.took) != 0 || next.lost != 0 || len(next.refused) != 0 {
			t.Errorf("the next while begins with %+v", next)
		}
	})
}

// How late the clock was is the difference of two looks at its metrics.
func TestLateness(t *testing.T) {
	look := func(count, sum, inTime string) lateness {
		l, err := latenessIn("webtrunk_media_lateness_seconds_bucket{le=\"0.001\"} " + inTime + "\nwebtrunk_media_lateness_seconds_sum " + sum + "\nwebtrunk_media_lateness_seconds_count " + count + "\n")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	during := look("3000", "0.7", "2960").since(look("1000", "0.5", "1000"))
	if mean, late := during.mean(), during.late(); mean < 99.9 || mean > 100.1 || late != 2 {
		t.Errorf("the clock was %v µs late, %v %% over a millisecond; want 100, 2", mean, late)
	}
	if twice := during.and(during); twice.slots != 4000 || twice.late() != 2 {
		t.Errorf("twice that is %+v", twice)
	}
	if _, err := latenessIn("webtrunk_media_lateness_seconds_count 3\n"); err == nil {
		t.Error("metrics without a sum told how late the clock was")
	}
}

// A run fails where something was refused or did not come, in whichever room.
func TestWhatIsWrittenIsKept(t *testing.T) {
	if err := (&attended{}).kept(); err != nil {
		t.Error(err)
	}
	seen := &attended{}
	seen.silent.watched.lost = 2
	seen.writing.others.refused = []string{"rate_limited: wait"}
	err := seen.kept()
	for _, want := range []string{"2 of what was written did not come", `1 of what was written were refused, the first with "rate_limited: wait"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// What a gateway or a page could not do is refused before anything is started.
func TestRoomsThatFit(t *testing.T) {
	good := roomsCommand{Rooms: 500, Every: 5 * time.Second, Slices: 4, Seconds: 15}
	if err := good.fits(); err != nil {
		t.Error(err)
	}
	for flag, change := range map[string]func(*roomsCommand){
		"--rooms=1001":  func(c *roomsCommand) { c.Rooms = 1001 },
		"--rooms=1:":    func(c *roomsCommand) { c.Rooms = 1 },
		"--seconds=600": func(c *roomsCommand) { c.Seconds = 600 },
		"--seconds=30":  func(c *roomsCommand) { c.Seconds = 30 }, // more strokes than its whiteboard takes
		"--every=100ms": func(c *roomsCommand) { c.Every = 100 * time.Millisecond },
		"--slices=0 ":   func(c *roomsCommand) { c.Slices = 0 },
	} {
		bad := good
		change(&bad)
		if err := bad.fits(); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%s is refused as %v", flag, err)
		}
	}
}
