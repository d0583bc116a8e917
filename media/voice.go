package media

import "time"

const (
	// takesOver is how many packets of another source, with none between of the one
	// that is heard, make it the one: what a network swaps is one or two.
	takesOver = 3
	// fallenSilent is after how long anybody may take the place of who was heard.
	fallenSilent = time.Second
)

// A Voice says which of the sources that one far end sends from is heard. It is
// one at a time, for two that are mixed packet by packet are no sound at all: a
// gateway that forks, a stream that comes back, an old device that goes on. Who
// sends from another source because it has changed is heard after three packets
// (RFC 3550 §8.2 leaves that to us). Its zero value hears whoever comes first.
type Voice struct {
	known bool
	ssrc  uint32
	at    time.Time // when it was last heard
	other uint32    // who came since
	run   int       // and how often, in a row
}

// Take takes a packet of a source and reports whether it is heard, and whether
// another was heard before it.
func (v *Voice) Take(ssrc uint32, now time.Time) (heard, anew bool) {
	switch {
	case v.known && ssrc == v.ssrc:
		v.at, v.run = now, 0
		return true, false
	case !v.Speaks(now):
	case !v.insists(ssrc):
		return false, false
	}
	anew = v.known
	*v = Voice{known: true, ssrc: ssrc, at: now}
	return true, anew
}

// Speaks reports whether a source was heard lately.
func (v *Voice) Speaks(now time.Time) bool { return v.known && now.Sub(v.at) < fallenSilent }

// Yield has whoever comes next be heard: they come from elsewhere.
func (v *Voice) Yield() { v.at = time.Time{} }

// insists counts the packets of another source.
func (v *Voice) insists(ssrc uint32) bool {
	if v.run == 0 || v.other != ssrc {
		v.other, v.run = ssrc, 0
	}
	v.run++
	return v.run >= takesOver
}
