package media

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"webtrunk/soundcheck"
)

// A verdict of one kind of sound in one weather: the mean over its seeds, and how
// like the sentence the first is.
type verdict struct {
	ours, plain float64 // segmental SNR against the sound without loss, in dB
	like        float64 // correlation with the sentence that was said
	clicks      int
	stats       Stats
	packets     int
}

// soundSeeds is how many courses each weather takes: one, where the table is not
// made for its figures.
func soundSeeds() int {
	if n, err := strconv.Atoi(os.Getenv("WEBTRUNK_SOUND_SEEDS")); err == nil && n > 0 {
		return n
	}
	return 1
}

func (w weather) judge(t *testing.T, packets []Frame, whole []int16) (v verdict) {
	seeds := soundSeeds()
	for seed := range uint64(seeds) {
		come := w.over(packets, rand.New(rand.NewPCG(seed, 11)))
		h := heardThrough(t, come, w.jitter, len(packets))
		v.ours += segmentalSNR(whole, h.pcm) / float64(seeds)
		v.plain += segmentalSNR(whole, heardPlainly(t, come, len(packets))) / float64(seeds)
		if seed == 0 { // it takes longer than all else
			r := soundcheck.Compare(h.pcm, speech)
			v.like, v.clicks = r.Median, r.Clicks
		}
		v.stats.add(h.stats)
		v.packets += len(packets)
	}
	return v
}

// The table of sound: what a telephone hears of a browser whose network loses,
// delays and swaps packets, beside what plain concealment makes of the same.
// `go test -run TheTableOfSound -v ./media`, or `go run ./bench sound`.
func TestTheTableOfSound(t *testing.T) {
	if testing.Short() {
		t.Skip("long, and all of it in one goroutine")
	}
	t.Parallel()
	table := []struct {
		name string
		weather
		gain float64 // what it must be better by than plain concealment, in dB
		like float64 // and how like the sentence
	}{
		{"nothing", weather{}, 0, 0.9},
		{"5 % lost", weather{loss: 0.05}, 1, 0.9},
		{"10 % lost", weather{loss: 0.1}, 1.5, 0.9},
		{"20 % lost", weather{loss: 0.2}, 2, 0.8},
		{"5 % in bursts of 3", weather{loss: 0.05, burst: 3}, 0, 0.9},
		{"10 % in bursts of 3", weather{loss: 0.1, burst: 3}, 0, 0.85},
		{"20 % in bursts of 3", weather{loss: 0.2, burst: 3}, 0, 0.7},
		{"0 to 200 ms jitter", weather{jitter: 200}, 0, 0.9},
		{"jitter, 10 % lost", weather{jitter: 200, loss: 0.1}, 1.5, 0.9},
		{"1 % overtaken", weather{swapped: 0.01}, 1, 0.9},
		{"5 % overtaken", weather{swapped: 0.05}, 5, 0.9},
		{"5 % overtaken, 5 % lost", weather{swapped: 0.05, loss: 0.05}, 3, 0.9},
	}
	t.Logf("%-11s %-24s %6s %10s %9s %8s %9s %7s", "sound", "network", "lost", "recovered", "concealed", "ours", "plain", "like")
	for kind, k := range browserSounds {
		packets := browserSays(t, kind)
		whole := heardThrough(t, weather{}.over(packets, rand.New(rand.NewPCG(0, 0))), 0, len(packets)).pcm
		for _, row := range table {
			v := row.judge(t, packets, whole)
			share := func(n uint64) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(v.packets)) }
			t.Logf("%-11s %-24s %6s %10s %9s %5.1f dB %6.1f dB %7.2f", k.name, row.name,
				share(v.stats.Lost-v.stats.Late), share(v.stats.Recovered), share(v.stats.Concealed), v.ours, v.plain, v.like)
			if v.ours < v.plain+row.gain {
				t.Errorf("%s, %s: %.1f dB is not %.1f dB better than %.1f dB", k.name, row.name, v.ours, row.gain, v.plain)
			}
			if v.like < row.like {
				t.Errorf("%s, %s: it is like the sentence by %.2f, want %.2f", k.name, row.name, v.like, row.like)
			}
			if v.clicks > 0 {
				t.Errorf("%s, %s: %d clicks", k.name, row.name, v.clicks)
			}
		}
	}
}
