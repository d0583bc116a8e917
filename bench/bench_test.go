package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"webtrunk/carrier"
	"webtrunk/event"
	"webtrunk/transcode"
)

func TestPercentiles(t *testing.T) {
	var took []time.Duration
	for i := range 101 {
		took = append(took, time.Duration(i)*time.Millisecond)
	}
	for percentile, want := range map[int]time.Duration{0: 0, 50: 50 * time.Millisecond, 99: 99 * time.Millisecond, 100: 100 * time.Millisecond} {
		if got := at(took, percentile); got != want {
			t.Errorf("percentile %d is %v, want %v", percentile, got, want)
		}
	}
	if at(nil, 50) != 0 {
		t.Error("nothing has a median")
	}
}

// What a process uses is read from /proc: our own CPU time grows as we work.
func TestUsage(t *testing.T) {
	before, err := cpu(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	after, sum := before, 0
	for deadline := time.Now().Add(30 * time.Second); after < before+30*time.Millisecond && time.Now().Before(deadline); {
		for i := range 10_000_000 { // work of our own: reading /proc is the kernel's
			sum ^= i
		}
		if after, err = cpu(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if after < before+30*time.Millisecond {
		t.Errorf("after 30 s of work (%d) our CPU time went from %v to %v", sum, before, after)
	}
	if u, err := usageOf(os.Getpid()); err != nil || u.user <= 0 || u.all() < after {
		t.Errorf("we used %+v, %v, of which there were %v before", u, err, after)
	}
	if rss, err := memory(os.Getpid()); err != nil || rss < 1<<20 {
		t.Errorf("our memory is %d bytes, %v", rss, err)
	}
	if _, err := cpu(-1); err == nil {
		t.Error("a process that is not there has used CPU")
	}
	if _, err := memory(-1); err == nil {
		t.Error("a process that is not there has memory")
	}
}

// A thread that has nothing to do goes to sleep, and is counted.
func TestSleeps(t *testing.T) {
	before, err := sleeps(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		n, err := sleeps(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if n > before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("we slept for 30 s, and were never seen to")
		}
	}
	if _, err := sleeps(-1); err == nil {
		t.Error("a process that is not there has slept")
	}
}

// What a packet has cost is the mean of all slices, whichever way it went.
func TestPacketCost(t *testing.T) {
	slice := func(packets int, theirs, kernel time.Duration, sleeps int64) measured {
		m := measured{theirs: theirs, kernel: kernel, sleeps: sleeps}
		m.ToPages.Sent, m.ToTelephones.Sent = packets/2, packets/2
		return m
	}
	k := contender{slices: []measured{slice(1000, 8*time.Millisecond, 3*time.Millisecond, 200), slice(3000, 40*time.Millisecond, 13*time.Millisecond, 600)}}
	if got, want := k.packet(), (packet{cost: 12, kernel: 4, sleeps: 0.2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (&contender{}).packet(); got != (packet{}) {
		t.Errorf("nothing was measured, and cost %+v", got)
	}
}

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "studio" { // this program again: see openStudio
		main()
		return
	}
	code := m.Run()
	unbuild()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// A mark survives what G.711 makes of it, and nothing else is taken for one.
func TestMarks(t *testing.T) {
	var pcm [transcode.FrameSamples]int16
	var payload [transcode.FrameSamples]byte
	for _, m := range []mark{1, markFor(1, 0), markFor(3, 77), markFor(200, perCall-1), 1<<bits - 1} {
		m.sound(pcm[:])
		transcode.EncodePCMU(payload[:], pcm[:])
		if got, ok := markOf(payload[:]); !ok || got != m {
			t.Errorf("mark %d came as %d, %v", m, got, ok)
		}
		payload[3*samples+1] ^= 0x80
		if got, ok := markOf(payload[:]); ok {
			t.Errorf("a spoilt mark %d came as %d", m, got)
		}
	}
	for i := range pcm {
		pcm[i] = 0
	}
	transcode.EncodePCMU(payload[:], pcm[:])
	if _, ok := markOf(payload[:]); ok {
		t.Error("silence has a mark")
	}
	if _, ok := markOf(payload[:80]); ok {
		t.Error("half a frame has a mark")
	}
}

// A meter times a packet on both of its ways, and forgets it then.
func TestMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMeter()
		packet := func(k mark) []byte {
			var pcm [transcode.FrameSamples]int16
			raw := make([]byte, 12+len(pcm))
			k.sound(pcm[:])
			transcode.EncodePCMU(raw[12:], pcm[:])
			return raw
		}
		pass := func(n int, there, back time.Duration) {
			raw := packet(markFor(1, n))
			m.page(true, raw[12:])
			time.Sleep(there)
			m.carrier(carrier.In, raw)
			m.carrier(carrier.Out, raw)
			time.Sleep(back)
			m.page(false, raw[12:])
		}
		pass(1, 2*time.Millisecond, 3*time.Millisecond)
		pass(2, 30*time.Millisecond, 4*time.Millisecond)
		m.page(true, packet(markFor(1, 3))[12:]) // is lost
		got := m.phase()
		want := []time.Duration{2 * time.Millisecond, 3 * time.Millisecond, 30 * time.Millisecond, 4 * time.Millisecond}
		if got.sent != 3 || !slices.Equal(got.transit, want) || got.gap != 34*time.Millisecond {
			t.Errorf("%+v", got)
		}
		if next := m.phase(); next.sent != 0 || len(next.transit) != 0 || next.gap != 0 {
			t.Errorf("the next phase begins with %+v", next)
		}
		time.Sleep(time.Minute)
		m.gone(1)
		pass(4, time.Millisecond, time.Millisecond)
		if got := m.phase(); got.gap != 0 {
			t.Errorf("the silence of a call that was gone is a gap of %v", got.gap)
		}
	})
}

// What a story lacks is said.
func TestLacking(t *testing.T) {
	story := func(types ...string) (events []event.Envelope) {
		for i, kind := range types {
			events = append(events, event.Envelope{Type: kind, CallSeq: int64(i + 1)})
		}
		return events
	}
	whole := story("call.created", "call.answered", "call.ended")
	gap := slices.Delete(slices.Clone(whole), 1, 2)
	for want, events := range map[string][]event.Envelope{
		"":                       whole,
		"no event at all":        nil,
		"event 2 has call_seq 3": gap,
		"its beginning: call.answered call.ended":                       story("call.answered", "call.ended"),
		"one answer: call.created call.ended":                           story("call.created", "call.ended"),
		"one end, last: call.created call.answered call.ended leg.left": story("call.created", "call.answered", "call.ended", "leg.left"),
	} {
		if got := lacking(events); got != want {
			t.Errorf("%v lacks %q, want %q", events, got, want)
		}
	}
}

// A run in which sound stopped or a call was not recorded fails.
func TestVerdict(t *testing.T) {
	good := phase{name: "slow", sound: passage{sent: 100, transit: make([]time.Duration, 200)}}
	d := &disturbance{kind: "sqlite", phases: []phase{good}, refused: []told{{who: "a page", text: "Try again in a minute."}}}
	if err := d.kept(); err != nil {
		t.Error(err)
	}
	d.phases = append(d.phases, phase{name: "stopped", sound: passage{sent: 100, transit: make([]time.Duration, 20)}})
	d.refused = append(d.refused, told{who: "a telephone", text: "no"})
	d.lacking = []string{"call_1: one end"}
	err := d.kept()
	for _, want := range []string{"stopped, 100 packets made 20 of 200 ways", "a telephone was refused without a sentence", "call_1: one end"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// When an event happened is found in what a subscriber is sent.
func TestSent(t *testing.T) {
	at, ok := sent([]byte(`data: {"id":"evt_1","timestamp":"2026-11-22T09:00:00.123456Z","seq":1}`))
	if want := time.Date(2026, 11, 22, 9, 0, 0, 123456000, time.UTC); !ok || !at.Equal(want) {
		t.Errorf("%v, %v", at, ok)
	}
	for _, text := range []string{"", ": heartbeat", `data: {"timestamp":"yesterday"}`, `data: {"timestamp":"2026`} {
		if at, ok := sent([]byte(text)); ok {
			t.Errorf("%q happened at %v", text, at)
		}
	}
}

// A slow disk makes each commit wait, and none once it is undone.
func TestSlowDisk(t *testing.T) {
	db, err := newSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.end()
	if _, err := db.commit(t.Context()); err != nil { // makes the tables
		t.Fatal(err)
	}
	const by = 300 * time.Millisecond
	undo, err := db.slow(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := db.commit(t.Context())
	if err := errors.Join(err, undo()); err != nil {
		t.Fatal(err)
	}
	fast, err := db.commit(t.Context())
	if err != nil || slow < by/3 || fast > slow/2 {
		t.Errorf("a commit took %v, and %v when that was undone; %v", slow, fast, err)
	}
}

// A stopped database takes nothing until it is back.
func TestStoppedDatabase(t *testing.T) {
	db, err := newSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.end()
	if _, err := db.commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	undo, err := db.stop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer done()
	if took, err := db.commit(ctx); err == nil {
		t.Errorf("a stopped database took a commit in %v", took)
	}
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.commit(t.Context()); err != nil {
		t.Error(err)
	}
}

// However long a thing takes, it is begun as often as was asked, and waited for.
func TestSteadily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var ended []time.Duration
		begin := time.Now()
		err := steadily(t.Context(), 2, 2*time.Second, func() error {
			time.Sleep(3 * time.Second)
			mu.Lock()
			defer mu.Unlock()
			if ended = append(ended, time.Since(begin)); len(ended) == 2 {
				return errors.New("the second fails")
			}
			return nil
		})
		if len(ended) != 4 || ended[0] != 3*time.Second || ended[3] != 4500*time.Millisecond {
			t.Errorf("ended after %v", ended)
		}
		if err == nil || !strings.Contains(err.Error(), "the second fails") {
			t.Errorf("a failure is told as %v", err)
		}
	})
}

// Beside the calls, packets that no gateway handles are timed.
func TestBare(t *testing.T) {
	m := newMeter()
	b, err := layBare(m, 4)
	if err != nil {
		t.Fatal(err)
	}
	var all []time.Duration
	for deadline := time.Now().Add(30 * time.Second); len(all) < 20 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		all = append(all, m.phase().bare...)
	}
	b.close()
	if s := spreadOf(all); s.count < 20 || all[0] <= 0 || s.p50 > time.Second {
		t.Errorf("packets took %v", all)
	}
}
