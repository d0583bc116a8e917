package dispatch_test

import (
	"testing"
	"time"

	"webtrunk"
	"webtrunk/dispatch"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// Days are those of the zone: one on which clocks change is longer or shorter, and
// nobody falls between two.
func TestTheDaysOfAHistory(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	p := dispatch.Past{From: time.Date(2026, 10, 24, 15, 0, 0, 0, berlin), To: time.Date(2026, 10, 27, 0, 0, 0, 0, berlin), Daily: true, Zone: berlin}
	days, err := p.Spans()
	if err != nil || len(days) != 3 {
		t.Fatalf("%v, %v", days, err)
	}
	for i, hours := range []float64{24, 25, 24} {
		if d := days[i]; d.From.Hour() != 0 || d.To.Sub(d.From).Hours() != hours || i > 0 && !d.From.Equal(days[i-1].To) {
			t.Errorf("day %d goes from %v to %v", i, d.From, d.To)
		}
	}
	for _, at := range []time.Time{days[1].From, days[1].To.Add(-time.Microsecond), days[0].From.Add(-time.Microsecond), days[2].To} {
		dispatch.Fold(days, at, dispatch.Figures{Offered: 1, Waited: time.Minute, Longest: time.Minute})
	}
	if days[0].Offered != 0 || days[1].Offered != 2 || days[2].Offered != 0 {
		t.Errorf("they came on %v", days)
	}
}

// Hours begin on the wall's full hours, also where these are half an hour off.
func TestTheHoursOfAHistory(t *testing.T) {
	for name, first := range map[string]string{"Asia/Kolkata": "09:30Z", "UTC": "10:00Z", "Asia/Kathmandu": "09:15Z", "America/St_Johns": "09:30Z"} {
		p := dispatch.Past{From: time.Date(2026, 3, 2, 10, 14, 5, 6, time.UTC), To: time.Date(2026, 3, 2, 12, 1, 0, 0, time.UTC), Zone: zone(t, name)}
		hours, err := p.Spans()
		if err != nil || len(hours) < 3 {
			t.Fatalf("%s: %v, %v", name, hours, err)
		}
		if at := hours[0].From.UTC().Format("15:04Z"); at != first {
			t.Errorf("in %s the first hour begins at %s, want %s", name, at, first)
		}
	}
}

// Where clocks jump over midnight, the day begins when they have.
func TestADayWithoutMidnight(t *testing.T) {
	z := zone(t, "America/Santiago")
	p := dispatch.Past{From: time.Date(2026, 9, 5, 12, 0, 0, 0, z), To: time.Date(2026, 9, 7, 12, 0, 0, 0, z), Daily: true, Zone: z}
	days, err := p.Spans()
	if err != nil || len(days) != 3 {
		t.Fatalf("%v, %v", days, err)
	}
	if d := days[1]; d.From.Hour() != 1 || d.To.Sub(d.From) != 23*time.Hour {
		t.Errorf("the day goes from %v to %v", d.From, d.To)
	}
}

func TestAHistoryThatMakesNoSense(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for name, p := range map[string]dispatch.Past{
		"backwards":  {From: now, To: now.Add(-time.Hour)},
		"nothing":    {From: now, To: now},
		"hours":      {From: now.AddDate(0, 0, -40), To: now},
		"many years": {From: now.AddDate(-9, 0, 0), To: now, Daily: true},
	} {
		p.Zone = time.UTC
		if _, err := p.Spans(); webtrunk.KindOf(err) != webtrunk.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFiguresAddUp(t *testing.T) {
	var f dispatch.Figures
	if _, ok := f.Level(); ok || f.Mean() != 0 {
		t.Errorf("nobody came: %+v", f)
	}
	f.Add(dispatch.Figures{Offered: 3, Answered: 2, InTime: 1, Abandoned: 1, Waited: 60 * time.Second, Longest: 50 * time.Second})
	f.Add(dispatch.Figures{Offered: 3, Answered: 1, InTime: 1, CalledBack: 1, Voicemails: 2, Waited: 30 * time.Second, Longest: 20 * time.Second})
	if level, ok := f.Level(); !ok || level != 0.5 || f.Mean() != 15*time.Second || f.Longest != 50*time.Second || f.Offered != 6 || f.Voicemails != 2 {
		t.Errorf("together: %+v, %v", f, level)
	}
}
