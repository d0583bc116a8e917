package media

import (
	"math"
	"time"
)

// MOS estimates how people would rate what they hear over one leg, from 1 (bad)
// to 4.5, given the share of packets that is lost (0 to 1) and the delay from
// mouth to ear. It is the E-model of ITU-T G.107 with its default values, which
// leave three impairments:
//
//	R = 93.2 − Idd − Ie,eff
//
// Delay (Idd, §7.4), for a line without echo, and loss (Ie,eff, §7.5), for
// independent losses (BurstR = 1) and a receiver that conceals them. G.711 with
// concealment has Ie = 0 and Bpl = 25.1 (G.113, appendix I). No figures are
// published for Opus on this scale, which ends at a telephone's bandwidth: it is
// rated as G.711, which does it no favour.
func MOS(loss float64, delay time.Duration) float64 {
	return rating(93.2 - delayImpairment(delay) - lossImpairment(loss))
}

// delayImpairment is Idd (G.107 §7.4, equations 7-27 and 7-28, sT = 1 and
// mT = 100 ms).
func delayImpairment(delay time.Duration) float64 {
	ms := delay.Seconds() * 1000
	if ms <= 100 {
		return 0
	}
	x := math.Log2(ms / 100)
	sixth := func(x float64) float64 { return math.Pow(1+math.Pow(x, 6), 1.0/6) }
	return 25 * (sixth(x) - 3*sixth(x/3) + 2)
}

// lossImpairment is Ie,eff (G.107 §7.5, equation 7-29).
func lossImpairment(loss float64) float64 {
	const ie, bpl = 0, 25.1
	percent := 100 * min(max(loss, 0), 1)
	return ie + (95-ie)*percent/(percent+bpl)
}

// rating turns R into a mean opinion score (G.107 annex B).
func rating(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}
