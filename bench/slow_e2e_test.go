//go:build e2e

package main

import (
	"strings"
	"testing"
	"time"
)

// Nobody who talks notices a slow or a stopped database: sound goes on, and who
// hangs up has hung up. Nobody begins a call that could not be recorded, and
// everybody is told so. Once the database is back, nothing is missing.
func TestCallsAndADisturbedDatabase(t *testing.T) {
	const by = 400 // ms; sound that waited for a commit would be that late
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			d, err := slowCommand{Calls: 4, Seconds: 3, By: by}.disturb(t.Context(), kind)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.kept(); err != nil {
				t.Error(err)
			}
			d.wantPhases(t, "fast", "slow", "stopped", "back")
			d.wantSoundInTime(t, by/2*time.Millisecond, time.Second)
			d.wantSlow(t, by/4*time.Millisecond)
			d.wantRefused(t, "a page", "the interface", "a telephone")
			d.wantHungUp(t, 2)
			if d.calls != 4 || len(d.lacking) != 0 {
				t.Errorf("the events of %d calls were looked at, want 4; %q", d.calls, d.lacking)
			}
			if d.back > 20*time.Second {
				t.Errorf("new calls were taken %v after the database's return", d.back)
			}
		})
	}
}

func (d *disturbance) wantPhases(t *testing.T, names ...string) {
	t.Helper()
	var got []string
	for _, p := range d.phases {
		got = append(got, p.name)
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Fatalf("phases %q, want %q", got, names)
	}
}

// wantSoundInTime bounds how late packets were in each phase, and how long none
// came.
func (d *disturbance) wantSoundInTime(t *testing.T, p99, gap time.Duration) {
	t.Helper()
	for _, p := range d.phases {
		way := spreadOf(p.sound.transit)
		t.Logf("%s, %s: %d packets, p50 %v, p99 %v, longest gap %v, commit %v, new call %v",
			d.kind, p.name, p.sound.sent, way.p50, way.p99, p.sound.gap, p.commit, p.setup.p50)
		if way.p99 > p99 || p.sound.gap > gap {
			t.Errorf("while the database was %s, packets took %v (p99) and none came for %v", p.name, way.p99, p.sound.gap)
		}
	}
}

// wantSlow makes sure that the database was slow when it was to be, and that
// calls could be begun then, too.
func (d *disturbance) wantSlow(t *testing.T, least time.Duration) {
	t.Helper()
	for _, p := range d.phases {
		if p.name == "slow" && p.commit < least {
			t.Errorf("while the database was slow, a commit took %v", p.commit)
		}
		if p.name != "stopped" && p.setup.count == 0 {
			t.Errorf("while the database was %s, no call was begun", p.name)
		}
	}
}

func (d *disturbance) wantRefused(t *testing.T, who ...string) {
	t.Helper()
	if len(d.refused) != len(who) {
		t.Fatalf("refused: %+v, want %q", d.refused, who)
	}
	for i, r := range d.refused {
		t.Logf("%s, stopped: %s was told after %v: %s", d.kind, r.who, r.took, r.text)
		reason := strings.Contains(r.text, "record") || strings.Contains(r.text, "database") || strings.Contains(r.text, "503")
		if r.who != who[i] || !reason || r.took > 20*time.Second {
			t.Errorf("%s was told after %v: %q", r.who, r.took, r.text)
		}
	}
}

// wantHungUp bounds how long hanging up took while the database was stopped:
// less than any wait for it.
func (d *disturbance) wantHungUp(t *testing.T, calls int) {
	t.Helper()
	if len(d.hungUp) != calls {
		t.Errorf("%d calls were hung up, want %d", len(d.hungUp), calls)
	}
	for _, took := range d.hungUp {
		if took > 2*time.Second {
			t.Errorf("hanging up took %v while the database was stopped", took)
		}
	}
}
