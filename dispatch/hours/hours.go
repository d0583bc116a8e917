package hours

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a machine without zones must not be closed
)

// Hours are a table that can be asked. They may be asked from any goroutine.
type Hours struct {
	table Table
	zone  *time.Location
}

// New reads a table. A mistake in it is told with what to write instead.
func New(t Table) (*Hours, error) {
	zone, err := zoneOf(t.Zone)
	if err != nil {
		return nil, err
	}
	return &Hours{t, zone}, t.check()
}

// zoneOf refuses what time.LoadLocation would take for the zone of whatever
// machine the gateway runs on.
func zoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if name == "" || strings.EqualFold(name, "local") || err != nil {
		return nil, invalid(fmt.Sprintf("%q is no time zone: write its IANA name, such as Europe/Berlin, Asia/Shanghai or UTC.", shortened(name)))
	}
	return zone, nil
}

// horizon is how far ahead a change is looked for: whatever comes each year
// comes within it.
const horizon = 367

// Open reports whether it is open, and until when it stays as it is. until is
// in the table's zone; it is zero where nothing changes within a year.
func (h *Hours) Open(now time.Time) (open bool, until time.Time) {
	today := calendar(now.In(h.zone))
	for day := -1; day <= horizon; day++ {
		for _, s := range h.spans(today.AddDate(0, 0, day)) {
			switch {
			case !s.to.After(now): // over
			case !open && s.from.After(now):
				return false, s.from
			case open && s.from.After(until):
				return true, until
			case !open || s.to.After(until):
				open, until = true, s.to
			}
		}
	}
	if end := earliest(today.AddDate(0, 0, horizon+1), h.zone); !until.Before(end) {
		return open, time.Time{}
	}
	return open, until
}

// At reports whether it is open, for who need not know until when.
func (h *Hours) At(now time.Time) bool {
	today := calendar(now.In(h.zone))
	for day := -1; day <= 0; day++ {
		for _, s := range h.spans(today.AddDate(0, 0, day)) {
			if !s.from.After(now) && s.to.After(now) {
				return true
			}
		}
	}
	return false
}

// moments is a span of one certain day.
type moments struct{ from, to time.Time }

// spans returns the spans of a day, the earliest first. One that the clocks
// jump over is none.
func (h *Hours) spans(day time.Time) (all []moments) {
	for _, s := range h.table.on(day) {
		m := moments{earliest(s.From.on(day), h.zone), latest(s.end().on(day), h.zone)}
		if m.to.After(m.from) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b moments) int { return a.from.Compare(b.from) })
	return all
}
