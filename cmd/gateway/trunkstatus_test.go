package main

import (
	"testing"
	"time"

	"webtrunk/sip"
)

func TestATrunksStatusIsHowItsLastCallFared(t *testing.T) {
	now := time.Now()
	for want, s := range map[string]sip.TrunkStats{
		"unused":  {LastHeard: now},
		"up":      {Dialled: 2, Failed: 1, LastFault: now.Add(-time.Minute), LastHeard: now},
		"failing": {Dialled: 1, Failed: 1, LastHeard: now, LastFault: now.Add(time.Millisecond)},
		"silent":  {Dialled: 2, Failed: 1, Silent: 1, LastHeard: now.Add(-8 * time.Second), LastFault: now},
	} {
		if got, message := trunkStatus(s); got != want || message == "" {
			t.Errorf("%+v is %q (%s), want %q", s, got, message, want)
		}
	}
	if got, _ := trunkStatus(sip.TrunkStats{Dialled: 1, Refused: 1, LastHeard: now}); got != "up" {
		t.Errorf("a trunk whose callee is busy is %q, want up", got)
	}
}
