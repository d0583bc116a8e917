package load

import (
	"testing"
	"time"
)

const ms = time.Millisecond

// TestALevelIsReachedAtOnceAndLeftAfterCalm walks one level through a morning.
func TestALevelIsReachedAtOnceAndLeftAfterCalm(t *testing.T) {
	l := level{cpu: 0.85, lateness: 10 * ms, dwell: 2 * time.Second}
	start := time.Unix(0, 0)
	for _, step := range []struct {
		at      time.Duration
		r       reading
		reached bool
		why     string
	}{
		{0, reading{0.30, 1 * ms}, false, "quiet"},
		{100 * ms, reading{0.85, 10 * ms}, false, "at both bounds, past neither"},
		{200 * ms, reading{0.86, 1 * ms}, true, "the CPU alone is enough"},
		{300 * ms, reading{0.80, 1 * ms}, true, "below the bound, but not well below"},
		{10 * time.Second, reading{0.80, 1 * ms}, true, "however long that lasts"},
		{11 * time.Second, reading{0.70, 1 * ms}, true, "well below, since this moment"},
		{12 * time.Second, reading{0.70, 1 * ms}, true, "for a second"},
		{12500 * ms, reading{0.80, 1 * ms}, true, "no longer: the calm begins anew"},
		{13 * time.Second, reading{0.70, 1 * ms}, true, "well below again"},
		{14900 * ms, reading{0.70, 1 * ms}, true, "not yet two seconds"},
		{15 * time.Second, reading{0.70, 1 * ms}, false, "two seconds of calm"},
		{15100 * ms, reading{0.70, 11 * ms}, true, "lateness alone is enough"},
		{16 * time.Second, reading{0.70, 6 * ms}, true, "less late, but not by half"},
		{17 * time.Second, reading{0.70, 5 * ms}, true, "by half"},
		{19 * time.Second, reading{0.70, 0}, false, "for two seconds"},
	} {
		l = l.next(step.r, start.Add(step.at))
		if l.reached != step.reached {
			t.Fatalf("%v, %+v (%s): reached = %v", step.at, step.r, step.why, l.reached)
		}
	}
}

func TestABoundOfZeroIsNone(t *testing.T) {
	huge := reading{cpu: 50, lateness: time.Hour}
	for _, c := range []struct {
		l       level
		reached bool
	}{
		{level{}, false},
		{level{cpu: 0.5}, true},
		{level{lateness: ms}, true},
	} {
		if got := c.l.next(huge, time.Unix(0, 0)); got.reached != c.reached {
			t.Errorf("%+v: reached = %v", c.l, got.reached)
		}
	}
	l := level{cpu: 0.5, dwell: time.Second, reached: true}
	l = l.next(reading{0.1, time.Hour}, time.Unix(0, 0)).next(reading{0.1, time.Hour}, time.Unix(1, 0))
	if l.reached {
		t.Error("lateness without a bound keeps a level from being left")
	}
}

func TestALowerLevelIsReachedBefore(t *testing.T) {
	full := level{cpu: 0.8, lateness: 10 * ms, dwell: time.Second}
	loaded := full.scaled(0.5, time.Minute)
	r := reading{0.5, 0}
	if full.next(r, time.Unix(0, 0)).reached || !loaded.next(r, time.Unix(0, 0)).reached {
		t.Error("half of the CPU's bound is passed: the lower level alone must be reached")
	}
	if loaded.lateness != 5*ms || loaded.dwell != time.Minute {
		t.Errorf("scaled: %+v", loaded)
	}
}
