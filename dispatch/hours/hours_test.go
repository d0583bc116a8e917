package hours

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"webtrunk"
)

// read makes hours of what somebody wrote.
func read(t testing.TB, text string) *Hours {
	t.Helper()
	var table Table
	if err := json.Unmarshal([]byte(text), &table); err != nil {
		t.Fatal(err)
	}
	h, err := New(table)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// An answer is what hours say at a moment.
type answer struct {
	at    string // RFC 3339
	open  bool
	until string // RFC 3339, in the table's zone; "" is never
}

func (h *Hours) answers(t *testing.T, all ...answer) {
	t.Helper()
	for _, a := range all {
		now, err := time.Parse(time.RFC3339, a.at)
		if err != nil {
			t.Fatal(err)
		}
		open, until := h.Open(now)
		said := ""
		if !until.IsZero() {
			said = until.Format(time.RFC3339)
		}
		if open != a.open || said != a.until || h.At(now) != a.open {
			t.Errorf("at %s: open %v until %q, at once %v; want %v until %q", a.at, open, said, h.At(now), a.open, a.until)
		}
	}
}

const office = `{"time_zone": "Europe/Berlin",
	"week": [
		{"day": "monday", "from": "09:00", "to": "12:00"}, {"day": "monday", "from": "13:00", "to": "17:00"},
		{"day": "tuesday", "from": "09:00", "to": "17:00"}, {"day": "friday", "from": "09:00", "to": "24:00"},
		{"day": "saturday", "from": "00:00", "to": "02:00"}],
	"holidays": [{"date": "12-25", "name": "Christmas"}, {"date": "2026-05-25", "name": "Whit Monday"}],
	"exceptions": [
		{"date": "2026-12-25", "name": "the great sale", "open": [{"from": "10:00", "to": "11:00"}]},
		{"date": "2026-11-24", "name": "stocktaking", "open": []}]}`

func TestAWeekAtTheOffice(t *testing.T) {
	read(t, office).answers(t,
		answer{"2026-11-23T07:59:59Z", false, "2026-11-23T09:00:00+01:00"}, // Monday, a second before
		answer{"2026-11-23T08:00:00Z", true, "2026-11-23T12:00:00+01:00"},
		answer{"2026-11-23T11:00:00Z", false, "2026-11-23T13:00:00+01:00"}, // lunch
		answer{"2026-11-23T15:59:59Z", true, "2026-11-23T17:00:00+01:00"},
		answer{"2026-11-23T16:00:00Z", false, "2026-11-27T09:00:00+01:00"}, // not on Tuesday: stocktaking
		answer{"2026-11-27T20:00:00Z", true, "2026-11-28T02:00:00+01:00"},  // two spans that touch are one
		answer{"2026-07-20T06:59:59Z", false, "2026-07-20T09:00:00+02:00"}, // in summer
	)
}

func TestHolidaysAndExceptions(t *testing.T) {
	read(t, office).answers(t,
		answer{"2026-05-25T10:00:00Z", false, "2026-05-26T09:00:00+02:00"},
		answer{"2027-05-24T10:00:00Z", false, "2027-05-24T13:00:00+02:00"}, // that holiday was of one year: it is lunch
		answer{"2026-12-25T09:30:00Z", true, "2026-12-25T11:00:00+01:00"},  // a Friday, and the sale
		answer{"2026-12-25T12:00:00Z", false, "2026-12-26T00:00:00+01:00"}, // and what is left of Friday night
		answer{"2028-12-25T12:30:00Z", false, "2028-12-26T09:00:00+01:00"}, // a Monday: Christmas is each year
	)
}

func TestOverMidnight(t *testing.T) {
	read(t, `{"time_zone": "America/New_York", "week": [{"day": "saturday", "from": "22:00", "to": "06:00"}], "holidays": [{"date": "2026-11-29"}]}`).answers(t,
		answer{"2026-11-29T02:59:59Z", false, "2026-11-28T22:00:00-05:00"},
		answer{"2026-11-29T03:00:00Z", true, "2026-11-29T06:00:00-05:00"},
		answer{"2026-11-29T10:59:59Z", true, "2026-11-29T06:00:00-05:00"}, // Saturday's span, though Sunday is a holiday
		answer{"2026-11-29T11:00:00Z", false, "2026-12-05T22:00:00-05:00"},
	)
}

// In Berlin clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back
// to 02:00 on 25 October 2026.
func TestTheNightsWhenClocksChange(t *testing.T) {
	night := func(from, to string) *Hours {
		return read(t, `{"time_zone": "Europe/Berlin", "week": [{"day": "sunday", "from": "`+from+`", "to": "`+to+`"}]}`)
	}
	night("02:30", "04:00").answers(t,
		answer{"2026-03-29T00:59:59Z", false, "2026-03-29T03:00:00+02:00"}, // 02:30 is left out
		answer{"2026-03-29T01:00:00Z", true, "2026-03-29T04:00:00+02:00"},
		answer{"2026-10-25T00:29:59Z", false, "2026-10-25T02:30:00+02:00"}, // the first 02:30
		answer{"2026-10-25T01:10:00Z", true, "2026-10-25T04:00:00+01:00"},  // 02:10 for the second time
	)
	night("01:00", "02:30").answers(t,
		answer{"2026-03-29T00:59:59Z", true, "2026-03-29T03:00:00+02:00"}, // until the clocks jump
		answer{"2026-03-29T01:00:00Z", false, "2026-04-05T01:00:00+02:00"},
		answer{"2026-10-25T00:45:00Z", true, "2026-10-25T02:30:00+01:00"}, // the second 02:30
		answer{"2026-10-25T01:30:00Z", false, "2026-11-01T01:00:00+01:00"},
	)
	night("02:10", "02:50").answers(t, // jumped over as a whole
		answer{"2026-03-29T00:30:00Z", false, "2026-04-05T02:10:00+02:00"},
	)
	night("00:00", "24:00").answers(t,
		answer{"2026-03-28T23:00:00Z", true, "2026-03-30T00:00:00+02:00"}, // 23 hours
		answer{"2026-10-24T22:00:00Z", true, "2026-10-26T00:00:00+01:00"}, // 25 hours
	)
}

// Where clocks change at midnight a day begins at 01:00 (Beirut on 29 March
// 2026); Samoa had no 30 December 2011 at all.
func TestDaysThatBeginLateOrNotAtAll(t *testing.T) {
	read(t, `{"time_zone": "Asia/Beirut", "week": [{"day": "sunday", "from": "00:00", "to": "08:00"}]}`).answers(t,
		answer{"2026-03-28T21:59:59Z", false, "2026-03-29T01:00:00+03:00"},
		answer{"2026-03-28T22:00:00Z", true, "2026-03-29T08:00:00+03:00"},
	)
	read(t, `{"time_zone": "Pacific/Apia", "week": [{"day": "friday", "from": "09:00", "to": "17:00"}, {"day": "saturday", "from": "10:00", "to": "11:00"}]}`).answers(t,
		answer{"2011-12-30T09:59:59Z", false, "2011-12-31T10:00:00+14:00"},
	)
}

func TestAlwaysAndNever(t *testing.T) {
	week := []string{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		week = append(week, `{"day": "`+strings.ToLower(d.String())+`", "from": "00:00", "to": "24:00"}`)
	}
	always := `{"time_zone": "UTC", "week": [` + strings.Join(week, ",") + `]`
	read(t, always+`}`).answers(t, answer{"2026-11-23T12:00:00Z", true, ""})
	read(t, always+`, "holidays": [{"date": "11-22"}]}`).answers(t, answer{"2026-11-23T12:00:00Z", true, "2027-11-22T00:00:00Z"})
	read(t, `{"time_zone": "UTC"}`).answers(t, answer{"2026-11-23T12:00:00Z", false, ""})
	read(t, `{"time_zone": "UTC", "exceptions": [{"date": "2026-11-23", "open": [{"from": "11:00", "to": "13:00"}]}]}`).answers(t,
		answer{"2026-11-23T12:00:00Z", true, "2026-11-23T13:00:00Z"}, answer{"2026-11-23T13:00:00Z", false, ""})
}

func TestMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		`{"week": []}`:                      "IANA name",
		`{"time_zone": "Local"}`:            `"Local" is no time zone`,
		`{"time_zone": "Mars/Phobos"}`:      `"Mars/Phobos" is no time zone`,
		`{"time_zone": "../../etc/passwd"}`: "is no time zone",
		`{"time_zone": "UTC", "week": [{"day": "monday", "from": "9:00", "to": "10:00"}]}`:   `"9:00" is no time of day`,
		`{"time_zone": "UTC", "week": [{"day": "monday", "from": "24:00", "to": "10:00"}]}`:  "cannot begin at 24:00",
		`{"time_zone": "UTC", "week": [{"day": "monday", "from": "09:00", "to": "24:01"}]}`:  `"24:01" is no time of day`,
		`{"time_zone": "UTC", "week": [{"day": "monday", "from": "09:00", "to": "09:00"}]}`:  "is empty",
		`{"time_zone": "UTC", "week": [{"day": "someday", "from": "09:00", "to": "10:00"}]}`: "no day of the week",
		`{"time_zone": "UTC", "holidays": [{"date": "2026-02-29"}]}`:                         "is no day",
		`{"time_zone": "UTC", "holidays": [{"date": "25.12."}]}`:                             "is no day",
		`{"time_zone": "UTC", "holidays": [{"name": "x"}]}`:                                  "write its date",
		`{"time_zone": "UTC", "holidays": [{"date": "12-25", "name": "a\nb"}]}`:              "on one line",
		`{"time_zone": "UTC", "exceptions": [{"date": "12-24"}, {"date": "12-24"}]}`:         "two exceptions",
	} {
		var table Table
		err := json.Unmarshal([]byte(text), &table)
		if err == nil {
			_, err = New(table)
		}
		if err == nil || !strings.Contains(err.Error(), want) || webtrunk.KindOf(err) != webtrunk.Invalid {
			t.Errorf("%s: %v, want a sentence with %q", text, err, want)
		}
	}
}

func TestATableIsWrittenAsItIsRead(t *testing.T) {
	h := read(t, office)
	text, err := json.Marshal(h.table)
	if err != nil {
		t.Fatal(err)
	}
	again := read(t, string(text))
	if one, other := mustJSON(t, h.table), mustJSON(t, again.table); one != other {
		t.Errorf("%s became %s", one, other)
	}
	for _, part := range []string{`"day":"monday"`, `"to":"24:00"`, `"date":"12-25"`, `"date":"2026-05-25"`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s lacks %s", text, part)
		}
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// zones are some whose clocks change in odd ways: by half an hour, at midnight,
// in the south, for a month of the moon, and not at all.
var zones = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Casablanca", "America/Santiago", "Asia/Kathmandu", "UTC"}

// Whatever the table, the answer of a moment holds until the moment it names
// and is another from then on.
func TestAnAnswerHoldsUntilItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := Table{Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
		clock := rapid.Map(rapid.IntRange(0, 95), func(quarter int) Clock { return Clock(quarter * 15) })
		for range rapid.IntRange(0, 6).Draw(t, "spans") {
			s := Span{clock.Draw(t, "from"), clock.Draw(t, "to")}
			if s.check() == nil {
				table.Week = append(table.Week, Weekly{Weekday(rapid.IntRange(0, 6).Draw(t, "day")), s})
			}
		}
		h, err := New(table)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(t, "second of 2026"), 0)
		open, until := h.Open(now)
		if h.At(now) != open {
			t.Fatalf("at %v: open %v, but at once %v", now, open, !open)
		}
		if until.IsZero() {
			return
		}
		between := now.Add(time.Duration(rapid.Float64Range(0, 1).Draw(t, "between") * float64(until.Sub(now)-1)))
		if h.At(between) != open || h.At(until.Add(-1)) != open || h.At(until) == open {
			t.Fatalf("at %v: open %v until %v, which does not hold at %v", now, open, until, between)
		}
	})
}

func FuzzParseClockAndDate(f *testing.F) {
	for _, s := range []string{"09:30", "24:00", "2026-12-25", "12-25", "02-29", "-1-1", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseClock(s); err == nil && c.String() != s {
			t.Errorf("%q reads as %v", s, c)
		}
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Errorf("%q reads as %v", s, d)
		}
	})
}

func BenchmarkOpenRoundTheClock(b *testing.B) {
	t := Table{Zone: "Europe/Berlin"}
	for d := range 7 {
		t.Week = append(t.Week, Weekly{Weekday(d), Span{0, midnight}})
	}
	h, err := New(t)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if !h.At(time.Unix(1767225600, 0)) {
			b.Fatal("closed")
		}
	}
}
