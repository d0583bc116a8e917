package main

import (
	"fmt"
	"time"

	"webtrunk/api"
	"webtrunk/sip"
	"webtrunk/trunk"
)

// listTrunks says how each trunk does.
func (g *gateway) listTrunks() []api.Trunk {
	list := []api.Trunk{}
	for _, s := range g.telephones.Stats().Trunks {
		t := api.Trunk{
			Object: "trunk", Name: s.Name, Livemode: !g.simulated && s.Name != trunk.TestName,
			Arrived: s.Arrived, Dialled: s.Dialled, Answered: s.Answered, Refused: s.Refused, Failed: s.Failed,
			LastHeardAt: unlessZero(s.LastHeard), LastFaultAt: unlessZero(s.LastFault),
		}
		t.Status, t.Message = trunkStatus(s)
		list = append(list, t)
	}
	return list
}

// trunkStatus is how the last call over a trunk fared, and what to do about it.
func trunkStatus(s sip.TrunkStats) (status, message string) {
	switch {
	case s.Dialled == 0:
		return "unused", "No call was dialled over it since the gateway started."
	case s.LastFault.IsZero() || s.LastHeard.After(s.LastFault):
		return "up", "The carrier responds."
	case s.LastFault.Sub(s.LastHeard) < time.Second: // it was heard failing
		return "failing", fmt.Sprintf("The carrier failed the last call, at %s. Ask the carrier.", s.LastFault.UTC().Format(time.RFC3339))
	}
	return "silent", "The carrier did not respond to the last call. Check the proxy's address and the firewall."
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
