package silk

import "math"

// A rate says how far under the sound the noise is put: at a fixed distance
// for a bitrate, less what has been spent over it. Sentences are cheaper than
// they may be, so speech keeps its distance; only what goes on and on being
// dear, as noise does, is made to keep to the bitrate.
type rate struct {
	bits    float32 // a frame's share
	nominal float32 // dB
	debt    float32 // frames' shares that were overspent
}

// A decibel of distance costs 1,000 bit/s of typical speech, and 24 kbit/s buy nominal24.
const (
	nominal24    = 6
	bitsADecibel = 1000
)

// debtBounds hold the memory of the rate: nobody saves up for later, and the
// last word's excess is paid back within a second.
const (
	deepestDebt = 16
	savings     = -1
)

func (r *rate) set(bitrate int) {
	r.bits = float32(bitrate) / 50
	r.nominal = nominal24 + float32(bitrate-24000)/bitsADecibel
}

func (r *rate) distance() float32 { return r.nominal - max(r.debt, 0) }

func (r *rate) spent(bits int) {
	r.debt = min(max(r.debt+float32(bits)/r.bits-1, savings), deepestDebt)
}

// ratio is the ratio of energies of so many dB.
func ratio(db float32) float32 { return float32(math.Exp(float64(db) * (math.Ln10 / 10))) }

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }
