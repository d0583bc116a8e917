//go:build e2e

package e2e

import (
	"context"
	"math"
	"sync"
	"testing"

	"webtrunk/carrier"
	"webtrunk/signaling/visitor"
	"webtrunk/soundcheck"
)

// TestRedundancyReachesTheTelephone loses one in ten of the packets that pages
// send. A page that answers the gateway's reports of it with redundancy, as
// browsers do, is heard at the telephone nearer to what was said than one that
// does not.
func TestRedundancyReachesTheTelephone(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	var lines []carrier.Number
	for _, number := range []string{"+15550100201", "+15550100202", "+15550100203", "+15550100211", "+15550100212", "+15550100213"} {
		lines = append(lines, carrier.Number{Number: number, Behaviour: func(ctx context.Context, c *carrier.Call) error {
			if err := c.Answer(ctx); err != nil {
				return err
			}
			return c.Linger(ctx)
		}})
	}
	network, err := carrier.Start(carrier.Config{Numbers: lines})
	check(t, err)
	offices := shopOffice(t)
	r := newRig(t, blueprint{trunk: network.Addr(), admitter: offices, router: offices, pages: offices})

	// Each pair of pages loses the same packets.
	heard := make([]float64, len(lines))
	var talking sync.WaitGroup
	for i, line := range lines {
		cfg := visitor.Config{Key: "pk_shop_1", Origin: site, Loss: 0.1, Seed: uint64(i % 3), FEC: i < 3}
		talking.Go(func() {
			var err error
			if heard[i], err = nearness(ctx, r.url, network, line.Number, cfg); err != nil {
				t.Error(err)
			}
		})
	}
	talking.Wait()
	with, without := heard[:3], heard[3:]
	t.Logf("segmental SNR against what was said: %.1f dB with redundancy, %.1f dB without", with, without)
	if gain := mean(with) - mean(without); gain < 0.7 {
		t.Errorf("redundancy brings %.1f dB, want at least 0.7", gain)
	}
	r.close()
	check(t, network.Close())
}

// nearness is how near a telephone hears what a page says, in dB.
func nearness(ctx context.Context, url string, network *carrier.Carrier, number string, cfg visitor.Config) (float64, error) {
	page, err := visitor.Dial(ctx, url, cfg)
	if err != nil {
		return 0, err
	}
	defer page.Close()
	made, err := page.Call(ctx, number, nil)
	if err != nil {
		return 0, err
	}
	far, err := network.WaitCall(ctx, carrier.To(number), carrier.Reached(carrier.Confirmed))
	if err != nil {
		return 0, err
	}
	if err := made.Connected(ctx); err != nil {
		return 0, err
	}
	// While the first sentence is said, the gateway's reports arrive.
	sentence := soundcheck.Sentence(soundcheck.Harbour)
	if err := made.Speak(ctx, sentence); err != nil {
		return 0, err
	}
	from := len(far.Heard())
	if err := made.Speak(ctx, soundcheck.Looped(sentence, 2*len(sentence))); err != nil {
		return 0, err
	}
	heard := far.Heard()[from:]
	_, err = made.Hangup(ctx)
	return segmentalSNR(heard, soundcheck.Looped(sentence, 4*len(sentence))), err
}

// segmentalSNR is the mean, over the 20 ms segments with speech, of how far the
// difference between what was heard and what was said lies below the latter, in
// dB, held between -10 and 35 as usual.
func segmentalSNR(heard, said []int16) float64 {
	const segment = soundcheck.Rate / 50
	later := soundcheck.Compare(heard, said).DelaySamples
	sum, n := 0.0, 0
	for at := max(0, later); at+segment <= len(heard); at += segment {
		signal, noise := 0.0, 1.0
		for i := at; i < at+segment; i++ {
			s, h := float64(said[i-later]), float64(heard[i])
			signal += s * s
			noise += (s - h) * (s - h)
		}
		if signal > segment*200*200 {
			sum += max(-10, min(35, 10*math.Log10(signal/noise)))
			n++
		}
	}
	return sum / float64(n)
}

func mean(xs []float64) (m float64) {
	for _, x := range xs {
		m += x / float64(len(xs))
	}
	return m
}
