package switchboard

import (
	"webtrunk/call"
	"webtrunk/media"
)

// setTone chooses the ringback tone that a leg will hear: that of the one who is
// being called and was asked first.
func (a *actor) setTone(hears call.LegID, p *media.Port) {
	if a.board.cfg.Ringback == nil {
		return
	}
	for _, l := range a.call.View().Legs {
		if l.ID != hears && (l.State == call.Connecting || l.State == call.Ringing) {
			p.Tone = a.board.cfg.Ringback(l)
			return
		}
	}
}
