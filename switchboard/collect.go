package switchboard

import (
	"slices"

	"webtrunk/call"
)

// collect has the keys of those legs heard by their tones, too, whose keys mean
// something now: not all telephones say them in another way.
func (a *actor) collect() {
	asked := a.call.Collects()
	for leg := range a.collecting {
		if !slices.Contains(asked, leg) {
			a.stopCollecting(leg)
		}
	}
	for _, leg := range asked {
		if l := a.legs[leg]; l != nil && a.collecting[leg] == nil {
			a.collecting[leg] = l.Port().CollectTones()
		}
	}
}

func (a *actor) stopCollecting(leg call.LegID) {
	if stop := a.collecting[leg]; stop != nil {
		stop()
		delete(a.collecting, leg)
	}
}
