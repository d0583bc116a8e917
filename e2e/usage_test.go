//go:build e2e

package e2e

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	library "github.com/emiago/sipgo/sip"

	"webtrunk/transcode"
)

// usage is what the process uses.
type usage struct {
	goroutines int
	heap       int64
	sound      int64 // of the heap, what media and transcode have made
}

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d KiB of heap, %d KiB of that for sound", u.goroutines, u.heap>>10, u.sound>>10)
}

// forgetting shortens, until the test ends, the half minute in which SIP's
// transactions are kept for messages that come late, so that what is kept for
// good can be told from what is not. No other test may run meanwhile.
func forgetting(t *testing.T, after time.Duration) {
	accepted, completed := library.Timer_M, library.Timer_D
	t.Cleanup(func() { library.Timer_M, library.Timer_D = accepted, completed })
	library.Timer_M, library.Timer_D = after, after
}

// sampled looks at an allocation in every 4 KiB, until the test ends, so that
// usage knows who has made what.
func sampled(t *testing.T) {
	rate := runtime.MemProfileRate
	t.Cleanup(func() { runtime.MemProfileRate = rate })
	runtime.MemProfileRate = 4 << 10
}

// settled waits until the gateway holds nothing of the calls that have ended,
// SIP has forgotten them, and the goroutines do not become fewer any more.
func settled(t *testing.T, r *rig) usage {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	end := time.After(patience)
	for fewest, since := 1<<30, 0; since < 10; since++ {
		codecs, pages, telephones := transcode.Used(), r.browsers.Stats(), r.telephones.Stats()
		ports, _ := r.sockets.InUse()
		held := codecs.Encoders + codecs.Decoders + pages.Legs + pages.Sessions + telephones.Legs + telephones.Known + ports + r.board.Running()
		if n := runtime.NumGoroutine(); n < fewest || held > 0 {
			fewest, since = n, 0
		}
		select {
		case <-again.C:
		case <-end:
			t.Fatalf("the gateway still holds %+v, %+v, %+v, %d calls and %d ports", codecs, pages, telephones, r.board.Running(), ports)
		}
	}
	runtime.GC()
	runtime.GC() // what the first made finalizable; and the profile is of the one before
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{runtime.NumGoroutine(), int64(m.HeapAlloc), madeBy("webtrunk/media", "webtrunk/transcode")}
}

// madeBy returns how many bytes are in use that packages, or those below them,
// have allocated.
func madeBy(packages ...string) (bytes int64) {
	records := make([]runtime.MemProfileRecord, 1000)
	n, ok := runtime.MemProfile(records, false)
	for ; !ok; n, ok = runtime.MemProfile(records, false) {
		records = make([]runtime.MemProfileRecord, n+1000)
	}
	for _, r := range records[:n] {
		maker := ours(r.Stack())
		for _, p := range packages {
			if strings.HasPrefix(maker, p+".") || strings.HasPrefix(maker, p+"/") {
				bytes += inUse(&r)
			}
		}
	}
	return bytes
}

// ours returns the innermost function of ours on a stack.
func ours(stack []uintptr) string {
	for frames := runtime.CallersFrames(stack); ; {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "webtrunk/") || !more {
			return f.Function
		}
	}
}

// inUse is how much a record stands for: an allocation of n bytes is looked at
// with a probability of 1-exp(-n/rate).
func inUse(r *runtime.MemProfileRecord) int64 {
	if r.InUseObjects() == 0 {
		return 0
	}
	size := float64(r.AllocBytes) / float64(r.AllocObjects)
	return int64(float64(r.InUseBytes()) / (1 - math.Exp(-size/float64(runtime.MemProfileRate))))
}
