package money

import (
	"math"
	"math/big"
	"math/bits"
	"strings"
	"time"
)

// A Rate is what a minute costs: millionths of the currency's unit, so 12_300 of EUR is
// € 0.0123 a minute.
type Rate int64

// micro is how many digits a rate has behind the point.
const micro = 6

// MostRate is a million units a minute: what a rate may be at most.
const MostRate Rate = 1_000_000_000_000

// ParseRate reads what a minute costs, as "0.0123": at most six digits behind the point, and
// not negative.
func ParseRate(text string) (Rate, error) {
	n, err := fixed(text, micro)
	if err != nil || n < 0 || Rate(n) > MostRate {
		return 0, invalid("%q is no price of a minute. Write it with digits and a point, at most six digits behind it, such as 0.25.", text)
	}
	return Rate(n), nil
}

// Decimal writes the rate with a point, and no more digits behind it than it needs: "0.25".
func (r Rate) Decimal() string {
	text := strings.TrimRight(decimal(int64(r), micro), "0")
	return strings.TrimSuffix(text, ".")
}

// A Span is a time that is charged at one rate.
type Span struct {
	Time time.Duration
	Rate Rate
}

// Cost is what some spans cost together in minor units. It is rounded once, down, after they
// are summed.
func Cost(c Currency, spans ...Span) Amount {
	if minor, ok := small(c, spans); ok {
		return Amount{min(minor, Most), c}
	}
	return large(c, spans)
}

// perMinor is how many millionths of a minute, times milliseconds, are one unit.
const perMinor = 1_000_000 * int64(time.Minute/time.Millisecond)

// small is what spans cost whose sums fit into 64 bits: all that a call comes to.
func small(c Currency, spans []Span) (minor int64, ok bool) {
	sum := int64(0)
	for _, s := range spans {
		high, low := bits.Mul64(uint64(max(0, s.Time.Milliseconds())), uint64(s.Rate))
		if high != 0 || low > math.MaxInt64/8000 {
			return 0, false // eight of them, times 1,000 for the currency, must still fit
		}
		sum += int64(low)
	}
	return sum * c.unit() / perMinor, len(spans) <= 8
}

// large is small without bounds.
func large(c Currency, spans []Span) Amount {
	sum := new(big.Int)
	for _, s := range spans {
		one := big.NewInt(max(0, s.Time.Milliseconds()))
		sum.Add(sum, one.Mul(one, big.NewInt(int64(s.Rate))))
	}
	sum.Mul(sum, big.NewInt(c.unit()))
	sum.Quo(sum, big.NewInt(perMinor))
	if !sum.IsInt64() {
		return Amount{Most, c}
	}
	return Amount{min(sum.Int64(), Most), c}
}
