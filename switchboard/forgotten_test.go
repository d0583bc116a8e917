package switchboard

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
	"weak"

	"webtrunk/call"
)

// TestAnEndedCallIsLetGo: edges keep how they report for half a minute after a
// call's end, because SIP repeats messages that long; the call itself is not kept.
func TestAnEndedCallIsLetGo(t *testing.T) {
	var report func(call.Input)
	var actor weak.Pointer[actor]
	synctest.Test(t, func(t *testing.T) {
		x := arrive(t, nil)
		actor = weak.Make(x.actors()[0])
		phone := x.says(0, call.LegAnswered{})
		report = phone.report
		x.report(call.LegEnded{})
		x.ended()
	})
	for range 10 { // its goroutine may still be on its way out
		if runtime.GC(); actor.Value() == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if a := actor.Value(); a != nil {
		t.Errorf("a call of %d bytes is kept after its end", unsafe.Sizeof(*a))
	}
	runtime.KeepAlive(report)
}
