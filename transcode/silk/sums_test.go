package silk

import (
	"math"
	"math/rand/v2"
	"testing"
)

// aside is how many numbers lie before and behind those that are tested.
const aside = 16

// between returns n numbers between -1,000 and 1,000 that lie at any place of
// memory between others that are no numbers: whoever takes one of those into a
// sum has no number either. intact tells whether those are as they were.
func between(n int) (x []float32, intact func() bool) {
	all := make([]float32, n+2*aside+8)
	for i := range all {
		all[i] = float32(math.NaN())
	}
	at := aside + rand.IntN(8)
	x = all[at : at+n : at+n]
	for i := range x {
		x[i] = rand.Float32()*2000 - 1000
	}
	return x, func() bool {
		for i, v := range all {
			if (i < at || i >= at+n) && v == v {
				return false
			}
		}
		return true
	}
}

// numbersOf are n of them, to be read.
func numbersOf(n int) []float32 {
	x, _ := between(n)
	return x
}

// magnitude is the sum of the sizes that a sum of products has of each.
func magnitude(x, y []float32) (sum float64) {
	for i := range x {
		sum += math.Abs(float64(x[i]) * float64(y[i]))
	}
	return sum
}

// same fails where got is not what was wanted, but for what rounding n
// products of that magnitude leaves.
func same(t *testing.T, what string, got float32, want, magnitude float64) {
	t.Helper()
	if off := math.Abs(float64(got) - want); !(off <= 2e-6*magnitude+1e-6) {
		t.Fatalf("%s is %g, want %g", what, got, want)
	}
}

// lengths are those of frames and of their parts, and all the short ones, with
// every tail that eights and fours can leave.
func lengths() (all []int) {
	for n := range 50 {
		all = append(all, n)
	}
	return append(all, 79, 80, 81, 159, 160, 161, 240, 319)
}

func TestSlideIsTheSumOfProducts(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, n := range lengths() {
			for _, lags := range []int{1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 68} {
				now, then := numbersOf(n), numbersOf(n+lags-1)
				sums, intact := between(lags)
				slide(sums, now, then)
				if !intact() {
					t.Fatalf("%d sums of %d: written beside them", lags, n)
				}
				for j, got := range sums {
					want := 0.0
					for i, v := range now {
						want += float64(v) * float64(then[i+j])
					}
					same(t, "a sum", got, want, magnitude(now, then[j:]))
				}
			}
		}
	})
}

func TestEnergyIsTheSumOfSquares(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, n := range lengths() {
			x := numbersOf(n)
			want := magnitude(x, x)
			same(t, "the energy", energy(x), want, want)
		}
	})
}

func TestWhitenLeavesWhatIsNotPredicted(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for _, n := range lengths() {
			a, x := (*[order]float32)(numbersOf(order)), numbersOf(n+order)
			out, intact := between(n)
			whiten(out, x, a)
			if !intact() {
				t.Fatalf("%d samples: written beside them", n)
			}
			for i, got := range out {
				want, size := float64(x[i+order]), math.Abs(float64(x[i+order]))
				for k, v := range a {
					product := float64(v) * float64(x[i+order-1-k])
					want -= product
					size += math.Abs(product)
				}
				same(t, "a sample", got, want, size)
			}
		}
	})
}

// A length that does not fit is refused before anything is read.
func TestSumsBeyondTheEndAreRefused(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		x := make([]float32, 100)
		for name, f := range map[string]func(){
			"slide":  func() { slide(make([]float32, 8), x[:40], x[:46:46]) },
			"whiten": func() { whiten(make([]float32, 40), x[:49:49], new([order]float32)) },
			"subframe": func() {
				new(worked).subframe(&step{lag: longestLag + 100}, new(plan), 0)
			},
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s reads beyond the end", name)
					}
				}()
				f()
			}()
		}
	})
}

// The filter that is found leaves, by definition, the least energy, dear bits
// counted in; of two that leave the same to five places, either may be.
func TestTheLeastLeftIsFound(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for range 500 {
			c, m := (*[taps]float32)(numbersOf(taps)), (*[taps]float32)(numbersOf(taps))
			e := 500 + 1000*rand.Float32()
			var least [books]uint32
			leastLeft(&least, e, c, m)
			for b, l := range least {
				want := math.Inf(1)
				for i := bookStart[b]; i < bookStart[b+1]; i++ {
					want = min(want, leaves(i, e, c, m))
				}
				i := int(l & numberMask)
				if i < bookStart[b] || i >= bookStart[b+1] {
					t.Fatalf("filter %d is not of book %d", i, b)
				}
				for _, got := range []float64{leaves(i, e, c, m), float64(math.Float32frombits(l &^ numberMask))} {
					if math.Abs(got-want) > 2e-5*want+0.1 {
						t.Fatalf("filter %d leaves %g, another %g", i, got, want)
					}
				}
			}
		}
	})
}

// leaves is what filter i leaves of a subframe, from its taps.
func leaves(i int, e float32, c, m *[taps]float32) float64 {
	left := float64(e)
	for k, x := range pitchTaps[i] {
		left -= 2 * float64(x) * float64(c[k])
		for l, y := range pitchTaps[i] {
			left += float64(x) * float64(y) * float64(m[max(k-l, l-k)])
		}
	}
	return max(left, 0.01*float64(e)) * float64(pitchTable[2*taps][i])
}

func TestDistancesAreThoseOfEachVector(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		var x, weight [order]float32
		for k := range x {
			x[k], weight[k] = rand.Float32(), 500*rand.Float32()
		}
		price := (*[lsfVectorCount]float32)(numbersOf(lsfVectorCount))
		room, intact := between(lsfVectorCount)
		distances((*[lsfVectorCount]float32)(room), price, &x, &weight)
		if !intact() {
			t.Fatal("written beside them")
		}
		for v, got := range room {
			want := float64(price[v])
			for k := range x {
				d := float64(x[k]) - float64(lsfVectors[v][k])/256
				want += float64(weight[k]) * d * d
			}
			same(t, "a distance", got, want, want+1000)
		}
	})
}

func TestSignsAreThoseOfEachPlace(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		for range 100 {
			p := (*[6]float32)(numbersOf(6))
			signs := signsOf(p, &gridCosines)
			for i, x := range gridCosines {
				v := evaluate(p, x)
				if clear := v > 0.01 || v < -0.01; clear && (v < 0) != (signs>>i&1 == 1) {
					t.Fatalf("%g at place %d has the sign of bit %d of %#x", v, i, i, signs)
				}
			}
		}
	})
}
