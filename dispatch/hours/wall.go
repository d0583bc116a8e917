package hours

import "time"

// calendar is the day of a time on the wall, at its midnight, in a calendar
// that knows no zones: one written in UTC.
func calendar(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// earliest is when a clock on the wall first shows a time, or jumps over it.
func earliest(wall time.Time, zone *time.Location) time.Time {
	first, _ := shown(wall, zone)
	return first
}

// latest is when a clock on the wall last shows a time, or jumps over it.
func latest(wall time.Time, zone *time.Location) time.Time {
	_, last := shown(wall, zone)
	return last
}

// apart is further than any change of clocks reaches: Samoa went without a
// whole day in 2011.
const apart = 26 * time.Hour

// shown returns when a clock in a zone shows a time: once, twice on the night
// when clocks go back, or never when they go forward, which is the moment at
// which they do. time.Date would choose one of two, and does not say which.
func shown(wall time.Time, zone *time.Location) (first, last time.Time) {
	before, after := reading(wall, wall.Add(-apart), zone), reading(wall, wall.Add(apart), zone)
	inBefore, inAfter := shows(before, wall), shows(after, wall)
	switch {
	case inBefore && inAfter:
		return before, after // the clock goes back: what counts before it comes first
	case inBefore:
		return before, before
	case inAfter:
		return after, after
	}
	jump, _ := before.ZoneBounds()
	return jump, jump
}

// reading is when a clock would show a time if it always went as it does at a
// moment near it.
func reading(wall, near time.Time, zone *time.Location) time.Time {
	_, ahead := near.In(zone).Zone()
	return wall.Add(-time.Duration(ahead) * time.Second).In(zone)
}

// shows reports whether a clock shows a time at a moment.
func shows(moment, wall time.Time) bool {
	_, ahead := moment.Zone()
	return moment.Add(time.Duration(ahead) * time.Second).Equal(wall)
}
