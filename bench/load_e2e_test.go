//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"webtrunk/bench/choir"
)

// pairs runs a command and returns what it has printed for programs.
func pairs(t *testing.T, run func() error) map[string]float64 {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	terminal := os.Stdout
	os.Stdout = file
	err = run()
	os.Stdout = terminal
	said, _ := os.ReadFile(file.Name())
	t.Logf("%s", said)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, word := range strings.Fields(string(said)) {
		if key, value, ok := strings.Cut(word, "="); ok {
			if found[key], err = strconv.ParseFloat(value, 64); err != nil {
				t.Errorf("%s: %v", word, err)
			}
		}
	}
	return found
}

func want(t *testing.T, found map[string]float64, keys ...string) {
	t.Helper()
	for _, k := range keys {
		if v, ok := found[k]; !ok || v <= 0 {
			t.Errorf("%s is %v, want more than nothing", k, v)
		}
	}
}

// A stair of two steps: the right speech is heard on each call, both ways, or
// the command fails. How many calls a busy machine holds is not for a test.
func TestCapacityForAMoment(t *testing.T) {
	c := capacityCommand{Pages: choir.Hybrid, From: 2, Step: 1, Calls: 3, Seconds: 1, Cores: 1, CSV: filepath.Join(t.TempDir(), "steps.csv")}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "opus_encode_us", "opus_decode_us", "integers_us")
	for _, key := range []string{"calls_per_core"} {
		if _, ok := found[key]; !ok {
			t.Errorf("nothing is said of %s", key)
		}
	}
	if table, err := os.ReadFile(c.CSV); err != nil || strings.Count(string(table), "\n") < 2 {
		t.Errorf("the table of steps is %q, %v", table, err)
	}
}

// The gateway, another one (here the same) and rtpengine do the same work, one
// after the other, and all are understood.
func TestCostForAMoment(t *testing.T) {
	other, err := built()
	if err != nil {
		t.Fatal(err)
	}
	c := costCommand{Calls: 2, Seconds: 1, Slices: 1, Pages: choir.Narrowband, Beside: other, Against: "rtpengine", Cores: 1}
	want(t, pairs(t, func() error { return c.Run(t.Context()) }),
		"cost_ms", "beside_cost_ms", "cost_ratio_beside", "rtpengine_cost_ms", "rtpengine_srtp_cost_ms", "cost_ratio", "cost_ratio_srtp")
}

// More calls than are let in: each is taken or told why not, and those that are
// taken are understood.
func TestOverloadForAMoment(t *testing.T) {
	c := overloadCommand{Capacity: 2, Times: 1.5, Seconds: 1, Pages: choir.Narrowband, Cores: 1}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "offered", "accepted")
	if found["offered"] != 3 || found["accepted"]+found["refused"] != 3 {
		t.Errorf("of %v calls %v were accepted and %v refused", found["offered"], found["accepted"], found["refused"])
	}
}

// How late packets and speech are is measured. What the codecs keep back is
// the same on every machine.
func TestDelayForAMoment(t *testing.T) {
	c := delayCommand{Calls: 2, Seconds: 1, Pages: choir.Narrowband, Cores: 1}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "transit_p50_ms", "transit_p99_ms", "audio_delay_ms", "audio_delay_to_page_ms", "audio_delay_to_telephone_ms")
}

func TestMemoryForAMoment(t *testing.T) {
	c := memoryCommand{Calls: 3, Cores: 1}
	want(t, pairs(t, func() error { return c.Run(t.Context()) }), "goroutines_per_call", "passthrough_goroutines_per_call")
}

// A call is set up and its first sound heard, several at a time.
func TestSetupForAMoment(t *testing.T) {
	c := setupCommand{Calls: 4, Together: 2, Cores: 1}
	want(t, pairs(t, func() error { return c.Run(t.Context()) }), "invite_p50_ms", "told_p50_ms", "answer_p50_ms", "flow_p50_ms", "first_sound_p50_ms")
}

// Of a few pages that ring together one answers, and the others stop; then each
// caller of a few is answered, nobody before who came earlier.
func TestQueueForAMoment(t *testing.T) {
	c := queueCommand{Callers: 6, Agents: 3, Rings: 2, Within: 5 * time.Second}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	want(t, found, "others_stop_ms", "answered", "answers_per_second")
	if found["answered"] != 8 || found["overtaken"] != 0 {
		t.Errorf("%v of 8 were answered, %v overtaken", found["answered"], found["overtaken"])
	}
}

// A minute of calls that come and go leaves nothing behind.
func TestSoakForAMinute(t *testing.T) {
	c := soakCommand{Minutes: 1, Calls: 5, Looks: 12, Turnover: 40, Pages: choir.Narrowband, Cores: 1}
	want(t, pairs(t, func() error { return c.Run(t.Context()) }), "soak_calls")
}

// Whichever way a page loses its path, both ends hear each other again, and not
// later than ten times what a person bears.
func TestSoundIsBackForAMoment(t *testing.T) {
	c := backCommand{Calls: 2, Away: 300, Pages: choir.Narrowband, Cores: 1}
	found := pairs(t, func() error { return c.Run(t.Context()) })
	for _, key := range []string{"restarted_back_ms", "moved_back_ms", "reloaded_back_ms", "tcp_back_ms", "sound_back_ms"} {
		if ms := found[key]; ms < 300 || ms > 50_000 {
			t.Errorf("%s=%v, want 300 to 50000", key, ms)
		}
	}
}
