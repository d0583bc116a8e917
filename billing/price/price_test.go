package price

import (
	"math/rand/v2"
	"testing"
	"time"

	"webtrunk"
	"webtrunk/billing/money"
)

// euros are terms in euros, checked.
func euros(t testing.TB, terms Terms) Terms {
	t.Helper()
	terms.Currency = "EUR"
	if err := terms.Check(); err != nil {
		t.Fatal(err)
	}
	return terms
}

func TestWhatACallCosts(t *testing.T) {
	const minute = 1_200_000 // € 1.20
	for name, c := range map[string]struct {
		terms Terms
		talk  Talk
		minor int64
	}{
		"nothing was said":        {Terms{PerMinute: minute, Connect: 50, Minimum: 60}, Talk{}, 0},
		"by the second":           {Terms{PerMinute: minute}, Talk{Voice: 90 * time.Second}, 180},
		"a second that began":     {Terms{PerMinute: minute}, Talk{Voice: 90*time.Second + time.Millisecond}, 182},
		"60/60, a second":         {Terms{PerMinute: minute, Increment: 60}, Talk{Voice: time.Second}, 120},
		"60/60, a minute":         {Terms{PerMinute: minute, Increment: 60}, Talk{Voice: time.Minute}, 120},
		"60/60, and one more":     {Terms{PerMinute: minute, Increment: 60}, Talk{Voice: 61 * time.Second}, 240},
		"30/6, a second":          {Terms{PerMinute: minute, First: 30, Increment: 6}, Talk{Voice: time.Second}, 60},
		"30/6, 31 seconds":        {Terms{PerMinute: minute, First: 30, Increment: 6}, Talk{Voice: 31 * time.Second}, 72},
		"a minimum":               {Terms{PerMinute: minute, Minimum: 120}, Talk{Voice: time.Second}, 240},
		"above the minimum":       {Terms{PerMinute: minute, Minimum: 120}, Talk{Voice: 121 * time.Second}, 242},
		"a minimum between steps": {Terms{PerMinute: minute, Minimum: 90, Increment: 60}, Talk{Voice: time.Second}, 240},
		"due at once":             {Terms{PerMinute: minute, Connect: 50}, Talk{Voice: time.Second}, 52},
		"a one-off":               {Terms{Connect: 500}, Talk{Voice: time.Hour}, 500},
		"with pictures":           {Terms{PerMinute: minute, Video: 2 * minute}, Talk{Voice: 30 * time.Second, Video: 30 * time.Second}, 180},
		"pictures cost the same":  {Terms{PerMinute: minute}, Talk{Video: time.Minute}, 120},
		"pictures in a step":      {Terms{PerMinute: minute, Video: 2 * minute, Increment: 60}, Talk{Video: 30 * time.Second}, 120 + 60},
		"cheaper than a cent":     {Terms{PerMinute: 12_300}, Talk{Voice: 48 * time.Second}, 0},
		"a cent at last":          {Terms{PerMinute: 12_300}, Talk{Voice: 49 * time.Second}, 1},
	} {
		if got := euros(t, c.terms).Due(c.talk); got.Minor != c.minor || got.Currency != "EUR" {
			t.Errorf("%s: %s, want %d cents", name, got, c.minor)
		}
	}
}

// TestMoreTalkNeverCostsLess, and ticks add up to what is due at the end, however they fall.
func TestMoreTalkNeverCostsLess(t *testing.T) {
	for range 2000 {
		terms := euros(t, Terms{PerMinute: money.Rate(1 + rand.Int64N(5_000_000)), Video: money.Rate(rand.Int64N(9_000_000)), Connect: rand.Int64N(200),
			Minimum: Seconds(rand.Int64N(120)), First: Seconds(1 + rand.Int64N(90)), Increment: Seconds(1 + rand.Int64N(60))})
		var talk Talk
		posted := int64(0)
		for range 50 {
			d := time.Duration(rand.Int64N(int64(10 * time.Second)))
			if rand.IntN(2) == 0 {
				talk.Voice += d
			} else {
				talk.Video += d
			}
			tick := terms.Due(talk).Minor - posted
			if tick < 0 {
				t.Fatalf("%+v: after %v a tick is %d", terms, talk, tick)
			}
			posted += tick
		}
		if due := terms.Due(talk).Minor; posted != due {
			t.Fatalf("%+v: ticks are %d, due is %d", terms, posted, due)
		}
	}
}

// TestWhatABalanceLasts is exact: a millisecond more is not covered.
func TestWhatABalanceLasts(t *testing.T) {
	for range 500 {
		terms := euros(t, Terms{PerMinute: money.Rate(100_000 + rand.Int64N(5_000_000)), Connect: rand.Int64N(200), Minimum: Seconds(rand.Int64N(120)), Increment: Seconds(1 + rand.Int64N(60))})
		talk := Talk{Voice: time.Duration(rand.Int64N(100_000)) * time.Millisecond}
		minor, pictures := rand.Int64N(5000), rand.IntN(2) == 0
		lasts := terms.Lasts(minor, talk, pictures)
		later := Talk{Voice: talk.Voice + lasts + time.Millisecond}
		at := Talk{Voice: talk.Voice + lasts}
		if due := terms.Due(at).Minor; due > minor && lasts > 0 {
			t.Fatalf("%+v: %d cents last for %v, which costs %d", terms, minor, lasts, due)
		}
		if due := terms.Due(later).Minor; due <= minor {
			t.Fatalf("%+v: %d cents last for %v, but a millisecond more costs %d", terms, minor, lasts, due)
		}
	}
	if got := euros(t, Terms{Connect: 100}).Lasts(100, Talk{}, false); got != Longest {
		t.Errorf("a one-off that is covered lasts %v", got)
	}
}

func TestTermsThatNobodyCanAgreeOn(t *testing.T) {
	for field, terms := range map[string]Terms{
		"currency":          {Currency: "XXX", PerMinute: 1},
		"per_minute":        {Currency: "EUR"},
		"connect":           {Currency: "EUR", Connect: -1},
		"free_seconds":      {Currency: "EUR", PerMinute: 1, Free: -1},
		"minimum_seconds":   {Currency: "EUR", PerMinute: 1, Minimum: 1 << 40},
		"increment_seconds": {Currency: "EUR", PerMinute: 1, Increment: -6},
		"after":             {Currency: "EUR", PerMinute: 1, After: "later"},
	} {
		err := terms.Check()
		if e, ok := err.(*webtrunk.Error); !ok || e.Op != field || e.Kind != webtrunk.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}
