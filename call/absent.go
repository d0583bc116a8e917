package call

import "slices"

// Reconnecting is told to the pages that talk to somebody whose connection is lost,
// at once, and that it is back. It is no verdict: nothing is known to be wrong yet.
const Reconnecting Metric = "reconnecting"

// An absence is a page that is told that somebody it talks to has lost their
// connection.
type absence struct{ told, about LegID }

// wantsAbsent are the absences among those who hear each other. A page that has lost
// its own connection is told when it is back.
func (c *Call) wantsAbsent(bridge []LegID) (absent []absence) {
	for _, told := range bridge {
		if l := c.leg(told); l.Kind != WebRTC || l.Lost {
			continue
		}
		for _, about := range bridge {
			if about != told && c.leg(about).Lost {
				absent = append(absent, absence{told, about})
			}
		}
	}
	return absent
}

// tellsAbsent returns what pages are told of others' connections.
func (w wants) tellsAbsent(to wants) (orders []Order) {
	for _, a := range w.absent {
		if !slices.Contains(to.absent, a) && slices.Contains(to.live, a.told) {
			orders = append(orders, TellVerdict{Leg: a.told, About: a.about, Verdict: Reconnecting})
		}
	}
	for _, a := range to.absent {
		if !slices.Contains(w.absent, a) {
			orders = append(orders, TellVerdict{Leg: a.told, About: a.about, Verdict: Reconnecting, Raised: true})
		}
	}
	return orders
}
