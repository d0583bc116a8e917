package load

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A crowd comes: calls and set-ups both take their share, and the share of each
// is found, whichever is the dearer.
func TestCallsAndSetUpsAreToldApart(t *testing.T) {
	for _, c := range []struct{ call, setup float64 }{{0.005, 0.010}, {0.003, 0.004}, {0.012, 0.020}, {0.002, 0.008}} {
		var known costs
		noise := rand.New(rand.NewPCG(1, 2))
		talking := 0.0
		for second := 0.0; second < 6; second += 0.1 { // fewer a second as they fill
			begun := 40 - 5*second
			talking += begun * 0.1
			used := talking*c.call + begun*c.setup + 0.02*noise.NormFloat64()
			known.learn(used, talking, begun, sampleEvery)
		}
		call, setup := known.known()
		if call < 0.7*c.call || call > 1.3*c.call || setup < 0.5*c.setup || setup > 1.6*c.setup {
			t.Errorf("a call of %v and a set-up of %v are taken for %.4f and %.4f", c.call, c.setup, call, setup)
		}
	}
}

// A steady load tells nothing of set-ups, and what is usual is believed again; of
// calls it tells what they cost at that many.
func TestWhatIsLongAgoCountsLess(t *testing.T) {
	var known costs
	for range 50 {
		known.learn(0.9, 60, 30, sampleEvery)
	}
	for range 600 {
		known.learn(0.5, 100, 0, sampleEvery)
	}
	call, setup := known.known()
	if !near(call, 0.005) || !near(setup, usualSetup) {
		t.Errorf("a minute later a call is taken for %v, a set-up for %v", call, setup)
	}
}

func TestCostsStayWithinWhatCanBe(t *testing.T) {
	var known costs
	for range 100 {
		known.learn(50, 100, 20, sampleEvery)
	}
	if call, setup := known.known(); call > mostCall || setup > mostSetup {
		t.Errorf("fifty CPUs: %v, %v", call, setup)
	}
	for range 1000 {
		known.learn(0, 100, 20, time.Second)
	}
	if call, setup := known.known(); call != leastCall || setup < leastSetup {
		t.Errorf("no CPU: %v, %v", call, setup)
	}
}
