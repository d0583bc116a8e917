package switchboard

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"webtrunk"
	"webtrunk/call"
)

// Whoever follows calls hears each event that the journal keeps, in its order, and
// sees the call as it is after it; also while the journal cannot keep anything.
func TestCallsAreFollowed(t *testing.T) {
	for name, fail := range map[string]func(call.Event) error{
		"kept":     nil,
		"not kept": func(e call.Event) error { return refuse(e, "leg.ringing") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var heard []string
				var last call.View
				x := arrive(t, func(c *Config) {
					c.Journal.(*journal).fail = fail
					c.Saw = func(v call.View, events []call.Event) {
						for _, e := range events {
							heard = append(heard, e.Type())
						}
						last = v
					}
				})
				x.says(0, call.LegRinging{})
				x.says(0, call.LegEnded{SIPCode: 486})
				synctest.Wait()
				if !slices.Contains(heard, "leg.ringing") || heard[len(heard)-1] != "call.ended" || last.ID != "call_1" || last.Status != call.StatusBusy {
					t.Errorf("heard %q, and last saw %+v", heard, last)
				}
				if kept := x.journal.types(); fail == nil && !slices.Equal(kept, heard) {
					t.Errorf("heard %q\nkept  %q", heard, kept)
				}
			})
		})
	}
}

func refuse(e call.Event, kind string) error {
	if e.Type() == kind {
		return &webtrunk.Error{Kind: webtrunk.Unavailable, Err: errors.New("the disk is away")}
	}
	return nil
}
